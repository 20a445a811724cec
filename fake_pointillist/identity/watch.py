"""Watching ids and claims as they come for what there is to warn of. Pure; the texts are in ``id_warnings``."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from fake_pointillist.identity import id_warnings
from fake_pointillist.identity.id_warnings import ANON, USER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fake_pointillist.identity.attribution import Claim, IdEvent, IdWarning, Options
    from fake_pointillist.identity.ledger import Anon, Id, Other, User
    from fake_pointillist.identity.policies import Policy

_TAKES_OVER = ("first-claim", "split", "previous-only")
"""Policies under which a claim that happened earlier takes events from one that arrived before it."""


class Watch:
    """What was seen of ids and claims.

    Attributes:
        conflicts: Claims by a second, third, ... user on an anonymousId.
    """

    def __init__(
        self,
        policy: Policy,
        options: Options,
        users: dict[str, User],
        anons: dict[str, Anon],
        others: dict[str, Other],
    ) -> None:
        self.conflicts = 0
        self._policy = policy
        self._limit = options.max_anonymous_ids
        self._refuses = options.on_limit == "refuse" and self._limit is not None
        self._users, self._anons, self._others = users, anons, others
        self._spellings: defaultdict[str, dict[str, str | list[str]]] = defaultdict(dict)

    def met(self, key: str, new: Id, event: IdEvent, warnings: list[IdWarning]) -> None:
        """Look whether a new id differs from a known one only by case."""
        value = new.plain if key == ANON else new.value
        folded = value.casefold()
        spellings = self._spellings[key]
        known = spellings.setdefault(value if folded == value else folded, value)
        if known is value:
            return
        if isinstance(known, str):
            known = spellings[folded] = [known]
        known.append(value)
        warnings.append(id_warnings.twins(key, self._ids(key, known), event.message))

    def claimed(self, user: User, anon: Anon, claim: Claim, warnings: list[IdWarning]) -> None:
        """Tell what a user's first claim on an id brings up."""
        if anon.name == ANON:
            self.undocumented(claim, warnings)
        count = len(anon.firsts)
        if count > 1:
            self.conflicts += 1
            earliest = anon.firsts.values() if self._policy.kept == "last" else anon.claims[:2]
            other = min(known for known in earliest if known.user_id != user.value)
            first, later = sorted((other, claim))
            warnings.append(id_warnings.contested(first, later, fused=self._policy.fuses))
        if count == id_warnings.MANY_USERS:
            warnings.append(id_warnings.too_many_users(anon.value, count, (claim.message,)))

    def grown(self, user: User, held: int, message: str, warnings: list[IdWarning]) -> None:
        """Tell that a user who has more ids than the ``held`` before now has very many, or more than it may."""
        limit = self._limit
        if held < id_warnings.MANY_IDS <= user.held if limit is None else user.held > max(limit, held):
            warnings.append(id_warnings.too_many_ids(user, limit, (message,), refused=self._refuses))

    def undocumented(self, claim: Claim, warnings: list[IdWarning]) -> None:
        """Tell that a user's first claim on an id is a track, not an identify."""
        if not claim.documented:
            warnings.append(id_warnings.undocumented(claim, links=True))

    def track(self, anon: Anon, claim: Claim, warnings: list[IdWarning]) -> None:
        """Note a track with both ids where only identify links."""
        if anon.tracks is None:
            anon.tracks = {}
        known = anon.tracks.get(claim.user_id)
        if known is None or claim < known:
            anon.tracks[claim.user_id] = claim
        if known is None and claim.user_id not in anon.firsts:
            warnings.append(id_warnings.undocumented(claim, links=False))

    def overtakes(self, claim: Claim, overtaken: Claim, warnings: list[IdWarning]) -> None:
        """Tell of a claim that happened before the first one known, but arrived after it."""
        other = claim.user_id != overtaken.user_id
        if other and overtaken.seq < claim.seq and self._policy.name in _TAKES_OVER:
            warnings.append(id_warnings.late(claim, overtaken))

    def standing(self) -> Iterator[IdWarning]:
        """Yield what hangs on the set of events alone, in no order."""
        yield from id_warnings.standing(
            self._users.values(),
            chain(self._anons.values(), self._others.values()),
            fuses=self._policy.fuses,
            limit=self._limit,
            refuses=self._refuses,
        )
        for key, spellings in self._spellings.items():
            for known in spellings.values():
                if isinstance(known, list):
                    yield id_warnings.twins(key, self._ids(key, known))

    def _ids(self, key: str, values: list[str]) -> Iterable[Id]:
        ids: Mapping[str, Id] = self._users if key == USER else self._anons if key == ANON else self._others
        return [ids[value] for value in values]
