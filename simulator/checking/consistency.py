"""What only shows beside the messages before: names that differ by case, e-mails two customers share.

Events of one kind repeat the same names, so what is compared is a *shape*, the event type and the names in their order:
it is judged once.

Streaming: memory is bounded whatever a sender makes up. Where a bound is met it is said once (``check_limited``), and
the comparison goes on with what is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from contracts.codes import violation
from contracts.violations import pointer
from contracts.wording import shown

if TYPE_CHECKING:
    from contracts.violations import Violation

MAX_NAMES = 100_000
"""Different attribute names and event types compared."""
MAX_EMAILS = 500_000
"""Different e-mail labels compared."""
_MAX_SHAPES = 5_000
"""Verdicts remembered; further shapes are judged anew each time."""


class Shape(NamedTuple):
    """The names of an event: its type, its labels and its numbers, in their order."""

    event: str
    labels: tuple[str, ...]
    numbers: tuple[str, ...]


class Consistency:
    """Everything seen so far in a run that later messages are compared with."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._spellings: dict[str, str] = {}
        self._clashing: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._type_spellings: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._limited = False
        self._verdicts: dict[Shape, tuple[Violation, ...]] = {}

    def is_clean(self, shape: Shape) -> bool:
        """Say whether a shape is known to have nothing against it: comparing it again would change nothing."""
        return self._verdicts.get(shape) == ()

    def check(self, shape: Shape) -> tuple[Violation, ...]:
        """Compare the names of one event with everything before it, and remember them; paths point into the event."""
        known = self._verdicts.get(shape)
        if known is not None:
            return known
        limits: list[Violation] = []
        verdict = (*self._clashes(shape, limits), *self._type(shape.event, limits))
        if len(self._verdicts) < _MAX_SHAPES:
            self._verdicts[shape] = verdict
        return verdict + tuple(limits)

    def check_email(self, email: str, user_id: str) -> tuple[Violation, ...]:
        """Compare the e-mail label of one user with everybody's before, and remember it."""
        owner = self._owners.get(email)
        if owner == user_id:
            return ()
        if owner is None:
            if len(self._owners) >= MAX_EMAILS:
                limits: list[Violation] = []
                self._say_limited("e-mail labels", MAX_EMAILS, limits)
                return tuple(limits)
            self._owners[email] = user_id
            return ()
        text = (
            f"{shown(email)} is the email of {shown(owner)} and of {shown(user_id)}; "
            "a real tenant may be configured to join these"
        )
        return (violation("shared_email", "/labels/email", text),)

    def _clashes(self, shape: Shape, limits: list[Violation]) -> list[Violation]:
        here = {*shape.labels, *shape.numbers}
        self._learn(sorted(here - self._names), limits)
        if self._clashing.keys().isdisjoint(here):
            return []
        return [
            violation(
                "case_clash",
                pointer(group, name),
                f"{shown(name)} and {shown(self._clashing[name])} of another event differ only by case",
            )
            for group, names in (("labels", shape.labels), ("numbers", shape.numbers))
            for name in names
            if name in self._clashing and self._clashing[name] not in here
        ]

    def _learn(self, names: list[str], limits: list[Violation]) -> None:
        for name in names:
            if len(self._spellings) >= MAX_NAMES:
                self._say_limited("attribute names", MAX_NAMES, limits)
                return
            self._names.add(name)
            first = self._spellings.setdefault(name.casefold(), name)
            if first != name:
                self._clashing.setdefault(name, first)

    def _type(self, event: str, limits: list[Violation]) -> list[Violation]:
        if event not in self._types:
            if len(self._types) >= MAX_NAMES:
                self._say_limited("event types", MAX_NAMES, limits)
                return []
            self._types[event] = self._type_spellings.setdefault(event.casefold(), event)
        first = self._types[event]
        if first == event:
            return []
        return [violation("case_clash", "/eventType", f"{shown(event)} and {shown(first)} differ only by case")]

    def _say_limited(self, what: str, limit: int, limits: list[Violation]) -> None:
        if not self._limited:
            self._limited = True
            limits.append(
                violation(
                    "check_limited", "", f"more than {limit:,} different {what} came; later ones are not compared"
                )
            )
