"""Starting, stopping, and who may connect."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sqlite3
import threading
import time

import httpx
import pytest

from fake_pointillist import FakePointillist
from fake_pointillist.errors import EndedError, StartError, StoreError, UnknownPolicyError
from fake_pointillist.storage.durable_store import DurableStore
from fake_pointillist.storage.sweeping import left_behind


def test_it_starts_on_a_free_port_and_stops(client_of):
    """Port 0 takes a free one; after the block nothing listens there, and stopping again does nothing."""
    with FakePointillist() as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        with client_of(server) as client:
            assert client.send_event().status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/_fake/health")
    server.stop()


def test_no_thread_stays_behind(tmp_path):
    """A stopped server leaves no thread, durable or not."""
    before = {thread.name for thread in threading.enumerate()}
    with FakePointillist(db=tmp_path / "db"):
        pass
    FakePointillist(db=tmp_path / "db").stop()
    assert {thread.name for thread in threading.enumerate()} == before


def test_a_server_is_started_once():
    """A second start would leave the first one running, and a stopped one has no store any more: both are refused."""
    with FakePointillist() as server, pytest.raises(RuntimeError, match="started once; make a new one"):
        server.start()
    with pytest.raises(RuntimeError, match="started once; make a new one"):
        server.start()


def test_a_server_that_ended_by_itself_is_named_by_the_next_call(monkeypatch):
    """Whoever asks for its address, or leaves its block, hears that nobody answers any more, and why."""
    ends = threading.Event()

    async def main_loop(_):
        await asyncio.to_thread(ends.wait)
        raise MemoryError("no room")

    monkeypatch.setattr("uvicorn.Server.main_loop", main_loop)
    why = r"the server has ended by itself \(MemoryError: no room\); start a new one"

    def used():
        with FakePointillist() as server:
            server.check()
            ends.set()
            server._thread.join()
            with pytest.raises(EndedError, match=why):
                _ = server.url

    with pytest.raises(EndedError, match=why):
        used()


def test_a_server_that_does_not_come_up_leaves_its_file(tmp_path, monkeypatch):
    """Whatever is in the way of serving is named, and the file is free for another at once."""

    async def startup(_, sockets):
        raise RuntimeError(f"{len(sockets)} socket too many")

    with monkeypatch.context() as patch:
        patch.setattr("uvicorn.Server.startup", startup)
        with pytest.raises(StartError, match="the server did not start: 1 socket too many"):
            FakePointillist(db=tmp_path / "db").start()
    FakePointillist(db=tmp_path / "db").stop()


def test_what_a_stopped_server_left_behind_goes_with_the_next_start(tmp_path, client_of):
    """Rows a reset was still deleting are deleted by the next server, without anybody asking."""
    with FakePointillist(db=tmp_path / "db") as server, client_of(server, "t") as client:
        client.send_event()
    store = DurableStore(tmp_path / "db")
    store.write([("UPDATE tenant SET number = 7", ()), ("INSERT INTO meta VALUES ('emptied:1', '')", ())])
    store.close()
    with FakePointillist(db=tmp_path / "db") as server:
        while left_behind(server._store):
            time.sleep(0)
        assert server._store.read("SELECT count(*) FROM event") == [(0,)]


def test_a_file_that_cannot_be_begun_with_is_let_go_of(tmp_path):
    """Whoever mends or moves it need not end the process that was refused."""
    path = tmp_path / "db"
    FakePointillist(db=path).stop()
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("ALTER TABLE tenant RENAME TO lost")
    with pytest.raises(StoreError, match="no such table: tenant; look after the disk"):
        FakePointillist(db=path)
    with contextlib.closing(sqlite3.connect(path)) as file, file:
        file.execute("ALTER TABLE lost RENAME TO tenant")
    FakePointillist(db=path).stop()


def test_a_file_that_cannot_be_read_is_503_and_says_what_to_do(tmp_path, client_of, make_event):
    """A page the disk has spoilt is a problem of the machine, not a defect: the file and the mend are named."""
    path = tmp_path / "db"
    with FakePointillist(db=path) as server, client_of(server, "t") as client:
        for _ in range(300):
            client.send_event(make_event(labels={"text": "x" * 1_000}))
    spoilt = bytearray(path.read_bytes())
    spoilt[len(spoilt) // 2 :] = b"\xff" * len(spoilt[len(spoilt) // 2 :])
    path.write_bytes(spoilt)
    with FakePointillist(db=path) as server, client_of(server, "t") as client:
        answer = client.get("/_fake/events?limit=300")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert answer.json()["detail"] == (
            f"{path} could not be read: database disk image is malformed; "
            "look after the disk, or start again with another --db"
        )
        assert client.get("/_fake/health").status_code == 200


def test_stop_ends_waits_and_streams(client_of):
    """An open stream ends and an open wait is answered: neither holds up the end, nor is it cut."""
    server = FakePointillist().start()
    ended = []

    def wait():
        with client_of(server, "t") as client:
            ended.append(client.get("/_fake/wait?count=1&timeout=60").status_code)

    def stream():
        with client_of(server, "t") as client, client.stream("GET", "/_fake/stream") as answer:
            for _ in answer.iter_raw():
                pass
            ended.append(answer.status_code)

    threads = [threading.Thread(target=wait), threading.Thread(target=stream)]
    for thread in threads:
        thread.start()
    while server._service.streams < 2:
        time.sleep(0)
    server.stop()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [200, 503]


def test_a_taken_port_is_one_clear_line(tmp_path):
    """The error names the port and the mend; the file is free for another at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = FakePointillist(port=port, db=tmp_path / "db")
        with pytest.raises(
            StartError, match=f"cannot listen on 127.0.0.1 port {port}: Address already in use; give another port"
        ):
            server.start()
        FakePointillist(db=tmp_path / "db").stop()
        server.stop()


