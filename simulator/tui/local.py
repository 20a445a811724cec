"""The engine of the bare command: a fake Pointillist, a Segment source and the generator, all inside this process."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator import clocks
from simulator.errors import UsageError
from simulator.tui.engine import Recipe
from simulator.tui.forms import as_received
from simulator.tui.pacing import BITE, Pacer
from simulator.tui.session import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_pointillist import FakePointillist
    from simulator.delivery import Delivery
    from simulator.gateway.gateway import Gateway
    from simulator.gateway.stages import Stage
    from simulator.mapping import Mapping
    from simulator.mapping.result import Mapped
    from simulator.segment.message import Admitted
    from simulator.trace import Trace
    from simulator.tui.fake_side import FakeSide

FAKE_PORT = 8765
SOURCE_PORT = 8766
UNDER_WAY = 1_000
"""Messages under way to the fake at most; the generator and senders wait then, so that memory is for what is shown."""
MOST_WAITING = 2_000
"""Traces the UI may not have seen yet before the generator waits for it."""


class MappingInForce:
    """The mapping in force, which the Edit screen may exchange while messages are under way."""

    def __init__(self, mapping: Mapping) -> None:
        self.current = mapping

    @property
    def name(self) -> str:
        """Its name."""
        return self.current.name

    @property
    def rules(self) -> Any:
        """Its rules."""
        return self.current.rules

    def apply(self, payload: Any, admitted: Admitted, *, explain: bool = False) -> Mapped:
        """Map by the mapping in force at this moment."""
        return self.current.apply(payload, admitted, explain=explain)


class LocalEngine:
    """Everything inside; see :class:`simulator.tui.engine.Engine` for the methods.

    Args:
        recipe: What the generator makes.
        mapping: A mapping's name or path.
        policy: The identity policy of the fake.
        unique: Identifiers beside the userId that a person has one of.
        running: Whether it generates from the start.
        ports: Of the fake and the source where they are free; 0 for any.
        token: The tenant.
        clock: The wall clock, microseconds since the epoch.
    """

    def __init__(
        self,
        *,
        recipe: Recipe | None = None,
        mapping: str = "segment-docs",
        policy: str = "first-claim",
        unique: tuple[str, ...] = (),
        running: bool = True,
        ports: tuple[int, int] = (FAKE_PORT, SOURCE_PORT),
        token: str = "demo",  # noqa: S107 - a tenant's name at a fake on this machine, no secret
        clock: Callable[[], int] = clocks.system,
    ) -> None:
        self.fake_url = ""
        self.source_url: str | None = None
        self.token = token
        self.write_key = "demo"
        self.mapping = mapping
        self.inbox: deque[Arrival] = deque()
        self.side: FakeSide | None = None
        self._policy = policy
        self._unique = unique
        self._ports = ports
        self._clock = clock
        self._fake: FakePointillist | None = None
        self._gateway: Gateway | None = None
        self._delivery: Delivery | None = None
        self._in_force: MappingInForce | None = None
        self._stopping = threading.Event()
        self._pacer = Pacer(
            recipe or Recipe(),
            running=running,
            send=partial(self._put, origin="generator"),
            room=self._room,
        )

    async def start(self) -> None:
        """Start the fake, the source, and the generator's thread."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        from fake_pointillist import FakePointillist  # noqa: PLC0415 - the first screen comes before all this
        from fake_pointillist.errors import StartError  # noqa: PLC0415
        from fake_pointillist.identity.attribution import Options as IdentityOptions  # noqa: PLC0415
        from simulator.checking.contract_checks import ContractChecks  # noqa: PLC0415
        from simulator.delivery import Options  # noqa: PLC0415
        from simulator.gateway.gateway import Gateway  # noqa: PLC0415
        from simulator.mapping import load_mapping  # noqa: PLC0415
        from simulator.tui.fake_side import FakeSide  # noqa: PLC0415

        self._in_force = MappingInForce(load_mapping(self.mapping))
        options = IdentityOptions(unique=self._unique)
        try:
            fake = FakePointillist(port=self._ports[0], policy=self._policy, options=options)
            fake.start()
        except StartError:
            fake = FakePointillist(port=0, policy=self._policy, options=options)
            fake.start()
        self._fake = fake
        self.fake_url = fake.url
        self.side = FakeSide(fake.url, self.token)

        def gateway(port: int) -> Gateway:
            return Gateway(
                fake.url,
                token=self.token,
                port=port,
                mapping=self._in_force,  # type: ignore[arg-type]  # it does what a Mapping does
                checks=ContractChecks(),
                options=Options(capacity=UNDER_WAY),
                explain=True,
                keep=100,
                watch=self._watch,
            ).start()

        try:
            self._gateway = gateway(self._ports[1])
        except UsageError:
            self._gateway = gateway(0)
        self.source_url = self._gateway.host
        self._pacer.start()

    async def stop(self) -> None:
        """Stop everything and give the ports back; what is under way may end for a moment."""
        self._stopping.set()
        delivery, self._delivery = self._delivery, None
        if delivery is not None:
            await delivery.__aexit__(None, None, None)
        await asyncio.to_thread(self._stop)

    def _stop(self) -> None:
        if self._gateway is not None:
            self._gateway.stop(grace=0.2)
        self._pacer.stop()
        if self.side is not None:
            self.side.close()
        if self._fake is not None:
            self._fake.stop()

    def _watch(self, stage: Stage, trace: Trace) -> None:
        self.inbox.append(Arrival(stage == "received", trace))

    # The generator.

    @property
    def recipe(self) -> Recipe:
        """What the generator makes."""
        return self._pacer.recipe

    @property
    def running(self) -> bool:
        """Whether it generates."""
        return self._pacer.running

    @property
    def generated(self) -> int:
        """How many messages it made."""
        return self._pacer.generated

    @property
    def problem(self) -> str | None:
        """Why it stopped by itself."""
        return self._pacer.problem

    def set_running(self, running: bool) -> None:
        """Pause or run."""
        self._pacer.set_running(running)

    def set_recipe(self, recipe: Recipe, *, restart: bool) -> None:
        """Generate something else."""
        self._pacer.set_recipe(recipe, restart=restart)

    async def one(self) -> None:
        """The next message, now."""
        for payload in await asyncio.to_thread(self._pacer.take, 1):
            await self.send(payload, "generator, one")

    def _room(self) -> bool:
        return len(self.inbox) <= MOST_WAITING

    # Messages from elsewhere.

    async def send(self, payload: Any, origin: str) -> None:
        """Send one message the whole way."""
        if self._gateway is not None:
            await asyncio.to_thread(self._gateway.put, [payload], origin)

    async def resend(self, trace: Trace) -> None:
        """Deliver once more, past Segment's own memory of messageIds."""
        if self._delivery is None:
            import random  # noqa: PLC0415 - beside its only use

            from simulator.delivery import Delivery  # noqa: PLC0415

            self._delivery = Delivery(
                self.fake_url,
                self.token,
                rng=random.SystemRandom(),
                on_attempt=lambda again: self.inbox.append(Arrival(False, again)),
                on_outcome=lambda again: self.inbox.append(Arrival(False, again)),
            )
            await self._delivery.__aenter__()
        again = self.try_out(as_received(trace))
        self.inbox.append(Arrival(True, again))
        if again.mapped is not None:
            await self._delivery.submit(again)

    async def play(self, path: str) -> int:
        """Send a file's messages the whole way, as fast as they go."""

        def run() -> int:
            from simulator.segment.reading import read_messages  # noqa: PLC0415 - beside its only use

            count = 0
            bite: list[Any] = []
            try:
                for received in read_messages([path]):
                    bite.append(received.payload)
                    if len(bite) == BITE:
                        count += self._put(bite, path)
                        bite = []
            finally:  # what stands before a line that cannot be read is there too
                count += self._put(bite, path)
            return count

        return await asyncio.to_thread(run)

    def _put(self, payloads: list[Any], origin: str) -> int:
        while not self._room() and not self._stopping.is_set():
            self._stopping.wait(0.02)
        if payloads and self._gateway is not None and not self._stopping.is_set():
            self._gateway.put(payloads, origin)
        return len(payloads)

    # Mapping.

    def set_mapping(self, name_or_path: str) -> None:
        """Put a mapping in force for the messages that follow."""
        from simulator.mapping import load_mapping  # noqa: PLC0415 - beside its uses

        mapping = load_mapping(name_or_path)
        self.mapping = name_or_path
        if self._in_force is not None:
            self._in_force.current = mapping

    def try_out(self, payload: Any, mapping: Mapping | None = None, *, check: bool = True) -> Trace:
        """Return the way of a message without sending it."""
        from simulator.mapping import load_mapping  # noqa: PLC0415 - the first screen comes before this
        from simulator.tui.trying import try_out  # noqa: PLC0415

        if mapping is None:
            mapping = self._in_force.current if self._in_force is not None else load_mapping(self.mapping)
        return try_out(payload, mapping, self._clock(), check=check)
