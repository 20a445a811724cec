"""Other identifiers in the store: written with their event, read back by the slice, found by their value."""

from __future__ import annotations

import orjson
import pytest

from fake_pointillist.storage.identifiers import OF_IDENTIFIERS, among, between, writes
from fake_pointillist.storage.store import Store, row_of

OTHERS = (("email", "e1"), ("phone", "p1"))


@pytest.fixture
def filled():
    """Give a store with two tenants' identifiers."""
    store = Store()
    store.write(writes(1, row_of(1, 4), 4_000, OTHERS))
    store.write(writes(1, row_of(1, 6), 6_000, OTHERS[:1]))
    store.write(writes(2, row_of(2, 1), 1_000, OTHERS))
    yield store
    store.close()


def test_a_slice_gives_the_identifiers_of_its_rows(filled):
    """Rows without any are not named; the first bound is outside, the last inside."""
    assert between(filled, row_of(1, 0), row_of(1, 6)) == {row_of(1, 4): OTHERS, row_of(1, 6): OTHERS[:1]}
    assert between(filled, row_of(1, 4), row_of(1, 5)) == {}


def test_some_rows_give_theirs(filled):
    """Only those asked for that have some."""
    assert among(filled, [row_of(1, 6), row_of(1, 7)]) == {row_of(1, 6): OTHERS[:1]}
    assert among(filled, []) == {}


def test_events_are_found_by_the_identifiers_of_a_tenant(filled):
    """An event that carries two of them is found; another tenant's is not."""
    found = filled.read(OF_IDENTIFIERS, (orjson.dumps([["email", "e1"], ["fax", "e1"]]).decode(), 1))
    assert sorted(found) == [(row_of(1, 4),), (row_of(1, 6),)]
