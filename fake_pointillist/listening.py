"""What serving needs of the system: a port, or what is in the way of it, and an event loop."""

from __future__ import annotations

import asyncio
import errno
import socket

from fake_pointillist.errors import StartError

_OTHER_PORT = "give another port, or port 0 for a free one"
_MENDS = {errno.EADDRINUSE: _OTHER_PORT, errno.EACCES: _OTHER_PORT}
_OTHER_HOST = "the host has to be an address of this machine"


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that is bound and does not listen yet.

    Args:
        host: A name or an address of this machine.
        port: The port; 0 takes a free one.

    Raises:
        StartError: There is no such port, it is taken or not for everybody, or the host is not here.
    """
    if not 0 <= port <= 65_535:
        raise StartError(f"port must be between 0 and 65535, not {port}")
    sock = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, address = found[0]
        # The protocol must be named: asyncio sets TCP_NODELAY only then, and without it every answer waits 40 ms.
        sock = socket.socket(family, kind, socket.IPPROTO_TCP)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except UnicodeError as error:  # a part of the name is empty, or longer than names may be
        raise StartError(f"cannot listen on {host} port {port}: it is no name of a host; {_OTHER_HOST}") from error
    except OSError as error:
        if sock is not None:
            sock.close()
        mend = _MENDS.get(error.errno or 0, _OTHER_HOST)
        raise StartError(f"cannot listen on {host} port {port}: {error.strerror}; {mend}") from error
    return sock


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return uvloop's event loop where it is installed, else asyncio's own."""
    try:
        import uvloop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop
