"""What changed between two contracts, and for whom it breaks. Pure: the validator is an argument.

``backward``: does what a sender sent before still pass? ``forward``: does what the new contract allows still pass the
old one? The answer is a question of containment, and so of one instance: is there one that the one contract takes and
the other refuses?

* ``breaking``: there is. It was found by reasoning and **both** contracts were asked by a real validator.
* ``compatible``: there is none; every way to build one was followed and closed.
* ``unknown``: neither could be shown. It is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from contracts.reasoning.documents import Document, Goal
from contracts.reasoning.loops import loops
from contracts.reasoning.outcomes import NONE, UNSURE, Witness
from contracts.reasoning.solver import Solver
from contracts.schema_changes import ABSENT, Change, changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.reasoning.documents import Accepts, Schema

Verdict: TypeAlias = Literal["compatible", "breaking", "unknown"]
Direction: TypeAlias = Literal["backward", "forward"]
Contract: TypeAlias = "Sequence[Schema]"
"""Schemas an instance must pass, all of them."""

RANK: dict[Verdict, int] = {"compatible": 0, "unknown": 1, "breaking": 2}
"""How bad a verdict is; several together are as bad as the worst."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change that somebody may notice.

    Attributes:
        path: JSON Pointer into the contract, of the new one where the place is in both.
        kind: Such as ``required_added``, ``type_changed``, ``property_removed``; ``combined`` where only several
            changes together break.
        old: The old value; ``None`` where there was none.
        new: The new value.
        direction: For whom: ``backward`` what was sent before, ``forward`` what will be sent.
        example: An instance the one contract takes and the other refuses, or ``None`` where this change could not be
            judged.
        event: The rule of a plan it belongs to, or ``None``.
        judged: ``False``: it could not be told whether this change matters.
    """

    path: str
    kind: str
    old: Any
    new: Any
    direction: Direction
    example: Any
    event: str | None = None
    judged: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return the pinned object; ``event`` only for plans."""
        record: dict[str, Any] = {
            "path": self.path,
            "kind": self.kind,
            "old": self.old,
            "new": self.new,
            "direction": self.direction,
            "example": self.example,
        }
        if self.event is not None:
            record["event"] = self.event
        if not self.judged:
            record["verdict"] = "unknown"
        return record


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both verdicts and what they rest on."""

    backward: Verdict
    forward: Verdict
    findings: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """Return ``{"backward", "forward", "findings"}``."""
        return {
            "backward": self.backward,
            "forward": self.forward,
            "findings": [finding.to_json() for finding in self.findings],
        }

    def holds(self, direction: str) -> bool:
        """Tell whether the verdict asked for (``backward``, ``forward``, ``both``) is ``compatible``."""
        asked = ("backward", "forward") if direction == "both" else (direction,)
        return all(getattr(self, one) == "compatible" for one in asked)


def compare(old: Schema, new: Schema, accepts: Accepts, library: Mapping[str, Schema] | None = None) -> Comparison:
    """Compare two JSON Schemas.

    Args:
        old: The schema before.
        new: The schema after.
        accepts: A validator; it must assert formats where users' validators do.
        library: Other schemas they may refer to, by their ``$id``; ``accepts`` must know them too.
    """
    found = changes(old, new)
    if not found:
        return Comparison("compatible", "compatible", ())
    pair = Pair([old], [new], accepts, library=library)
    findings: list[Difference] = []
    for direction in ("backward", "forward"):
        findings += explain(pair, direction, found, old, new)
    return Comparison(pair.verdict("backward")[0], pair.verdict("forward")[0], tuple(findings))


class Pair:
    """Two contracts and the questions asked about them; verdicts are remembered."""

    def __init__(
        self,
        old: Contract,
        new: Contract,
        accepts: Accepts,
        *,
        given: Contract = (),
        library: Mapping[str, Schema] | None = None,
    ) -> None:
        self._contracts: dict[Direction, tuple[Contract, Contract]] = {"backward": (old, new), "forward": (new, old)}
        self._accepts = accepts
        self._library = library
        self._given = [self._goal(schema, True) for schema in given]
        self._given_schemas = given
        self._verdicts: dict[Direction, tuple[Verdict, Any]] = {}

    def verdict(self, direction: Direction) -> tuple[Verdict, Any]:
        """Return the verdict and, where it is ``breaking``, an instance that shows it."""
        if direction not in self._verdicts:
            self._verdicts[direction] = self._judge(direction)
        return self._verdicts[direction]

    def _judge(self, direction: Direction) -> tuple[Verdict, Any]:
        sent, asked = self._contracts[direction]
        verdict: Verdict = "compatible"
        for schema in asked:
            outcome = self._search(sent, [schema])
            if outcome is NONE:
                continue
            if isinstance(outcome, Witness) and self.shows(direction, outcome.value):
                return "breaking", outcome.value
            verdict = "unknown"
        return verdict, None

    def _search(self, passed: Contract, failed: Contract) -> Any:
        goals = [*self._given, *(self._goal(schema, True) for schema in passed)]
        goals += [self._goal(schema, False) for schema in failed]
        return UNSURE if any(loops(goal.document) for goal in goals) else Solver().solve(goals)

    def _goal(self, schema: Schema, wanted: bool) -> Goal:
        return Goal(Document(schema, self._library, self._accepts), schema, wanted)

    def example(self, direction: Direction, alone: Schema) -> Any:
        """Return an instance that breaks because of one change: one side takes it, the other and ``alone`` refuse it.

        Args:
            direction: For whom.
            alone: The side that is asked with only this change made.

        Returns:
            A :class:`Witness` that a validator confirmed, ``NONE`` where the change alone breaks nothing, else neither.
        """
        sent, asked = self._contracts[direction]
        outcome: Any = NONE
        for schema in asked:
            answer = self._search(sent, [alone, schema])
            if isinstance(answer, Witness) and self.shows(direction, answer.value):
                self._verdicts[direction] = ("breaking", answer.value)  # the smaller question may be the easier one
                return answer
            outcome = answer if answer is not NONE else outcome
        return None if isinstance(outcome, Witness) else outcome

    def shows(self, direction: Direction, instance: Any) -> bool:
        """Ask the validator whether ``instance`` really passes the one contract and fails the other."""
        sent, asked = self._contracts[direction]
        return all(self._accepts(schema, instance) for schema in (*self._given_schemas, *sent)) and not all(
            self._accepts(schema, instance) for schema in asked
        )


def explain(
    pair: Pair, direction: Direction, found: Sequence[Change], old: Schema, new: Schema, *, event: str | None = None
) -> list[Difference]:
    """Return which of the changes ``found`` are felt in ``direction``, each with an example."""
    if pair.verdict(direction)[0] == "compatible":
        return []
    differences: list[Difference] = []
    doubtful: list[Difference] = []
    for change in found:
        try:
            alone = change.made_in(old, back=False) if direction == "backward" else change.made_in(new, back=True)
        except (KeyError, TypeError, IndexError):  # the place is gone on the other side: another change covers it
            continue
        alone = _with_definitions(alone, new if direction == "backward" else old)
        outcome = pair.example(direction, alone)
        if isinstance(outcome, Witness):
            differences.append(_difference(change, direction, outcome.value, event))
        elif outcome is not NONE:
            doubtful.append(_difference(change, direction, None, event, judged=False))
    verdict, witness = pair.verdict(direction)
    if verdict == "breaking" and not differences:
        differences.append(Difference("", "combined", None, None, direction, witness, event))
    return differences + doubtful


def _difference(
    change: Change, direction: Direction, example: Any, event: str | None, *, judged: bool = True
) -> Difference:
    old = None if change.old is ABSENT else change.old
    new = None if change.new is ABSENT else change.new
    return Difference(change.path, change.kind, old, new, direction, example, event, judged)


def _with_definitions(schema: Schema, other: Schema) -> Schema:
    """Add definitions only the other side has, so that a single change can refer to them; they decide nothing else."""
    if not isinstance(schema, dict) or not isinstance(other, dict):
        return schema
    merged = dict(schema)
    for keyword in ("$defs", "definitions"):
        theirs, ours = other.get(keyword), schema.get(keyword, {})
        if isinstance(theirs, dict) and isinstance(ours, dict) and not theirs.keys() <= ours.keys():
            merged[keyword] = {**theirs, **ours}
    return merged
