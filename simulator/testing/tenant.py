"""The fixture ``fake_pointillist``: one tenant of a running fake, with the questions and assertions tests ask.

A failed assertion shows the nearest event and where it differs, field by field, and how to repeat it.
"""

from __future__ import annotations

import hashlib
import os
import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self

import orjson

from simulator.fake_client import FakeApiError, FakeClient
from simulator.testing.faults import Faults
from simulator.testing.in_process import InProcessTransport, is_loop_running
from simulator.testing.wording import curl, misses, reasons, refusals, to_stitch
from simulator.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    import httpx

    from fake_pointillist import FakePointillist
    from simulator.fake_client import ActorRow, EventRow, Summary


class FakeTenant:
    """What a test sees of the fake.

    Attributes:
        url: Base URL of the server; post events to ``url + "/event"``.
        token: The API token of this test alone.
        client: The typed client of the ``/_fake`` API, for everything not offered here.
        faults: See :class:`~simulator.testing.faults.Faults`.
        transport: An httpx transport into the server without a socket, for plain code:
            ``httpx.Client(transport=fake.transport, base_url=fake.url)``.
    """

    def __init__(self, server: FakePointillist, test: str) -> None:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.url = server.url
        self.token = "test-" + hashlib.sha256(f"{worker} {test} {os.urandom(8).hex()}".encode()).hexdigest()[:20]
        self.client = FakeClient(self.url, self.token)
        self.faults = Faults(self.client)
        self.transport = InProcessTransport(server.app)
        self._app = server.app
        self._test = test
        self._asked = False
        self._left_out: Callable[[], Sequence[str]] = list

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.reset()  # thousands of tests share the server
        self.transport.close()
        self.client.close()

    def __repr__(self) -> str:
        return f"<fake Pointillist at {self.url}>"

    @property
    def async_transport(self) -> httpx.AsyncBaseTransport:
        """An httpx transport into the server without a socket, for asyncio."""
        import httpx  # noqa: PLC0415 - most tests never ask

        return httpx.ASGITransport(self._app)

    def post(self, event: Any) -> dict[str, Any]:
        """Send one event and return the answer: an acceptance, or a problem with its violations.

        Goes in process, without a socket, which is many times faster; inside an event loop over HTTP.
        """
        body = event if isinstance(event, bytes) else orjson.dumps(event)
        if is_loop_running():
            import httpx  # noqa: PLC0415 - rarely gone

            answer = httpx.post(f"{self.url}/event", content=body, headers={"apiToken": self.token})
            known: dict[str, Any] = answer.json()
            return known
        headers = [(b"apitoken", self.token.encode()), (b"content-length", b"%d" % len(body))]
        _, _, content = self.transport.ask("POST", "/event", headers, body)
        told: dict[str, Any] = orjson.loads(content)
        return told

    def fed_by(self, left_out: Callable[[], Sequence[str]]) -> None:
        """Ask a source, where an event is missing, which of its messages never became one, a line each."""
        self._left_out = left_out

    def events(self, type: str | None = None) -> list[EventRow]:  # noqa: A002 - the API's own name
        """Return the accepted events, oldest first: ``{"eventId", "seq", "event", "actor", "violations", ...}``."""
        return list(self.client.events(status="accepted", type=type))

    def refused(self) -> list[EventRow]:
        """Return the refused events with their violations; asking is what makes a refusal expected."""
        self._asked = True
        return list(self.client.events(status="refused"))

    def actors(self) -> list[ActorRow]:
        """Return who is who now."""
        return list(self.client.actors())

    def summary(self) -> Summary:
        """Return the counts."""
        return self.client.summary()

    def wait_for(
        self,
        count: int = 1,
        type: str | None = None,  # noqa: A002 - the API's own name
        timeout: float = 5.0,
    ) -> list[EventRow]:
        """Wait until ``count`` events (of ``type``) are there; return them.

        Raises:
            AssertionError: They did not come within ``timeout`` seconds; says what did.
        """
        __tracebackhide__ = True
        try:
            self.client.wait(count, type=type, status="accepted", timeout=timeout)
        except FakeApiError as error:
            if error.status != 408:
                raise
            wanted = f"{count} event{'' if count == 1 else 's'}" + (f" of type {type!r}" if type else "")
            raise AssertionError(f"{wanted} did not come within {timeout:g} s; {self._came_instead()}") from None
        return self.events(type)

    def reset(self) -> None:
        """Empty the tenant."""
        self.client.reset()
        self._asked = False

    def why(self, event: str | None = None, *, a: str | None = None, b: str | None = None) -> dict[str, Any]:
        """Return the chain of reasons for one event (its id), or for two ids (``user:u1``, ``anon:a1``)."""
        return self.client.why(event, a=a, b=b)

    def assert_no_violations(self) -> None:
        """Fail if an event was refused, or accepted with a warning or an error."""
        __tracebackhide__ = True
        refused = self.refused()
        if refused:
            raise AssertionError(self._told(refused))
        rows = [
            f"{row['event'].get('eventType')!r} {visible(found['path'])}: {found['code']}: {visible(found['message'])}"
            for row in self.events()
            for found in row["violations"]
            if found["severity"] != "info"
        ]
        if rows:
            many = (
                f"{len(rows)} violations on accepted events:" if len(rows) > 1 else "a violation on an accepted event:"
            )
            raise AssertionError("\n".join([many, *rows[:20], self._repeat()]))

    def assert_event(
        self,
        type: str,  # noqa: A002 - the API's own name
        labels: Mapping[str, str] | None = None,
        numbers: Mapping[str, float] | None = None,
        actor: str | None = None,
    ) -> EventRow:
        """Fail unless an event of ``type`` carries at least these labels, numbers and actor; return the first.

        Args:
            type: The event type, exactly.
            labels: Labels it must have; it may have more.
            numbers: Numbers it must have; it may have more.
            actor: Whom it must belong to: ``user:u1`` or ``anon:a1``, or the id alone.
        """
        __tracebackhide__ = True
        events = self.events(type)
        if not events:
            raise AssertionError(f"no event of type {type!r}; {self._came_instead(type)}")
        wanted: dict[str, dict[str, Any]] = {"labels": dict(labels or {}), "numbers": dict(numbers or {})}
        best, nearest = min(((misses(row, wanted, actor), row) for row in events), key=lambda pair: len(pair[0]))
        if not best:
            return nearest
        count = f"{len(events)} came" if len(events) > 1 else "one came"
        rows = [f"no {type!r} as wanted ({count}); the nearest, {nearest['eventId']}, differs in:", *best]
        raise AssertionError("\n".join([*rows, f"  {curl(nearest['event'])}", self._repeat()]))

    def assert_no_events(self) -> None:
        """Fail if anything was accepted or refused."""
        __tracebackhide__ = True
        refused = self.refused()
        if self.events() or refused:
            raise AssertionError(f"nothing should have been sent; {self._what_came()}\n{self._repeat()}")

    def assert_stitched(self, anonymous_id: str, user_id: str) -> None:
        """Fail unless the events of ``anonymous_id`` belong to ``user_id``; shows the reasons."""
        __tracebackhide__ = True
        owner = self._owner(anonymous_id)
        if owner != f"user:{user_id}":
            raise AssertionError(
                f"anonymousId {anonymous_id!r} belongs to {owner or 'nobody: it never came'}, not to user:{user_id}\n"
                f"{self._reasons(anonymous_id, user_id)}\n{to_stitch(owner)}\n{self._repeat()}"
            )

    def assert_not_stitched(self, anonymous_id: str, user_id: str) -> None:
        """Fail if the events of ``anonymous_id`` belong to ``user_id``; shows the reasons."""
        __tracebackhide__ = True
        if self._owner(anonymous_id) == f"user:{user_id}":
            raise AssertionError(
                f"anonymousId {anonymous_id!r} belongs to user:{user_id}\n"
                f"{self._reasons(anonymous_id, user_id)}\n{self._repeat()}"
            )

    def unexpected_refusals(self) -> str:
        """Return what to fail the test with at its end: refusals nobody asked about; ``""`` where there is nothing."""
        if self._asked or not self.summary()["events"]["refused"]:
            return ""
        advice = "ask fake_pointillist.refused(), or mark the test @pytest.mark.pointillist(allow_refused=True)"
        return f"{self._told(self.refused())}\nIf that is what the test is about: {advice}"

    def _owner(self, anonymous_id: str) -> str | None:
        for actor in self.actors():
            if anonymous_id in actor["anonymousIds"]:
                return actor["actorId"]
        return None

    def _reasons(self, anonymous_id: str, user_id: str) -> str:
        try:
            why = self.why(a=f"anon:{anonymous_id}", b=f"user:{user_id}")
        except FakeApiError as error:
            return f"no reasons: {error.problem.get('detail', error)}"
        return reasons(why)

    def _what_came(self) -> str:
        summary = self.summary()
        types = ", ".join(f"{name!r} ({count})" for name, count in sorted(summary["by_type"].items())) or "nothing"
        refused = summary["events"]["refused"]
        return f"what came: {types}" + (f"; and {refused} refused" if refused else "")

    def _came_instead(self, type: str | None = None) -> str:  # noqa: A002 - the API's own name
        """Say what came and what never did; where another type was wanted, show the event whose type is nearest."""
        rows = [self._what_came(), *(f"  {row}" for row in self._left_out())]
        if type is not None:
            types = self.summary()["by_type"]
            near = get_close_matches(type, types, n=1, cutoff=0.5)
            if near:
                event = self.events(near[0])[0]
                rows += [f"the nearest, {event['eventId']}, differs in:", f"  /eventType: {near[0]!r}, wanted {type!r}"]
                rows.append(f"  {curl(event['event'])}")
        return "\n".join([*rows, self._repeat()])

    def _told(self, refused: Sequence[EventRow]) -> str:
        return f"{refusals(refused)}\n{self._repeat()}"

    def _repeat(self) -> str:
        return f"repeat: pytest {shlex.quote(self._test)}"
