"""Warnings on accepted events: nothing here refuses one. Pure.

What one event shows by itself, and what only a tenant's whole traffic shows (an attribute that is a label here and a
number there). Events of one kind repeat the same names, so names are judged once a *shape*, the names in their order,
and remembered; values are looked at every time, those of labels by :mod:`fake_pointillist.intake`, which goes through
them anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import violation
from contracts.violations import Violation, pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LABEL, _NUMBER, _BOTH = "labels", "numbers", "both"
_EMPTY: dict[str, Any] = {}

FUTURE_TOLERANCE_US = 60_000_000
"""How far ahead a sender's clock may be before ``future_time``: one minute."""


class EventWarnings:
    """The warnings of one tenant's events.

    Args:
        kinds: What is known of attribute names from before; see :class:`TypeFlips`.
        max_names: Attribute names remembered for ``type_flips``; past it new names are judged alone.
        max_shapes: Shapes remembered; past it they are judged anew each time.

    Attributes:
        fresh: Names learnt or changed since the list was last cleared, with their kind; for whoever keeps them.
    """

    def __init__(
        self, kinds: dict[str, str] | None = None, *, max_names: int = 100_000, max_shapes: int = 5_000
    ) -> None:
        self._max_shapes = max_shapes
        self._flips = TypeFlips(kinds, max_names=max_names)
        self.fresh = self._flips.fresh
        self._shapes: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Violation, ...]] = {}
        self._flipped = 0

    def of(self, event: dict[str, Any], time_us: int, now_us: int) -> tuple[Violation, ...]:
        """Return the warnings of one accepted event, blank labels apart, and remember its names.

        Args:
            event: An event :func:`fake_pointillist.intake.judge` accepted.
            time_us: Its event time, microseconds since the epoch.
            now_us: The present, microseconds since the epoch.
        """
        labels: dict[str, str] = event.get(_LABEL, _EMPTY)
        numbers: dict[str, Any] = event.get(_NUMBER, _EMPTY)
        shape = (tuple(labels), tuple(numbers))
        warnings = self._shapes.get(shape)
        if warnings is None:
            warnings = name_warnings(labels, numbers) + self._flips.of(labels, numbers)
            if self._flips.flipped != self._flipped:
                self._flipped = self._flips.flipped
                self._shapes.clear()  # earlier shapes with this name were judged before it flipped
            if len(self._shapes) < self._max_shapes:
                self._shapes[shape] = warnings
        return warnings + time_warnings(time_us, now_us)


class TypeFlips:
    """Attributes that are a label in one event and a number in another, compared without case.

    Args:
        kinds: What is known from before: name without case -> ``labels``, ``numbers`` or ``both``.
        max_names: Names remembered; past it new names are judged alone.

    Attributes:
        fresh: Names learnt or changed since the list was last cleared, with their kind.
        flipped: How many names have been both so far.
    """

    def __init__(self, kinds: dict[str, str] | None = None, *, max_names: int = 100_000) -> None:
        self._kinds: dict[str, str] = {} if kinds is None else kinds
        self._max_names = max_names
        self.fresh: list[tuple[str, str]] = []
        self.flipped = 0

    def __len__(self) -> int:
        return len(self._kinds)

    def of(self, labels: Iterable[str], numbers: Iterable[str]) -> tuple[Violation, ...]:
        """Remember the names of one event; return a warning for each that has been both."""
        return tuple(
            violation(
                "type_flips", pointer(group, name), f'"{name}" is a {group[:-1]} here and a {other} in another event'
            )
            for group, names, other in ((_LABEL, labels, "number"), (_NUMBER, numbers, "label"))
            for name in names
            if self._is_both(name.lower(), group)
        )

    def _is_both(self, folded: str, group: str) -> bool:
        """Remember what kind of attribute a name is; say whether it has been both."""
        known = self._kinds.get(folded)
        if known is None:
            if len(self._kinds) < self._max_names:
                self._kinds[folded] = group
                self.fresh.append((folded, group))
            return False
        if known == group:
            return False
        if known != _BOTH:
            self._kinds[folded] = _BOTH
            self.fresh.append((folded, _BOTH))
            self.flipped += 1
        return True


def name_warnings(labels: Iterable[str], numbers: Iterable[str]) -> tuple[Violation, ...]:
    """Return what the attribute names of one event show by themselves: dots, blanks, names that differ by case."""
    found: list[Violation] = []
    spellings: dict[str, str] = {}
    for group, names in ((_LABEL, labels), (_NUMBER, numbers)):
        for name in names:
            path = pointer(group, name)
            if "." in name:
                found.append(violation("dotted_name", path, f'the name "{name}" holds a dot'))
            if not name or name.isspace():
                found.append(violation("blank_value", path, "the name is blank"))
            first = spellings.setdefault(name.lower(), name)
            if first != name:
                found.append(violation("case_clash", path, f'"{name}" and "{first}" differ only by case'))
    return tuple(found)


def value_warnings(labels: Mapping[str, str], time_us: int, now_us: int) -> tuple[Violation, ...]:
    """Return what the values of one event show: blank labels, and a time that has not come yet.

    Args:
        labels: The event's.
        time_us: Its event time, microseconds since the epoch.
        now_us: The present, microseconds since the epoch.
    """
    blank = () if all(map(str.strip, labels.values())) else blank_labels(labels)
    return blank + time_warnings(time_us, now_us)


def blank_labels(labels: Mapping[str, str]) -> tuple[Violation, ...]:
    """Return a warning for each label whose value is blank."""
    return tuple(
        violation("blank_value", pointer(_LABEL, name), f'label "{name}" is blank')
        for name, value in labels.items()
        if not value.strip()
    )


def time_warnings(time_us: int, now_us: int) -> tuple[Violation, ...]:
    """Return a warning where an event time has not come yet; both in microseconds since the epoch."""
    if time_us <= now_us + FUTURE_TOLERANCE_US:
        return ()
    ahead = (time_us - now_us) / 1_000_000
    return (violation("future_time", "/eventTime", f"eventTime lies {_span(ahead)} in the future"),)


def _span(seconds: float) -> str:
    for size, word in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {word}"
    return f"{seconds:.0f} seconds"
