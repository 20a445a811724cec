"""Lines of styled text, and the only way they become cells of the terminal.

A view says *what* to show as a :data:`Line` of spans with style names; :class:`Painter` turns it into a strip. It is
the one place where text meets the terminal, so it is where control characters become visible escapes: whatever a
message holds, no view can forget to make it safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from simulator.text import cells, shorten_end, shorten_front, shorten_middle, visible
from simulator.tui.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.strip import Strip


STYLES = ("ok", "bad", "warn", "blue", "dim", "bold", "strike", "accent", "title")
"""Style names a span may use, alone or several joined by a space; each is a component class ``paint--<name>``."""

COMPONENTS = frozenset(f"paint--{name}" for name in (*STYLES, "cursor", "cursor-focused"))


class Span(NamedTuple):
    """A piece of text in one style. The text may come from outside: it is made safe when painted."""

    text: str
    style: str = ""


SPACE = "␣"
"""A space that counts."""

Line: TypeAlias = tuple[Span, ...]
"""One line of a view."""


def line(*parts: str | Span) -> Line:
    """Return a line of spans; plain strings are unstyled."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def width_of(parts: Iterable[Span]) -> int:
    """Return the cells ``parts`` take once control characters are visible escapes."""
    return sum(cells(visible(part.text)) for part in parts)


def id_text(text: str) -> str:
    """Return an id with the spaces at its ends to be seen: they make it another id, and look like an indent."""
    text = visible(text)
    inner = text.strip()
    if len(inner) == len(text):
        return text
    start = len(text) - len(text.lstrip()) if inner else len(text)
    return SPACE * start + inner + SPACE * (len(text) - start - len(inner))


def end(text: str, width: int, style: str = "") -> Span:
    """Return ``text`` cut at its end and filled up to exactly ``width`` cells."""
    return Span(_fill(shorten_end(visible(text), width), width), style)


def middle(text: str, width: int, style: str = "") -> Span:
    """Return an id cut in its middle and filled up to exactly ``width`` cells."""
    return Span(_fill(shorten_middle(id_text(text), width), width), style)


def front(text: str, width: int, style: str = "") -> Span:
    """Return a path cut at its front and filled up to exactly ``width`` cells."""
    return Span(_fill(shorten_front(visible(text), width), width), style)


def right(text: str, width: int, style: str = "") -> Span:
    """Return ``text`` right-aligned in ``width`` cells: for numbers."""
    cut = shorten_end(visible(text), width)
    return Span(" " * (width - cells(cut)) + cut, style)


def _fill(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def safe_title(parts: Line, plain: Mapping[int, str] | None = None) -> Content:
    """Return a frame's title: safe text, markup never read, with the styles Textual's content knows."""
    pieces: list[tuple[str, str]] = []
    for part in parts:
        text = visible(part.text)
        style = " ".join(_TITLE_STYLES[name] for name in part.style.split())
        pieces.append((text.translate(plain) if plain else text, style))
    return Content.assemble(*pieces)


_TITLE_STYLES = {
    "ok": "$success",
    "bad": "$error",
    "warn": "$warning",
    "blue": "$pointillist",
    "dim": "$dim",
    "bold": "bold",
    "strike": "strike",
    "accent": "$accent",
    "title": "bold",
}


class Painter:
    """Turns lines into strips for one theme.

    Args:
        styles: Rich style of each name in :data:`STYLES`.
        base: Style of what has none.
        plain: Character table of the ASCII alphabet, or ``None``.
    """

    def __init__(self, styles: Mapping[str, Style], base: Style, plain: Mapping[int, str] | None = None) -> None:
        self._styles = styles
        self._base = base
        self._plain = plain
        self._known: dict[str, Style] = {"": base}

    def style(self, names: str) -> Style:
        """Return the style of ``names``, such as ``"blue strike"``."""
        known = self._known.get(names)
        if known is None:
            known = self._base
            for name in names.split():
                known += self._styles[name]
            self._known[names] = known
        return known

    def strip(self, parts: Line, width: int, over: Style | None = None) -> Strip:
        """Return ``parts`` as a strip of exactly ``width`` cells; ``over`` is laid over all of it (the cursor)."""
        segments: list[Segment] = []
        room = width
        for part in parts:
            if room <= 0:
                break
            text = visible(part.text)
            taken = cells(text)
            if taken > room:
                text = shorten_end(text, room)
                taken = cells(text)
            if self._plain:
                text = text.translate(self._plain)
            style = self.style(part.style)
            if over is not None:
                # Reversed colours of every span would make a patchwork of the line: it is reversed as one.
                style = (Style(strike=style.strike) if over.reverse else style) + over
            segments.append(Segment(text, style))
            room -= taken
        if room > 0:
            segments.append(
                Segment(" " * room, self._base if over is None else over if over.reverse else self._base + over)
            )
        return Drawn(segments, width)
