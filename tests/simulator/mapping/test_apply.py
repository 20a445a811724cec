import copy
import json
from pathlib import Path

import pytest

from contracts import Checker, load
from simulator.mapping import load_mapping
from simulator.mapping.loading import parse_mapping
from simulator.segment.admission import Admission
from simulator.segment.message import Admitted

PUBLIC = [
    {key: value for key, value in json.loads(line).items() if not key.startswith("_")}
    for line in (Path(__file__).parents[2] / "data" / "public_messages.jsonl").read_text().splitlines()
]
TIME = "2026-02-23T22:31:02.250Z"
DOCS = load_mapping()


def mapped(payload, mapping=DOCS, *, explain=True):
    """The event of a message with ids and a time, and its account."""
    payload = {"userId": "u", "timestamp": TIME, **payload}
    admitted = Admission(lambda: 0).admit(payload)
    assert isinstance(admitted, Admitted)
    result = mapping.apply(payload, admitted, explain=explain)
    short = mapping.apply(payload, admitted)
    assert (short.event, short.notes) == (result.event, result.notes)
    assert (short.provenance, short.dropped) == ((), ())
    return result


def track(*, mapping=DOCS, **keys):
    """A track, mapped and explained."""
    return mapped({"type": "track", "event": "Order Completed", **keys}, mapping)


def identify(*, mapping=DOCS, **keys):
    """An identify, mapped and explained."""
    return mapped({"type": "identify", **keys}, mapping)


def attributes(result):
    """Labels and numbers."""
    return result.event["labels"], result.event["numbers"]


def drops(result):
    """Path and code of every drop."""
    return [(row.source, row.code) for row in result.dropped]


def codes(result):
    """Code and path of every note."""
    return [(note.code, note.path) for note in result.notes]


def ways(result):
    """Provenance of the attributes as (from, to, rule, basis)."""
    return [row[:4] for row in result.provenance if row.target.startswith(("/labels", "/numbers"))]


def test_the_documented_identify():
    """The worked example of the facts."""
    payload = {
        "type": "identify",
        "userId": "97980cfea0067",
        "anonymousId": "507f191e810c19729de860ea",
        "timestamp": "2026-02-23T22:28:55.111Z",
        "traits": {
            "name": "Peter Gibbons",
            "email": "peter@example.com",
            "plan": "premium",
            "address": {"city": "San Francisco"},
            "order_completed_last_30days": True,
            "logins": 5,
        },
    }
    assert mapped(payload).event == {
        "eventSource": "Segment",
        "eventType": "identify",
        "eventTime": "2026-02-23T22:28:55.111Z",
        "actors": {"customer": {"userId": "97980cfea0067", "anonymousId": "507f191e810c19729de860ea"}},
        "labels": {
            "name": "Peter Gibbons",
            "email": "peter@example.com",
            "plan": "premium",
            "address_city": "San Francisco",
            "order_completed_last_30days": "true",
        },
        "numbers": {"logins": 5},
    }


def test_a_track_with_every_row_of_the_table():
    """Location, campaign, device and user traits are labels, numbers as text; properties go by type."""
    result = track(
        anonymousId="a",
        context={
            "location": {"city": "Rome", "latitude": 41.9, "speed": 0},
            "campaign": {"source": "Newsletter"},
            "device": {"id": "d", "adTrackingEnabled": False, "token": "secret"},
            "traits": {"age": 25.0},
            "page": {"url": "x"},
        },
        properties={"revenue": 25.5, "currency": "USD", "products": [{"sku": "45790-32", "price": 19}]},
    )
    assert result.event == {
        "eventSource": "Segment",
        "eventType": "Order Completed",
        "eventTime": TIME,
        "actors": {"customer": {"userId": "u", "anonymousId": "a"}},
        "labels": {
            "location_city": "Rome",
            "location_latitude": "41.9",
            "location_speed": "0",
            "campaign_source": "Newsletter",
            "device_id": "d",
            "device_adTrackingEnabled": "false",
            "age": "25",
            "currency": "USD",
            "products_1_sku": "45790-32",
        },
        "numbers": {"revenue": 25.5, "products_1_price": 19},
    }
    assert drops(result) == [("/context/device/token", "secret_like")]
    assert [tuple(row) for row in result.provenance] == [
        (None, "/eventSource", "eventSource", "ours", False),
        ("/event", "/eventType", "event", "seed", False),
        ("/timestamp", "/eventTime", "timestamp", "seed", False),
        ("/userId", "/actors/customer/userId", "userId", "seed", False),
        ("/anonymousId", "/actors/customer/anonymousId", "anonymousId", "seed", False),
        ("/context/location/city", "/labels/location_city", "location", "seed", False),
        ("/context/location/latitude", "/labels/location_latitude", "location", "seed", True),
        ("/context/location/speed", "/labels/location_speed", "location", "seed", True),
        ("/context/campaign/source", "/labels/campaign_source", "campaign", "seed", False),
        ("/context/device/id", "/labels/device_id", "device", "seed", False),
        ("/context/device/adTrackingEnabled", "/labels/device_adTrackingEnabled", "device", "seed", True),
        ("/context/traits/age", "/labels/age", "user traits", "seed", True),
        ("/properties/revenue", "/numbers/revenue", "properties", "inferred", False),
        ("/properties/currency", "/labels/currency", "properties", "inferred", False),
        ("/properties/products/0/sku", "/labels/products_1_sku", "properties", "inferred", False),
        ("/properties/products/0/price", "/numbers/products_1_price", "properties", "inferred", False),
    ]


