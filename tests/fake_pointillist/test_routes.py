"""The ``/_fake`` routes over a real socket."""

from __future__ import annotations

import threading

import httpx
import pytest

from fake_pointillist.wire import long_lists, routes_events, routes_people

PROBLEM = "application/problem+json"


def browse_and_identify(client, make_event):
    """Two anonymous events, an identify that claims them, a conflict and a stranger."""
    for message_id, event in (
        ("m1", make_event("Opened", anonymous="A1", time="2026-03-02T09:00:00Z", labels={"page": "home"})),
        ("m2", make_event("Viewed", anonymous="A1", time="2026-03-02T09:02:00Z")),
        ("m3", make_event("Opened", anonymous="A2", time="2026-03-02T09:03:00Z")),
        ("m4", make_event("identify", user="U1", anonymous="A1", time="2026-03-02T09:05:00Z",
                          labels={"email": "u1@example.com"}, numbers={"logins": 5})),
        ("m5", make_event("identify", user="U2", anonymous="A1", time="2026-03-02T09:06:00Z")),
    ):  # fmt: skip
        client.send_event(event, message_id=message_id)


def test_health_needs_no_token(shared_server):
    """Health says the version and how long it has been up."""
    answer = httpx.get(f"{shared_server.url}/_fake/health")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "version", "uptime_s"}
    assert answer.json()["status"] == "ok"


def test_the_summary(client, make_event):
    """Figures of everything that happened."""
    browse_and_identify(client, make_event)
    client.send_event({})
    assert client.fake("summary") == {
        "events": {"accepted": 5, "refused": 1, "duplicates": 0, "dropped": 0},
        "by_type": {"Opened": 2, "Viewed": 1, "identify": 2},
        "actors": {"known": 2, "anonymous": 1},
        "merges": 1,
        "conflicts": 1,
        "warnings": {"conflicting_claim": 1},
    }


def test_pages_of_events_join_without_gap_or_repeat(client, make_event):
    """Keyset paging with every page size gives all events once, in order, and ``next`` ends it."""
    for number in range(25):
        client.send_event(make_event(f"T{number % 3}"))
    for limit in (1, 7, 25, 100):
        seen, after = [], 0
        while after is not None:
            page = client.fake("events", after=after, limit=limit)
            seen += [event["seq"] for event in page["events"]]
            after = page["next"]
        assert seen == list(range(1, 26))


def test_events_can_be_filtered(client, make_event):
    """Each filter is exact, and they combine."""
    browse_and_identify(client, make_event)
    client.send_event({"eventType": "Opened"})

    def ids(**filters):
        return [event.get("messageId") for event in client.fake("events", **filters)["events"]]

    assert ids(type="Opened") == ["m1", "m3", None]
    assert ids(type="Opened", status="accepted") == ["m1", "m3"]
    assert ids(type="opened") == []
    assert ids(status="refused") == [None]
    assert ids(actor="user:U1") == ["m1", "m2", "m4"]
    assert ids(actor="user:U1", limit=2) == ["m1", "m2"]
    assert ids(actor="user:U1", after=2) == ["m4"]
    assert ids(actor="anon:A1") == []
    assert ids(actor="user:nobody") == []
    assert ids(message_id="m3") == ["m3"]


def test_one_event_has_its_reasons(client, make_event):
    """An event is found by its id and by its message id, re-attributed and with the reasons for it."""
    browse_and_identify(client, make_event)
    event = client.fake("events/m1")
    assert event == client.fake(f"events/{event['eventId']}")
    assert (event["actor"], event["attribution"]["kind"]) == ("user:U1", "claimed")
    assert event["attribution"]["was"] == "anon:A1"
    assert event["attribution"]["claim"]["messageId"] == "m4"
    assert event["why"]["belongs_to"] == "user:U1"
    assert client.get("/_fake/events/nope").status_code == 404


