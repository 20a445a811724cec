import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.not_json import NotJsonError
from simulator.segment.decoding import decode


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "not JSON: empty"),
        (b"  \n", "not JSON: empty"),
        (b'{"a":NaN}', "not JSON: NaN and Infinity are not JSON (column 6)"),
        (b"[-Infinity]", "not JSON: NaN and Infinity are not JSON (column 3)"),
        (b'{"a":1}x', "not JSON: unexpected content after document (column 8)"),
        (b'{"a":"\xff"}', "not JSON: not UTF-8: invalid start byte at byte 7; save it as UTF-8"),
        (b'"\xed\xa0\x80"', "not JSON: not UTF-8: invalid continuation byte at byte 2; save it as UTF-8"),
        (b'"\\ud800"', "not JSON: no low surrogate in string (column 2)"),
        (b'"\\udc00"', "not JSON:"),
        (b"[" * 10_000 + b"]" * 10_000, "not JSON: depth limit exceeded"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "not JSON: depth limit exceeded"),
        (b'{"a":1e999}', "not JSON: a number beyond 1.8e308, the largest double (column 6)"),
        (b"1" + b"0" * 400, "not JSON: a number beyond 1.8e308"),
        (b"{'a':1}", "not JSON: unexpected character, expected a string key (column 2)"),
        (b'{"a":1,}', "not JSON: trailing comma is not allowed (column 7)"),
        (b'{"a":01}', "not JSON:"),
        (b'{"a":+1}', "not JSON:"),
        (b'{"a": "x\ny"}', "not JSON: unexpected control character in string"),
        (b"\x00", "not JSON:"),
        (b"\x1f\x8b\x08", "not JSON: compressed by gzip; unpack it first"),
        (b"\xff\xfe{\x00}\x00", "not JSON: UTF-16 text; save it as UTF-8"),
        (b"undefined", "not JSON:"),
    ],
)
def test_what_is_not_json_is_refused_in_one_line(raw, words):
    """Strictly, and saying what and where."""
    with pytest.raises(NotJsonError) as caught:
        decode(raw)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_the_place_is_counted_inside_the_bytes():
    """Line and column from 1."""
    with pytest.raises(NotJsonError) as caught:
        decode(b'{"a":\n\n x}')
    assert (caught.value.line, caught.value.column) == (3, 2)


def test_a_byte_order_mark_is_no_error():
    """Windows editors write it."""
    assert decode(b'\xef\xbb\xbf{"a":1}') == ({"a": 1}, ())


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        (b'{"a":1,"a":2}', ["/a"]),
        (b'{"a" :1,"a":2}', ["/a"]),
        (b'{"a"\t:1,"a":2}', ["/a"]),
        (b'{"a"\n:1,"a":2}', ["/a"]),
        (b'{"a":1,"b":[{"x":{"c/d":1,"c/d":1,"c/d":1}}]}', ["/b/0/x/c~1d"]),
        (b'{"a":"\\u0022:","a":2}', ["/a"]),
        (b'{"\\u0061":1,"a":2}', ["/a"]),
        (b'{"a":"\\u0022:"}', []),
        (b'{"a":"\\":"}', []),
        (b'{"a": " : ", "b": "\\"x\\" : 1"}', []),
        (b'{ "a" : 1 , "b" : {"a": 2} }', []),
    ],
)
def test_a_key_that_stands_twice_is_noted(raw, paths):
    """The last one counts, and the note says so; other texts with colons and quotation marks are left alone."""
    value, notes = decode(raw)
    assert value == json.loads(raw)
    assert [(note.code, note.path) for note in notes] == [("duplicate_key", path) for path in paths]


@pytest.mark.parametrize(
    ("raw", "value", "is_lost"),
    [
        (b"12345678901234567890123", 12345678901234567890123.0, True),
        (b"-9223372036854775809", -9223372036854775808.0, True),
        (b"18446744073709551616", 2.0**64, False),
        (b"18446744073709551615", 2**64 - 1, False),
        (b"9007199254740993", 9007199254740993, False),
        (b"0.10000000000000000555", 0.1, True),
        (b"0.1000000000000000055511151231257827021181583404541015625", 0.1, False),
        (b"0.30000000000000004", 0.30000000000000004, False),
        (b"40.29641970000000000", 40.2964197, False),
        (b"1.50", 1.5, False),
        (b"1e2", 100.0, False),
        (b'"12345678901234567890123"', "12345678901234567890123", False),
    ],
)
def test_digits_that_do_not_fit_are_noted(raw, value, is_lost):
    """No number silently becomes another one."""
    found, notes = decode(b'{"n":' + raw + b"}")
    assert found == {"n": value}
    assert type(found["n"]) is type(value)
    assert [(note.code, note.path) for note in notes] == ([("number_precision", "/n")] if is_lost else [])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_well_written_json_has_no_notes(value, indent, ascii_only):
    """Whatever the layout and the escapes: nothing was lost, so nothing is said."""
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode(errors="surrogatepass")
    try:
        expected = orjson.loads(raw)
    except orjson.JSONDecodeError:  # text() may hold lone surrogates
        return
    assert decode(raw) == (expected, ())


@given(st.lists(st.tuples(st.sampled_from(["a", "b", 'c":', "\u00e9"]), st.integers(0, 3)), min_size=1), st.booleans())
def test_duplicates_are_found_whatever_the_layout(pairs, is_spaced):
    """Each key that stands more than once is noted once."""
    apart = " : " if is_spaced else ":"
    raw = "{" + ",".join(json.dumps(key) + apart + str(number) for key, number in pairs) + "}"
    keys = [key for key, _ in pairs]
    expected = {f"/{key}" for key in keys if keys.count(key) > 1}
    assert {note.path for note in decode(raw.encode())[1]} == expected


@pytest.mark.parametrize("depth", [253, 300, 1_000])
def test_what_is_read_but_cannot_be_written_again_is_taken_unless_asked(depth):
    """The parser reads 1,024 levels, the writer 254: files are mapped, a source that writes it down refuses."""
    raw = b'{"a":' * depth + b"{}" + b"}" * depth
    value, notes = decode(raw)
    for _ in range(depth):
        value = value["a"]
    assert (value, notes) == ({}, ())
    if depth == 253:
        assert decode(raw, writable=True)[1] == ()
        return
    with pytest.raises(NotJsonError, match=r"^not JSON: nested deeper than 254 levels$"):
        decode(raw, writable=True)


def test_a_double_key_is_found_where_the_text_cannot_be_written_again():
    """The slow reading does not depend on writing."""
    raw = b'{"b":1,"b":2,"a":' + b"[" * 300 + b"]" * 300 + b"}"
    assert [(note.code, note.path) for note in decode(raw)[1]] == [("duplicate_key", "/b")]
