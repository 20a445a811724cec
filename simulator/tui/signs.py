"""The signs of the terminal UI, once: a state is sign, number and word, never colour alone. Pure.

Two alphabets: Unicode, and ``--ascii`` for fonts without the signs and for terminals that draw them two cells wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from simulator.reports.accounts import SIGNS

if TYPE_CHECKING:
    from simulator.reports.accounts import Fate


class State(StrEnum):
    """Where a message stands: its outcome, or what it waits for."""

    DELIVERED = "delivered"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    WAITING = "waiting"
    EXPIRED = "expired"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Signs:
    """One alphabet. Signs of a state and of a mapping row are padded by the widget, never here.

    Attributes:
        state: The sign of each state.
        warned: Appended to ``delivered`` where the answer carried warnings.
        merged: Appended to ``delivered`` where the message merged an actor.
        copied, converted, added, broke, dropped: What became of a leaf on its way.
        anonymous, named, claimed: Whose an event is: nobody's yet, the user it names, the user of a claim.
        claim, refused: A claim, and a claim that was not applied.
        became: Old id to new id.
        merge: A merge in the log.
        changed: A row that a save changed.
        none: No value.
    """

    state: dict[State, str]
    warned: str
    merged: str
    copied: str
    converted: str
    added: str
    broke: str
    dropped: str
    anonymous: str
    named: str
    claimed: str
    claim: str
    refused: str
    became: str
    merge: str
    changed: str
    none: str
    ascii: bool = False

    @property
    def state_done(self) -> str:
        """What stands behind something that is over."""
        return self.state[State.DELIVERED]

    @property
    def legend(self) -> str:
        """What the signs before events mean."""
        return (
            f"{self.anonymous} anonymous  {self.named} names the user  {self.claimed} by a claim  "
            f"{self.claim} claim  {self.refused} not applied"
        )

    def fate(self, fate: Fate) -> str:
        """Return the sign of what became of a leaf."""
        sign: str = getattr(self, fate)
        return sign

    def plain(self, text: str) -> str:
        """Return a text of ours in this alphabet: every sign of ours has an ASCII twin of the same width."""
        return text.translate(TWINS) if self.ascii else text


UNICODE = Signs(
    state={
        State.DELIVERED: "✓",
        State.DUPLICATE: "≡",
        State.REJECTED: "✗",
        State.WAITING: "↻",
        State.EXPIRED: "⊗",
        State.DISCARDED: "∅",
    },
    warned="!",
    merged="⋈",
    copied=SIGNS["copied"],
    converted=SIGNS["converted"],
    added=SIGNS["added"],
    broke=SIGNS["broke"],
    dropped=SIGNS["dropped"],
    anonymous="○",
    named="●",
    claimed="◐",
    claim="◆",
    refused="◇",
    became="⇒",
    merge="⋈",
    changed="≠",
    none="–",  # noqa: RUF001 - a dash as wide as a digit, not a minus
)

ASCII = Signs(
    state={
        State.DELIVERED: "+",
        State.DUPLICATE: "=",
        State.REJECTED: "x",
        State.WAITING: "~",
        State.EXPIRED: "#",
        State.DISCARDED: "-",
    },
    warned="!",
    merged="&",
    copied="->",
    converted="~>",
    added="+>",
    broke="x>",
    dropped="-",
    anonymous="o",
    named="@",
    claimed="%",
    claim="*",
    refused="?",
    became="=>",
    merge="&",
    changed="!",
    none="-",
    ascii=True,
)

TWINS = str.maketrans(
    {
        **dict(zip("✓≡✗↻⊗∅⋈→←≈○●◐◆◇⇒≠", "+=x~#-&><~o@%*?>!", strict=True)),
        **dict(zip("…·–│─━├└┤┬┴┼╭╮╰╯▾↓↑⏎•␣", "~.-|-=|`|+++....vv^<*_", strict=True)),  # noqa: RUF001 - signs of ours
    }
)
"""Every sign of ours and its ASCII twin of the same width, for the text around the signs."""


def signs(ascii_only: bool) -> Signs:
    """Return the alphabet asked for."""
    return ASCII if ascii_only else UNICODE
