"""What is done in the data browser: every edit is undone, and can be read in the history."""

from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QItemSelectionModel
from PyQt6.QtWidgets import QPushButton

from engine.analyses import RESPONSE
from engine.files.write_vectors import write_vector
from engine.model.provenance import Provenance
from engine.mrs.calibrated_spectra import vector_from_response
from engine.mrs.response_params import StarResponseParams
from engine.project.keys import NodeKey
from engine.project.models import model_of
from engine.project.opening import add_files, read_files
from engine.project.recipes import recipe_text
from guiapp.controllers.browser import BrowserController
from guiapp.controllers.file_states import FileStates
from guiapp.controllers.health import HealthController
from guiapp.dialogs.ask import TextDialog
from guiapp.dialogs.troubles import TroubleDialog
from guiapp.document.commands import edit
from guiapp.panels.browser_tree import row_of
from guiapp.panels.data_browser import DataBrowser
from tests.helpers.workspaces import workspace

TABLE = "wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n5.2,1.2\n"


class Browser:
    """The panel of two stars in two bands (e1 to e4) with their models, and its controller."""

    def __init__(self, qtbot, runner):
        self.qtbot = qtbot
        self.space = workspace(runner)
        self.panel = DataBrowser()
        qtbot.addWidget(self.panel)
        self.states = FileStates(self.space, self.panel)
        self.controller = BrowserController(
            self.space,
            self.panel,
            self.states,
            HealthController(self.space, self.panel),
            self.panel,
        )
        self.failures, self.nodes, self.activated = [], [], []
        self.controller.failed.connect(lambda what, hint: self.failures.append((what, hint)))
        self.controller.node_wanted.connect(self.nodes.append)
        self.controller.activated.connect(self.activated.append)
        self.start = self.session

    @property
    def session(self):
        return self.space.session

    @property
    def stack(self):
        return self.space.document.undo_stack

    def indexes(self):
        return {row_of(index).id: index for index in self.panel._indexes()}

    def click(self, *rows):
        """Select rows as a user does."""
        model = self.panel.tree.selectionModel()
        model.clearSelection()
        for row in rows:
            model.select(self.indexes()[row], QItemSelectionModel.SelectionFlag.Select)

    def choose(self, *texts):
        """Choose an entry of the context menu of the selected rows."""
        menu = self.panel.context_menu()
        for text in texts[:-1]:
            menu = next(one.menu() for one in menu.actions() if one.text() == text)
        next(one for one in menu.actions() if one.text().startswith(texts[-1])).trigger()

    def offered(self, *rows):
        self.click(*rows)
        return [action.text() for action in self.panel.context_menu().actions() if action.text()]

    def dialog(self, kind=TextDialog):
        [found] = [one for one in self.panel.findChildren(kind) if one.isVisible()]
        return found

    def answer(self, text):
        dialog = self.dialog()
        dialog.field.setText(text)
        next(one for one in dialog.findChildren(QPushButton) if one.isDefault()).click()

    def is_undone(self):
        self.stack.undo()
        return self.session is self.start


@pytest.fixture
def browser(qtbot, runner):
    return Browser(qtbot, runner)


# Selection


def test_a_row_that_is_clicked_is_selected_everywhere(browser):
    browser.click("e3", "e4")

    assert browser.space.selection.segments == ("e3", "e4")


def test_a_source_or_a_target_selects_its_segments(browser):
    source = browser.session.segment("e3").identity.source_key

    browser.click(f"source:{source}")
    assert browser.space.selection.segments == ("e3", "e4")
    browser.click("target:16cygb")

    assert browser.space.selection.segments == ("e1", "e2")


def test_what_is_selected_elsewhere_is_selected_here(browser, qtbot):
    with qtbot.assertNotEmitted(browser.panel.selected):
        browser.space.selection.select(("e4", "e2"))

    assert browser.panel.selected_ids() == ("e2", "e4")


def test_a_model_that_is_clicked_leaves_the_selection(browser):
    browser.space.selection.select(("e2",))

    browser.click("e5")

    assert browser.space.selection.segments == ("e2",)


