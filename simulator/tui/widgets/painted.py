"""What every widget of ours that draws lines shares: styles from the theme, and one painter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from simulator.tui.drawn import Drawn
from simulator.tui.paint import COMPONENTS, STYLES, Painter, safe_title
from simulator.tui.signs import TWINS, Signs, signs

if TYPE_CHECKING:
    from textual.geometry import Region

    from simulator.tui.paint import Line


class Painted(Widget):
    """A widget that draws :data:`~simulator.tui.paint.Line` records in the colours of the theme."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS: ClassVar[str] = """
    Painted {
        & > .paint--ok { color: $success; }
        & > .paint--bad { color: $error; }
        & > .paint--warn { color: $warning; }
        & > .paint--blue { color: $pointillist; }
        & > .paint--dim { color: $dim; }
        & > .paint--bold { text-style: bold; }
        & > .paint--strike { text-style: strike; color: $dim; }
        & > .paint--accent { color: $accent; }
        & > .paint--title { color: $dim; text-style: bold; }
        & > .paint--cursor { background: $cursor-dim; }
        & > .paint--cursor-focused { background: $cursor; }
    }
    """

    _painter: Painter | None = None
    _framed: tuple[Line, Line] | None = None

    @property
    def signs(self) -> Signs:
        """The alphabet in use."""
        return signs(bool(getattr(self.app, "ascii_only", False)))

    @property
    def painter(self) -> Painter:
        """The painter of the current theme."""
        if self._painter is None:
            styles = {name: self.get_component_rich_style(f"paint--{name}", partial=True) for name in STYLES}
            self._painter = Painter(styles, self.rich_style, TWINS if self.signs.ascii else None)
        return self._painter

    @property
    def cursor_style(self) -> Style:
        """The style laid over the selected line."""
        if self.app.native_ansi_color or self.app.no_color:
            # A background of the palette's own may hide the text; these two are readable in any palette.
            return Style(reverse=True) if self.has_focus else Style(bold=True)
        name = "paint--cursor-focused" if self.has_focus else "paint--cursor"
        return Style(bgcolor=self.get_component_rich_style(name, partial=True).bgcolor)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines with frame and padding, of a kind that goes when nobody shows it any more."""
        strips = super().render_lines(crop)
        for strip in strips:
            if type(strip) is Strip:
                strip.__class__ = Drawn  # the same cells and slots; made anew it would lose what is known of it
        return strips

    def notify_style_update(self) -> None:
        """Forget colours of the theme that was."""
        self._painter = None
        super().notify_style_update()

    def frame(self, title: Line = (), state: Line = ()) -> None:
        """Write the frame: ``title`` top left, ``state`` bottom right."""
        if (title, state) == self._framed:
            return
        self._framed = (title, state)
        plain = TWINS if self.signs.ascii else None
        self.border_title = safe_title(title, plain) if title else None
        self.border_subtitle = safe_title(state, plain) if state else None
