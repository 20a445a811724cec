"""Lines and documents that are too long to be read, and gzip that breaks off, read at once and in blocks."""

import gzip
import json
import random

import pytest

from simulator.errors import InputError
from simulator.segment import blocks, opening, reading
from simulator.segment.blocks import read_blocks
from simulator.segment.reading import messages_of, read_messages

LONGEST = 300
WORDS = "the line has {} bytes and was not read; at most 300 are"


@pytest.fixture(autouse=True)
def short_lines(monkeypatch):
    """Lines of more than 300 bytes are too long."""
    for module in (opening, blocks, reading):
        monkeypatch.setattr(module, "LONGEST_LINE", LONGEST)


def in_blocks(paths):
    """Read messages as several processes do."""
    return messages_of(read_blocks(paths, size=64))


@pytest.fixture(params=[read_messages, in_blocks], ids=["read at once", "read in blocks"])
def read(request, tmp_path):
    """Reads some content from a file; what was read, and the error it ended with, without the folder."""

    def of(content, name="in.jsonl"):
        path = tmp_path / name
        path.write_bytes(content)
        found = []
        try:
            found.extend(request.param([str(path)]))
        except InputError as error:
            return found, str(error).removeprefix(f"{tmp_path}/")
        return found, None

    return of


def line(size, number=0):
    """A message on a line of so many bytes, with its end."""
    start = json.dumps({"n": number, "text": ""}).encode()
    return start[:-2] + b"x" * (size - len(start) - 1) + start[-2:] + b"\n"


def told(found):
    """What each message says: its place, its number or why it was not read."""
    return [
        (row.origin.rpartition("/")[2], row.payload["n"] if row.payload else [note.message for note in row.notes])
        for row in found
    ]


@pytest.mark.parametrize("size", [302, 400, 3_000, 3_000_000])
def test_a_line_that_is_too_long_is_noted_and_the_next_one_read(read, size):
    """First, in the middle or last, with a line end or without: its place, its size, and every other message."""
    long = line(size)
    found, error = read(long + line(40, 1) + long + line(40, 2) + long[:-1])
    assert error is None
    assert told(found) == [
        ("in.jsonl:1", [WORDS.format(f"{size:,}")]),
        ("in.jsonl:2", 1),
        ("in.jsonl:3", [WORDS.format(f"{size:,}")]),
        ("in.jsonl:4", 2),
        ("in.jsonl:5", [WORDS.format(f"{size - 1:,}")]),
    ]
    assert [row.index for row in found] == [0, 1, 2, 3, 4]


def test_the_longest_line_is_read(read):
    """A line of exactly the limit is a message like every other, wherever a block ends."""
    found, error = read(line(LONGEST, 1) + line(30, 2) + line(LONGEST, 3))
    assert (told(found), error) == ([("in.jsonl:1", 1), ("in.jsonl:2", 2), ("in.jsonl:3", 3)], None)


def test_a_document_that_is_too_large_says_how_to_mend_it(read):
    """It is one value over several lines, of which no part can be read alone."""
    found, error = read(json.dumps([{"n": number} for number in range(100)], indent=1).encode())
    assert found == []
    assert error == (
        "in.jsonl:1: not JSON: unexpected end of data (column 2); as one document it is too large: at most 300 bytes "
        "are read at once. Write one message a line; jq -c '.[]' makes such lines of an array"
    )


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_what_stands_before_a_cut_of_a_gzip_is_read(read, cut):
    """Every whole line before the cut, and the line at which it ends."""
    chance = random.Random(1)
    rows = [json.dumps({"n": number, "text": chance.randbytes(40).hex()}).encode() + b"\n" for number in range(20_000)]
    packed = gzip.compress(b"".join(rows), mtime=0)
    packed = packed[: int(len(packed) * cut)]
    whole = opening.zlib.decompressobj(31).decompress(packed).count(b"\n")
    found, error = read(packed, "in.jsonl.gz")
    assert [row.payload["n"] for row in found] == list(range(whole))
    assert error == (
        f"in.jsonl.gz:{whole + 1}: broken gzip: Compressed file ended before the end-of-stream marker was reached; "
        "nothing can be read from this line on"
    )


def test_a_gzip_cut_inside_a_document_gives_nothing(read):
    """Half a document is no JSON; the cut is the reason to be told, not what it made of the JSON."""
    packed = gzip.compress(json.dumps([{"n": number} for number in range(10)], indent=1).encode(), mtime=0)
    found, error = read(packed[:-8], "in.json.gz")
    assert (found, error and error[:30]) == ([], "in.json.gz:1: broken gzip: Com")
