"""The parts of the program at work together: what a person does, and what is seen of it."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QCloseEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QFileDialog

from engine.analyses import EXTRACT, RESPONSE
from engine.counting import counted
from engine.demo_titles import DEMO_TITLES
from engine.mrs.extraction import ExtractionParams
from engine.project import response_step
from engine.project.autosave import Autosave
from engine.project.demo import write_demo
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from engine.project.session_file import read_session, write_session
from guiapp.controllers import demos
from guiapp.controllers.view_controller import SCOPE_ALL, SCOPE_OWN
from guiapp.dialogs.ask import TextDialog
from guiapp.dialogs.missing_files import MissingFilesDialog
from guiapp.document.commands import edit
from guiapp.panels.search_palette import ranked
from guiapp.settings.actions import ACTIONS, demo_action
from tests.helpers.sessions import star_session
from tests.helpers.slow_chain import held
from tests.helpers.star_files import CUBE_4A, MODEL, SPECTRUM_4A, write_files

DEMOS = {demo_action(name) for name in DEMO_TITLES}
#: What people type, and what they look for.
WORDS = {
    "worst": "inspect.worst_junction",
    "jump": "inspect.worst_junction",
    "discontinuity": "junctions",
    "residual": "response",
    "aperture": "cube",
    "radius": "cube",
    "knot": "calibrate.propose_breakpoints",
    "spline": "response",
    "exclude": "calibrate.exclude",
    "reject": "calibrate.exclude",
    "restore": "calibrate.include",
    "undo": "edit.undo",
    "revert": "edit.undo",
    "settings": "edit.preferences",
    "shortcuts": "help.keys",
    "pdf": "file.export_figure",
    "csv": "file.export",
    "recompute": "calibrate.run_all",
    "snr": "band_snr",
    "recipe": "inspect.compare_with",
    "differ": "inspect.differences",
    "stop": "tools.cancel_jobs",
}
LEAVING = {"file.quit", "file.new", "file.close", "help.tour"} | DEMOS


def exclude(program, reason="saturated"):
    edit(program.space.document, program.session.with_exclusion("e1", reason), "Exclude")


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "night.fluxknot"
    write_session(Session(), path)
    return path


# Beginning


def test_it_begins_with_an_empty_window(program):
    assert program.window.welcome.isVisible()
    assert program.title == "Fluxknot[*]"
    assert program.dialogs() == []
    assert program.jobs == ()


def test_it_opens_what_the_command_line_names(start, tmp_path):
    folder = write_files(tmp_path / "data", CUBE_4A, MODEL)

    program = start(folder / CUBE_4A, folder / MODEL)
    program.settle()

    assert [entry.kind for entry in program.session.entries] == ["cube", "model spectrum"]
    assert program.window.view_area.isVisible()


def test_it_opens_a_session_that_the_command_line_names(start, tmp_path, saved):
    program = start(saved)

    assert program.title == "night.fluxknot[*] — Fluxknot"
    assert program.space.document.undo_stack.count() == 0


def test_a_file_of_the_command_line_that_is_not_there_is_told(start, tmp_path):
    program = start(tmp_path / "missing.fits")
    program.settle()

    assert "missing.fits" in program.told()[0]


def test_lost_work_is_offered_at_the_start_and_then_the_wish_is_done(start, tmp_path, qtbot):
    folder = write_files(tmp_path / "data", MODEL)
    lost = Autosave(tmp_path / "state" / "autosave")
    lost.save(star_session().with_exclusion("e1", "lost"))
    lost._lock.release()

    program = start(folder / MODEL)
    [dialog] = program.dialogs()
    assert program.session == Session()
    dialog.accept()
    program.settle()

    assert [entry.kind for entry in program.session.entries] == ["model spectrum"]


# Opening


def test_the_first_band_of_what_was_opened_is_selected_and_shown(star):
    assert star.window.view_area.isVisible()
    assert star.space.selection.current == star.session.segments[0].id
    assert star.controller.views["cube"].heading[0] == "Cube · 16 Cyg B · 4A"


def test_undo_of_opening_shows_the_welcome_again(star):
    star.stack.undo()
    assert star.window.welcome.isVisible()

    star.stack.redo()

    assert star.window.view_area.isVisible()
    assert star.session.segments


def test_to_close_what_is_shown_shows_what_is_left(star):
    shown = star.space.selection.current

    edit(star.space.document, star.session.without_entries([shown]), "Close")
    star.settle()

    assert star.space.selection.current != shown
    assert star.session.segment(star.space.selection.current) is not None


def test_refused_files_are_listed_in_a_dialog_while_the_window_is_empty(program, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.fits").write_text("milk")

    program.controller.files.open_paths([str(tmp_path / f"{name}.fits") for name in "ab"])
    program.settle()

    [text] = program.told()
    assert "a.fits" in text
    assert "b.fits" in text
    assert len(program.messages) == 2


def test_refused_files_are_told_above_the_view_and_logged_once(star, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.fits").write_text("milk")

    star.controller.files.open_paths([str(tmp_path / f"{name}.fits") for name in "ab"])
    star.settle()

    assert "a.fits" in star.notice
    assert "The messages say what is wrong with each" in star.notice
    assert sum("a.fits" in text for text in star.messages) == 1


def test_what_was_said_of_one_session_is_not_said_of_the_next(star, tmp_path):
    (tmp_path / "a.fits").write_text("milk")
    star.controller.files.open_paths([str(tmp_path / "a.fits")])
    star.settle()
    assert "a.fits" in star.notice

    star.controller.session.new()

    assert star.window.view_area.notice.isHidden()


def test_files_that_are_open_already_are_said_to_be(star, tmp_path):
    star.open(tmp_path / "data")

    assert star.notice.startswith("All 8 files are open already.")


def test_a_session_dropped_on_the_window_replaces_this_one(star, saved):
    assert star.drop(star.window, saved)
    star.settle()

    assert star.session == Session()
    assert star.title == "night.fluxknot[*] — Fluxknot"


def test_a_session_whose_files_are_gone_asks_for_them(program, tmp_path):
    path = tmp_path / "gone.fluxknot"
    write_session(star_session(), path)

    program.controller.session.open(path)

    assert len(program.dialogs(MissingFilesDialog)) == 1
    assert program.session == star_session()


def test_a_session_that_is_opened_again_another_day_is_not_computed_again(
    start, monkeypatch, tmp_path
):
    monkeypatch.setenv("FLUXKNOT_CACHE", str(tmp_path / "results"))
    path = tmp_path / "night.fluxknot"
    first = start(write_files(tmp_path / "data"))
    first.settle()
    first.trigger("calibrate.run_all")
    first.settle()
    write_session(first.session, path)
    key = first.space.chain.keys_of(first.session, "response")[0]
    first.space.chain.store._disk.finish()

    def fail(*_arguments, **_options):
        raise AssertionError("computed")

    monkeypatch.setattr(response_step, "fit_star_response", fail)
    second = start(path)
    second.settle()

    assert second.space.chain.state(second.session, key) == "fresh"
    assert second.space.chain.failure(second.session, key) is None


def test_a_recent_session_is_opened_and_one_that_is_gone_forgotten(program, saved, tmp_path):
    program.controller.session.open(saved)
    gone = str(tmp_path / "gone.fluxknot")
    program.window.preferences.remember_recent(gone)

    program.window.recent_chosen.emit(gone)
    assert program.window.preferences.recent() == (str(saved),)
    program.window.recent_chosen.emit(str(saved))

    assert program.title == "night.fluxknot[*] — Fluxknot"


def test_a_demo_is_no_recent_session(start, preferences, saved, tmp_path):
    demo = tmp_path / "state" / "demo" / "demo.fluxknot"
    demo.parent.mkdir(parents=True)
    write_session(star_session(), demo)
    preferences.remember_recent(saved)
    preferences.remember_recent(demo)  # by an earlier version
    program = start()
    begun = program.window.preferences.recent()

    program.window.recent_chosen.emit(str(demo))

    assert program.controller.session.path == demo
    assert begun == program.window.preferences.recent() == (str(saved),)


def test_a_recent_session_that_is_damaged_stays_among_the_recent_ones(program, saved):
    program.window.preferences.remember_recent(saved)
    saved.write_text("{")

    program.window.recent_chosen.emit(str(saved))

    assert program.window.preferences.recent() == (str(saved),)
    assert "night.fluxknot" in program.told()[0]


# Actions


def close_dialogs(program):
    for dialog in program.dialogs():
        dialog.reject()
    program.settle()


def listened_to(program):
    return [spec.id for spec in ACTIONS if not program.window.actions_of.is_idle(spec.id)]


def test_every_action_can_be_asked_for_in_the_empty_window(program, monkeypatch, tmp_path):
    path = tmp_path / "demo.fluxknot"
    write_session(Session(), path)
    monkeypatch.setattr(demos, "demo_session", lambda _folder, *, name, progress: path)

    for action_id in listened_to(program):
        if action_id != "file.quit":
            program.trigger(action_id)
            close_dialogs(program)

    assert program.session == Session()
    assert program.troubles.dialog is None


@pytest.mark.parametrize(
    "view",
    ["cube", "response", "junctions"],
)
def test_every_action_can_be_asked_for_in_every_view_and_undone(star, view):
    start = star.session
    star.view(view)

    for action_id in listened_to(star):
        if action_id not in LEAVING:
            star.trigger(action_id)
            close_dialogs(star)
    star.stack.setIndex(1)  # the opening of the files stays

    assert star.session is start
    assert star.troubles.dialog is None


def test_an_action_of_one_view_is_not_offered_in_others(star):
    star.view("response")
    assert star.window.action("calibrate.propose_breakpoints").isEnabled()

    star.view("cube")

    assert not star.window.action("calibrate.propose_breakpoints").isEnabled()


@pytest.mark.parametrize("view", ["response", "cube", "spectra"])
def test_errors_are_checked_in_the_menu_while_they_are_drawn(star, view):
    errors, menu = star.window.action("view.errors"), star.window.menu_opening
    star.view(view)

    menu.emit()
    begun = star.controller.views[view].has_errors, errors.isChecked()
    star.trigger("view.errors")
    by_menu = star.controller.views[view].has_errors, errors.isChecked()
    star.window.preferences.set("figure_format", "png")  # nothing to do with it
    star.controller.views[view].actions()["view.errors"]()  # as a click in the legend does
    menu.emit()

    assert begun == (True, True)
    assert by_menu == (False, False)
    assert star.controller.views[view].has_errors
    assert errors.isChecked()


@pytest.mark.parametrize("view", ["response", "cube", "spectra"])
def test_a_view_that_is_made_later_begins_without_errors_if_they_are_not_wanted(
    program, view, tmp_path
):
    program.window.preferences.set("show_errors", False)
    program.open(tmp_path / "data")

    assert not program.view(view).has_errors
    assert not program.window.action("view.errors").isChecked()


def test_undo_and_redo_say_what_they_do(star):
    exclude(star)
    undo, redo = star.window.action("edit.undo"), star.window.action("edit.redo")
    assert undo.text() == "Undo Exclude"
    assert not redo.isEnabled()

    undo.trigger()

    assert redo.text() == "Redo Exclude"
    assert redo.isEnabled()


def test_the_selected_band_is_excluded_by_an_action_and_brought_back(star):
    star.space.selection.select(("e2",))

    star.trigger("calibrate.exclude")
    [dialog] = star.dialogs()
    dialog.taken.emit("saturated")
    dialog.reject()
    assert star.session.exclusion("e2").reason == "saturated"
    star.trigger("calibrate.include")

    assert star.session.exclusion("e2") is None


def test_all_jobs_are_cancelled_by_one_action(star, monkeypatch):
    with held(star.space.chain, monkeypatch):
        star.controller.chain.run_all()
        star.trigger("tools.cancel_jobs")
        star.settle()

    assert star.jobs == ()


# Views and inspector


def test_only_the_view_that_is_seen_computes(star):
    response = NodeKey(RESPONSE.name, star.space.selection.current)
    assert star.space.chain.result(star.session, response) is None

    star.view("response")

    assert star.space.chain.result(star.session, response) is not None


def test_a_click_in_the_chain_shows_the_view_of_the_step(star):
    for step, view in (("response", "response"), ("extract", "cube"), ("junctions", "junctions")):
        star.window.chain_strip.chips[step].click()

        assert star.window.current_view == view


@pytest.mark.parametrize("view", ["cube", "response", "fringe", "junctions"])
def test_each_view_has_its_form_and_its_numbers(star, view):
    controller = star.view(view)

    content = controller.inspector()

    assert content.specs
    assert tuple(star.window.inspector.form.rows) == tuple(spec.name for spec in content.specs)
    assert content.numbers is not None or content.summary


def test_an_edit_in_the_form_is_one_undoable_edit_of_this_observation(star):
    star.view("cube")
    start, key = star.session, NodeKey(EXTRACT.name, star.space.selection.current)

    star.window.inspector.edited.emit("radius_fwhm", 1.5)
    star.settle()

    assert star.session.params[key].radius_fwhm == 1.5
    assert star.stack.undoText() == "Set radius of 16 Cyg B 4A to 1.5 FWHM"
    star.stack.undo()
    assert star.session is start


def test_an_edit_for_all_observations_holds_for_all(star):
    star.view("cube")

    star.window.inspector.scope_changed.emit(SCOPE_ALL)
    star.window.inspector.edited.emit("radius_fwhm", 1.5)
    star.settle()

    assert star.session.params[NodeKey(EXTRACT.name, EVERYTHING)].radius_fwhm == 1.5
    assert star.stack.undoText() == "Set radius of all observations to 1.5 FWHM"
    segment = star.session.segments[-1].id
    assert star.session.own_params(NodeKey(EXTRACT.name, segment)).radius_fwhm == 1.5


def test_the_form_shows_what_holds_for_the_scope_that_is_chosen(star, qtbot):
    star.view("cube")
    key = NodeKey(EXTRACT.name, star.space.selection.current)
    session = star.session.with_params(key, ExtractionParams(radius_fwhm=1.5))
    edit(star.space.document, session, "Edit")

    star.window.inspector.scope_changed.emit(SCOPE_ALL)
    assert star.controller.views["cube"].inspector().values["radius_fwhm"] == 2.0
    star.window.inspector.scope_changed.emit(SCOPE_OWN)

    assert star.controller.views["cube"].inspector().values["radius_fwhm"] == 1.5


def test_the_same_value_again_is_no_edit(star):
    star.view("cube")
    n_before = star.stack.count()

    star.window.inspector.edited.emit("radius_fwhm", 2.0)

    assert star.stack.count() == n_before


def test_a_double_click_in_the_browser_shows_cube_or_response(star):
    cube, spectrum = (
        next(one.id for one in star.session.segments if one.is_cube is is_cube)
        for is_cube in (True, False)
    )

    star.window.data_browser.activated.emit(spectrum)
    assert (star.window.current_view, star.space.selection.current) == ("response", spectrum)
    star.window.data_browser.activated.emit(cube)

    assert (star.window.current_view, star.space.selection.current) == ("cube", cube)


def test_what_is_found_by_search_is_selected(star):
    last = star.session.segments[-1].id

    star.window.search_chosen.emit("segment", last)

    assert star.space.selection.segments == (last,)


def test_the_theme_can_change_after_every_view_was_seen(star):
    for name in star.controller.views:
        star.view(name)
    for theme in ("dark", "light"):
        star.window.preferences.set("theme", theme)
        star.window.grab()

    assert star.troubles.dialog is None


def test_a_notice_stays_until_another_view_is_chosen(star):
    star.controller.exports.failed.emit("This cannot be written.", "Choose another folder.")
    assert star.notice == "This cannot be written. Choose another folder."

    star.view("junctions")

    assert star.notice == ""
    assert "This cannot be written. Choose another folder." in star.messages


# What leaves


def test_the_export_folder_of_a_session_without_a_name_comes_back_after_a_crash(star, start):
    star.controller.exports.place.choose("/elsewhere")
    kept = star.controller.session.exports_now()
    other = start()

    other.controller.session.recovered.emit("", kept)

    assert other.controller.exports.place.path == "/elsewhere"
    assert star.controller.session._timer.isActive()  # the next copy says it


def test_the_numbers_are_copied_as_a_table(star):
    star.view("cube")
    QApplication.clipboard().clear()

    star.trigger("edit.copy_data")

    lines = QApplication.clipboard().text().splitlines()
    assert len(lines) >= 2
    assert all("\t" in line for line in lines)
    assert star.window.status.full_text() == f"Copied {counted(len(lines) - 1, 'row')}"


def test_it_is_said_how_many_rows_of_the_table_with_the_keyboard_were_copied(star):
    star.view("cube")
    numbers = star.window.inspector.numbers
    numbers.setFocus()
    numbers.select_rows((0,))

    star.trigger("edit.copy_data")

    assert len(QApplication.clipboard().text().splitlines()) == 2
    assert star.window.status.full_text() == f"Copied 1 row of {numbers.row_count}"


def test_a_view_without_numbers_says_that_there_are_none(star):
    star.view("repeatability")
    QApplication.clipboard().setText("before")

    star.trigger("edit.copy_data")

    assert QApplication.clipboard().text() == "before"
    assert star.notice.startswith("This view has no numbers now.")


def test_the_picture_of_the_view_is_copied(star):
    controller = star.view("response")
    QApplication.clipboard().clear()

    star.trigger("edit.copy_picture")

    picture = QApplication.clipboard().pixmap()
    assert picture.size() == controller.view.grab().size()
    size = f"{picture.width()} × {picture.height()} pixels"
    assert star.window.status.full_text() == f"Copied the picture of Response, {size}"


def test_the_figure_of_the_view_is_written(star, tmp_path):
    star.view("response")
    star.controller.exports.ask_path = lambda _suggested: str(tmp_path / "figure.pdf")

    star.trigger("file.export_figure")
    star.settle()

    assert (tmp_path / "figure.pdf").read_bytes().startswith(b"%PDF")
    assert star.notice.startswith("figure.pdf written to")


def test_a_view_without_a_figure_says_so(program):
    program.trigger("file.export_figure")

    assert program.told()[0].startswith("This view has no figure now.")


def test_what_an_export_left_out_is_told_and_logged(star, tmp_path):
    star.controller.exports.export(("vectors",), str(tmp_path / "out"))
    star.settle()

    assert "files written to" in star.notice
    assert all(
        "was not written" in text for text in star.messages if text.endswith("was not written")
    )


# Ending


def test_to_save_is_seen_in_the_title_and_said_at_the_bottom(star, tmp_path):
    star.controller.session.ask_name = lambda _suggested: str(tmp_path / "night.fluxknot")
    was_marked = star.window.isWindowModified()

    star.trigger("file.save")

    assert was_marked
    assert not star.window.isWindowModified()
    assert star.window.status.full_text().startswith("Saved night.fluxknot, ")
    exclude(star)
    assert star.window.isWindowModified()


def test_an_unmodified_window_closes_at_once(program):
    event = QCloseEvent()

    program.window.closeEvent(event)

    assert event.isAccepted()
    program.is_over = True
    program.controller.deleteLater()


@pytest.mark.parametrize(("answer", "is_closed"), [("cancel", False), ("discard", True)])
def test_a_window_with_unsaved_work_asks_first(star, answer, is_closed):
    star.controller.session.ask_about_changes = lambda: answer
    event = QCloseEvent()

    star.window.closeEvent(event)

    assert event.isAccepted() is is_closed
    star.controller.session.ask_about_changes = lambda: "discard"


def test_a_window_that_saves_on_closing_saves(star, tmp_path):
    star.controller.session.ask_about_changes = lambda: "save"
    star.controller.session.ask_name = lambda _suggested: str(tmp_path / "last.fluxknot")
    session, event = star.session, QCloseEvent()

    star.window.closeEvent(event)

    assert event.isAccepted()
    assert read_session(tmp_path / "last.fluxknot") == session


def test_a_window_with_running_jobs_closes_and_they_end(star, monkeypatch):
    with held(star.space.chain, monkeypatch):
        star.controller.chain.run_all()
        event = QCloseEvent()
        star.window.closeEvent(event)

    assert event.isAccepted()
    assert star.jobs == ()


def test_nothing_is_left_behind_after_a_window_ended_well(star, tmp_path):
    exclude(star)
    star.controller.session.autosave()
    assert list((tmp_path / "state" / "autosave").iterdir())

    star.end()

    assert list((tmp_path / "state" / "autosave").iterdir()) == []


def test_cancelled_file_dialogs_change_nothing(star, monkeypatch):
    before = star.session
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: ("", ""))

    for action_id in ("file.open", "file.open_folder", "file.open_session", "file.save_as"):
        star.trigger(action_id)

    assert star.session is before
    assert star.jobs == ()


def test_a_comparison_can_be_ended_only_while_there_is_one(star):
    stop = star.window.action("inspect.stop_comparing")
    before = stop.isEnabled()

    star.trigger("inspect.keep_version")
    [dialog] = star.dialogs(TextDialog)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    while_comparing = stop.isEnabled()
    star.trigger("inspect.stop_comparing")

    assert (before, while_comparing, stop.isEnabled()) == (False, True, False)
    star.controller.workspace.document.undo_stack.undo()
    assert stop.isEnabled()


def test_opening_the_model_later_makes_the_response_possible(program, tmp_path):
    program.open(tmp_path / "1", SPECTRUM_4A)
    program.view("response")
    program.open(tmp_path / "2", MODEL)

    assert program.controller.views["response"].inspector().numbers is not None


def test_a_view_beside_another_follows_the_selection_too(star):
    star.view("response")
    star.trigger("view.split")
    star.settle()
    controllers = star.controller.views

    other = next(one.id for one in star.session.segments if one.id != star.space.selection.current)
    star.space.selection.select((other,))
    star.settle()

    shown = star.window.shown_views
    assert len(shown) == 2
    assert all(controllers[name].is_active for name in shown)
    title = star.session.segment(other).identity.band
    assert all(title in " ".join(controllers[name].heading) for name in shown)
    star.trigger("view.split")
    star.settle()
    assert [name for name, one in controllers.items() if one.is_active] == ["response"]


def test_a_session_opens_in_a_view_of_its_instrument(program, tmp_path):
    path = write_demo(tmp_path / "lrs", name="lrs", size="small")

    program.controller.session.open(str(path))
    program.settle()

    assert program.controller.views[program.window.current_view].group == "LRS"


# Searching


def test_people_find_things_by_the_words_that_they_use(program):
    views = program.window.view_area.views.values()
    items = program.window.actions_of.search_items(views)

    found = {typed: {one.id for one in ranked(items, typed)[:4]} for typed in WORDS}

    missed = {typed: found[typed] for typed, wanted in WORDS.items() if wanted not in found[typed]}
    assert missed == {}


def test_the_worst_junction_is_shown_from_anywhere(star):
    star.view("response")

    star.trigger("inspect.worst_junction")

    assert star.window.current_view == "junctions"


def test_without_data_there_is_no_worst_junction(program):
    program.trigger("inspect.worst_junction")

    assert "There is no junction yet." in program.told()[0]


# Tab


@pytest.mark.parametrize("view", ["cube", "response"])
def test_tab_goes_from_the_search_to_data_view_inspector_and_the_bottom(star, view, qtbot):
    star.view(view)  # made after everything else, as are the fields of its form
    window = star.window
    regions = {
        "search": window._search_field,
        "data": window.data_browser,
        "view": window.view_area,
        "inspector": window.inspector,
        "bottom": window.chain_strip,
    }
    window.activateWindow()
    window._search_field.setFocus()
    qtbot.waitUntil(window._search_field.hasFocus)

    visited = [window._search_field]
    while len(visited) < 200:
        window.focusNextPrevChild(True)
        if QApplication.focusWidget() is visited[0]:
            break
        visited.append(QApplication.focusWidget())
    window.focusNextPrevChild(False)

    names = [
        name
        for one in visited
        for name, region in regions.items()
        if one is region or region.isAncestorOf(one)
    ]
    assert list(dict.fromkeys(names)) == list(regions)
    assert names == sorted(names, key=list(regions).index)
    assert len(set(visited)) == len(visited) == len(names)
    assert QApplication.focusWidget() is visited[-1]
    assert star.controller.views[view].view.isAncestorOf(visited[names.index("inspector") - 1])
