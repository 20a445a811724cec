"""The empty list: what would fill it, and which key does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.details.mapping import wrapped
from simulator.tui.paint import Span, end, line
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from simulator.tui.engine import Engine

WIRE_ONLY = "Attached, an event shows as it came over the wire: its Segment message is not known to the fake."


def empty_lines(width: int, engine: Engine) -> list[DetailLine]:
    """Return the text of the empty list."""
    recipe = engine.recipe
    pad = _pad(width)
    lines = _keys(
        pad,
        "No messages yet.",
        ("space", f"start the generator ({' + '.join(recipe.scenarios)}, {recipe.rate:g} messages a second)"),
        (".", "one message, and look at it"),
        ("m", "paste or open a message of your own"),
        ("g", "choose scenario, seed, rate"),
        ("d", "the identity demo, five acts, 90 seconds"),
        ("?", "all keys of this screen"),
    )
    if engine.source_url:
        lines.append(DetailLine((Span(pad), Span("Or point a Segment SDK at  "), Span(engine.source_url, "bold"))))
        lines.append(DetailLine((Span(pad), Span("with write key  "), Span(engine.write_key, "bold"))))
        lines.append(DetailLine(line("")))
    text = "Nothing leaves this machine: nothing is sent to Segment or Pointillist."
    lines += [DetailLine(part) for part in wrapped(text, width - 2, pad, "dim")]
    return lines


def attached_lines(width: int, engine: Engine) -> list[DetailLine]:
    """Return the text of the empty list of a fake that runs elsewhere."""
    pad = _pad(width)
    if engine.problem:
        lines = _keys(pad, "Nothing to show yet: it is asked again and again.")
        return [*lines, *(DetailLine(part) for part in wrapped(engine.problem, width - 2, pad, "bad"))]
    lines = _keys(
        pad,
        f"No event of token {engine.token} yet.",
        ("m", "send a message of your own there"),
        ("s", "what this fake answers, faults"),
        ("?", "all keys of this screen"),
    )
    lines.append(DetailLine((Span(pad), Span("Events arrive at  "), Span(f"{engine.fake_url}/event", "bold"))))
    lines += [DetailLine(line("")), *(DetailLine(part) for part in wrapped(WIRE_ONLY, width - 2, pad, "dim"))]
    return lines


def _pad(width: int) -> str:
    return " " * max((width - 70) // 2, 2)


def _keys(pad: str, head: str, *rows: tuple[str, str]) -> list[DetailLine]:
    lines = [DetailLine(line("")), DetailLine((Span(pad), Span(head, "bold"))), DetailLine(line(""))]
    lines += [DetailLine((Span(pad), end(key, 8, "accent"), Span(text))) for key, text in rows]
    return [*lines, DetailLine(line(""))]
