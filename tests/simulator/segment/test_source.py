"""The Segment source: every path, every limit, every answer, without a network."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json

import httpx
import pytest

from simulator.segment.message import Admitted, Discarded, Received
from simulator.segment.source import MOST_AT_ONCE, FullError, Source
from simulator.trace import Trace

LONG = ["identify", "track", "page", "screen", "group", "alias"]
SUCCESS = (200, {"success": True})


class Way:
    """Stands in for admission and delivery: takes everything but what has no user."""

    def __init__(self, *, full=False):
        self.parcels = []
        self.refused = []
        self.full = full

    async def take(self, parcels):
        """Take a request's messages."""
        if self.full:
            raise FullError
        self.parcels += parcels
        return [self._trace(parcel) for parcel in parcels]

    def _trace(self, parcel):
        received = Received(0, parcel.payload, parcel.origin, 0, parcel.notes)
        if parcel.refused is not None:
            return Trace(received, parcel.refused)
        if not isinstance(parcel.payload, dict) or "userId" not in parcel.payload:
            return Trace(received, Discarded("no_user_anon_id", "/userId", "no ids", None, None))
        return Trace(received, Admitted("track", "m", "u", None, "E", 0, None, ""))

    def told(self, where, code, text):
        """Note a request refused whole."""
        self.refused.append((where, code))


@pytest.fixture
def way():
    """What is behind the source."""
    return Way()


@pytest.fixture
def ask(way):
    """Return a function that sends one request to a source in process."""

    def send(method, path, *, source=None, content=None, headers=None, **options):
        async def main():
            app = Source(
                source.take if source else way.take, new_id=lambda: "made", on_refused=way.told, **options
            ).app()
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://source") as client:
                return await client.request(method, path, content=content, headers=headers)

        return asyncio.run(main())

    return send


def body(**parts):
    """A message that is taken."""
    return json.dumps({"userId": "u", "messageId": "m", **parts}).encode()


def pair(answer):
    """Status and body of an answer."""
    return answer.status_code, answer.json()


@pytest.mark.parametrize("call", LONG)
@pytest.mark.parametrize("short", [False, True])
def test_every_call_has_a_long_and_a_short_path(ask, way, call, short):
    """A missing type comes from the path, and a note says so."""
    path = f"/v1/{call[0] if short else call}"
    assert pair(ask("POST", path, content=body())) == SUCCESS
    (parcel,) = way.parcels
    assert parcel.payload == {"userId": "u", "messageId": "m", "type": call}
    assert parcel.origin == f"POST {path}"
    assert [note.code for note in parcel.notes] == ["type_from_path"]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import"])
def test_a_batch_shares_its_envelope(ask, way, path):
    """Context, integrations and sentAt of the batch apply to each message; the message's own win."""
    batch = {
        "batch": [{"type": "track", "messageId": "1", "context": {"ip": "own"}}, {"type": "page", "messageId": "2"}],
        "context": {"ip": "batch", "locale": "en"},
        "integrations": {"All": True},
        "sentAt": "2026-03-02T09:15:30.621345+00:00",
        "writeKey": "k",
    }
    assert pair(ask("POST", path, content=json.dumps(batch).encode())) == SUCCESS
    first, second = (parcel.payload for parcel in way.parcels)
    assert first["context"] == {"ip": "own", "locale": "en"}
    assert second["context"] == {"ip": "batch", "locale": "en"}
    assert first["integrations"] == {"All": True}
    assert second["sentAt"] == "2026-03-02T09:15:30.621345+00:00"
    assert [parcel.origin for parcel in way.parcels] == [f"POST {path} [0]", f"POST {path} [1]"]


def test_any_content_type_is_json(ask):
    """Browsers send text/plain."""
    assert pair(ask("POST", "/v1/t", content=body(), headers={"Content-Type": "text/plain"})) == SUCCESS


