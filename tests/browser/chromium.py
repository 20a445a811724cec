"""One page in headless Chromium, used as a person would: type, click, look.

Speaks the DevTools protocol over the browser's own pipe, so that no driver has to be installed.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Self

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-extensions", "--disable-background-networking", "--remote-debugging-pipe"),
    "--window-size=1280,800",
)
UNTIL = """(async () => {
  for (let i = 0; i < 400; i++) { if (%s) return true; await new Promise((resolve) => setTimeout(resolve, 25)); }
  return false;
})()"""
# The browser reads its file 3 and writes its file 4; a test's process has threads, so nothing may run between its fork
# and the next program: this one puts the pipes there.
WIRED = "import os, sys; [os.dup2(int(sys.argv[n - 2]), n) for n in (3, 4)]; os.execv(sys.argv[3], sys.argv[3:])"


def installed() -> str:
    """Return the browser's path; without one the test is skipped."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or pytest.skip("no Chromium on this machine")


class Page:
    """A browser that shows one page; a context manager.

    Args:
        url: What it shows.
        folder: Where the browser may leave what it likes.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._answers, browser_out = os.pipe()
        browser_in, self._requests = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (browser_in, browser_out)]  # clear of 3 and 4
        command = [installed(), *FLAGS, f"--user-data-dir={folder}/profile", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", WIRED, *map(str, ends), *command],
            pass_fds=ends,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (browser_in, browser_out, *ends):
            os.close(end)
        self._number = 0
        self._rest = b""
        self._session: str | None = None
        target = self._call("Target.createTarget", url=url)["result"]["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["result"]["sessionId"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._answers)
        os.close(self._requests)

    def run(self, script):
        """Run a script in the page and return what it gives."""
        for _ in range(50):  # a page that is only just loading takes its context away once or twice
            answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
            if "error" not in answer:
                break
        assert "error" not in answer, answer
        assert "exceptionDetails" not in answer["result"], answer
        return answer["result"]["result"].get("value")

    def until(self, condition):
        """Wait, up to ten seconds, until a condition holds in the page."""
        assert self.run(UNTIL % condition), f"not so: {condition}\n{self.html()}"

    def html(self):
        """Return the document as it is now."""
        return self.run("document.documentElement.outerHTML")

    def press(self, key):
        """Press a key."""
        self._call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        self._call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def picture(self):
        """Return what is seen, as PNG."""
        return base64.b64decode(self._call("Page.captureScreenshot")["result"]["data"])

    def _call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                piece = os.read(self._answers, 65536)
                assert piece, "the browser went away"
                self._rest += piece
            text, _, self._rest = self._rest.partition(b"\0")
            answer = json.loads(text)
            if answer.get("id") == self._number:
                return answer
