"""Tests of guiapp.controllers.temperatures: from the mouse to the session and back."""

import numpy as np
import pytest

from engine.project.keys import NodeKey
from guiapp.controllers.temperatures import TemperaturesController
from guiapp.controllers.view_controller import SCOPE_OWN
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import drag
from tests.helpers.open_files import OpenFiles
from tests.helpers.planets import open_planets

SATURN = NodeKey("temperature", "Saturn MIRI")


@pytest.fixture
def workspace(runner):
    files = open_planets(OpenFiles())
    return Workspace(Document(files.session), Selection(), files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace):
    controller = TemperaturesController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(820, 620)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.temperatures.result is not None)
    return controller


def test_the_view_shows_the_result_and_the_inspector_its_ranges(controller, workspace):
    result = workspace.chain.result(workspace.session, SATURN)
    assert controller.temperatures.result is result
    table = controller.inspector().numbers
    assert table.column("ΔT").values[1] == pytest.approx(result.ranges[1].difference_k)
    assert controller.inspector().origin[0] == "saturn.ecsv"
    assert controller.export_key() == SATURN


def test_dragging_an_edge_is_one_undoable_edit(qtbot, controller, workspace):
    before = controller.temperatures.result
    view = controller.temperatures
    level = float(np.nanmedian(before.temperature_k[1]))

    drag(view.profile, (27.5, level), (25.0, level))

    assert workspace.document.undo_stack.count() == 1
    assert workspace.session.params[SATURN].ranges_um[1][1] == pytest.approx(25.0, abs=0.05)
    qtbot.waitUntil(lambda: view.result is not before)

    workspace.document.undo_stack.undo()

    assert view.result is before


def test_another_source_is_shown_when_it_is_chosen(qtbot, controller):
    controller.temperatures.source_chosen.emit("Uranus MIRI")

    qtbot.waitUntil(lambda: controller.temperatures.result is not None)
    assert controller.temperatures.result.name == "Uranus MIRI"
    assert controller.heading[0] == "Temperature · Uranus MIRI"


def test_a_reference_is_chosen_undoably(qtbot, controller, workspace):
    controller.temperatures.reference_chosen.emit("none")

    view = controller.temperatures
    qtbot.waitUntil(lambda: view.result is not None and view.result.reference == "")
    assert "none" in workspace.document.undo_stack.undoText()
    workspace.document.undo_stack.undo()
    assert controller.temperatures.result.reference == "Saturn CIRS"


def test_a_parameter_holds_for_the_source_or_for_all(controller, workspace):
    controller.scope = SCOPE_OWN
    controller.set_parameter("fwhm_per_cm", 0.0)

    assert workspace.session.params[SATURN].fwhm_per_cm == 0.0
    assert "Saturn MIRI" in workspace.document.undo_stack.undoText()


def test_without_a_map_the_view_says_what_to_open(qtbot, runner):
    workspace = Workspace(Document(OpenFiles().session), Selection(), OpenFiles().chain, runner)
    controller = TemperaturesController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert "map of surface brightness" in controller.temperatures.empty.reason
