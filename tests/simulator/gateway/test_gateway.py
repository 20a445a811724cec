"""The gateway: from an SDK's request to the fake, over real sockets on both sides."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pytest

from fake_pointillist import FakePointillist
from simulator.delivery import Backoff, Options
from simulator.errors import InputError, UsageError
from simulator.fake_client import FakeClient
from simulator.gateway.gateway import Gateway, Stage
from simulator.gateway.journal import Journal
from simulator.segment.source import FullError
from simulator.trace import Outcome

TIME = "2026-03-02T09:00:00Z"
QUICK = Options(backoff=Backoff(base=0.001), capacity=100)


def track(number, **parts):
    """A track with its own id."""
    common = {"type": "track", "event": "Seen", "anonymousId": "a1", "messageId": f"m{number}", "timestamp": TIME}
    return {**common, **parts}


@pytest.fixture(scope="module")
def server():
    """One fake for the module; tests use tokens of their own."""
    with FakePointillist() as fake:
        yield fake


@pytest.fixture
def fake(server, request):
    """The fake's API as this test's own tenant; the token is the test's name."""
    with FakeClient(server.url, request.node.name) as client:
        yield client


@pytest.fixture
def gateway(server, request):
    """Return a function that makes a gateway to the fake, as this test's own tenant."""

    def make(**options):
        return Gateway(server.url, token=request.node.name, **{"options": QUICK, "seed": 1, **options})

    return make


def test_a_message_goes_the_whole_way(fake, gateway):
    """Posted, mapped, delivered, stored, and the trace tells all of it."""
    with gateway() as source:
        assert source.host == source.url == f"http://127.0.0.1:{source.port}"
        answer = httpx.post(f"{source.url}/v1/track", json=track(1, properties={"price": 12}))
        assert (answer.status_code, answer.json()) == (200, {"success": True})
        (trace,) = source.flush()
    assert trace.outcome is Outcome.DELIVERED
    assert trace.received.origin == "POST /v1/track"
    (row,) = fake.events()
    assert row["eventId"] == trace.event_id
    assert row["messageId"] == "m1"
    assert row["event"]["numbers"] == {"price": 12}
    assert row["event"] == trace.mapped.event


def test_watchers_are_told_every_stage(gateway):
    """Received, each attempt, the outcome; in that order."""
    told = []
    with gateway(watch=lambda stage, trace: told.append((stage, trace.name))) as source:
        source.put([track(1), track(2, type="page")])
        source.flush()
    assert [stage for stage, name in told if name == "m1"] == [Stage.RECEIVED, Stage.ATTEMPT, Stage.OUTCOME]
    assert [stage for stage, name in told if name == "m2"] == [Stage.RECEIVED, Stage.OUTCOME]


def test_a_resend_is_a_duplicate_and_a_mended_one_is_not(fake, gateway):
    """The messageId of an admitted message counts once; a discarded one may come again."""
    with gateway() as source:
        source.put([track(1), track(1), track(2, event=7), track(2)])
        codes = [getattr(trace.admission, "code", None) for trace in source.flush()]
    assert codes == [None, "duplicate_message_id", "event_not_string", None]
    assert fake.summary()["events"] == {"accepted": 2, "refused": 0, "duplicates": 0, "dropped": 0}


def test_the_clocks_of_a_request_are_compared(fake, gateway):
    """Timestamp is corrected by sentAt against the arrival, once a request."""
    arrival = 1_772_442_930_266_000  # 2026-03-02T09:15:30.266Z
    with gateway(now=lambda: arrival) as source:
        batch = {
            "batch": [track(1, timestamp="2026-03-02T09:15:30.152Z")],
            "sentAt": "2026-03-02T09:15:30.169000+00:00",
        }
        httpx.post(f"{source.url}/v1/batch", json=batch)
        source.flush()
    (row,) = fake.events()
    assert row["event"]["eventTime"] == "2026-03-02T09:15:30.249Z"


