"""The fake, event by event over HTTP, and ``stitch``, over the whole file, say the same of the same messages."""

from __future__ import annotations

import asyncio
import random

import pytest

import simulator
from fake_pointillist import FakePointillist
from fake_pointillist.identity.policies import POLICIES
from simulator.delivery import Delivery, Options
from simulator.fake_client import FakeClient
from simulator.mapping.loading import load_mapping
from simulator.pipeline import traces
from simulator.segment.admission import Admission
from simulator.segment.message import Received


def messages(seed, count):
    """Messages of few people on few devices, out of order, with placeholders and repeats."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        call = rng.choice(["track", "track", "identify"])
        message = {
            "messageId": f"m{number:03d}",
            "type": call,
            "timestamp": f"2026-03-02T10:{rng.randrange(60):02d}:00Z",
        }
        if call == "track":
            message["event"] = "Page Turned"
        user, anon = rng.choice(["u1", "u2", "u3", "null", None, None]), rng.choice(["a1", "a2", "a3", "0", None])
        message |= ({"userId": user} if user else {}) | ({"anonymousId": anon} if anon else {})
        made.append(message)
    return made + made[:5]


async def delivered(url, token, made):
    """Deliver all messages, one after the other: the order of arrival is that of the list."""
    admission, mapping = Admission(lambda: 0), load_mapping("segment-docs")
    received = (Received(index, message) for index, message in enumerate(made))
    async with Delivery(url, token, rng=random.Random(0), options=Options(concurrency=1)) as delivery:
        for trace in traces(received, admission=admission, mapping=mapping):
            await delivery.submit(trace)
        await delivery.drain()


@pytest.fixture(scope="module")
def fake():
    """A real server."""
    with FakePointillist() as server:
        yield server


@pytest.mark.parametrize("seed", range(3))
def test_the_fake_and_stitch_agree_under_every_policy(fake, seed):
    """Actors, their ids, their messages and the conflicts are the same, live and after every switch of the policy."""
    made = messages(seed, 60)
    with FakeClient(fake.url, f"tenant-{seed}") as client:
        asyncio.run(delivered(fake.url, f"tenant-{seed}", made))
        for policy in POLICIES:
            if policy != "first-claim":
                client.set_policy(policy)
            expected = simulator.stitch(made, policy=policy)
            live = {}
            for event in client.events(status="accepted"):
                live.setdefault(event["actor"], []).append(event["messageId"])
            assert sorted(live.pop(None, [])) == expected["unattributed"]
            assert {actor: sorted(names) for actor, names in live.items()} == {
                actor["actor"]: actor["message_ids"] for actor in expected["actors"]
            }
            assert {actor["actorId"]: (actor["userId"], actor["anonymousIds"]) for actor in client.actors()} == {
                actor["actor"]: (actor["user_id"], actor["anonymous_ids"]) for actor in expected["actors"]
            }
            if policy == "first-claim":
                logged = [(row["anonymousId"], row["from"], row["to"], row["eventsMoved"]) for row in client.merges()]
                assert logged == [
                    (row["anonymous_id"], row["from"], row["to"], row["events_moved"]) for row in expected["merges"]
                ]


def test_an_unlink_agrees_too(fake):
    """Taking a claim away at the fake leaves what `stitch --unlink` leaves, and says the same why."""
    made = messages(9, 60)
    with FakeClient(fake.url, "unlink") as client:
        asyncio.run(delivered(fake.url, "unlink", made))
        owner = next(actor for actor in client.actors(kind="known") if actor["anonymousIds"])
        pair = (owner["userId"], owner["anonymousIds"][0])
        client.unlink(*pair)
        expected = simulator.stitch(made, unlink=[pair])
        assert {actor["actorId"]: actor["anonymousIds"] for actor in client.actors()} == {
            actor["actor"]: actor["anonymous_ids"] for actor in expected["actors"]
        }
        # Another reading and back: what was unlinked stays unlinked.
        client.set_policy("split")
        client.set_policy("first-claim")
        assert {actor["actorId"]: actor["events"] for actor in client.actors()} == {
            actor["actor"]: actor["events"] for actor in expected["actors"]
        }
