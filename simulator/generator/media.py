"""Effects of watching: one playback with its session, its position in seconds, and the advertisement before it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from simulator.generator.commerce import slug
from simulator.generator.data import table
from simulator.generator.randomness import Table, one_of, token

if TYPE_CHECKING:
    from simulator.generator.visits import Visit

HEARTBEAT = 10
"""Seconds between two ``Video Content Playing`` (Segment's video spec)."""

_PLAYERS = {"web": "html5", "ios": "avplayer", "android": "exoplayer"}
_QUALITY = Table([((6000, "hd1080"), 50), ((3000, "hd720"), 35), ((1200, "large"), 15)])


@cache
def _videos() -> Table[dict[str, Any]]:
    data = table("catalogue")["media"]
    rows = []
    for number, (title, program, season, episode, genre, length, keywords, airdate) in enumerate(data["videos"]):
        content = {
            "asset_id": f"vid_{100 + number}",
            "title": title,
            "keywords": keywords,
            "season": season,
            "episode": episode,
            "genre": genre,
            "program": program,
            "publisher": data["publisher"],
            "total_length": length,
            "full_episode": length > 900,
            "livestream": False,
            "airdate": airdate,
        }
        rows.append((content, 1 / (number + 2)))
    return Table(rows)


def choose_video(visit: Visit) -> None:
    """Decide what to watch."""
    content = _videos().draw(visit.rng)
    carry = visit.carry
    carry["_content"] = content
    carry["video_title"] = content["title"]
    carry["video_path"] = f"/watch/{slug(content['program'])}/{slug(content['title'])}"


def start_playback(visit: Visit) -> None:
    """Press play: a new session, at the beginning."""
    if "_content" not in visit.carry:
        choose_video(visit)
    carry, rng, data = visit.carry, visit.rng, table("catalogue")["media"]
    content = carry["_content"]
    bitrate, quality = _QUALITY.draw(rng)
    session = token(rng, 16)
    number = int(rng.random() * len(data["ads"]))
    title, publisher, length, kind = data["ads"][number]
    carry["_position"] = 0
    carry["session_id"] = session
    carry["playback"] = {
        "session_id": session,
        "content_asset_ids": [content["asset_id"]],
        "content_pod_ids": [f"{content['asset_id']}_a"],
        "ad_asset_ids": [f"ad_{number}"],
        "ad_pod_ids": [f"ad_{number}_a"],
        "ad_type": kind,
        "position": 0,
        "total_length": content["total_length"],
        "bitrate": bitrate,
        "framerate": 23.98,
        "video_player": _PLAYERS.get(visit.device.kind, "html5"),
        "quality": quality,
        "sound": 10 * int(rng.random() * 11),
        "full_screen": rng.random() < 0.6,
        "ad_enabled": True,
        "livestream": False,
    }
    carry["ad"] = {
        "session_id": session,
        "asset_id": f"ad_{number}",
        "pod_id": f"ad_{number}_a",
        "pod_position": 1,
        "pod_length": 1,
        "type": kind,
        "title": title,
        "publisher": publisher,
        "position": 0,
        "total_length": length,
        "load_type": "dynamic",
    }
    _content(visit)
    _moment(visit)


def watch_ad(visit: Visit) -> None:
    """See a quarter of the advertisement more."""
    ad = visit.carry["ad"]
    quartile = min(ad.get("quartile", 0) + 1, 3)
    visit.carry["ad"] = {**ad, "quartile": quartile, "position": ad["total_length"] * quartile // 4}


def end_ad(visit: Visit) -> None:
    """See the advertisement to its end."""
    ad = {key: value for key, value in visit.carry["ad"].items() if key != "quartile"}
    visit.carry["ad"] = {**ad, "position": ad["total_length"]}


def watch(visit: Visit) -> None:
    """Watch on until the next heartbeat."""
    carry = visit.carry
    carry["_position"] = min(carry["_position"] + HEARTBEAT, carry["_content"]["total_length"])
    _content(visit)
    _moment(visit)


def seek(visit: Visit) -> None:
    """Jump forward, to somewhere in what is left."""
    carry = visit.carry
    left = carry["_content"]["total_length"] - carry["_position"]
    carry["_position"] += int(left * visit.rng.random() * 0.5)
    _moment(visit)


def finish(visit: Visit) -> None:
    """Come to the end."""
    visit.carry["_position"] = visit.carry["_content"]["total_length"]
    _content(visit)
    _moment(visit)


def change_quality(visit: Visit) -> None:
    """Let the player choose another stream."""
    if "playback" not in visit.carry:
        start_playback(visit)
    bitrate, quality = _QUALITY.draw(visit.rng)
    carry = visit.carry
    carry["playback"] = {**carry["playback"], "bitrate": bitrate, "quality": quality}
    carry["stream"] = {"bitrate": bitrate, "framerate": 23.98, "droppedFrames": int(visit.rng.random() * 20)}
    _content(visit)
    _moment(visit)


def rate_video(visit: Visit) -> None:
    """Give a thumb."""
    visit.carry["thumb"] = one_of(visit.rng, ("up", "up", "up", "down"))


def _content(visit: Visit) -> None:
    carry = visit.carry
    playback = carry["playback"]
    carry["content"] = {
        "session_id": carry["session_id"],
        "pod_id": f"{carry['_content']['asset_id']}_a",
        **carry["_content"],
        "position": carry["_position"],
        "bitrate": playback["bitrate"],
        "framerate": 23.98,
    }


_MOMENT = ("session_id", "ad_type", "total_length", "bitrate", "framerate", "video_player", "quality", "sound")


def _moment(visit: Visit) -> None:
    """Describe the playback as events after its start do: one asset instead of lists."""
    carry = visit.carry
    playback = carry["playback"]
    carry["moment"] = {
        **{key: playback[key] for key in _MOMENT},
        "content_asset_id": carry["_content"]["asset_id"],
        "content_pod_id": f"{carry['_content']['asset_id']}_a",
        "position": carry["_position"],
        "full_screen": playback["full_screen"],
        "ad_enabled": True,
        "livestream": False,
    }


def can_go_on(visit: Visit) -> bool:
    """Return whether there is more to watch before the end."""
    carry = visit.carry
    return "_content" in carry and carry["_position"] + HEARTBEAT < carry["_content"]["total_length"]


EFFECTS = {
    effect.__name__: effect
    for effect in (
        choose_video,
        start_playback,
        watch_ad,
        end_ad,
        watch,
        seek,
        finish,
        change_quality,
        rate_video,
    )
}
"""Every effect by the name journeys use."""
