"""The fake Pointillist in a process of its own, for as long as somebody holds it: two processes use two cores.

The child watches its standard input and ends when that closes, so it cannot outlive a parent that was killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from types import TracebackType

_STOP_WITHIN = 15.0
_GOODBYE = b"stop\n"


class FakeProcess:
    """``with FakeProcess(policy="split") as fake: fake.url``.

    Args:
        options: What :class:`fake_pointillist.FakePointillist` takes, as far as JSON can say it; the ``options`` of its
            policy as the keywords of :class:`~fake_pointillist.identity.attribution.Options`.

    Raises:
        SimulatorError: It did not start; says why.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._child: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "simulator.fake_client.process", json.dumps(self._options)]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own module
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        answer: dict[str, str] = json.loads(line) if line else {"error": "the fake's process ended at once"}
        if "url" not in answer:
            self._stop()
            raise SimulatorError(answer["error"])
        self.url = answer["url"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        child = self._child
        if child is None:
            return
        assert child.stdin is not None
        assert child.stdout is not None
        with suppress(BrokenPipeError):  # it ended by itself
            child.stdin.write(_GOODBYE)
            child.stdin.close()
        try:
            child.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


def _serve(options: dict[str, Any]) -> int:
    """Be the child."""
    import signal  # noqa: PLC0415 - the child's business

    # Ctrl-C reaches the whole group; the parent still has deliveries to finish and ends us when it is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    from fake_pointillist import FakePointillist  # noqa: PLC0415 - the same
    from fake_pointillist.errors import FakePointillistError  # noqa: PLC0415 - the same
    from fake_pointillist.identity.attribution import Options  # noqa: PLC0415 - the same

    try:
        if "options" in options:
            options["options"] = Options(**options["options"])
        with FakePointillist(**options) as fake:
            sys.stdout.write(json.dumps({"url": fake.url}) + "\n")
            sys.stdout.flush()
            if sys.stdin.buffer.read() != _GOODBYE:
                # The parent was killed. Whoever starts it again wants the port and the file at once; what was
                # answered is on disk.
                os._exit(1)
    except (FakePointillistError, ValueError) as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_serve(json.loads(sys.argv[1])))
