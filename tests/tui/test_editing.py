"""What the Edit screen knows."""

from __future__ import annotations

import pytest

from simulator.tui.editing import MappingFile, changed_rows, count_changed, read_text
from simulator.tui.local import LocalEngine

MESSAGE = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "m1",
    "userId": "u",
    "timestamp": "2026-02-23T22:31:02.250Z",
    "properties": {"revenue": 37.4},
    "context": {"traits": {"age": 3}},
}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"type": "track"}', 1),
        ('[{"type": "track"}, {"type": "identify"}]', 2),
        ('{"type": "track"}\n{"type": "identify"}\n', 2),
        ('{"batch": [{"type": "track"}, {"type": "track"}, {"type": "track"}]}', 3),
        ('{\n  "type": "track"\n}', 1),
    ],
)
def test_every_input_form_is_read(text, count):
    """One object, an array, JSON Lines, a batch body, over one or many lines."""
    found = read_text(text)
    assert (len(found.payloads), found.problem) == (count, "")


def test_what_cannot_be_read_says_where():
    """Half a document names its line and keeps nothing."""
    found = read_text('{"type": "track",\n "event": }')
    assert found.payloads == ()
    assert found.problem.startswith("line ")
    assert "not JSON" in found.problem


def test_an_empty_text_says_what_to_do():
    """Nothing typed yet is no error."""
    assert "paste or type" in read_text("  \n").problem


def test_a_shipped_mapping_is_read_only():
    """It has no path; its text is the file's, comments included."""
    file = MappingFile("segment-docs")
    assert file.path is None
    assert file.text.startswith("# ")


def test_saving_keeps_the_text_as_it_is(tmp_path):
    """The raw text is never rewritten; a wrong one changes nothing and says why."""
    file = MappingFile("segment-docs")
    target = tmp_path / "mine.toml"
    text = file.text + "\n# my own words   \n"
    assert file.save(text, target)
    assert target.read_text() == text
    good = file.mapping
    assert not file.save(text + "[[rule]]\n")
    assert target.read_text() == text
    assert file.mapping is good
    assert file.problem


def test_another_editor_is_noticed(tmp_path):
    """A file saved elsewhere is used if it is good; if not, the last good mapping stays."""
    target = tmp_path / "mine.toml"
    target.write_text(MappingFile("segment-docs").text)
    file = MappingFile(str(target))
    assert file.changed_elsewhere() is None
    target.write_text("nonsense = [")
    import os

    os.utime(target, (1, 1))
    good = file.mapping
    assert file.changed_elsewhere() == "nonsense = ["
    assert file.mapping is good
    assert file.problem
    assert file.text == "nonsense = ["  # what stands in the file: there is nothing here to be saved


def test_line_ends_stay_what_they_are(tmp_path):
    """A mapping written on Windows is read, changed and saved with its own line ends."""
    target = tmp_path / "mine.toml"
    text = MappingFile("segment-docs").text.replace("\n", "\r\n")
    target.write_bytes(text.encode())
    file = MappingFile(str(target))
    assert file.text == text
    assert file.save(text + "# mine\r\n")
    assert target.read_bytes() == f"{text}# mine\r\n".encode()


def test_what_a_save_changed():
    """Another mapping makes other rows of the same message: they are named, with what they were."""
    engine = LocalEngine()
    docs, typed = MappingFile("segment-docs").mapping, MappingFile("typed").mapping
    before, after = engine.try_out(MESSAGE, docs), engine.try_out(MESSAGE, typed)
    assert changed_rows(before, after) == {"/context/traits/age": '/labels/age "3" seed'}
    assert changed_rows(before, before) == {}
    assert count_changed([before], lambda payload: engine.try_out(payload, typed, check=False)) == (1, 1)
    assert count_changed([before], lambda payload: engine.try_out(payload, docs, check=False)) == (0, 1)
