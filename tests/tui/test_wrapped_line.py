"""Lines that are divided where they are looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from simulator.tui.widgets import wrapped_line
from simulator.tui.widgets.wrapped_line import WrappedLine

PLACES = st.integers(min_value=0, max_value=40)


@given(st.text(alphabet="ab\té漢", max_size=40), st.lists(PLACES, max_size=6), st.lists(st.tuples(PLACES, PLACES)))
def test_a_line_is_divided_as_rich_divides_it(text, cuts, spans):
    """Asked for one by one or all at once, the pieces are those of rich: text, colours and all."""
    one, other = WrappedLine(text, "bold", end=""), Text(text, "bold", end="")
    for line in (one, other):
        for start, end in spans:
            line.stylize("red", start, end)
    offsets = sorted({min(cut, len(text)) for cut in cuts})
    pieces, expected = one.divide(offsets), other.divide(offsets)
    single = [pieces[at] for at in range(len(offsets) + 1)]
    for found in (single, list(pieces), pieces[:]):
        assert [(piece.plain, piece.style, piece.spans) for piece in found] == [
            (piece.plain, piece.style, piece.spans) for piece in expected
        ]


def test_only_the_pieces_asked_for_are_made(monkeypatch):
    """Of a line of half a million characters, the row on screen is made and nothing else."""
    line = WrappedLine('{"a": 1}' * 60_000)
    made = []
    monkeypatch.setattr(wrapped_line, "Text", lambda *given, **options: made.append(1) or Text(*given, **options))
    assert line.divide(range(50, 480_000, 50))[4].plain == '{"a": 1}' * 6 + '{"'
    assert len(made) == 1


def test_the_list_can_be_changed():
    """Rich takes a last empty piece away where it splits at tabs; then every piece moves as in its own lists."""
    pieces = WrappedLine("ab\t").divide([2, 3])
    assert pieces.pop().plain == ""
    assert [piece.plain for piece in pieces] == ["ab", "\t"]
    assert pieces[-1].plain == "\t"