def test_gzip_is_unpacked(ask, way):
    """As python with gzip=True and Android send it."""
    packed = gzip.compress(body())
    assert pair(ask("POST", "/v1/t", content=packed, headers={"Content-Encoding": "gzip"})) == SUCCESS
    assert way.parcels[0].payload["userId"] == "u"


def test_the_bodys_type_wins_over_the_path(ask, way):
    """A disagreement is a warning, and the case of the type is no disagreement."""
    ask("POST", "/v1/track", content=body(type="page"))
    ask("POST", "/v1/track", content=body(type="Track"))
    assert [[note.code for note in parcel.notes] for parcel in way.parcels] == [["type_path_mismatch"], []]
    assert way.parcels[0].payload["type"] == "page"


@pytest.mark.parametrize("given", [{"messageId": None}, {"messageId": ""}, {"messageId": ...}])
def test_a_message_without_an_id_gets_one(ask, way, given):
    """As Segment's API does, and a note says so."""
    message = {"userId": "u", "type": "track", **given}
    ask("POST", "/v1/track", content=json.dumps({k: v for k, v in message.items() if v is not ...}).encode())
    assert way.parcels[0].payload["messageId"] == "made"
    assert [note.code for note in way.parcels[0].notes] == ["message_id_assigned"]


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("/v1/t", b'{"userId', "bad_request"),
        ("/v1/t", b"", "bad_request"),
        ("/v1/t", b"\xff", "bad_request"),
        ("/v1/t", b'{"n": NaN}', "bad_request"),
        ("/v1/t", b"[" * 100_00, "bad_request"),
        ("/v1/t", b'{"a":' + b"[" * 400 + b"]" * 400 + b"}", "bad_request"),
        ("/v1/b", b"[]", "bad_request"),
        ("/v1/b", b"{}", "bad_request"),
        ("/v1/b", b'{"batch": {}}', "bad_request"),
        ("/v1/t", body(properties={"text": "x" * 32_768}), "message_too_large"),
        ("/v1/b", json.dumps({"batch": ["x" * 512_000]}).encode(), "batch_too_large"),
    ],
)
def test_invalid_json_and_oversize_are_400(ask, way, path, content, code):
    """The only errors of the faithful source; the body has the members real SDKs read."""
    answer = ask("POST", path, content=content)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert isinstance(problem["message"], str)
    assert {"type", "title", "status", "detail", "violations"} <= problem.keys()
    assert way.parcels == []
    assert way.refused == [(f"POST {path}", code)]


def test_a_message_of_exactly_32_kb_is_taken(ask):
    """The limit itself is allowed."""
    content = body(properties={"text": ""})
    exact = body(properties={"text": "x" * (32_768 - len(content))})
    assert len(exact) == 32_768
    assert pair(ask("POST", "/v1/t", content=exact)) == SUCCESS


def test_an_oversize_message_does_not_sink_its_batch(ask, way):
    """It alone is discarded, and the batch gets its 200."""
    batch = {"batch": [{"userId": "u", "text": "x" * 40_000, "messageId": "big"}, {"userId": "u", "messageId": "ok"}]}
    assert pair(ask("POST", "/v1/batch", content=json.dumps(batch).encode())) == SUCCESS
    assert [parcel.refused.code if parcel.refused else None for parcel in way.parcels] == ["message_too_large", None]
    assert way.parcels[0].refused.message_id == "big"


def test_too_many_messages_are_all_rejected_behind_a_200(ask, way):
    """Over 2,500 in a batch: 200, but rejected."""
    batch = json.dumps({"batch": [{"userId": "u"}] * 2_501}).encode()
    assert pair(ask("POST", "/v1/batch", content=batch)) == SUCCESS
    assert {parcel.refused.code for parcel in way.parcels} == {"batch_too_large"}
    assert len(way.parcels) == 2_501