def test_actors(client, make_event):
    """People in the order of their ids, with what is known of them; filtered, searched and paged."""
    browse_and_identify(client, make_event)
    page = client.fake("actors")
    assert [actor["actorId"] for actor in page["actors"]] == ["anon:A2", "user:U1", "user:U2"]
    assert page["next"] is None
    assert page["actors"][1] == {
        "actorId": "user:U1",
        "userId": "U1",
        "anonymousIds": ["A1"],
        "events": 3,
        "messageIds": ["m1", "m2", "m4"],
        "firstSeen": "2026-03-02T09:00:00.000Z",
        "lastSeen": "2026-03-02T09:05:00.000Z",
        "labels": {"page": "home", "email": "u1@example.com"},
        "numbers": {"logins": 5},
        "warnings": {},
    }

    def ids(**filters):
        return [actor["actorId"] for actor in client.fake("actors", **filters)["actors"]]

    assert ids(kind="known") == ["user:U1", "user:U2"]
    assert ids(kind="anonymous") == ["anon:A2"]
    assert ids(q="a1") == ["user:U1"]
    assert ids(limit=1) == ["anon:A2"]
    assert ids(after="anon:A2", limit=1) == ["user:U1"]
    assert client.fake("actors", limit=1)["next"] == "anon:A2"
    assert client.fake("actors/user:U1")["merges"] == client.fake("merges")["merges"]
    assert client.get("/_fake/actors/user:nobody").status_code == 404


def test_ids_may_hold_anything(client, make_event):
    """Ids are the sender's: slashes, spaces and percent signs name the same actor and event in a path."""
    odd = "a/b c%2F?#\u00fc"
    client.send_event(make_event(user=odd), message_id="m/1 %")
    path = httpx.QueryParams({"": f"user:{odd}"})
    escaped = str(path)[1:].replace("+", "%20")
    assert client.get(f"/_fake/actors/{escaped}").json()["userId"] == odd
    assert client.get("/_fake/events/m%2F1%20%25").json()["messageId"] == "m/1 %"


def test_the_merge_log(client, make_event):
    """One row an owner change: what moved where, and the claim that did it."""
    browse_and_identify(client, make_event)
    assert client.fake("merges")["merges"] == [
        {
            "seq": 1,
            "eventSeq": 4,
            "anonymousId": "A1",
            "from": "anon:A1",
            "to": "user:U1",
            "eventsMoved": 2,
            "claim": {"messageId": "m4", "eventTime": "2026-03-02T09:05:00.000Z", "documented": True},
        }
    ]


def test_a_claim_without_a_message_id_is_named_by_its_event(client, make_event):
    """Where no message id was sent the claim names the event id."""
    client.send_event(make_event(anonymous="A"))
    event_id = client.send_event(make_event("identify", user="U", anonymous="A")).json()["eventId"]
    assert client.fake("merges")["merges"][0]["claim"]["eventId"] == event_id


def test_why(client, make_event):
    """Reasons for an event, for two ids, for an actor; anything else is a clear refusal."""
    browse_and_identify(client, make_event)
    assert client.fake("why", event="m1")["belongs_to"] == "user:U1"
    assert client.fake("why", a="U1", b="A1")["same"] is True
    assert client.fake("why", a="U1", b="U2")["same"] is False
    assert client.fake("why", a="user:U1")["subject"] == "user:U1"
    assert client.get("/_fake/why?event=nope").status_code == 404
    assert client.get("/_fake/why?a=nope").status_code == 404
    for query in ("", "?event=m1&a=U1", "?b=U1"):
        assert client.get(f"/_fake/why{query}").status_code == 400


