"""Press keys in the UI that a browser shows, as a person would; leave a picture.

Usage: python drive_web.py BROWSER URL FOLDER, with ``tests/fake_pointillist/wire`` on PYTHONPATH for the driver.
Says ``ready`` when the UI is there, presses the key of each line it reads, and ends, leaving a picture, with its input.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from drive_chromium import UNTIL, Browser

KEYBOARD = "document.querySelector('.xterm-helper-textarea')"


def main(path, url, folder):
    """Do what the module says."""
    browser = Browser(path, folder)
    try:
        target = browser.call("Target.createTarget", url=url)["result"]["targetId"]
        session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["result"]["sessionId"]
        there = f"{KEYBOARD} && document.body.classList.contains('-first-byte')"
        for script in (UNTIL % there, f"{KEYBOARD}.focus()"):
            for _ in range(50):  # a page that is only just loading takes its context away once or twice
                parameters = {"expression": script, "awaitPromise": True, "returnByValue": True}
                if "error" not in browser.call("Runtime.evaluate", session, **parameters):
                    break
        print("ready", flush=True)
        for line in sys.stdin:
            key = line.rstrip("\n")
            browser.call("Input.dispatchKeyEvent", session, type="keyDown", key=key, text=key)
            browser.call("Input.dispatchKeyEvent", session, type="keyUp", key=key)
        shot = browser.call("Page.captureScreenshot", session)["result"]["data"]
        Path(folder, "web.png").write_bytes(base64.b64decode(shot))
    finally:
        browser.process.kill()
        browser.process.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
