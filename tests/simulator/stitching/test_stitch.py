"""Stitching a stream: counts, lists that come back from the spill, and the Python function."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator
from contracts.codes import violation
from fake_pointillist.errors import UnknownPolicyError
from fake_pointillist.identity.attribution import IdEvent, IdWarning, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.policies import POLICIES
from simulator.segment.admission import Admission
from simulator.segment.message import Received
from simulator.stitching.spill import Spill
from simulator.stitching.stitch import Stitching
from simulator.stitching.views.reasons import explained


def messages(rows):
    """Messages from (user, anon, minute, call)."""
    for number, (user, anon, minute, call) in enumerate(rows):
        message = {
            "messageId": f"m{number}",
            "type": call,
            "event": "e",
            "timestamp": f"2026-03-02T10:{minute:02d}:00Z",
        }
        yield message | ({"userId": user} if user else {}) | ({"anonymousId": anon} if anon else {})


rows = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2", "null", None]),
        st.sampled_from(["a1", "a2", "0", None]),
        st.integers(0, 20),
        st.sampled_from(["track", "identify", "page"]),
    ),
    max_size=15,
)


@given(rows, st.sampled_from(sorted(POLICIES)))
@settings(max_examples=60, deadline=None)
def test_every_message_is_in_exactly_one_place(made, policy):
    """Each message is one actor's, unattributed, rejected or ignored; events are the length of the list."""
    given_messages = list(messages(made))
    found = simulator.stitch(given_messages, policy=policy)
    placed = [
        *itertools.chain.from_iterable(actor["message_ids"] for actor in found["actors"]),
        *found["unattributed"],
        *(row["message_id"] for row in (*found["rejected"], *found["ignored"])),
    ]
    assert sorted(placed) == sorted(message["messageId"] for message in given_messages)
    for actor in found["actors"]:
        assert actor["events"] == len(actor["message_ids"]) > 0
        assert actor["message_ids"] == sorted(actor["message_ids"])
        assert actor["anonymous_ids"] == sorted(actor["anonymous_ids"])
        assert ("user_ids" in actor) == (policy == "graph" and actor["user_id"] is not None)
    assert [actor["actor"] for actor in found["actors"]] == sorted(actor["actor"] for actor in found["actors"])


@given(rows)
@settings(max_examples=30, deadline=None)
def test_a_replay_changes_nothing(made):
    """The same file twice gives the same people; the second copies are ignored as duplicates."""
    once = list(messages(made))
    one, twice = simulator.stitch(once), simulator.stitch(once + once)
    for key in ("actors", "unattributed", "merges"):
        assert twice[key] == one[key]


def test_without_a_spill_only_counts_are_kept():
    """The table needs no lists: a run without a spill has the counts and the first findings."""
    stitching = Stitching()
    made = [("null", f"a{number}", 0, "track") for number in range(20)]
    received = [Received(index, message) for index, message in enumerate(messages(made))]
    stitching.feed(received, Admission(lambda: 0))
    stitching.finish()
    assert stitching.warned["blocked_id"].findings == 20
    assert len(stitching.warned["blocked_id"].examples) == 5
    assert stitching.warned["blocked_id"].text.endswith("(and 19 more)")


def test_a_line_that_was_not_read_is_rejected_as_that():
    """``None`` stands for it in the run, and is not what was wrong with it."""
    note = violation("line_too_long", "", "the line has 300,000,000 bytes and was not read")
    stitching = Stitching(ask=["#1"])
    stitching.feed([Received(0, None, "big.jsonl:1", None, (note,))], Admission(lambda: 0))
    assert stitching.rejected == {"line_too_long": 1}
    assert explained(stitching, "#1").steps[0].detail == f"line_too_long: {note.message}"


def test_details_name_each_finding():
    """A warning code with several findings lists all messages, sorted, and each finding's own words."""
    found = simulator.stitch(messages([("null", "a1", 0, "track"), ("none", "a1", 1, "track")]))
    (warning,) = found["warnings"]
    assert warning["message_ids"] == ["m0", "m1"]
    assert [row["message_ids"] for row in warning["details"]] == [["m0"], ["m1"]]
    assert warning["severity"] == "warning"
    assert warning["basis"] == "ours"


def test_the_spill_sorts_as_python_does():
    """Names come back in code point order, beyond ASCII too."""
    names = ["b", "a", "Z", "\u00e9", "\U0001f600", "\uffee", "#10", "#2"]
    identity = Identity()
    with Spill() as spill:
        for seq, name in enumerate(names, 1):
            event = IdEvent(seq, name, 0, "u1", None, documented=False)
            identity.ingest(event)
            spill.event(event)
            spill.warning(1, IdWarning("blocked_id", (name,), "x"))
        assert next(spill.by_actor(identity))[1] == sorted(names)
        assert spill.warned("blocked_id") == sorted(names)


def test_the_spill_takes_more_than_one_batch():
    """Rows beyond a batch are all there, in order."""
    identity = Identity()
    with Spill() as spill:
        for seq in range(1, 12_002):
            event = IdEvent(seq, f"{seq:05d}", seq, None, "a1", documented=False)
            identity.ingest(event)
            spill.event(event)
            spill.discard(f"{seq:05d}", "no_user_anon_id", is_ignored=False)
        assert [len(events) for _, events in spill.by_actor(identity)] == [12_001]
        assert sum(1 for _ in spill.discards(ignored=False)) == 12_001


def test_an_unknown_policy_lists_the_known_ones():
    """From Python too a policy nobody knows is refused by name."""
    with pytest.raises(UnknownPolicyError, match="first-claim, last-claim"):
        simulator.stitch([], policy="best")


@pytest.mark.parametrize(
    "wrong",
    [{"link_on": "all"}, {"lookback_days": -1}, {"lookback_days": True}, {"max_anonymous_ids": 0}, {"on_limit": "x"}],
)
def test_options_are_checked(wrong):
    """A value an option cannot have is refused when it is made."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Options(**wrong)
