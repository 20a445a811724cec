"""Advice that is about what was sent: a name spelt otherwise, a number in quotes, a value one letter away."""

import pytest

from contracts.checker import Checker
from contracts.mends import FORMAT_EXAMPLES, nearest

PROPERTIES = {
    "order_id": {"type": "string"},
    "total": {"type": ["number", "null"]},
    "seats": {"type": "integer"},
    "paid": {"type": "boolean"},
    "currency": {"enum": ["EUR", "USD", None]},
}


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ({"orderId": "o"}, '"orderId" is there: should it be "order_id"?'),
        ({"order id": "o"}, '"order id" is there: should it be "order_id"?'),
        ({"total": 1}, "send it"),
        ({}, "send it"),
    ],
)
def test_a_key_that_is_missing_may_be_there_under_another_name(sent, hint):
    """Written otherwise or misspelt; a key the schema names itself is meant as it stands."""
    (found,) = Checker({"required": ["order_id"], "properties": PROPERTIES}).violations(sent)
    assert (found.code, found.hint) == ("schema_required", hint)


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ({"curency": "EUR"}, 'did you mean "currency"?'),
        ({"curency": "EUR", "currency": "EUR"}, "leave it out, or plan it"),
        ({"colour": 1}, "leave it out, or plan it"),
    ],
)
def test_a_key_that_is_not_expected_may_mean_another(sent, hint):
    """One of the schema's that was not sent."""
    (found,) = Checker({"properties": PROPERTIES, "additionalProperties": False}).violations(sent)
    assert (found.code, found.hint) == ("schema_unexpected", hint)


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ({"total": "25.5"}, "send 25.5, without quotes"),
        ({"seats": "3"}, "send 3, without quotes"),
        ({"seats": "3.5"}, None),
        ({"total": "25,5"}, None),
        ({"paid": "true"}, "send true, without quotes"),
        ({"paid": 1}, None),
        ({"order_id": 17}, 'send it as text: "17"'),
        ({"order_id": True}, None),
        ({"currency": "eur"}, 'did you mean "EUR"?'),
        ({"currency": "CHF"}, None),
        ({"currency": 5}, None),
    ],
)
def test_a_value_of_another_type_or_spelling_is_mended_as_it_can_be(sent, hint):
    """A number or a yes or no in quotes, a number for a text, a value written otherwise; else the general advice."""
    (found,) = Checker({"$defs": {"all": {"properties": PROPERTIES}}, "$ref": "#/$defs/all"}).violations(sent)
    general = {"schema_type": "send the type asked for", "schema_enum": "send one of those listed"}
    assert found.hint == hint or (hint is None and found.hint == general[found.code])


def test_a_text_in_another_format_is_mended_by_an_example_that_passes():
    """Each example is in its format; a format without one has the general advice."""
    for name, example in FORMAT_EXAMPLES.items():
        checker = Checker({"$schema": "https://json-schema.org/draft/2020-12/schema", "format": name})
        (found,) = checker.violations("1 April 2026")
        assert (found.code, found.hint) == ("schema_format", f'send a text such as "{example}"')
        assert checker.violations(example) == ()
    (found,) = Checker({"format": "regex"}).violations("[")
    assert found.hint == "send a text in the format asked for"


def test_an_item_that_is_there_twice_is_to_be_sent_once():
    """The general advice for the rarer keywords says nothing of it."""
    (found,) = Checker({"uniqueItems": True}).violations([1, 1])
    assert (found.code, found.hint) == ("schema_other", "send each item once")


def test_of_very_many_names_none_is_the_nearest():
    """Keys that are data are no names, and comparing them all would cost more than it tells."""
    assert nearest("p1", tuple(f"p_{number}" for number in range(100))) == "p_1"
    assert nearest("p1", tuple(f"p_{number}" for number in range(300))) is None
