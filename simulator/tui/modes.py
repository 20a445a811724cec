"""The screens by the name of their mode; all but the first are imported when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.tui.screens.live import LiveScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen


def _identity() -> Screen[None]:
    from simulator.tui.screens.identity import IdentityScreen  # noqa: PLC0415 - start-up counts

    return IdentityScreen()


def _edit() -> Screen[None]:
    from simulator.tui.screens.edit import EditScreen  # noqa: PLC0415 - start-up counts

    return EditScreen()


def _demo() -> Screen[None]:
    from simulator.tui.screens.demo import DemoScreen  # noqa: PLC0415 - start-up counts

    return DemoScreen()


MODES: dict[str, str | Callable[[], Screen[Any]]] = {
    "live": LiveScreen,
    "identity": _identity,
    "edit": _edit,
    "demo": _demo,
}
