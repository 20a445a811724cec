"""A mapping, compiled: Segment message in, Pointillist event out. Pure: the same input gives the same output.

A message goes the quick way (:mod:`simulator.mapping.quick`); where something out of the ordinary turns up, or every
leaf is to be accounted for, it goes the accounting way (:mod:`simulator.mapping.account`). The input is never changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.mapping.account import Account, actor_pointer
from simulator.mapping.quick import Taken, Unusual, first_taken, refuse_collisions, take_as_text, take_by_type
from simulator.mapping.result import Drop, Mapped, Step
from simulator.mapping.rules import ACCOUNTED, BUCKETS, ENVELOPE, Settings
from simulator.mapping.tree import Tree, leaves_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.mapping.rules import Rule
    from simulator.mapping.tree import Node
    from simulator.segment.message import Admitted, Call

_ABSENT = object()


class Mapping:
    """A compiled mapping.

    Keeps flattened names between messages, which changes nothing but speed. May be shared between threads.

    Attributes:
        name: As its file says, else the file's name without its ending.
        rules: In the file's order, those of the mapping it extends first.
        settings: Its limits.
    """

    def __init__(self, name: str, rules: Iterable[Rule], settings: Settings | None = None) -> None:
        self.name = name
        self.rules = tuple(rules)
        self.settings = settings or Settings()
        self._plans: dict[Call, _Plan] = {call: _Plan(call, self) for call in ("identify", "track")}

    def __repr__(self) -> str:
        return f"<Mapping {self.name}: {len(self.rules)} rules>"

    def apply(self, payload: dict[str, Any], admitted: Admitted, *, explain: bool = False) -> Mapped:
        """Return the event an admitted message becomes.

        Args:
            payload: The message, a JSON object; not changed.
            admitted: What admission made of its envelope.
            explain: Account for every leaf in ``provenance`` and ``dropped``.

        Raises:
            TypeError: The payload holds something JSON has not.
        """
        plan = self._plans[admitted.call]
        plan.tree.trim()
        try:
            return plan.quick(payload, admitted, explain=explain)
        except Unusual:
            mapped = plan.accounted(payload, admitted)
            return mapped if explain else mapped._replace(provenance=(), dropped=())


class _Region(NamedTuple):
    """A part of the message that one rule, or none, begins.

    Attributes:
        tokens: Where it stands.
        node: The place in the tree of names.
        key: The last token, where the part stands at the top of the message or of its context; else ``None``.
        in_context: The part stands in the context.
        take: How the quick way takes it; ``None`` where it does not.
        inferred: The rule is our reading, and is noted once a message.
    """

    tokens: tuple[str, ...]
    node: Node
    key: str | None
    in_context: bool
    take: Callable[[dict[Any, Any], Node, Taken], None] | None
    inferred: bool


class _Plan:
    """What a mapping does with one call."""

    def __init__(self, call: Call, mapping: Mapping) -> None:
        rules = [rule for rule in mapping.rules if call in rule.calls]
        self.settings = mapping.settings
        self.envelope = {rule.target: rule for rule in rules if rule.target in ENVELOPE}
        self.ids = [rule for rule in rules if rule.source in ("/userId", "/anonymousId") and _is_actor(rule)]
        takers = [rule for rule in rules if rule.target in BUCKETS or (_is_actor(rule) and rule not in self.ids)]
        self.tree = Tree({rule.tokens: rule for rule in takers}, mapping.settings)
        self.regions = [self._region(tokens, rule, takers) for tokens, rule in _roots(takers)]
        self.named_actors: list[tuple[Rule, str, str]] = [
            (rule, kind, name) for rule in self.ids for _, kind, name in (rule.target.split(".", 2),)
        ]
        source = self.envelope.get("eventSource")
        self.source = source.value if source is not None else None
        self.type = self.envelope["eventType"].value if "eventType" in self.envelope else None

    def _region(self, tokens: tuple[str, ...], rule: Rule | None, takers: list[Rule]) -> _Region:
        in_context = len(tokens) == 2 and tokens[0] == "context"
        key = tokens[-1] if in_context or len(tokens) == 1 else None
        take = take_by_type if rule is None else _QUICK.get(rule.target)
        if any(_encloses(tokens, other.tokens) for other in takers) or (rule is not None and rule.prefix is None):
            take = None
        inferred = rule is not None and rule.basis == "inferred"
        return _Region(tokens, self.tree.root(tokens, rule), key, in_context, take, inferred)

    def _event(self, admitted: Admitted) -> dict[str, Any]:
        event: dict[str, Any] = {}
        if self.source is not None:
            event["eventSource"] = self.source
        event["eventType"] = self.type if self.type is not None else admitted.event
        event["eventTime"] = admitted.time
        actors: dict[str, dict[str, str]] = {}
        for rule, kind, name in self.named_actors:
            value = admitted.user_id if rule.source == "/userId" else admitted.anonymous_id
            if value is not None:
                actors.setdefault(kind, {})[name] = value
        event["actors"] = actors
        return event

    def quick(self, payload: dict[str, Any], admitted: Admitted, *, explain: bool) -> Mapped:
        """Map the short way.

        Raises:
            Unusual: The message needs the accounting way.
        """
        taken = Taken(self.settings.max_array_items, explain=explain)
        labels, numbers = taken.labels, taken.numbers
        context = payload.get("context")
        if context.__class__ is not dict:
            context = _NOTHING
        for tokens, node, key, in_context, take, inferred in self.regions:
            if key is None:
                value = _find(payload, tokens)
            else:
                value = context.get(key, _ABSENT) if in_context else payload.get(key, _ABSENT)
            if value is _ABSENT:
                continue
            if take is None or (value.__class__ is not dict and node.fate is None):
                raise Unusual
            if node.fate is not None:
                taken.notes.append(node.note("not_mapped"))
                if explain:
                    basis = node.drop_basis("not_mapped")
                    places = leaves_below(value, node.pointer) if isinstance(value, dict) else [node.pointer]
                    taken.drops.extend(Drop(place, "not_mapped", basis) for place in places)
            elif not value:
                taken.drop(node, "empty_value")
            else:
                before = len(labels) + len(numbers)
                take(value, node, taken)
                if inferred and len(labels) + len(numbers) != before:
                    first = first_taken(value, node)
                    if first is not None:
                        taken.notes.append(first.note("inferred_mapping"))
        if len(labels) + len(numbers) > self.settings.max_attributes:
            raise Unusual
        refuse_collisions(payload, self.tree, taken)
        event = self._event(admitted)
        event["labels"] = labels
        event["numbers"] = numbers
        if taken.steps is None:
            return Mapped(event, tuple(taken.notes))
        return Mapped(event, tuple(taken.notes), (*self._steps(admitted, payload), *taken.steps), tuple(taken.drops))

    def accounted(self, payload: dict[str, Any], admitted: Admitted) -> Mapped:
        """Map with an account of every leaf."""
        account = Account(self.settings)
        for region in self.regions:
            node = region.node
            value = _find(payload, region.tokens)
            if value is _ABSENT:
                continue
            told = {leaf.node.rule for leaf in account.placed}
            before = len(account.placed)
            account.take(value, node)
            for leaf in account.placed[before:]:
                rule = leaf.node.rule
                if rule not in told:
                    told.add(rule)
                    if rule is not None and rule.basis == "inferred":
                        account.notes.append(leaf.node.note("inferred_mapping"))
        kept = account.settle()
        event = self._event(admitted)
        steps = self._steps(admitted, payload)
        for kind, name, value, step in account.actors:
            event["actors"].setdefault(kind, {})[name] = value
            steps.append(step)
        event["labels"] = {leaf.node.name: leaf.value for leaf in kept if leaf.bucket == "labels"}
        event["numbers"] = {leaf.node.name: leaf.value for leaf in kept if leaf.bucket == "numbers"}
        steps.extend(leaf.step for leaf in kept)
        return Mapped(event, tuple(account.notes), tuple(steps), tuple(account.drops))

    def _steps(self, admitted: Admitted, payload: dict[str, Any]) -> list[Step]:
        """Return the provenance of everything but the attributes."""
        steps: list[Step] = []
        for target in ENVELOPE:
            rule = self.envelope.get(target)
            if rule is None:
                continue
            if target == "eventTime":
                steps.append(_time_step(rule, admitted, payload))
            else:
                steps.append(Step(rule.source, f"/{target}", rule.name, rule.basis))
        for rule, kind, name in self.named_actors:
            value = payload.get(rule.source[1:]) if rule.source else None
            if value is not None and value != "":
                converted = not isinstance(value, str)
                steps.append(Step(rule.source, actor_pointer(kind, name), rule.name, rule.basis, converted))
        return steps


_QUICK = {"labels": take_as_text, "attributes": take_by_type, "nothing": take_by_type}
_NOTHING: dict[str, Any] = {}
_SENDERS_TIMES = ("/timestamp", "/originalTimestamp")


def _time_step(rule: Rule, admitted: Admitted, payload: dict[str, Any]) -> Step:
    """Return where the event's time came from; what stands in for a time the sender did not give is ``ours``."""
    source = admitted.time_from
    converted = source is not None and payload.get(source[1:]) != admitted.time
    return Step(source, "/eventTime", rule.name, rule.basis if source in _SENDERS_TIMES else "ours", converted)


