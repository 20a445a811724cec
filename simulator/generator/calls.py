"""Making the message of one state: which page, which context, which call, in which library's envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generator import identities
from simulator.generator.contexts import DIRECT, mobile_context, page, server_context, web_context
from simulator.generator.effects import provide
from simulator.generator.envelopes import ENVELOPES

if TYPE_CHECKING:
    from simulator.generator.devices import Device
    from simulator.generator.journeys import State
    from simulator.generator.visits import Visit


class Calls:
    """Makes messages.

    Args:
        servers: The servers of all companies, by kind.
        located: Whether the app adds ``context.location`` (no library does so by itself).
    """

    __slots__ = ("_located", "_servers")

    def __init__(self, servers: dict[str, Device], *, located: bool = False) -> None:
        self._servers = servers
        self._located = located

    def turn_page(self, visit: Visit, state: State) -> None:
        """Let the browser go to the state's page; the campaign of the arrival stays behind with its address."""
        if state.page is None or visit.device.kind != "web":
            return
        arrival = visit.arrival or DIRECT
        site, before = visit.journey.site, visit.page
        path, title = _fill(visit, state)
        if before is None:
            visit.page = page(site, path, title, arrival.referrer, arrival.search)
        elif before["path"] == path:
            return
        else:
            visit.page = page(site, path, title, before["url"])
            visit.arrival = None
        visit.context = None

    def identify(self, visit: Visit, occasion: str, now: int) -> dict[str, Any]:
        """Let the person say who they are; return the call's own keys."""
        call = identities.identify(visit, occasion, now)
        visit.context = None
        return call

    def message(self, visit: Visit, state: State, now: int, identified: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return the state's message, or ``None`` where this device makes no such call (a page in an app)."""
        device = visit.device
        if state.server:
            device = self._servers[visit.journey.server]
            device.user_id = visit.person.user_id
            context = server_context(device, visit.carry.get("account_id"))
        else:
            context = visit.context or self.context(visit)
            if context.get("traits", device.traits) is not device.traits:  # somebody else logged in here meanwhile
                context = self.context(visit)
        if identified is not None:
            call = identified
        elif state.call == "track":
            try:
                content = state.build(visit)  # type: ignore[misc]  # every state with an event has one
            except KeyError:
                content = properties(visit, state)
            call = {"event": state.event, "type": "track", "properties": content}
        elif state.call == "group":
            call = {"type": "group", "groupId": visit.group_id, "traits": properties(visit, state)}
        elif device.kind == "web" and visit.page is not None:
            call = {"type": "page", "properties": {**properties(visit, state), **visit.page}}
        else:
            return None
        return ENVELOPES[device.kind](visit.rng, now, device, call, context)

    def context(self, visit: Visit) -> dict[str, Any]:
        """Make the context of the page or the app visit, and keep it there."""
        device = visit.device
        if device.server:
            context = server_context(device, visit.group_id)
        elif device.kind == "web":
            arrival = visit.arrival or DIRECT
            if visit.page is None:
                visit.page = page(visit.journey.site, "/", visit.journey.home, arrival.referrer, arrival.search)
            context = web_context(device, visit.page, arrival.campaign, visit.group_id)
        else:
            if device.user_id == visit.person.user_id and not device.traits:  # logged in since before the start
                device.traits = identities.app_traits(visit.person)
            context = mobile_context(device, wifi=visit.wifi, location=_location(visit) if self._located else None)
        visit.context = context
        return context


def properties(visit: Visit, state: State) -> dict[str, Any]:
    """Return the properties of a state; what the visit does not carry yet is provided."""
    build = state.build
    assert build is not None
    try:
        return build(visit)
    except KeyError:  # rare: somebody logged in from before comes to a state that tells of the login
        provide(visit, state.reads)
        return build(visit)


def _fill(visit: Visit, state: State) -> tuple[str, str]:
    path, title = state.page  # type: ignore[misc]  # asked by the caller
    try:
        return path(visit.carry), title(visit.carry)
    except KeyError:
        provide(visit, state.reads)
        return path(visit.carry), title(visit.carry)


def _location(visit: Visit) -> dict[str, Any]:
    place = visit.person.place
    return {
        "city": place.city,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "region": place.region,
    }
