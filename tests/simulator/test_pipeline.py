from contracts import violation
from simulator.mapping import load_mapping
from simulator.pipeline import trace_one, traces
from simulator.segment.admission import Admission
from simulator.segment.message import Received

SENT = [
    {"type": "track", "event": "Viewed", "userId": "u", "messageId": "m1", "timestamp": "2026", "properties": {"n": 1}},
    {"type": "page", "userId": "u"},
    {"type": "identify", "anonymousID": "a", "userId": "u", "timestamp": "2026", "traits": {"plan": None}},
]


class Once:
    """Finds something in every trace, and remembers which it saw."""

    def __init__(self):
        self.seen = []

    def check(self, trace):
        """Return one violation."""
        self.seen.append(trace.name)
        return (violation("label_type", "/labels/x", "x"),)


def run(**options):
    """The traces of the three messages."""
    received = (Received(index, payload) for index, payload in enumerate(SENT))
    return list(traces(received, admission=Admission(lambda: 0), mapping=load_mapping(), **options))


def test_every_message_leaves_one_trace_in_order():
    """Mapped or discarded, named by its id or its position."""
    found = run()
    assert [trace.name for trace in found] == ["m1", "#2", "#3"]
    assert [trace.to_json()["status"] for trace in found] == ["mapped", "discarded", "mapped"]
    assert [trace.to_json()["code"] for trace in found] == [None, "UNSUPPORTED_EVENT_TYPE", None]
    assert [[note.code for note in trace.notes] for trace in found] == [
        ["inferred_mapping"],
        [],
        ["misspelt_id", "null_value"],
    ]


def test_the_result_line_is_as_pinned():
    """Keys, and provenance and drops only where asked for."""
    line = run(explain=True)[2].to_json(explain=True)
    assert list(line) == ["index", "messageId", "status", "code", "event", "notes", "provenance", "dropped"]
    assert line["dropped"] == [{"from": "/traits/plan", "code": "null_value", "basis": "inferred"}]
    assert list(run()[2].to_json()) == ["index", "messageId", "status", "code", "event", "notes"]
    assert run(explain=True)[1].to_json(explain=True) == {
        "index": 1,
        "messageId": None,
        "status": "discarded",
        "code": "UNSUPPORTED_EVENT_TYPE",
        "event": None,
        "notes": [],
        "provenance": [],
        "dropped": [],
    }


def test_checks_see_every_trace():
    """Discarded ones too."""
    checks = Once()
    found = run(checks=checks)
    assert checks.seen == ["m1", "#2", "#3"]
    assert [len(trace.violations) for trace in found] == [1, 1, 1]


def test_messages_are_taken_one_at_a_time():
    """As long as the input is a stream, so is the output."""

    def endless():
        index = 0
        while True:
            yield Received(index, {**SENT[0], "messageId": f"m{index}"})
            index += 1

    stream = traces(endless(), admission=Admission(lambda: 0), mapping=load_mapping())
    assert [next(stream).name for _ in range(3)] == ["m0", "m1", "m2"]


def test_one_message_belongs_to_its_run():
    """The admission remembers its id."""
    admission, mapping = Admission(lambda: 0), load_mapping()
    first = trace_one(Received(0, SENT[0]), admission=admission, mapping=mapping)
    again = trace_one(Received(1, SENT[0]), admission=admission, mapping=mapping)
    assert (first.mapped.event["numbers"], again.mapped) == ({"n": 1}, None)
    assert again.to_json()["code"] == "duplicate_message_id"
