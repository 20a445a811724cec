import bz2
import gzip
import io
import json
import lzma

import pytest

from simulator.errors import InputError
from simulator.segment.reading import read_messages, received_from

ONE = {"type": "track", "event": "One", "userId": "u"}
TWO = {"type": "identify", "userId": "ü"}


def write(folder, content, name="in.jsonl"):
    """Write a file and return its path as the command line has it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def payloads(*paths, stdin=None):
    """The payloads read from files."""
    return [received.payload for received in read_messages(paths, stdin=stdin)]


FORMS = {
    "json lines": json.dumps(ONE) + "\n" + json.dumps(TWO) + "\n",
    "no newline at the end": json.dumps(ONE) + "\n" + json.dumps(TWO),
    "blank lines and CRLF": "\r\n" + json.dumps(ONE) + "\r\n  \r\n" + json.dumps(TWO) + "\r\n",
    "array": json.dumps([ONE, TWO]),
    "array over lines": json.dumps([ONE, TWO], indent=2),
    "array with commas in front": "[\n" + json.dumps(ONE) + "\n," + json.dumps(TWO) + "\n]\n",
    "batch body": json.dumps({"batch": [ONE, TWO], "writeKey": "k"}),
    "batch over lines": json.dumps({"batch": [ONE, TWO]}, indent=1),
    "a batch a line": json.dumps({"batch": [ONE]}) + "\n" + json.dumps({"batch": [TWO]}),
    "not escaped": json.dumps(ONE) + "\n" + json.dumps(TWO, ensure_ascii=False),
}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with BOM"])
@pytest.mark.parametrize("is_zipped", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(tmp_path, form, is_zipped, mark):
    """JSON Lines, arrays, batch bodies; gzipped or not, whatever the file's name."""
    content = mark + FORMS[form].encode()
    path = write(tmp_path, gzip.compress(content) if is_zipped else content)
    assert payloads(path) == [ONE, TWO]


@pytest.mark.parametrize("indent", [None, 4])
def test_one_object_is_one_message(tmp_path, indent):
    """On one line or over several."""
    assert payloads(write(tmp_path, json.dumps(ONE, indent=indent))) == [ONE]


def test_several_files_are_numbered_through(tmp_path):
    """Standard input stands where it is named."""
    first, last = write(tmp_path, json.dumps(ONE), "a"), write(tmp_path, json.dumps([TWO, ONE]), "b")
    stdin = io.BytesIO(b'\n{"type":"page"}\n')
    found = list(read_messages([first, "-", last], stdin=stdin))
    assert [row.index for row in found] == [0, 1, 2, 3]
    assert [row.origin for row in found] == [f"{first}:1", "<stdin>:2", f"{last}:1 [0]", f"{last}:1 [1]"]
    assert [row.received_at for row in found] == [None] * 4


def test_batch_level_context_applies(tmp_path):
    """As at the source."""
    body = {"batch": [ONE], "sentAt": "2026", "context": {"ip": "1"}, "integrations": {"All": False}}
    assert payloads(write(tmp_path, json.dumps(body))) == [
        {**ONE, "sentAt": "2026", "context": {"ip": "1"}, "integrations": {"All": False}}
    ]


def test_items_that_are_no_objects_are_messages_too(tmp_path):
    """Admission says what is wrong with them."""
    assert payloads(write(tmp_path, '[1, null, {"type": "x"}]\n"text"\n')) == [1, None, {"type": "x"}, "text"]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"[]", b'{"batch": []}', b"\xef\xbb\xbf"])