def test_an_edit_leaves_the_selection(browser):
    browser.click("e3")

    edit(browser.space.document, browser.session.with_exclusion("e1", "tilt"), "Exclude")

    assert browser.panel.selected_ids() == ("e3",)
    assert browser.space.selection.segments == ("e3",)


def test_a_double_click_shows_the_observation(browser):
    browser.panel.activated.emit("e3")

    assert browser.activated == ["e3"]
    assert browser.space.selection.current == "e3"


# Roles, names, files


def test_a_role_is_given_to_all_selected_rows(browser):
    browser.click("e1", "e2")

    browser.choose("Role", "asteroid")

    assert [browser.session.entry(one).role for one in ("e1", "e2")] == ["asteroid", "asteroid"]
    assert browser.stack.undoText() == "Give 2 files the role asteroid"
    assert browser.is_undone()


def test_a_role_of_one_file_names_the_file(browser):
    browser.click("e1")

    browser.choose("Role", "lamp")

    assert browser.stack.undoText() == "Give 1.fits the role lamp"


def test_a_source_is_renamed_in_all_its_bands(browser):
    browser.click("target:16cygb")

    browser.choose("Rename the target…")
    assert browser.dialog().text == "16 Cyg B"
    browser.answer("18 Sco")

    assert browser.session.segment("e1").identity.target == "18 Sco"
    assert browser.session.segment("e2").identity.target == "18 Sco"
    assert browser.session.segment("e3").identity.target == "10 Lac"
    assert browser.stack.undoText() == "Rename 16 Cyg B to 18 Sco"
    assert browser.is_undone()


def test_the_same_name_or_none_is_no_edit(browser):
    browser.click("e1")

    browser.choose("Rename the target…")
    browser.answer("16 Cyg B")
    browser.choose("Rename the target…")
    browser.dialog().reject()

    assert browser.stack.count() == 0


def test_closing_a_file_takes_what_was_decided_about_it_and_undo_brings_all_back(browser):
    session = browser.session.with_exclusion("e1", "tilt").with_params(
        NodeKey(RESPONSE.name, "e1"), StarResponseParams(degree=2)
    )
    browser.space.document.start_over(session)
    browser.start = session
    browser.click("e1")

    browser.choose("Remove from the session")

    assert browser.session.entry("e1") is None
    assert browser.session.exclusions == ()
    assert browser.stack.undoText() == "Close 1.fits"
    assert browser.is_undone()


def test_a_whole_target_is_closed_at_once(browser):
    browser.click("target:10lac")

    browser.choose("Remove from the session")

    assert [entry.id for entry in browser.session.entries] == ["e1", "e2", "e5", "e6"]
    assert browser.stack.undoText() == "Close 2 files"


def test_a_group_stands_for_its_files(browser):
    browser.click("group:models")

    browser.choose("Remove from the session")

    assert [entry.id for entry in browser.session.entries] == ["e1", "e2", "e3", "e4"]


# Exclusions


def test_a_segment_is_excluded_with_a_reason(browser):
    browser.click("e1")

    browser.choose("Leave out…")
    browser.answer("saturated")

    assert browser.session.exclusion("e1").reason == "saturated"
    assert browser.stack.undoText() == "Leave out 16 Cyg B · 1B: saturated"
    assert browser.is_undone()


def test_a_visit_is_excluded_as_a_whole(browser):
    source = browser.session.segment("e1").identity.source_key
    browser.click(f"source:{source}")

    browser.choose("Leave out…")
    browser.answer("mirror event")

    assert browser.session.exclusion(source).reason == "mirror event"
    assert browser.stack.undoText() == f"Leave out {source}: mirror event"


def test_a_star_is_excluded_visit_by_visit(browser):
    source = browser.session.segment("e1").identity.source_key
    browser.click("target:16cygb")

    browser.choose("Leave out…")
    browser.answer("binary")

    assert [one.subject for one in browser.session.exclusions] == [source]
    assert browser.session.exclusion_of(browser.session.segment("e1")).reason == "binary"
    assert browser.is_undone()


def test_without_a_reason_nothing_is_excluded(browser):
    browser.click("e1")

    browser.choose("Leave out…")
    browser.dialog().reject()

    assert browser.stack.count() == 0


