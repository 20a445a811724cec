"""Drive headless Chromium as a person would: type the token, choose the person; then print the document.

Usage: python drive_chromium.py BROWSER URL TOKEN FOLDER. Speaks the DevTools protocol over the browser's own pipe, so
that no driver has to be installed. A screenshot is left in FOLDER.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-extensions", "--disable-background-networking", "--remote-debugging-pipe"),
    "--window-size=1280,800",
)
UNTIL = """(async () => {
  for (let i = 0; i < 400; i++) { if (%s) return true; await new Promise((resolve) => setTimeout(resolve, 25)); }
  return false;
})()"""


class Browser:
    """A browser process and the pipe to it."""

    def __init__(self, path, folder):
        self._answers, browser_out = os.pipe()
        browser_in, self._requests = os.pipe()

        def wire():
            # First out of the way, since the pipes may themselves be 3 and 4.
            os.dup2(browser_in, 13)
            os.dup2(browser_out, 14)
            os.dup2(13, 3)
            os.dup2(14, 4)

        self.process = subprocess.Popen(
            [path, *FLAGS, f"--user-data-dir={folder}/profile", "about:blank"],
            preexec_fn=wire,  # noqa: PLW1509 - no threads in here
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(browser_in)
        os.close(browser_out)
        self._number = 0
        self._rest = b""

    def call(self, method, session=None, **parameters):
        """Call a DevTools method and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                piece = os.read(self._answers, 65536)
                if not piece:
                    raise SystemExit("the browser went away")
                self._rest += piece
            text, _, self._rest = self._rest.partition(b"\0")
            answer = json.loads(text)
            if answer.get("id") == self._number:
                return answer


def main(path, url, token, folder):
    """Do what the module says."""
    browser = Browser(path, folder)
    try:
        target = browser.call("Target.createTarget", url=f"{url}/_fake/")["result"]["targetId"]
        session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["result"]["sessionId"]

        def run(script):
            for _ in range(50):  # a page that is only just loading takes its context away once or twice
                answer = browser.call(
                    "Runtime.evaluate", session, expression=script, awaitPromise=True, returnByValue=True
                )
                if "error" not in answer:
                    break
            if "error" in answer or "exceptionDetails" in answer["result"]:
                raise SystemExit(json.dumps(answer))
            return answer["result"]["result"].get("value")

        def until(condition, otherwise):
            if not run(UNTIL % condition):
                raise SystemExit(f"{otherwise}: {run('document.documentElement.outerHTML')}")

        until("document.readyState === 'complete' && document.getElementById('gate')", "no page")
        run(f"document.getElementById('token').value = {json.dumps(token)}")
        run("document.getElementById('gate').requestSubmit()")
        until("document.querySelectorAll('#events tr').length === 3", "no events")
        until("document.querySelectorAll('#people .user').length === 1", "no people")
        run("document.querySelector('#people .person').click()")
        until("document.querySelector('[data-merge]')", "no merge timeline")
        sys.stdout.write(run("document.documentElement.outerHTML"))
        shot = browser.call("Page.captureScreenshot", session)["result"]["data"]
        Path(folder, "page.png").write_bytes(base64.b64decode(shot))
    finally:
        browser.process.kill()
        browser.process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
