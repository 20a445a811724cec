from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import UsageError
from simulator.generator.clock import DAY, HOUR, Rhythm, iso, parse_duration, parse_start


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9999, 12, 31)))  # noqa: DTZ001 - UTC is added
def test_times_are_written_as_segment_writes_them(moment):
    """Whatever the moment, the text is ISO-8601 with milliseconds and Z, and stands for the same moment."""
    ms = (moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    text = iso(ms)
    assert len(text) == 24
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == moment.replace(tzinfo=UTC, microsecond=moment.microsecond // 1000 * 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("500ms", 500), ("90s", 90_000), ("1h 30m", 5_400_000), ("2d", 2 * DAY), ("1.5h", 5_400_000), ("-9m", -540_000)],
)
def test_durations_are_read(text, expected):
    """Durations are numbers with units, several of them add up, and may be negative."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "5", "5 parsecs", "m5", "1h x", "--5s"])
def test_other_durations_are_refused_with_what_is_allowed(text):
    """What is no duration is refused, and the text says how to write one."""
    with pytest.raises(ValueError, match="is no duration: write 500ms, 90s, 15m, 4h, 2d, 1w"):
        parse_duration(text)


def test_a_start_without_zone_is_utc():
    """A start without a zone is UTC, one with an offset the moment it stands for, whatever the machine's zone."""
    assert parse_start("2026-01-05T09:00:00") == parse_start("2026-01-05T09:00:00Z") == 1_767_603_600_000
    assert parse_start("2026-01-05T10:00:00+01:00") == 1_767_603_600_000
    assert parse_start(datetime(2026, 1, 5, 10, tzinfo=timezone(timedelta(hours=1)))) == 1_767_603_600_000


def test_a_start_that_is_no_time_is_a_usage_error():
    """A start that cannot be read says so and shows one that can."""
    with pytest.raises(UsageError, match="--start soon: must be an ISO-8601 time such as 2026-01-05T09:00:00Z"):
        parse_start("soon")


def test_nights_and_weekends_are_quiet():
    """Activity is least at 3 in the morning, most twelve hours later, and lower on Saturday and Sunday."""
    rhythm = Rhythm(0.1, 0.5)
    monday = parse_start("2026-01-05T00:00:00Z")
    assert rhythm.at(monday + 3 * HOUR) == pytest.approx(0.1)
    assert rhythm.at(monday + 15 * HOUR) == pytest.approx(1.0)
    assert rhythm.at(monday + 4 * DAY + 15 * HOUR) == pytest.approx(1.0)
    assert rhythm.at(monday + 5 * DAY + 15 * HOUR) == pytest.approx(0.5)
    assert rhythm.at(monday + 6 * DAY + 15 * HOUR) == pytest.approx(0.5)
