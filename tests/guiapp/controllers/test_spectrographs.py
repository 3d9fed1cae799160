"""Tests of guiapp.controllers.spectrographs: from the mouse to the session and back."""

import pytest

from engine.project.spectrograph_step import spectrograph_key
from guiapp.controllers.spectrographs import _SETTINGS, SpectrographController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, drag, type_key
from tests.helpers.open_files import OpenFiles
from tests.helpers.slit_stars import RATIOS, open_slit_stars


@pytest.fixture
def workspace(runner):
    files = open_slit_stars(OpenFiles())
    return Workspace(Document(files.session), Selection(), files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace):
    controller = SpectrographController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(820, 600)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.stage = "extracted"
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.result is not None)
    return controller


def test_the_view_shows_the_result_and_the_inspector_its_means(controller, workspace):
    key = spectrograph_key("extracted")
    assert controller.result is workspace.chain.result(workspace.session, key)
    below = controller.inspector().numbers.column("below").values
    assert below[:2] == pytest.approx(list(RATIOS.values()))
    assert "HD 163466_irs.ecsv" in controller.inspector().origin


def test_a_click_selects_the_star_everywhere(controller, workspace):
    click(controller.ratios.group.ratios, (6.2, RATIOS["HR 5467"]))

    segment = workspace.session.segment(workspace.selection.current)
    assert segment.identity.target == "HR 5467"


def test_a_row_of_the_table_selects_its_star_and_is_selected_with_it(controller, workspace):
    controller.select_rows((1,))

    assert workspace.session.segment(workspace.selection.current).identity.target == "HR 5467"
    assert controller.selected_rows() == (1,)
    assert controller.ratios.selected().star == "HR 5467"


def test_leaving_a_star_out_needs_a_reason_and_can_be_undone(qtbot, controller, workspace):
    before = controller.result
    click(controller.ratios.group.ratios, (6.2, RATIOS["HR 5467"]))
    type_key(controller.ratios.group.ratios, "x")
    [dialog] = controller.view.window().findChildren(TextDialog)

    dialog.field.setText("variable")
    dialog.taken.emit(dialog.text)
    dialog.accept()

    assert workspace.session.params[_SETTINGS].excluded == (("HR 5467", "variable"),)
    qtbot.waitUntil(lambda: controller.result is not before)
    assert controller.result.short.mean == pytest.approx(RATIOS["HD 163466"])

    workspace.document.undo_stack.undo()

    assert controller.result is before


def test_dragging_the_split_is_one_undoable_edit(qtbot, controller, workspace):
    controller._move_split(7.0)
    qtbot.waitUntil(lambda: controller.ratios.split.values == (7.0,))
    count = workspace.document.undo_stack.count()

    drag(controller.ratios.group.ratios, (7.0, 1.0), (6.5, 1.0))

    assert workspace.document.undo_stack.count() == count + 1
    assert workspace.session.params[_SETTINGS].split_um == pytest.approx(6.5, abs=0.02)


def test_choosing_a_partner_and_none_again(controller, workspace):
    controller.ratios.partner_chosen.emit("HR 5467", "HD 163466")
    assert workspace.session.params[_SETTINGS].partners == (("HR 5467", "HD 163466"),)

    controller.ratios.partner_chosen.emit("HR 5467", "")

    assert workspace.session.params[_SETTINGS].partners == ()


def test_without_another_spectrum_the_view_says_what_to_open(qtbot, runner):
    workspace = Workspace(Document(OpenFiles().session), Selection(), OpenFiles().chain, runner)
    controller = SpectrographController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert "coarser spectrum" in controller.ratios.empty.reason
