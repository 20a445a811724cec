"""The records of identity: what goes in, what comes out. Pure; :mod:`fake_pointillist.identity.engine` is the theory.

Times are microseconds since the epoch, UTC. ``seq`` is the order of arrival, from 1. Actors are named ``user:U`` and
``anon:A``: userId and anonymousId are separate namespaces (R7); what has neither is named ``id:email:ada@example.com``.
Paths are JSON Pointers into a Segment message (``/userId``); in a Pointillist event they stand below
``/actors/customer``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from fake_pointillist.identity.notation import anon_id, other_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.violations import Basis

LinkOn: TypeAlias = Literal["any", "identify"]
"""Which events claim: any with both ids, or only identify."""

ClaimOrder: TypeAlias = Literal["event-time", "arrival"]
"""What *first*, *last*, *before* and *after* mean."""

OnLimit: TypeAlias = Literal["warn", "refuse"]
"""What becomes of an anonymousId beyond ``max_anonymous_ids``."""

Kind: TypeAlias = Literal["named", "claimed", "anonymous", "unattributed"]
"""How an event came to its actor: it names the user, by a claim on its anonymousId, or not at all."""


Identifiers: TypeAlias = tuple[tuple[str, str], ...]
"""Identifiers other than userId and anonymousId, as (name, value)."""


class IdEvent(NamedTuple):
    """One accepted event, as far as identity is concerned.

    Attributes:
        seq: Order of arrival, from 1.
        message: The messageId, else the eventId, else the position (``#3``).
        time_us: Event time.
        user_id: As on the wire; ``None`` where absent.
        anonymous_id: The same.
        documented: Whether it is an identify, the call Segment's page promises the link for.
        event_type: For people; it decides nothing.
        others: The customer's other identifiers, as (name, value), by name; Segment traffic has none.
    """

    seq: int
    message: str
    time_us: int
    user_id: str | None
    anonymous_id: str | None
    documented: bool
    event_type: str = ""
    others: Identifiers = ()

    @property
    def carried(self) -> tuple[str, ...]:
        """What it carries but the userId, as claims name it: the anonymousId as it is, others ``id:NAME:VALUE``."""
        others = tuple(other_id(*one) for one in self.others)
        return (anon_id(self.anonymous_id), *others) if self.anonymous_id else others


class Claim(NamedTuple):
    """A user's claim on an anonymousId: an event that carried both (R9). Claims sort by (``key``, ``seq``).

    Attributes:
        key: What orders claims: the event time, or under ``claim_order="arrival"`` the ``seq``.
        seq: Arrival of the event.
        time_us: Its event time.
        user_id: Who claims.
        anonymous_id: What is claimed.
        message: The event's name.
        documented: By an identify (``seed``), not by a track (``inferred``).
    """

    key: int
    seq: int
    time_us: int
    user_id: str
    anonymous_id: str
    message: str
    documented: bool


class Attribution(NamedTuple):
    """Whom an event belongs to, and by which rule.

    Attributes:
        actor: ``user:U``, ``anon:A``, or ``None`` where no id is usable.
        rule: ``R8`` it names the user, ``R11`` by its anonymousId, ``R5`` no usable id.
        claim: The claim that decided it, or ``None``.
        was: The actor it had on arrival where the claim came later (``anon:A``), else ``None``.
    """

    actor: str | None
    rule: str
    claim: Claim | None = None
    was: str | None = None

    @property
    def kind(self) -> Kind:
        """How the event came to its actor."""
        if self.actor is None:
            return "unattributed"
        if self.rule == "R8":
            return "named"
        return "claimed" if self.claim is not None else "anonymous"


class Move(NamedTuple):
    """One row of the merge log: an owner change that moved at least one event.

    Attributes:
        anonymous_id: The id whose events moved; under ``graph`` the id that joined two users.
        from_: The actor before.
        to: The actor after.
        events_moved: How many events.
        message: The claim's event, or ``None`` for an unlink.
        time_us: Its event time, or ``None`` for an unlink.
        documented: By an identify.
        is_joined: The event does not claim the id, but something that the id is joined with.
    """

    anonymous_id: str
    from_: str
    to: str
    events_moved: int
    message: str | None
    time_us: int | None
    documented: bool
    is_joined: bool = False

    @property
    def through(self) -> str | None:
        """The id whose events moved, where they were not that id's own actor's."""
        return None if self.from_ in (f"anon:{self.anonymous_id}", self.anonymous_id) else self.anonymous_id

    @property
    def basis(self) -> Basis:
        """What the row rests on.

        The Segment page speaks of an identify, and of events that were an anonymousId's alone. That another event with
        both ids does the same is our reading; other identifiers, and whatever goes from user to user, are our choice.
        """
        is_first = self.from_ == f"anon:{self.anonymous_id}" and self.to.startswith("user:")
        if self.is_joined or self.message is None or not is_first:
            return "ours"
        return "seed" if self.documented else "inferred"

    def to_json(self) -> dict[str, Any]:
        """Return the pinned row of ``stitch`` (``interface.md`` 5)."""
        return {
            "anonymous_id": self.anonymous_id,
            "from": self.from_,
            "to": self.to,
            "events_moved": self.events_moved,
            "message_id": self.message,
            "documented": self.documented,
        }


class IdWarning(NamedTuple):
    """Something about ids worth knowing before it is too late.

    Attributes:
        code: A key of :data:`contracts.codes.CODES`.
        message_ids: The events it comes from, the deciding one first.
        text: One sentence with the values.
        path: ``/userId``, ``/anonymousId`` or ``""``.
    """

    code: str
    message_ids: tuple[str, ...]
    text: str
    path: str = ""


class Added(NamedTuple):
    """What one event did: its attribution now, what there is to warn of, what it moved."""

    attribution: Attribution
    warnings: tuple[IdWarning, ...] = ()
    moves: tuple[Move, ...] = ()


class ActorIds(NamedTuple):
    """One actor.

    Attributes:
        actor: ``user:U``, ``anon:A`` or ``id:NAME:VALUE``.
        user_id: The user it is named after; ``None`` for an anonymous actor.
        user_ids: Every userId in it, sorted: more than one only under ``graph``; empty for an anonymous actor.
        anonymous_ids: The ids it owns, sorted; under ``split`` and ``previous-only`` every id it has claimed.
        identifiers: The other identifiers it owns, sorted.
        events: How many events belong to it.
    """

    actor: str
    user_id: str | None
    user_ids: tuple[str, ...]
    anonymous_ids: tuple[str, ...]
    identifiers: Identifiers
    events: int

    @property
    def owned(self) -> tuple[str, ...]:
        """The ids it owns, as claims name them: the anonymousIds, then the others as ``id:NAME:VALUE``."""
        return (*map(anon_id, self.anonymous_ids), *(other_id(*one) for one in self.identifiers))


@dataclass(frozen=True, slots=True)
class Options:
    """The knobs every policy has (``facts/identity.md`` 3). All of them are ``ours``.

    Attributes:
        link_on: ``any`` event with both ids claims, or only ``identify``.
        claim_order: ``event-time`` makes the result independent of the order of arrival; ``arrival`` does not.
        lookback_days: Anonymous-only events older than this before the claim are not moved; ``None`` for no limit.
        max_anonymous_ids: How many anonymousIds a user may own, its other identifiers counted in; ``None`` for no limit
            (a warning at 500).
        on_limit: ``refuse`` leaves the events of a further id anonymous.
        unique: Names of the customer's identifiers an actor has one value of, the best first; ``userId`` is always one,
            named or not.

    Raises:
        ValueError: A value that is not one of these.
    """

    link_on: LinkOn = "any"
    claim_order: ClaimOrder = "event-time"
    lookback_days: int | None = None
    max_anonymous_ids: int | None = None
    on_limit: OnLimit = "warn"
    unique: tuple[str, ...] = ("userId",)

    def __post_init__(self) -> None:
        object.__setattr__(self, "unique", _unique(self.unique))
        for name, allowed in _ALLOWED.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be {' or '.join(allowed)}, not {getattr(self, name)!r}")
        for name, least in (("lookback_days", 0), ("max_anonymous_ids", 1)):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < least):
                raise ValueError(f"{name} must be a whole number from {least} or null, not {value!r}")

    def to_json(self) -> dict[str, Any]:
        """Return every option, as ``/_fake/policy`` does."""
        return {name: getattr(self, name) for name in self.__slots__} | {"unique": list(self.unique)}

    def changed(self) -> dict[str, Any]:
        """Return only what differs from the default, as ``stitch`` does."""
        default = Options().to_json()
        return {name: value for name, value in self.to_json().items() if value != default[name]}

    def told(self) -> list[str]:
        """Return the same for people: ``lookback_days 30``, ``unique userId, email``."""
        return [
            f"{name} {', '.join(value) if isinstance(value, list) else value}" for name, value in self.changed().items()
        ]


_ALLOWED = {"link_on": ("any", "identify"), "claim_order": ("event-time", "arrival"), "on_limit": ("warn", "refuse")}


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names an actor has one value of; ``userId``, the best of all, first."""
    if isinstance(names, str) or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"unique must be names of identifiers, not {names!r}")
    if "anonymousId" in names:
        raise ValueError("unique must not name anonymousId; max_anonymous_ids says how many a user may own")
    if len(set(names)) < len(names):
        raise ValueError(f"unique must name each identifier once, not {', '.join(names)}")
    return ("userId", *(name for name in names if name != "userId"))
