"""The API's requests and answers, before either client sends one."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import orjson

from simulator.errors import SimulatorError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx


class FakeApiError(SimulatorError):
    """The fake answered with a problem.

    Attributes:
        status: The HTTP status.
        problem: The problem document, ``{}`` where the body was none.
    """

    def __init__(self, call: Call, status: int, problem: dict[str, Any]) -> None:
        detail = problem.get("detail") or problem.get("title") or "no detail"
        hints = (found.get("hint") for found in problem.get("violations") or ())
        super().__init__("; ".join((f"{call.method} {call.path}: {status}: {detail}", *filter(None, hints))))
        self.status = status
        self.problem = problem


class Call(NamedTuple):
    """One request of the API, before it is sent by either client."""

    method: str
    path: str
    params: Mapping[str, str | int | float] = MappingProxyType({})
    body: Any = None

    def options(self, seconds: float | None = None) -> dict[str, Any]:
        """Return httpx's arguments for it."""
        options: dict[str, Any] = {"params": dict(self.params)}
        if self.body is not None:
            options |= {"content": orjson.dumps(self.body), "headers": {"Content-Type": "application/json"}}
        if seconds is not None:
            options["timeout"] = seconds
        return options

    def read(self, answer: httpx.Response) -> Any:
        """Return the answer's JSON, or raise FakeApiError."""
        try:
            body = orjson.loads(answer.content) if answer.content else {}
        except orjson.JSONDecodeError:
            body = {}
        if answer.is_success:
            return body
        raise FakeApiError(self, answer.status_code, body if isinstance(body, dict) else {})


def given(**params: str | float | None) -> dict[str, str | int | float]:
    """Return the parameters that have a value."""
    return {name: value for name, value in params.items() if value is not None}


def events_call(*, limit: int, **filters: str | int | None) -> Call:
    """Return the query for one page of events."""
    params = given(limit=limit, **filters)
    return Call("GET", "/_fake/events", params)


def actors_call(*, limit: int, **filters: str | int | None) -> Call:
    """Return the query for one page of actors."""
    return Call("GET", "/_fake/actors", given(limit=limit, **filters))


def why_call(event: str | None, a: str | None, b: str | None) -> Call:
    """Return the question why."""
    if (event is None) == (a is None or b is None):
        raise ValueError("ask for one event, or for two ids a and b")
    return Call("GET", "/_fake/why", given(event=event, a=a, b=b))


def one_call(kind: str, name: str) -> Call:
    """Return the query for one event or actor."""
    return Call("GET", f"/_fake/{kind}/{quote(name, safe='')}")


def wait_call(count: int, seconds: float, **filters: str | None) -> Call:
    """Return the request that waits for ``count`` events."""
    return Call("GET", "/_fake/wait", given(count=count, timeout=seconds, **filters))


def unlink_call(user_id: str, anonymous_id: str) -> Call:
    """Return the request that undoes a claim."""
    return Call("POST", "/_fake/unlink", body={"userId": user_id, "anonymousId": anonymous_id})


SLACK = 10.0
"""Seconds the client waits longer than it asked the fake to wait."""


def unreachable(url: str, error: httpx.TransportError) -> UnreachableError:
    """Return our error for an answer that never came."""
    return UnreachableError(f"no answer from the fake at {url}: {str(error) or type(error).__name__}")