def test_unlink_moves_events_back(client, make_event):
    """Deleting a claim gives the id to the next claimer, and the log says so."""
    browse_and_identify(client, make_event)
    answer = client.post("/_fake/unlink", json={"userId": "U1", "anonymousId": "A1"}).json()
    assert answer["moved"] == [{"anonymousId": "A1", "from": "user:U1", "to": "user:U2", "events": 2}]
    assert answer["summary"]["merges"] == 2
    assert client.fake("merges")["merges"][1]["claim"] is None
    assert client.fake("events/m1")["actor"] == "user:U2"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "policy", {"policy": "nope"}, 400),
        ("PUT", "policy", {"policy": "graph", "options": {"lookback_days": -1}}, 400),
        ("PUT", "policy", {"policy": "graph", "options": {"lookback_days": 1e21}}, 400),
        ("PUT", "policy", {}, 400),
        ("PUT", "policy", [], 400),
        ("POST", "unlink", {"userId": "U"}, 400),
        ("POST", "faults", {"status": 503}, 400),
        ("POST", "faults", {"next": 1, "every": 2, "status": 503}, 400),
        ("POST", "faults", {}, 400),
        ("POST", "faults", {"next": 1, "status": 99}, 400),
        ("POST", "faults", {"next": 1, "drop": "sometimes"}, 400),
        ("POST", "faults", {"next": 1, "drop": "after", "status": 503}, 400),
        ("POST", "recheck", {}, 400),
        ("POST", "recheck", {"schema": {"type": "nope"}}, 400),
        ("GET", "events?limit=0", None, 400),
        ("GET", "events?limit=10001", None, 400),
        ("GET", "events?after=-1", None, 400),
        ("GET", "events?status=maybe", None, 400),
        ("GET", "events?nope=1", None, 400),
        ("GET", "events?type=a&type=b", None, 400),
        ("GET", "wait", None, 400),
        ("GET", "wait?count=1&timeout=nan", None, 400),
        ("GET", "nothing", None, 404),
        ("DELETE", "summary", None, 405),
        ("POST", "policy", {}, 405),
    ],
)
def test_wrong_requests_are_problems(client, method, path, body, status):
    """Whatever is wrong, the answer is problem+json with the right status."""
    answer = client.request(method, f"/_fake/{path}", **({} if body is None else {"json": body}))
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert {"type", "title", "status", "detail", "violations"} == set(answer.json())


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("PUT", "policy", {"policy": "graph", "options": {"lookback_days": -1, "on_limit": 1}},
         "/options/lookback_days: must be at least 0, is the integer -1 (and 1 more)"),
        ("PUT", "on-violation", [], "the body: must be object, is []"),
        ("GET", "events?actor=U1", None, "actor is 'U1', not an actor id, such as user:U1 or anon:A1"),
        ("GET", "events/m9", None, "no event 'm9' of this token; ask with its event id or message id"),
        ("GET", "nope", None, "there is no /_fake/nope; GET /openapi.json lists what there is, /_fake/ is a page"),
    ],
)  # fmt: skip
def test_the_detail_says_what_is_wrong_and_where(client, method, path, body, detail):
    """Who sees nothing but the detail knows what to mend."""
    answer = client.request(method, f"/_fake/{path}", **({} if body is None else {"json": body}))
    assert answer.json()["detail"] == detail


@pytest.mark.parametrize(
    "asked",
    [
        (long_lists, "event_json", "events?limit=1"),
        (routes_events, "one_event", "events/m1"),
        (routes_people, "actor_json", "actors"),
        (routes_people, "merge_json", "merges"),
        (routes_people, "actor_with_merges", "actors/user:U1"),
        (routes_people, "id_event", "why?event=m1"),
    ],
)
def test_a_reading_is_of_one_moment(client, shared_server, make_event, monkeypatch, asked):
    """Events may be taken in another thread, by a test in process: while an answer is made nothing changes."""
    client.send_event(make_event(anonymous="a"))
    client.send_event(make_event(user="U1", anonymous="a"), message_id="m1")
    module, reading, path = asked
    lock, held, real = shared_server._service.tenants.lock, [], getattr(module, reading)

    def watched(*arguments, **options):
        held.append(lock._is_owned())
        return real(*arguments, **options)

    monkeypatch.setattr(module, reading, watched)
    client.get(f"/_fake/{path}")
    assert set(held) == {True}


def test_405_names_every_method_of_the_path(client):
    """The Allow header lists all that the path takes."""
    assert client.delete("/_fake/policy").headers["allow"] == "GET, HEAD, PUT"
    assert client.put("/_fake/faults").headers["allow"] == "DELETE, GET, HEAD, POST"


def test_a_fault_that_names_nothing_is_503(client, make_event):
    """Every member but the trigger is optional: what a fault does when nothing is named is to answer 503."""
    assert client.post("/_fake/faults", json={"next": 1, "retry_after": 2}).json() == {
        "number": 1,
        "next": 1,
        "status": 503,
        "retry_after": 2,
        "struck": 0,
    }
    answer = client.post("/event", json=make_event("E", user="U"))
    assert (answer.status_code, answer.headers["retry-after"], answer.headers["content-type"]) == (503, "2", PROBLEM)


def test_an_option_out_of_bounds_says_its_bounds(client):
    """A number that may be null is refused with its own bound, not with 'none of the allowed forms'."""
    answer = client.put("/_fake/policy", json={"policy": "graph", "options": {"lookback_days": -1}})
    assert [(one["path"], one["message"]) for one in answer.json()["violations"]] == [
        ("/options/lookback_days", "must be at least 0, is the integer -1")
    ]


