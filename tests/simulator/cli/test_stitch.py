"""The stitch command as a user runs it."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from simulator.cli.main import main

LINES = """\
{"messageId":"j1","type":"identify","userId":"pia","anonymousId":"d-1","timestamp":"2026-03-02T10:05:00Z"}
{"messageId":"j2","type":"track","event":"Film Rated","anonymousId":"d-1","timestamp":"2026-03-02T10:15:00Z"}
{"messageId":"j3","type":"identify","userId":"quinn","anonymousId":"d-1","timestamp":"2026-03-02T10:20:00Z"}
{"messageId":"j5","type":"track","event":"Plan Upgraded","userId":"quinn","timestamp":"2026-03-02T10:35:00Z"}
{"messageId":"j6","type":"track","event":"Trailer Watched","anonymousId":"d-1","timestamp":"2026-03-02T09:50:00Z"}
{"type":"page","anonymousId":"d-1"}
{"type":"track","event":"x"}
"""
COMMAND = [sys.executable, "-m", "simulator", "stitch"]


@pytest.fixture
def file(tmp_path):
    """The messages in a file."""
    path = tmp_path / "events.jsonl"
    path.write_text(LINES)
    return str(path)


def out(capfdbinary, *arguments):
    """Exit code, standard output and standard error of the command, run in this process."""
    try:
        code = main(["stitch", *arguments])
    except SystemExit as stop:
        code = stop.code
    captured = capfdbinary.readouterr()
    return code, captured.out.decode(), captured.err.decode()


def test_the_pinned_json(capfdbinary, file):
    """Policy, options, actors, unattributed, rejected, ignored, warnings and merges, in the pinned shape and order."""
    code, text, errors = out(capfdbinary, file, "--format", "json")
    assert (code, errors) == (0, "")
    found = json.loads(text)
    assert list(found) == [
        *("policy", "options", "actors", "unattributed", "rejected", "ignored", "warnings", "merges"),
    ]
    assert found["policy"] == "first-claim"
    assert found["options"] == {}
    assert found["actors"] == [
        {
            "actor": "user:pia",
            "user_id": "pia",
            "anonymous_ids": ["d-1"],
            "message_ids": ["j1", "j2", "j6"],
            "events": 3,
        },
        {"actor": "user:quinn", "user_id": "quinn", "anonymous_ids": [], "message_ids": ["j3", "j5"], "events": 2},
    ]
    assert found["rejected"] == [{"message_id": "#7", "code": "no_user_anon_id"}]
    assert found["ignored"] == [{"message_id": "#6", "code": "UNSUPPORTED_EVENT_TYPE"}]
    assert [(row["code"], row["message_ids"]) for row in found["warnings"]] == [
        ("conflicting_claim", ["j3"]),
        ("unsupported_call", ["#6"]),
    ]


def test_options_are_named_where_they_are_not_the_default(capfdbinary, file):
    """Every flag of a policy arrives, and only what was changed is listed."""
    flags = ["--link-on", "identify", "--claim-order", "arrival", "--lookback-days", "30", "--max-anonymous-ids", "2"]
    _, text, _ = out(capfdbinary, file, "--format", "json", "--policy", "graph", *flags, "--on-limit", "refuse")
    found = json.loads(text)
    assert found["policy"] == "graph"
    assert found["options"] == {
        "link_on": "identify",
        "claim_order": "arrival",
        "lookback_days": 30,
        "max_anonymous_ids": 2,
        "on_limit": "refuse",
    }


def test_lines_say_what_each_is(capfdbinary, file):
    """With jsonl every line is a record of the document, the first one names the policy."""
    _, text, _ = out(capfdbinary, file, "--format", "jsonl", "--unlink", "pia=d-1")
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["record"] for row in rows] == [
        *("stitch", "actor", "actor", "rejected", "ignored", "warning", "merge"),
    ]
    assert rows[-1] == {
        "record": "merge",
        "anonymous_id": "d-1",
        "from": "user:pia",
        "to": "user:quinn",
        "events_moved": 2,
        "message_id": None,
        "documented": False,
    }


def test_the_table_names_policy_counts_and_warnings(capfdbinary, file):
    """For people: the policy with its basis, the counters, every actor, each warning with its mend."""
    code, text, _ = out(capfdbinary, file)
    assert code == 0
    assert "policy first-claim (ours)" in text
    assert "actors 2 (2 known, 0 anonymous)  events moved 0  unattributed 0  conflicts 1" in text
    assert "●         3  pia  [d-1]" in text
    assert "conflicting_claim  1  ours" in text
    assert "rejected  no_user_anon_id 1" in text


def test_why_an_event(capfdbinary, file):
    """--why EVENT prints the chain of reasons, ending with what was not applied."""
    code, text, _ = out(capfdbinary, file, "--why", "j6")
    assert code == 0
    assert text == (
        "j6  Trailer Watched  09:50:00           belongs to  pia\n"
        " 1  carries anonymousId d-1             no userId on the event                      R11\n"
        " 2  d-1 is claimed by pia               identify j1, 10:05:00 (documented)          R9, R10  seed\n"
        " 3  j6 is earlier than j1               already claimed by j1 when it arrived       seed\n"
        " -  not applied: identify j3 -> quinn   d-1 already claimed (first-claim)           R12  ours\n"
    )


def test_why_cuts_long_ids_for_people_only(capfdbinary, file, tmp_path):
    """UUIDs would push the columns apart; JSON keeps them whole."""
    uuid = "f6a57d01-8ad2-4a6c-b9ad-7ff3f7d012da"
    path = tmp_path / "uuids.jsonl"
    path.write_text(LINES.replace("d-1", uuid))
    _, text, _ = out(capfdbinary, str(path), "--why", "j6")
    assert " 2  f6a57d…012da is claimed by pia      identify j1, 10:05:00 (documented)" in text
    assert uuid in out(capfdbinary, str(path), "--why", "j6", "--format", "json")[1]


def test_why_two_ids_as_json(capfdbinary, file):
    """--why ID,ID with --format json gives the pinned object."""
    _, text, _ = out(capfdbinary, file, "--why", "pia,quinn", "--format", "json", "--policy", "graph")
    found = json.loads(text)
    assert found["subject"] == "user:pia, user:quinn"
    assert found["same"] is True
    assert [step["message"] for step in found["steps"]] == ["j1", "j3", None]


def test_why_a_message_that_never_left(capfdbinary, file):
    """A discarded message says so, with Segment's code."""
    _, text, _ = out(capfdbinary, file, "--why", "#7")
    assert "#7  track" in text
    assert "belongs to  nobody" in text
    assert "no_user_anon_id" in text


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--why", "nobody"], "no message and no usable id is named 'nobody'"),
        (["--policy", "best"], "known: first-claim, last-claim, split, previous-only, quarantine, graph"),
        (["--lookback-days=-1"], "--lookback-days: must be a whole number from 0, such as 30; not '-1'"),
        (["--max-anonymous-ids", "0"], "--max-anonymous-ids: must be a whole number from 1"),
        (["--unlink", "pia"], "--unlink pia: write USER=ANON"),
        (["--unlink", "=d-1"], "write USER=ANON"),
        (["--unique", "anonymousId"], "--unique: must not name anonymousId"),
        (["--mapping", "nowhere"], "no mapping 'nowhere'"),
    ],
)
def test_what_cannot_be_meant_is_exit_2(capfdbinary, file, flags, words):
    """Bad flags end with 2 and one line that says what is known; nothing is on standard output."""
    code, text, errors = out(capfdbinary, file, *flags)
    assert (code, text) == (2, "")
    assert words in errors
    assert errors.count("\n") == 1


