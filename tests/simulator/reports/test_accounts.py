import pytest

from contracts.codes import violation
from simulator.mapping import load_mapping
from simulator.pipeline import trace_one
from simulator.reports.accounts import Row, account, rows
from simulator.segment.admission import Admission
from simulator.segment.message import Received

TRACK = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "m1",
    "anonymousId": "a",
    "timestamp": "2026-03-02T09:15:30Z",
    "context": {"device": {"token": "secret-token"}, "traits": {"age": 37}},
    "properties": {"revenue": 25.5, "coupon": None},
}


def traced(payload, mapping="segment-docs"):
    """Take one message the whole way, explained."""
    return trace_one(Received(0, payload), admission=Admission(lambda: 0), mapping=load_mapping(mapping), explain=True)


def test_every_leaf_has_one_row():
    """What was sent in the event's order, then what was dropped; a secret's value nowhere."""
    found = [row[:5] for row in rows(traced(TRACK))]
    assert found == [
        (None, "added", "/eventSource", "Segment", "ours"),
        ("/event", "copied", "/eventType", "Order Completed", "seed"),
        ("/timestamp", "converted", "/eventTime", "2026-03-02T09:15:30.000Z", "seed"),
        ("/anonymousId", "copied", "/actors/customer/anonymousId", "a", "seed"),
        ("/context/traits/age", "converted", "/labels/age", "37", "seed"),
        ("/properties/revenue", "copied", "/numbers/revenue", 25.5, "inferred"),
        ("/context/device/token", "dropped", "secret_like", None, "ours"),
        ("/properties/coupon", "dropped", "null_value", None, "inferred"),
    ]


def test_a_row_against_the_contract_is_marked():
    """Whether the violation points into the message or into the event; a warning breaks nothing."""
    trace = traced(TRACK)
    trace.violations = (
        violation("number_type", "/numbers/revenue", "wrong"),
        violation("case_clash", "/labels/age", "twice"),
    )
    fates = {row.target: row.fate for row in rows(trace)}
    assert (fates["/numbers/revenue"], fates["/labels/age"]) == ("broke", "converted")


def test_the_account_of_a_message_is_rows_drops_notes():
    """In columns as wide as the message needs."""
    assert account(traced(TRACK)) == (
        "#1  m1  track Order Completed  mapped\n"
        "  (constant)             +→  /eventSource                  Segment                   ours\n"
        "  /event                 →   /eventType                    Order Completed           seed\n"
        "  /timestamp             ≈→  /eventTime                    2026-03-02T09:15:30.000Z  seed\n"
        "  /anonymousId           →   /actors/customer/anonymousId  a                         seed\n"
        "  /context/traits/age    ≈→  /labels/age                   37                        seed\n"
        "  /properties/revenue    →   /numbers/revenue              25.5                      inferred\n"
        "  /context/device/token  ∅   secret_like                                             ours\n"
        "  /properties/coupon     ∅   null_value                                              inferred\n"
        "  info  secret_like  /context/device/token: The value looks like a secret and is never sent.  [ours]\n"
        "  info  null_value  /properties/coupon: The value is null and was dropped.  [inferred]\n"
        "  info  inferred_mapping  /properties/revenue  properties are not in Segment's table;"
        " by JSON type they become labels and numbers  [inferred]\n"
        "\n"
    )


def test_a_time_the_message_did_not_send_is_now():
    """It is no constant of the mapping, and no row of Segment's table."""
    told = account(traced({**TRACK, "timestamp": None}))
    assert "  (now)                  +→  /eventTime                    1970-01-01T00:00:00.000Z  ours\n" in told


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (
            {"type": "page", "messageId": "p"},
            (
                "#1  p  page  discarded\n"
                '  UNSUPPORTED_EVENT_TYPE  /type  Pointillist takes identify and track, not "page"  got "page" (string)'
                "  [seed]\n\n"
            ),
        ),
        (
            5,
            (
                "#1  no type  discarded\n"
                "  message_not_object  (the whole message)  a message is a JSON object, not the integer 5  [ours]\n\n"
            ),
        ),
    ],
)
def test_the_account_of_a_discarded_message_says_why(payload, text):
    """Code, place, sentence, what stood there, basis."""
    assert account(traced(payload)) == text


def test_hostile_text_cannot_steer_a_terminal():
    """Every key, value, name and type passes through visible; long ones are cut."""
    evil = "\x1b]0;owned\x07\u202e\n"
    payload = {**TRACK, "messageId": evil, "event": evil, "anonymousId": evil * 99, "properties": {evil: evil}}
    for text in (account(traced(payload)), account(traced({"type": evil, evil: evil, "messageId": evil}))):
        lines = text.split("\n")
        assert not any(character in text for character in ("\x1b", "\x07", "\u202e"))
        assert max(map(len, lines)) < 450
        assert "\\u001b]0;owned" in lines[0]


def test_a_message_that_was_not_mapped_has_no_rows():
    """A discard has its reason instead."""
    assert list(rows(traced({"type": "page"}))) == []
    assert Row._fields == ("source", "fate", "target", "value", "basis", "told")