def test_violations_are_rejected_or_recorded_on_demand(client):
    """What becomes of an event that breaks a hard rule can be switched, and stands through a reset."""
    assert client.get("/_fake/on-violation").json() == {"on_violation": "reject"}
    assert client.post("/event", content=b"{}").status_code == 400
    assert client.put("/_fake/on-violation", json={"on_violation": "record"}).json() == {"on_violation": "record"}
    client.post("/_fake/reset")
    assert client.post("/event", content=b"{}").status_code == 200
    assert client.get("/_fake/summary").json()["events"]["refused"] == 1
    assert client.put("/_fake/on-violation", json={"on_violation": "ignore"}).status_code == 400


def test_faults_are_listed_and_cleared(client):
    """What was asked for is shown with what it has done."""
    client.post("/_fake/faults", json={"every": 2, "status": 503, "retry_after": 0.5, "latency_ms": 1})
    client.send_event()
    client.send_event()
    assert client.fake("faults") == {
        "faults": [{"number": 1, "every": 2, "status": 503, "retry_after": 0.5, "latency_ms": 1, "struck": 1}]
    }
    assert client.delete("/_fake/faults").json() == client.fake("faults") == {"faults": []}


def test_wait_returns_when_the_events_are_there(client, client_of, shared_server, make_event):
    """A wait that began before the events ends with them, without polling."""
    token = client.headers["apitoken"]
    answers = []

    def wait():
        with client_of(shared_server, token) as waiting:
            answers.append(waiting.get("/_fake/wait?count=3&type=Bought&timeout=15"))

    thread = threading.Thread(target=wait)
    thread.start()
    for event_type in ("Bought", "Viewed", "Bought", "Bought"):
        client.send_event(make_event(event_type))
    thread.join()
    assert answers[0].status_code == 200
    assert answers[0].json()["by_type"]["Bought"] == 3


def test_wait_gives_up_with_408_and_says_what_is_there(client, make_event):
    """What did not come in time is 408, with how many did."""
    client.send_event(make_event("Bought"))
    answer = client.get("/_fake/wait?count=2&type=Bought&timeout=0.01")
    assert answer.status_code == 408
    assert answer.json()["detail"] == "1 of 2 accepted events of type 'Bought' after 0.01 s"


def test_reset_empties_one_tenant(client, client_of, shared_server, make_event):
    """A reset forgets events, faults and message ids of one token alone; old event ids name nothing new."""
    first = client.send_event(make_event(), message_id="m").json()["eventId"]
    client.post("/_fake/faults", json={"every": 1, "status": 503})
    with client_of(shared_server) as other:
        other.send_event()
        zero = client.post("/_fake/reset").json()
        assert zero["events"] == {"accepted": 0, "refused": 0, "duplicates": 0, "dropped": 0}
        assert (zero["by_type"], zero["merges"]) == ({}, 0)
        assert other.fake("summary")["events"]["accepted"] == 1
    again = client.send_event(make_event(), message_id="m").json()
    assert again["status"] == "accepted"
    assert again["eventId"] != first
    assert client.get(f"/_fake/events/{first}").status_code == 404


def test_recheck_gives_new_verdicts_on_the_same_events(client, make_event):
    """Stored events under a changed contract: what fails now, what passes now, page by page, and nothing changes."""
    client.send_event(make_event("Bought", labels={"currency": "USD"}), message_id="good")
    client.send_event(make_event("Bought"), message_id="bad")
    client.send_event({"eventType": "Bought"})
    client.post("/event", content=b"{")
    contract = {"types": {"Bought": {"properties": {"labels": {"required": ["currency"]}}, "required": ["labels"]}}}
    answer = client.post("/_fake/recheck", json={"schema": True, **contract}).json()
    assert {key: answer[key] for key in ("checked", "passed", "failed", "changed", "next")} == {
        "checked": 4,
        "passed": 1,
        "failed": 3,
        "changed": 1,
        "next": None,
    }
    assert [(one.get("messageId"), one["was"], one["verdict"]) for one in answer["events"]] == [
        ("bad", "accepted", "refused"),
        (None, "refused", "refused"),
        (None, "refused", "refused"),
    ]
    assert answer["events"][0]["violations"][0]["path"] == "/labels"
    page = client.post("/_fake/recheck?limit=1&after=1", json=contract).json()
    assert (page["checked"], page["next"], page["events"][0]["seq"]) == (1, 2, 2)
    assert client.fake("summary")["events"]["accepted"] == 2
