"""Themes: one dark, one light of our own; ``ansi-dark`` and ``ansi-light``, Textual's, follow the terminal's palette.

One accent colour, for focus only. Green, red and yellow mean ok, rejected, not sent. Blue is for Pointillist names.
"""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="pointillist-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#7aa2f7",
    accent="#e0af68",
    success="#8fce6b",
    warning="#e6c547",
    error="#f7768e",
    foreground="#d5d9e6",
    background="#14161d",
    surface="#14161d",
    panel="#1c1f29",
    boost="#232734",
    variables={
        "dim": "#8a91a6",
        "pointillist": "#86b4ff",
        "frame": "#3d4356",
        "cursor": "#2f3a55",
        "cursor-dim": "#232837",
        "footer-key-foreground": "#e0af68",
        "input-selection-background": "#33467c",
    },
)

LIGHT = Theme(
    name="pointillist-light",
    dark=False,
    primary="#2450a8",
    secondary="#2450a8",
    accent="#a04a00",
    success="#2a6f1f",
    warning="#8a5a00",
    error="#b3142b",
    foreground="#1d2230",
    background="#fafaf7",
    surface="#fafaf7",
    panel="#efeee8",
    boost="#e6e5de",
    variables={
        "dim": "#626878",
        "pointillist": "#1748a0",
        "frame": "#b9bac2",
        "cursor": "#d3defa",
        "cursor-dim": "#e9ebf2",
        "footer-key-foreground": "#a04a00",
        "input-selection-background": "#b9ccf5",
    },
)

# Textual's own choices collide with our meanings: focus would be the green of ok, not sent the red of rejected.
ANSI_DARK = replace(BUILTIN_THEMES["ansi-dark"], accent="ansi_cyan")
ANSI_LIGHT = replace(BUILTIN_THEMES["ansi-light"], accent="ansi_cyan", warning="ansi_magenta")

OWN = (DARK, LIGHT, ANSI_DARK, ANSI_LIGHT)

NAMES = tuple(theme.name for theme in OWN)
"""The themes the product offers and is tested in."""


def defaults(ansi: bool) -> dict[str, str]:
    """Return our own variables for themes that do not set them: Textual's, and the two that follow the palette."""
    if ansi:
        return {
            "dim": "ansi_bright_black",
            "pointillist": "ansi_blue",
            "frame": "ansi_bright_black",
            "cursor": "ansi_default",
            "cursor-dim": "ansi_default",
        }
    return {
        "dim": "#808590",
        "pointillist": "#5f97f0",
        "frame": "#666b78",
        "cursor": "#3a4a6a",
        "cursor-dim": "#2a3040",
    }
