"""The retry table and the backoff."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.delivery.retrying import LONGEST_RETRY_AFTER, Backoff, Verdict, judge, retry_after

NOON = 1_772_445_600_000_000  # 2026-03-02T10:00:00Z


def test_every_status_has_one_verdict():
    """2xx is done; no answer, 429, 500, 502, 503 and 504 are tried again; all else is final, redirects and 501 too."""
    verdicts = {status: judge(status) for status in (None, *range(100, 600))}
    assert [status for status, verdict in verdicts.items() if verdict is Verdict.DONE] == list(range(200, 300))
    assert [status for status, verdict in verdicts.items() if verdict is Verdict.RETRY] == [
        None, 429, 500, 502, 503, 504,
    ]  # fmt: skip
    assert {verdicts[status] for status in (100, 302, 400, 408, 501, 505)} == {Verdict.REFUSED}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-1", None),
        ("soon", None),
        ("\u0667", None),
        ("999999999", LONGEST_RETRY_AFTER),
        ("99999999999999999999", None),
        ("Mon, 02 Mar 2026 10:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0.0),
        ("Tue, 03 Mar 2026 10:00:00 GMT", LONGEST_RETRY_AFTER),
        ("Mon, 99 Mar 2026 10:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    """Both forms of RFC 9110 are read; what cannot be read is as absent, what is too long is cut."""
    assert retry_after(text, NOON) == seconds


def test_the_backoff_doubles_to_its_ceiling():
    """Each wait lies between half and all of the doubled delay."""
    backoff, rng = Backoff(attempts=20, base=0.1, ceiling=30.0), random.Random(1)
    for number in range(1, 20):
        doubled = min(30.0, 0.1 * 2 ** (number - 1))
        wait = backoff.wait(number, 0.0, None, rng)
        assert wait is not None
        assert doubled / 2 <= wait <= doubled


def test_the_last_attempt_waits_for_nothing():
    """After the last attempt allowed there is no wait, but an end."""
    assert Backoff(attempts=3).wait(3, 0.0, None, random.Random(1)) is None


def test_retry_after_is_a_floor():
    """The server's wish is never undercut, and a shorter one does not shorten the backoff."""
    rng = random.Random(1)
    assert Backoff().wait(1, 0.0, 7.0, rng) == 7.0
    assert Backoff(base=8.0).wait(1, 0.0, 1.0, rng) >= 4.0


@given(
    number=st.integers(1, 1_000),
    elapsed=st.floats(0, 1e6),
    asked=st.none() | st.floats(0, 300),
    retry_for=st.floats(0, 1e6),
    seed=st.integers(),
)
def test_no_attempt_starts_after_retry_for(number, elapsed, asked, retry_for, seed):
    """Whatever was asked for, the next attempt starts within the time allowed, or there is none."""
    wait = Backoff(attempts=2_000, retry_for=retry_for).wait(number, elapsed, asked, random.Random(seed))
    assert wait is None or (wait >= 0 and elapsed + wait <= retry_for)
