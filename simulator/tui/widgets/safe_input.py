"""Inputs that show what is typed or pasted into them, and can never pass it to the terminal as a command.

``Input`` and ``TextArea`` draw their text as it is: a pasted escape sequence would reach the terminal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Input, TextArea

from simulator.text import UNSAFE, visible
from simulator.tui.widgets.wrapped_line import WrappedLine

if TYPE_CHECKING:
    from rich.text import Text
    from textual.events import Paste

LARGEST = 500_000
"""Characters of a text that is edited: as much as a batch of Segment's may be. All in one line, a key takes a quarter
of a second at its beginning and one at its end, twice that where it is not ASCII."""

_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421", "\t": "\t"}


@lru_cache(maxsize=1)  # the rows of one long line are drawn one after the other
def stand_ins(text: str) -> str:
    """Return ``text`` with one visible character for each that could steer a terminal, so that columns stay right."""
    return UNSAFE.sub(lambda match: _PICTURES.get(match.group(), "\ufffd"), text)


class SafeInput(Input):
    """An input of one line: what is pasted becomes visible escapes."""

    def _on_paste(self, event: Paste) -> None:
        if event.text:
            lines = event.text.splitlines()
            self.insert_text_at_cursor(visible(lines[0]) if lines else "")
        event.stop()
        event.prevent_default()


class SafeTextArea(TextArea):
    """A text of many lines: the text stays as it is, what is drawn are stand-ins of the same width.

    A paste beyond :data:`LARGEST` is refused, since the text would not answer a key for seconds.
    """

    class TooLarge(Message):
        """A paste was refused.

        Attributes:
            size: Its characters.
        """

        def __init__(self, size: int) -> None:
            super().__init__()
            self.size = size

    async def _on_paste(self, event: Paste) -> None:
        if len(event.text) > LARGEST:
            event.stop()
            event.prevent_default()
            self.post_message(self.TooLarge(len(event.text)))

    def get_line(self, line_index: int) -> Text:
        """Return a line to draw."""
        return WrappedLine(stand_ins(self.document.get_line(line_index)), end="", no_wrap=True)
