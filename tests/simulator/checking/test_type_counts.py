"""Types that flip: the rare side is what is reported, with its own count and messages."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

import simulator
from simulator.checking import type_counts

NOW = "2026-06-01"
NUMBER, LABEL = 3, "3 m"


def track(value, *, event="Plan Viewed", name="size"):
    """A track call with one property."""
    return {"type": "track", "event": event, "userId": "u-1", "timestamp": "2026-03-02", "properties": {name: value}}


def flips(messages, **options):
    """The findings of types that flip."""
    report = simulator.check(messages, now=NOW, **options)
    return [one for one in report.findings if one.code == "type_flips"]


@pytest.mark.parametrize("rare_at", [0, 1, 500, 999])
def test_one_wrong_message_of_a_thousand_is_one_finding_of_one_message(rare_at):
    """Wherever it stands, first or last: it is the one that is wrong, not the 999 others."""
    messages = [track(LABEL if place == rare_at else NUMBER, event="Order Completed") for place in range(1_000)]
    (finding,) = flips(messages)
    assert (finding.path, finding.event, finding.count) == ("/labels/size", "Order Completed", 1)
    assert [example.position for example in finding.examples] == [rare_at]
    assert finding.message == (
        '"size" came as a label once and as a number 999 times, such as in "Order Completed": the label is the rare one'
    )


def test_each_event_type_of_the_rare_side_is_a_finding():
    """And names the event type in which the other side is most at home."""
    common = [track(LABEL, event="Plan Viewed")] * 2 + [track(LABEL, event="Plan Chosen")] * 3
    rare = [track(NUMBER, event="Order Completed"), track(NUMBER, event="Order Refunded", name="Size")]
    found = flips([*rare, *common])
    assert [(one.event, one.path, one.count) for one in found] == [
        ("Order Completed", "/numbers/size", 1),
        ("Order Refunded", "/numbers/Size", 1),
    ]
    assert all(
        'as a label 5 times, such as in "Plan Chosen": the number is the rare one' in one.message for one in found
    )


def test_of_two_that_are_equally_rare_the_later_is_reported():
    """What came first is taken for what was meant."""
    (finding,) = flips([track(NUMBER), track(LABEL)])
    assert (finding.path, [example.position for example in finding.examples]) == ("/labels/size", [1])
    assert (
        finding.message
        == '"size" came as a label once and as a number once, such as in "Plan Viewed": the label came later'
    )


def test_it_can_be_switched_off_or_made_an_error():
    """As every code."""
    messages = [track(NUMBER), track(NUMBER), track(LABEL)]
    assert flips(messages, severities={"type_flips": "off"}) == []
    assert [one.severity for one in flips(messages, severities={"type_flips": "error"})] == ["error"]


USES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["size", "Size", "plan"]), st.booleans()), max_size=40
)


@given(uses=USES, shapes=st.sampled_from([0, 2, 5_000]))
def test_counts_and_examples_are_those_of_the_messages(uses, shapes):
    """Against counting everything at the end, also where shapes are parted into names on the way."""
    by_name = defaultdict(lambda: defaultdict(list))
    for position, (_, name, is_label) in enumerate(uses):
        by_name[name.lower()]["labels" if is_label else "numbers"].append(position)
    expected = Counter()
    examples = {}
    for sides in by_name.values():
        if len(sides) == 2:
            rare = max(sides, key=lambda side: (-len(sides[side]), sides[side][0]))
            for position in sides[rare]:
                place = (f"/{rare}/{uses[position][1]}", uses[position][0])
                expected[place] += 1
                examples.setdefault(place, []).append(position)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type_counts, "_MAX_SHAPES", shapes)
        found = flips(track(LABEL if is_label else NUMBER, event=event, name=name) for event, name, is_label in uses)
    assert {(one.path, one.event): one.count for one in found} == expected
    assert {(one.path, one.event): [each.position for each in one.examples] for one in found} == {
        place: positions[:3] for place, positions in examples.items()
    }


def test_the_bound_on_names_is_said_once(monkeypatch):
    """Names past it are not counted, which nobody has to guess."""
    monkeypatch.setattr(type_counts, "MAX_USES", 2)
    messages = [track(NUMBER, name=name) for name in ("a", "b", "c", "d", "a")] + [track(LABEL, name="c")]
    report = simulator.check(messages, now=NOW)
    (finding,) = [one for one in report.findings if one.code in {"check_limited", "type_flips"}]
    assert (finding.code, finding.count, [one.position for one in finding.examples]) == ("check_limited", 1, [2])