def test_reasons_that_were_given_are_offered_again(browser):
    session = browser.session.with_exclusion("e3", "mirror event")
    browser.space.document.start_over(session)
    browser.click("e1")

    browser.choose("Leave out…")

    box = browser.dialog()._box
    assert [box.itemText(i) for i in range(box.count())] == ["mirror event"]
    assert browser.dialog().text == ""


def test_the_reason_of_what_is_out_is_changed_in_one_step_and_not_asked_anew(browser):
    browser.start = browser.session.with_exclusion("e1", "saturated")
    browser.space.document.start_over(browser.start)
    offered = browser.offered("e1")

    browser.choose("Change the reason…")
    proposed = browser.dialog().text
    browser.answer("tilt event")

    assert "Leave out…" not in offered
    assert {"Change the reason…", "Bring back"} <= set(offered)
    assert proposed == "saturated"
    assert browser.session.exclusion("e1").reason == "tilt event"
    assert browser.stack.undoText() == "Change the reason for 16 Cyg B · 1B: tilt event"
    assert browser.stack.count() == 1
    assert browser.is_undone()


def test_the_same_reason_once_more_is_no_edit(browser):
    browser.space.document.start_over(browser.session.with_exclusion("e1", "saturated"))
    browser.click("e1")

    browser.choose("Change the reason…")
    browser.answer("saturated")

    assert browser.stack.count() == 0


def test_the_rest_of_a_star_is_excluded_and_what_was_out_keeps_its_reason(browser):
    browser.space.document.start_over(browser.session.with_exclusion("e1", "saturated"))
    offered = browser.offered("e1", "e2")

    browser.choose("Leave out…")
    browser.answer("companion")

    assert {"Leave out…", "Change the reason…", "Bring back"} <= set(offered)
    assert browser.session.exclusion("e1").reason == "saturated"
    assert browser.session.exclusion("e2").reason == "companion"
    assert browser.stack.undoText() == "Leave out 16 Cyg B · 1C: companion"


def test_several_reasons_become_one_that_has_to_be_given(browser):
    session = browser.session.with_exclusion("e1", "saturated").with_exclusion("e2", "tilt")
    browser.space.document.start_over(session)
    browser.click("e1", "e2")

    browser.choose("Change the reason…")
    proposed = browser.dialog().text
    browser.answer("companion")

    assert proposed == ""
    assert [one.reason for one in browser.session.exclusions] == ["companion"] * 2


def test_the_key_that_excludes_changes_the_reason_of_what_is_out(browser):
    source = browser.session.segment("e1").identity.source_key
    browser.space.document.start_over(browser.session.with_exclusion(source, "tilt"))
    browser.click("e1")

    browser.controller.exclude_selected()
    proposed = browser.dialog().text
    browser.answer("companion")

    assert proposed == "tilt"
    assert browser.session.exclusion(source).reason == "companion"
    assert browser.session.exclusion("e1") is None


@pytest.mark.parametrize("row", ["e1", "source", "target:16cygb"])
def test_whatever_is_brought_back_is_whole_again(browser, row):
    source = browser.session.segment("e1").identity.source_key
    session = browser.session.with_exclusion("e1", "bad").with_exclusion(source, "tilt")
    browser.space.document.start_over(session)
    browser.start = session
    browser.click(f"source:{source}" if row == "source" else row)

    browser.choose("Bring back")

    assert browser.session.exclusion_of(browser.session.segment("e1")) is None
    assert browser.stack.undoText() == f"Bring back {source}"
    assert browser.is_undone()


# Models


def test_a_model_is_chosen_for_the_star_of_the_row(browser):
    browser.click("e1")

    browser.choose("Model", "10 Lac")

    assert model_of(browser.session, browser.session.segment("e1")).id == "e6"
    assert model_of(browser.session, browser.session.segment("e2")).id == "e6"
    assert browser.stack.undoText() == "Choose the model of 16 Cyg B: 6.fits"
    assert browser.is_undone()


