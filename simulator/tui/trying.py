"""Trying a message out: its way as the pipeline would take it, without sending it anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.mapping import Mapping
    from simulator.trace import Trace


def try_out(payload: Any, mapping: Mapping, now_us: int, *, check: bool = True) -> Trace:
    """Return the way of ``payload`` through ``mapping``, as from a file, with the account of every leaf.

    ``now_us`` is the time of a message that names none.
    ``check`` looks for violations too, which takes fifty times as long.
    """
    from simulator.checking.contract_checks import ContractChecks  # noqa: PLC0415 - the first screen comes before this
    from simulator.pipeline import trace_one  # noqa: PLC0415
    from simulator.segment.admission import Admission  # noqa: PLC0415
    from simulator.segment.message import Received  # noqa: PLC0415

    return trace_one(
        Received(0, payload, "tried out"),
        admission=Admission(lambda: now_us),
        mapping=mapping,
        checks=ContractChecks() if check else None,
        explain=True,
    )
