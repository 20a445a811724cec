"""Delivery against a server that fails as scripted: one outcome each, nothing lost, order kept."""

from __future__ import annotations

import asyncio
import random
import socket

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.delivery import SYSTEM, Backoff, Delivery, Options
from simulator.trace import Outcome

RETRIED = [429, 500, 502, 503, 504]
FINAL = [301, 302, 307, 400, 401, 403, 404, 405, 408, 410, 413, 415, 422, 501, 505, 511]
CUTS = ["cut before", "cut after", "half", "garbage"]


@pytest.mark.parametrize("status", RETRIED)
def test_a_retried_status_is_tried_until_it_passes(status, scripted, deliver, make_trace):
    """Two failures and a success make three attempts and one delivered message."""
    server, trace = scripted([status, status]), make_trace()
    delivery = deliver(server, [trace])
    assert trace.outcome is Outcome.DELIVERED
    assert [attempt.status for attempt in trace.attempts] == [status, status, 200]
    assert [attempt.number for attempt in trace.attempts] == [1, 2, 3]
    assert trace.event_id == "e-m0"
    assert delivery.counts[Outcome.DELIVERED] == 1
    assert len(server.stored) == 1


@pytest.mark.parametrize("status", FINAL)
def test_a_final_status_is_tried_once(status, scripted, deliver, make_trace):
    """Everything outside the table ends as rejected at once; a redirect is not followed."""
    server, trace = scripted([(status, {"Location": "/elsewhere"})]), make_trace()
    deliver(server, [trace])
    assert trace.outcome is Outcome.REJECTED
    assert len(server.requests) == 1
    assert trace.attempts[0].body == {"title": "as scripted", "status": status}
    assert trace.attempts[0].wait is None


@pytest.mark.parametrize("deed", CUTS)
def test_a_cut_connection_is_tried_again(deed, scripted, deliver, make_trace):
    """A cut before or after storing, half an answer, and what is no HTTP at all: tried again, counted once."""
    server, trace = scripted([deed]), make_trace()
    deliver(server, [trace])
    assert trace.attempts[0].status is None
    assert trace.attempts[0].error
    assert trace.outcome is (Outcome.DUPLICATE if deed == "cut after" else Outcome.DELIVERED)
    assert [key for key, _ in server.stored] == ["m0"]


def test_a_server_that_hangs_is_left_after_the_timeout(scripted, deliver, make_trace):
    """A hanging answer is a network error after the time allowed, then tried on a new connection."""
    server, trace = scripted(["hang"]), make_trace()
    deliver(server, [trace], timeout=0.05)
    assert [attempt.error for attempt in trace.attempts] == ["no answer within 0.05 s", None]
    assert trace.outcome is Outcome.DELIVERED


def test_an_endless_answer_is_not_read_to_its_end(scripted, deliver, make_trace):
    """The status counts, the body is cut."""
    trace = make_trace()
    deliver(scripted(["endless"]), [trace])
    assert trace.outcome is Outcome.REJECTED
    assert trace.attempts[0].body == "x" * 4096


def test_an_answer_that_ends_with_the_connection_is_whole(scripted, deliver, make_trace):
    """HTTP without a length is HTTP; the next message gets a new connection."""
    traces = [make_trace(), make_trace()]
    deliver(scripted(["close", "close"]), traces)
    assert [trace.event_id for trace in traces] == ["e-m0", "e-m1"]
    assert [len(trace.attempts) for trace in traces] == [1, 1]


def test_retry_after_is_honoured(scripted, deliver, make_trace, waits):
    """429 with Retry-After waits so long, not shorter."""
    trace = make_trace()
    deliver(scripted([(429, {"Retry-After": "7"})]), [trace])
    assert waits == [7.0]
    assert trace.attempts[0].wait == 7.0
    assert trace.outcome is Outcome.DELIVERED


def test_attempts_are_used_up(scripted, deliver, make_trace, waits):
    """After the last attempt the message is expired, and the next of its actor goes on."""
    server = scripted([503] * 3)
    traces = [make_trace(), make_trace()]
    deliver(server, traces, attempts=3)
    assert [trace.outcome for trace in traces] == [Outcome.EXPIRED, Outcome.DELIVERED]
    assert len(waits) == 2


def test_retry_for_bounds_the_time(scripted, deliver, make_trace):
    """A wait beyond the time allowed ends the message at once."""
    trace = make_trace()
    deliver(scripted([(503, {"Retry-After": "60"})]), [trace], retry_for=30.0)
    assert trace.outcome is Outcome.EXPIRED
    assert len(trace.attempts) == 1