def test_the_row_of_the_interface():
    """Note and provenance of one property, as pinned."""
    result = track(properties={"revenue": 25.5})
    assert [note.to_json() for note in result.notes] == [
        {
            "code": "inferred_mapping",
            "severity": "info",
            "path": "/properties/revenue",
            "message": "properties are not in Segment's table; by JSON type they become labels and numbers",
            "basis": "inferred",
        }
    ]
    assert result.provenance[-1].to_json() == {
        "from": "/properties/revenue",
        "to": "/numbers/revenue",
        "rule": "properties",
        "basis": "inferred",
    }


def test_constants_have_no_source():
    """The event source, and identify's event type."""
    assert [row.to_json() for row in identify().provenance[:2]] == [
        {"from": None, "to": "/eventSource", "rule": "eventSource", "basis": "ours"},
        {"from": None, "to": "/eventType", "rule": "identify", "basis": "seed"},
    ]


def test_labels_and_numbers_are_always_there():
    """Location never is."""
    assert set(track().event) == {"eventSource", "eventType", "eventTime", "actors", "labels", "numbers"}
    assert attributes(track()) == ({}, {})


def test_only_the_ids_that_are_there():
    """An absent id is no actor identifier."""
    assert track(anonymousId="").event["actors"] == {"customer": {"userId": "u"}}
    assert track(userId=None, anonymousId="a").event["actors"] == {"customer": {"anonymousId": "a"}}
    result = track(userId=5)
    assert result.event["actors"] == {"customer": {"userId": "5"}}
    assert result.provenance[3] == ("/userId", "/actors/customer/userId", "userId", "seed", True)


@pytest.mark.parametrize(
    ("keys", "source", "basis"),
    [
        ({"timestamp": "2026", "originalTimestamp": "2025"}, "/timestamp", "seed"),
        ({"timestamp": None, "originalTimestamp": "2025"}, "/originalTimestamp", "seed"),
        ({"timestamp": None, "receivedAt": "2025"}, "/receivedAt", "ours"),
        ({"timestamp": None}, None, "ours"),
    ],
)
def test_the_event_time_names_where_it_came_from(keys, source, basis):
    """What stands in for a time the sender did not give is ours, and no row of Segment's table."""
    found = [(row.source, row.basis) for row in track(**keys).provenance if row.target == "/eventTime"]
    assert found == [(source, basis)]


@pytest.mark.parametrize(
    ("value", "labels", "numbers"),
    [
        (True, {"k": "true"}, {}),
        (False, {"k": "false"}, {}),
        (25.0, {}, {"k": 25.0}),
        (0, {}, {"k": 0}),
        (2**63, {}, {"k": 2**63}),
        ("25.5", {"k": "25.5"}, {}),
        (" ", {"k": " "}, {}),
        ("2026-02-23", {"k": "2026-02-23"}, {}),
        ({"a": {"b": 1}, "c": "x"}, {"k_c": "x"}, {"k_a_b": 1}),
        (["x", 2, [3]], {"k_1": "x"}, {"k_2": 2, "k_3_1": 3}),
    ],
)
def test_leaves_by_type(value, labels, numbers):
    """Numbers are numbers, everything else labels; objects flatten, arrays count from 1."""
    assert attributes(track(properties={"k": value})) == (labels, numbers)
    assert attributes(identify(traits={"k": value})) == (labels, numbers)


