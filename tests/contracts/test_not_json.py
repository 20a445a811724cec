"""What people are told of bytes that are no JSON."""

import orjson
import pytest

from contracts.not_json import explained


def told(raw):
    """The line that is told, and what it says."""
    with pytest.raises(orjson.JSONDecodeError) as caught:
        orjson.loads(raw)
    why = explained(caught.value, raw)
    return why.line, str(why)


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        ('{"a": 1}'.encode("utf-32"), 1, "not JSON: UTF-32 text; save it as UTF-8"),
        ('{"a": 1}'.encode("utf-16"), 1, "not JSON: UTF-16 text; save it as UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), 1, "not JSON: UTF-16 text; save it as UTF-8"),
        (b'{\n"a":\n"\xe4"}', 3, "not JSON: not UTF-8: invalid continuation byte at byte 9; save it as UTF-8"),
        (b"\x1f\x8b\x08\x00", 1, "not JSON: compressed by gzip; unpack it first"),
        (b" \n", 1, "not JSON: empty"),
        (b'{\n"a": NaN}', 2, "not JSON: NaN and Infinity are not JSON (column 6)"),
        (b'{\n"a": 1e400}', 2, "not JSON: a number beyond 1.8e308, the largest double (column 6)"),
        (b'{\n"a": [1\n\n', 2, "not JSON: unexpected end of data (column 8)"),
    ],
)
def test_the_line_and_the_mend_are_told(raw, line, words):
    """Plans, fixtures, baselines and messages are told the same."""
    assert told(raw) == (line, words)