def test_nobody_there_is_no_answer(make_trace):
    """A refused connection is a network error; no attempt got any answer, and the delivery says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    trace = make_trace()

    async def main():
        options = Options(backoff=Backoff(2, base=0.0))
        async with Delivery(url, "t", rng=random.Random(1), options=options) as delivery:
            await delivery.submit(trace)
            await delivery.drain()
            return delivery

    delivery = asyncio.run(main())
    assert not delivery.answered
    assert trace.outcome is Outcome.EXPIRED
    assert [attempt.error.partition(":")[0] for attempt in trace.attempts] == ["cannot connect"] * 2


def test_discarded_messages_never_leave(scripted, deliver, make_trace):
    """A discarded message has its outcome at once and makes no request."""
    server, trace, ends = scripted(), make_trace(discarded=True), []
    deliver(server, [trace], on_outcome=ends.append)
    assert trace.outcome is Outcome.DISCARDED
    assert ends == [trace]
    assert server.requests == []


def test_messages_without_an_id_get_a_key_of_their_own(scripted, deliver, make_trace):
    """Each has a key that stays the same over its attempts, so a retry is known for what it is."""
    server = scripted(["cut after"])
    deliver(server, [make_trace(message_id=None), make_trace(message_id=None)])
    keys = [headers["x-simulator-message-id"] for _, headers, _ in server.requests]
    assert keys[0] == keys[1] != keys[2]
    assert len(server.stored) == 2


def test_the_same_transport_interface_as_httpx(make_trace):
    """Any httpx transport serves, such as one without a network."""

    def answer(request):
        return httpx.Response(200, json={"status": "duplicate", "eventId": "e9"})

    trace = make_trace()

    async def main():
        transport = httpx.MockTransport(answer)
        async with Delivery("http://h", "t", rng=random.Random(1), transport=lambda: transport) as delivery:
            await delivery.submit(trace)
            await delivery.drain()

    asyncio.run(main())
    assert (trace.outcome, trace.event_id) == (Outcome.DUPLICATE, "e9")


def test_a_full_delivery_lets_the_sender_wait(scripted, make_trace):
    """Beyond the capacity submit waits, and goes on when a message has ended."""
    server = scripted()

    async def main():
        async with server.serving():
            options = Options(concurrency=1, capacity=2)
            async with Delivery(server.url, "t", rng=random.Random(1), options=options) as delivery:
                most = 0
                for _ in range(50):
                    await delivery.submit(make_trace())
                    most = max(most, delivery.under_way)
                await delivery.drain()
                return most, delivery.counts[Outcome.DELIVERED], delivery.room

    assert asyncio.run(main()) == (2, 50, 2)


def test_stopping_leaves_what_is_under_way_without_an_outcome(scripted, make_trace):
    """Leaving without drain ends at once."""
    server, traces = scripted(["hang"] * 10), [make_trace() for _ in range(3)]

    async def main():
        async with server.serving(), Delivery(server.url, "t", rng=random.Random(1)) as delivery:
            for trace in traces:
                await delivery.submit(trace)

    asyncio.run(main())
    assert [trace.outcome for trace in traces] == [None] * 3


def test_a_failing_callback_is_heard(scripted, make_trace):
    """A defect in a callback does not end in a hanging drain."""

    def fail(trace):
        raise ZeroDivisionError(trace.name)

    async def main(server):
        async with server.serving(), Delivery(server.url, "t", rng=random.Random(1), on_outcome=fail) as delivery:
            await delivery.submit(make_trace())
            await delivery.drain()

    with pytest.raises(ZeroDivisionError, match="m0"):
        asyncio.run(main(scripted()))


DEEDS = st.sampled_from([200, 200, 400, *RETRIED, *CUTS, "close"])
IDS = st.tuples(st.sampled_from([None, "u1", "u2"]), st.sampled_from([None, "a1", "a2", "a3"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, max_size=60), ids=st.lists(IDS, min_size=1, max_size=25), attempts=st.integers(1, 6))
def test_any_faults_one_outcome_each_in_order(deeds, ids, attempts, scripted, deliver, make_trace):  # noqa: PLR0917 - fixtures
    """Whatever fails when: one outcome each, delivered means stored exactly once, order per actor kept."""
    server, ends = scripted(deeds), []
    traces = [make_trace(user, anonymous) for user, anonymous in ids]
    delivery = deliver(server, traces, attempts=attempts, on_outcome=ends.append)
    assert sorted(map(id, ends)) == sorted(map(id, traces))
    assert sum(delivery.counts.values()) == len(traces)
    assert delivery.under_way == 0
    keys = [key for key, _ in server.stored]
    assert len(keys) == len(set(keys))
    for trace in traces:
        assert trace.outcome in (Outcome.DELIVERED, Outcome.DUPLICATE, Outcome.REJECTED, Outcome.EXPIRED)
        if trace.outcome in (Outcome.DELIVERED, Outcome.DUPLICATE):
            assert trace.name in keys
        assert 1 <= len(trace.attempts) <= attempts
    for kind in (0, 1):
        for name in {pair[kind] for pair in ids} - {None}:
            mine = [trace.name for trace, pair in zip(traces, ids, strict=True) if pair[kind] == name]
            assert [key for key in keys if key in mine] == [key for key in mine if key in keys]


def test_the_clock_is_an_argument(scripted, make_trace):
    """Attempts are stamped by the clock they are given."""
    server, trace = scripted(), make_trace()

    async def main():
        clock = type(SYSTEM)(lambda: 42, iter(range(100)).__next__, SYSTEM.pause)
        async with server.serving(), Delivery(server.url, "t", rng=random.Random(1), clock=clock) as delivery:
            await delivery.submit(trace)
            await delivery.drain()

    asyncio.run(main())
    assert (trace.attempts[0].at_us, trace.attempts[0].seconds) == (42, 1)
