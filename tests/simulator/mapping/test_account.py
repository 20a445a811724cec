import copy
from collections import Counter

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts import Checker, load
from simulator.mapping import load_mapping
from simulator.mapping.loading import parse_mapping
from simulator.mapping.rules import ACCOUNTED
from simulator.segment.admission import Admission

TIGHT = """
name = "tight"
extends = "typed"
[settings]
max_array_items = 2
max_attributes = 4
max_depth = 3
[[rule]]
name = "deep"
from = "/properties/a/b"
to = "labels"
as = "A"
[[rule]]
name = "gone"
from = "/properties/b"
to = "nothing"
[[rule]]
name = "inside"
from = "/context/device/a"
prefix = "x_"
to = "attributes"
"""
MAPPINGS = {name: load_mapping(name) for name in ("segment-docs", "typed", "device-plus")}
MAPPINGS["tight"] = parse_mapping(TIGHT)
EVENT = Checker(load("pointillist/event"))

KEYS = st.sampled_from(["a", "b", "A", "a_b", "a.b", "", "token", "a/b", "m~n", "plan", "x_a"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", " ", "1", "\u00e9\u2028"])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=5)
CONTEXTS = st.dictionaries(
    st.sampled_from(["traits", "location", "campaign", "device", "os", "network", "page"]), VALUES | OBJECTS, max_size=5
)


@st.composite
def messages(draw):
    """An identify or a track that is admitted, with all sorts of content."""
    call, body, other = draw(st.sampled_from([("identify", "traits", "properties"), ("track", "properties", "traits")]))
    message = {"type": call, "event": "e", "userId": "u", "timestamp": 1, body: draw(OBJECTS | st.none())}
    if draw(st.booleans()):
        message[other] = draw(VALUES)
    if draw(st.booleans()):
        message["context"] = draw(CONTEXTS | st.sampled_from([None, "odd"]))
    return message


def leaves(value, pointer):
    """Every leaf, written down a second time on purpose: scalars, nulls, empty containers."""
    if isinstance(value, dict) and value:
        pairs = value.items()
    elif isinstance(value, list) and value:
        pairs = enumerate(value)
    else:
        return [pointer]
    found = []
    for key, item in pairs:
        found += leaves(item, f"{pointer}/" + str(key).replace("~", "~0").replace("/", "~1"))
    return found


def accounted_leaves(message):
    """The leaves of the six parts; a part that is no object is one leaf."""
    found = []
    for part in ACCOUNTED:
        holder = message
        for key in part[:-1]:
            holder = holder.get(key)
        if isinstance(holder, dict) and part[-1] in holder:
            value, pointer = holder[part[-1]], "/" + "/".join(part)
            found += leaves(value, pointer) if isinstance(value, dict) else [pointer]
    return found


def admitted(message):
    """The message's envelope."""
    return Admission(lambda: 0).admit(message)


@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=25, deadline=None)
@given(message=messages())
@example(message={"type": "track", "event": "e", "userId": "u", "timestamp": 1, "properties": {"a": {"b": []}}})
@example(message={"type": "track", "event": "e", "userId": "u", "timestamp": 1, "context": {"device": {"a": None}}})
@example(message={"type": "track", "event": "e", "userId": "u", "timestamp": 1, "context": {"device": {"a": [1]}}})
def test_every_leaf_is_accounted_for_exactly_once(name, message):
    """In the event or among the dropped, never both, never neither, never twice."""
    result = MAPPINGS[name].apply(message, admitted(message), explain=True)
    rows = Counter([step.source for step in result.provenance] + [drop.source for drop in result.dropped])
    wanted = Counter(accounted_leaves(message))
    assert {source: rows[source] for source in wanted} == dict.fromkeys(wanted, 1)
    roots = tuple("/" + "/".join(part) for part in ACCOUNTED)
    assert {source for source in rows if source and source.startswith(roots)} == set(wanted)


@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=25, deadline=None)
@given(message=messages())
def test_the_event_keeps_the_contract_and_its_provenance(name, message):
    """What is made is what Pointillist takes, and provenance names every part of it, no more."""
    mapping = MAPPINGS[name]
    result = mapping.apply(message, admitted(message), explain=True)
    assert EVENT.violations(orjson.loads(orjson.dumps(result.event))) == ()
    targets = [step.target for step in result.provenance]
    assert len(targets) == len(set(targets))
    assert set(targets) == {place for place in leaves(result.event, "") if place not in ("/labels", "/numbers")}
    labels, numbers = result.event["labels"], result.event["numbers"]
    assert labels.keys().isdisjoint(numbers)
    assert len(labels) + len(numbers) <= mapping.settings.max_attributes
    assert not any("." in key for key in (*labels, *numbers))


