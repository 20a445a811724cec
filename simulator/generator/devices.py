"""Devices, and the identity Segment's library keeps on each of them.

A device is a browser, an iOS or an Android app, or a server. Its library holds an anonymousId, a userId and the traits
of the last identify; the methods here are what the libraries do with them (``facts/segment.md`` 7.1):

=================  =======================================  =========================================
what               analytics.js                             iOS, Android
=================  =======================================  =========================================
first use          makes an anonymousId                     the same
identify           keeps it, unless the userId differs      keeps it, whoever it is
                   from the one before: a new one, and
                   cached traits are dropped
reset (log out)    new anonymousId, no user, no traits      the same
cookies cleared    new anonymousId, no user, no traits      (an app reinstalled)
=================  =======================================  =========================================

Server libraries never make an anonymousId.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from simulator.generator.data import table
from simulator.generator.randomness import Table, one_of, token, uuid4

if TYPE_CHECKING:
    from random import Random

    from simulator.generator.people import Place

KINDS = ("web", "ios", "android", "python", "node", "engage")
"""Every kind of device: the libraries whose messages are made. The last three are servers, ``engage`` Segment's own."""

SERVERS = frozenset({"python", "node", "engage"})

FLUSH = 30_000
"""Milliseconds between two flushes of a mobile library's queue."""


@dataclass(slots=True)
class Device:
    """One device and what the library on it remembers.

    Attributes:
        kind: One of :data:`KINDS`.
        constant: The part of the context that never changes on this device.
        anonymous_id: As the library made it; ``None`` on a server, and before first use.
        user_id: Of the last identify, until reset.
        traits: Of the last identifies, as the library caches them; replaced, never changed in place.
        opened: An app was opened here before (an install is told once).
        past_ids: How many anonymousIds this device had before the present one.
        flush_ms: When an app sends what it has queued: so many milliseconds after each half minute.
    """

    kind: str
    constant: dict[str, Any]
    anonymous_id: str | None = None
    user_id: str | None = None
    traits: dict[str, Any] = field(default_factory=dict)
    opened: bool = False
    past_ids: int = 0
    flush_ms: int = 0

    @property
    def server(self) -> bool:
        """Whether this is a server: no ids and no traits of its own."""
        return self.kind in SERVERS

    def start(self, rng: Random) -> None:
        """Make the anonymousId at first use."""
        if self.anonymous_id is None and self.kind not in SERVERS:
            self.anonymous_id = self.new_id(rng)

    def identify(self, rng: Random, user_id: str | None, traits: dict[str, Any]) -> dict[str, Any]:
        """Remember an identify as the library does and return the traits it sends (the accumulated ones)."""
        if self.kind in SERVERS:
            return traits
        if self.kind == "web" and user_id is not None and self.user_id not in (None, user_id):
            self.reset(rng)
        if user_id is not None:
            self.user_id = user_id
        self.traits = {**self.traits, **traits}
        return self.traits

    def reset(self, rng: Random) -> None:
        """Log out, or lose the cookies: nobody is known any more."""
        if self.kind not in SERVERS:
            self.anonymous_id = self.new_id(rng)
            self.user_id, self.traits = None, {}
            self.past_ids += 1

    def new_id(self, rng: Random) -> str:
        """Return a UUID as this device's system writes it: iOS in capitals."""
        return uuid4(rng).upper() if self.kind == "ios" else uuid4(rng)


@cache
def _table(kind: str) -> Table[dict[str, Any]]:
    rows = table("devices")["browser" if kind == "web" else kind]
    return Table((row, row["share"]) for row in rows)


def make_device(rng: Random, kind: str, place: Place, locale: str, app: dict[str, Any] | None = None) -> Device:
    """Return a device of a kind, as one would meet it where the person lives.

    Args:
        rng: The stream it is drawn from.
        kind: One of :data:`KINDS`.
        place: Its time zone and language.
        locale: Chooses the carriers.
        app: ``{"name", "version", "build"}`` of the app, for mobile kinds.
    """
    if kind == "engage":
        return Device(kind, {})
    library = table("devices")["library"][kind]
    if kind in SERVERS:
        return Device(kind, {"library": library})
    make = {"web": _browser, "ios": _ios, "android": _android}[kind]
    constant = make(rng, _table(kind).draw(rng), locale)
    flush_ms = 0
    if kind != "web":
        constant["app"] = app or {"name": "App", "version": "1.0.0", "build": "1"}
        flush_ms = crc32(constant["device"]["id"].encode()) % FLUSH
    constant["library"] = library
    constant["locale"] = place.language
    constant["timezone"] = place.timezone
    return Device(kind, constant, flush_ms=flush_ms)


def _browser(rng: Random, row: dict[str, Any], _locale: str) -> dict[str, Any]:
    version = one_of(rng, row["versions"])
    context: dict[str, Any] = {"userAgent": row["agent"].replace("{version}", version)}
    if "hints" in row:
        hints = row["hints"]
        brands = [("Chromium", version), (hints["brand"], version), ("Not A(Brand", "24")]
        context["userAgentData"] = {
            "brands": [{"brand": brand, "version": number} for brand, number in brands],
            "mobile": hints["mobile"],
            "platform": hints["platform"],
        }
    return context


def _ios(rng: Random, row: dict[str, Any], locale: str) -> dict[str, Any]:
    width, height = row["screen"]
    return {
        "device": {
            "id": uuid4(rng).upper(),
            "manufacturer": "Apple",
            "model": row["model"],
            "name": row["name"],
            "type": row["type"],
            **_advertising(rng, upper=True),
        },
        "os": {"name": row["os"], "version": one_of(rng, row["versions"])},
        "screen": {"width": width, "height": height},
        "network": {"carrier": one_of(rng, table("devices")["carriers"][locale]), "cellular": False, "wifi": True},
    }


def _android(rng: Random, row: dict[str, Any], locale: str) -> dict[str, Any]:
    version = one_of(rng, tuple(row["builds"]))
    width, height, density = row["screen"]
    return {
        "device": {
            "id": token(rng, 16),
            "manufacturer": row["manufacturer"],
            "model": row["model"],
            "name": row["name"],
            "type": "android",
            **_advertising(rng, upper=False),
        },
        "os": {"name": "Android", "version": version},
        "screen": {"width": width, "height": height, "density": density},
        "network": {
            "bluetooth": rng.random() < 0.4,
            "carrier": one_of(rng, table("devices")["carriers"][locale]),
            "cellular": False,
            "wifi": True,
        },
        "userAgent": f"Dalvik/2.1.0 (Linux; U; Android {version}; {row['model']} Build/{row['builds'][version]})",
    }


def _advertising(rng: Random, *, upper: bool) -> dict[str, Any]:
    """Return the advertising keys: an id only from people who allowed tracking."""
    if rng.random() < 0.3:
        identifier = uuid4(rng)
        return {"adTrackingEnabled": True, "advertisingId": identifier.upper() if upper else identifier}
    return {"adTrackingEnabled": False}
