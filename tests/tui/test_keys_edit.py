"""Edit: the texts and their keys."""

from __future__ import annotations

import contextlib
import os

import pytest
from textual.events import Paste

pytestmark = pytest.mark.anyio


async def test_edit_leaves_the_text(open_app):
    """Letters are text until escape; after it the single letters work again."""
    async with open_app() as (app, pilot):
        await pilot.press("m")
        await pilot.pause(0.05)
        await pilot.press("l")
        assert app.screen.NAME == "Edit"
        await pilot.press("escape", "l")
        await pilot.pause(0.05)
        assert app.screen.NAME == "Live"


async def test_a_paste_is_taken_once_and_one_too_large_is_refused(open_app):
    """A text of 500 KB or less stands as it was pasted; a larger one changes nothing, and that is said."""
    async with open_app() as (app, pilot):
        await pilot.press("m")
        await pilot.pause(0.05)
        area = app.screen.query_one("#message")
        area.load_text("")
        app.post_message(Paste('{"type": "track"}'))
        await pilot.pause(0.05)
        assert area.text == '{"type": "track"}'
        app.post_message(Paste("x" * 500_001))
        await pilot.pause(0.05)
        assert area.text == '{"type": "track"}'
        assert "larger than 500 KB" in [notice.message for notice in app._notifications][-1]


async def test_files_are_opened_saved_and_watched(open_app, tmp_path, monkeypatch):
    """ctrl+o opens messages, alt+arrows choose one, ctrl+s saves a mapping, never over a file; a lost file is said."""
    messages = tmp_path / "two.jsonl"
    messages.write_text('{"type": "track", "event": "One"}\n{"type": "track", "event": "Two"}\n')
    mapping = tmp_path / "mine.toml"
    async with open_app() as (app, pilot):
        await pilot.press("m", "ctrl+o")
        await pilot.pause(0.05)
        app.screen.query_one("#answer").value = str(messages)
        await pilot.press("enter")
        await pilot.pause(0.05)
        await pilot.press("alt+down", "ctrl+t")
        await pilot.pause(0.05)
        assert app.engine.asked[-1] == ("send", {"type": "track", "event": "Two"}, "edited")
        for path in (mapping, messages):
            await pilot.press("ctrl+s")
            await pilot.pause(0.05)
            if path is mapping:
                app.screen.query_one("#answer").value = str(mapping)
                await pilot.press("enter")
                await pilot.pause(0.05)
                assert app.engine.mapping == str(mapping)
        mapping.unlink()
        app.screen._watch()
        await pilot.pause()
        assert "No such file" in app.screen._draft.file.problem
        monkeypatch.setenv("EDITOR", "true")
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert "edit" in [notice.message for notice in app._notifications][-1]
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert mapping.is_file()
        await pilot.press("escape", "escape")
        await pilot.pause(0.05)
        assert app.screen.NAME == "Live"


async def _with_a_mapping_of_ones_own(app, pilot, path):
    """Open Edit and save the shipped mapping as ``path``; return the mapping's text area."""
    await pilot.press("m", "ctrl+s")
    await pilot.pause(0.05)
    app.screen.query_one("#answer").value = str(path)
    await pilot.press("enter")
    await pilot.pause(0.05)
    return app.screen.query_one("#mapping")


async def test_all_mistakes_of_a_mapping_are_told(open_app, tmp_path):
    """The frame says the first and how many more; saving lists them, changes nothing, and leaves the file as it was."""
    path = tmp_path / "mine.toml"
    async with open_app() as (app, pilot):
        area = await _with_a_mapping_of_ones_own(app, pilot, path)
        before = path.read_text()
        area.load_text('extends = "segment-docs"\nnmae = "a"\n[settings]\nmax_depht = 5\n')
        await pilot.pause()
        assert str(area.border_subtitle).startswith("[$error]1 more, ^s lists them · ")
        await pilot.press("ctrl+s")
        await pilot.pause(0.05)
        said = [notice.message for notice in app._notifications][-1].splitlines()
        assert [line.split("mine.toml:")[1][:21] for line in said] == ["2: unknown key 'nmae'", "4: unknown key 'max_d"]
        assert path.read_text() == before


async def test_a_file_saved_elsewhere_leaves_a_way_back(open_app, tmp_path):
    """Another editor's text takes the place of what was not saved here; that is said, and one undo brings it back."""
    path = tmp_path / "mine.toml"
    async with open_app() as (app, pilot):
        area = await _with_a_mapping_of_ones_own(app, pilot, path)
        area.insert("# mine\n", (0, 0))
        mine = area.text
        path.write_text("# theirs\n" + path.read_text())
        os.utime(path, (1, 1))
        app.screen._watch()
        await pilot.pause()
        assert area.text.startswith("# theirs\n")
        assert "^z brings your own changes back" in [notice.message for notice in app._notifications][-1]
        area.undo()
        assert area.text == mine


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("sh -c 'exit 3'", "sh -c 'exit 3' ended with code 3; what it saved counts"),
        ("no-such-editor", "EDITOR=no-such-editor: [Errno 2] No such file or directory: 'no-such-editor'"),
        ("vi 'unclosed", "EDITOR=vi 'unclosed: No closing quotation"),
    ],
)
async def test_an_editor_that_fails_is_named(open_app, tmp_path, monkeypatch, editor, said):
    """An editor that ends badly, is not there, or cannot be read as a command is said to have failed, and how."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    async with open_app() as (app, pilot):
        await _with_a_mapping_of_ones_own(app, pilot, tmp_path / "mine.toml")
        monkeypatch.setattr(app, "suspend", contextlib.nullcontext)
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert [notice.message for notice in app._notifications][-1] == said


async def test_the_editor_does_not_open_beside_unsaved_changes(open_app, tmp_path, monkeypatch):
    """With changes not saved yet, ctrl+g asks to save them first: the editor would open a file without them."""
    monkeypatch.setenv("EDITOR", "false")
    async with open_app() as (app, pilot):
        area = await _with_a_mapping_of_ones_own(app, pilot, tmp_path / "mine.toml")
        area.insert("# mine\n", (0, 0))
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert "save your changes here first" in [notice.message for notice in app._notifications][-1]
