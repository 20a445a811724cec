from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.instants import _ISO, EPOCH, MAX_US, MIN_US, _instant, format_ms, parse_event_time, parse_iso


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-02-23T22:31:02.250Z", "2026-02-23T22:31:02.250Z"),
        ("2014", "2014-01-01T00:00:00.000Z"),
        ("2017-05", "2017-05-01T00:00:00.000Z"),
        ("2015-09-24", "2015-09-24T00:00:00.000Z"),
        ("20150924", "2015-09-24T00:00:00.000Z"),
        ("20150924T070623Z", "2015-09-24T07:06:23.000Z"),
        ("20150924T070623,5Z", "2015-09-24T07:06:23.500Z"),
        ("2015-09-24 07:06:23-0700", "2015-09-24T14:06:23.000Z"),
        ("2015-09-24T07:06:23+05:30", "2015-09-24T01:36:23.000Z"),
        ("2015-09-24T07:06:23+02", "2015-09-24T05:06:23.000Z"),
        ("2015-09-24T07:06", "2015-09-24T07:06:00.000Z"),
        ("2026-03-02T09:15:30.120345+00:00", "2026-03-02T09:15:30.120Z"),
        ("2019-07-19T18:49:41.814249419Z", "2019-07-19T18:49:41.814Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z"),
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
    ],
)
def test_iso_times_are_read(text, written):
    """Every accepted way of writing a time gives the instant, cut to milliseconds."""
    assert format_ms(parse_iso(text) // 1000) == written


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "201512", "2015-13-01", "2026-02-30", "2015-09T07:00", "2015T07:00", "15-09-24"),
        *("2016-12-31T23:59:60Z", "2016-12-31T24:00Z", "2016-12-31T24:00:00.000Z", "2016-12-31T23:60Z"),
        *("0000-01-01", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-01:00", "12015-01-01", "-2015-01-01"),
        *("2026-W10-1T00:00:00.00Z", "2026-061", "2026-02-23T22:31:02.Z", "2026-02-23T22:31:02.25xZ"),
        *("2026-02-23T22:31:02.2\u06630Z", "2026-02-23T22:31:02.250Z\n", " 2026-02-23", "2026-02-23T22:31:02+99:00"),
        *("2026-02-23T22:31:02.1+1Z", "2026-02-23T22:31:02.-05Z", "2026-02-23T22-31-02.123Z", "10:00:00"),
    ],
)
def test_what_is_no_time_is_none(text):
    """Leap seconds, 24:00, years outside 1 to 9999, week dates and rubbish cannot be read."""
    assert parse_iso(text) is None


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
def test_the_fast_way_and_the_general_way_agree(moment):
    """JavaScript's own form is read by a short cut that gives what the pattern gives."""
    text = moment.isoformat(timespec="milliseconds") + "Z"
    part = _ISO.fullmatch(text).groupdict()
    clock = (part["hour"], part["minute"], part["second"], part["fraction"])
    general = _instant(int(part["year"]), int(part["month"]), int(part["day"]), clock, part["zone"])
    assert parse_iso(text) == general
    assert format_ms(parse_iso(text) // 1000) == text


@given(st.integers(MIN_US, MAX_US))
def test_instants_survive_being_written(instant):
    """Writing floors to the millisecond, also before 1970."""
    ms = instant // 1000
    assert parse_iso(format_ms(ms)) == ms * 1000
    assert timedelta(milliseconds=ms) + EPOCH == datetime.fromisoformat(format_ms(ms)).astimezone(UTC).replace(
        tzinfo=None
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2015-9-24 7:6:23-0700", "2015-09-24T14:06:23.000Z"),
        ("2016-04-19 15:57:27-0400", "2016-04-19T19:57:27.000Z"),
        ("2026-02-23T22:31:02.250Z", "2026-02-23T22:31:02.250Z"),
        ("2015-09-24T07:06Z", "2015-09-24T07:06:00.000Z"),
    ],
)
def test_event_times_carry_an_offset(text, written):
    """Pointillist's ingest takes ISO-8601 with an offset, and the form its only public client sent."""
    assert format_ms(parse_event_time(text) // 1000) == written


@pytest.mark.parametrize("text", ["2015-09-24", "2015-09-24T07:06:23", "2015-9-24", "", "2015-13-24 7:6:23-0700"])
def test_event_times_without_an_offset_are_none(text):
    """A time whose zone must be guessed is refused."""
    assert parse_event_time(text) is None