def test_a_host_that_is_not_here_is_one_clear_line():
    """The error names the host, why, and what a host is."""
    with pytest.raises(StartError) as failed:
        FakePointillist(host="192.0.2.1", tokens=["t"]).start()
    assert str(failed.value) == (
        "cannot listen on 192.0.2.1 port 0: Cannot assign requested address; "
        "the host has to be an address of this machine"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com"])
def test_another_host_needs_a_token(host):
    """Nobody from outside gets in without a token having been set."""
    with pytest.raises(StartError, match="can be reached from outside: give a --token"):
        FakePointillist(host=host)
    FakePointillist(host=host, tokens=["t"]).stop()


def test_wrong_arguments():
    """Unknown policies, empty tokens and a keep of nothing are refused before anything starts."""
    with pytest.raises(UnknownPolicyError, match="first-claim"):
        FakePointillist(policy="nope")
    with pytest.raises(StartError, match="empty"):
        FakePointillist(tokens=[""])
    with pytest.raises(ValueError, match="tokens is a list of texts, not one text"):
        FakePointillist(tokens="secret")
    with pytest.raises(ValueError, match="port must be between 0 and 65535, not 65536"):
        FakePointillist(port=65_536)
    for wrong in (0, "5", 1.5, True):
        with pytest.raises(ValueError, match=f"keep must be 1 or more, not {wrong!r}"):
            FakePointillist(keep=wrong)
        with pytest.raises(ValueError, match=f"max_body must be 1 or more, not {wrong!r}"):
            FakePointillist(max_body=wrong)
    with pytest.raises(ValueError, match="port must be between 0 and 65535, not '80'"):
        FakePointillist(port="80")
    with pytest.raises(ValueError, match="on_violation"):
        FakePointillist(on_violation="ignore")


def test_only_known_tokens_where_some_are_set(client_of):
    """With tokens given every other one is 401, on every route that needs one."""
    with FakePointillist(tokens=["one", "two"]) as server:
        for token, status in (("one", 200), ("two", 200), ("three", 401), ("on", 401)):
            with client_of(server, token) as client:
                assert client.send_event().status_code == status
                assert client.get("/_fake/summary").status_code == status


def test_tokens_are_not_in_the_file(tmp_path, client_of):
    """The database holds keyed digests, never a token."""
    token = "a-very-secret-token"
    with FakePointillist(db=tmp_path / "db") as server, client_of(server, token) as client:
        assert client.send_event().status_code == 200
    assert all(token.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_nothing_is_logged(capfd, caplog, client_of):
    """Neither tokens nor bodies nor anything else goes to standard output, standard error or a log."""
    with FakePointillist() as server, client_of(server, "secret") as client:
        client.send_event()
        client.post("/event", content=b"{")
        client.get("/_fake/nothing")
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""


def test_tenants_never_meet(client_of, make_event):
    """The same ids and message ids under two tokens are two people."""
    with FakePointillist() as server, client_of(server, "x") as one, client_of(server, "y") as other:
        one.send_event(make_event("identify", user="U", anonymous="A"), message_id="m")
        assert other.send_event(make_event(anonymous="A"), message_id="m").json()["status"] == "accepted"
        assert other.fake("events/m")["actor"] == "anon:A"
        assert [actor["actorId"] for actor in other.fake("actors")["actors"]] == ["anon:A"]
        assert [event["messageId"] for event in one.fake("events", actor="user:U")["events"]] == ["m"]