def _is_actor(rule: Rule) -> bool:
    return rule.target.startswith("actors.")


def _roots(rules: list[Rule]) -> list[tuple[tuple[str, ...], Rule | None]]:
    """Return where the walk begins: rules no other rule encloses, then the accounted parts no rule takes.

    A part with rules inside it but none around it is walked as a whole, in the place of the first of these rules.
    """
    wanted: dict[tuple[str, ...], Rule | None] = {}
    taken = {rule.tokens for rule in rules}
    for rule in rules:
        enclosing = [part for part in (*taken, *ACCOUNTED) if _encloses(part, rule.tokens)]
        top = min(enclosing, key=len, default=rule.tokens)
        wanted.setdefault(top, next((other for other in rules if other.tokens == top), None))
    for part in ACCOUNTED:
        if not any(_encloses(top, part) for top in (*wanted, part) if top != part) and part not in wanted:
            wanted[part] = None
    return list(wanted.items())


def _encloses(outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    return len(outer) < len(inner) and inner[: len(outer)] == outer


def _find(payload: Any, tokens: tuple[str, ...]) -> Any:
    for token in tokens:
        if isinstance(payload, dict):
            if token not in payload:
                return _ABSENT
            payload = payload[token]
        elif isinstance(payload, list) and token.isdigit() and int(token) < len(payload):
            payload = payload[int(token)]
        else:
            return _ABSENT
    return payload