@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=25, deadline=None)
@given(message=messages())
def test_mapping_is_a_pure_function(name, message):
    """The same input gives the same output, whatever was mapped before, and is not changed."""
    before = copy.deepcopy(message)
    envelope = admitted(message)
    used = MAPPINGS[name].apply(message, envelope, explain=True)
    fresh = parse_mapping(TIGHT) if name == "tight" else load_mapping(name)
    assert fresh.apply(message, envelope, explain=True) == used
    assert MAPPINGS[name].apply(message, envelope) == used._replace(provenance=(), dropped=())
    assert message == before
    assert orjson.dumps(message) == orjson.dumps(before)


@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=25, deadline=None)
@given(message=messages())
def test_the_quick_way_and_the_accounting_way_agree(name, message):
    """Where the quick way takes a message at all, it gives what the accounting way gives."""
    from simulator.mapping.quick import Unusual

    envelope = admitted(message)
    plan = MAPPINGS[name]._plans[envelope.call]
    try:
        quick = plan.quick(message, envelope, explain=True)
    except Unusual:
        return
    assert quick == plan.accounted(message, envelope)


def test_what_phones_and_spreadsheets_send_takes_the_quick_way():
    """A push token is dropped and a key with dots renamed without the accounting way, which takes ten times as long."""
    message = {
        "type": "track",
        "event": "e",
        "userId": "u",
        "properties": {"order.id": "7", "line.items": [{"unit.price": 1.5}]},
        "context": {"device": {"token": "secret", "type": "ios"}},
    }
    plan = MAPPINGS["segment-docs"]._plans["track"]
    mapped = plan.quick(message, admitted(message), explain=True)
    assert mapped == plan.accounted(message, admitted(message))
    assert [drop.code for drop in mapped.dropped] == ["secret_like"]
    assert Counter(note.code for note in mapped.notes) == {"renamed": 3, "secret_like": 1, "inferred_mapping": 1}


@pytest.mark.slow
@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=1500, deadline=None)
@given(message=messages())
def test_all_of_it_at_length(name, message):
    """The four properties above, on many more messages."""
    for check in (
        test_every_leaf_is_accounted_for_exactly_once,
        test_the_event_keeps_the_contract_and_its_provenance,
        test_mapping_is_a_pure_function,
        test_the_quick_way_and_the_accounting_way_agree,
    ):
        check.hypothesis.inner_test(name=name, message=message)


def test_the_tree_of_names_is_bounded(monkeypatch):
    """Senders of ever new keys cost no memory for good, and results stay the same."""
    from simulator.mapping import tree

    monkeypatch.setattr(tree, "MAX_SIZE", 50)
    mapping = load_mapping()
    for number in range(400):
        message = {"type": "track", "event": "e", "userId": "u", "properties": {f"k{number}": {"v": number}}}
        result = mapping.apply(message, admitted(message))
        assert result.event["numbers"] == {f"k{number}_v": number}
        names = mapping._plans["track"].tree._names
        assert len(names) <= 60


def test_a_clash_is_found_again_after_the_tree_started_afresh(monkeypatch):
    """What the tree knows of contested names is learnt anew."""
    from simulator.mapping import tree

    monkeypatch.setattr(tree, "MAX_SIZE", 4)
    mapping = load_mapping()
    message = {
        "type": "track",
        "event": "e",
        "userId": "u",
        "context": {"traits": {"plan": "x"}},
        "properties": {"plan": 1},
    }
    for _ in range(6):
        result = mapping.apply(message, admitted(message), explain=True)
        assert [drop.code for drop in result.dropped] == ["name_clash"]