def test_unlink_of_nothing_is_said(capfdbinary, file):
    """An unlink without such a claim is noted on standard error, and changes nothing."""
    code, text, errors = out(capfdbinary, file, "--unlink", "pia=x", "--format", "json")
    assert code == 0
    assert "--unlink pia=x: no such claim" in errors
    assert json.loads(text)["merges"] == []


def test_ids_with_equals_signs_can_be_unlinked(capfdbinary, tmp_path):
    """USER=ANON finds the pair that claims, wherever the ids themselves have equals signs."""
    path = tmp_path / "e.jsonl"
    path.write_text('{"type":"identify","userId":"a=b","anonymousId":"c=d","timestamp":"2026-03-02T10:00:00Z"}\n')
    _, text, errors = out(capfdbinary, str(path), "--unlink", "a=b=c=d", "--format", "json")
    assert errors == ""
    assert json.loads(text)["actors"][0]["anonymous_ids"] == []


def test_a_graph_to_draw(capfdbinary, tmp_path):
    """The dot output quotes every text; a losing claim is red, a track dashed."""
    path = tmp_path / "e.jsonl"
    rows = [
        {"messageId": "1", "type": "track", "event": "x", "userId": 'a"]; evil [', "anonymousId": "d\\"},
        {"messageId": "2", "type": "identify", "userId": "b\nc", "anonymousId": "d\\"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    _, text, _ = out(capfdbinary, str(path), "--format", "dot", "--now", "2026-03-02")
    assert text.startswith("digraph people {\n")
    assert '"anon:d\\\\" -> "user:a\\"]; evil [" [label="1", style=dashed];' in text
    assert '"anon:d\\\\" -> "user:b\\nc" [label="2, not applied", style=solid, color=red, fontcolor=red];' in text


MAPPING = """
extends = "segment-docs"

[[rule]]
name = "email"
from = "/traits/email"
to = "actors.customer.email"
"""
MAPPED = """\
{"messageId":"k1","type":"track","event":"Coat Viewed","anonymousId":"c-5","timestamp":"2026-03-02T10:00:00Z"}
{"messageId":"k2","type":"identify","anonymousId":"c-5","traits":{"email":"e1"},"timestamp":"2026-03-02T10:01:00Z"}
{"messageId":"k3","type":"identify","userId":"ines","traits":{"email":"e1"},"timestamp":"2026-03-02T10:02:00Z"}
{"messageId":"k4","type":"identify","userId":"ines","traits":{"email":"e2"},"timestamp":"2026-03-02T10:03:00Z"}
{"messageId":"k5","type":"identify","anonymousId":"m-9","traits":{"email":"e2"},"timestamp":"2026-03-02T10:04:00Z"}
"""


@pytest.fixture
def mapped(tmp_path):
    """Messages whose emails are identifiers by the mapping beside them: the arguments that name both."""
    (tmp_path / "email.toml").write_text(MAPPING)
    (tmp_path / "mapped.jsonl").write_text(MAPPED)
    return [str(tmp_path / "mapped.jsonl"), "--mapping", str(tmp_path / "email.toml")]


def test_other_identifiers_in_the_table(capfdbinary, mapped):
    """They stand behind the anonymousIds with their names; a merge says whose events moved; all of it is ours."""
    code, text, errors = out(capfdbinary, *mapped)
    assert (code, errors) == (0, "")
    assert text.splitlines()[3:10] == [
        "     events  actors",
        "●         5  ines  [c-5, m-9, email e1, email e2]",
        "",
        "merges 1",
        "  anon c-5 ⇒ ines  2 events moved  identify k3  ours",
        "",
    ]


def test_what_is_unique_keeps_people_apart(capfdbinary, mapped):
    """--unique names what a person has one of; the actor left over is named after its best identifier."""
    _, text, _ = out(capfdbinary, *mapped, "--unique", "email")
    assert text.startswith("policy first-claim (ours)  unique userId, email\n")
    assert "○         1  email e2  [m-9]" in text
    assert "●         4  ines  [c-5, email e1]" in text
    assert "  email e1 ⇒ ines through c-5  1 event moved  identify k3  ours" in text
    found = json.loads(out(capfdbinary, *mapped, "--unique", "email", "--format", "json")[1])
    assert found["options"] == {"unique": ["userId", "email"]}
    assert [(row["actor"], row["anonymous_ids"], row.get("identifiers")) for row in found["actors"]] == [
        ("id:email:e2", ["m-9"], [{"name": "email", "value": "e2"}]),
        ("user:ines", ["c-5"], [{"name": "email", "value": "e1"}]),
    ]
    assert [row["code"] for row in found["warnings"]] == ["refused_join"]


def test_why_names_the_refused_join(capfdbinary, mapped):
    """Who asks why an event is not a user's, or why two ids are not one, reads what would have joined them."""
    refused = "not applied: k4 -> ines, by email e2  one actor would have two values of email"
    for subject in ("k5", "m-9", "email e2", "m-9,ines", "ines,id:email:e2"):
        asked = subject.replace("email e2", "id:email:e2") if " " in subject else subject
        _, text, _ = out(capfdbinary, *mapped, "--unique", "email", "--why", asked)
        assert refused in " ".join(text.split()).replace("email e2 one", "email e2  one"), asked


def test_other_identifiers_as_a_graph(capfdbinary, mapped):
    """A join has no arrow, a refused claim is red; every identifier is drawn once."""
    _, text, _ = out(capfdbinary, *mapped, "--unique", "email", "--format", "dot")
    assert text.count('"anon:c-5" [label="anon c-5\\n1 event without a userId", shape=ellipse]') == 1
    assert '"anon:c-5" -> "id:email:e1" [label="k2", style=solid, dir=none];' in text
    assert '"id:email:e1" -> "user:ines" [label="k3", style=solid];' in text
    assert '"id:email:e2" -> "user:ines" [label="k4, not applied", style=solid, color=red, fontcolor=red];' in text


def test_a_claim_on_an_email_can_be_taken_away(capfdbinary, mapped):
    """--unlink takes another identifier by its name and value, and what is joined with it goes along."""
    _, text, errors = out(capfdbinary, *mapped, "--unlink", "ines=id:email:e1", "--format", "json")
    assert errors == ""
    assert [(row["actor"], row["message_ids"]) for row in json.loads(text)["actors"]] == [
        ("anon:c-5", ["k1", "k2"]),
        ("user:ines", ["k3", "k4", "k5"]),
    ]


def test_why_of_what_the_mapping_leaves_without_an_identifier(capfdbinary, tmp_path):
    """It says that the endpoint refuses the event, not that it never left Segment."""
    (tmp_path / "m.toml").write_text(MAPPING.replace('"email"', '"anonymousId"').replace("customer.email", "till.id"))
    (tmp_path / "m.jsonl").write_text(MAPPED)
    flags = [str(tmp_path / "m.jsonl"), "--mapping", str(tmp_path / "m.toml")]
    assert "rejected  no_actor 1" in out(capfdbinary, *flags)[1]
    assert out(capfdbinary, *flags, "--why", "k1")[1] == (
        "k1  as the mapping makes it             belongs to  nobody\n"
        " 1  refused by the endpoint             no_actor: no actor has a non-empty identifier  fact\n"
    )


class Tags(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_page_is_safe_and_stands_alone(capfdbinary, tmp_path):
    """No text from a message becomes markup, and nothing is loaded from anywhere."""
    path = tmp_path / "e.jsonl"
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    rows = [
        {"messageId": evil, "type": "track", "event": evil, "userId": evil, "anonymousId": evil + "2"},
        {"messageId": "2", "type": "identify", "userId": "u\u202e", "anonymousId": evil + "2"},
        {"messageId": "3", "type": "track", "event": "\x1b[31m", "anonymousId": evil + "3"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    code, text, _ = out(capfdbinary, str(path), "--format", "html", "--now", "2026-03-02")
    assert code == 0
    page = Tags()
    page.feed(text)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not {"onerror", "src", "href"} & page.attributes
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "default-src 'none'" in text
    assert not re.search(r"https?://", text)
    assert 'class="refused"' in text


def test_every_input_form_through_a_pipe(tmp_path):
    """A gzipped batch body on standard input; the same bytes every time, whatever the hash seed."""
    batch = {"batch": [json.loads(line) for line in LINES.splitlines()]}
    body = gzip.compress(json.dumps(batch).encode())
    runs = [
        subprocess.run(
            [*COMMAND, "-", "--format", "json", "--now", "2026-03-09"],
            input=body,
            capture_output=True,
            check=True,
            timeout=60,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert [actor["actor"] for actor in json.loads(runs[0].stdout)["actors"]] == ["user:pia", "user:quinn"]
    assert runs[0].stderr == b""


def test_a_broken_line_is_exit_2_with_its_place(capfdbinary, tmp_path):
    """A line that is no JSON ends the command with file and line, and no half document is printed."""
    path = tmp_path / "e.jsonl"
    path.write_text(LINES.splitlines()[0] + "\n{broken\n")
    code, text, errors = out(capfdbinary, str(path), "--format", "json")
    assert (code, text) == (2, "")
    assert f"{path}:2: not JSON" in errors


def test_ids_cannot_steer_a_terminal(capfdbinary, tmp_path):
    """Control characters of ids are shown as escapes, in the table and in why."""
    path = tmp_path / "e.jsonl"
    path.write_text('{"messageId":"m\\u001b[2J","type":"track","event":"\\u0007","anonymousId":"a\\u001b]0;x"}\n')
    for flags in ([], ["--why", "anon:a\x1b]0;x"], ["--why", "m\x1b[2J"], ["--format", "dot"]):
        code, text, _ = out(capfdbinary, str(path), "--now", "2026-03-02", *flags)
        assert code == 0
        assert "\x1b" not in text
        assert "\x07" not in text
        assert "\\u001b" in text or "\\\\u001b" in text


def test_an_anonymous_id_that_reads_like_an_email_is_not_the_email(capfdbinary, tmp_path):
    """Written id:email:x it is asked for, unlinked and listed as anon:id:email:x; the email stays the email."""
    mapping = tmp_path / "own.toml"
    rule = '[[rule]]\nname = "email"\nfrom = "/traits/email"\nto = "actors.customer.email"\n'
    mapping.write_text(f'extends = "segment-docs"\n{rule}')
    odd, day = {"anonymousId": "id:email:x"}, "2026-03-02T09:0{}:00Z".format
    rows = [
        {"type": "track", "event": "Seen", "messageId": "k1", **odd, "timestamp": day(1)},
        {"type": "identify", "userId": "ines", "messageId": "k2", **odd, "timestamp": day(2)},
        {"type": "identify", "userId": "pia", "traits": {"email": "x"}, "messageId": "k3", "timestamp": day(3)},
    ]
    path = tmp_path / "odd.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    flags = (str(path), "--mapping", str(mapping))

    def why(subject):
        return out(capfdbinary, *flags, "--why", subject)[1]

    assert "email x is claimed by pia" in why("id:email:x")
    assert "anon:id:email:x is claimed by ines  identify k2, 09:02:00 (documented)" in why("anon:id:email:x")
    assert "are one actor" in why("anon:id:email:x,ines")
    assert "are not one" in why("id:email:x,ines")
    code, text, errors = out(capfdbinary, *flags, "--unlink", "ines=anon:id:email:x")
    assert (code, errors) == (0, "")
    assert "○         1  anon id:email:x\n" in text
    found = json.loads(out(capfdbinary, *flags, "--format", "json")[1])
    assert [row["anonymous_ids"] for row in found["actors"]] == [["id:email:x"], []]