@pytest.mark.parametrize(
    ("value", "code"), [(None, "null_value"), ("", "empty_value"), ({}, "empty_value"), ([], "empty_value")]
)
def test_nothing_is_sent_of_nothing(value, code):
    """Null and empty leaves are dropped with a note."""
    result = track(properties={"k": value, "deep": {"k": value}}, context={"traits": {"k": value}})
    assert attributes(result) == ({}, {})
    assert drops(result) == [("/context/traits/k", code), ("/properties/k", code), ("/properties/deep/k", code)]
    assert codes(result) == [(code, path) for path, _ in drops(result)]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"type": "track", "properties": {}}, [("/properties", "empty_value")]),
        ({"type": "track", "properties": None}, [("/properties", "null_value")]),
        ({"type": "identify", "traits": {}}, [("/traits", "empty_value")]),
        ({"type": "identify", "traits": None}, [("/traits", "null_value")]),
        ({"type": "track", "context": {"traits": {}}}, [("/context/traits", "empty_value")]),
        ({"type": "track", "context": {"traits": []}}, [("/context/traits", "not_mapped")]),
        ({"type": "track", "context": {"campaign": "x"}}, [("/context/campaign", "not_mapped")]),
        ({"type": "track", "context": {"device": ["x", 1]}}, [("/context/device", "not_mapped")]),
        ({"type": "track", "context": {"location": None}}, [("/context/location", "null_value")]),
        ({"type": "track", "context": "x"}, []),
        (
            {"type": "track", "traits": {"a": 1, "b": [None]}},
            [("/traits/a", "not_mapped"), ("/traits/b/0", "not_mapped")],
        ),
        ({"type": "track", "traits": None}, [("/traits", "not_mapped")]),
        ({"type": "track", "traits": [1]}, [("/traits", "not_mapped")]),
        ({"type": "identify", "properties": 5}, [("/properties", "not_mapped")]),
        ({"type": "identify", "properties": {}}, [("/properties", "not_mapped")]),
        (
            {
                "type": "identify",
                "context": {"traits": {"a": ""}, "location": {}, "campaign": {"b": 1}, "device": {"token": 1}},
            },
            [
                ("/context/traits/a", "not_mapped"),
                ("/context/location", "not_mapped"),
                ("/context/campaign/b", "not_mapped"),
                ("/context/device/token", "not_mapped"),
            ],
        ),
    ],
)
def test_roots(payload, expected):
    """A root that is empty or no object is one leaf; what no rule takes is not mapped, whatever it is."""
    assert drops(mapped({"event": "x", **payload})) == expected


def test_a_root_that_is_no_object_says_so_and_not_what_its_rule_does():
    """The rule's own words tell of objects; only a rule that takes nothing says why in its own words."""
    notes = track(context={"traits": [], "location": "x"}).notes
    assert [(note.path, note.message) for note in notes] == [
        ("/context/location", "/context/location is not an object; nothing of it is taken"),
        ("/context/traits", "/context/traits is not an object; nothing of it is taken"),
    ]


def test_arrays_are_cut_after_ten_items():
    """Every leaf of what was cut is listed; the note says so once an array."""
    items = [{"sku": str(number), "tags": [number]} for number in range(12)]
    result = track(properties={"products": items, "last": 1})
    labels, numbers = attributes(result)
    assert list(labels)[-1] == "products_10_sku"
    assert list(numbers)[-2:] == ["products_10_tags_1", "last"]
    assert drops(result) == [
        (f"/properties/products/{index}/{leaf}", "array_cut") for index in (10, 11) for leaf in ("sku", "tags/0")
    ]
    assert codes(result)[0] == ("array_cut", "/properties/products")


