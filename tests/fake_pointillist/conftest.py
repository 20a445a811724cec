"""One real server for all tests of the fake; every test has a token, and so a tenant, of its own."""

from __future__ import annotations

import itertools

import httpx
import pytest

from fake_pointillist import FakePointillist

NUMBERS = itertools.count(1)


def event_of(event_type="Order Completed", *, user=None, anonymous=None, time="2026-02-23T22:31:02.250Z", **more):
    """A valid event; ``anonymousId`` is ``a`` where no id is given."""
    ids = {name: value for name, value in (("userId", user), ("anonymousId", anonymous)) if value is not None}
    actors = {"customer": ids or {"anonymousId": "a"}}
    return {"eventSource": "Segment", "eventType": event_type, "eventTime": time, "actors": actors, **more}


class Client(httpx.Client):
    """A client of one tenant."""

    def send_event(self, event=None, *, message_id=None, **options):
        """Post one event."""
        headers = {} if message_id is None else {"X-Simulator-Message-Id": message_id}
        return self.post("/event", json=event_of() if event is None else event, headers=headers, **options)

    def fake(self, path, **parameters):
        """Return the JSON of a route under ``/_fake``."""
        answer = self.get(f"/_fake/{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def make_event():
    """Make valid events."""
    return event_of


@pytest.fixture(scope="session")
def shared_server():
    """Give the one server."""
    with FakePointillist(now=lambda: 1_800_000_000_000_000) as server:
        yield server


@pytest.fixture(scope="session")
def client_of():
    """Make clients of a server, each with a token of its own unless one is given."""

    def make(server, token=None):
        headers = {"apiToken": token or f"token-{next(NUMBERS)}"}
        # verify=False: plain HTTP needs no list of certificates, and loading it costs more than most tests do.
        return Client(base_url=server.url, headers=headers, timeout=20, verify=False)

    return make


@pytest.fixture
def client(shared_server, client_of):
    """Give a client of the shared server with a tenant of its own."""
    with client_of(shared_server) as one:
        yield one
