"""Which transport a delivery takes."""

from __future__ import annotations

import httpx
import pytest

from simulator.delivery.lean import LeanTransport
from simulator.delivery.wire import transport_for
from simulator.errors import UsageError


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_proxy_that_cannot_be_used_is_said_before_anything_is_sent(monkeypatch):
    """One line with the mend, not a traceback of a worker."""
    monkeypatch.setenv("ALL_PROXY", "carrier-pigeon://127.0.0.1:1")
    with pytest.raises(UsageError, match=r"cannot use the proxy of the environment: .*NO_PROXY"):
        transport_for(httpx.URL("http://pointillist.example/event"))


def test_loopback_goes_past_the_proxy_and_the_quick_way(monkeypatch):
    """A fake on this machine is never asked for through somebody else's."""
    monkeypatch.setenv("ALL_PROXY", "carrier-pigeon://127.0.0.1:1")
    assert transport_for(httpx.URL("http://127.0.0.1:8765/event")) is LeanTransport
