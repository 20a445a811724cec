"""Events with other identifiers than Segment's two: the fake says what the engine says, whatever happens to it."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_pointillist import FakePointillist
from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.policies import POLICIES

NUMBERS = itertools.count()
DAY_1_US = 1_769_904_000_000_000
"""2026-02-01."""

NAMES = {
    "userId": ["u1", "u2", "null", None, None],
    "anonymousId": ["a1", "a2", None],
    "email": ["e1", "e2", None, None],
    "phone": ["p1", "p2", None, None],
}
ROWS = st.lists(
    st.tuples(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in NAMES.items()}),
              st.integers(1, 6), st.sampled_from(["Opened", "identify"])).filter(lambda row: any(row[0].values())),
    min_size=1, max_size=12,
)  # fmt: skip
READINGS = st.tuples(
    st.sampled_from(sorted(POLICIES)),
    st.builds(
        Options,
        link_on=st.sampled_from(["any", "identify"]),
        claim_order=st.sampled_from(["event-time", "arrival"]),
        max_anonymous_ids=st.sampled_from([None, 1]),
        on_limit=st.sampled_from(["warn", "refuse"]),
        unique=st.sampled_from([("userId",), ("userId", "email")]),
    ),
)
UNLINKS = st.lists(
    st.tuples(st.sampled_from(["u1", "u2"]), st.sampled_from(["a1", "id:email:e1", "id:phone:p1"])), max_size=2
)


def posted(client, number, row):
    """Post the event of a row; return what the engine is told of it."""
    ids, day, event_type = row
    sent = {name: value for name, value in ids.items() if value is not None}
    body = {"eventType": event_type, "eventTime": f"2026-02-{day:02}T00:00:00Z", "actors": {"customer": sent}}
    answer = client.post("/event", json=body, headers={"X-Simulator-Message-Id": f"m{number}"})
    assert answer.json()["status"] == "accepted", answer.text
    others = tuple(sorted((name, value) for name, value in sent.items() if name in ("email", "phone")))
    time_us = DAY_1_US + (day - 1) * 86_400_000_000
    ids = (sent.get("userId"), sent.get("anonymousId"))
    return IdEvent(number, f"m{number}", time_us, *ids, event_type == "identify", event_type, others)


def expected(events, policy, options, unlinks=()):
    """The engine after the events and the unlinks."""
    identity = Identity(policy, options)
    for event in events:
        identity.ingest(event)
    for user, what in unlinks:
        identity.unlink(user, what)
    return identity


def check(client, identity, events):
    """Hold every answer about people against the engine."""
    owners = {event.message: identity.attribute(event).actor for event in events}
    listed = client.fake("events", limit=1000)["events"]
    assert {event["messageId"]: event["actor"] for event in listed} == owners
    for event in listed:
        why = client.fake("why", event=event["messageId"])
        assert why["belongs_to"] == event["actor"]
    people = client.fake("actors", limit=1000)["actors"]
    assert [person["actorId"] for person in people] == [found.actor for found in identity.actors()]
    for person, found in zip(people, identity.actors(), strict=True):
        mine = sorted(message for message, actor in owners.items() if actor == found.actor)
        assert person["events"] == len(mine)
        assert sorted(person["messageIds"]) == mine
        assert person["anonymousIds"] == list(found.anonymous_ids)
        assert [(one["name"], one["value"]) for one in person.get("identifiers", [])] == list(found.identifiers)
        of_actor = client.fake("events", actor=found.actor, limit=1000)["events"]
        assert sorted(event["messageId"] for event in of_actor) == mine
        assert client.fake("why", a=found.actor)["belongs_to"] in owners.values()
    summary = client.fake("summary")
    assert summary["actors"] == {"known": identity.known, "anonymous": identity.anonymous}
    assert summary["conflicts"] == identity.conflicts


@pytest.fixture(scope="module")
def server():
    """A server of this module's own."""
    with FakePointillist(now=lambda: 1_800_000_000_000_000) as one:
        yield one


@given(ROWS, st.tuples(READINGS, st.integers(0, 12)), UNLINKS)
@settings(max_examples=25, deadline=None)
def test_the_fake_says_what_the_engine_says(server, client_of, rows, switched, unlinks):
    """Live, after a switch to another reading in between, after unlinks, and after a switch there and back."""
    (policy, options), switch_after = switched
    with client_of(server) as client:
        events = []
        for number, row in enumerate(rows, 1):
            events.append(posted(client, number, row))
            if number == switch_after:
                client.put("/_fake/policy", json={"policy": policy, "options": options.to_json()}).raise_for_status()
        client.put("/_fake/policy", json={"policy": policy, "options": options.to_json()}).raise_for_status()
        check(client, expected(events, policy, options), events)
        for user, what in unlinks:
            client.post("/_fake/unlink", json={"userId": user, "anonymousId": what}).raise_for_status()
        check(client, expected(events, policy, options, unlinks), events)
        client.post("/_fake/reset")
        assert client.fake("actors")["actors"] == []


