"""Where a code weighs otherwise than the table of codes says: the same finding costs more at one place than at another.

``explain`` prints them, so that it says what ``check`` and the source do. Each row stands for a decision made elsewhere
(named beside it), and a test holds the rows to those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contracts.codes import CODES

if TYPE_CHECKING:
    from contracts.violations import Severity


class Weight(NamedTuple):
    """What a code weighs at one place.

    Attributes:
        severity: What it is there.
        where: The place, and why it is so there, in words that follow a colon.
    """

    severity: Severity
    where: str


# contract_checks.discard_violation
_LOST = Weight("error", "in check: a message is lost, as with every discard that is somebody's mistake")
# source_answers.problem, and the discards of source_unpacking
_NOT_TAKEN = Weight("error", "at the Segment source (listen, segment_source): the message is discarded")
# source_answers.strict_answer
_STRICT = Weight("error", "at listen --strict, which answers 400")
# Checker: x-severity
_OWN = Weight("warning", 'where the schema says "x-severity": "warning", as ours do for what Segment only recommends')
# conformance.PlanChecker
_REJECTED = Weight("error", 'where a plan says "unplanned": "reject"')

WEIGHTS: dict[str, tuple[Weight, ...]] = {
    "UNSUPPORTED_EVENT_TYPE": (_STRICT,),
    "FILTERED_BY_INTEGRATIONS_OBJECT": (_STRICT,),
    "duplicate_message_id": (_LOST,),
    "message_too_large": (_NOT_TAKEN,),
    "message_id_too_long": (_NOT_TAKEN,),
    "unplanned_event": (_REJECTED,),
    **{code: (_OWN,) for code in CODES if code.startswith("schema_")},
}
"""By code; a code that is not here weighs everywhere what :data:`contracts.codes.CODES` says."""
