import pytest

from contracts import UnknownContractError, load, names
from contracts.checker import Checker

SCHEMAS = ["segment/common", "segment/identify", "segment/track", "segment/message", "pointillist/event", "mapping"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_ships_and_compiles(name):
    """Shipped schemas are valid JSON Schema 2020-12 with an identifier of their own, and need no network."""
    schema = load(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].endswith(name)
    assert Checker(schema).ok(3) is (name == "segment/common")


@pytest.mark.parametrize("name", ["segment-docs", "typed", "device-plus"])
def test_every_shipped_mapping_keeps_to_the_schema(name):
    """The mappings that ship are written as users' own must be."""
    assert Checker(load("mapping")).violations(load(f"mappings/{name}")) == ()


def test_names_are_sorted_and_cut_by_prefix():
    """names() lists what load() takes."""
    assert names("mappings/") == ("mappings/device-plus", "mappings/segment-docs", "mappings/typed")
    assert list(names()) == sorted(names())


def test_an_unknown_name_lists_the_known_ones():
    """The error helps."""
    with pytest.raises(UnknownContractError, match=r"no contract named 'segment/trakc'; there are .*segment/track"):
        load("segment/trakc")


def test_loading_twice_gives_two_objects():
    """What one caller changes no other sees."""
    load("pointillist/event")["type"] = "changed"
    assert load("pointillist/event")["type"] == "object"
