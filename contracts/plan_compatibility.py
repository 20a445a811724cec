"""What changed between two tracking plans, rule by rule, and for whom it breaks. Pure.

For every event either plan names, the question of :mod:`contracts.compatibility` is asked of all schemas its messages
must pass (COMMON and its own). Where a plan has no rule, its ``unplanned`` policy decides: ``reject`` takes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contracts.compatibility import RANK, Accepts, Comparison, Difference, Direction, Pair, Verdict, explain
from contracts.reasoning.documents import same
from contracts.schema_changes import changes

if TYPE_CHECKING:
    from contracts.plan import Plan, Rule
    from contracts.reasoning.documents import Schema

_DIRECTIONS: tuple[Direction, ...] = ("backward", "forward")
_NAMES = {"TRACK": "event", "PAGE": "name", "SCREEN": "name"}


def compare_plans(old: Plan, new: Plan, accepts: Accepts) -> Comparison:
    """Compare two plans.

    Args:
        old: The plan before.
        new: The plan after.
        accepts: A validator, as for :func:`contracts.compatibility.compare`.
    """
    verdicts: dict[Direction, Verdict] = {"backward": "compatible", "forward": "compatible"}
    findings: list[Difference] = []
    before, after = _newest(old), _newest(new)
    places = list(dict.fromkeys([*before, *after]))
    for kind, key in places:
        one, other = before.get((kind, key)), after.get((kind, key))
        pair = Pair(_contract(old, one, kind), _contract(new, other, kind), accepts, given=[_given(kind, key)])
        for direction in _DIRECTIONS:
            findings += _findings(pair, direction, (old, new), (one, other))  # may turn "unknown" into "breaking"
            verdict = pair.verdict(direction)[0]
            verdicts[direction] = max(verdicts[direction], verdict, key=RANK.__getitem__)
    if any(rule.type == "COMMON" for rule in (*old.rules, *new.rules)) or old.unplanned != new.unplanned:
        planned = [key for kind, key in places if kind == "TRACK"]
        given: Schema = {
            **_given("TRACK", None),
            "not": {"properties": {"event": {"enum": planned}}, "required": ["event"]},
        }
        pair = Pair(_contract(old, None, "TRACK"), _contract(new, None, "TRACK"), accepts, given=[given])
        for direction in _DIRECTIONS:
            verdict, witness = pair.verdict(direction)
            verdicts[direction] = max(verdicts[direction], verdict, key=RANK.__getitem__)
            if verdict != "compatible":
                findings.append(
                    Difference(
                        path="/unplanned",
                        kind="unplanned_changed",
                        old=old.unplanned,
                        new=new.unplanned,
                        direction=direction,
                        example=witness,
                        event="*",
                        judged=verdict != "unknown",
                    )
                )
    return Comparison(verdicts["backward"], verdicts["forward"], tuple(findings))


def _newest(plan: Plan) -> dict[tuple[str, str | None], Rule]:
    found: dict[tuple[str, str | None], Rule] = {}
    for rule in plan.rules:
        place = (rule.type, rule.key)
        if rule.type != "COMMON" and (place not in found or rule.version > found[place].version):
            found[place] = rule
    return found


def _common(plan: Plan) -> list[Rule]:
    return [rule for rule in plan.rules if rule.type == "COMMON"]


def _contract(plan: Plan, rule: Rule | None, kind: str) -> list[Schema]:
    """Return every schema a message must pass."""
    schemas: list[Schema] = [common.schema for common in _common(plan)]
    if rule is not None:
        schemas.append(rule.schema)
    elif kind == "TRACK" and plan.unplanned == "reject":
        schemas.append(False)
    return schemas or [True]


def _given(kind: str, key: str | None) -> dict[str, Any]:
    """Return what is so of every message a rule is asked about: its type, and its name."""
    properties: dict[str, Any] = {"type": {"const": kind.lower()}}
    if kind in _NAMES:
        properties[_NAMES[kind]] = {"const": key} if key is not None else {"type": "string", "minLength": 1}
    return {"type": "object", "required": list(properties), "properties": properties}


def _findings(
    pair: Pair, direction: Direction, plans: tuple[Plan, Plan], rules: tuple[Rule | None, Rule | None]
) -> list[Difference]:
    """Return the changes of one event that are felt; a rule that came or went is one change."""
    (old, new), (one, other) = plans, rules
    verdict, witness = pair.verdict(direction)
    if verdict == "compatible":
        return []
    rule = other or one
    assert rule is not None
    event = rule.name
    found: list[Difference] = []
    if one is not None and other is not None:
        rows = explain(pair, direction, changes(one.schema, other.schema), one.schema, other.schema, event=event)
        found += [_below(row, other.path) for row in rows if row.kind != "combined"]
    else:
        kind = "rule_added" if one is None else "rule_removed"
        before, after = (rule.schema if rule is not None else None for rule in (one, other))
        found.append(Difference(rule.path, kind, before, after, direction, witness, event, judged=verdict != "unknown"))
    if not found:
        commons = ([rule.schema for rule in _common(old)], [rule.schema for rule in _common(new)])
        kind = "common_changed" if not same(*commons) else "combined"
        found.append(Difference("/rules", kind, None, None, direction, witness, event, judged=verdict != "unknown"))
    return found


def _below(row: Difference, path: str) -> Difference:
    return replace(row, path=path + row.path)
