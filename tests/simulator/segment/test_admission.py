import pytest

from contracts import CODES
from simulator.segment.admission import Admission, Remembered
from simulator.segment.message import Admitted, Discarded

TRACK = {"type": "track", "event": "Viewed", "userId": "u", "timestamp": "2026-01-01"}
IDENTIFY = {"type": "identify", "userId": "u", "timestamp": "2026-01-01"}


def admit(payload):
    """The answer for one message of a fresh run."""
    return Admission(lambda: 0).admit(payload)


def codes(answer):
    """The codes of an answer's notes."""
    return [note.code for note in answer.notes]


@pytest.mark.parametrize(
    ("payload", "code", "path"),
    [
        ({}, "UNSUPPORTED_EVENT_TYPE", "/type"),
        ({**TRACK, "type": "page"}, "UNSUPPORTED_EVENT_TYPE", "/type"),
        ({**TRACK, "type": " track"}, "UNSUPPORTED_EVENT_TYPE", "/type"),
        ({**TRACK, "type": ["track"]}, "UNSUPPORTED_EVENT_TYPE", "/type"),
        ({**TRACK, "type": None}, "UNSUPPORTED_EVENT_TYPE", "/type"),
        ({"type": "track", "event": "x"}, "no_user_anon_id", ""),
        ({**TRACK, "userId": None}, "no_user_anon_id", ""),
        ({**TRACK, "userId": "", "anonymousId": ""}, "no_user_anon_id", ""),
        ({**TRACK, "userId": 42.0}, "id_not_string", "/userId"),
        ({**TRACK, "userId": True}, "id_not_string", "/userId"),
        ({**TRACK, "anonymousId": {}}, "id_not_string", "/anonymousId"),
        ({**TRACK, "anonymousId": []}, "id_not_string", "/anonymousId"),
        ({**TRACK, "userId": 2**64}, "id_not_string", "/userId"),
        ({**TRACK, "userId": -(2**63) - 1}, "id_not_string", "/userId"),
        ({"type": "track", "userId": "u"}, "event_not_defined", "/event"),
        ({**TRACK, "event": None}, "event_not_defined", "/event"),
        ({**TRACK, "event": " \t"}, "event_not_defined", "/event"),
        ({**TRACK, "event": 5}, "event_not_string", "/event"),
        ({**TRACK, "event": {}}, "event_not_string", "/event"),
        ({**TRACK, "properties": []}, "properties_not_object", "/properties"),
        ({**TRACK, "properties": ""}, "properties_not_object", "/properties"),
        ({**IDENTIFY, "traits": "x"}, "traits_not_object", "/traits"),
        ({**TRACK, "integrations": {"All": False}}, "FILTERED_BY_INTEGRATIONS_OBJECT", "/integrations/All"),
    ],
)
def test_discards(payload, code, path):
    """Each row of the admission table gives Segment's own code at the place that decided it."""
    answer = admit(payload)
    assert isinstance(answer, Discarded)
    assert (answer.code, answer.path) == (code, path)
    assert code in CODES


@pytest.mark.parametrize("payload", [None, 5, "x", [], [TRACK], True, 4.5])
def test_what_is_no_object_is_no_message(payload):
    """Any other JSON value is discarded with a code of our own."""
    assert admit(payload).code == "message_not_object"


@pytest.mark.parametrize("payload", [{"batch": 3}, {"messages": [TRACK]}])
def test_what_looks_like_a_batch_is_told_what_one_is(payload):
    """A misspelt batch has no type, but that is not what its sender has to mend."""
    found = admit(payload)
    assert (found.code, found.message) == (
        "UNSUPPORTED_EVENT_TYPE",
        'no message but something like a batch; a batch is {"batch": [message, ...]}',
    )


def test_the_first_row_that_applies_gives_the_code():
    """Type, ids, event, properties, integrations, duplicates: in that order."""
    worst = {"type": "page", "userId": 4.5, "event": 5, "properties": 5, "integrations": {"All": False}}
    seen = []
    for mend in ({"type": "track"}, {"userId": "u"}, {"event": "x"}, {"properties": None}, {"integrations": None}):
        seen.append(admit(worst).code)
        worst = {**worst, **mend}
    assert seen == [
        "UNSUPPORTED_EVENT_TYPE",
        "id_not_string",
        "event_not_string",
        "properties_not_object",
        "FILTERED_BY_INTEGRATIONS_OBJECT",
    ]
    assert isinstance(admit(worst), Admitted)


def test_an_admitted_track():
    """The envelope in canonical form."""
    payload = {**TRACK, "messageId": "m1", "anonymousId": "a", "timestamp": "2026-02-23T22:31:02.250Z"}
    assert admit(payload) == Admitted(
        "track", "m1", "u", "a", "Viewed", 1771885862250, "/timestamp", "2026-02-23T22:31:02.250Z", ()
    )


