"""Faults on demand: *when* one strikes and *what* it then does, two small pieces that combine freely.

A fault touches ``POST /event`` only. Several may strike the same request: delays add up, and the first that answers or
cuts decides. Chance is seeded, so a run with ``rate`` can be repeated.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Drop: TypeAlias = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to a request that is struck.

    Attributes:
        status: Answer with this status instead of taking the event; ``None`` = the event is taken.
        retry_after: Seconds for the header ``Retry-After``.
        latency_ms: Wait so long before anything else.
        drop: Cut the connection ``before`` or ``after`` the event was stored.
        body: The body of the answer, any JSON value; ``None`` = problem+json.
    """

    status: int | None = None
    retry_after: float | None = None
    latency_ms: float = 0
    drop: Drop | None = None
    body: Any = None


class Fault:
    """One fault: a trigger and its effect.

    Exactly one trigger: the ``next`` n requests, ``every`` n-th, or each with the chance ``rate``.

    Attributes:
        number: Its place in the order of making, from 1.
        effect: See :class:`Effect`.
        left: Requests it will still strike; ``None`` where that is unlimited.
        struck: Requests it has struck.
    """

    def __init__(
        self,
        number: int,
        effect: Effect,
        *,
        next_: int | None = None,
        every: int | None = None,
        rate: float | None = None,
        seed: int = 0,
    ) -> None:
        self.number = number
        self.effect = effect
        self.left = next_
        self.struck = 0
        self._every = every
        self._rate = rate
        self._seed = seed
        self._seen = 0
        self._random = random.Random(seed)

    def strikes(self) -> bool:
        """Say whether the request at hand is struck; every call is one request."""
        self._seen += 1
        if self.left is not None:
            hit = self.left > 0
            self.left -= hit
        elif self._every is not None:
            hit = self._seen % self._every == 0
        else:
            hit = self._random.random() < (self._rate or 0)
        self.struck += hit
        return hit

    @property
    def is_spent(self) -> bool:
        """Whether it will never strike again."""
        return self.left == 0

    def to_json(self) -> dict[str, Any]:
        """Return it as it was asked for, with what it has done so far."""
        trigger: dict[str, Any] = {"next": self.left} if self.left is not None else {"every": self._every}
        if self._rate is not None:
            trigger = {"rate": self._rate, "seed": self._seed}
        effect = self.effect
        shown = {
            "status": effect.status,
            "retry_after": effect.retry_after,
            "latency_ms": effect.latency_ms or None,
            "drop": effect.drop,
            "body": effect.body,
        }
        return {
            "number": self.number,
            **trigger,
            **{name: value for name, value in shown.items() if value is not None},
            "struck": self.struck,
        }


class Faults:
    """The faults of one tenant.

    Args:
        limit: Faults that may stand at once.
    """

    def __init__(self, *, limit: int = 100) -> None:
        self._faults: list[Fault] = []
        self._limit = limit
        self._made = 0

    def __bool__(self) -> bool:
        return bool(self._faults)

    @property
    def is_full(self) -> bool:
        """Whether no further fault is taken."""
        return len(self._faults) >= self._limit

    def add(
        self,
        effect: Effect,
        *,
        next_: int | None = None,
        every: int | None = None,
        rate: float | None = None,
        seed: int = 0,
    ) -> Fault:
        """Set up one more fault; see :class:`Fault` for the triggers."""
        self._made += 1
        fault = Fault(self._made, effect, next_=next_, every=every, rate=rate, seed=seed)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def strike(self) -> Effect | None:
        """Return what happens to the request at hand: the effects of every fault that strikes, put together."""
        struck = [fault.effect for fault in self._faults if fault.strikes()]
        self._faults = [fault for fault in self._faults if not fault.is_spent]
        if len(struck) < 2:
            return struck[0] if struck else None
        latency = sum(effect.latency_ms for effect in struck)
        decisive = next((effect for effect in struck if effect.drop or effect.status is not None), Effect())
        return Effect(decisive.status, decisive.retry_after, latency, decisive.drop, decisive.body)

    def to_json(self) -> list[dict[str, Any]]:
        """Return every fault that still stands, oldest first."""
        return [fault.to_json() for fault in self._faults]
