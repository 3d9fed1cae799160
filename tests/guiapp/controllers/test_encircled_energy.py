"""Tests of the view of encircled energies and its controller."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose
from PyQt6.QtCore import Qt

from engine.figures.seen import as_seen
from engine.imaging.encircled_energy import EnergyParams
from engine.progress import SILENT
from engine.project.export_together import figure_draw
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.encircled_energy import EncircledEnergyController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.imaging_sessions import ImagingFiles
from tests.helpers.mouse import click, drag, move, press, release


@pytest.fixture
def workspace(runner):
    files = ImagingFiles()
    files.dithers(sigma=3.0)
    files.image(sigma=4.0, filter="F1500W", observation="3")
    session = files.session.with_params(NodeKey("energy", EVERYTHING), EnergyParams(join_px=20.0))
    return Workspace(Document(session), Selection(), files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace, dressed):
    controller = EncircledEnergyController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(700, 520)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: len(controller.energy.energies) == 2)
    return controller


def test_filters_are_drawn_one_above_the_other_with_their_radii(controller):
    view = controller.energy
    first, second = (view.energies[one] for one in ("F770W", "F1500W"))

    drawn = view._filters["F1500W"]
    assert_allclose(drawn.mean.ys, second.energy + 0.1)
    assert len(view._filters["F770W"].observed) == 3
    assert_allclose(drawn.points.xs, second.part_radius_px)
    assert_allclose(view._filters["F770W"].points.ys, first.parts)
    assert [view._filters[one].mean.dash for one in ("F770W", "F1500W")] == ["solid", "dashed"]


def test_inspector_has_the_radii_beside_the_published_ones(controller):
    table = controller.inspector().numbers

    assert table.column("Table 4").values[6] == 4.22
    assert np.isfinite(table.column("error").values).all()
    assert "1.675 as printed, not used" in controller.energy.summary.full_text()


def test_click_on_a_curve_chooses_its_filter(controller):
    view = controller.energy
    one = view.energies["F1500W"]
    at = 14.0

    click(view.plot, (at, float(np.interp(at, one.radius_px, one.energy)) + 0.1))

    assert view.chosen == "F1500W"
    assert controller.key() == NodeKey("energy", "F1500W")
    assert "one image tells no scatter" in controller.inspector().summary


def test_dragging_the_join_is_one_edit_of_this_filter(qtbot, controller, workspace):
    view = controller.energy

    drag(view.plot, (20.0, 0.5), (15.1, 0.5))

    key = NodeKey("energy", "F770W")
    assert workspace.params(key).join_px == pytest.approx(15.0, abs=0.3)
    assert workspace.params(NodeKey("energy", "F1500W")).join_px == 20.0
    qtbot.waitUntil(lambda: view.energies["F770W"].join_px < 16.0)
    workspace.document.undo_stack.undo()
    assert workspace.params(key).join_px == 20.0


def test_one_filter_alone_is_not_lifted(controller):
    view = controller.energy
    view.choose("F1500W")

    view.shown.choose("one")
    view.shown.chosen.emit("one")

    assert_allclose(view._filters["F1500W"].mean.ys, view.energies["F1500W"].energy)
    assert not view._filters["F770W"].mean.xs.size


def test_session_without_images_says_what_to_open(qtbot, runner):
    files = ImagingFiles()
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = EncircledEnergyController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert controller.energy.empty.reason.startswith("Open images")


def test_what_the_join_radius_gives_is_seen_while_it_is_dragged(qtbot, controller, workspace):
    view = controller.energy
    before, undo = view._filters["F770W"].mean.ys, workspace.document.undo_stack

    press(view.plot, (20.0, 0.5))
    move(view.plot, (20.0, 0.5), (12.0, 0.5))
    qtbot.waitUntil(lambda: view._preview is not None and view._preview.join_px == 12.0)

    key = NodeKey("energy", "F770W")
    wanted = workspace.session.with_params(key, EnergyParams(join_px=12.0))
    expected = workspace.chain.evaluate(wanted, key)
    assert_allclose(view._filters["F770W"].mean.ys, expected.energy)
    assert view.summary.full_text().startswith("F770W: A ")
    assert undo.count() == 0  # nothing is decided yet
    qtbot.keyClick(view.plot, Qt.Key.Key_Escape)
    assert_allclose(view._filters["F770W"].mean.ys, before)
    assert view.join.values == (20.0,)


def test_a_join_radius_put_back_where_it_was_leaves_nothing_of_the_drag(
    qtbot, controller, workspace
):
    view = controller.energy
    before = view._filters["F770W"].mean.ys

    press(view.plot, (20.0, 0.5))
    move(view.plot, (20.0, 0.5), (12.0, 0.5))
    qtbot.waitUntil(lambda: view._preview is not None)
    move(view.plot, (12.0, 0.5), (20.0, 0.5))
    release(view.plot, (20.0, 0.5))

    assert_allclose(view._filters["F770W"].mean.ys, before)
    assert workspace.document.undo_stack.count() == 0


def test_the_figure_has_the_zoom_that_is_seen_at_the_level_of_its_filter(controller, workspace):
    controller.energy.choose("F1500W")
    controller.energy.plot.set_view(((10.0, 30.0), (0.8, 1.1)))  # its curves are drawn 0.1 higher
    figure = Figure()
    draw = figure_draw(workspace.session, workspace.chain, (controller.export_key(),), SILENT)

    as_seen(draw, controller.seen_panels())(figure)

    [axes] = figure.axes
    assert_allclose((*axes.get_xlim(), *axes.get_ylim()), (10.0, 30.0, 0.7, 1.0))
    assert axes.get_ylabel() == "Encircled energy"