def test_attributes_are_cut_from_the_end_in_output_order():
    """Two hundred and fifty stay."""
    result = track(
        context={"traits": {f"t{number}": "x" for number in range(100)}},
        properties={f"p{number}": number for number in range(160)},
    )
    labels, numbers = attributes(result)
    assert (len(labels), len(numbers), list(numbers)[-1]) == (100, 150, "p149")
    assert drops(result) == [(f"/properties/p{number}", "attributes_cut") for number in range(150, 160)]
    assert codes(result)[-1] == ("attributes_cut", "/properties/p150")


def test_the_later_of_two_names_wins():
    """By the table first, then by the document; labels and numbers are one name space."""
    result = track(
        context={"campaign": {"name": "spring"}, "traits": {"campaign_name": "own", "plan": "free", "a_b": "t"}},
        properties={"plan": 3, "a": {"b": "deep"}, "a_b": "flat", "a.b": "dot"},
    )
    assert attributes(result) == ({"campaign_name": "own", "a_b": "dot"}, {"plan": 3})
    assert drops(result) == [
        ("/context/campaign/name", "name_clash"),
        ("/context/traits/plan", "name_clash"),
        ("/context/traits/a_b", "name_clash"),
        ("/properties/a/b", "name_clash"),
        ("/properties/a_b", "name_clash"),
    ]
    assert [code for code, _ in codes(result)] == ["renamed", "inferred_mapping", *["name_clash"] * 5]


def test_a_dropped_leaf_cannot_win_a_clash():
    """Null does not hide a value."""
    result = track(context={"traits": {"plan": "free"}}, properties={"plan": None})
    assert attributes(result) == ({"plan": "free"}, {})
    assert drops(result) == [("/properties/plan", "null_value")]


def test_a_clash_is_settled_before_the_cut():
    """A loser takes no place among the attributes."""
    small = parse_mapping('name = "s"\nextends = "segment-docs"\n[settings]\nmax_attributes = 1\n')
    result = track(mapping=small, context={"traits": {"a": "x"}}, properties={"a": 1, "b": 2})
    assert attributes(result) == ({}, {"a": 1})
    assert drops(result) == [("/context/traits/a", "name_clash"), ("/properties/b", "attributes_cut")]


def test_names_that_differ_by_case_are_both_kept():
    """With a warning at the later one."""
    result = track(context={"traits": {"Plan": "x"}}, properties={"plan": 1})
    assert attributes(result) == ({"Plan": "x"}, {"plan": 1})
    assert codes(result)[-1] == ("case_clash", "/properties/plan")
    assert codes(track(properties={"plan": 1})) == [("inferred_mapping", "/properties/plan")]


def test_a_dot_or_nothing_in_a_name_is_renamed():
    """With a note each."""
    result = track(properties={"a.b": {"": 1, "c.d": "x"}, "e": 1})
    assert attributes(result) == ({"a_b_c_d": "x"}, {"a_b__": 1, "e": 1})
    assert codes(result)[:3] == [
        ("renamed", "/properties/a.b"),
        ("renamed", "/properties/a.b/"),
        ("renamed", "/properties/a.b/c.d"),
    ]
    assert ways(result)[0] == ("/properties/a.b/", "/numbers/a_b__", "properties", "inferred")


def test_only_the_push_token_is_a_secret():
    """Also where it is an object; anywhere else token is a name like another."""
    result = track(context={"device": {"token": {"a": [1, None]}}, "traits": {"token": "t"}}, properties={"token": "p"})
    assert drops(result) == [
        ("/context/device/token/a/0", "secret_like"),
        ("/context/device/token/a/1", "secret_like"),
        ("/context/traits/token", "name_clash"),
    ]


def nested(levels, leaf):
    """A leaf below so many keys."""
    for _ in range(levels):
        leaf = {"k": leaf}
    return leaf


def test_what_lies_deeper_than_64_levels_is_too_deep():
    """Every leaf of it is listed, however deep."""
    assert list(track(properties=nested(64, 1)).event["numbers"]) == ["_".join("k" * 64)]
    result = track(properties=nested(65, {"a": None, "b": [[]]}))
    pointer = "/properties" + "/k" * 65
    assert attributes(result) == ({}, {})
    assert drops(result) == [(f"{pointer}/a", "too_deep"), (f"{pointer}/b/0", "too_deep")]
    assert [code for code, _ in codes(result)] == ["too_deep"]
    assert len(drops(track(properties=nested(900, 1)))) == 1


