"""The words a chain of reasons is made of: its records, its steps, and its look as text. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from fake_pointillist.identity.notation import parted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.violations import Basis
    from fake_pointillist.identity.attribution import Claim, IdEvent
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.ledger import Anon

_MOST_REFUSED = 20
"""Losing claims shown for one event; the rest are counted."""

_MOST_ALSO = 4
"""Further owners of a divided id named in the text; the rest are counted."""

_FIRST, _SECOND = 38, 42
"""Characters of the columns of facts and details; more where one of them is longer."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US = 86_400_000_000


class Step(NamedTuple):
    """One reason.

    Attributes:
        text: The fact.
        detail: What follows from it, or where it comes from.
        message: The event it comes from, or ``None``.
        rule: ``R1`` to ``R14``, or ``None``.
        basis: What the rule rests on; ``None`` for what simply stands in the event.
    """

    text: str
    detail: str
    message: str | None
    rule: str | None
    basis: Basis | None

    def to_json(self) -> dict[str, Any]:
        """Return the pinned row; fact and detail are one text."""
        text = f"{self.text}: {self.detail}" if self.detail else self.text
        return {"text": text, "message": self.message, "rule": self.rule, "basis": self.basis}


@dataclass(frozen=True, slots=True)
class Why:
    """A chain of reasons.

    Attributes:
        subject: The event, the actor, or the two ids.
        heading: The same for people, with event type and time.
        belongs_to: The actor, or ``None`` for nobody; always ``None`` for a pair.
        same: Whether two ids are one actor; ``None`` unless two were asked for.
        steps: The reasons, in order.
        not_applied: What was not applied, and why.
        also: Further actors that have a part of an id's events, under a policy that divides them by time.
    """

    subject: str
    heading: str
    belongs_to: str | None
    same: bool | None
    steps: tuple[Step, ...]
    not_applied: tuple[Step, ...] = ()
    also: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the pinned object (``interface.md`` 8)."""
        verdict: dict[str, Any] = {"belongs_to": self.belongs_to} if self.same is None else {"same": self.same}
        if self.also:
            verdict["also"] = list(self.also)
        return {
            "subject": self.subject,
            **verdict,
            "steps": [step.to_json() for step in self.steps],
            "not_applied": [step.to_json() for step in self.not_applied],
        }


def why_text(why: Why) -> str:
    """Return the pinned look, lines without a line end after the last; ids are as sent, so make them visible.

    Every line ends where its text does; the columns of one chain stand below each other, however long its ids.
    """
    if why.same is None:
        rest = [f"{len(why.also) - _MOST_ALSO:,} more"] if len(why.also) > _MOST_ALSO else []
        verdict = f"belongs to  {', '.join([*map(named, (why.belongs_to, *why.also[:_MOST_ALSO])), *rest])}"
    else:
        verdict = "are one actor" if why.same else "are not one"
    rows = [(why.heading, verdict, "")]
    rows += [_row(str(number), step) for number, step in enumerate(why.steps, 1)]
    rows += [_row("-", step) for step in why.not_applied]
    first = max(_FIRST, *(len(row[0]) for row in rows))
    second = max(_SECOND, *(len(row[1]) for row in rows))
    return "\n".join(f"{fact:<{first}}  {detail:<{second}}  {end}".rstrip() for fact, detail, end in rows)


def _row(sign: str, step: Step) -> tuple[str, str, str]:
    return f"{sign:>2}  {step.text}", step.detail, "  ".join(part for part in (step.rule, step.basis) if part)


def named(actor: str | None) -> str:
    """Return an actor as people write it: ``u_42``, ``anon 7f3a``, ``nobody``."""
    if actor is None:
        return "nobody"
    kind, _, value = actor.partition(":")
    return f"anon {value}" if kind == "anon" else value if kind == "user" else spoken(actor)


def spoken(claimed: str) -> str:
    """Return what is claimed as people write it: ``7f3a``, ``email ada@example.com``."""
    return " ".join(parted(claimed) or (claimed,))


def more(count: int, noun: str) -> str:
    """Return ``1 event``, ``2 events``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def shown(time_us: int, beside: int | None = None) -> str:
    """Return a time of day in UTC; with its date where it is not the day of ``beside``."""
    try:
        moment = _EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        return "(no time)"
    if beside is not None and beside // _DAY_US != time_us // _DAY_US:
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    return f"{moment:%H:%M:%S}"


