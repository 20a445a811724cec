"""The JSON of every answer, as types: what mypy checks and ``/openapi.json`` shows.

Field names are the wire's (``interface.md`` 3.1, 5 and 8). Times are text, UTC, milliseconds.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypeAlias, TypedDict

EventTime: TypeAlias = str
Json: TypeAlias = dict[str, Any]

# Keywords of JSON Schema as pairs: what Annotated holds must be hashable.
_FROM_0 = (("minimum", 0),)
_FROM_1 = (("minimum", 1),)
Count: TypeAlias = Annotated[int, _FROM_0]
PolicyName: TypeAlias = Literal["first-claim", "last-claim", "split", "previous-only", "quarantine", "graph"]


class ViolationJson(TypedDict):
    """One thing found wrong, or worth knowing."""

    code: str
    severity: Literal["error", "warning", "info"]
    path: str
    message: str
    basis: Literal["seed", "fact", "inferred", "ours", "plan"]
    hint: NotRequired[str]


class ProblemJson(TypedDict):
    """Every error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    violations: list[ViolationJson]
    eventId: NotRequired[str]


class AcceptedJson(TypedDict):
    """The event is stored, counted and readable; ``recorded``: it breaks a rule and is listed as refused."""

    status: Literal["accepted", "duplicate", "recorded"]
    eventId: str
    warnings: NotRequired[list[ViolationJson]]


class HealthJson(TypedDict):
    """The server is there."""

    status: Literal["ok"]
    version: str
    uptime_s: float


class EventCountsJson(TypedDict):
    """Events by what became of them; ``dropped`` were kept no longer (``--keep``) and still count."""

    accepted: Count
    refused: Count
    duplicates: Count
    dropped: Count


class ActorCountsJson(TypedDict):
    """Actors that have events."""

    known: Count
    anonymous: Count


class SummaryJson(TypedDict):
    """A tenant in figures."""

    events: EventCountsJson
    by_type: dict[str, Count]
    actors: ActorCountsJson
    merges: Count
    conflicts: Count
    warnings: dict[str, Count]


class ClaimJson(TypedDict):
    """The event that claimed an anonymousId."""

    messageId: NotRequired[str]
    eventId: NotRequired[str]
    eventTime: EventTime
    documented: bool
    userId: NotRequired[str]


class AttributionJson(TypedDict):
    """How an event came to its actor."""

    kind: Literal["named", "claimed", "anonymous", "unattributed"]
    rule: str
    was: str | None
    claim: ClaimJson | None


class StepJson(TypedDict):
    """One reason."""

    text: str
    message: str | None
    rule: str | None
    basis: str | None


class WhyJson(TypedDict):
    """The chain of reasons, and what was not applied."""

    subject: str
    belongs_to: NotRequired[str | None]
    also: NotRequired[list[str]]
    same: NotRequired[bool]
    steps: list[StepJson]
    not_applied: list[StepJson]


class StoredEventJson(TypedDict):
    """One event or refusal; ``event`` is ``null`` and ``raw`` given where the body was no JSON."""

    eventId: str
    seq: int
    status: Literal["accepted", "refused"]
    messageId: NotRequired[str]
    receivedAt: EventTime
    event: Any
    raw: NotRequired[str]
    violations: list[ViolationJson]
    actor: str | None
    attribution: AttributionJson | None
    why: NotRequired[WhyJson]


class EventsJson(TypedDict):
    """A page of events, oldest first; ask again with ``after`` = ``next``."""

    events: list[StoredEventJson]
    next: int | None


class IdentifierJson(TypedDict):
    """One of the customer's identifiers that is neither userId nor anonymousId."""

    name: str
    value: str


class ActorJson(TypedDict):
    """One person. Labels and numbers are the latest by event time, of the newest 200 events and 50 identifies."""

    actorId: str
    userId: str | None
    userIds: NotRequired[list[str]]
    anonymousIds: list[str]
    identifiers: NotRequired[list[IdentifierJson]]
    events: Count
    messageIds: list[str]
    firstSeen: EventTime | None
    lastSeen: EventTime | None
    labels: dict[str, str]
    numbers: dict[str, float]
    warnings: dict[str, Count]
    merges: NotRequired[list[MergeJson]]


class ActorsJson(TypedDict):
    """A page of actors in the order of their ids; ask again with ``after`` = ``next``."""

    actors: list[ActorJson]
    next: str | None


# ``from`` is a keyword, so these two are written as calls.
MergeJson = TypedDict(
    "MergeJson",
    {
        "seq": int,
        "eventSeq": int,
        "anonymousId": str,
        "from": str,
        "to": str,
        "eventsMoved": Count,
        "claim": ClaimJson | None,
    },
)
MovedJson = TypedDict("MovedJson", {"anonymousId": str | None, "from": str | None, "to": str | None, "events": Count})


class MergesJson(TypedDict):
    """The merge log, oldest first."""

    merges: list[MergeJson]


class OptionsJson(TypedDict):
    """The knobs of a policy."""

    link_on: Literal["any", "identify"]
    claim_order: Literal["event-time", "arrival"]
    lookback_days: Annotated[int, _FROM_0] | None
    max_anonymous_ids: Annotated[int, _FROM_1] | None
    on_limit: Literal["warn", "refuse"]
    unique: list[str]


class PolicyJson(TypedDict):
    """The identity policy in force."""

    policy: PolicyName
    options: OptionsJson


class MovesJson(TypedDict):
    """What moved, and the figures after it."""

    moved: list[MovedJson]
    summary: SummaryJson


class FaultJson(TypedDict):
    """A fault that stands; ``next`` is how many requests it will still strike."""

    number: int
    struck: Count
    next: NotRequired[int]
    every: NotRequired[int]
    rate: NotRequired[float]
    seed: NotRequired[int]
    status: NotRequired[int]
    retry_after: NotRequired[float]
    latency_ms: NotRequired[float]
    drop: NotRequired[Literal["before", "after"]]
    body: NotRequired[Any]


class FaultsJson(TypedDict):
    """Every fault that stands."""

    faults: list[FaultJson]


class VerdictJson(TypedDict):
    """One stored event under the changed contract."""

    eventId: str
    seq: int
    messageId: NotRequired[str]
    eventType: str | None
    was: Literal["accepted", "refused"]
    verdict: Literal["accepted", "refused"]
    violations: list[ViolationJson]


class RecheckJson(TypedDict):
    """New verdicts on the same events; ``events`` lists those that fail or whose verdict changed."""

    checked: Count
    passed: Count
    failed: Count
    changed: Count
    events: list[VerdictJson]
    next: int | None