def test_what_is_put_keeps_its_own_times(fake, gateway, slow, tmp_path):
    """Sent when it is put, a recording would lose the hours between its messages; the journal does not change that."""
    messages = [
        track(1, timestamp="2026-03-02T09:00:00Z", sentAt="2026-03-02T09:00:30Z"),
        track(2, timestamp="2026-03-02T10:00:00Z", sentAt="2026-03-02T10:00:00Z"),
        track(3, timestamp="2026-03-02T11:00:00Z", sentAt="2026-03-02T11:00:09Z", receivedAt="2026-03-02T11:00:10Z"),
    ]
    times = ["2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z", "2026-03-02T11:00:01.000Z"]
    with gateway() as source:
        source.put(messages)
        source.flush()
    assert [row["event"]["eventTime"] for row in fake.events()] == times

    fake.reset()
    left = Gateway(slow.url, token="t", journal=tmp_path / "j", options=Options(capacity=10), seed=1).start()
    left.put(messages)
    assert left.stop(grace=0.0) == 3
    with gateway(journal=tmp_path / "j") as again:
        again.flush()
    assert [row["event"]["eventTime"] for row in fake.events()] == times


def test_a_message_without_an_id_is_counted_once_whatever_happens(fake, gateway):
    """Its answer is cut after it was stored: the retry carries the id the source gave it."""
    fake.add_fault(next=3, drop="after")
    with gateway() as source:
        httpx.post(f"{source.url}/v1/track", json=track(1, messageId=None))
        (trace,) = source.flush()
    assert len(trace.attempts) == 4
    assert trace.outcome is Outcome.DUPLICATE
    assert fake.summary()["events"]["accepted"] == 1


def test_the_write_key_it_names_is_one_it_takes(gateway):
    """With a key of its own, and with none."""
    with gateway(write_key="mine", strict=True) as source:
        assert source.write_key == "mine"
        assert httpx.post(f"{source.url}/v1/t", json=track(1, writeKey=source.write_key)).status_code == 200
        assert httpx.post(f"{source.url}/v1/t", json=track(2, writeKey="other")).status_code == 401
    with gateway(strict=True) as source:
        assert httpx.post(f"{source.url}/v1/t", json=track(1, writeKey=source.write_key)).status_code == 200


def test_a_port_in_use_is_said(gateway):
    """In one line, with the mend; nothing is left running."""
    with gateway() as source, pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1 port {source.port}"):
        gateway(port=source.port).start()


def test_outside_start_and_stop_it_says_so(gateway):
    """Not started, or stopped: an error, no hanging."""
    source = gateway()
    with pytest.raises(RuntimeError, match="not running"):
        source.flush()
    source.start()
    assert source.stop() == 0
    assert source.stop() == 0


class Slow:
    """A Pointillist that answers when it is let go."""

    def __init__(self, httpserver):
        self.go = threading.Event()
        self.seen = 0
        httpserver.expect_request("/event").respond_with_handler(self._answer)
        self.url = httpserver.url_for("")

    def _answer(self, request):
        from werkzeug import Response

        self.seen += 1
        self.go.wait(20)
        return Response(json.dumps({"status": "accepted", "eventId": str(self.seen), "warnings": []}))


@pytest.fixture
def slow(make_httpserver):
    """A slow Pointillist; let go at the end in any case."""
    make_httpserver.clear()
    slow = Slow(make_httpserver)
    yield slow
    slow.go.set()
    make_httpserver.clear()


