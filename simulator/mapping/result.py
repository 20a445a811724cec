"""What mapping a message gives: the event, and the account of every leaf. Pure records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from contracts.violations import Basis, Violation


class Step(NamedTuple):
    """One row of provenance: which input leaf made which output leaf.

    Attributes:
        source: JSON Pointer into the message, or ``None`` for a constant and for a time that is now.
        target: JSON Pointer into the event.
        rule: The name of the mapping's rule.
        basis: What the rule rests on.
        converted: The value was changed on its way (a number as text, a time normalised).
    """

    source: str | None
    target: str
    rule: str
    basis: Basis
    converted: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the pinned row ``{"from", "to", "rule", "basis"}``."""
        return {"from": self.source, "to": self.target, "rule": self.rule, "basis": self.basis}


class Drop(NamedTuple):
    """One input leaf that did not reach the event.

    Attributes:
        source: JSON Pointer into the message.
        code: Why: ``null_value``, ``empty_value``, ``array_cut``, ``attributes_cut``, ``name_clash``, ``secret_like``,
            ``not_mapped``, ``too_deep``.
        basis: What that decision rests on.
    """

    source: str
    code: str
    basis: Basis

    def to_json(self) -> dict[str, Any]:
        """Return the pinned row ``{"from", "code", "basis"}``."""
        return {"from": self.source, "code": self.code, "basis": self.basis}


class Mapped(NamedTuple):
    """The event a message became.

    Attributes:
        event: The Pointillist event, as it goes over the wire.
        notes: Notes and warnings of mapping.
        provenance: One row an output leaf; empty unless asked for.
        dropped: One row an input leaf that was dropped; empty unless asked for.
    """

    event: dict[str, Any]
    notes: tuple[Violation, ...] = ()
    provenance: tuple[Step, ...] = ()
    dropped: tuple[Drop, ...] = ()
