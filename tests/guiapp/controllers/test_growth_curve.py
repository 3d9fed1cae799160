"""Tests of the controller and the view of aperture corrections."""

from dataclasses import replace

import numpy as np
import pytest

from engine.model.aperture import ApertureCorrection
from engine.mrs.growth_curve import RADII_FWHM, rejoined
from engine.project.keys import NodeKey
from engine.simulate.cubes import simulate_cube
from guiapp.controllers.growth_curve import GrowthCurveController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, drag, move, press
from tests.helpers.open_files import OpenFiles

_ROW = RADII_FWHM.index(2.0)


@pytest.fixture
def files(rng):
    """Open thin cubes of a star in 1B (e1) and 2A (e2), and a reference of 1B (e3)."""
    files = OpenFiles()
    for band in ("1B", "2A"):
        made = simulate_cube(
            rng, band, snr=3000.0, side=31, background="none", footprint="whole frame",
            cosmic_rays="none",
        )  # fmt: skip
        names = ("wave_um", "data", "error", "flags", "weights")
        thin = {name: getattr(made.cube, name)[::60] for name in names}
        identity = replace(made.cube.identity, target="10 Lac", program="1", observation="1")
        files.add(replace(made.cube, **thin, identity=identity), "cube", "standard star")
    wave = np.linspace(5.66, 6.63, 5)
    radius = np.outer([0.5, 3.0], 0.033 * wave + 0.106)
    factor = np.stack([np.full(5, 1.5), np.full(5, 1.1)])
    files.add(
        ApertureCorrection("1B", wave, radius, factor, 0.01 * factor),
        "aperture correction",
        "other",
    )
    return files


@pytest.fixture
def controller(qtbot, runner, files):
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    workspace.selection.select(("e1",))
    controller = GrowthCurveController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: len(controller.growth.growths) == 2)
    return controller


def test_measured_corrections_and_those_of_files_are_drawn(controller):
    table = controller.growth.growths["1B"].correction

    measured = controller.growth.curve_of("1B", 2.0)
    stored = controller.growth.file_curve_of("1B", 3.0)

    np.testing.assert_array_equal(measured.ys, table.factor[_ROW])
    np.testing.assert_allclose(stored.ys, 1.1)
    assert controller.growth.file_curve_of("2A", 3.0).xs.size == 0


def test_bands_with_an_impossible_correction_are_named_in_the_plot(controller):
    view = controller.growth
    band, growth = next(iter(view.growths.items()))
    factor = growth.correction.factor.copy()
    factor[:, -1] = 0.99
    bad = replace(growth, correction=replace(growth.correction, factor=factor))

    hidden = view.impossible.isHidden()
    view.show_growths({**view.growths, band: bad}, {})

    assert hidden
    assert view.impossible.text().startswith(f"{band}: below 1, which no point source has")


def test_the_growth_curve_is_that_of_the_selected_band(controller):
    growth = controller.growth.growths["1B"]

    at = controller.growth.bin

    near = growth.radius_fwhm <= growth.join_fwhm
    np.testing.assert_array_equal(controller.growth.inside.ys[near], growth.encircled[near, at])
    assert controller.growth.annulus.spans[0].low == 3.0


def test_dragging_the_join_measures_anew_and_one_undo_takes_it_back(qtbot, controller):
    before = controller.growth.growths["1B"]

    drag(controller.growth.growth_plot, (2.5, 0.5), (2.0, 0.5))

    assert controller.workspace.params(NodeKey("growth", "e1")).join_fwhm == 2.0
    assert controller.workspace.document.undo_stack.count() == 1
    qtbot.waitUntil(lambda: controller.growth.growths["1B"].join_fwhm == 2.0)

    controller.workspace.document.undo_stack.undo()

    qtbot.waitUntil(lambda: controller.growth.growths["1B"] is before)
    assert controller.growth.join.values == (2.5,)


def test_a_join_in_the_hand_shows_what_it_gives_and_esc_takes_it_back(qtbot, controller):
    view = controller.growth
    before, said = view.growths["1B"], view.summary.full_text()
    press(view.growth_plot, (2.5, 0.5))

    move(view.growth_plot, (2.5, 0.5), (1.5, 0.5))
    qtbot.waitUntil(lambda: view.join.values == (1.5,))

    expected = rejoined(before, 1.5).correction.factor[_ROW]
    np.testing.assert_array_equal(view.curve_of("1B", 2.0).ys, expected)
    assert view.summary.full_text() != said
    assert controller.workspace.document.undo_stack.count() == 0

    view.growth_plot.cancel_gesture()

    np.testing.assert_array_equal(view.curve_of("1B", 2.0).ys, before.correction.factor[_ROW])
    assert view.summary.full_text() == said
    assert view.join.values == (2.5,)


def test_a_click_chooses_band_and_wavelength(qtbot, controller):
    curve = controller.growth.curve_of("2A", 2.0)

    click(controller.growth.plot, (curve.xs[0], curve.ys[0]))

    assert controller.growth.band == "2A"
    assert controller.growth.bin == 0
    assert controller.workspace.selection.current == "e2"


def test_extractions_can_use_what_is_measured(controller):
    controller.growth.use_chosen.emit("measured")

    params = controller.workspace.params(NodeKey("extract", "e1"))
    assert params.aperture_correction == "measured"
    controller.workspace.document.undo_stack.undo()
    params = controller.workspace.params(NodeKey("extract", "e1"))
    assert params.aperture_correction == "when available"


def test_the_inspector_lists_corrections_over_wavelength_and_radius(controller):
    table = controller.inspector().numbers

    assert [one.name for one in table.columns] == ["λ", "1 FWHM", "2 FWHM", "3 FWHM"]
    assert "diffraction alone" in controller.inspector().summary


def test_without_a_cube_the_view_says_what_to_open(qtbot, runner, files):
    session = files.session.without_entries(["e1", "e2"])
    workspace = Workspace(Document(session), Selection(), files.chain, runner)
    controller = GrowthCurveController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert "cube of a bright star" in controller.growth.empty.reason


def test_low_plots_have_short_labels_and_no_names_over_the_curve(controller, qtbot):
    view = controller.growth
    plots = (view.plot, view.growth_plot)
    whole = [plot.getAxis("left").labelText for plot in plots]
    names = [name for _, name in view.ticks.ticks]

    controller.view.resize(900, 260)
    qtbot.waitUntil(lambda: view.growth_plot.height() < 110)
    low = [plot.getAxis("left").labelString() for plot in plots]
    low_names = [name for _, name in view.ticks.ticks]
    controller.view.resize(900, 640)
    qtbot.waitUntil(lambda: view.growth_plot.height() > 200)

    assert not any("…" in label for label in low)
    assert low_names == ["", "", ""]
    assert [plot.getAxis("left").labelText for plot in plots] == whole
    assert [name for _, name in view.ticks.ticks] == names
    assert all(name.startswith("A ") for name in names)