def until(condition):
    """Wait for a condition, at most ten seconds."""
    for _ in range(2_000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not come to pass")


def test_a_full_gateway_lets_senders_wait(slow):
    """What does not fit is neither taken nor answered until there is room."""
    options = Options(concurrency=2, capacity=4)
    with Gateway(slow.url, token="t", options=options, seed=1) as source:
        source.put([track(n) for n in range(4)])
        answers = []
        late = threading.Thread(target=lambda: answers.append(httpx.post(f"{source.url}/v1/t", json=track(9))))
        late.start()
        until(lambda: source._conveyor._taking == 1)
        assert (source.under_way(), answers) == (4, [])
        slow.go.set()
        late.join()
        assert answers[0].status_code == 200
        assert len(source.flush()) == 5


def test_a_full_gateway_answers_429(slow):
    """Nothing of the request is taken, and the same messages are taken later."""
    options = Options(concurrency=2, capacity=4)
    with Gateway(slow.url, token="t", options=options, on_full="429", seed=1) as source:
        source.put([track(n) for n in range(4)])
        batch = {"batch": [track(8), track(9)]}
        answer = httpx.post(f"{source.url}/v1/batch", json=batch)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        with pytest.raises(FullError):
            source.put([track(8)])
        slow.go.set()
        source.flush()
        assert httpx.post(f"{source.url}/v1/batch", json=batch).status_code == 200
        assert [trace.outcome for trace in source.flush()] == [Outcome.DELIVERED] * 6


def test_stopping_says_what_is_left(slow):
    """Without a journal what is under way after the grace is lost, and counted."""
    source = Gateway(slow.url, token="t", options=Options(concurrency=2, capacity=4), seed=1).start()
    source.put([track(1), track(2, anonymousId="a2"), track(3)])
    assert source.stop(grace=0.0) == 3


def test_a_flush_that_takes_too_long_says_what_waits(slow):
    """The error names the messages."""
    with Gateway(slow.url, token="t", options=Options(capacity=4), seed=1) as source:
        source.put([track(1)])
        with pytest.raises(TimeoutError, match=r"1 messages still under way after 0\.01 s: m1"):
            source.flush(0.01)
        slow.go.set()
        source.flush()


def test_the_journal_goes_on_where_it_was(slow, fake, gateway, tmp_path):
    """What was acknowledged and not delivered is delivered at the next start, once, in order, before anything new."""
    journal = tmp_path / "journal"
    source = Gateway(slow.url, token="t", journal=journal, options=Options(capacity=10), seed=1).start()
    source.put([track(n) for n in range(5)])
    assert source.stop(grace=0.0) == 5
    with gateway(journal=journal) as again:
        assert again.resumed == 5
        again.put([track(3), track(5)])
        again.flush()
    assert [row["messageId"] for row in fake.events()] == [f"m{n}" for n in range(6)]
    with gateway(journal=journal) as third:
        assert third.resumed == 0
        third.put([track(2)])
        (trace,) = third.flush()
        assert trace.admission.code == "duplicate_message_id"


def test_a_journal_that_cannot_be_gone_on_with_ends_it(fake, gateway, tmp_path):
    """A message that cannot be read back is said, by who is told of it and by stop; no sender waits for it for ever."""
    with Journal(tmp_path / "journal", identity="j") as journal:
        journal._database.execute("INSERT INTO kept VALUES (1, 'm1', '{')")
    failed = threading.Event()
    source = gateway(journal=tmp_path / "journal", on_failed=failed.set).start()
    assert failed.wait(20)
    for asked in (source.flush, source.stop):
        with pytest.raises(InputError, match=r"journal: message 1 .* is damaged: .*; name another file"):
            asked()


def test_an_expired_message_stays_in_the_journal(fake, gateway, tmp_path):
    """Used-up attempts do not lose an acknowledged message: the next start tries again."""
    journal = tmp_path / "journal"
    fake.add_fault(next=2, status=503)
    options = Options(backoff=Backoff(attempts=2, base=0.001))
    with gateway(journal=journal, options=options) as source:
        source.put([track(1)])
        (trace,) = source.flush()
        assert trace.outcome is Outcome.EXPIRED
    with gateway(journal=journal) as again:
        (trace,) = again.flush()
        assert (again.resumed, trace.outcome) == (1, Outcome.DELIVERED)


def test_a_disk_that_takes_nothing_answers_500_and_forgets_the_id(fake, gateway, tmp_path):
    """The sender keeps its message, and its resend is no duplicate."""
    with gateway(journal=tmp_path / "journal") as source:
        journal = source._conveyor._journal
        whole, journal._commit = journal._commit, lambda adds, ends: OSError("disk full")
        assert httpx.post(f"{source.url}/v1/t", json=track(1)).status_code == 500
        assert source.under_way() == 0
        journal._commit = whole
        assert httpx.post(f"{source.url}/v1/t", json=track(1)).status_code == 200
        (trace,) = source.flush()
        assert trace.outcome is Outcome.DELIVERED
    assert fake.summary()["events"]["accepted"] == 1


def test_order_per_actor_from_the_source_to_the_fake(fake, gateway):
    """A hundred messages of two actors in many requests, with faults: each actor's in order at the fake."""
    fake.add_fault(rate=0.2, status=503, seed=1)
    fake.add_fault(rate=0.1, drop="after", seed=2)
    with gateway() as source:
        for start in range(0, 100, 10):
            batch = [track(n, anonymousId=f"a{n % 2}") for n in range(start, start + 10)]
            assert httpx.post(f"{source.url}/v1/batch", json={"batch": batch}).status_code == 200
        source.flush()
    names = [row["messageId"] for row in fake.events()]
    assert len(names) == 100
    for actor in (0, 1):
        assert [name for name in names if int(name[1:]) % 2 == actor] == [f"m{n}" for n in range(actor, 100, 2)]
