"""Where the messages of a document of several lines begin."""

import json

import pytest

from simulator.checking.findings import Example, Finding, Report
from simulator.checking.item_lines import with_item_lines

ITEM = {"type": "track", "note": '] } , "batch": [', "deep": [[1, {"a": [2]}]]}


def lines(*origins):
    """The origins of a report's examples, after their lines were looked up."""
    examples = tuple(Example(number, None, origin) for number, origin in enumerate(origins))
    finding = Finding("schema_type", "error", "plan", "/a", "E", 1, "", None, examples)
    (found,) = with_item_lines(Report(1, (finding,), ())).findings
    return [example.origin for example in found.examples]


def written(path, document, **options):
    """Write a document and return the line of each of its messages, by looking for their first key."""
    text = json.dumps(document, indent=1)
    path.write_text(text, **options)
    return [number for number, line in enumerate(text.split("\n"), 1) if '"type": "track"' in line]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_item_of_an_array_gets_the_line_it_begins_on(tmp_path, encoding):
    """Whatever stands in strings and below the items; a byte order mark counts for nothing."""
    path = tmp_path / "a b.json"
    first, second, third = written(path, [ITEM, ITEM, ITEM], encoding=encoding)
    assert lines(f"{path} [2]", f"{path} [0]", f"{path} [1]") == [
        f"{path}:{third - 1} [2]",
        f"{path}:{first - 1} [0]",
        f"{path}:{second - 1} [1]",
    ]


def test_items_of_batches_get_theirs_too(tmp_path):
    """A batch body, an array of them, and one whose key stands twice: the last counts."""
    path = tmp_path / "batch.json"
    first, second = written(path, {"batch": [ITEM, ITEM], "context": {"a": [1]}})
    assert lines(f"{path} [0]", f"{path} [1]") == [f"{path}:{first - 1} [0]", f"{path}:{second - 1} [1]"]
    *_, last = written(path, [ITEM, {"batch": [ITEM, ITEM]}])
    assert lines(f"{path} [1] [1]") == [f"{path}:{last - 1} [1] [1]"]
    path.write_text('{"batch": [1],\n"batch": [\n{}]}')
    assert lines(f"{path} [0]") == [f"{path}:3 [0]"]


def test_what_has_a_line_or_no_file_stays_as_it_is(tmp_path):
    """A line that is known, standard input, a file that is gone, one that is no JSON or changed meanwhile."""
    path = tmp_path / "short.json"
    written(path, [ITEM])
    zipped = tmp_path / "zipped.json"
    zipped.write_bytes(b"\x1f\x8b\x08\xff")
    origins = [
        "a.jsonl:57 [2] [1]",
        "<stdin> [2]",
        "gone.json [0]",
        f"{path} [7]",
        f"{zipped} [0]",
        "",
    ]
    assert lines(*origins) == origins
