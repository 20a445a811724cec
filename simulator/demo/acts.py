"""The five acts as data: fourteen Segment messages, what each scene sends, and what it says.

Every remark carries its basis: what Segment's Pointillist page promises is quoted (``seed``), what this product chose
where nothing public settles it says so (``ours``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.violations import Basis

_DAY = "2026-03-02T"

PROMISE = (
    '"Pointillist will then automatically associate all events tagged previously with the anonymousId to the provided'
    ' userId."'
)
"""The sentence of Segment's Pointillist page all of this rests on."""


BASES: Mapping[Basis, str] = {
    "seed": "Segment's page",
    "inferred": "our reading",
    "ours": "our choice",
}
"""What the basis of a remark means, for people."""


def _message(message_id: str, time: str, event: str, user_id: str | None, anonymous_id: str | None) -> dict[str, Any]:
    message: dict[str, Any] = {"messageId": message_id, "timestamp": f"{_DAY}{time}Z"}
    message |= {"type": "identify", "traits": {"plan": "premium"}} if event == "identify" else _track(event)
    if user_id is not None:
        message["userId"] = user_id
    if anonymous_id is not None:
        message["anonymousId"] = anonymous_id
    return message


def _track(event: str) -> dict[str, Any]:
    return {"type": "track", "event": event, "properties": {}}


MESSAGES: Mapping[str, dict[str, Any]] = {
    message["messageId"]: message
    for message in (
        _message("m1", "10:00:00", "Subscription Renewed", "u_42", None),
        _message("m2", "10:01:10", "Product List Viewed", None, "7f3a"),
        _message("m3", "10:02:25", "Product Viewed", None, "7f3a"),
        _message("m4", "10:04:12", "Product Added", None, "7f3a"),
        _message("m5", "10:06:30", "identify", "u_42", "7f3a"),
        _message("m6", "10:09:05", "App Opened", None, "c19e"),
        _message("m7", "10:10:40", "Product Viewed", None, "c19e"),
        _message("m8", "10:12:10", "identify", "u_42", "c19e"),
        _message("m9", "10:03:20", "Product Viewed", None, "7f3a"),
        _message("m10", "10:15:00", "Product Viewed", None, "9e07"),
        _message("m11", "10:17:40", "identify", "u_42", "9e07"),
        _message("m12", "10:19:00", "Product Viewed", None, "9e07"),
        _message("m13", "10:20:05", "identify", "u_77", "9e07"),
        _message("m14", "10:22:00", "Product Added", None, "9e07"),
    )
}
"""The messages by their ids, in order of arrival; m9 happened before m5 and arrives after m8."""


class Remark(NamedTuple):
    """One thing a scene says, and what it rests on; ``None`` for what simply happens."""

    text: str
    basis: Basis | None = None


class Scene(NamedTuple):
    """One frame: what is sent, what is said, what is asked.

    Attributes:
        sends: Names of the messages delivered before the frame is shown.
        remarks: What it says; the first is what to look at.
        why: What the fake is asked to explain: one event, or two ids.
        readings: Show the same events under every policy.
        policy: The policy the fake is switched to before the frame, or ``None`` to leave it.
    """

    sends: tuple[str, ...]
    remarks: tuple[Remark, ...]
    why: tuple[str, ...] = ()
    readings: bool = False
    policy: str | None = None


class Act(NamedTuple):
    """One act."""

    number: int
    title: str
    scenes: tuple[Scene, ...]


ACTS: tuple[Act, ...] = (
    Act(
        1,
        "Browsing, nobody known",
        (
            Scene(
                ("m1",),
                (
                    Remark("A message names its sender: by userId, or by anonymousId, a browser's or phone's own id."),
                    Remark("A server sends m1. It names u_42: one actor, one person as Pointillist counts them."),
                ),
            ),
            Scene(
                ("m2", "m3", "m4"),
                (
                    Remark("Someone browses. m2, m3 and m4 carry anonymousId 7f3a only: a second, anonymous actor."),
                    Remark("Nothing says yet that the two are one person. To find that out is identity stitching."),
                ),
            ),
        ),
    ),
    Act(
        2,
        "She logs in",
        (
            Scene(
                (),
                (
                    Remark("She logs in, and an identify is on its way: m5, with anonymousId 7f3a and userId u_42."),
                    Remark("Look at the three rows of anon 7f3a."),
                ),
            ),
            Scene(
                ("m5",),
                (
                    Remark("With both ids, m5 is a claim of u_42 on 7f3a. The three earlier rows flip to her."),
                    Remark(PROMISE, "seed"),
                ),
            ),
            Scene(
                (),
                (
                    Remark("One person now. Why does m3 belong to her?"),
                    Remark("Later events of 7f3a are hers too; the page only speaks of earlier ones.", "inferred"),
                ),
                why=("m3",),
            ),
        ),
    ),
    Act(
        3,
        "The phone",
        (
            Scene(("m6", "m7"), (Remark("A phone opens the app: anonymousId c19e, another anonymous actor."),)),
            Scene(
                ("m8",),
                (
                    Remark("She logs in there too: identify m8. Two more events flip to her."),
                    Remark(PROMISE, "seed"),
                    Remark("How many anonymousIds a user may have is not limited.", "ours"),
                ),
            ),
        ),
    ),
    Act(
        4,
        "A late event",
        (
            Scene(
                ("m9",),
                (
                    Remark("m9 of 7f3a happened at 10:03, before the login, and arrives only now."),
                    Remark("It takes its place in time and is hers on arrival: nothing has to move."),
                    Remark("Event time decides, not arrival, so a retry or a late phone changes nobody.", "ours"),
                ),
                why=("m9",),
            ),
        ),
    ),
    Act(
        5,
        "The shared tablet",
        (
            Scene(("m10",), (Remark("A tablet in the kitchen: anonymousId 9e07."),)),
            Scene(("m11",), (Remark("u_42 logs in on it: identify m11. m10 flips."), Remark(PROMISE, "seed"))),
            Scene(
                ("m12", "m13"),
                (
                    Remark(
                        "u_77 logs in on the same tablet, and nobody has reset it: identify m13 claims 9e07 as well."
                    ),
                    Remark("m12 could now be either's. No public page says whose."),
                    Remark(
                        "First claim stands: 9e07 stays with u_42, m13 itself is u_77's, a conflict is noted.", "ours"
                    ),
                ),
                why=("m12",),
            ),
            Scene(
                ("m14",),
                (
                    Remark("m14 follows, anonymous. Under first-claim it is u_42's, though u_77 was at the tablet."),
                    Remark("The mend is at the sender: reset the anonymousId at logout.", "ours"),
                ),
                why=("u_42", "u_77"),
            ),
            Scene(
                (),
                (
                    Remark("A policy settles such conflicts. The same fourteen events under each: only owners differ."),
                    Remark("Which one Pointillist follows for you is for you to find out; then set --policy.", "ours"),
                ),
                readings=True,
            ),
            Scene(
                (),
                (
                    Remark("Policy graph makes everything connected one actor: u_77 is fused into u_42."),
                    Remark(
                        "Two people, one profile, and no way back in most products. Never the default here.", "ours"
                    ),
                ),
                why=("u_42", "u_77"),
                policy="graph",
            ),
            Scene(
                (),
                (Remark("Back to first-claim: owners are worked out anew each time, so nothing was lost by looking."),),
                policy="first-claim",
            ),
        ),
    ),
)
"""The acts in order."""
