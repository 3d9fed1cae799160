"""A session that is reopened shows what it showed when it was left."""

import pytest

from engine.project.autosave import find_recoveries
from guiapp.document.commands import edit
from guiapp.panels.view_frames import ViewFrame
from tests.helpers.sessions import star_session


@pytest.fixture
def saved(program, tmp_path):
    """Return the program with a session that is saved as ``night.fluxknot`` when it is."""
    path = tmp_path / "night.fluxknot"
    program.controller.session.ask_name = lambda _suggested: str(path)
    edit(program.space.document, star_session(), "Open files")
    program.settle()
    return program


def leave(program):
    """Close the session, look elsewhere as in another one, and return where it is kept."""
    path = program.controller.session.path
    program.trigger("file.close")
    program.window.put_beside("")
    program.view("cube")
    return path


def copied(folder):
    """Return the unsaved work that a process left that has this one's copies and is dead."""
    from_here = sorted((folder / "state" / "autosave").glob("*.autosave.fluxknot"))[-1]
    other = folder / "dead"
    other.mkdir()
    (other / f"1-dead.000000001{''.join(from_here.suffixes[-2:])}").write_bytes(
        from_here.read_bytes()
    )
    [left] = find_recoveries(other)
    return left


def test_selection_view_and_split_come_back_with_a_saved_session(saved):
    rows = saved.window.data_browser
    rows.tree.selectAll()
    [star] = [one for one in rows.selected_ids() if one.startswith("target:")]
    rows.select((star,))
    rows.selected.emit((star,))
    saved.view("response")
    saved.trigger("view.split")
    saved.view("junctions")
    saved.trigger("file.save")
    selected, shown = saved.space.selection.segments, saved.window.shown_views
    path = leave(saved)
    assert saved.window.shown_views == ("cube",)

    saved.controller.session.open(path)

    assert len(selected) > 1
    assert saved.space.selection.segments == selected
    assert rows.selected_ids() == (star,)
    assert saved.window.shown_views == shown == ("junctions", "cube")
    assert saved.stack.count() == 0


def test_to_look_at_something_else_is_no_edit_and_is_remembered_without_saving(saved):
    saved.trigger("file.save")
    before = saved.controller.session.path.read_bytes()
    last = saved.session.segments[-1].id
    saved.view("junctions")
    saved.space.selection.select((last,))
    assert not saved.space.document.is_modified
    path = leave(saved)

    saved.controller.session.open(path)

    assert path.read_bytes() == before
    assert saved.window.current_view == "junctions"
    assert saved.space.selection.segments == (last,)


def test_a_file_that_another_window_saved_is_shown_as_it_says_as_far_as_it_can_be(saved):
    first = saved.session.segments[0].id
    saved.view("junctions")
    saved.trigger("file.save")
    saved.view("response")
    path = leave(saved)
    text = path.read_text(encoding="utf-8")
    gone = text.replace(f'"selected": [\n   "{first}"', '"selected": [\n   "e999"')
    assert gone != text

    path.write_text(gone, encoding="utf-8")
    saved.controller.session.open(path)
    seen = saved.window.current_view
    path.write_text(gone.replace('"view": "', '"view": "no such '), encoding="utf-8")
    saved.controller.session.open(path)

    assert seen == "junctions"
    assert saved.space.selection.segments == (first,)
    assert saved.window.current_view == seen


def test_work_that_a_crash_left_behind_is_taken_up_where_it_was(saved, tmp_path):
    saved.trigger("file.save")
    path = saved.controller.session.path
    saved.view("response")
    leave(saved)  # the preferences know of an older look at the same file
    saved.controller.session.open(path)
    saved.controller.exports.place.choose(str(tmp_path / "results"))
    edit(saved.space.document, saved.session.with_exclusion("e1", "bad"), "Exclude")
    last = saved.session.segments[-1].id
    saved.view("junctions")
    saved.space.selection.select((last,))
    saved.controller.session.autosave()
    left = copied(tmp_path)
    leave(saved)

    saved.controller.session.recover(left)
    saved.settle()

    assert saved.window.current_view == "junctions"
    assert saved.space.selection.segments == (last,)
    assert saved.space.document.is_modified
    assert saved.controller.exports.place.path == str(tmp_path / "results")


def test_to_look_at_something_else_is_copied_with_unsaved_work_and_only_then(saved):
    timer = saved.controller.session._timer
    saved.trigger("file.save")
    timer.stop()

    saved.view("junctions")
    while_saved = timer.isActive()
    edit(saved.space.document, saved.session.with_exclusion("e1", "bad"), "Exclude")
    timer.stop()
    saved.view("response")

    assert not while_saved
    assert timer.isActive()


@pytest.mark.parametrize("memory", ["{", "{}", '[1, ["a"], ["b", "c", 7]]'])
def test_a_memory_that_is_damaged_is_none(program, preferences, memory):
    preferences.set_layout("seen in sessions", memory)

    program.controller.arrangement.restore()

    assert program.window.current_view == "cube"


def test_chain_and_inspector_speak_of_what_is_seen_when_a_view_gets_a_window(saved):
    saved.view("junctions")
    saved.view("response")

    saved.trigger("view.tear_out")
    saved.settle()

    window, seen = saved.window, saved.controller.views["junctions"]
    assert window.current_view == "junctions"
    assert window.shown_views == ("junctions", "response")
    assert window.view_area.title.full_text() == seen.heading[0]
    assert window.chain_strip._active == seen.step
    assert saved.controller.views["response"].is_active
    title = saved.controller.views["response"].heading[0]
    [torn] = saved.dialogs(ViewFrame)
    assert "16 Cyg B" in title
    assert torn.title.full_text() == title
    assert torn.windowTitle().startswith(title)
    window.view_area.put_back("response")
