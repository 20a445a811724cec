"""``--web``: the same UI in a browser of this machine, for pages of ours only."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from chromium import Page

from fake_pointillist import FakePointillist
from simulator.cli.main import main

KEYBOARD = "document.querySelector('.xterm-helper-textarea')"


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys):
    """A clear error, exit 2, and the command that mends it."""
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    monkeypatch.delitem(sys.modules, "simulator.cli.web", raising=False)
    assert main(["--web"]) == 2
    assert "pip install 'pointillist-simulator[web]'" in capsys.readouterr().err


@pytest.fixture
def served(tmp_path):
    """A web server of the UI, attached to a fake; and that fake."""
    pytest.importorskip("textual_serve")
    port = _free_port()
    with FakePointillist() as fake:
        command = [sys.executable, "-m", "simulator", "--web", "--web-port", str(port), "--attach", fake.url]
        process = subprocess.Popen([*command, "--token", "mine"], stderr=subprocess.PIPE, text=True)
        url = f"http://127.0.0.1:{port}"
        assert process.stderr.readline() == f"pointillist-sim: in a browser at {url}, Ctrl-C ends it\n"
        yield process, url, fake
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.slow
@pytest.mark.parametrize("port", ["taken", "0", "65536"])
def test_a_port_that_cannot_be_used_is_said(port):
    """One line and exit 2, not a traceback."""
    pytest.importorskip("textual_serve")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1]) if port == "taken" else port
        done = subprocess.run(
            [sys.executable, "-m", "simulator", "--web", "--web-port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("pointillist-sim: ")
    assert "--web-port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_only_this_machine_and_only_pages_of_ours(served):
    """It listens on loopback, lets nothing in from elsewhere, and refuses the socket to any other page."""
    _, url, _ = served
    port = int(url.rpartition(":")[2])
    with socket.socket() as other, pytest.raises(ConnectionRefusedError):
        other.connect(("127.0.0.2", port))  # a listener on every address would take this
    page = httpx.get(url)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    for origin in ("http://example.org", "null"):
        headers = asked | {"Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==", "Origin": origin}
        assert httpx.get(f"{url}/ws", headers=headers).status_code == 403


def _pressed_until(page, fake, wanted):
    """Open the panel and press space until the fake says ``wanted``: a key before its first answer switches nothing."""
    for key in "s" + " " * 20:
        page.press(key)
        last = time.monotonic() + 2
        while time.monotonic() < last:
            if httpx.get(f"{fake.url}/_fake/on-violation", headers={"apiToken": "mine"}).json() == wanted:
                return True
    return False


@pytest.mark.slow
def test_keys_in_a_real_browser(served, tmp_path):
    """In Chromium ``s`` opens the server panel and space switches there, as in a terminal; a signal ends all of it."""
    process, url, fake = served
    with Page(url, tmp_path) as page:
        page.until(f"{KEYBOARD} && document.body.classList.contains('-first-byte')")
        page.run(f"{KEYBOARD}.focus()")
        assert _pressed_until(page, fake, {"on_violation": "record"})
        assert len(page.picture()) > 10_000
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    with socket.socket() as again, contextlib.closing(again):
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", int(url.rpartition(":")[2])))
