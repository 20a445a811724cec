"""Starting and stopping the fake: :class:`FakePointillist`, one line from Python.

The server has a thread and an event loop of its own, so that tests, the terminal UI and the command line start it the
same way. uvicorn is imported when it starts, never before.
"""

from __future__ import annotations

import ipaddress
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fake_pointillist.errors import EndedError, StartError
from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.policies import DEFAULT_POLICY, policy_of
from fake_pointillist.listening import bind
from fake_pointillist.records import Rules, clock
from fake_pointillist.storage.durable_store import DurableStore
from fake_pointillist.storage.store import Store
from fake_pointillist.tenants import Tenants
from fake_pointillist.wire.app import App
from fake_pointillist.wire.service import Service

if TYPE_CHECKING:
    import os
    import socket
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from fake_pointillist.records import OnViolation

_BACKLOG = 2_048
_START_WITHIN = 30.0
_STOP_WITHIN = 30.0
_NO_OPTIONS = Options()


class FakePointillist:
    """A local Pointillist: ``with FakePointillist() as server: post(server.url + "/event", ...)``.

    Args:
        host: Where to listen; anything but loopback needs ``tokens``.
        port: The port; 0 takes a free one.
        db: The file that makes it durable; ``None`` keeps everything until it stops.
        tokens: The tokens that are taken; empty = any that is not empty. A token is a tenant.
        policy: The identity policy tenants start with.
        options: Its options.
        on_violation: ``reject`` answers 400 to an event that breaks a hard rule, ``record`` takes and lists it.
        keep: Events and refusals kept a tenant, the newest; ``None`` keeps all.
        now: The clock, microseconds since the epoch, UTC; ``None`` for the real one.
        max_body: Bytes of a request body, decompressed.

    Attributes:
        app: The ASGI application, for tests in process; works without :meth:`start`.

    Raises:
        StartError: An unsafe host without tokens.
        StoreError: The file cannot be used.
        UnknownPolicyError: There is no such policy.
        ValueError: ``keep`` below 1, or another value out of bounds.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        db: str | os.PathLike[str] | None = None,
        tokens: Sequence[str] = (),
        policy: str = DEFAULT_POLICY,
        options: Options = _NO_OPTIONS,
        on_violation: OnViolation = "reject",
        keep: int | None = None,
        now: Callable[[], int] | None = None,
        max_body: int = 256 * 1024,
    ) -> None:
        policy_of(policy)
        if type(port) is not int or not 0 <= port <= 65_535:
            raise ValueError(f"port must be between 0 and 65535, not {port!r}")
        for name, value in (("keep", keep), ("max_body", max_body)):
            if value is not None and (type(value) is not int or value < 1):
                raise ValueError(f"{name} must be 1 or more, not {value!r}")
        if on_violation not in ("reject", "record"):
            raise ValueError(f"on_violation must be reject or record, not {on_violation!r}")
        if isinstance(tokens, str):
            raise ValueError("tokens is a list of texts, not one text")  # noqa: TRY004 - as every other wrong value
        if any(not token for token in tokens):
            raise StartError("a token must not be empty")
        if not tokens and not _is_loopback(host):
            raise StartError(f"{host} can be reached from outside: give a --token, or listen on 127.0.0.1")
        self._host = host
        self._wanted_port = port
        rules = Rules(policy, options, on_violation, keep, now or clock)
        self._store = DurableStore(Path(db)) if db is not None else Store()
        try:
            self._service = Service(Tenants(self._store, rules, tokens), max_body=max_body)
        except BaseException:  # what cannot be read is let go of, so that it can be mended or moved away
            self._store.close()
            raise
        self.app = App(self._service)
        self._port: int | None = None
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._is_closed = False

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            EndedError: It listens no more, see :meth:`check`.
            RuntimeError: It has not been started.
        """
        if self._port is None:
            raise RuntimeError("the server has not been started")
        self.check()
        return self._port

    @property
    def url(self) -> str:
        """Its base URL, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def start(self) -> Self:
        """Start, and return once it answers.

        Raises:
            StartError: The port is taken, or the host is none of this machine's; it is closed then.
            RuntimeError: It has been started, or stopped, before: make a new one.
        """
        if self._thread is not None or self._is_closed:
            raise RuntimeError("a server is started once; make a new one")
        try:
            listener = bind(self._host, self._wanted_port)
        except StartError:
            self.stop()
            raise
        listener.listen(_BACKLOG)
        self._port = listener.getsockname()[1]
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._serve, args=(listener, ready), name="fake-pointillist", daemon=True
        )
        self._thread.start()
        if not ready.wait(_START_WITHIN) or self._failure is not None:
            self.stop()
            raise StartError(f"the server did not start: {self._failure or 'no answer'}")
        return self

    def check(self) -> None:
        """Return where it serves, or was stopped.

        Raises:
            EndedError: Its thread has ended by itself: nobody answers any more.
        """
        if self._failure is not None:
            why = f"{type(self._failure).__name__}: {self._failure}"
            raise EndedError(f"the server has ended by itself ({why}); start a new one") from self._failure

    def stop(self) -> None:
        """Answer what is under way, commit it, and close; may be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        self._service.close()
        if self._thread is not None:
            if self._server is not None:
                self._server.should_exit = True
            self._thread.join(_STOP_WITHIN)
        self._store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None:
            self.check()

    def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        try:
            from fake_pointillist.wire.serving import serve  # noqa: PLC0415 - uvicorn only where one is started

            serve(self.app, listener, ready, self._take_server)
        except BaseException as error:  # noqa: BLE001 - told to whoever waits for the start, or asks later
            self._failure = error
        finally:
            ready.set()
            listener.close()

    def _take_server(self, server: Any) -> None:
        self._server = server


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