def test_the_choice_of_a_model_can_be_given_back(browser):
    browser.click("e1")
    browser.choose("Model", "10 Lac")

    browser.choose("Model", "Choose by name again")

    assert browser.session.models == {}
    assert model_of(browser.session, browser.session.segment("e1")).id == "e5"


def test_models_are_offered_for_observations_alone(browser):
    assert "Model" in browser.offered("e1")
    assert "Model" not in browser.offered("e5")


def _open_brighter_model(browser, star):
    """Open another model of a star from a folder of its own."""
    entry = next(
        one for one in browser.session.entries if one.is_model and one.parts[0].target == star
    )
    number = browser.session.next_id
    other = replace(entry, id=f"e{number}", path=f"/grids/{number}.fits")
    edit(
        browser.space.document,
        replace(browser.session.with_entries([other]), next_id=number + 1),
        "Open a model",
    )
    return other.id


def test_the_models_of_the_star_itself_come_first(browser):
    browser.click("e3")

    menu = browser.panel.context_menu()
    [models] = [action.menu() for action in menu.actions() if action.text() == "Model"]

    assert models.actions()[0].text().startswith("10 Lac")


def test_a_set_of_models_is_taken_for_all_stars_in_one_edit(browser):
    other = _open_brighter_model(browser, "16 Cyg B")
    before = browser.session
    browser.click("e1")

    browser.choose("Models of all stars", "first opened")

    assert model_of(browser.session, browser.session.segment("e1")).id == "e5"
    assert browser.stack.undoText() == "Use first opened as models of 16 Cyg B and 10 Lac"
    browser.stack.undo()
    assert browser.session is before
    assert model_of(browser.session, browser.session.segment("e1")).id == other


def test_sets_are_offered_only_where_there_is_something_to_choose(browser):
    assert "Models of all stars" not in browser.offered("e1")

    _open_brighter_model(browser, "16 Cyg B")

    assert "Models of all stars" in browser.offered("e1")
    assert "Models of all solar analogs" not in browser.offered("e1")  # it is the only one


def test_a_set_without_these_stars_says_so(browser):
    other = _open_brighter_model(browser, "16 Cyg B")
    browser.click("e1")
    browser.choose("Models of all stars", "folder grids")

    assert [what for what, _ in browser.failures] == ["folder grids has no model of 10 Lac."]
    assert dict(browser.session.models) == {"16 Cyg B": other}


# Recipes


def add_vector(browser, folder, *, recipe):
    """Open a vector that was exported from e1; return its id."""
    space, key = browser.space, NodeKey(RESPONSE.name, "e1")
    segment = browser.session.segment("e1")
    result = space.chain.evaluate(browser.session, key)
    text = recipe_text(browser.session, space.chain, key) if recipe else ""
    vector = vector_from_response(result, segment.identity, recipe=text)
    write_vector(folder / "vector.fits", vector, provenance=Provenance("1", (), text))
    read = read_files([folder / "vector.fits"], space.chain.library)
    opened = add_files(browser.session, read)
    space.document.start_over(opened.session)
    return opened.added[0]


def test_the_recipe_of_a_vector_is_restored_and_its_node_shown(browser, tmp_path):
    key = NodeKey(RESPONSE.name, "e1")
    params = StarResponseParams(breakpoints_um=(5.9, 6.1), degree=2)
    browser.space.document.start_over(browser.session.with_params(key, params))
    vector = add_vector(browser, tmp_path, recipe=True)
    browser.space.document.start_over(browser.session.with_params(key, None))
    browser.start = browser.session
    browser.click(vector)

    browser.choose("Restore the recipe")

    assert browser.session.own_params(key) == params
    assert browser.nodes == [key]
    assert browser.stack.undoText() == "Restore the recipe of vector.fits"
    assert browser.is_undone()


def test_a_vector_without_a_recipe_says_so(browser, tmp_path):
    vector = add_vector(browser, tmp_path, recipe=False)
    browser.click(vector)

    browser.choose("Restore the recipe")

    assert "carries no recipe" in browser.failures[0][0]
    assert browser.stack.count() == 0


# Files that changed


