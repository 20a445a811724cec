"""The demo's frames as lines: what happens, the events, the reasons, the readings. Readable by who sees it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.demo.acts import BASES
from simulator.tui.details.mapping import wrapped
from simulator.tui.details.people import name_of
from simulator.tui.paint import Line, Span, end, line, right
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.demo.acts import Remark
    from simulator.demo.playing import Frame, Reading, Row
    from simulator.tui.signs import Signs


def happening_lines(
    frame: Frame, titles: Sequence[str], width: int, signs: Signs, *, compact: bool = False
) -> list[DetailLine]:
    """Return the list of acts (where it is ``compact``, only the one that plays) and what the frame says."""
    lines = []
    if compact:
        for remark in frame.scene.remarks:
            lines += [DetailLine(part) for part in wrapped(f"{remark.text}{_basis(remark)}", width - 1, " ")]
        return lines
    for number, title in enumerate(titles, 1):
        now = number == frame.act.number
        mark = Span(">", "accent bold") if now else Span(signs.state_done if number < frame.act.number else " ", "ok")
        style = "bold" if now else "dim"
        lines.append(DetailLine((Span(f" {number}  ", "accent"), end(title, max(width - 7, 8), style), mark)))
    lines.append(DetailLine(line("")))
    for remark in frame.scene.remarks:
        lines += [DetailLine(part) for part in wrapped(remark.text, width - 1, " ")]
        if remark.basis is not None:
            lines.append(DetailLine((right(f"basis {remark.basis}: {BASES[remark.basis]}", width - 1, "dim"),)))
        lines.append(DetailLine(line("")))
    return lines


def _basis(remark: Remark) -> str:
    return f"  [basis {remark.basis}: {BASES[remark.basis]}]" if remark.basis is not None else ""


def event_table(frame: Frame, width: int, signs: Signs, flipped: int) -> list[DetailLine]:
    """Return the events by event time.

    Args:
        frame: The frame.
        width: Cells.
        signs: The alphabet.
        flipped: Rows that changed their owner are shown as they were before, but for the first so many of them.
    """
    type_width = 21 + min(max(width - 63, 0), 12)
    lines = [
        DetailLine(
            line(
                "    ",
                end("MSG", 5, "title"),
                Span("TIME   ", "title"),
                end("EVENT TYPE", type_width, "title"),
                end("IDS", 13, "title"),
                Span("BELONGS TO", "title"),
            )
        )
    ]
    turned = 0
    for row in frame.rows:
        shown_new = True
        if row.was is not None:
            shown_new = turned < flipped
            turned += 1
        lines.append(DetailLine(_event(row, type_width, signs, shown_new), row.message))
    return lines


def _event(row: Row, type_width: int, signs: Signs, shown_new: bool) -> Line:
    sign = {
        "named": signs.named,
        "claimed": signs.claimed,
        "anonymous": signs.anonymous,
        "claim": signs.claim,
        "refused": signs.refused,
    }[row.sign]
    style = "blue" if row.sign in ("named", "claimed", "claim") else "warn" if row.sign == "refused" else ""
    owner: tuple[Span, ...]
    if row.was is not None and not shown_new:
        sign = signs.anonymous if row.was.startswith("anon:") else sign
        style = ""
        owner = (Span(name_of(row.was)),)
    elif row.was is not None:
        owner = (
            Span(name_of(row.was), "strike"),
            Span(f" {signs.became} ", "ok"),
            Span(name_of(row.actor), "blue bold"),
        )
    else:
        owner = (Span(name_of(row.actor), "" if row.actor.startswith("anon:") else "blue"),)
        if row.on_arrival:
            owner = (*owner, Span("  on arrival", "ok"))
    return (
        Span(" "),
        Span(f"{sign}  ", style),
        end(row.message, 5),
        Span(f"{row.time[11:16]}  ", "dim"),
        end(row.event_type, type_width),
        end(" + ".join(row.ids), 13, "dim"),
        *owner,
    )


def reading_lines(readings: Sequence[Reading], policy: str, width: int, signs: Signs) -> list[DetailLine]:
    """Return the same events under every policy."""
    actors = sorted(
        {actor for reading in readings for actor in reading.events}, key=lambda name: (name[:5] == "anon:", name)
    )
    lines = [
        DetailLine(
            line(
                " ",
                end("POLICY", 15, "title"),
                right("ACTORS", 6, "title"),
                *(right(name_of(actor)[:10], 11, "title") for actor in actors),
                Span("  DIFFERS FOR", "title"),
            )
        )
    ]
    for reading in readings:
        moved = f"{len(reading.moved)}: {' '.join(reading.moved)}" if reading.moved else "none"
        lines.append(
            DetailLine(
                line(
                    " ",
                    end(reading.policy, 15, "bold" if reading.policy == policy else ""),
                    right(str(len(reading.events)), 6),
                    *(right(str(reading.events.get(actor, signs.none)), 11) for actor in actors),
                    Span("  "),
                    end(moved, max(width - 25 - 11 * len(actors), 6), "warn" if reading.moved else "dim"),
                )
            )
        )
    return lines
