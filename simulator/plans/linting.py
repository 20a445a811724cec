"""Plans and mappings that cannot do their work: rules that cannot fail, contradict themselves, name what never came."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from contracts.codes import violation
from contracts.conformance import refuse_wrong_schemas
from contracts.reasoning.atoms import EVERY_TYPE, KEYWORD_TYPE
from contracts.reasoning.documents import Document, Goal
from contracts.reasoning.formats import FORMATS, is_checked
from contracts.reasoning.outcomes import NONE
from contracts.reasoning.solver import Solver
from contracts.schema_changes import ANNOTATIONS
from contracts.violations import pointer
from contracts.wording import shown
from simulator.pipeline import traces
from simulator.plans.contract_files import accepts
from simulator.segment.admission import Admission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.plan import Plan, Rule
    from contracts.violations import Violation
    from simulator.mapping import Mapping
    from simulator.segment.message import Received

_OTHER_KEYWORDS = frozenset(
    {"then", "else", "minContains", "maxContains", "$defs", "definitions", "$anchor", "$dynamicAnchor", "$vocabulary",
     "contains", "enumNames", "nullable", "discriminator", "xml", "externalDocs"}
)  # fmt: skip
KEYWORDS = frozenset({*EVERY_TYPE, *KEYWORD_TYPE, *ANNOTATIONS, *_OTHER_KEYWORDS})
_MESSAGE_KEYS = frozenset(
    {"type", "event", "userId", "anonymousId", "messageId", "properties", "traits", "context", "integrations",
     "timestamp", "sentAt", "originalTimestamp", "receivedAt", "groupId", "previousId", "name", "category", "channel",
     "version", "writeKey", "_metadata"}
)  # fmt: skip
_DIALECTS = frozenset(
    {*(f"http{s}://json-schema.org/draft-0{number}/schema" for s in ("", "s") for number in (4, 6, 7)),
     "http://json-schema.org/schema", "https://json-schema.org/draft/2019-09/schema",
     "https://json-schema.org/draft/2020-12/schema"}
)  # fmt: skip
_NAMES = {"TRACK": "event", "PAGE": "name", "SCREEN": "name"}
_BY_NAME = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependentRequired",
            "dependencies")  # fmt: skip
"""Keywords whose keys are names."""


def lint_plan(plan: Plan, messages: Iterable[Any] = ()) -> list[Violation]:
    """Return what is wrong with a plan; paths point into its file.

    Args:
        plan: The plan.
        messages: Observed Segment messages; where there are any, what never came is named.

    Raises:
        ContractFileError: Rules hold no JSON Schema at all; place of each.
    """
    refuse_wrong_schemas(plan)
    found: list[Violation] = []
    spellings: dict[tuple[str, str], str] = {}
    for rule in plan.rules:
        found += _rule(rule)
        if rule.key is not None:
            first = spellings.setdefault((rule.type, rule.key.casefold()), rule.key)
            if first != rule.key:
                text = f"{shown(rule.key)} and {shown(first)} differ only by case"
                found.append(violation("case_clash", rule.path, text))
    seen = _seen(messages)
    return [*found, *_never_came(plan, seen)] if seen else found


def _never_came(plan: Plan, seen: set[tuple[str, str | None]]) -> Iterator[Violation]:
    for rule in plan.rules:
        if rule.type == "COMMON" or rule.deprecated or (rule.type, rule.key) in seen:
            continue
        call = rule.type.lower()
        if rule.key is None:
            yield violation("plan_never_came", rule.path, f"no {call} call came")
            continue
        near = difflib.get_close_matches(rule.key, [name for kind, name in seen if kind == rule.type and name], 1)
        hint = f"did you mean {shown(near[0])}, which came?" if near else None
        text = f"{'' if rule.type == 'TRACK' else f'{call} '}{shown(rule.key)} never came"
        yield violation("plan_never_came", rule.path, text, hint=hint)


def lint_mapping(mapping: Mapping, messages: Iterable[Received], now: Callable[[], int]) -> list[Violation]:
    """Return which rules of a mapping cannot take anything, or took nothing; paths are the rules' names.

    Args:
        mapping: The mapping; that it can be loaded is half of its lint.
        messages: Observed Segment messages; where there are any, rules that took nothing from them are named.
        now: The clock, microseconds since the epoch.
    """
    return [*_unknown_roots(mapping), *_unused(mapping, messages, now)]


def _unknown_roots(mapping: Mapping) -> Iterator[Violation]:
    for rule in mapping.rules:
        if rule.tokens and rule.tokens[0] not in _MESSAGE_KEYS:
            root = rule.tokens[0]
            near = difflib.get_close_matches(root, _MESSAGE_KEYS, 1)
            hint = f"did you mean {shown(f'/{near[0]}')}?" if near else None
            text = f"rule {shown(rule.name)} takes from {shown(rule.source)}; Segment messages have no {shown(root)}"
            yield violation("mapping_unknown_root", pointer(rule.name), text, hint=hint)


def _unused(mapping: Mapping, messages: Iterable[Received], now: Callable[[], int]) -> Iterator[Violation]:
    used: set[str] = set()
    came: set[str] = set()
    count = 0
    for trace in traces(messages, admission=Admission(now), mapping=mapping, explain=True):
        if trace.mapped is not None:
            count += 1
            used.update(step.rule for step in trace.mapped.provenance)
            came.update(step.source for step in trace.mapped.provenance if step.source is not None)
    for rule in mapping.rules:
        if count and rule.name not in used and rule.target != "nothing":
            near = difflib.get_close_matches(rule.source or "", came, 1, 0.8)
            hint = f"did you mean {shown(near[0])}, which came?" if near else None
            text = f"rule {shown(rule.name)} took nothing from {count:,} message{'s' * (count != 1)}"
            yield violation("mapping_unused", pointer(rule.name), text, hint=hint)


def _rule(rule: Rule) -> Iterator[Violation]:
    schema = rule.schema
    document = Document(schema, accepts=accepts)
    given = Goal(Document(True), _given(rule), True)
    if Solver().solve([given, Goal(document, schema, True)]) is NONE:
        yield violation("plan_contradiction", rule.path, f"no message can pass the rule for {shown(rule.name)}")
    elif Solver().solve([given, Goal(document, schema, False)]) is NONE:
        yield violation("plan_cannot_fail", rule.path, f"the rule for {shown(rule.name)} takes every message")
    if isinstance(schema, dict):
        yield from _wrong_level(rule, schema)
        dialect = schema.get("$schema")
        if dialect is not None and not _is_known(dialect):
            text = f"{shown(dialect)} is no dialect known here"
            yield violation("plan_unknown_dialect", rule.path + pointer("$schema"), text)
        yield from _keywords(schema, rule.path, document)


def _given(rule: Rule) -> dict[str, Any]:
    """Return what is so of every message the rule is asked about."""
    properties: dict[str, Any] = {}
    if rule.type != "COMMON":
        properties["type"] = {"const": rule.type.lower()}
    if rule.type in _NAMES and rule.key is not None:
        properties[_NAMES[rule.type]] = {"const": rule.key}
    return {"type": "object", "required": list(properties), "properties": properties}


def _wrong_level(rule: Rule, schema: dict[str, Any]) -> Iterator[Violation]:
    named = schema.get("properties")
    if not isinstance(named, dict) or not named:
        return
    strange = [name for name in named if name not in _MESSAGE_KEYS]
    if strange and not {"properties", "traits", "context"} & named.keys():
        yield violation(
            "plan_wrong_level",
            rule.path + pointer("properties", strange[0]),
            f"{shown(strange[0])} is no key of a Segment message; the schema seems to describe the properties alone",
        )


def _keywords(schema: Any, path: str, document: Document, depth: int = 0) -> Iterator[Violation]:
    """Find keys that look like misspelt keywords and formats nobody checks, wherever a subschema stands."""
    if not isinstance(schema, dict) or depth > 32:
        return
    for key, value in schema.items():
        if key not in KEYWORDS and not key.startswith(("x-", "$")):
            near = difflib.get_close_matches(key, KEYWORDS, 1, 0.8)
            hint = f"did you mean {shown(near[0])}?" if near else None
            yield violation("plan_unknown_keyword", path + pointer(key), f"{shown(key)} is no keyword", hint=hint)
        if key in document.unknown:
            text = f"{shown(key)} is no keyword of {document.dialect}: nothing is checked by it"
            yield violation("plan_unknown_keyword", path + pointer(key), text)
        if key == "format" and isinstance(value, str) and not is_checked(document, value):
            near = difflib.get_close_matches(value, FORMATS, 1, 0.8)
            hint = f"did you mean {shown(near[0])}?" if near and near[0] != value else None
            text = f"no text fails the format {shown(value)} in this dialect"
            yield violation("plan_unchecked_format", path + pointer(key), text, hint=hint)
        if key in _BY_NAME and isinstance(value, dict):
            for name, inner in value.items():
                yield from _keywords(inner, path + pointer(key, name), document, depth + 1)
        elif key not in ("enum", "const", "default", "examples") and key in KEYWORDS:
            rows = enumerate(value) if isinstance(value, list) else [(None, value)]
            for place, inner in rows:
                below = path + (pointer(key) if place is None else pointer(key, place))
                yield from _keywords(inner, below, document, depth + 1)


def _is_known(dialect: Any) -> bool:
    return isinstance(dialect, str) and dialect.rstrip("#") in _DIALECTS


def _seen(messages: Iterable[Any]) -> set[tuple[str, str | None]]:
    """Return the types that came, and the names of each; ``None`` stands for any name."""
    seen: set[tuple[str, str | None]] = set()
    for message in messages:
        if isinstance(message, dict) and isinstance(message.get("type"), str):
            kind = message["type"].upper()
            name = message.get(_NAMES.get(kind, ""))
            seen |= {(kind, None), (kind, name if isinstance(name, str) else None)}
    return seen
