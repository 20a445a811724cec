"""What lint says of a mapping: paths that lead nowhere, and the one that was probably meant."""

from __future__ import annotations

from simulator.mapping import load_mapping
from simulator.mapping.loading import mapping_names, parse_mapping
from simulator.plans.linting import lint_mapping
from simulator.segment.message import Received

NOW = 1_772_442_930_000_000
MESSAGE = {"type": "track", "event": "Order Completed", "userId": "u", "properties": {"discount": 3, "total": 4}}


def _lint(source, *messages):
    """Return code, path, message and hint of what lint says of a mapping with one rule of our own."""
    text = f'extends = "segment-docs"\n[[rule]]\nname = "mine"\nfrom = "{source}"\nto = "numbers"\n'
    received = [Received(index, message) for index, message in enumerate(messages)]
    found = lint_mapping(parse_mapping(text), received, lambda: NOW)
    return [(row.code, row.message, row.hint) for row in found if row.path == "/mine"]


def test_a_misspelt_root_needs_no_message_to_be_found():
    """No Segment message has it, so the rule could never take anything."""
    text = "rule 'mine' takes from '/propertis/discount'; Segment messages have no 'propertis'"
    assert _lint("/propertis/discount") == [
        ("mapping_unknown_root", text.replace("'", '"'), 'did you mean "/properties"?')
    ]


def test_a_misspelt_leaf_is_told_from_what_came():
    """Where nothing like it came, the code's own mend stands."""
    (row,) = _lint("/properties/discuont", MESSAGE)
    assert row == (
        "mapping_unused",
        'rule "mine" took nothing from 1 message',
        'did you mean "/properties/discount", which came?',
    )
    (row,) = _lint("/context/location/city", MESSAGE)
    assert row[2] == "check its path, or take the rule out"


def test_the_shipped_mappings_name_only_keys_of_messages():
    """Without messages lint finds nothing in them."""
    assert [lint_mapping(load_mapping(name), (), lambda: NOW) for name in mapping_names()] == [[], [], []]