@given(ROWS, READINGS, UNLINKS)
@settings(max_examples=12, deadline=None)
def test_a_restart_changes_no_answer(tmp_path_factory, client_of, rows, reading, unlinks):
    """With a file, the same is said after a restart; another reading still finds every identifier."""
    db = tmp_path_factory.mktemp("kept") / f"{next(NUMBERS)}.db"
    policy, options = reading
    with FakePointillist(db=db, policy=policy, options=options) as server, client_of(server, "t") as client:
        events = [posted(client, number, row) for number, row in enumerate(rows, 1)]
        for user, what in unlinks:
            client.post("/_fake/unlink", json={"userId": user, "anonymousId": what}).raise_for_status()
    with FakePointillist(db=db, policy=policy, options=options) as server, client_of(server, "t") as client:
        check(client, expected(events, policy, options, unlinks), events)
        client.put("/_fake/policy", json={"policy": "graph"}).raise_for_status()
        assert client.fake("policy")["options"]["unique"] == ["userId"]
        owners = {event["messageId"]: event["actor"] for event in client.fake("events", limit=1000)["events"]}
        graph = Identity("graph")
        for event in events:
            graph.ingest(event)
        for user, what in unlinks:
            graph.unlink(user, what)
        assert owners == {event.message: graph.attribute(event).actor for event in events}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("policy", ["first-claim", "split", "graph"])
def test_joins_outlive_what_keep_drops(tmp_path, client_of, seed, policy):
    """Events that join or claim may be dropped, their rows trimmed: people stay who they are, after a restart too."""
    dice = random.Random(seed)
    rows = []
    while len(rows) < 40:
        row = ({name: dice.choice(values) for name, values in NAMES.items()}, dice.randint(1, 6), "identify")
        rows += [row] if any(row[0].values()) else []
    filler = ({"anonymousId": "filler"}, 7, "Opened")
    probes = [({name: value}, 8, "Opened") for name in ("anonymousId", "email", "phone") for value in NAMES[name][:2]]
    with FakePointillist(db=tmp_path / "db", keep=6, policy=policy) as server, client_of(server, "t") as client:
        events = [posted(client, number, row) for number, row in enumerate(rows + [filler] * 200 + probes, 1)]
        live = {event["messageId"]: event["actor"] for event in client.fake("events", limit=1000)["events"]}
        assert server._store.read("SELECT count(*) FROM event WHERE status = 1")[0][0] < 200
    with FakePointillist(db=tmp_path / "db", keep=6, policy=policy) as server, client_of(server, "t") as client:
        again = {event["messageId"]: event["actor"] for event in client.fake("events", limit=1000)["events"]}
    identity = expected(events, policy, Options())
    assert live == again == {event.message: identity.attribute(event).actor for event in events[-6:]}


def test_a_pair_seen_again_and_again_is_kept_a_few_times(client_of):
    """A sender that puts cookie and email on every event does not fill the file that keeps only the newest."""
    with FakePointillist(keep=1) as server, client_of(server) as client:
        for number in range(1, 301):
            posted(client, number, ({"anonymousId": "a1", "email": "e1"}, 1 + number % 20, "Opened"))
        assert server._store.read("SELECT count(*) FROM event WHERE status = 2")[0][0] <= 8
        assert server._store.read("SELECT count(*) FROM identifier")[0][0] <= 8 + 1 + 128


def test_a_reset_sweeps_identifiers_away(client_of):
    """Nothing of an emptied tenant is left in the table of identifiers."""
    with FakePointillist() as server, client_of(server) as client:
        posted(client, 1, ({"email": "e1"}, 1, "Opened"))
        client.post("/_fake/reset").raise_for_status()
        client.fake("wait", count=0)
        for _ in range(100):
            client.fake("summary")
            if server._store.read("SELECT count(*) FROM identifier") == [(0,)]:
                break
        assert server._store.read("SELECT count(*) FROM identifier") == [(0,)]


def test_the_figure_of_aim(client_of, server):
    """{email, cookie} with {cookie}; {customer id, account} with {account}: each pair is one person's."""
    with client_of(server) as client:
        for number, ids in enumerate(
            [{"cookie": "c"}, {"cookie": "c", "email": "e"}, {"accountId": "9", "customerId": "7"}, {"accountId": "9"}],
            start=1,
        ):
            posted(client, number, (ids, 1, "Opened"))
        assert {person["actorId"]: person["messageIds"] for person in client.fake("actors")["actors"]} == {
            "id:cookie:c": ["m1", "m2"],
            "id:accountId:9": ["m3", "m4"],
        }
