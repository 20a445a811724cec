"""Effects of a mobile app: installs, versions, push messages, deep links, and what this app is for, hikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.generator.clock import MINUTE
from simulator.generator.data import table
from simulator.generator.randomness import between, one_of

if TYPE_CHECKING:
    from simulator.generator.visits import Visit


def open_app(visit: Visit) -> None:
    """Open the app on this device; from now on it is installed."""
    visit.device.opened = visit.carry["_open"] = True
    app = visit.device.constant.get("app") or table("catalogue")["mobile"]["app"]
    visit.carry["build"] = {"version": app["version"], "build": app["build"]}
    visit.carry["from_background"] = visit.rng.random() < 0.4


def attribute_install(visit: Visit) -> None:
    """Say where the install came from."""
    provider = one_of(visit.rng, table("catalogue")["mobile"]["providers"])
    name = "none" if provider == "organic" else "new_hikers"
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


def install_app(visit: Visit) -> None:
    """Install the app, the present version of it."""
    _upgrade(visit)
    open_app(visit)


def update_app(visit: Visit) -> None:
    """Find the app updated; from now on the context says so too."""
    before = table("catalogue")["mobile"]["previous"]
    visit.carry["previous"] = {"previous_version": before["version"], "previous_build": before["build"]}
    _upgrade(visit)
    open_app(visit)


def _upgrade(visit: Visit) -> None:
    visit.device.constant = {**visit.device.constant, "app": table("catalogue")["mobile"]["app"]}
    visit.context = None


def outdated(visit: Visit) -> bool:
    """Return whether the app on this device is the version of before."""
    return bool(visit.device.constant.get("app") == table("catalogue")["mobile"]["previous"])


def close_app(visit: Visit) -> None:
    """Put the app away, or see it crash."""
    visit.carry["_open"] = False


def receive_push(visit: Visit) -> None:
    """Get a push message, with the app in the background."""
    visit.carry["_open"] = False
    name, content, link = one_of(visit.rng, table("catalogue")["mobile"]["pushes"])
    visit.carry["push"] = {"campaign": {"name": name, "medium": "push", "content": content, "source": "trailhead"}}
    visit.carry["deep_link"] = link


def choose_trail(visit: Visit) -> None:
    """Look at a trail, another than the last."""
    trails = table("catalogue")["mobile"]["trails"]
    before = visit.carry.get("_trail", -1)
    place = int(visit.rng.random() * (len(trails) - (before >= 0)))
    place += before >= 0 and place >= before
    visit.carry["_trail"] = place
    number, name, difficulty, distance, climb = trails[place]
    visit.carry["trail"] = {"trail_id": number, "trail_name": name, "difficulty": difficulty, "distance_km": distance}
    visit.carry["_climb"] = climb


def start_hike(visit: Visit) -> None:
    """Set out; how long it takes depends on the trail and on who walks."""
    if "trail" not in visit.carry:
        choose_trail(visit)
    carry, rng = visit.carry, visit.rng
    part = 1.0 if rng.random() < 0.85 else 0.3 + 0.6 * rng.random()  # some turn back
    carry["_walked"] = round(carry["trail"]["distance_km"] * part, 1)
    carry["_set_out"] = visit.next_ms
    visit.takes_ms = int(carry["_walked"] * between(rng, 13, 22) * MINUTE)


def hike(visit: Visit) -> None:
    """Come back from the trail: the climb is the trail's, as far as it was walked."""
    carry = visit.carry
    if "_set_out" not in carry:
        start_hike(visit)
    walked = carry["_walked"]
    carry["hike"] = {
        "duration_minutes": (visit.next_ms - carry["_set_out"]) // MINUTE,
        "walked_km": walked,
        "elevation_m": round(carry["_climb"] * walked / carry["trail"]["distance_km"]),
    }


EFFECTS = {
    effect.__name__: effect
    for effect in (
        install_app,
        open_app,
        close_app,
        attribute_install,
        update_app,
        receive_push,
        choose_trail,
        start_hike,
        hike,
    )
}
"""Every effect by the name journeys use."""
