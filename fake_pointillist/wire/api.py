"""Everything but ``POST /event``: a Starlette application made from the rows of the routes.

Imported after the server listens: nobody who posts an event has to wait for it.
"""

from __future__ import annotations

from functools import cache
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from contracts.checker import Checker
from fake_pointillist.errors import RefusedError, StoreError
from fake_pointillist.wire import openapi, page, recheck, routes_events, routes_faults, routes_people, stream
from fake_pointillist.wire.bodies import parse, read_body
from fake_pointillist.wire.operations import Call
from fake_pointillist.wire.parameters import read_parameters
from fake_pointillist.wire.problems import problem_bytes
from fake_pointillist.wire.shapes import schema_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.requests import Request

    from contracts.violations import Violation
    from fake_pointillist.wire.operations import Operation
    from fake_pointillist.wire.service import Service

OPERATIONS: tuple[Operation, ...] = (
    *routes_events.OPERATIONS,
    *routes_people.OPERATIONS,
    *routes_faults.OPERATIONS,
    *recheck.OPERATIONS,
    *stream.OPERATIONS,
    *page.OPERATIONS,
    *openapi.OPERATIONS,
)
"""Every route under ``/_fake``, and ``/openapi.json``."""


def build(service: Service) -> Starlette:
    """Return the application of a server."""

    async def unavailable(_: Request, error: Exception) -> Response:
        service.tenants.recover()
        return _problem(503, str(error))

    handlers: Any = {HTTPException: _framework_error, RefusedError: _refused, StoreError: unavailable, 500: _defect}
    routes = [
        Route(_pattern(operation), _endpoint(service, operation), methods=[operation.method])
        for operation in OPERATIONS
    ]
    return Starlette(routes=_with_every_method(routes), exception_handlers=handlers)


def _pattern(operation: Operation) -> str:
    """Return Starlette's pattern of a path: ids are the sender's, so they may hold slashes."""
    return operation.path.replace("}", ":path}")


def _with_every_method(routes: list[Route]) -> list[Route]:
    """Put the methods of one path into one answer of 405, which Starlette gives for the first route of a path only."""
    methods: dict[str, set[str]] = {}
    for route in routes:
        methods.setdefault(route.path, set()).update(route.methods or ())
    last = {path: _not_allowed(sorted(known)) for path, known in methods.items()}
    return [*routes, *(Route(path, endpoint) for path, endpoint in last.items())]


def _not_allowed(methods: Iterable[str]) -> Any:
    allow = ", ".join(methods)

    class NotAllowed:
        """Answers whatever method no other route of the path takes."""

        def __init__(self, scope: Any, receive: Any, send: Any) -> None:
            self._wire = (scope, receive, send)

        def __await__(self) -> Any:
            scope, receive, send = self._wire
            detail = f"{scope['path']} takes {allow}"
            return _problem(405, detail, headers={"allow": allow})(scope, receive, send).__await__()

    return NotAllowed


def _endpoint(service: Service, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    waits = iscoroutinefunction(operation.handler)

    async def endpoint(request: Request) -> Response:
        headers = dict(request.scope["headers"])
        tenant = await service.tenants.of(headers.get(b"apitoken")) if operation.needs_token else None
        parameters = read_parameters(operation.parameters, request.scope["query_string"], request.path_params)
        body = None
        if operation.body is not None:
            body = parse(await read_body(headers, request.receive, service.max_body))
            wrong = _checker(operation.body).violations(body)
            if wrong:
                raise RefusedError(400, _detail(wrong), wrong)
        if tenant is not None:
            await service.tenants.settled(tenant)
        call = Call(service, parameters, body, headers, tenant)
        if waits:
            answer = await operation.handler(call)
        else:
            with service.tenants.lock:
                answer = operation.handler(call)
        if isinstance(answer, Response):
            return answer
        return Response(orjson.dumps(answer), media_type="application/json")

    return endpoint


@cache
def _checker(shape: Any) -> Checker:
    return Checker(schema_of(shape), basis="ours")


def _detail(wrong: tuple[Violation, ...]) -> str:
    """Return what is wrong first, and where: many a client shows nothing else."""
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return f"{wrong[0].path or 'the body'}: {wrong[0].message}{more}"


def _problem(status: int, detail: str, violations: Any = (), headers: dict[str, str] | None = None) -> Response:
    content = problem_bytes(status, detail, violations)
    return Response(content, status, headers, media_type="application/problem+json")


async def _framework_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = f"there is no {request.url.path}; GET /openapi.json lists what there is, /_fake/ is a page"
    if error.status_code != 404:
        detail = error.detail
    return _problem(error.status_code, detail, headers=dict(error.headers or {}))


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    headers = {"accept-encoding": "gzip"} if error.status == 415 else None
    return _problem(error.status, str(error), error.violations, headers)


async def _defect(_: Request, error: Exception) -> Response:
    return _problem(500, f"a defect of the fake itself: {type(error).__name__}")
