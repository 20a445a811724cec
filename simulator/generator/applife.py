"""Effects of a mobile app: installs, versions, push messages, deep links, and what this app is for, hikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.generator.data import table
from simulator.generator.randomness import between, one_of

if TYPE_CHECKING:
    from simulator.generator.visits import Visit


def open_app(visit: Visit) -> None:
    """Open the app on this device; from now on it is installed."""
    visit.device.opened = True
    app = table("catalogue")["mobile"]["app"]
    visit.carry["build"] = {"version": app["version"], "build": app["build"]}
    visit.carry["from_background"] = visit.rng.random() < 0.4


def attribute_install(visit: Visit) -> None:
    """Say where the install came from."""
    provider = one_of(visit.rng, table("catalogue")["mobile"]["providers"])
    name = "none" if provider == "organic" else "autumn_hikers"
    visit.carry["attribution"] = {
        "provider": provider,
        "campaign": {
            "source": provider,
            "name": name,
            "content": "video_15s",
            "ad_creative": "summit",
            "ad_group": "a",
        },
    }


def update_app(visit: Visit) -> None:
    """Find the app updated."""
    visit.carry["previous"] = {
        f"previous_{key}": value for key, value in table("catalogue")["mobile"]["previous"].items()
    }


def receive_push(visit: Visit) -> None:
    """Get a push message."""
    name, content, link = one_of(visit.rng, table("catalogue")["mobile"]["pushes"])
    visit.carry["push"] = {"campaign": {"name": name, "medium": "push", "content": content, "source": "trailhead"}}
    visit.carry["deep_link"] = link


def choose_trail(visit: Visit) -> None:
    """Look at a trail."""
    number, name, difficulty, distance = one_of(visit.rng, table("catalogue")["mobile"]["trails"])
    visit.carry["trail"] = {"trail_id": number, "trail_name": name, "difficulty": difficulty, "distance_km": distance}
    visit.carry["_distance"] = distance


def hike(visit: Visit) -> None:
    """Come back from the trail: time and climb fit its length."""
    if "trail" not in visit.carry:
        choose_trail(visit)
    distance = visit.carry["_distance"]
    visit.carry["hike"] = {
        "duration_minutes": int(distance * between(visit.rng, 13, 21)),
        "elevation_m": int(distance * between(visit.rng, 18, 60)),
    }


EFFECTS = {
    effect.__name__: effect for effect in (open_app, attribute_install, update_app, receive_push, choose_trail, hike)
}
"""Every effect by the name journeys use."""
