"""Joins by example: shared emails, late events, names that look alike; test_joins.py holds the rule to an oracle."""

from __future__ import annotations

import pytest
from engine_checks import fed, people

from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.bundles import Bundles
from fake_pointillist.identity.engine import Identity

DAY = 86_400_000_000


def an_event(seq, day, *, documented=False, userId=None, anonymousId=None, **others):  # noqa: N803 - the wire's names
    """An event of a day, with the identifiers that are given."""
    return IdEvent(seq, f"m{seq}", day * DAY, userId, anonymousId, documented, "x", tuple(sorted(others.items())))


def test_a_report_names_only_options_that_differ():
    """``userId`` alone is the default, named or not, and comes first."""
    assert Options(unique=["userId"]).changed() == Options(unique=[]).changed() == {}
    assert Options(unique=["email"]).unique == ("userId", "email")
    assert Options(unique=("email", "userId")).changed() == {"unique": ["userId", "email"]}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("userId", "names of identifiers"),
        (["userId", ""], "names of identifiers"),
        (["userId", "anonymousId"], "max_anonymous_ids"),
        (["userId", "email", "email"], "each identifier once"),
    ],
)
def test_names_that_cannot_be_unique(names, text):
    """What is wrong, and what to do instead."""
    with pytest.raises(ValueError, match=text):
        Options(unique=names)


def test_an_id_with_a_colon_is_never_another_identifier():
    """An anonymousId written like an email, and a name with a colon, stay what they are."""
    events = [
        an_event(1, 1, anonymousId="id:email:e1"),
        an_event(2, 1, email="e1"),
        an_event(3, 1, **{"a:b": "c"}),
        an_event(4, 1, a="b:c"),
    ]
    identity = fed(events)
    assert list(people(identity, events).values()) == ["anon:id:email:e1", "id:email:e1", "id:a%3Ab:c", "id:a:b:c"]
    identity.unlink("u1", "id:email:e1")
    assert [found.identifiers for found in identity.actors()] == [
        (), (("a:b", "c"),), (("a", "b:c"),), (("email", "e1"),),
    ]  # fmt: skip


def test_a_shared_email_does_not_fuse_two_people():
    """The first user's it is; the second keeps what names them, and their cookie stays theirs."""
    events = [
        an_event(1, 1, userId="ada", anonymousId="c1", email="family"),
        an_event(2, 2, userId="bob", anonymousId="c2", email="family"),
        an_event(3, 3, anonymousId="c2", email="family"),
        an_event(4, 4, email="family"),
    ]
    identity = fed(events)
    assert list(people(identity, events).values()) == ["user:ada", "user:bob", "user:bob", "user:ada"]
    assert sorted({w.code for w in identity.warnings()} - {"linked_without_identify"}) == [
        "conflicting_claim", "refused_join",
    ]  # fmt: skip
    assert identity.conflicts == 1


def test_a_late_event_may_part_what_was_joined():
    """Joins count in the order of event time: one that arrives last may come first, and the log says what moved."""
    events = [
        an_event(1, 3, anonymousId="c1"),
        an_event(2, 5, anonymousId="c1", email="e1"),
        an_event(3, 6, userId="ada", email="e1"),
        an_event(4, 2, userId="bob", anonymousId="c1", documented=True),
        an_event(5, 1, userId="ada", email="e1"),
    ]
    identity = Identity()
    moves = [[(m.from_, m.to, m.events_moved) for m in identity.ingest(event).moves] for event in events]
    assert moves == [
        [], [], [("anon:c1", "user:ada", 2)], [("user:ada", "user:bob", 2)], [],
    ]  # fmt: skip
    assert list(people(identity, events).values()) == ["user:bob", "user:bob", "user:ada", "user:bob", "user:ada"]
    assert identity.actor("user:ada").identifiers == (("email", "e1"),)
    assert identity.actor("user:bob").anonymous_ids == ("c1",)


@pytest.mark.parametrize("user", [None, "u"])
@pytest.mark.parametrize("unique", [("userId",), ("userId", "email")])
def test_one_more_device_of_an_email_is_judged_alone(monkeypatch, unique, user):
    """Late or not, and whatever is unique: a first tie bars nothing, so a group of thousands is not gone through."""
    identity = Identity("first-claim", Options(unique=unique))
    email = (("email", "e"),)
    for seq, minute in ((1, 50), (2, 60)):
        identity.ingest(IdEvent(seq, f"m{seq}", minute, user, f"c{seq}", False, "Opened", email))
    monkeypatch.setattr(Bundles, "_judge_anew", _must_not)
    identity.ingest(IdEvent(3, "m3", 70, user, "c3", False, "Opened", email))
    if user is None:
        identity.ingest(IdEvent(4, "m4", 10, None, "c4", False, "Opened", email))
    assert len(next(identity.actors()).anonymous_ids) == (4 if user is None else 3)


def _must_not(*_):
    raise AssertionError("judged anew")


@pytest.mark.parametrize("others", [(), (("email", "e"),)])
def test_a_track_of_another_user_contests_an_id_whatever_links(others):
    """Where only identify links, ``--keep`` still keeps what another reading would need to tell two users apart."""
    events = [
        IdEvent(1, "m1", 10, "u1", "a", True, "identify", others),
        IdEvent(2, "m2", 20, "u2", "a", False, "Opened", others),
        IdEvent(3, "m3", 30, "u1", "b", False, "Opened"),
    ]
    identity = Identity("first-claim", Options(link_on="identify"))
    for event in events:
        identity.ingest(event)
    assert [identity.is_contested(event) for event in events] == [True, True, False]
