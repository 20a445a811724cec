import pytest

from contracts.instants import format_ms
from simulator.segment.times import EventTime, event_time, read_time

NOW = 946_684_800_000_000
"""2000-01-01T00:00:00Z."""


def told(payload, received_at=None):
    """The time of a payload, and the codes of the notes."""
    notes = []
    when = event_time(payload, received_at, lambda: NOW, notes)
    assert format_ms(when.ms) == when.text
    return when.text, when.source, [note.code for note in notes]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_456_444_800, "2016-02-26T00:00:00.000Z"),
        (1_456_444_800_000, "2016-02-26T00:00:00.000Z"),
        ("1456444800", "2016-02-26T00:00:00.000Z"),
        ("1456444800000", "2016-02-26T00:00:00.000Z"),
        (31_557_599_999, "2970-01-07T23:59:59.000Z"),
        (31_557_600_000, "1971-01-01T06:00:00.000Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.000Z"),
        (1_772_442_930.123, "2026-03-02T09:15:30.123Z"),
        (1_772_442_930_120.9, "2026-03-02T09:15:30.120Z"),
        ("0001234567890", "1970-01-15T06:56:07.890Z"),
        ("2014", "2014-01-01T00:00:00.000Z"),
    ],
)
def test_times_are_read_as_senders_write_them(value, written):
    """Epoch seconds and milliseconds, as number or text, and ISO text."""
    assert format_ms(read_time(value) // 1000) == written


@pytest.mark.parametrize(
    "value", [True, None, [], {}, "12345678901", "123456789", 1e300, float("nan"), float("inf"), 10**30, "", "now"]
)
def test_what_is_no_time_is_none(value):
    """Other types, other counts of digits, and numbers beyond the year 9999."""
    assert read_time(value) is None


def test_the_documented_correction():
    """Segment's own worked example."""
    payload = {
        "originalTimestamp": "2015-12-12T19:11:01.152Z",
        "sentAt": "2015-12-12T19:11:01.169Z",
        "receivedAt": "2015-12-12T19:11:01.266Z",
    }
    assert told(payload) == ("2015-12-12T19:11:01.249Z", "/originalTimestamp", [])
    raw = {"timestamp": payload.pop("originalTimestamp"), **payload}
    assert told(raw) == ("2015-12-12T19:11:01.249Z", "/timestamp", [])


def test_a_delivered_message_is_not_corrected_twice():
    """With originalTimestamp and timestamp it has been through Segment."""
    payload = {
        "timestamp": "2015-12-12T19:11:01.249Z",
        "originalTimestamp": "2015-12-12T19:11:01.152Z",
        "sentAt": "2015-12-12T19:11:01.169Z",
        "receivedAt": "2015-12-12T19:11:01.266Z",
    }
    assert told(payload) == ("2015-12-12T19:11:01.249Z", "/timestamp", [])
    assert told(payload, received_at=NOW) == ("2015-12-12T19:11:01.249Z", "/timestamp", [])


def test_at_a_live_source_the_arrival_is_when_it_was_received():
    """The arrival counts, not what the message says."""
    payload = {"timestamp": 1000, "sentAt": 1010, "receivedAt": 5}
    assert told(payload, received_at=NOW) == ("1999-12-31T23:59:50.000Z", "/timestamp", [])


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"timestamp": 10, "receivedAt": 30}, ("1970-01-01T00:00:10.000Z", "/timestamp", [])),
        ({"timestamp": 10, "sentAt": 30}, ("1970-01-01T00:00:10.000Z", "/timestamp", [])),
        ({"originalTimestamp": 10}, ("1970-01-01T00:00:10.000Z", "/originalTimestamp", [])),
        ({"timestamp": None, "originalTimestamp": 10}, ("1970-01-01T00:00:10.000Z", "/originalTimestamp", [])),
        (
            {"timestamp": "x", "originalTimestamp": 10},
            ("1970-01-01T00:00:10.000Z", "/originalTimestamp", ["bad_timestamp"]),
        ),
        ({"receivedAt": 30}, ("1970-01-01T00:00:30.000Z", "/receivedAt", ["no_time"])),
        ({"sentAt": 30}, ("2000-01-01T00:00:00.000Z", None, ["no_time"])),
        ({}, ("2000-01-01T00:00:00.000Z", None, ["no_time"])),
        ({"timestamp": "x"}, ("2000-01-01T00:00:00.000Z", None, ["bad_timestamp", "no_time"])),
        (
            {"timestamp": 10, "sentAt": "x", "receivedAt": 30},
            ("1970-01-01T00:00:10.000Z", "/timestamp", ["bad_timestamp"]),
        ),
        (
            {"timestamp": "0001-01-01", "sentAt": "0002", "receivedAt": "0001"},
            ("0001-01-01T00:00:00.000Z", "/receivedAt", ["bad_timestamp", "no_time"]),
        ),
        ({"timestamp": "2026-02-23T22:31:02.2509999Z"}, ("2026-02-23T22:31:02.250Z", "/timestamp", [])),
        ({"timestamp": "2026-02-23T22:31:02.250Z"}, ("2026-02-23T22:31:02.250Z", "/timestamp", [])),
    ],
)
def test_fallbacks(payload, expected):
    """Which time counts when others are missing or unreadable; sentAt alone is never one."""
    assert told(payload) == expected


def test_microseconds_count_in_the_correction():
    """The result is floored to milliseconds only at the end."""
    payload = {
        "timestamp": "2026-03-02T09:15:30.120900Z",
        "sentAt": "2026-03-02T09:15:30.621345Z",
        "receivedAt": "2026-03-02T09:15:30.621444Z",
    }
    assert told(payload)[0] == "2026-03-02T09:15:30.120Z"


def test_an_arrival_without_any_time_is_the_time():
    """No field of the message is named as its source."""
    when = event_time({}, 5_000_999, lambda: NOW, [])
    assert when == EventTime(5_000, "1970-01-01T00:00:05.000Z", None)
