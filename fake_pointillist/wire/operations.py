"""One row a route: where it is, who handles it, what it takes and what it answers.

The router, the check of parameters and bodies, and ``/openapi.json`` are all made from these rows, so that none of
them can say what another does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.service import Service

    Handler: TypeAlias = Callable[["Call"], Any] | Callable[["Call"], Awaitable[Any]]


class Parameter(NamedTuple):
    """One query or path parameter.

    Attributes:
        name: As in the URL.
        kind: ``str``, ``int`` or ``float``.
        sentence: What it does.
        where: In the query or in the path.
        choices: The only values taken; empty for any.
        least: The smallest number taken.
        most: The largest number taken.
        default: What is meant where it is left out; ``None`` for nothing.
        required: Whether it may not be left out.
        longest: Characters of text at most.
        pattern: The form of a text (a regular expression) and how to say it; ``None`` for any.
    """

    name: str
    kind: type[str | int | float]
    sentence: str
    where: Literal["query", "path"] = "query"
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    default: str | float | None = None
    required: bool = False
    longest: int = 4_096
    pattern: tuple[str, str] | None = None


class Answer(NamedTuple):
    """One answer.

    Attributes:
        status: The HTTP status.
        sentence: When it is given.
        shape: The type of the JSON, or ``None`` where it is not JSON.
        media: The Content-Type.
    """

    status: int
    sentence: str
    shape: Any
    media: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    Attributes:
        method: In upper case.
        path: With ``{name}`` for path parameters.
        handler: Takes a :class:`Call`, returns the JSON of the first answer, or a Starlette response. A plain function
            is called under the server's lock; a coroutine takes it itself where it reads or changes a tenant.
        sentence: What it does.
        answers: The first is what the handler gives.
        parameters: What it takes in path and query.
        body: The type of the JSON it takes, or ``None``.
        needs_token: Whether the ``apiToken`` header selects a tenant.
    """

    method: str
    path: str
    handler: Handler
    sentence: str
    answers: tuple[Answer, ...]
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    needs_token: bool = True

    @property
    def name(self) -> str:
        """The operation id: the handler's name."""
        return self.handler.__name__


@dataclass(slots=True)
class Call:
    """One request to an operation, checked.

    Attributes:
        service: The server it came to.
        parameters: Every declared parameter by name; ``None`` where left out.
        body: The JSON body, or ``None`` where the operation takes none.
        headers: Names in lower case.
    """

    service: Service
    parameters: dict[str, Any]
    body: Any
    headers: dict[bytes, bytes]
    _tenant: Tenant | None = None

    @property
    def tenant(self) -> Tenant:
        """The token's tenant; only for operations that need a token."""
        assert self._tenant is not None
        return self._tenant

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]


ACTOR_ID = ("^(user|anon|id):", "an actor id, such as user:U1 or anon:A1")
AFTER = Parameter("after", int, "only what comes behind this seq", least=0, most=2**40 - 1, default=0)
LIMIT = Parameter("limit", int, "at most so many", least=1, most=10_000, default=100)
