"""Messages against tracking plans: which rule is meant, what breaks it, and what of the plans never came."""

from __future__ import annotations

import difflib
from collections import Counter
from copy import copy
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from contracts.checker import Checker
from contracts.codes import violation
from contracts.errors import ContractFileError
from contracts.plan import RULE_TYPES, planned_paths
from contracts.reasoning.documents import Document
from contracts.reasoning.loops import loops
from contracts.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.plan import Plan, Rule, Unplanned
    from contracts.violations import Basis, Violation

_NAMED: dict[str, str] = {"track": "event", "page": "name", "screen": "name"}
"""Which key of a message holds the name a rule's key is compared with."""
_PAYLOAD: dict[str, str] = {"track": "properties", "page": "properties", "screen": "properties"}
_STRICTNESS: dict[Unplanned, int] = {"allow": 0, "warn": 1, "reject": 2}
_MAX_NAMES = 2_000
"""Unplanned names kept for the coverage; a sender that makes up names must not fill the memory."""


class _Compiled(NamedTuple):
    plan: int
    rule: Rule
    checker: Checker


Place: TypeAlias = tuple[str, str | None]
"""A rule type and its key: what rules are found by."""


class PlanChecker:
    """Several plans, compiled once, for many messages.

    A message must pass every COMMON rule of every plan and the rule of its own event in each plan that has one. A track
    no plan has a rule for is unplanned; the strictest of the plans says what that means.

    Args:
        plans: At least one.

    Raises:
        ContractFileError: Rules' schemas are no JSON Schemas; file and place of each.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._common: list[_Compiled] = []
        self._rules: dict[Place, list[_Compiled]] = {}
        self._unplanned = max((plan.unplanned for plan in plans), key=_STRICTNESS.__getitem__, default="allow")
        for compiled in _compiled(plans):
            if compiled.rule.type == "COMMON":
                self._common.append(compiled)
            else:
                self._rules.setdefault((compiled.rule.type, compiled.rule.key), []).append(compiled)
        self._names = [key for kind, key in self._rules if kind == "TRACK" and key is not None]
        self.coverage = Coverage(compiled.rule for rules in self._rules.values() for compiled in rules)

    def take_coverage(self) -> Coverage:
        """Return what came since this was last asked, and begin anew."""
        taken, self.coverage = self.coverage, self.coverage.unseen()
        return taken

    def check(self, message: Any, call: str) -> tuple[Violation, ...]:
        """Return everything in ``message`` the plans forbid; paths point into the message.

        Args:
            message: A Segment message, an object.
            call: Its type in lower case.
        """
        place, rules = self._find(message, call)
        found: list[Violation] = []
        for compiled in self._common:
            found.extend(compiled.checker.violations(message))
        for compiled in rules:
            found.extend(compiled.checker.violations(message))
            if compiled.rule.deprecated:
                found.append(
                    violation("deprecated_rule", "", f"the plan says {shown(compiled.rule.name)} is deprecated")
                )
        if not rules and place[0] == "TRACK" and self._unplanned != "allow":
            found.append(self._not_planned(place[1] or ""))
        self.coverage.observe(place, message, planned=bool(rules))
        return tuple(found)

    def _find(self, message: Any, call: str) -> tuple[Place, list[_Compiled]]:
        kind = call.upper()
        if kind not in RULE_TYPES:
            return (kind, None), []
        name = message.get(_NAMED.get(call, ""))
        key = name if isinstance(name, str) else None
        place: Place = (kind, key)
        rules = self._rules.get(place)
        if rules is None and kind != "TRACK":
            place = (kind, None)
            rules = self._rules.get(place)
        if not rules:
            return place, []
        return place, rules if len(rules) == 1 else _of_version(rules, message)

    def _not_planned(self, event: str) -> Violation:
        folded = {name.casefold(): name for name in self._names}
        near = (
            [folded[event.casefold()]]
            if event.casefold() in folded
            else difflib.get_close_matches(event, self._names, 1)
        )
        hint = f"did you mean {shown(near[0])}? Names match exactly" if near else "plan the event, or stop sending it"
        return violation(
            "unplanned_event",
            "/event",
            f"no plan has a rule for {shown(event)}",
            severity="error" if self._unplanned == "reject" else "warning",
            hint=hint,
        )


def refuse_wrong_schemas(plan: Plan) -> None:
    """Compile every rule of a plan, only to see whether it can be.

    Raises:
        ContractFileError: Rules' schemas are no JSON Schemas; file and place of each.
    """
    _compiled([plan])


def _compiled(plans: Sequence[Plan]) -> list[_Compiled]:
    found: list[_Compiled] = []
    wrong: list[str] = []
    for number, plan in enumerate(plans):
        for rule in plan.rules:
            try:
                found.append(_Compiled(number, rule, compile_users(rule.schema, basis="plan")))
            except ContractFileError as error:
                wrong += (f"{plan.where}: {rule.path} ({rule.name}): {text}" for text in error.args)
    if wrong:
        raise ContractFileError(*wrong)
    return found


def compile_users(schema: dict[str, Any] | bool, *, basis: Basis = "plan") -> Checker:
    """Return the checker of a schema somebody wrote, with what a validator does not refuse and cannot judge refused.

    Raises:
        ContractFileError: It is no JSON Schema, or a reference in it only leads back to itself.
    """
    checker = Checker(schema, basis=basis)
    if loops(Document(schema)):
        raise ContractFileError("a $ref leads back to itself at the same value: JSON Schema says not what that means")
    return checker


def _of_version(rules: list[_Compiled], message: Any) -> list[_Compiled]:
    """Choose by ``context.protocols.event_version`` where the message has it, else the newest of each plan."""
    context = message.get("context")
    protocols = context.get("protocols") if isinstance(context, dict) else None
    wanted = protocols.get("event_version") if isinstance(protocols, dict) else None
    chosen: dict[int, _Compiled] = {}
    for compiled in rules:
        best = chosen.get(compiled.plan)
        if best is None or _fit(compiled, wanted) > _fit(best, wanted):
            chosen[compiled.plan] = compiled
    return list(chosen.values())


def _fit(compiled: _Compiled, wanted: Any) -> tuple[bool, int]:
    return compiled.rule.version == wanted, compiled.rule.version


class Coverage:
    """What of the plans came, and what came that no plan has. Memory is bounded by the plans plus a fixed number.

    Args:
        rules: The plans' rules but the COMMON ones.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._planned: dict[Place, frozenset[str]] = {}
        self._paths: dict[Place, frozenset[str]] = {}
        for rule in rules:
            place = (rule.type, rule.key)
            payload = "/" + _payload_key(rule.type)
            paths = frozenset(path for path in planned_paths(rule.schema) if path.startswith(payload + "/"))
            self._paths[place] = self._paths.get(place, frozenset()) | paths
            top = frozenset(_unescape(path.split("/")[2]) for path in paths)
            self._planned[place] = self._planned.get(place, frozenset()) | top
        self._begin()

    def _begin(self) -> None:
        self._missing = {place: set(paths) for place, paths in self._paths.items()}
        self._seen: Counter[Place] = Counter()
        self._unplanned: Counter[str] = Counter()
        self._unplanned_properties: Counter[tuple[str, str]] = Counter()
        self.full = False

    def unseen(self) -> Coverage:
        """Return the coverage of the same plans by no message."""
        fresh = copy(self)
        fresh._begin()  # noqa: SLF001 - of its own kind
        return fresh

    def merge(self, other: Coverage) -> None:
        """Count in what another coverage of the same plans saw, after what this one saw."""
        for place, missing in other._missing.items():
            self._missing[place] &= missing
        self._seen.update(other._seen)
        for name, count in other._unplanned.items():
            self._note(self._unplanned, name, count)
        for name_and_path, count in other._unplanned_properties.items():
            self._note(self._unplanned_properties, name_and_path, count)
        self.full = self.full or other.full

    def observe(self, place: Place, message: Any, *, planned: bool) -> None:
        """Note one message."""
        if not planned:
            if place[0] == "TRACK":
                self._note(self._unplanned, place[1] or "")
            return
        self._seen[place] += 1
        key = _payload_key(place[0])
        payload = message.get(key)
        if not isinstance(payload, dict):
            return
        missing = self._missing[place]
        if missing:
            missing.difference_update([path for path in missing if _has(message, path.split("/")[1:])])
        names = self._planned[place]
        if not names.issuperset(payload):
            for name in payload.keys() - names:
                self._note(self._unplanned_properties, (place[1] or place[0].lower(), f"/{key}/{_escape(name)}"))

    def _note(self, counter: Counter[Any], name: Any, count: int = 1) -> None:
        if name in counter or len(counter) < _MAX_NAMES:
            counter[name] += count
        else:
            self.full = True

    def to_json(self) -> dict[str, Any]:
        """Return ``{"events": {"planned", "seen", "never", "unplanned"}, "properties": {"never", "unplanned"}}``."""
        places = sorted(self._missing, key=lambda place: (place[0], place[1] or ""))
        never = [place for place in places if not self._seen[place]]
        report: dict[str, Any] = {
            "events": {
                "planned": len(places),
                "seen": len(places) - len(never),
                "never": [_name(place) for place in never],
                "unplanned": [{"event": name, "count": count} for name, count in sorted(self._unplanned.items())],
            },
            "properties": {
                "planned": sum(len(names) for names in self._planned.values()),
                "never": [
                    {"event": _name(place), "path": path}
                    for place in places
                    if self._seen[place]
                    for path in sorted(self._missing[place])
                ],
                "unplanned": [
                    {"event": event, "path": path, "count": count}
                    for (event, path), count in sorted(self._unplanned_properties.items())
                ],
            },
        }
        if self.full:
            report["cut"] = f"more than {_MAX_NAMES} unplanned names; the rest are not listed"
        return report


def _name(place: Place) -> str:
    return place[1] if place[1] is not None else place[0].lower()


def _payload_key(kind: str) -> Literal["properties", "traits"]:
    return "properties" if kind.lower() in _PAYLOAD else "traits"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unescape(name: str) -> str:
    return name.replace("~1", "/").replace("~0", "~")


def _has(value: Any, keys: list[str]) -> bool:
    for position, key in enumerate(keys):
        if key == "*":
            return isinstance(value, list) and any(_has(item, keys[position + 1 :]) for item in value)
        name = _unescape(key)
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True
