"""One request, one answer: over any httpx transport, within a time, with a bounded body, errors as a record."""

from __future__ import annotations

import asyncio
import ipaddress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

import httpx

from simulator.delivery.answers import Answer, decoded
from simulator.delivery.lean import LONGEST_BODY, LeanTransport
from simulator.errors import UsageError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from simulator.delivery.request import Outgoing

TRUST = "to trust it, name the file of its authority in the environment variable SSL_CERT_FILE"


async def exchange(transport: httpx.AsyncBaseTransport, request: Outgoing, seconds: float) -> Answer:
    """Send ``request`` and return how it ended; never raises for what the network or the server does.

    Args:
        transport: Any httpx transport. Below the client nothing follows redirects, keeps cookies or adds headers.
        request: See :mod:`simulator.delivery.request`.
        seconds: The time for everything from connecting to the last byte.
    """
    try:
        async with asyncio.timeout(seconds):
            if isinstance(transport, LeanTransport):
                # Its own way in: building and reading httpx's objects costs more than the exchange itself.
                status, headers, body = await transport.exchange(request.url, request.to_bytes())
                after, actor = _header(headers, b"retry-after"), _header(headers, b"x-simulator-actor")
            else:
                response = await transport.handle_async_request(request.to_httpx())
                status, after = response.status_code, response.headers.get("retry-after")
                actor = response.headers.get("x-simulator-actor")
                body = await _read(response)
    except TimeoutError:
        return Answer(None, f"no answer within {seconds:g} s{_through(transport)}")
    except httpx.HTTPError as error:
        said = f"{_words(error)}: {error}" if str(error) else _words(error)
        return Answer(None, f"{said}{_mend(error)}{_through(transport)}")
    except OSError as error:
        return Answer(None, f"{error.strerror or type(error).__name__}{_through(transport)}")
    return Answer(status, None, decoded(body), after, unquote(actor, errors="replace") if actor else None)


def _header(headers: list[tuple[bytes, bytes]], wanted: bytes) -> str | None:
    for name, value in headers:
        if name.lower() == wanted:
            return value.decode("latin-1")
    return None


async def _read(response: httpx.Response) -> bytes:
    if response.is_stream_consumed:  # whole already, as mock transports make it
        return response.content[:LONGEST_BODY]
    parts, size = [], 0
    try:
        async for part in response.aiter_raw():
            parts.append(part)
            size += len(part)
            if size >= LONGEST_BODY:
                break
    finally:
        await response.aclose()
    return b"".join(parts)[:LONGEST_BODY]


_WORDS: tuple[tuple[type[httpx.HTTPError], str], ...] = (
    (httpx.ConnectError, "cannot connect"),
    (httpx.ProxyError, "the proxy refused"),
    (httpx.TimeoutException, "timed out"),
    (httpx.RemoteProtocolError, "not an HTTP answer"),
    (httpx.NetworkError, "connection cut"),
)


def _words(error: httpx.HTTPError) -> str:
    return next((words for kind, words in _WORDS if isinstance(error, kind)), type(error).__name__)


def _mend(error: httpx.HTTPError) -> str:
    """Return what helps where nobody this machine trusts has signed the certificate."""
    return f"; {TRUST}" if "CERTIFICATE_VERIFY_FAILED" in str(error) else ""


def _through(transport: httpx.AsyncBaseTransport) -> str:
    return f" (through the proxy {transport.proxy} of the environment)" if isinstance(transport, _Proxied) else ""


class _Proxied(httpx.AsyncHTTPTransport):
    """httpx's transport, which knows its proxy for errors: who sees them may not know that there is one.

    Attributes:
        proxy: Scheme, host and port; never the user and password it may be used with.
    """

    def __init__(self, proxy: str, verify: ssl.SSLContext | bool, limits: httpx.Limits) -> None:
        super().__init__(verify=verify, limits=limits, proxy=proxy)
        url = httpx.URL(proxy)
        self.proxy = f"{url.scheme}://{url.netloc.decode()}"


def transport_for(url: httpx.URL) -> Callable[[], httpx.AsyncBaseTransport]:
    """Return what makes one worker's transport for ``url``.

    Plain http to a server reached directly goes over :class:`LeanTransport`, several times quicker than httpx's own;
    TLS and proxies (from the environment, never for loopback) are httpx's business.

    Raises:
        UsageError: The proxy is one that httpx does not speak to, here.
    """
    proxy = None if _is_loopback(url.host) else _proxy(url)
    if url.scheme == "http" and proxy is None:
        return LeanTransport
    verify = httpx.create_ssl_context() if url.scheme == "https" else False
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    if proxy is None:
        return partial(httpx.AsyncHTTPTransport, verify=verify, limits=limits)
    make = partial(_Proxied, proxy, verify, limits)
    try:
        make()
    except (ImportError, ValueError) as error:  # a SOCKS proxy without its package; a scheme nobody knows
        mend = "set another proxy in the environment, or name the endpoint's host in NO_PROXY"
        raise UsageError(f"cannot use the proxy of the environment: {str(error).rstrip('.')}; {mend}") from error
    return make


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _proxy(url: httpx.URL) -> str | None:
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return None if proxy is None or proxy_bypass(url.host) else proxy