@pytest.mark.parametrize(
    ("number", "label", "is_noted"),
    [
        (2**53, "9007199254740992", False),
        (2**53 + 1, "9007199254740992", True),
        (2**63, "9223372036854776000", False),
        (2**64 - 1, "18446744073709552000", True),
        (1e21, "1e+21", False),
    ],
)
def test_numbers_a_double_cannot_hold_are_noted(number, label, is_noted):
    """Numbers keep 64 bits exactly; labels have JavaScript's text of the double."""
    result = track(context={"traits": {"t": number}}, properties={"n": number})
    assert attributes(result) == ({"t": label}, {"n": number})
    noted = [path for code, path in codes(result) if code == "number_precision"]
    assert noted == (["/context/traits/t", "/properties/n"] if is_noted else [])


def test_an_integer_past_64_bits_becomes_its_double():
    """JSON writers cannot write it; beyond a double it is null, as in JavaScript."""
    result = track(properties={"n": 2**70, "m": 10**400})
    assert attributes(result) == ({}, {"n": float(2**70)})
    assert drops(result) == [("/properties/m", "null_value")]


def test_what_json_has_not_is_refused():
    """A Python object in a payload is a mistake of the caller, named by its place."""
    with pytest.raises(TypeError, match="/properties/k: not a JSON value but a object"):
        track(properties={"k": object()})


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"context": {"device": {"token": nested(80, None)}}}, "secret_like"),
        ({"properties": {"a": [*range(10), nested(80, None)]}}, "too_deep"),
        ({"properties": {"a": [*range(10), None]}}, "array_cut"),
        ({"traits": {"a": nested(80, None)}}, "not_mapped"),
    ],
)
def test_the_first_reason_counts(payload, code):
    """Not mapped, secret, too deep, cut array, empty: in that order."""
    assert [row.code for row in track(**payload).dropped] == [code]


def test_typed_keeps_numbers_and_maps_the_tables_rows_of_identify():
    """The secret stays one."""
    mapping = load_mapping("typed")
    context = {
        "location": {"speed": 5},
        "device": {"token": "t", "v": 1},
        "traits": {"age": 3},
        "campaign": {"name": "n"},
    }
    expected = ({"campaign_name": "n"}, {"location_speed": 5, "device_v": 1, "age": 3})
    assert attributes(track(mapping=mapping, context=context)) == expected
    result = identify(mapping=mapping, context=context, traits={"age": "old", "x": "y"})
    assert attributes(result) == ({"x": "y", **expected[0]}, expected[1])
    assert drops(result) == [("/context/device/token", "secret_like"), ("/traits/age", "name_clash")]


def test_device_plus_adds_system_and_carrier():
    """As device attributes, on track only."""
    mapping = load_mapping("device-plus")
    context = {"os": {"name": "iOS", "version": 8.10}, "network": {"carrier": "T", "wifi": True}, "device": {"id": "d"}}
    result = track(mapping=mapping, context=context)
    assert result.event["labels"] == {
        "device_id": "d",
        "device_os_name": "iOS",
        "device_os_version": "8.1",
        "device_carrier": "T",
    }
    assert ("/context/os/name", "/labels/device_os_name", "os name", "inferred") in ways(result)
    assert attributes(identify(mapping=mapping, context=context)) == ({}, {})
    empty = track(mapping=mapping, context={"os": {"name": None}, "network": "none"})
    assert drops(empty) == [("/context/os/name", "null_value")]


OWN = """
name = "shop"
extends = "segment-docs"
{rules}
"""


def own(rules):
    """A user's mapping on top of the default one."""
    return parse_mapping(OWN.format(rules=rules))


def test_a_users_rule_takes_a_leaf_out_of_its_root():
    """The value goes as it is, honestly: the contract check finds the text among the numbers."""
    mapping = own('[[rule]]\nname = "discount"\nfrom = "/properties/discount"\nto = "numbers"')
    result = track(mapping=mapping, properties={"revenue": 37.4, "discount": "ten", "coupon": None})
    assert attributes(result) == ({}, {"revenue": 37.4, "discount": "ten"})
    assert ("/properties/discount", "/numbers/discount", "discount", "plan") in ways(result)
    assert drops(result) == [("/properties/coupon", "null_value")]
    found = Checker(load("pointillist/event")).violations(result.event)
    assert [row.path for row in found] == ["/numbers/discount"]


