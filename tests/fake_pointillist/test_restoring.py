"""Restarts, ``keep`` and policy switches: memory is a function of the store."""

from __future__ import annotations

import random

import pytest

from fake_pointillist import FakePointillist
from fake_pointillist.errors import StoreError

BOTH = {"userId": "u1", "anonymousId": "a1"}
PATHS = ("summary", "events?limit=1000", "actors?limit=1000", "merges", "policy", "on-violation", "why?event=m3")


def traffic(make_event, seed, n):
    """Events of a few people on a few devices, some of them wrong or doubtful; (message id, event)."""
    dice = random.Random(seed)
    for number in range(n):
        user = dice.choice([None, None, "u1", "u2", "u3", "undefined"])
        anonymous = dice.choice([None, "a1", "a2", "a3", "a4"])
        time = f"2026-02-{dice.randint(1, 28):02}T10:00:00Z"
        event = make_event(
            dice.choice(["identify", "Opened", "Bought"]), user=user, anonymous=anonymous, time=time,
            labels={"plan": dice.choice(["pro", ""])}, numbers={"n": dice.choice([1, "2", "x"])},
        )  # fmt: skip
        yield f"m{number}" if dice.random() < 0.8 else None, event


def readings(client):
    """Return what every query answers."""
    return {path: client.get(f"/_fake/{path}").json() for path in PATHS}


def run(db, *, keep=None):
    """Return a durable server whose clock stands still."""
    return FakePointillist(db=db, keep=keep, now=lambda: 1_800_000_000_000_000)


@pytest.mark.parametrize("keep", [None, 30])
def test_a_restart_gives_the_same_answers(tmp_path, client_of, make_event, keep):
    """Every query answers after a restart what it answered before, and duplicates are still known."""
    db = tmp_path / "db"
    with run(db, keep=keep) as server, client_of(server, "t") as client:
        for message_id, event in traffic(make_event, 1, 150):
            client.send_event(event, message_id=message_id)
        client.send_event(next(event for _, event in traffic(make_event, 1, 1)), message_id="m149")
        client.put("/_fake/policy", json={"policy": "last-claim", "options": {"link_on": "identify"}})
        client.post("/_fake/unlink", json={"userId": "u1", "anonymousId": "a1"})
        client.put("/_fake/on-violation", json={"on_violation": "record"})
        before = readings(client)
    with run(db, keep=keep) as server, client_of(server, "t") as client:
        assert readings(client) == before
        first = next(event for message_id, event in traffic(make_event, 1, 150) if message_id == "m3")
        assert client.send_event(first, message_id="m3").json()["status"] in ("duplicate", "accepted")
    accepted = {event["messageId"]: event["eventId"] for event in before["events?limit=1000"]["events"]
                if event["status"] == "accepted" and "messageId" in event}  # fmt: skip
    message_id, event_id = next(iter(accepted.items()))
    with run(db, keep=keep) as server, client_of(server, "t") as client:
        assert client.send_event(make_event(), message_id=message_id).json() == {
            "status": "duplicate",
            "eventId": event_id,
        }


def test_settings_are_kept_and_what_was_never_set_follows_the_server(tmp_path, client_of, make_event):
    """Each setting made by request outlives a reset and a restart; what was not set is as the server is started."""

    def server(on_violation, policy):
        return FakePointillist(db=tmp_path / "db", on_violation=on_violation, policy=policy)

    def settings(client):
        answer = client.post("/event", json={})
        return client.fake("policy")["policy"], client.fake("on-violation")["on_violation"], answer.status_code

    with server("reject", "first-claim") as first, client_of(first, "one") as one, client_of(first, "two") as two:
        one.put("/_fake/on-violation", json={"on_violation": "record"})
        two.put("/_fake/policy", json={"policy": "graph"})
        one.post("/_fake/reset")
        assert settings(one) == ("first-claim", "record", 200)
        assert settings(two) == ("graph", "reject", 400)
    with server("reject", "split") as again, client_of(again, "one") as one:
        assert settings(one) == ("split", "record", 200)
    with server("record", "split") as again, client_of(again, "two") as two:
        assert settings(two) == ("graph", "record", 200)


