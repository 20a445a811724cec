"""The empty list: what would fill it, and which key does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.details.mapping import wrapped
from simulator.tui.paint import Span, end, line
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from simulator.tui.engine import Engine


def empty_lines(width: int, engine: Engine) -> list[DetailLine]:
    """Return the text of the empty list."""
    recipe = engine.recipe
    pad = " " * max((width - 70) // 2, 2)
    rows = [
        ("space", f"start the generator ({' + '.join(recipe.scenarios)}, {recipe.rate:g} messages a second)"),
        (".", "one message, and look at it"),
        ("m", "paste or open a message of your own"),
        ("g", "choose scenario, seed, rate"),
        ("d", "the identity demo, five acts, 90 seconds"),
        ("?", "all keys of this screen"),
    ]
    lines = [DetailLine(line("")), DetailLine((Span(pad), Span("No messages yet.", "bold"))), DetailLine(line(""))]
    for key, text in rows:
        lines.append(DetailLine((Span(pad), end(key, 8, "accent"), Span(text))))
    lines.append(DetailLine(line("")))
    if engine.source_url:
        lines.append(DetailLine((Span(pad), Span("Or point a Segment SDK at  "), Span(engine.source_url, "bold"))))
        lines.append(DetailLine((Span(pad), Span("with write key  "), Span(engine.write_key, "bold"))))
        lines.append(DetailLine(line("")))
    text = "Nothing leaves this machine: nothing is sent to Segment or Pointillist."
    lines += [DetailLine(part) for part in wrapped(text, width - 2, pad, "dim")]
    return lines
