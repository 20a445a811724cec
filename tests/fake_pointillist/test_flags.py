"""Numbers of flags: the edges, and what is said beyond them."""

import argparse

import pytest

from fake_pointillist.flags import above_zero, port, share, whole


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (whole(1, 16), "1", 1),
        (whole(0, 16, 99), "0099", None),
        (whole(0, 16, 99), "99", 99),
        (whole(1, 16), "1000000000000", 1_000_000_000_000),
        (whole(1, 16), "1000000000001", None),
        (whole(1, 16), "+1", None),
        (whole(1, 16), "1.0", None),
        (whole(1, 16), "\u0661", None),
        (whole(1, 16), "", None),
        (port, "0", 0),
        (port, "65535", 65_535),
        (port, "65536", None),
        (above_zero(60), "5e-324", 5e-324),
        (above_zero(60), "0", None),
        (above_zero(60), "inf", None),
        (above_zero(60), "nan", None),
        (above_zero(60, 100), "100", 100.0),
        (above_zero(60, 100), "100.1", None),
        (share, "0", 0.0),
        (share, "1", 1.0),
        (share, "1.01", None),
        (share, "nan", None),
    ],
)
def test_a_number_is_taken_up_to_its_edges(read, text, value):
    """Both ends are taken, nothing beyond them is, and no sign, digit or word that only Python would take."""
    if value is None:
        with pytest.raises(argparse.ArgumentTypeError):
            read(text)
    else:
        assert read(text) == value


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (whole(1, 16), "must be a whole number from 1, such as 16; not 'x'"),
        (port, "must be a whole number from 0 to 65535, such as 8765; not 'x'"),
        (above_zero(60), "must be a number above 0, such as 60; not 'x'"),
        (above_zero(60, 10_000), "must be a number above 0, at most 10000, such as 60; not 'x'"),
        (share, "must be a number from 0 to 1, such as 0.05; not 'x'"),
    ],
)
def test_what_is_no_number_is_told_which_ones_are(read, said):
    """What, from where to where, an example, and what was given."""
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        read("x")
    assert str(caught.value) == said