@pytest.fixture
def table(browser, tmp_path):
    """Open a table of its own; return its path and the id of its entry."""
    path = tmp_path / "a.csv"
    path.write_text(TABLE)
    opened = add_files(browser.session, read_files([path], browser.space.chain.library))
    browser.space.document.start_over(opened.session)
    browser.start = opened.session
    return path, opened.added[0]


def test_only_a_file_that_changed_can_be_read_again(browser, table):
    path, entry_id = table
    assert "Read the changed file" not in browser.offered(entry_id)

    path.write_text(TABLE + "5.3,1.3\n")

    assert "Read the changed file" in browser.offered(entry_id)


def test_a_changed_file_is_read_again_undoably_and_keeps_its_role(browser, table, qtbot):
    path, entry_id = table
    [entry] = [one for one in browser.session.entries if one.id == entry_id]
    browser.space.document.start_over(browser.session.with_entries([replace(entry, role="other")]))
    browser.start = browser.session
    path.write_text(TABLE + "5.3,1.3\n")
    browser.click(entry_id)

    browser.choose("Read the changed file")
    qtbot.waitUntil(lambda: browser.stack.count() == 1)

    product = browser.space.chain.library.product(browser.session.entry(entry_id), 0)
    assert list(product.flux) == [1.0, 1.1, 1.2, 1.3]
    assert browser.session.entry(entry_id).role == "other"
    assert browser.stack.undoText() == "Read a.csv again"
    assert browser.is_undone()


def test_a_file_that_changed_into_nonsense_is_left_as_it_was(browser, table, qtbot):
    path, entry_id = table
    path.write_text("milk, bread\n")
    browser.click(entry_id)

    browser.choose("Read the changed file")
    qtbot.waitUntil(lambda: bool(browser.failures))

    assert "a.csv" in browser.failures[0][0]
    assert browser.session is browser.start


def test_edits_made_while_a_file_is_read_again_are_kept(browser, table, qtbot):
    path, entry_id = table
    path.write_text(TABLE + "5.3,1.3\n")
    browser.click(entry_id)

    browser.choose("Read the changed file")
    edit(browser.space.document, browser.session.with_exclusion("e1", "tilt"), "Exclude")
    qtbot.waitUntil(lambda: browser.stack.count() == 2)

    assert browser.session.exclusion("e1") is not None


def test_a_file_that_is_gone_is_looked_for_not_read(browser, table, qtbot):
    path, entry_id = table
    path.unlink()

    assert "Read the changed file" not in browser.offered(entry_id)
    with qtbot.waitSignal(browser.controller.missing_wanted):
        browser.choose("Find the missing file")


# Messages


def test_the_messages_of_a_file_are_shown(browser):
    entry = replace(browser.session.entry("e1"), warnings=("1.fits: 3 samples are NaN.",))
    browser.space.document.start_over(browser.session.with_entries([entry]))
    browser.click("e1")

    browser.choose("Show messages")

    assert "3 samples are NaN" in browser.dialog(TroubleDialog).text()


def test_a_file_without_messages_says_that_there_are_none(browser, table):
    browser.click(table[1])

    browser.choose("Show messages")

    assert "nothing to say" in browser.dialog(TroubleDialog).text()


def test_a_file_that_changed_says_so_first(browser, table):
    path, entry_id = table
    path.write_text(TABLE + "5.3,1.3\n")
    browser.click(entry_id)

    browser.choose("Show messages")

    assert "changed since it was opened" in browser.dialog(TroubleDialog).text()


def test_a_table_offers_its_columns_and_says_which_table(browser, table, qtbot):
    browser.click(table[1])

    with qtbot.waitSignal(browser.controller.columns_wanted) as wanted:
        browser.choose("Choose the columns")

    assert wanted.args == [table[1]]


def test_columns_are_offered_for_tables_alone(browser, tmp_path):
    folder = Path(tmp_path / "more")
    folder.mkdir()
    vector = add_vector(browser, folder, recipe=True)

    assert "Choose the columns of this table…" not in browser.offered(vector)


def test_what_is_dropped_on_a_plot_is_selected_beside_what_is_seen(browser):
    browser.click("e3")

    browser.controller.select_besides(("e4", "e3"))

    assert browser.space.selection.segments == ("e3", "e4")