@pytest.mark.parametrize("keep", [None, 50])
def test_what_an_earlier_run_dropped_stays_dropped(tmp_path, client_of, make_event, keep):
    """Restarted to keep more, or all, the summary still says how much is gone, and nobody counts it."""
    with run(tmp_path / "db", keep=5) as server, client_of(server, "t") as client:
        for number in range(100):
            client.send_event(make_event("Bought", anonymous="a", user="u" if number == 1 else None))
    with run(tmp_path / "db", keep=keep) as server, client_of(server, "t") as client:
        listed = client.fake("events", limit=1000)["events"]
        summary = client.fake("summary")
        assert summary["events"] == {"accepted": 100, "refused": 0, "duplicates": 0, "dropped": 100 - len(listed)}
        assert client.fake("actors/user:u")["events"] == len(listed)
        assert len(listed) < 100
        client.send_event(make_event("Bought", anonymous="a"))
        assert client.fake("summary")["events"]["dropped"] == 100 - len(listed)


def test_keep_bounds_what_is_kept_and_says_so(client_of, make_event):
    """The newest N stay; counts go on, claims and message ids stay, and the summary says how many were dropped."""
    with FakePointillist(keep=10) as server, client_of(server) as client:
        client.send_event(make_event("Opened", anonymous="a"), message_id="first")
        client.send_event(make_event("identify", user="u", anonymous="a"), message_id="claim")
        for number in range(200):
            client.send_event(make_event("Bought", anonymous="b"), message_id=f"m{number}")
        client.send_event(make_event("Opened", anonymous="a"), message_id="late")
        summary = client.fake("summary")
        assert summary["events"] == {"accepted": 203, "refused": 0, "duplicates": 0, "dropped": 193}
        assert summary["by_type"] == {"Opened": 2, "identify": 1, "Bought": 200}
        events = client.fake("events", limit=1000)["events"]
        assert [event["messageId"] for event in events] == [*(f"m{number}" for number in range(191, 200)), "late"]
        assert events[-1]["actor"] == "user:u"
        actors = {actor["actorId"]: actor["events"] for actor in client.fake("actors")["actors"]}
        assert actors == {"anon:b": 9, "user:u": 1}
        assert client.send_event(message_id="first").json() == {"status": "duplicate", "eventId": "e0-1"}
        assert client.send_event(message_id="claim").json() == {"status": "duplicate", "eventId": "e0-2"}
        assert client.get("/_fake/events/e0-1").status_code == 404
        stored = server._store.read("SELECT count(*) FROM body")[0][0]
        assert stored <= 10 + 64 + 1


@pytest.mark.parametrize(("users", "most"), [(["u1"], 16), (["u1", "u2"], 200)])
def test_keep_forgets_claims_that_say_nothing_new(tmp_path, client_of, make_event, users, most):
    """Of claims one user repeats only a few stay; where two users claim an id all do. A restart changes no answer."""
    db = tmp_path / "db"
    with run(db, keep=1) as server, client_of(server, "t") as client:
        for number in range(200):
            user = users[number % len(users)]
            client.send_event(
                make_event("Bought", user=user, anonymous="a", time=f"2026-02-01T00:00:{number % 60:02}Z")
            )
        stored = server._store.read("SELECT count(*) FROM event WHERE status = 2")[0][0]
        before = readings(client)
    assert stored <= most
    with run(db, keep=1) as server, client_of(server, "t") as client:
        assert readings(client) == before


def test_a_dropped_claim_keeps_the_name_of_its_event(client_of, make_event):
    """A claim that came without a message id is named by its event id, also once the event is dropped."""
    with FakePointillist(keep=1) as server, client_of(server) as client:
        claim = client.send_event(make_event("identify", user="u", anonymous="a")).json()["eventId"]
        client.send_event(make_event("Opened", anonymous="a"))
        (event,) = client.fake("events")["events"]
        assert event["attribution"]["claim"]["eventId"] == claim


