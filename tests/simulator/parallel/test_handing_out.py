"""Several processes give what one gives."""

import json
import multiprocessing
import os
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import InputError, WorkerEndedError
from simulator.parallel.handing_out import made_apart
from simulator.parallel.making import made_here
from simulator.segment.admission import Admission
from simulator.segment.blocks import read_blocks
from simulator.segment.reading import read_messages

from .conftest import MAKINGS, NOW, PLAN, checking, lines_of, report_of, transforming

# pytest-xdist has a thread of its own, which does nothing that a forked process could trip over.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

NAMES = st.sampled_from(["size", "Size", "plan", "a.b", "email"])
VALUES = st.sampled_from([1, "1", " ", "x", None, "a@b.c", {"in": [1, "2"]}, True])
MESSAGES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "identify", "page", "Track"]),
        "event": st.sampled_from(["Viewed", "viewed", "", 5]),
        "userId": st.sampled_from(["u", "v", "null", " w", 7, None]),
        "messageId": st.sampled_from([f"m{number}" for number in range(12)] + [None]),
        "properties": st.dictionaries(NAMES, VALUES, max_size=3),
        "traits": st.dictionaries(NAMES, VALUES, max_size=3),
        "timestamp": st.sampled_from(["2026-03-02T09:00:00Z", "2999", "yesterday"]),
    }
)
LINES = st.one_of(
    MESSAGES.map(json.dumps),
    st.lists(MESSAGES, max_size=3).map(lambda batch: json.dumps({"batch": batch})),
    st.just(""),
)


def apart(path, start, **options):
    """The parts that several processes make of a file cut into blocks of a few lines."""
    options = {"now": NOW, "jobs": 2, "size": 500, "forked": True, **options}
    return made_apart(read_blocks([str(path)], size=options.pop("size")), start, **options)


def here(path, start):
    """The parts that this process makes of it."""
    return made_here(read_messages([str(path)]), start(), Admission(NOW))


def write(path, rows):
    """Write lines to a file."""
    path.write_text("".join(f"{row}\n" for row in rows))
    return path


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(LINES, max_size=40), size=st.integers(1, 4_000), jobs=st.integers(1, 3))
def test_any_number_of_processes_gives_the_result_of_one(tmp_path, rows, size, jobs):
    """Order, positions, duplicates, what only shows across messages, examples: nothing tells the blocks apart."""
    path = write(tmp_path / "sent.jsonl", rows)
    for start, added in MAKINGS.values():
        assert added(apart(path, start, size=size, jobs=jobs)) == added(here(path, start))


def test_the_coverage_of_a_plan_adds_up(tmp_path, plan_check):
    """What came in one block and what came in another."""
    rows = [json.dumps({"type": "track", "event": name, "userId": "u", "properties": {"size": 1}}) for name in "ABAB"]
    path = write(tmp_path / "sent.jsonl", [*rows, json.dumps({"type": "track", "event": "Viewed", "userId": "u"})])
    report = report_of(apart(path, plan_check, size=1))
    assert report == report_of(here(path, plan_check))
    assert report["coverage"]["events"]["unplanned"] == [{"event": "A", "count": 2}, {"event": "B", "count": 2}]
    assert PLAN["key"] not in report["coverage"]["events"]["never"]


def test_processes_may_be_started_anew(tmp_path):
    """Where they cannot be forked: everything they need can be handed over."""
    path = write(tmp_path / "sent.jsonl", [json.dumps({"type": "track", "event": "Viewed", "userId": "u"})] * 20)
    assert report_of(apart(path, partial(checking, ()), forked=False)) == report_of(here(path, checking))


def test_what_stands_before_a_broken_line_comes_first(command, tmp_path):
    """Of all the blocks before it, then the error with its line."""
    start, added = command
    sent = '{"type":"track","event":"Viewed","userId":"u"}'
    path = write(tmp_path / "sent.jsonl", [*[sent] * 50, "{", *[sent] * 50])
    found = []
    with pytest.raises(InputError, match=r"sent.jsonl:51: not JSON"):
        found.extend(apart(path, start, jobs=3))
    assert added(found) == added(here(write(tmp_path / "sent.jsonl", [sent] * 50), start))


def test_an_input_that_breaks_off_is_said_at_its_place(tmp_path):
    """A second input that is missing: the first one's results, then the error."""
    sent = write(tmp_path / "sent.jsonl", ['{"type":"track","event":"Viewed","userId":"u"}'] * 50)
    blocks = read_blocks([str(sent), str(tmp_path / "none.jsonl")], size=500)
    found = []
    with pytest.raises(InputError, match="No such file"):
        found.extend(made_apart(blocks, transforming, now=NOW, jobs=2, forked=True))
    assert lines_of(found).count(b"\n") == 50


class Ending:
    """Ends its process at the first message, or breaks."""

    def __init__(self, *, broken):
        self.broken = broken

    def take(self, ways):
        """Never come back."""
        if self.broken and ways:
            raise ZeroDivisionError("a defect")
        os._exit(9)

    def give(self):
        """Give nothing."""


def test_a_process_that_is_ended_is_an_error(tmp_path):
    """Not a result with a hole in it."""
    path = write(tmp_path / "sent.jsonl", ['{"type":"track"}'] * 500)
    with pytest.raises(WorkerEndedError, match=r"exit code 9.*--jobs 1"):
        list(apart(path, partial(Ending, broken=False)))
    assert multiprocessing.active_children() == []


def test_a_defect_in_a_process_is_a_defect_here(tmp_path):
    """With its traceback, so that it can be mended."""
    path = write(tmp_path / "sent.jsonl", ['{"type":"track"}'] * 500)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a defect"):
        list(apart(path, partial(Ending, broken=True)))


def test_who_stops_asking_leaves_no_process_behind(tmp_path):
    """As when the reader of a pipe has seen enough."""
    path = write(tmp_path / "sent.jsonl", ['{"type":"track"}'] * 500)
    parts = apart(path, transforming)
    next(parts)
    assert len(multiprocessing.active_children()) == 2
    parts.close()
    assert multiprocessing.active_children() == []
