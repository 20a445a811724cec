"""Which transport a delivery takes."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from simulator.delivery.lean import LeanTransport
from simulator.delivery.request import Requests
from simulator.delivery.wire import exchange, transport_for
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


def test_a_proxy_that_fails_is_named_without_its_password(monkeypatch, make_trace):
    """Who sees the error may not know that there is a proxy at all."""
    monkeypatch.setenv("HTTP_PROXY", "http://ann:hunter2@127.0.0.1:1")
    request = Requests("http://pointillist.example", "secret").of(make_trace(), "m1")

    async def main():
        async with transport_for(request.url)() as transport:
            return await exchange(transport, request, 5.0)

    error = asyncio.run(main()).error
    assert error.startswith("cannot connect: ")
    assert error.endswith(" (through the proxy http://127.0.0.1:1 of the environment)")


def test_a_certificate_nobody_here_trusts_is_told_the_way_to_trust_it(make_trace):
    """The one variable that helps is named; it is httpx's own."""

    class Untrusted(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            raise httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", request=request)

    request = Requests("https://pointillist.example", "secret").of(make_trace(), "m1")
    error = asyncio.run(exchange(Untrusted(), request, 5.0)).error
    assert error.endswith(
        "verify failed; to trust it, name the file of its authority in the environment variable SSL_CERT_FILE"
    )