def test_switching_the_policy_says_what_moved_and_back_again(client, make_event):
    """The same events under another policy, the events that moved by anonymousId, and the way back."""
    for event in (
        make_event("identify", user="pia", anonymous="d", time="2026-03-02T10:05:00Z"),
        make_event("Rated", anonymous="d", time="2026-03-02T10:15:00Z"),
        make_event("identify", user="quinn", anonymous="d", time="2026-03-02T10:20:00Z"),
        make_event("Started", anonymous="d", time="2026-03-02T10:30:00Z"),
    ):
        client.send_event(event)
    answer = client.put("/_fake/policy", json={"policy": "last-claim"}).json()
    assert answer["moved"] == [{"anonymousId": "d", "from": "user:pia", "to": "user:quinn", "events": 2}]
    assert client.fake("policy")["policy"] == "last-claim"
    answer = client.put("/_fake/policy", json={"policy": "first-claim"}).json()
    assert answer["moved"] == [{"anonymousId": "d", "from": "user:quinn", "to": "user:pia", "events": 2}]
    assert answer["summary"]["merges"] == 0


@pytest.mark.parametrize(
    "asked",
    [
        ("POST", "event", {"eventType": "identify", "eventTime": "2026-02-23T22:31:02Z", "actors": {"customer": BOTH}}),
        ("PUT", "_fake/policy", {"policy": "split"}),
        ("PUT", "_fake/on-violation", {"on_violation": "record"}),
        ("POST", "_fake/unlink", BOTH),
        ("POST", "_fake/reset", None),
    ],
)
def test_what_could_not_be_written_has_not_happened(tmp_path, client_of, make_event, monkeypatch, asked):
    """Whatever was asked: where the store could not write it the answer is 503, and every query answers as before."""
    method, path, body = asked
    with run(tmp_path / "db") as server, client_of(server, "t") as client:
        client.send_event(make_event(anonymous="a1"), message_id="m3")
        client.send_event(make_event("identify", user="u1", anonymous="a1"))
        before = readings(client)
        with monkeypatch.context() as patch:
            patch.setattr(server._store, "_carried_out", lambda _: StoreError("disk full"))
            answer = client.request(method, f"/{path}", json=body)
            assert (answer.status_code, answer.json()["detail"]) == (503, "disk full")
        assert readings(client) == before
        assert client.request(method, f"/{path}", json=body).status_code == 200


def test_a_full_disk_loses_nothing_that_was_answered(tmp_path, client_of, make_event):
    """What finds no room is 503 and nowhere; queries go on; with room again all is well, and after a restart too."""
    answered = []
    with run(tmp_path / "db") as server, client_of(server, "t") as client:

        def post(count):
            found = []
            for _ in range(count):
                name = f"m{len(answered)}"
                event = make_event(user=f"u{len(answered) % 3}", anonymous=name, labels={"text": "x" * 3_000})
                answer = client.send_event(event, message_id=name)
                found.append(answer.status_code)
                if answer.status_code == 200:
                    answered.append(name)
                else:
                    assert "database or disk is full" in answer.json()["detail"]
            return found

        assert post(5) == [200] * 5
        (pages,) = server._store.read("PRAGMA page_count")[0]
        server._store.read(f"PRAGMA max_page_count = {pages + 10}")
        found = post(30)
        assert found.count(503) > 10
        before = readings(client)
        assert [event["messageId"] for event in before["events?limit=1000"]["events"]] == answered
        assert before["summary"]["events"]["accepted"] == len(answered)
        server._store.read("PRAGMA max_page_count = 1000000")
        assert post(5) == [200] * 5
        before = readings(client)
    with run(tmp_path / "db") as server, client_of(server, "t") as client:
        assert readings(client) == before
        assert before["summary"]["events"]["accepted"] == len(answered)
