"""What identity sees of a message under a mapping of one's own."""

from __future__ import annotations

import pytest

import simulator
from simulator.mapping.loading import load_mapping, mapping_names, parse_mapping
from simulator.segment.admission import Admission
from simulator.stitching.identifying import is_plain, of_admitted, of_mapped

EMAIL = """
extends = "segment-docs"

[[rule]]
name = "email"
from = "/traits/email"
to = "actors.customer.email"
"""
NO_ANONYMOUS_ID = """
extends = "segment-docs"

[[rule]]
name = "anonymousId"
from = "/properties/visitor"
to = "actors.customer.anonymousId"
"""
SIGNED_IN = """
extends = "segment-docs"

[[rule]]
name = "identify"
value = "Signed In"
to = "eventType"
calls = ["identify"]
"""
MISSPELT = """
extends = "segment-docs"

[[rule]]
name = "crm id"
from = "/traits/crm"
to = "actors.customer.user_id"
"""
IDENTIFY = {
    "messageId": "m1",
    "type": "identify",
    "userId": "u",
    "anonymousId": "a",
    "traits": {"email": "ada@example.com", "crm": "7"},
    "timestamp": "2026-03-02T10:00:00Z",
}


@pytest.mark.parametrize("name", mapping_names())
@pytest.mark.parametrize("call", ["identify", "track"])
def test_the_shipped_mappings_need_no_event(name, call):
    """Their events have the two ids of the message and its type, so identity sees the same without them."""
    mapping = load_mapping(name)
    message = IDENTIFY | {"type": call, "event": "Opened"}
    admitted = Admission(lambda: 0).admit(message)
    assert is_plain(mapping)
    assert of_mapped(1, "m1", message, admitted, mapping) == (of_admitted(1, "m1", admitted), ())


@pytest.mark.parametrize("text", [EMAIL, NO_ANONYMOUS_ID, SIGNED_IN, MISSPELT])
def test_a_mapping_of_ones_own_may_say_more(text):
    """Another identifier, another source of the anonymousId, another event type: the event has to be made."""
    assert not is_plain(parse_mapping(text))


def test_a_mapped_email_joins_people():
    """It is listed beside the anonymousIds, and an event with the email alone is the user's."""
    later = {"messageId": "m2", "type": "identify", "anonymousId": "b", "traits": {"email": "ada@example.com"}}
    found = simulator.stitch([IDENTIFY, later], mapping=parse_mapping(EMAIL), now="2026-03-02T11:00:00Z")
    assert found["actors"] == [
        {
            "actor": "user:u",
            "user_id": "u",
            "anonymous_ids": ["a", "b"],
            "identifiers": [{"name": "email", "value": "ada@example.com"}],
            "message_ids": ["m1", "m2"],
            "events": 2,
        }
    ]


def test_a_message_the_mapping_leaves_without_an_identifier_is_rejected():
    """The fake would answer 400, so the message is in no actor; it is listed with the fake's code."""
    anonymous = {"messageId": "m2", "type": "track", "event": "Opened", "anonymousId": "a"}
    found = simulator.stitch([IDENTIFY, anonymous], mapping=parse_mapping(NO_ANONYMOUS_ID))
    assert found["rejected"] == [{"message_id": "m2", "code": "no_actor"}]
    assert [(row["actor"], row["message_ids"]) for row in found["actors"]] == [("user:u", ["m1"])]


def test_an_identifier_that_joins_nothing_is_warned_of():
    """A misspelt id of the customer is told as the fake tells it."""
    found = simulator.stitch([IDENTIFY], mapping=parse_mapping(MISSPELT))
    assert [(row["code"], row["message_ids"]) for row in found["warnings"]] == [("misspelt_id", ["m1"])]
    assert "identifiers" not in found["actors"][0]