def test_a_users_rule_may_rename_and_drop_and_reach_elsewhere():
    """as, nothing, prefix, and parts of the message no shipped rule takes."""
    mapping = own(
        '[[rule]]\nname = "sku"\nfrom = "/properties/products/0/sku"\nas = "first_sku"\nto = "labels"\n'
        '[[rule]]\nname = "card"\nfrom = "/properties/card"\nto = "nothing"\nnote = "card numbers stay here"\n'
        '[[rule]]\nname = "page"\nfrom = "/context/page"\nto = "labels"\nprefix = "page_"\ncalls = ["track"]\n'
        '[[rule]]\nname = "locale"\nfrom = "/context/locale"\nto = "labels"\n'
        '[[rule]]\nname = "one device key"\nfrom = "/context/device/id"\nto = "labels"\ncalls = ["identify"]\n'
    )
    result = track(
        mapping=mapping,
        properties={"products": [{"sku": "s", "price": 1}], "card": {"no": "4111", "cvc": ""}},
        context={"page": {"url": "x", "n": 1}, "locale": "en"},
    )
    assert attributes(result) == (
        {"first_sku": "s", "page_url": "x", "page_n": "1", "locale": "en"},
        {"products_1_price": 1},
    )
    assert [tuple(row) for row in result.dropped] == [
        ("/properties/card/no", "not_mapped", "plan"),
        ("/properties/card/cvc", "not_mapped", "plan"),
    ]
    assert ("not_mapped", "/properties/card") in codes(result)
    found = identify(mapping=mapping, context={"device": {"id": "d", "name": "n"}, "locale": ""})
    assert attributes(found) == ({"device_id": "d"}, {})
    assert sorted(drops(found)) == [("/context/device/name", "not_mapped"), ("/context/locale", "empty_value")]


def test_a_users_rule_may_make_an_identifier():
    """Only a scalar is one."""
    mapping = own(
        '[[rule]]\nname = "email"\nfrom = "/traits/email"\nto = "actors.customer.email"\ncalls = ["identify"]\n'
        '[[rule]]\nname = "store"\nfrom = "/properties/store"\nto = "actors.store.storeId"\ncalls = ["track"]\n'
    )
    result = identify(mapping=mapping, traits={"email": "e@x", "age": 3})
    assert result.event["actors"] == {"customer": {"userId": "u", "email": "e@x"}}
    assert attributes(result) == ({}, {"age": 3})
    assert ("/traits/email", "/actors/customer/email", "email", "plan", False) in result.provenance
    assert track(mapping=mapping, properties={"store": 7}).event["actors"]["store"] == {"storeId": "7"}
    assert drops(track(mapping=mapping, properties={"store": {"id": 7}})) == [("/properties/store/id", "not_mapped")]


@pytest.mark.parametrize("name", ["segment-docs", "typed", "device-plus"])
def test_public_messages_are_mapped_and_accounted_for(name):
    """Messages nobody here wrote: every one mapped, or discarded with its code; events keep the contract."""
    mapping, admission = load_mapping(name), Admission(lambda: 0)
    checker, outcomes = Checker(load("pointillist/event")), []
    for payload in PUBLIC:
        before = copy.deepcopy(payload)
        answer = admission.admit(payload)
        if isinstance(answer, Admitted):
            result = mapping.apply(payload, answer, explain=True)
            assert checker.violations(result.event) == ()
            assert (mapping.apply(payload, answer).event, mapping.apply(payload, answer).notes) == result[:2]
        outcomes.append(getattr(answer, "code", "mapped"))
        assert payload == before
    assert {code: outcomes.count(code) for code in sorted(set(outcomes))} == {
        "FILTERED_BY_INTEGRATIONS_OBJECT": 1,
        "duplicate_message_id": 4,
        "event_not_defined": 1,
        "mapped": 22,
        "no_user_anon_id": 16,
    }


def test_a_list_where_another_message_had_an_object():
    """A name two places can make is no clash where one of the places is of another JSON type in this message."""
    mapping = load_mapping()
    track(mapping=mapping, context={"traits": {"email": "a@x"}}, properties={"email": "b@x"})
    result = track(mapping=mapping, context=[], properties={"email": "c@x"})
    assert result.event["labels"] == {"email": "c@x"}
    assert drops(result) == []
