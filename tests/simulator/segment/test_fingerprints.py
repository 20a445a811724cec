"""The compact set of message ids."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.segment.admission import Admission
from simulator.segment.fingerprints import _FIRST_ROWS, _FULL, Fingerprints, _holds
from simulator.segment.message import Admitted


@given(st.lists(st.text(max_size=3)))
def test_it_answers_as_a_set_does(texts):
    """Held against the built-in set, text after text."""
    ours, plain = Fingerprints(), set()
    for text in texts:
        assert (text in ours) == (text in plain)
        assert ours.is_new(text) == (text not in plain)
        plain.add(text)
    assert len(ours) == len(plain)


def test_nothing_is_lost_where_rows_are_split():
    """Two splits later every text is still there, and no other."""
    count = 3 * _FIRST_ROWS * _FULL
    ours = Fingerprints()
    for number in range(count):
        ours.add(f"m{number}")
        ours.add(f"m{number}")
    assert len(ours) == count
    assert all(f"m{number}" in ours for number in range(count))
    assert not any(f"n{number}" in ours for number in range(count))


def test_what_lies_across_two_fingerprints_does_not_count():
    """A row is searched at whole fingerprints only, and further where the first find is none."""
    row = bytearray(range(48))
    assert _holds(row, bytes(range(16, 32)))
    assert not _holds(row, bytes(range(8, 24)))
    twice = bytes(range(16))
    assert _holds(bytearray(bytes(8) + twice + bytes(8) + twice), twice)


def test_only_text_is_held():
    """Anything else is not there, rather than an error."""
    assert 7 not in Fingerprints()


def test_admission_remembers_every_id_of_a_run():
    """Beyond any bound there was: the first id is known after all the others (R2)."""
    message = {"type": "track", "event": "e", "userId": "u", "timestamp": "2026-01-01"}
    admission = Admission(lambda: 0)
    for number in range(30_000):
        assert isinstance(admission.admit({**message, "messageId": f"m{number}"}), Admitted)
    assert admission.admit({**message, "messageId": "m0"}).code == "duplicate_message_id"
