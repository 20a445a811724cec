"""Violations of the run by code and path, with counts; ``enter`` filters Live by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import CODES
from fake_pointillist.identity.id_warnings import STANDING
from simulator.tui.details.mapping import wrapped
from simulator.tui.details.values import BASIS_WORDS
from simulator.tui.paint import Line, Span, end, front, line, right
from simulator.tui.screens.dialog import Page
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.session import Session

_STYLES = {"error": "bad", "warning": "warn", "info": "dim"}
_OF_STITCH = STANDING | {"late_claim", "no_anonymous_id"}
"""Codes the fake's identity finds and ``check``, which looks at contracts, does not."""
MOST = 500
"""Rows shown."""
_ORDER = {"error": 0, "warning": 1, "info": 2}


class CodesScreen(Page):
    """All findings of the run."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def title_line(self) -> Line:
        """How many."""
        total = sum(entry.count for entry in self._session.codes.values())
        return line(Span("Violations of this run, by code", "bold"), Span(f" {total:,}", "dim"))

    def foot_line(self) -> Line:
        """The keys, and the equal commands."""
        stitch = any(code in _OF_STITCH for code, _ in self._session.codes)
        also = ", of identity stitch FILE" if stitch else ""
        return line(Span(f"enter Show these   esc   ·   pointillist-sim check FILE{also}", "dim"))

    def most_width(self) -> int:
        """Room for paths."""
        return 110

    def build(self, width: int) -> Sequence[DetailLine]:
        """One row a code and path, worst and most frequent first."""
        entries = sorted(
            self._session.codes.items(), key=lambda item: (_ORDER.get(item[1].violation.severity, 3), -item[1].count)
        )
        if not entries:
            return [DetailLine(line(Span(" Nothing found: every message keeps every contract.", "ok")))]
        code_room = max(len(code) for (code, _), _ in entries[:MOST]) + 1
        code_room = min(code_room, max(width - 29 - 24, 18))  # 24 cells for a path at least
        room = max(width - 28 - code_room, 12)
        lines = [
            DetailLine(
                line(
                    " ",
                    end("COUNT", 8, "title"),
                    end("SEVERITY", 9, "title"),
                    end("CODE", code_room, "title"),
                    end("PATH", room, "title"),
                    Span(" BASIS", "title"),
                )
            )
        ]
        for (code, path), entry in entries[:MOST]:
            item = entry.violation
            row = CODES.get(code)
            texts = [row.sentence if row else "", f"first: {item.message}"]
            if item.hint:
                texts.append(f"hint: {item.hint}")
            if code in _OF_STITCH:
                texts.append("found by the fake's identity: pointillist-sim stitch FILE says it, check does not")
            texts.append(f"basis {item.basis}: {BASIS_WORDS.get(item.basis, '')}")
            lines.append(
                DetailLine(
                    (
                        Span(" "),
                        right(f"{entry.count:,}", 6),
                        Span("  "),
                        end(item.severity, 9, _STYLES.get(item.severity, "")),
                        end(code, code_room - 1),
                        Span(" "),
                        front(path or "(whole)", room),
                        Span(" "),
                        end(item.basis, 8, "dim"),
                    ),
                    code,
                    [part for text in texts if text for part in wrapped(text, width, "          ", "dim", most=3)],
                )
            )
        return lines

    def chosen(self, key: Any) -> None:
        """Filter Live by this code."""
        self.dismiss(key)
