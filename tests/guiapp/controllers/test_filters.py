"""Tests of guiapp.controllers.filters: from the mouse to the session and back."""

import pytest

from engine.project.filters_step import filters_key
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.filters import FiltersController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.filter_stars import RATIO, open_stars
from tests.helpers.mouse import click, type_key
from tests.helpers.open_files import OpenFiles

SETTINGS = NodeKey("filters", EVERYTHING)


@pytest.fixture
def workspace(runner):
    files = open_stars(OpenFiles())
    return Workspace(Document(files.session), Selection(), files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace):
    controller = FiltersController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(760, 560)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.stage = "extracted"
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.result is not None)
    return controller


def test_the_view_shows_the_result_and_the_inspector_its_means(controller, workspace):
    assert controller.result is workspace.chain.result(workspace.session, filters_key("extracted"))
    table = controller.inspector().numbers
    assert table.column("ratio").values[0] == pytest.approx(RATIO)
    assert controller.inspector().origin[0] == "photometry.ecsv"


def test_a_click_selects_the_star_everywhere(controller, workspace):
    drawn = controller.filters._drawn.stars
    at = [one.star for one in drawn].index("HD 2811")
    points = controller.filters.points

    click(controller.filters.plot, (points.xs[at], points.ys[at]))

    assert workspace.session.segment(workspace.selection.current).identity.target == "HD 2811"
    assert controller.filters.star_marked == "HD 2811"


def test_a_row_of_the_table_shows_its_imager(controller):
    controller.select_rows((0,))

    assert controller.filters.instrument.currentText() == "MIRI"
    assert controller.selected_rows() is None


def test_leaving_a_point_out_needs_a_reason_and_can_be_undone(qtbot, controller, workspace):
    before = controller.result
    controller.filters.select("HD 2811/F640W", "HD 2811")
    type_key(controller.filters.plot, "x")
    [dialog] = controller.view.window().findChildren(TextDialog)

    dialog.field.setText("saturated")
    dialog.taken.emit(dialog.text)
    dialog.accept()

    assert workspace.session.params[SETTINGS].excluded == (("HD 2811/F640W", "saturated"),)
    assert workspace.document.undo_stack.undoText() == "Leave out HD 2811 in F640W: saturated"
    qtbot.waitUntil(lambda: controller.result is not before)
    assert controller.result.filters[0].n_used == before.filters[0].n_used - 1

    workspace.document.undo_stack.undo()

    assert controller.result is before


def test_a_point_is_brought_back_without_a_question(qtbot, controller, workspace):
    controller._decide("HD 2811/F640W", "saturated")
    n_entries = workspace.document.undo_stack.count()

    controller.leave_out("HD 2811/F640W")

    assert workspace.session.params[SETTINGS].excluded == ()
    assert workspace.document.undo_stack.count() == n_entries + 1
    assert not controller.view.window().findChildren(TextDialog)


def test_a_parameter_is_one_undoable_edit(qtbot, controller, workspace):
    controller.set_parameter("outside", "leave out")

    assert workspace.session.params[SETTINGS].outside == "leave out"
    assert "leave out" in workspace.document.undo_stack.undoText()


def test_without_photometry_the_view_says_what_to_open(qtbot, runner):
    workspace = Workspace(Document(OpenFiles().session), Selection(), OpenFiles().chain, runner)
    controller = FiltersController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert "table of photometry" in controller.filters.empty.reason
    assert controller.export_key() is None
