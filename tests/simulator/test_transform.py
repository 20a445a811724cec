import copy
from datetime import UTC, datetime

import pytest

import simulator
from simulator.errors import MappingError, UsageError

TRACK = {"type": "track", "event": "Viewed", "userId": "u", "properties": {"n": 1, "k": None}}


def test_transform_is_importable():
    """The lines of the command, as dicts."""
    sent = copy.deepcopy(TRACK)
    (line,) = simulator.transform([sent], now="2026-03-02T09:15:30Z", explain=True)
    assert (line["index"], line["messageId"], line["status"], line["code"]) == (0, None, "mapped", None)
    assert line["event"]["eventTime"] == "2026-03-02T09:15:30.000Z"
    assert [note["code"] for note in line["notes"]] == ["no_time", "null_value", "inferred_mapping"]
    assert [row["from"] for row in line["dropped"]] == ["/properties/k"]
    assert sent == TRACK


@pytest.mark.parametrize(
    "now",
    ["2026-03-02T09:15:30Z", 1772442930, datetime(2026, 3, 2, 9, 15, 30, tzinfo=UTC), datetime(2026, 3, 2, 9, 15, 30)],  # noqa: DTZ001
)
def test_the_clock_can_be_fixed(now):
    """By text, epoch or datetime."""
    (line,) = simulator.transform([TRACK], now=now)
    assert line["event"]["eventTime"] == "2026-03-02T09:15:30.000Z"


def test_the_mapping_can_be_chosen(tmp_path):
    """By name, path, or loaded before."""
    path = tmp_path / "own.toml"
    path.write_text('name = "o"\nextends = "typed"\n[[rule]]\nname = "n"\nfrom = "/properties/n"\nto = "nothing"\n')
    from simulator.mapping import load_mapping

    for mapping in (str(path), load_mapping(str(path))):
        (line,) = simulator.transform([TRACK], mapping=mapping)
        assert line["event"]["numbers"] == {}


def test_mistakes_are_told_at_the_call():
    """Not at the first message."""
    with pytest.raises(MappingError, match="no mapping 'x'"):
        simulator.transform([], mapping="x")
    with pytest.raises(UsageError, match="now='soon': not a time"):
        simulator.transform([], now="soon")


def test_messages_may_be_a_stream():
    """Results come as messages do."""
    stream = simulator.transform({**TRACK, "messageId": f"m{number}"} for number in range(10**9))
    assert [next(stream)["messageId"] for _ in range(2)] == ["m0", "m1"]


@pytest.mark.parametrize("value", [None, 5, "x", [], True])
def test_what_is_no_object_is_a_result_too(value):
    """Discarded, with a code."""
    (line,) = simulator.transform([value])
    assert (line["status"], line["code"], line["event"]) == ("discarded", "message_not_object", None)
