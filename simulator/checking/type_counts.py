"""Attributes that came both as a label and as a number: which of the two is the rare one, and in which messages.

Which is rare shows only when everything came, so uses are counted as they come and judged at the end. Counted are
*shapes* (events of one kind repeat the same names); what they say of each name is worked out when somebody asks, or
when there are too many of them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from contracts.codes import violation
from contracts.violations import pointer
from contracts.wording import shown
from simulator.checking.findings import Times
from simulator.checking.grouping import REST, Group, Groups

if TYPE_CHECKING:
    from simulator.checking.consistency import Shape
    from simulator.checking.findings import Sighting
    from simulator.checking.making import CheckedPart

MAX_USES = 100_000
"""Different attributes of event types that are counted; later ones are not, which ``check_limited`` says."""
_MAX_SHAPES = 5_000
"""Shapes counted before what they say is counted by name."""
_KIND = {"labels": "label", "numbers": "number"}


class _Use(NamedTuple):
    """An attribute of an event type; ``group`` is ``labels`` or ``numbers``."""

    name: str
    group: str
    event: str


class TypeCounts:
    """How often each attribute came as a label and as a number; names are compared without case."""

    def __init__(self) -> None:
        self._shapes: dict[Shape, Times] = {}
        self._uses: dict[_Use, Times] = {}
        self._left_out: Sighting | None = None

    def add(self, part: CheckedPart) -> None:
        """Count in the events of the next part of the input."""
        for shape, times in part.shapes.items():
            self._shapes.setdefault(shape, Times()).add(times)
        if len(self._shapes) > _MAX_SHAPES:
            self._count_names()

    def groups(self) -> Groups:
        """Return what is found: the rare uses of each name that came as both, and whether a bound was met."""
        self._count_names()
        found = Groups()
        by_name: dict[str, list[_Use]] = {}
        for use in self._uses:
            by_name.setdefault(use.name.lower(), []).append(use)
        for uses in by_name.values():
            if len({use.group for use in uses}) > 1:
                self._judge(uses, found)
        if self._left_out is not None:
            text = (
                f"more than {MAX_USES:,} different attributes of event types came; later ones' types are not compared"
            )
            limited = violation("check_limited", "", text)
            found.by_place[limited.code, limited.path, REST, limited.severity] = Group(
                limited, Times(1, [self._left_out])
            )
        return found

    def _judge(self, uses: list[_Use], found: Groups) -> None:
        """Find the rare uses of a name; of two that are equally rare, those that came later."""
        totals = {group: Counter({use: self._uses[use].count for use in uses if use.group == group}) for group in _KIND}
        first = {group: min(self._uses[use].examples[0] for use in of) for group, of in totals.items()}
        common, rare = sorted(_KIND, key=lambda group: (-totals[group].total(), first[group]))
        often, seldom = totals[common].total(), totals[rare].total()
        ((home, _),) = totals[common].most_common(1)
        text = (
            f"came as a {_KIND[rare]} {_in_words(seldom)} and as a {_KIND[common]} {_in_words(often)}, such as in "
            f"{shown(home.event)}: the {_KIND[rare]} {'is the rare one' if seldom < often else 'came later'}"
        )
        for use in totals[rare]:
            times = self._uses[use]
            warning = violation("type_flips", pointer(rare, use.name), f"{shown(use.name)} {text}")
            place = (warning.code, warning.path, use.event, warning.severity)
            found.by_place[place] = Group(warning, times)

    def _count_names(self) -> None:
        for shape, times in self._shapes.items():
            for group, names in (("labels", shape.labels), ("numbers", shape.numbers)):
                for name in names:
                    use = _Use(name, group, shape.event)
                    known = self._uses.get(use)
                    if known is not None:
                        known.add(times)
                    elif len(self._uses) < MAX_USES:
                        self._uses[use] = Times(times.count, times.examples)
                    elif self._left_out is None:
                        self._left_out = times.examples[0]
        self._shapes.clear()


def _in_words(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
