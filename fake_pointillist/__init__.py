"""Pointillist's side of the wire: intake, store, identity, and the ``/_fake`` API over them.

``FakePointillist`` starts the server from Python in one line::

    with FakePointillist() as server:
        print(server.url)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fake_pointillist.server import FakePointillist

__all__ = ["FakePointillist"]


def __getattr__(name: str) -> Any:
    """Import the server on first use: the identity rules must be reachable without Starlette."""
    if name == "FakePointillist":
        from importlib import import_module  # noqa: PLC0415 - start-up counts

        return import_module("fake_pointillist.server").FakePointillist
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
