"""The API for plain code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, cast

import httpx

from simulator.fake_client.calls import (
    SLACK,
    Call,
    actors_call,
    events_call,
    one_call,
    unlink_call,
    unreachable,
    wait_call,
    why_call,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from simulator.fake_client.rows import ActorRow, EventRow, Status, Summary


class FakeClient:
    """The API for plain code. A context manager; may be shared by threads.

    Args:
        url: The fake's base URL.
        token: The API token, which is the tenant.
        transport: Another httpx transport, such as one in process.
        timeout: Seconds an answer may take.
    """

    def __init__(
        self, url: str, token: str, *, transport: httpx.BaseTransport | None = None, timeout: float = 10.0
    ) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"apiToken": token}, transport=transport, timeout=timeout, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(self, call: Call, seconds: float | None = None) -> Any:
        try:
            answer = self._http.request(call.method, call.path, **call.options(seconds))
        except httpx.TransportError as error:
            raise unreachable(str(self._http.base_url), error) from error
        return call.read(answer)

    def health(self) -> dict[str, Any]:
        """Return ``{"status", "version", "uptime_s"}``."""
        return cast("dict[str, Any]", self._send(Call("GET", "/_fake/health")))

    def summary(self) -> Summary:
        """Return the tenant's counts."""
        return cast("Summary", self._send(Call("GET", "/_fake/summary")))

    def events(
        self,
        *,
        status: Status | None = None,
        type: str | None = None,  # noqa: A002 - the API's own name
        actor: str | None = None,
        message_id: str | None = None,
        after: int | None = None,
        limit: int = 1_000,
    ) -> Iterator[EventRow]:
        """Yield the events that match, those after the seq ``after`` only, oldest first, page by page of ``limit``."""
        while True:
            page = self._send(
                events_call(status=status, type=type, actor=actor, message_id=message_id, after=after, limit=limit)
            )
            yield from page["events"]
            after = page["next"]
            if after is None:
                return

    def event(self, event_id: str) -> EventRow:
        """Return one event with its ``why``. Raises FakeApiError 404."""
        return cast("EventRow", self._send(one_call("events", event_id)))

    def actors(
        self, *, kind: Literal["known", "anonymous"] | None = None, q: str | None = None, limit: int = 1_000
    ) -> Iterator[ActorRow]:
        """Yield the actors that match, page by page of ``limit``."""
        after: str | int | None = None
        while True:
            page = self._send(actors_call(kind=kind, q=q, after=after, limit=limit))
            yield from page["actors"]
            after = page["next"]
            if after is None:
                return

    def actor(self, actor_id: str) -> ActorRow:
        """Return one actor. Raises FakeApiError 404."""
        return cast("ActorRow", self._send(one_call("actors", actor_id)))

    def why(self, event: str | None = None, *, a: str | None = None, b: str | None = None) -> dict[str, Any]:
        """Return the chain of reasons for one event, or for two ids."""
        return cast("dict[str, Any]", self._send(why_call(event, a, b)))

    def merges(self) -> list[dict[str, Any]]:
        """Return the merge log."""
        return cast("list[dict[str, Any]]", self._send(Call("GET", "/_fake/merges"))["merges"])

    def wait(
        self,
        count: int,
        *,
        type: str | None = None,  # noqa: A002 - the API's own name
        status: Status | None = None,
        timeout: float = 10.0,
    ) -> Summary:
        """Return the summary once ``count`` events are there. Raises FakeApiError 408 after ``timeout`` seconds."""
        return cast("Summary", self._send(wait_call(count, timeout, type=type, status=status), timeout + SLACK))

    def policy(self) -> dict[str, Any]:
        """Return the identity policy and its options."""
        return cast("dict[str, Any]", self._send(Call("GET", "/_fake/policy")))

    def set_policy(self, policy: str, **options: Any) -> dict[str, Any]:
        """Switch the policy; return ``{"moved", "summary"}``."""
        body = {"policy": policy, "options": options}
        return cast("dict[str, Any]", self._send(Call("PUT", "/_fake/policy", body=body), 60.0))

    def unlink(self, user_id: str, anonymous_id: str) -> dict[str, Any]:
        """Undo a claim; return ``{"moved", "summary"}``."""
        return cast("dict[str, Any]", self._send(unlink_call(user_id, anonymous_id)))

    def add_fault(self, **spec: Any) -> dict[str, Any]:
        """Order a fault: ``next``, ``every`` or ``rate``, and ``status``, ``latency_ms``, ``drop``, ..."""
        return cast("dict[str, Any]", self._send(Call("POST", "/_fake/faults", body=spec)))

    def faults(self) -> dict[str, Any]:
        """Return the faults in force."""
        return cast("dict[str, Any]", self._send(Call("GET", "/_fake/faults")))

    def clear_faults(self) -> None:
        """Take all faults back."""
        self._send(Call("DELETE", "/_fake/faults"))

    def on_violation(self) -> str:
        """Return what becomes of an event that breaks a hard rule: ``reject`` or ``record``."""
        return str(self._send(Call("GET", "/_fake/on-violation"))["on_violation"])

    def set_on_violation(self, what: str) -> None:
        """Reject such events with 400, or record them and answer 200."""
        self._send(Call("PUT", "/_fake/on-violation", body={"on_violation": what}))

    def reset(self) -> Summary:
        """Empty the tenant; return the zero summary."""
        return cast("Summary", self._send(Call("POST", "/_fake/reset")))
