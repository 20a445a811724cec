"""What the page of ``stitch`` is made of: escaped text, ids, and the signs of its timelines and of its legend."""

from __future__ import annotations

from html import escape

from simulator.text import shorten_middle, visible

_CIRCLE = '<circle r="4"/>'
_DIAMOND = '<path d="M0-6l6 6-6 6-6-6z"/>'
SIGNS = {
    "named": (_CIRCLE, "names the user"),
    "claimed": (f'{_CIRCLE}<path d="M0-4a4 4 0 0 0 0 8z"/>', "belongs to the user by a claim"),
    "anonymous": (_CIRCLE, "nobody's"),
    "claim": (_DIAMOND, "claim"),
    "refused": (_DIAMOND, "claim not applied"),
}
"""Class of a sign: its shape about the origin, and what it means; colour and filling are in the page's style."""

_LONGEST = 20


def text(value: str) -> str:
    """Return text from outside as markup."""
    return escape(visible(value))


def code(value: str) -> str:
    """Return an id, whole."""
    return f"<code>{text(value)}</code>"


def brief(value: str) -> str:
    """Return an id, a long one cut in the middle; whole where the pointer rests on it."""
    shown = shorten_middle(visible(value), _LONGEST)
    title = f' title="{text(value)}"' if shown != visible(value) else ""
    return f"<code{title}>{escape(shown)}</code>"


def sign(kind: str, percent: float, title: str) -> str:
    """Return a sign at a place of its lane's width; the title is shown where the pointer rests on it."""
    shape, _ = SIGNS[kind]
    return f'<svg class="{kind}" x="{percent:.2f}%" y="50%"><title>{text(title)}</title>{shape}</svg>'


def legend() -> str:
    """Return every sign with its meaning."""
    parts = (
        f'<span><svg class="sign">{sign(kind, 50, meaning)}</svg> {text(meaning)}</span>'
        for kind, (_, meaning) in SIGNS.items()
    )
    return f'<p class="legend">{" ".join(parts)} <span>Times are UTC.</span></p>'
