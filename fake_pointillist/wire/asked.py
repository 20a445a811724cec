"""The JSON that requests bring, as types: what their bodies are checked against and ``/openapi.json`` shows."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypeAlias, TypedDict

from fake_pointillist.wire.answers import Json, PolicyName  # noqa: TC001 - evaluated to make the schemas

# Keywords of JSON Schema as pairs: what Annotated holds must be hashable.
_FROM_1 = (("minimum", 1),)
# Bounds beyond anybody's data: integers of any length would not fit into an answer.
_DAYS = (("minimum", 0), ("maximum", 10_000_000))
_IDS = (("minimum", 1), ("maximum", 1_000_000_000))
_SOME_NAMES = (("maxItems", 100), ("uniqueItems", True))
_NOT_EMPTY = (("minLength", 1),)
Id: TypeAlias = Annotated[str, _NOT_EMPTY]
UniqueName: TypeAlias = Annotated[str, (("pattern", r"^(?!anonymousId$)[\s\S]"),)]


class SomeOptionsJson(TypedDict):
    """Options to change; those left out take their default."""

    link_on: NotRequired[Literal["any", "identify"]]
    claim_order: NotRequired[Literal["event-time", "arrival"]]
    lookback_days: NotRequired[Annotated[int, _DAYS] | None]
    max_anonymous_ids: NotRequired[Annotated[int, _IDS] | None]
    on_limit: NotRequired[Literal["warn", "refuse"]]
    unique: NotRequired[Annotated[list[UniqueName], _SOME_NAMES]]


class NewPolicyJson(TypedDict):
    """The policy to switch to."""

    policy: PolicyName
    options: NotRequired[SomeOptionsJson]


class UnlinkJson(TypedDict):
    """Whose claims on what to delete."""

    userId: Id
    anonymousId: Id


class OnViolationJson(TypedDict):
    """What becomes of an event that breaks a hard rule: refused with 400, or taken with 200 and listed as refused."""

    on_violation: Literal["reject", "record"]


class NewFaultJson(TypedDict):
    """A fault: exactly one of ``next``, ``every``, ``rate``, and what then happens (nothing named: status 503).

    A connection that is cut hears nothing: with ``drop`` goes ``latency_ms`` alone.
    """

    next: NotRequired[Annotated[int, _FROM_1]]
    every: NotRequired[Annotated[int, _FROM_1]]
    rate: NotRequired[Annotated[float, (("minimum", 0), ("maximum", 1))]]
    seed: NotRequired[int]
    status: NotRequired[Annotated[int, (("minimum", 200), ("maximum", 599))]]
    retry_after: NotRequired[Annotated[float, (("minimum", 0), ("maximum", 86_400))]]
    latency_ms: NotRequired[Annotated[float, (("minimum", 0), ("maximum", 600_000))]]
    drop: NotRequired[Literal["before", "after"]]
    body: NotRequired[Any]


class ContractJson(TypedDict):
    """A changed contract: a JSON Schema of the Pointillist event, and, by event type, further ones."""

    schema: NotRequired[Json | bool]
    types: NotRequired[dict[str, Json | bool]]
