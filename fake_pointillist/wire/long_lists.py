"""Long answers, made in slices: ten thousand people take seconds to show, and nobody else waits for that.

A million events take as long to look through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from fake_pointillist.turns import others
from fake_pointillist.wire.readings import event_json, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.answers import EventsJson, StoredEventJson
    from fake_pointillist.wire.operations import Call
    from fake_pointillist.wire.readings import Wanted

_Row = TypeVar("_Row")
_Shown = TypeVar("_Shown")

SLICE = 100
"""Rows shown before others have their turn: an answer that is no longer is of one moment."""


WINDOW = 20_000
"""Rows looked through for events before others have their turn."""


async def events(call: Call, asked: Wanted, actor_id: str | None, after: int, limit: int) -> EventsJson:
    """Return a page of events, oldest first; begun anew as :func:`shown` is.

    Args:
        call: The request.
        asked: Which; the actor is filled in here.
        actor_id: Whose.
        after: Only those with a larger ``seq``.
        limit: At most so many.
    """
    tenant, lock = call.tenant, call.service.tenants.lock
    while True:
        with lock:
            people, last, place = tenant.identity, tenant.seq, max(after, tenant.floor)
            actor = None if actor_id is None else people.actor(actor_id)
        if actor_id is not None and actor is None:
            return {"events": [], "next": None}
        asked = asked._replace(actor=actor)
        page: list[StoredEventJson] = []
        while place < last and len(page) <= limit:
            with lock:
                if tenant.identity is not people:
                    break
                until = last if asked.is_looked_up else min(place + WINDOW, last)
                most = min(SLICE, limit + 1 - len(page))
                found = wanted(tenant, asked, place, until, most)
                records = [event_json(tenant, stored) for stored in found]
            page += [record for record in records if actor_id is None or record["actor"] == actor_id]
            place = found[-1].seq if len(found) == most else until
            if place < last:
                await others()
        else:
            return {"events": page[:limit], "next": page[limit - 1]["seq"] if len(page) > limit else None}


async def shown(
    call: Call, rows: Callable[[Tenant], Sequence[_Row]], show: Callable[[Tenant, _Row], _Shown]
) -> list[_Shown]:
    """Return what is shown of each row.

    Which rows there are is of one moment; events that come between two slices may show in the later rows. Where a reset
    or a switch of policy replaces the tenant's people half way it begins anew: no answer is half one, half the other.

    Args:
        call: The request.
        rows: Finds the rows, at once.
        show: Shows one.
    """
    tenant, lock = call.tenant, call.service.tenants.lock
    while True:
        with lock:
            people, found = tenant.identity, rows(tenant)
        answer: list[_Shown] = []
        while len(answer) < len(found):
            with lock:
                if tenant.identity is not people:
                    break
                answer += [show(tenant, row) for row in found[len(answer) : len(answer) + SLICE]]
            if len(answer) < len(found):
                await others()
        else:
            return answer
