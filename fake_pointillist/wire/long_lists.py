"""Long answers, made in slices: ten thousand people take seconds to show, and nobody else waits for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from fake_pointillist.turns import others

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.operations import Call

_Row = TypeVar("_Row")
_Shown = TypeVar("_Shown")

SLICE = 100
"""Rows shown before others have their turn: an answer that is no longer is of one moment."""


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
