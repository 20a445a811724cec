"""The demo: the table of acts in the terminal UI's specification, on the real pipeline."""

from __future__ import annotations

import pytest

from fake_pointillist import FakePointillist
from simulator.cli.main import main
from simulator.demo.acts import ACTS, MESSAGES, PROMISE
from simulator.demo.playing import NOW_US, DemoError, Player
from simulator.demo.script import script
from simulator.fake_client import FakeClient


@pytest.fixture(scope="module")
def frames():
    """Every frame, played once."""
    with FakePointillist(now=lambda: NOW_US) as fake, FakeClient(fake.url, "t") as client:
        return list(Player(fake.url, "t", client).frames())


def of_act(frames, number):
    """The frames of an act."""
    return [frame for frame in frames if frame.act.number == number]


def test_every_message_is_sent_once_in_order():
    """m1 to m14, each in one scene."""
    sent = [name for act in ACTS for scene in act.scenes for name in scene.sends]
    assert sent == list(MESSAGES) == [f"m{number}" for number in range(1, 15)]


def test_she_logs_in_and_history_flips(frames):
    """Act 2: actors 2 -> 1, three events moved, each from anon 7f3a to u_42, and the page is quoted as seed."""
    flip = of_act(frames, 2)[1]
    assert (flip.before.actors, flip.after.actors, flip.moved) == (2, 1, 3)
    assert [(row.message, row.was, row.actor) for row in flip.rows if row.was] == [
        (name, "anon:7f3a", "user:u_42") for name in ("m2", "m3", "m4")
    ]
    assert (PROMISE, "seed") in flip.scene.remarks


def test_the_phone_joins(frames):
    """Act 3: actors 2 -> 1, two events moved."""
    joined = of_act(frames, 3)[1]
    assert (joined.before.actors, joined.after.actors, joined.moved) == (2, 1, 2)


def test_the_late_event_moves_nothing(frames):
    """Act 4: m9 takes its place in time and is hers on arrival."""
    (late,) = of_act(frames, 4)
    assert [row.message for row in late.rows][3] == "m9"
    assert late.moved == 0
    assert [row.on_arrival for row in late.rows if row.message == "m9"] == [True]
    assert late.why["belongs_to"] == "user:u_42"


def test_the_shared_tablet(frames):
    """Act 5: a conflict, the other readings with what differs, and graph fusing two people."""
    act = of_act(frames, 5)
    assert [frame.after.conflicts for frame in act][:3] == [0, 0, 1]
    readings = {reading.policy: reading for reading in act[4].readings}
    assert {policy: " ".join(reading.moved) for policy, reading in readings.items()} == {
        "first-claim": "",
        "last-claim": "m10 m12 m14",
        "split": "m14",
        "previous-only": "m12 m14",
        "quarantine": "m10 m12 m14",
        "graph": "m13",
    }
    assert readings["first-claim"].events == {"user:u_42": 13, "user:u_77": 1}
    assert readings["previous-only"].events == {"anon:9e07": 1, "user:u_42": 11, "user:u_77": 2}
    assert act[5].why["same"] is True
    assert act[6].policy == "first-claim"
    assert act[6].after == act[4].after


def test_every_remark_that_claims_a_rule_has_its_basis():
    """The only seed is the page's own sentence; every act beyond the first says what is our choice or reading."""
    remarks = [remark for act in ACTS for scene in act.scenes for remark in scene.remarks]
    assert {remark.text for remark in remarks if remark.basis == "seed"} == {PROMISE}
    for act in ACTS[1:]:
        assert {remark.basis for scene in act.scenes for remark in scene.remarks} & {"ours", "inferred"}


def test_the_script_is_the_same_every_time(frames, capfdbinary):
    """The command prints the frames without a terminal, byte for byte as another run does."""
    assert main(["demo", "--script"]) == 0
    printed = capfdbinary.readouterr().out.decode()
    assert printed.splitlines() == list(script(frames))
    assert "◐ m2  10:01  Product List Viewed   7f3a         anon 7f3a ⇒ u_42" in printed
    assert "actors 2 → 1 · events moved 3 · unattributed 0 · conflicts 0" in printed


def test_one_act_alone(frames):
    """--act 3 prints the frames of act 3 as they are in the whole."""
    whole, act = list(script(frames)), list(script(frames, 3))
    assert act[0].startswith("DEMO  act 3 of 5  The phone")
    start = whole.index(act[0])
    assert whole[start : start + len(act)] == act


def test_without_a_terminal_it_says_how(capfd):
    """The demo in the terminal UI needs a terminal, and names --script."""
    assert main(["demo"]) == 2
    assert "demo --script" in capfd.readouterr().err


def test_a_fake_that_refuses_is_an_error():
    """A message the fake does not take ends the demo with its name, not with a wrong picture."""
    with FakePointillist(now=lambda: NOW_US) as fake, FakeClient(fake.url, "t") as client:
        client.add_fault(next=1, status=400)
        with pytest.raises(DemoError, match="message m1"):
            next(Player(fake.url, "t", client).frames())