def test_a_long_message_id_is_discarded(ask, way):
    """100 characters are taken, 101 are not."""
    batch = {"batch": [{"userId": "u", "messageId": "x" * 100}, {"userId": "u", "messageId": "x" * 101}]}
    ask("POST", "/v1/batch", content=json.dumps(batch).encode())
    assert [parcel.refused.code if parcel.refused else None for parcel in way.parcels] == [None, "message_id_too_long"]


def test_notes_of_reading_go_to_their_message(ask, way):
    """A key that stands twice in the second message is noted there, with a path into that message."""
    content = b'{"batch": [{"userId": "u", "messageId": "1"}, {"userId": "u", "messageId": "2", "a": 1, "a": 2}]}'
    ask("POST", "/v1/batch", content=content)
    found = [[(note.code, note.path) for note in parcel.notes] for parcel in way.parcels]
    assert found == [[], [("duplicate_key", "/a")]]


def test_faithful_says_200_to_what_is_discarded(ask):
    """A message without ids, an empty batch, a wrong or missing write key: 200."""
    assert pair(ask("POST", "/v1/track", content=b'{"event": "E"}')) == SUCCESS
    assert pair(ask("POST", "/v1/batch", content=b'{"batch": []}')) == SUCCESS
    assert pair(ask("POST", "/v1/track", content=body(), write_key="mine")) == SUCCESS
    assert pair(ask("POST", "/v1/track", content=b"42")) == SUCCESS


def basic(key):
    """The header of Basic auth with a write key."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


@pytest.mark.parametrize(
    ("headers", "content", "taken"),
    [
        (basic("mine"), body(), True),
        ({}, body(writeKey="mine"), True),
        (basic("theirs"), body(), False),
        ({}, body(writeKey="theirs"), False),
        ({}, body(), False),
        ({"Authorization": "Basic !!!"}, body(), False),
        ({"Authorization": "Bearer token"}, body(writeKey="mine"), True),
    ],
)
def test_the_write_key_stands_in_basic_auth_or_in_the_body(ask, way, headers, content, taken):
    """A wrong key is discarded as unknown_source, 401 in strict mode."""
    assert pair(ask("POST", "/v1/t", content=content, headers=headers, write_key="mine")) == SUCCESS
    assert way.parcels[0].refused is None if taken else way.parcels[0].refused.code == "unknown_source"
    answer = ask("POST", "/v1/t", content=content, headers=headers, write_key="mine", strict=True)
    assert answer.status_code == (200 if taken else 401)


def test_strict_answers_with_the_code(ask, way):
    """What is discarded gets 400 with Segment's code; the good messages of the batch were taken."""
    headers = basic("any")
    answer = ask("POST", "/v1/track", content=b'{"event": "E"}', headers=headers, strict=True)
    assert (answer.status_code, answer.json()["code"]) == (400, "no_user_anon_id")
    batch = json.dumps({"batch": [{"userId": "u"}, {}, {"userId": "u", "messageId": "x" * 101}]}).encode()
    answer = ask("POST", "/v1/batch", content=batch, headers=headers, strict=True)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "multi_user_error")
    assert [(found["code"], found["path"]) for found in problem["violations"]] == [
        ("no_user_anon_id", "/batch/1/userId"),
        ("message_id_too_long", "/batch/2/messageId"),
    ]
    assert sum(parcel.refused is None for parcel in way.parcels) == 3
    empty = ask("POST", "/v1/batch", content=b'{"batch": []}', headers=headers, strict=True)
    assert (empty.status_code, empty.json()["code"]) == (400, "empty_batch")


