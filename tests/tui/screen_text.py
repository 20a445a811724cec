"""What is on screen as plain lines, read from the app's own picture."""

from __future__ import annotations

import html
import re

from simulator.text import cells

_TEXT = re.compile(r"<text([^>]*)>(.*?)</text>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def screen_text(app):
    """Return what is on screen as plain lines, from the app's own picture."""
    width, height = app.size
    rows = [[" "] * width for _ in range(height)]
    for attributes, body in _TEXT.findall(app.export_screenshot()):
        found = dict(_ATTRIBUTE.findall(attributes))
        if "clip-path" not in found:
            continue
        column = round(float(found["x"]) / 12.2)
        row = round((float(found["y"]) - 20) / 24.4)
        for character in html.unescape(body).replace("\xa0", " "):
            size = cells(character)
            if 0 <= row < height and column < width:
                if size == 0:
                    rows[row][column - 1] += character
                    continue
                rows[row][column] = character
                if size == 2 and column + 1 < width:
                    rows[row][column + 1] = ""
            column += size
    return "\n".join("".join(row).rstrip() for row in rows).rstrip("\n") + "\n"
