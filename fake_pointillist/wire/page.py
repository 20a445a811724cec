"""``GET /_fake/``: a page for people without a terminal. One file, nothing from outside, no token of its own.

The page asks for a token and keeps it in the tab's session storage. It puts text into the document as text, never as
markup, and the Content-Security-Policy would stop what slipped through: only the page's own script may run.
"""

from __future__ import annotations

import secrets
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.responses import Response

from fake_pointillist.wire.operations import Answer, Call, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONCE = b"__NONCE__"


def page(call: Call) -> Response:
    """Return the page."""
    del call
    nonce = secrets.token_urlsafe(16)
    content = _content().replace(_NONCE, nonce.encode())
    return Response(content, media_type="text/html; charset=utf-8", headers=_headers(nonce))


@cache
def _content() -> bytes:
    return files("fake_pointillist.wire").joinpath("page.html").read_bytes()


def _headers(nonce: str) -> Mapping[str, str]:
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }


OPERATIONS = (
    Operation(
        *("GET", "/_fake/", page, "The page"),
        (Answer(200, "HTML", str, "text/html"),),
        needs_token=False,
    ),
)