def test_strict_refuses_only_what_is_discarded(ask, way):
    """Without ``--write-key`` no key is asked for, strict or not; over-size alone is an error in both."""
    assert pair(ask("POST", "/v1/track", content=body(), strict=True)) == SUCCESS
    assert way.parcels[0].refused is None
    for strict in (False, True):
        answer = ask("POST", "/v1/track", content=body(properties={"p": "x" * 32_768}), strict=strict)
        assert (answer.status_code, answer.json()["code"]) == (400, "message_too_large")
        assert [found["severity"] for found in answer.json()["violations"]] == ["error"]


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("GET", "/v1/track", (405, "method_not_allowed", "/v1/track takes POST, not GET")),
        ("PUT", "/v1/b", (405, "method_not_allowed", "/v1/b takes POST, not PUT")),
        ("GET", "/v2/track", (404, "not_found", "there is no /v2/track; GET / lists what there is")),
    ],
)
def test_a_wrong_address_says_the_right_one(ask, method, path, said):
    """What the source does not serve is a problem that names what it does."""
    answer = ask(method, path)
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == said


def test_full_is_429_with_retry_after(ask):
    """The sender keeps its messages and comes again."""
    answer = ask("POST", "/v1/t", content=body(), source=Way(full=True))
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["x-ratelimit-reset"] == "1"
    assert answer.json()["code"] == "too_many_requests"


def test_a_browser_may_ask_and_send(ask):
    """The preflight of analytics.js passes, and its answers may be read, Retry-After included."""
    answer = ask(
        "OPTIONS",
        "/v1/t",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-retry-count",
            "Access-Control-Request-Private-Network": "true",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "x-retry-count"} <= allowed
    assert answer.headers["access-control-allow-private-network"] == "true"
    answer = ask("POST", "/v1/t", content=b"{", headers={"Origin": "https://shop.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Retry-After" in answer.headers["access-control-expose-headers"]


def test_the_settings_route_sends_everything_here(ask):
    """What analytics.js, Swift and Kotlin fetch first."""
    answer = ask("GET", "/v1/projects/my-key/settings")
    assert answer.json()["integrations"] == {"Segment.io": {"apiKey": "my-key"}}


def test_metrics_are_answered_and_forgotten(ask, way):
    """analytics.js counts itself on /v1/m; these are nobody's messages."""
    assert pair(ask("POST", "/v1/m", content=b'{"series": []}')) == SUCCESS
    assert way.parcels == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/v1/purchase", 404), ("GET", "/v1/track", 405), ("PUT", "/v1/b", 405), ("POST", "/v2/track", 404)],
)
def test_other_requests_are_answered_clearly(ask, method, path, status):
    """A wrong path or method is a problem document too."""
    answer = ask(method, path, content=body())
    assert answer.status_code == status
    assert {"code", "message", "status", "title"} <= answer.json().keys()


def test_the_root_says_what_this_is(ask):
    """Whoever opens the address in a browser reads what to post where."""
    assert "/v1/batch" in ask("GET", "/").json()["post"]


async def standing_still(first):
    """A body of which only the first part ever comes."""
    yield first
    await asyncio.Event().wait()


def test_who_sends_half_a_body_keeps_nobody_waiting(way):
    """A suspended app, a probe: of any number of halves of a request none takes the turn of a whole one."""

    async def main():
        transport = httpx.ASGITransport(Source(way.take, new_id=lambda: "made").app())
        async with httpx.AsyncClient(transport=transport, base_url="http://source") as client:
            halves = [
                asyncio.create_task(client.post("/v1/track", content=standing_still(b'{"type":')))
                for _ in range(MOST_AT_ONCE + 1)
            ]
            await asyncio.sleep(0)  # they have begun
            async with asyncio.timeout(10):
                answer = await client.post("/v1/track", content=body())
            for half in halves:
                half.cancel()
            return answer.status_code

    assert asyncio.run(main()) == 200
    assert len(way.parcels) == 1


def test_a_large_body_that_stops_half_way_is_refused_in_the_end(ask, way):
    """It has the turn of another by then; the connection is closed, as the rest may still come."""
    large = standing_still(b'{"batch":[' + b" " * 70_000)
    answer = ask("POST", "/v1/batch", content=large, patience=0)
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert answer.json()["detail"] == "the body was not there within 0 s"
    assert way.parcels == []
