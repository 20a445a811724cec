"""Attached: a fake that runs elsewhere (a CI job, a colleague's ``serve``), looked at over its own API.

There is no Segment side here: what is shown of a message is what arrived at the fake.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from contracts.instants import parse_iso
from contracts.violations import Violation
from simulator import clocks
from simulator.errors import SimulatorError, UsageError
from simulator.mapping.result import Mapped
from simulator.segment.message import Admitted, Received
from simulator.trace import Attempt, Outcome, Trace
from simulator.tui.engine import Recipe
from simulator.tui.session import ANEW, Arrival

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.mapping import Mapping
    from simulator.tui.fake_side import FakeSide

LOOK = 0.5
"""Seconds between two questions for new events."""
MOST_WAITING = 2_000
"""Events the UI may not have seen yet before the reader waits for it."""


class RemoteEngine:
    """A fake elsewhere; see :class:`simulator.tui.engine.Engine` for the methods.

    Args:
        url: Its base URL.
        token: The tenant to look at.
        clock: The wall clock, microseconds since the epoch.
    """

    def __init__(self, url: str, *, token: str, clock: Callable[[], int] = clocks.system) -> None:
        self.fake_url = url.rstrip("/")
        self.source_url: str | None = None
        self.token = token
        self.write_key = ""
        self.mapping = "segment-docs"
        self.recipe = Recipe(scenarios=("attached",))
        self.running = False
        self.inbox: deque[Arrival] = deque()
        self.side: FakeSide | None = None
        self.problem: str | None = None
        self.generated = 0
        self._clock = clock
        self._messages: FakeSide | None = None
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read in the background, from whenever on it answers."""
        from simulator.tui.fake_side import FakeSide  # noqa: PLC0415 - httpx takes a while to import

        self.side = FakeSide(self.fake_url, self.token)
        self._messages = FakeSide(self.fake_url, self.token)
        self._reader = asyncio.create_task(self._read(), name="attached")

    async def stop(self) -> None:
        """Stop reading."""
        if self._reader is not None:
            self._reader.cancel()
        for side in (self.side, self._messages):
            if side is not None:
                side.close()

    async def _read(self) -> None:
        assert self._messages is not None
        index = 0
        while True:
            rows: list[dict[str, Any]] = []
            try:
                rows, anew = await self._messages.new_events()
                self.problem = None
            except SimulatorError as error:
                self.problem = str(error)
            else:
                if anew:
                    self.inbox.append(ANEW)
                    index = 0
                for row in rows:
                    self.inbox.append(Arrival(True, trace_of(row, index)))
                    index += 1
            if not rows or len(self.inbox) > MOST_WAITING:  # the list takes what it can draw
                await asyncio.sleep(LOOK)

    def set_running(self, running: bool) -> None:
        """Nothing is generated here."""

    def set_recipe(self, recipe: Recipe, *, restart: bool) -> None:
        """Nothing is generated here."""

    async def one(self) -> None:
        """Nothing is generated here."""

    async def send(self, payload: Any, origin: str) -> None:  # noqa: ARG002 - the protocol's signature
        """Map a message here and deliver its event there.

        Raises:
            UsageError: The message was discarded: there is nothing to deliver.
        """
        trace = self.try_out(payload)
        await self.resend(trace)

    async def resend(self, trace: Trace) -> None:
        """Deliver the event there, again."""
        if trace.mapped is None:
            raise UsageError("this message never leaves Segment: there is nothing to deliver")
        import random  # noqa: PLC0415 - beside its only use

        from simulator.delivery import Delivery  # noqa: PLC0415

        async with Delivery(self.fake_url, self.token, rng=random.SystemRandom()) as delivery:
            await delivery.submit(Trace(trace.received, trace.admission, trace.mapped))
            await delivery.drain()

    async def play(self, path: str) -> int:
        """Recordings are opened without ``--attach``."""
        raise UsageError(f"attached to another fake: open {path} without --attach, or use pointillist-sim send")

    def set_mapping(self, name_or_path: str) -> None:
        """Use a mapping for what is edited and sent from here."""
        self.mapping = name_or_path

    def try_out(self, payload: Any, mapping: Mapping | None = None, *, check: bool = True) -> Trace:
        """Return the way of a message without sending it."""
        from simulator.mapping import load_mapping  # noqa: PLC0415 - the first screen comes before this
        from simulator.tui.trying import try_out  # noqa: PLC0415

        return try_out(payload, mapping or load_mapping(self.mapping), self._clock(), check=check)


def trace_of(row: dict[str, Any], index: int) -> Trace:
    """Return the trace of an event as ``/_fake/events`` lists it: its way from the wire on."""
    event = row.get("event")
    document = event if isinstance(event, dict) else {}
    actors = document.get("actors")
    customer = actors.get("customer") if isinstance(actors, dict) else None
    ids = customer if isinstance(customer, dict) else {}
    event_type = str(document.get("eventType", "?"))
    time = str(document.get("eventTime", ""))
    received_us = parse_iso(str(row.get("receivedAt", "")))
    accepted = row.get("status") == "accepted"
    event_id = str(row.get("eventId", ""))
    findings = tuple(_violation(item) for item in row.get("violations") or () if isinstance(item, dict))
    admission = Admitted(
        call="identify" if event_type == "identify" else "track",
        message_id=row.get("messageId") or event_id,
        user_id=_text(ids.get("userId")),
        anonymous_id=_text(ids.get("anonymousId")),
        event=event_type,
        time_ms=0,
        time_from=None,
        time=time,
    )
    body = {"status": row.get("status"), "eventId": event_id, "violations": row.get("violations") or []}
    return Trace(
        Received(index, None, "as it arrived at the fake", received_us),
        admission,
        Mapped(document),
        attempts=[Attempt(1, received_us or 0, None, 200 if accepted else 400, None, body)],
        outcome=Outcome.DELIVERED if accepted else Outcome.REJECTED,
        event_id=event_id if accepted else None,
        warnings=findings if accepted else (),
        violations=() if accepted else findings,
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _violation(item: dict[str, Any]) -> Violation:
    hint = item.get("hint")
    return Violation(
        code=str(item.get("code", "?")),
        severity=item.get("severity", "warning"),
        path=str(item.get("path", "")),
        message=str(item.get("message", "")),
        basis=item.get("basis", "ours"),
        hint=None if hint is None else str(hint),
    )
