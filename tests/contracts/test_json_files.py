"""Contract files: read strictly, refused in one line."""

import pytest

from contracts.errors import ContractFileError
from contracts.json_files import read_json


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    """What editors add decides nothing."""
    (tmp_path / "a.json").write_bytes(b'\xef\xbb\xbf{\r\n"a": [1, "x"]\r\n}\r\n')
    assert read_json(str(tmp_path / "a.json")) == {"a": [1, "x"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ":1: not JSON: "),
        (b'{\n"a": x}', ":2: not JSON: "),
        (b'{"a": {"b": 1, "b": 1}}', ": the key 'b' stands twice in one object"),
        (b"\xff", ":1: not JSON: "),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, content, said):
    """The error names the file, the line or the key."""
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(ContractFileError) as caught:
        read_json(str(path))
    assert str(caught.value).startswith(str(path) + said)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """Missing, or a folder."""
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ContractFileError, match=r"none\.json: No such file|: Is a directory"):
            read_json(str(path))