def claimed_by(claim: Claim, beside: int | None = None) -> str:
    """Return where a claim comes from: ``identify m7, 10:06:30 (documented)``."""
    how = "identify" if claim.documented else "track"
    basis = {"seed": "documented"}.get(basis_of(claim), basis_of(claim))
    return f"{how} {claim.message}, {shown(claim.time_us, beside)} ({basis})"


def basis_of(claim: Claim) -> Basis:
    """Return what a claim rests on: the Segment page speaks of the anonymousId alone, and of identify."""
    if parted(claim.anonymous_id) is not None:
        return "ours"
    return "seed" if claim.documented else "inferred"


def claim_step(claim: Claim, *, day: int | None = None, extra: str = "") -> Step:
    """Return the step that a user has claimed an anonymousId."""
    text = f"{spoken(claim.anonymous_id)} is claimed by {claim.user_id}"
    return Step(text, claimed_by(claim, day) + extra, claim.message, "R9, R10", basis_of(claim))


def policy_step(identity: Identity) -> Sequence[Step]:
    """Return the step that names the policy, where it is not the default one."""
    policy = identity.policy
    if policy.name == "first-claim":
        return ()
    return (Step(f"policy {policy.name}", policy.sentence, None, None, "ours"),)


def denied(identity: Identity, anon: Anon, claim: Claim, reason: str | None = None) -> Step:
    """Return the step that a claim was not applied, and why."""
    call = "identify" if claim.documented else "track"
    text = f"not applied: {call} {claim.message} -> {claim.user_id}"
    policy = identity.policy
    if reason is None and anon.refused and claim.user_id in anon.refused:
        reason = f"{claim.user_id} has its {identity.options.max_anonymous_ids} ids (max-anonymous-ids)"
    elif reason is None:
        reason = f"{policy.refusal.format(anon=spoken(anon.value))} ({policy.name})"
    return Step(text, reason, claim.message, "R12", "ours")


def not_applied(identity: Identity, anon: Anon, event: IdEvent, applied: Claim | None) -> list[Step]:
    """Return the claims on an anonymousId that do not decide an anonymous-only event, and why each does not."""
    fuses = identity.policy.fuses
    losing = [
        claim
        for claim in sorted(anon.firsts.values())
        if (applied is None or claim.user_id != applied.user_id)
        and not (fuses and applied is not None and not (anon.refused and claim.user_id in anon.refused))
    ]
    would = identity.policy.owner(anon.claims, identity.place(event)) if anon.claims else None
    rows = []
    for claim in losing[:_MOST_REFUSED]:
        reason = None
        granted = not (anon.refused and claim.user_id in anon.refused)
        if applied is None and granted and would is not None and (fuses or would.user_id == claim.user_id):
            reason = f"more than {more(identity.options.lookback_days or 0, 'day')} before it (lookback-days)"
        rows.append(denied(identity, anon, claim, reason))
    if len(losing) > _MOST_REFUSED:
        rows.append(Step(f"and {len(losing) - _MOST_REFUSED:,} more claims", "", None, "R12", "ours"))
    return rows + refused_tracks(anon)


def refused_tracks(anon: Anon, user: str | None = None) -> list[Step]:
    """Return the tracks with both ids that claim nothing, since only identify links."""
    tracks = sorted(
        claim
        for claim in (anon.tracks or {}).values()
        if claim.user_id not in anon.firsts and (user is None or claim.user_id == user)
    )
    rows = [
        Step(f"not applied: track {claim.message} -> {claim.user_id}", "only identify links here (link-on identify)",
             claim.message, "R9", "ours")
        for claim in tracks[:_MOST_REFUSED]
    ]  # fmt: skip
    if len(tracks) > _MOST_REFUSED:
        rows.append(Step(f"and {len(tracks) - _MOST_REFUSED:,} more tracks", "", None, "R9", "ours"))
    return rows
