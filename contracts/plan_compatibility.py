"""What changed between two tracking plans, rule by rule, and for whom it breaks. Pure.

All messages are divided by what judges them: each event a plan names, in each version a message can ask for; the tracks
no plan names, where ``unplanned`` decides (``reject`` takes nothing); and the other calls, which only COMMON rules see.
For every part the question of :mod:`contracts.compatibility` is asked of all schemas its messages must pass.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.compatibility import RANK, Comparison, Difference, Direction, Pair, Verdict, explain
from contracts.reasoning.documents import same
from contracts.schema_changes import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.plan import Plan, Rule
    from contracts.reasoning.documents import Accepts, Schema

_DIRECTIONS: tuple[Direction, ...] = ("backward", "forward")
_NAMES = {"TRACK": "event", "PAGE": "name", "SCREEN": "name"}
ANY = "*"
"""The event of a finding about messages that no rule names."""


class _Part(NamedTuple):
    """Messages the same rules judge.

    Attributes:
        event: What people call them.
        given: Schemas that hold of exactly these messages.
        rules: The rule of the old and of the new plan, or ``None`` where COMMON and ``unplanned`` decide alone.
        planned: A message without a rule needs none: it is no track.
    """

    event: str
    given: list[Schema]
    rules: tuple[Rule | None, Rule | None]
    planned: bool


def compare_plans(old: Plan, new: Plan, accepts: Accepts) -> Comparison:
    """Compare two plans.

    Args:
        old: The plan before.
        new: The plan after.
        accepts: A validator, as for :func:`contracts.compatibility.compare`.
    """
    verdicts: dict[Direction, Verdict] = {"backward": "compatible", "forward": "compatible"}
    findings: dict[tuple[Any, ...], Difference] = {}
    for part in _parts(old, new):
        one, other = part.rules
        contracts = _contract(old, one, part), _contract(new, other, part)
        if same(*contracts):
            continue
        pair = Pair(*contracts, accepts, given=part.given)
        for direction in _DIRECTIONS:
            for row in _findings(pair, direction, (old, new), part):  # may turn "unknown" into "breaking"
                # A change of a COMMON rule is felt by every event and told once, with the first example.
                key = (row.direction, row.event, row.path, row.kind, repr(row.old), repr(row.new))
                if key not in findings or (row.judged and not findings[key].judged):
                    findings[key] = row
            verdict = pair.verdict(direction)[0]
            verdicts[direction] = max(verdicts[direction], verdict, key=RANK.__getitem__)
    return Comparison(verdicts["backward"], verdicts["forward"], tuple(findings.values()))


def _parts(old: Plan, new: Plan) -> Iterator[_Part]:
    """Divide all messages; no two parts have one in common."""
    own = [rule for rule in (*old.rules, *new.rules) if rule.type != "COMMON"]
    kinds = list(dict.fromkeys(rule.type for rule in own))
    for kind in dict.fromkeys([*kinds, "TRACK"]):
        names = list(dict.fromkeys(rule.key for rule in own if rule.type == kind and rule.key is not None))
        for name in names:
            yield from _versions(old, new, kind, name, _is(kind, {"const": name}))
        rest: list[Schema] = [_is(kind, {"type": "string", "minLength": 1} if kind == "TRACK" else None)]
        if names:
            rest.append({"not": _is(kind, {"enum": names})})
        if kind == "TRACK":
            yield _Part(ANY, rest, (None, None), planned=False)
        else:
            yield from _versions(old, new, kind, None, *rest)
    calls = [kind.lower() for kind in dict.fromkeys([*kinds, "TRACK"])]
    other = {"type": "object", "required": ["type"], "properties": {"type": {"type": "string", "not": {"enum": calls}}}}
    yield _Part(ANY, [other], (None, None), planned=True)


def _versions(old: Plan, new: Plan, kind: str, name: str | None, *given: Schema) -> Iterator[_Part]:
    """Divide the messages of one event by the version of its rule they ask for; without one it is the newest."""
    sides = _rules(old, kind, name), _rules(new, kind, name)
    numbers = sorted({rule.version for rules in sides for rule in rules})
    judged: dict[tuple[str | None, ...], tuple[tuple[Rule | None, Rule | None], list[int | None]]] = {}
    for number in (*numbers, None):
        one, other = (_of_version(rules, number) for rules in sides)
        places = tuple(None if rule is None else rule.path for rule in (one, other))
        judged.setdefault(places, ((one, other), []))[1].append(number)
    for pair, asked in judged.values():
        parts = list(given)
        if len(judged) > 1:
            named: list[Any] = [number for number in numbers if (number in asked) != (None in asked)]
            parts.append({"not": _asks(named)} if None in asked else _asks(named))
        event = next((rule.name for rule in reversed(pair) if rule is not None), name or kind.lower())
        yield _Part(event, parts, pair, planned=kind != "TRACK")


def _rules(plan: Plan, kind: str, name: str | None) -> list[Rule]:
    """Return the rules of an event in every version; those of the whole call where none has its name."""
    named = [rule for rule in plan.rules if (rule.type, rule.key) == (kind, name)]
    if named or kind == "TRACK":
        return named
    return [rule for rule in plan.rules if (rule.type, rule.key) == (kind, None)]


def _of_version(rules: list[Rule], number: int | None) -> Rule | None:
    return max(rules, key=lambda rule: (rule.version == number, rule.version), default=None)


def _contract(plan: Plan, rule: Rule | None, part: _Part) -> list[Schema]:
    """Return every schema a message must pass."""
    schemas: list[Schema] = [common.schema for common in _common(plan)]
    if rule is not None:
        schemas.append(rule.schema)
    elif not part.planned and plan.unplanned == "reject":
        schemas.append(False)
    return schemas or [True]


def _common(plan: Plan) -> list[Rule]:
    return [rule for rule in plan.rules if rule.type == "COMMON"]


def _is(kind: str, name: Schema | None) -> dict[str, Any]:
    """Return what is so of every message of a call and, where ``name`` says something of it, of its name."""
    properties: dict[str, Any] = {"type": {"const": kind.lower()}}
    if name is not None and kind in _NAMES:
        properties[_NAMES[kind]] = name
    return {"type": "object", "required": list(properties), "properties": properties}


def _asks(versions: list[Any]) -> dict[str, Any]:
    """Return what is so of a message that asks for one of these versions of its rule."""
    schema: dict[str, Any] = {"enum": versions}
    for key in ("event_version", "protocols", "context"):
        schema = {"type": "object", "required": [key], "properties": {key: schema}}
    return schema


def _findings(pair: Pair, direction: Direction, plans: tuple[Plan, Plan], part: _Part) -> list[Difference]:
    """Return the changes of one part that are felt; a rule that came or went is one change."""
    (old, new), (one, other) = plans, part.rules
    if pair.verdict(direction)[0] == "compatible":
        return []
    found: list[Difference] = []
    if one is not None and other is not None:
        found = _felt(pair, direction, one, other, part.event)
    elif one is not None or other is not None:
        rule = other or one
        assert rule is not None
        kind = "rule_added" if one is None else "rule_removed"
        before, after = (None if rule is None else rule.schema for rule in (one, other))
        return [_whole(pair, direction, part.event, (rule.path, kind), (before, after))]
    elif not part.planned and old.unplanned != new.unplanned:
        return [_whole(pair, direction, ANY, ("/unplanned", "unplanned_changed"), (old.unplanned, new.unplanned))]
    commons = _common(old), _common(new)
    if len(commons[0]) == len(commons[1]):
        for first, second in zip(*commons, strict=True):
            found += _felt(pair, direction, first, second, ANY)
    if found:
        return found
    if len(commons[0]) != len(commons[1]):
        return [_whole(pair, direction, ANY, ("/rules", "common_changed"), (len(commons[0]), len(commons[1])))]
    return [_whole(pair, direction, part.event, ("/rules", "combined"), (None, None))]


def _felt(pair: Pair, direction: Direction, old: Rule, new: Rule, event: str) -> list[Difference]:
    rows = explain(pair, direction, changes(old.schema, new.schema), old.schema, new.schema, event=event)
    return [replace(row, path=new.path + row.path) for row in rows if row.kind != "combined"]


def _whole(pair: Pair, direction: Direction, event: str, place: tuple[str, str], values: tuple[Any, Any]) -> Difference:
    """Return one finding for everything that differs in a part: path and kind, the old value and the new one."""
    verdict, witness = pair.verdict(direction)
    return Difference(*place, *values, direction, witness, event, verdict != "unknown")
