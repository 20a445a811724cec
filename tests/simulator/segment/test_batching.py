import pytest

from simulator.segment.batching import batch_messages, is_batch


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"batch": []}, True),
        ({"batch": [1], "writeKey": "k"}, True),
        ({"batch": {}}, False),
        ({"type": "track", "batch": []}, False),
        ({"type": "batch", "batch": []}, True),
        ({"type": None, "batch": []}, True),
        ({"type": ["batch"], "batch": []}, False),
        ([], False),
        (None, False),
    ],
)
def test_a_batch_is_an_object_with_a_list_and_no_type(value, expected):
    """A message may have a key named batch of its own."""
    assert is_batch(value) is expected


def test_what_stands_on_the_batch_holds_for_each_message():
    """Context and integrations key by key, the message wins; sentAt where there is none."""
    body = {
        "batch": [
            {"type": "track"},
            {"context": {"ip": "1"}, "integrations": None, "sentAt": "own"},
            {"context": "odd", "sentAt": None},
            7,
        ],
        "context": {"ip": "0", "library": {"name": "go"}},
        "integrations": {"All": False},
        "sentAt": "batch",
        "writeKey": "k",
    }
    assert batch_messages(body) == [
        {"type": "track", "context": body["context"], "integrations": {"All": False}, "sentAt": "batch"},
        {"context": {"ip": "1", "library": {"name": "go"}}, "integrations": {"All": False}, "sentAt": "own"},
        {"context": "odd", "sentAt": "batch", "integrations": {"All": False}},
        7,
    ]
    assert body["batch"][0] == {"type": "track"}
    assert body["context"] == {"ip": "0", "library": {"name": "go"}}


def test_a_bare_batch_changes_nothing():
    """Nothing to apply, nothing copied."""
    message = {"type": "track"}
    assert batch_messages({"batch": [message], "context": None, "integrations": []})[0] is message