def test_an_input_may_be_empty(tmp_path, content):
    """No messages, no error."""
    assert payloads(write(tmp_path, content)) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'{"a":1}\n{"a":\n', "in.jsonl:2: not JSON: unexpected end of data"),
        (b'{"a":1}\n\n{"a":NaN}\n{"a":1}\n', "in.jsonl:3: not JSON: NaN and Infinity are not JSON (column 6)"),
        (b'{"type": "track"\n{"a":1}\n', "in.jsonl:1: not JSON:"),
        (b'{\n "a": 1,\n "b": x\n}\n', "in.jsonl:3: not JSON: unexpected character"),
        (b'[\n{"a":1},\n{"a":"\\ud800"}\n]', "in.jsonl:3: not JSON: no low surrogate"),
        (b"hello\n", "in.jsonl:1: not JSON:"),
        (b'{"a":1}{"b":2}\n', "in.jsonl:1: not JSON: unexpected content after document"),
        ("[1]".encode("utf-16"), "in.jsonl:1: not JSON: UTF-16 text; save it as UTF-8"),
        ('{"a"}'.encode("utf-16-le"), "in.jsonl:1: not JSON: UTF-16 text; save it as UTF-8"),
        ('{"a"}'.encode("utf-16-be"), "in.jsonl:1: not JSON: UTF-16 text; save it as UTF-8"),
        (b"PK\x03\x04\x14\0\0\n{}", "in.jsonl:1: not JSON: a zip archive; unpack it first"),
        (bz2.compress(b"{}"), "in.jsonl:1: not JSON: compressed by bzip2; unpack it first"),
        (lzma.compress(b"{}"), "in.jsonl:1: not JSON: compressed by xz; unpack it first"),
        (b"\x28\xb5\x2f\xfd\n\n", "in.jsonl:1: not JSON: compressed by zstd; unpack it first"),
        (b"[" * 10_000, "in.jsonl:1: not JSON: depth limit exceeded"),
        (b'{"a":1}\n\xff\n', "in.jsonl:2: not JSON: not UTF-8: invalid start byte at byte 1"),
        (gzip.compress(b'{"a":1}\n' * 1000, mtime=0)[:-8], "in.jsonl:1001: broken gzip: Compressed file ended before"),
        (gzip.compress(b'{"a":1}\n' * 3, mtime=0)[:-8] + bytes(8), "in.jsonl:4: broken gzip: CRC check failed"),
        (gzip.compress(b"[\n1,\n2\n]", mtime=0)[:-8], "in.jsonl:1: broken gzip: Compressed file ended before"),
        (b"\x1f\x8b\x00rubbish", "in.jsonl:1: broken gzip: Unknown compression method; nothing"),
    ],
)
def test_what_cannot_be_read_says_where(tmp_path, content, error):
    """File and line, then what is wrong, in one line."""
    path = write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        payloads(path)
    assert str(caught.value).removeprefix(str(tmp_path) + "/").startswith(error)
    assert "\n" not in str(caught.value)


def test_a_missing_file_says_so(tmp_path):
    """So does a folder."""
    with pytest.raises(InputError, match="nowhere: No such file or directory"):
        payloads(str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="Is a directory"):
        payloads(str(tmp_path))


def test_lines_are_streamed(tmp_path):
    """What stands before a broken line is read before the error is raised, and nothing is read ahead of need."""
    messages = read_messages([write(tmp_path, b'{"a":1}\n{"a":2}\nbroken\n')])
    assert [next(messages).payload, next(messages).payload] == [{"a": 1}, {"a": 2}]
    with pytest.raises(InputError, match=r"in\.jsonl:3: not JSON"):
        next(messages)


def test_large_messages_are_noted_and_taken(tmp_path):
    """Sizes are the source's business; a file only warns, also inside an array."""
    large = {"type": "track", "x": "y" * 40_000}
    for content in (json.dumps(large), json.dumps([ONE, large]), json.dumps({"batch": [ONE, large]})):
        *_, last = read_messages([write(tmp_path, content)])
        assert [note.code for note in last.notes] == ["message_too_large"]
    assert [note.code for note in next(iter(received_from([large]))).notes] == ["message_too_large"]
    first, _ = read_messages([write(tmp_path, json.dumps([ONE, large]))])
    assert first.notes == ()


def test_notes_of_a_document_belong_to_their_message(tmp_path):
    """Paths begin at the message, not at the document."""
    content = b'{"batch":[{"a":1},{"b":{"c":1,"c":2}}]}'
    first, second = read_messages([write(tmp_path, content)])
    assert first.notes == ()
    assert [(note.code, note.path) for note in second.notes] == [("duplicate_key", "/b/c")]


def test_values_at_hand_are_numbered():
    """The importable functions take them as they are."""
    rows = list(received_from([ONE, 5]))
    assert [(row.index, row.payload, row.notes) for row in rows] == [(0, ONE, ()), (1, 5, ())]


def test_a_large_document_with_deep_nesting_is_read(tmp_path):
    """Its size cannot be told by writing it; it is read all the same."""
    deep = b'{"x":' + b"[" * 400 + b"]" * 400 + b"}"
    content = b"[" + deep + b',{"y":"' + b"z" * 40_000 + b'"}]'
    first, second = read_messages([write(tmp_path, content)])
    assert (first.notes, [note.code for note in second.notes]) == ((), ["message_too_large"])
    assert [row.notes for row in received_from([first.payload])] == [()]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"event": "a\ud800"}, "/event"),
        ({"properties": {"x": [{"y/z": "\udc00"}]}}, "/properties/x/0/y~1z"),
        ({"properties": {"\udc00": 1}}, "/properties"),
        ({"\udc00": 1}, "/"),
    ],
)
def test_half_a_surrogate_pair_from_python_is_refused_with_its_place(change, place):
    """No file can bring it, and nothing behind the reading could write it: it fell over wherever it came first."""
    message = {**ONE, **change}
    message["itself"] = message
    with pytest.raises(ValueError, match=f"^{place}: holds half a surrogate pair"):
        list(received_from([message]))
