"""What only shows across messages: names that differ by case, e-mails two customers share.

Types that flip are the fake's own warning (:mod:`fake_pointillist.event_warnings`), which ``check`` uses as it is.

Streaming: memory is bounded whatever a sender makes up. Where a bound is met it is said once (``check_limited``), and
the comparison goes on with what is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import violation
from contracts.violations import pointer
from contracts.wording import shown
from fake_pointillist.blocked import is_blocked

if TYPE_CHECKING:
    from contracts.violations import Violation
    from simulator.segment.message import Admitted

MAX_NAMES = 100_000
"""Different attribute names and event types compared."""
MAX_EMAILS = 500_000
"""Different e-mail labels compared."""


class Consistency:
    """Everything seen so far in a run that later messages are compared with."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._spellings: dict[str, str] = {}
        self._clashing: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._type_spellings: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._limited = False

    def check(self, event: dict[str, Any], admitted: Admitted) -> list[Violation]:
        """Compare one event with everything before it, and remember it; paths point into the event."""
        labels: dict[str, str] = event["labels"]
        found: list[Violation] = []
        here = labels.keys() | event["numbers"].keys() if self._clashing else frozenset()
        for group, names in (("labels", labels), ("numbers", event["numbers"])):
            if not self._names.issuperset(names):
                self._learn(names.keys() - self._names, found)
            if self._clashing and not self._clashing.keys().isdisjoint(names):
                found += [
                    violation(
                        "case_clash",
                        pointer(group, name),
                        f"{shown(name)} and {shown(self._clashing[name])} of another event differ only by case",
                    )
                    for name in names
                    if name in self._clashing and self._clashing[name] not in here
                ]
        if self._types.get(admitted.event) != admitted.event:
            self._check_type(admitted, found)
        email = labels.get("email")
        if email:
            self._check_email(email, admitted, found)
        return found

    def _learn(self, names: set[str], found: list[Violation]) -> None:
        for name in sorted(names):
            if len(self._spellings) >= MAX_NAMES:
                self._say_limited("attribute names", MAX_NAMES, found)
                return
            self._names.add(name)
            first = self._spellings.setdefault(name.casefold(), name)
            if first != name:
                self._clashing.setdefault(name, first)

    def _check_type(self, admitted: Admitted, found: list[Violation]) -> None:
        event = admitted.event
        if event not in self._types:
            if len(self._types) >= MAX_NAMES:
                self._say_limited("event types", MAX_NAMES, found)
                return
            self._types[event] = self._type_spellings.setdefault(event.casefold(), event)
        first = self._types[event]
        if first != event:
            found.append(
                violation("case_clash", "/eventType", f"{shown(event)} and {shown(first)} differ only by case")
            )

    def _check_email(self, email: str, admitted: Admitted, found: list[Violation]) -> None:
        user, owner = admitted.user_id, self._owners.get(email)
        if user is None or user == owner or is_blocked(user):
            return
        if owner is None:
            if len(self._owners) >= MAX_EMAILS:
                self._say_limited("e-mail labels", MAX_EMAILS, found)
                return
            self._owners[email] = user
        else:
            found.append(
                violation(
                    "shared_email",
                    "/labels/email",
                    f"{shown(email)} is the email of {shown(owner)} and of {shown(user)}; "
                    "a real tenant may be configured to join these",
                )
            )

    def _say_limited(self, what: str, limit: int, found: list[Violation]) -> None:
        if not self._limited:
            self._limited = True
            found.append(
                violation(
                    "check_limited", "", f"more than {limit:,} different {what} came; later ones are not compared"
                )
            )
