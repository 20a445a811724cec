"""Identity cases as data, each with its source or reason: messages in, people, warnings and merges out.

A message is a line ``name time call userId anonymousId``; ``-`` is an absent id, ``_`` in an id stands for a space,
``+Nd`` after the time adds days. Where a line begins with ``{`` it is the message itself. People are lines
``actor [ids] messages``; ``user:a+b`` is an actor of two fused users.
"""

from __future__ import annotations

import json
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import simulator
from fake_pointillist.identity.attribution import Options

FOLDER = Path(__file__).parent.parent / "data" / "identity_cases"
DAY = datetime.fromisoformat("2026-03-02T00:00:00+00:00")
CASES = {
    case["name"]: case
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
}


def message_of(line):
    """One message from its line."""
    if line.startswith("{"):
        return json.loads(line)
    name, time, call, user, anon = line.split()
    clock, _, days = time.partition("+")
    hours, minutes = clock.split(":")
    moment = DAY + timedelta(days=int(days.removesuffix("d") or 0), hours=int(hours), minutes=int(minutes))
    message = {"messageId": name, "type": call, "timestamp": moment.isoformat()}
    if call == "track":
        message["event"] = "Page Turned"
    for key, value in (("userId", user), ("anonymousId", anon)):
        if value != "-":
            message[key] = value.replace("_", " ")
    return message


def people_of(text):
    """Actor -> (user ids, anonymous ids, message ids), from the lines of a case."""
    people = {}
    for line in text.strip().splitlines():
        actor, rest = line.split(" [")
        ids, messages = rest.split("]")
        kind, _, names = actor.partition(":")
        users = names.replace("_", " ").split("+") if kind == "user" else []
        name = f"user:{users[0]}" if users else actor.replace("_", " ")
        people[name] = (sorted(users), [value.replace("_", " ") for value in ids.split()], messages.split())
    return people


def row_of(merge):
    """A merge as a case writes it."""
    cause = "unlink" if merge["message_id"] is None else merge["message_id"]
    basis = "" if merge["message_id"] is None else " documented" if merge["documented"] else " inferred"
    return f"{merge['anonymous_id']}: {merge['from']} > {merge['to']}, {merge['events_moved']} by {cause}{basis}"


def stitched(case, messages):
    """What `simulator.stitch` says of the messages."""
    options = Options(**case.get("options", {}))
    unlink = [tuple(pair) for pair in case.get("unlink", [])]
    return simulator.stitch(
        messages, policy=case.get("policy", "first-claim"), options=options, unlink=unlink, now="2026-03-09T00:00:00Z"
    )


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    """The people, the unattributed events, the warnings and, where the case names them, the merges are these."""
    case = CASES[name]
    assert case["source"]
    found = stitched(case, [message_of(line) for line in case["messages"].strip().splitlines()])
    people = {
        actor["actor"]: (
            actor.get("user_ids", [actor["user_id"]] if actor["user_id"] is not None else []),
            actor["anonymous_ids"],
            actor["message_ids"],
        )
        for actor in found["actors"]
    }
    assert people == people_of(case["people"])
    assert [actor["events"] for actor in found["actors"]] == [len(actor["message_ids"]) for actor in found["actors"]]
    assert found["unattributed"] == case.get("unattributed", [])
    assert {row["message_id"]: row["code"] for row in found["rejected"]} == case.get("rejected", {})
    assert {row["message_id"]: row["code"] for row in found["ignored"]} == case.get("ignored", {})
    assert {row["code"]: row["message_ids"] for row in found["warnings"]} == case.get("warnings", {})
    if "merges" in case:
        assert [row_of(merge) for merge in found["merges"]] == case["merges"]


def arrival_decides(case):
    """Ties, positions as names, the first of two contents: there the order of arrival is the rule."""
    by_arrival = case.get("options", {}).get("claim_order") == "arrival"
    return by_arrival or "ignored" in case or not case.get("any_order", True)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not arrival_decides(case)])
def test_case_backwards(name):
    """The same messages in the opposite order give the same people, and the same warnings but for late claims."""
    case = CASES[name]
    messages = [message_of(line) for line in case["messages"].strip().splitlines()]
    one, other = stitched(case, messages), stitched(case, messages[::-1])
    assert other["actors"] == one["actors"]
    assert other["unattributed"] == one["unattributed"]
    codes = [
        {row["code"]: row["message_ids"] for row in found["warnings"] if row["code"] != "late_claim"}
        for found in (one, other)
    ]
    assert codes[0] == codes[1]


def test_there_are_enough_cases():
    """Eight examples under six policies, and at least sixty cases of our own."""
    examples = [name for name in CASES if name.startswith("example")]
    assert len(examples) >= 48
    assert len(CASES) - len(examples) >= 60