@pytest.mark.parametrize(
    ("payload", "note", "path"),
    [
        ({**TRACK, "type": "Track"}, "type_case", "/type"),
        ({**IDENTIFY, "type": "IDENTIFY"}, "type_case", "/type"),
        ({**TRACK, "userId": 5}, "non_string_id", "/userId"),
        ({**TRACK, "anonymousID": "x"}, "misspelt_id", "/anonymousID"),
        ({**TRACK, "userID": None}, "misspelt_id", "/userID"),
        ({**TRACK, "user_id": "x"}, "misspelt_id", "/user_id"),
        ({**TRACK, "anonymous_id": "x"}, "misspelt_id", "/anonymous_id"),
        ({**TRACK, "context": []}, "context_not_object", "/context"),
        ({**TRACK, "integrations": []}, "integrations_not_object", "/integrations"),
        ({**TRACK, "integrations": {"pointillist": False}}, "integration_case", "/integrations/pointillist"),
        ({**TRACK, "event": "Identify"}, "event_named_identify", "/event"),
        ({**TRACK, "messageId": "m" * 101}, "message_id_too_long", "/messageId"),
        ({**TRACK, "messageId": 5}, "message_id_not_string", "/messageId"),
        ({**TRACK, "messageId": ["m"]}, "message_id_not_string", "/messageId"),
        ({**TRACK, "messageId": False}, "message_id_not_string", "/messageId"),
        ({**TRACK, "timestamp": "soon"}, "bad_timestamp", "/timestamp"),
    ],
)
def test_notes(payload, note, path):
    """What is odd but admitted is said, at its place."""
    answer = admit(payload)
    assert isinstance(answer, Admitted)
    assert (note, path) in [(row.code, row.path) for row in answer.notes]


def test_an_integer_id_becomes_its_decimal_text():
    """The whole range of 64 bits, signed and unsigned."""
    for number in (0, 5, -(2**63), 2**64 - 1):
        assert admit({**TRACK, "userId": number}).user_id == str(number)


@pytest.mark.parametrize("payload", [{**TRACK, "properties": None, "context": None, "integrations": None}, TRACK])
def test_null_is_absent_without_a_word(payload):
    """SDKs send null for what is not set."""
    assert admit(payload).notes == ()


def test_an_identify_without_a_user_is_legal():
    """A newsletter sign-up has traits and an anonymousId only."""
    answer = admit({"type": "identify", "anonymousId": "a", "timestamp": "2026"})
    assert (answer.call, answer.event, answer.user_id, answer.anonymous_id) == ("identify", "identify", None, "a")


def test_duplicates_are_those_of_admitted_messages():
    """The content is not compared, and a mended resend of a discarded message works."""
    admission = Admission(lambda: 0)
    sent = [
        {"type": "track", "userId": "u", "messageId": "m"},
        {**TRACK, "messageId": "m"},
        {**TRACK, "messageId": "m", "event": "Other"},
        {**TRACK, "messageId": "m", "integrations": {"All": False}},
        {**TRACK, "messageId": None},
        {**TRACK, "messageId": ""},
    ]
    answers = [admission.admit(payload) for payload in sent]
    assert [getattr(answer, "code", "admitted") for answer in answers] == [
        "event_not_defined",
        "admitted",
        "duplicate_message_id",
        "FILTERED_BY_INTEGRATIONS_OBJECT",
        "admitted",
        "admitted",
    ]


def test_message_ids_admitted_before_may_be_given():
    """A set of ids from an earlier run counts."""
    admission = Admission(lambda: 0, {"m"})
    assert admission.admit({**TRACK, "messageId": "m"}).code == "duplicate_message_id"


def test_only_so_many_ids_are_remembered():
    """The oldest is forgotten first."""
    remembered = Remembered(2)
    for message_id in ("a", "b", "b", "c"):
        remembered.add(message_id)
    assert ("a" in remembered, "b" in remembered, "c" in remembered, len(remembered)) == (False, True, True, 2)


def test_the_clock_is_asked_only_when_needed():
    """A message with a time does not depend on when it is read."""

    def no_clock():
        raise AssertionError

    assert Admission(no_clock).admit(TRACK).time == "2026-01-01T00:00:00.000Z"


def test_the_payload_is_not_changed():
    """Admission only looks."""
    payload = {**TRACK, "userId": 5, "type": "TRACK", "integrations": {"pointillist": 1}}
    before = {**payload, "integrations": dict(payload["integrations"])}
    admit(payload)
    assert payload == before


def test_a_discarded_message_keeps_its_name_and_call():
    """What is known of it is shown."""
    answer = admit({"type": "Page", "messageId": "m9"})
    assert (answer.message_id, answer.call, codes(answer)) == ("m9", "page", [])
