"""The page of ``stitch``: what a meeting sees of a shared tablet, under several policies."""

from __future__ import annotations

import re

import pytest

from fake_pointillist.identity.attribution import Options
from simulator.mapping.loading import parse_mapping
from simulator.segment.admission import Admission
from simulator.segment.message import Received
from simulator.stitching.spill import Spill
from simulator.stitching.stitch import Stitching
from simulator.stitching.views.as_html import page

ROWS = (
    ("j1", "identify", "pia", "05:00"),
    ("j2", "track", None, "15:00"),
    ("j3", "identify", "quinn", "20:00"),
    ("j4", "track", None, "30:00"),
)


def page_of(policy, rows=ROWS):
    """The page after these messages, all of anonymousId d-1 at 10:MM:SS, and its cards by actor."""
    messages = [
        {"messageId": name, "type": call, "anonymousId": "d-1", "timestamp": f"2026-03-02T10:{time}Z"}
        | ({"userId": user} if user else {})
        | ({"event": "Film Rated"} if call == "track" else {})
        for name, call, user, time in rows
    ]
    return drawn(messages, policy)


def drawn(messages, policy, **stitching):
    """The page after some messages, and its cards by actor."""
    with Spill() as spill:
        stitching = Stitching(policy, spill=spill, **stitching)
        stitching.feed((Received(index, message) for index, message in enumerate(messages)), Admission(lambda: 0))
        stitching.finish()
        text = "".join(page(stitching, spill))
    cards = re.findall(r'<section class="actor">.*?</section>', text)
    return text, {re.search(r"</svg></svg> (.*?) <span", card)[1]: card for card in cards}


def lanes(card):
    """Per lane of a card: the id, the kinds and places of its signs, and the words beside it."""
    found = re.findall(r'<div class="lane"><span class="id">(.*?)</span>(.*?)<span class="by">(.*?)</span></div>', card)
    return [
        (bare(name), re.findall(r'class="(\w+)" x="([\d.]+)%"', signs), bare(words.replace("<br>", "; ")))
        for name, signs, words in found
    ]


def bare(markup):
    """The text of some markup."""
    return re.sub(r"<[^>]*>", "", markup)


def test_a_conflict_is_drawn_where_it_was_and_with_both_users():
    """First claim: d-1 is pia's; quinn's claim is a hollow diamond at its time, on pia's card and on quinn's own."""
    text, cards = page_of("first-claim")
    assert lanes(cards["pia"]) == [
        ("pia", [("named", "0.00")], "1 event of its own"),
        (
            "d-1",
            [("claim", "0.00"), ("claimed", "40.00"), ("claimed", "100.00"), ("refused", "60.00")],
            "identify j1 seed; not applied: identify j3 by quinn",
        ),
    ]
    assert lanes(cards["quinn"]) == [
        ("quinn", [("named", "0.00")], "1 event of its own"),
        ("d-1", [("refused", "0.00")], "belongs to pia by identify j1 seed; not applied: identify j3"),
    ]
    assert "actors <strong>3 → 2</strong> · events moved <strong>0</strong> · conflicts <strong>1</strong>" in text


EMAIL = """
extends = "segment-docs"

[[rule]]
name = "email"
from = "/traits/email"
to = "actors.customer.email"
"""


def test_other_identifiers_have_lanes_of_their_own():
    """Each says what it shares an event with; a refused claim is drawn on the card of whoever has the email instead."""
    messages = [
        {"messageId": name, "type": "identify", "traits": {"email": email}, "timestamp": f"2026-03-02T10:0{minute}:00Z"}
        | ids
        for name, email, minute, ids in (
            ("k1", "e1", 1, {"anonymousId": "c-5"}),
            ("k2", "e1", 2, {"userId": "ines"}),
            ("k3", "e2", 3, {"userId": "ines"}),
            ("k4", "e2", 4, {"anonymousId": "m-9"}),
        )
    ]
    options = Options(unique=("userId", "email"))
    text, cards = drawn(messages, "first-claim", options=options, mapping=parse_mapping(EMAIL))
    assert lanes(cards["ines"]) == [
        ("ines", [("named", "50.00"), ("named", "100.00")], "2 events of its own"),
        ("c-5", [], "with email e1 in k1 ours"),
        ("email e1", [("claimed", "0.00"), ("claim", "50.00")], "identify k2 ours; with c-5 in k1 ours"),
    ]
    assert lanes(cards["email e2"]) == [
        ("m-9", [], "with email e2 in k4 ours"),
        ("email e2", [("anonymous", "100.00"), ("refused", "0.00")],
         "not applied: identify k3 by ines; with m-9 in k4 ours"),
    ]  # fmt: skip
    assert "<strong>first-claim</strong>; unique userId, email:" in text
    assert "1 actor with a userId, 1 anonymous." in text
    assert "3 events · 1 anonymousId · 1 other identifier" in cards["ines"]


def test_under_split_both_claims_are_applied():
    """Each card has its own part of d-1, and no claim is refused."""
    _, cards = page_of("split")
    assert lanes(cards["pia"])[1] == (
        "d-1",
        [("claim", "0.00"), ("claimed", "100.00")],
        "identify j1 seed; identify j3 by quinn seed",
    )
    assert lanes(cards["quinn"])[1][1] == [("claim", "0.00"), ("claimed", "100.00")]


def test_graph_names_the_users_it_fused():
    """One card, both users, one lane each."""
    _, cards = page_of("graph")
    assert list(cards) == ["pia"]
    assert "2 users fused: <code>pia</code>, <code>quinn</code>" in cards["pia"]
    assert [name for name, _, _ in lanes(cards["pia"])] == ["pia", "quinn", "d-1"]


def test_a_merge_strikes_the_old_actor_through():
    """The merge log shows the anonymous actor struck through, and whose its events are now."""
    text, _ = page_of("first-claim", (ROWS[1], ROWS[2]))
    row = "<del><code>anon d-1</code></del> ⇒ <code>quinn</code></td>"
    assert f'{row}<td class="n">1</td><td>identify <code>j3</code></td><td class="basis">seed</td>' in text


@pytest.mark.parametrize("count", [400, 401])
def test_very_many_events_are_cut_and_counted(count):
    """Four hundred events are drawn; what is left out is said."""
    text, cards = page_of("first-claim", [(f"m{number}", "track", None, "15:00") for number in range(count)])
    assert len(lanes(cards["anon d-1"])[0][1]) == 400
    assert ("The first 400 events are drawn, 1 are not." in text) == (count == 401)
