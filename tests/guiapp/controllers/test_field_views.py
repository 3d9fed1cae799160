"""Tests of the views of the static fringe flat and of footprints."""

from dataclasses import replace

import numpy as np
import pytest

from engine.model.identity import Identity, Origin
from engine.model.image import Image
from engine.model.sky import SkyPlane
from engine.project.footprints_step import FOOTPRINTS_KEY
from engine.project.keys import NodeKey
from engine.simulate.cubes import simulate_cube
from guiapp.controllers.footprints import FootprintsController
from guiapp.controllers.fringe_flat import FringeFlatController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.fringes import fringed_spectrum
from tests.helpers.mouse import click
from tests.helpers.open_files import OpenFiles

_SKY_DEG = (295.47, 50.52)


@pytest.fixture
def files(rng):
    """Open thin cubes in 1B (e1) and 3B (e2), and an image around them (e3)."""
    files = OpenFiles()
    for band in ("1B", "3B"):
        cube = simulate_cube(rng, band, snr=100.0, side=21).cube
        names = ("wave_um", "data", "error", "flags", "weights")
        thin = {name: getattr(cube, name)[::200] for name in names}
        sky = replace(cube.sky, reference_sky_deg=_SKY_DEG)
        identity = Identity(target="16 Cyg B", program="1", observation="1", band=band)
        files.add(replace(cube, **thin, sky=sky, identity=identity), "cube", "standard star")
    step = 0.1 / 3600.0
    plane = SkyPlane((40.0, 40.0), _SKY_DEG, ((-step, 0.0), (0.0, step)))
    data = np.ones((81, 81))
    flags = np.zeros(data.shape, dtype=np.uint32)
    files.add(Image(data, data, flags, "MJy/sr", sky=plane), "image", "other", name="image.fits")
    return files


def _shown(qtbot, runner, files, make, selected="e1"):
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    workspace.selection.select((selected,))
    controller = make(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    return controller


@pytest.fixture
def fields(qtbot, runner, files):
    controller = _shown(qtbot, runner, files, FootprintsController)
    qtbot.waitUntil(lambda: controller.map.result is not None)
    return controller


def test_outlines_are_those_of_the_result_over_the_image(fields, files):
    result = files.chain.result(files.session, FOOTPRINTS_KEY)

    drawn = fields.map.outlines.outlines

    assert [one.color for one in drawn] == ["band 1B", "band 3B"]
    np.testing.assert_array_equal(drawn[0].x, result.footprints[0].x)
    assert fields.map.image.values.shape == (81, 81)
    assert "image.fits" in fields.map.summary.full_text()


def test_a_click_selects_the_smallest_field_under_it(fields):
    inner, outer = fields.map.outlines.outlines
    middle = 0.5 * float(outer.y.min() + outer.y.max())
    edge = (float(inner.x.max()) + 1.0, middle)

    click(fields.map.plot, edge)
    assert fields.workspace.selection.current == "e2"

    click(fields.map.plot, (float(inner.x.mean()), float(inner.y.mean())))
    assert fields.workspace.selection.current == "e1"
    assert fields.map.outlines.chosen == "e1"


def test_the_map_shows_the_place_of_the_selected_source(qtbot, runner, files):
    far = files.chain.library.product(files.session.entry("e1"), 0)
    sky = replace(far.sky, reference_sky_deg=(290.0, 45.0))
    identity = replace(far.identity, target="10 Lac")
    files.add(replace(far, sky=sky, identity=identity), "cube", "standard star")
    controller = _shown(qtbot, runner, files, FootprintsController)
    qtbot.waitUntil(lambda: controller.map.result is not None)
    here = controller.map.plot.ruler.field

    controller.workspace.selection.select(("e4",))

    there = controller.map.plot.ruler.field
    assert abs(here[0] - 40.0) < 60.0
    assert np.hypot(there[0] - here[0], there[2] - here[2]) > 1e5


def test_channels_alone_are_a_command(qtbot, fields):
    fields.map.shown_chosen.emit("one band a channel")

    assert fields.workspace.params(FOOTPRINTS_KEY).shown == "one band a channel"
    fields.workspace.document.undo_stack.undo()
    assert fields.workspace.params(FOOTPRINTS_KEY).shown == "all bands"


def test_the_legend_hides_a_band(fields):
    fields.map.legend.switched.emit("1B", False)
    assert [one.color for one in fields.map.outlines.outlines] == ["band 3B"]

    fields.map.legend.switched.emit("1B", True)
    assert len(fields.map.outlines.outlines) == 2


def test_without_cubes_the_map_says_what_to_open(qtbot, runner, files):
    files.session = files.session.without_entries(["e1", "e2"])

    controller = _shown(qtbot, runner, files, FootprintsController)

    assert "Open cubes" in controller.map.empty.reason


@pytest.fixture
def spectrum(rng):
    """Open a spectrum of 1B whose fringe flat was skipped (e1)."""
    files = OpenFiles()
    one, _ = fringed_spectrum("1B", rng, amplitude=0.02)
    origin = Origin(steps=(("S_FRINGE", "SKIPPED"),))
    files.add(replace(one, origin=origin), "spectrum", "standard star")
    return files


def test_the_header_is_told_and_the_pattern_drawn(qtbot, runner, spectrum):
    controller = _shown(qtbot, runner, spectrum, FringeFlatController)

    qtbot.waitUntil(lambda: controller.flat.result is not None)

    assert "No static fringe flat was applied" in controller.flat.sentence.text()
    result = spectrum.chain.result(spectrum.session, NodeKey("fringe_flat", "e1"))
    np.testing.assert_array_equal(controller.flat.pattern.ys, 100.0 * result.pattern)
    assert not controller.flat.flat_plot.isVisible()
    assert controller.inspector().numbers.column("applied").values[0] == "not applied"


def test_the_column_is_a_parameter(qtbot, runner, spectrum):
    controller = _shown(qtbot, runner, spectrum, FringeFlatController)

    controller.set_parameter("column", 101)

    assert controller.workspace.params(NodeKey("fringe_flat", "e1")).column == 101


def test_numbers_stand_beside_the_image_and_the_map_still_shows_the_fields(qtbot, fields):
    qtbot.waitUntil(lambda: fields.map.image.values.size > 0)
    view = fields.map

    left, right, low, high = view.plot.ruler.field

    assert left <= -0.5
    assert low <= -0.5
    assert right >= 80.5
    assert high >= 80.5
    shown = view.plot.all_bounds()
    field = view._field()
    assert shown[0] < field[0]
    assert shown[1] == pytest.approx(field[1], abs=0.2 * (field[1] - field[0]))


def test_without_a_flat_the_spectrum_has_the_numbers_along_x(qtbot, runner, spectrum):
    controller = _shown(qtbot, runner, spectrum, FringeFlatController)
    flat = controller.flat
    qtbot.waitUntil(lambda: flat.result is not None)

    alone = flat.plot.getPlotItem().getAxis("bottom").labelText
    wave = flat.result.wave_um
    flat.show_result(replace(flat.result, flat=np.ones(wave.size), flat_wave_um=wave))

    assert alone == "Wavelength (µm)"
    assert flat.plot.getPlotItem().getAxis("bottom").labelText == ""
    assert flat.flat_plot.isVisible()
