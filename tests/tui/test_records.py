"""The records behind a list: appended, dropped from the front, filtered by number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.tui.records import CHUNK, Records


def test_numbers_never_change_when_old_records_go():
    """A record keeps its number; the oldest go in whole chunks."""
    records: Records[int] = Records(keep=2_000)
    records.extend(range(2_000))
    assert records.extend(range(2_000, 2_999)) == 0
    assert records.extend([2_999]) == CHUNK
    assert (records.base, len(records), records.next_number) == (1_000, 2_000, 3_000)
    assert records.get(999) is None
    assert records.get(1_000) == 1_000
    assert records.place_of(1_500) == 500


def test_a_filter_is_a_list_of_numbers():
    """Filtered and unfiltered lists answer the same questions."""
    records: Records[str] = Records()
    records.extend("abcdef")
    records.show([1, 3, 5])
    assert [records.at(place) for place in range(len(records))] == ["b", "d", "f"]
    assert records.place_of(3) == 1
    assert records.place_of(4) == 2
    assert (records.is_shown(3), records.is_shown(4)) == (True, False)
    records.show(None)
    assert len(records) == 6


def test_a_filter_forgets_what_was_dropped():
    """Numbers of dropped records leave the filter too."""
    records: Records[int] = Records(keep=1_000)
    records.extend(range(1_000))
    records.show([0, 999])
    records.extend(range(1_000, 2_000))
    assert list(records.shown_numbers()) == []
    records.show_more([1_500])
    assert records.at(0) == 1_500


@given(st.lists(st.integers(min_value=1, max_value=700), max_size=12), st.integers(min_value=1, max_value=3_000))
def test_what_is_kept_is_always_the_newest(bites, keep):
    """Whatever the bites, what is kept is a gapless run of the newest, and never more than a chunk too many."""
    records: Records[int] = Records(keep=keep)
    total = 0
    for bite in bites:
        records.extend(range(total, total + bite))
        total += bite
    assert list(records) == list(range(records.base, total))
    assert records.kept < keep + CHUNK
    assert records.next_number == total


def test_a_record_comes_into_a_filtered_list_at_its_place():
    """Marked as shown or not, a record is where its number says; what is not kept, or no filter, changes nothing."""
    records: Records[str] = Records()
    records.extend("abcdef")
    records.mark(2, shown=True)
    assert not records.filtered
    records.show([1, 5])
    for number, shown in ((3, True), (3, True), (5, False), (4, False), (6, True), (-1, True)):
        records.mark(number, shown=shown)
    assert list(records.shown_numbers()) == [1, 3]
