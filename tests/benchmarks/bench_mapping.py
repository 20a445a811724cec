"""Rows 3, 4 and 5: mapping against Segment's mapping-kit on Node, transform and the contract check beside plain parts.

mapping-kit comes from npm into a temporary folder. Its mapping is made from our provenance, one ``@path`` a leaf, so
that both do the same work; their outputs are compared before anything is measured.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from orders import order
from ratios import Ratio, in_turn, report

from contracts import Checker, load
from contracts.schema_engines import Plain
from simulator.mapping import load_mapping
from simulator.segment.admission import Admission

if TYPE_CHECKING:
    from collections.abc import Callable

SIM = str(Path(sys.executable).with_name("pointillist-sim"))
PACKAGES = ("@segment/actions-core", "liquidjs@10")
COUNT = 2_000

NODE = """
const { transform } = require('@segment/actions-core/mapping-kit');
const fs = require('fs');
const [mapping, messages] = ['mapping.json', 'messages.json'].map((name) => JSON.parse(fs.readFileSync(name)));
if (process.argv[2] === 'print') {
  fs.writeFileSync('events.json', JSON.stringify(messages.map((message) => transform(mapping, message))));
} else {
  for (const message of messages.slice(0, 500)) transform(mapping, message);
  const start = process.hrtime.bigint();
  for (const message of messages) transform(mapping, message);
  console.log(messages.length / (Number(process.hrtime.bigint() - start) / 1e9));
}
"""


MESSAGES = [order(number) for number in range(COUNT)]
ADMITTED = [Admission(lambda: 0).admit(payload) for payload in MESSAGES]


def kit_mapping() -> dict[str, Any]:
    """Return the same mapping for mapping-kit: a path a leaf, a template where a number becomes text."""
    kit: dict[str, Any] = {"labels": {}, "numbers": {}, "actors": {"customer": {}}, "eventSource": "Segment"}
    for step in load_mapping().apply(MESSAGES[0], ADMITTED[0], explain=True).provenance:
        if step.source is None:
            continue
        path = "".join(f"[{key}]" if key.isdigit() else f".{key}" for key in step.source.split("/")[1:])
        *holders, name = step.target.split("/")[1:]
        target = kit
        for holder in holders:
            target = target[holder]
        target[name] = {"@template": f"{{{{{path[1:]}}}}}"} if step.converted else {"@path": f"$.{path[1:]}"}
    return kit


def rate(work: Callable[[], object], count: int) -> Callable[[], float]:
    """Return a function that does the work once and returns how many a second that was."""

    def run() -> float:
        start = time.perf_counter()
        work()
        return count / (time.perf_counter() - start)

    return run


def row_3() -> list[Ratio]:
    """Mapping in process: with notes, then with provenance."""
    if shutil.which("npm") is None:
        print("row 3 skipped: npm is not installed")
        return []
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, capture_output=True, check=False
        )
        if done.returncode != 0:
            print(f"row 3 skipped: npm could not install {' '.join(PACKAGES)}")
            return []
        place = Path(folder)
        (place / "run.js").write_text(NODE)
        (place / "mapping.json").write_text(json.dumps(kit_mapping()))
        (place / "messages.json").write_bytes(orjson.dumps(MESSAGES))
        subprocess.run(["node", "run.js", "print"], cwd=folder, check=True)
        mapping = load_mapping()
        ours = [mapping.apply(payload, envelope).event for payload, envelope in zip(MESSAGES, ADMITTED, strict=True)]
        assert json.loads((place / "events.json").read_text()) == json.loads(orjson.dumps(ours))

        def kit() -> float:
            run = subprocess.run(["node", "run.js"], cwd=folder, check=True, capture_output=True, text=True)
            return float(run.stdout)

        rows = []
        for what, explain, must, goal in (("notes on", False, 3, 6), ("with provenance", True, 1, 2)):

            def work(explain: bool = explain) -> None:
                for payload, envelope in zip(MESSAGES, ADMITTED, strict=True):
                    mapping.apply(payload, envelope, explain=explain)

            figures = in_turn(rate(work, COUNT), kit, runs=5)
            rows.append(Ratio("3", f"mapping, {what}, against mapping-kit", *figures, "events/s", "more", must, goal))
        return rows


def row_4() -> list[Ratio]:
    """The command end to end, against reading the same file with orjson and nothing else."""
    count = 60_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "messages.jsonl"
        path.write_bytes(b"".join(orjson.dumps(order(number)) + b"\n" for number in range(count)))

        def read() -> float:
            start = time.perf_counter()
            with path.open("rb") as lines:
                for line in lines:
                    orjson.loads(line)
            return time.perf_counter() - start

        def transform() -> float:
            start = time.perf_counter()
            with (Path(folder) / "out.jsonl").open("wb") as out:
                subprocess.run([SIM, "transform", str(path)], stdout=out, check=True)
            return time.perf_counter() - start

        return [Ratio("4", "transform FILE, against reading it", *in_turn(transform, read, 3), "s", "less", 8, 4)]


def row_5() -> list[Ratio]:
    """The contract check of message and event, against plain jsonschema with the same schemas."""
    events = [
        load_mapping().apply(payload, envelope).event for payload, envelope in zip(MESSAGES, ADMITTED, strict=True)
    ]
    rows = []
    for what, every, must, goal in (("valid", 0, 80, 130), ("5 % bad, all errors", 20, 50, 100)):
        messages = [
            {**payload, "event": " ", "userId": 4.5} if every and index % every == 0 else payload
            for index, payload in enumerate(MESSAGES)
        ]
        outcome = [
            {**event, "eventType": "", "labels": {**event["labels"], "a": 1}} if every and index % every == 0 else event
            for index, event in enumerate(events)
        ]
        fast = Checker(load("segment/track")), Checker(load("pointillist/event"))
        slow = Plain(load("segment/track")), Plain(load("pointillist/event"))
        few = 100

        def ours(fast=fast, messages=messages, outcome=outcome) -> None:
            for checker, instances in zip(fast, (messages, outcome), strict=True):
                for instance in instances:
                    checker.violations(instance)

        def plain(slow=slow, messages=messages, outcome=outcome, few=few) -> None:
            for checker, instances in zip(slow, (messages, outcome), strict=True):
                for instance in instances[:few]:
                    list(checker.breaches(instance))

        figures = in_turn(rate(ours, COUNT), rate(plain, few), runs=5)
        rows.append(Ratio("5", f"contract check, {what}, against jsonschema", *figures, "events/s", "more", must, goal))
    return rows


def main() -> None:
    """Measure all three rows."""
    report(
        "Mapping, transform, contract check", [*row_3(), *row_4(), *row_5()], "orjson", "jsonschema", "jsonschema-rs"
    )


if __name__ == "__main__":
    main()
