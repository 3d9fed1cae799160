"""From the mouse to the engine and back: the cube view."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PyQt6.QtCore import Qt

from engine.analyses import EXTRACT
from engine.arrays import frozen
from engine.files import Loaded, load
from engine.model.aperture import ApertureCorrection
from engine.model.identity import Identity
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from engine.mrs.extraction_preview import ExtractionPreview
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from guiapp.controllers.cube import CubeController, cone_of
from guiapp.controllers.view_controller import SCOPE_ALL
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.cube_views import CENTER, small_cube
from tests.helpers.mouse import drag, key, move, press, release, type_key
from tests.helpers.responses import spectra

KEY = NodeKey(EXTRACT.name, "e1")
BAD = Identity(target="Lost", program="1", observation="1", band="1A")


def space_with(runner, products):
    """Return a workspace with products in memory: e1, e2 ...; `None`: the file is gone."""
    chain, entries = Chain(), []
    for number, product in enumerate(products, start=1):
        path, sha256 = f"/data/{number}.fits", f"{number:064x}"
        kind = "cube" if product is None or hasattr(product, "weights") else "spectrum"
        if product is not None:
            chain.library.keep(Loaded(path, sha256, 1000, kind, (product,), "standard star"))
        identity = BAD if product is None else product.identity
        entries.append(Entry(f"e{number}", path, sha256, 1000, kind, "standard star", (identity,)))
    selection = Selection()
    selection.select(("e1",))
    return Workspace(Document(Session(entries=tuple(entries))), selection, chain, runner)


@pytest.fixture
def cubes(rng):
    """Return cubes of one star in two bands; in the second it stands elsewhere."""
    named = Identity(target="16 Cyg B", program="1538", observation="1", band="2C")
    return (
        replace(small_cube(rng), identity=named),
        replace(small_cube(rng, center=(13.0, 11.0)), identity=replace(named, band="3A")),
    )


@pytest.fixture
def shown(qtbot, runner, dressed):
    """Return a function that shows a workspace in a cube view on the screen."""

    def show(space):
        controller = CubeController(space)
        qtbot.addWidget(controller.view)
        controller.view.resize(900, 620)
        with qtbot.waitExposed(controller.view):
            controller.view.show()
        controller.set_active(True)
        return controller

    return show


@pytest.fixture
def controller(shown, runner, cubes, qtbot):
    """Return the controller with the first cube shown and extracted."""
    controller = shown(space_with(runner, [*cubes, None]))
    wait_until_shown(controller, qtbot)
    controller.cube.plot.setFocus()
    return controller


def wait_until_shown(controller, qtbot):
    cube = controller.cube
    qtbot.waitUntil(lambda: cube.sky.images is not None and cube.spectra.result is not None)


def params_of(controller, subject="e1"):
    return controller.workspace.params(NodeKey(EXTRACT.name, subject))


def history(controller):
    stack = controller.workspace.document.undo_stack
    return [stack.text(i) for i in range(stack.count())]


def circles(controller):
    return controller.cube.sky.aperture.circles


def wait_for_extraction(controller, qtbot, cube):
    """Wait until the spectrum drawn is the one that the engine gives for the parameters now."""
    expected = extract_spectrum(cube, params_of(controller)).spectrum.flux
    flux = controller.cube.spectra.flux
    qtbot.waitUntil(lambda: np.array_equal(flux.ys, expected, equal_nan=True))


def test_the_cube_and_its_extraction_are_shown(controller, cubes):
    result = extract_spectrum(cubes[0], ExtractionParams())

    assert controller.cube.sky.images.cube is cubes[0]
    assert_array_equal(controller.cube.spectra.flux.ys, result.spectrum.flux)
    assert (circles(controller).x, circles(controller).y) == result.center_pixel
    assert controller.heading[0] == "Cube · 16 Cyg B · 2C"
    assert "33 × 29 spaxels of 0.20″" in controller.heading[1]
    assert controller.export_key() == KEY


def test_a_star_that_is_left_out_is_said_in_the_heading(controller):
    document = controller.workspace.document
    source = controller.workspace.segment().identity.source_key

    document._replace(document.session.with_exclusion(source, "off-target pointing"))

    assert controller.heading[1].startswith("left out: off-target pointing · 33 × 29 spaxels")


def test_dragging_the_aperture_is_one_edit_that_undo_takes_back(controller, cubes, qtbot):
    before = controller.cube.spectra.flux.ys
    x, y = circles(controller).x, circles(controller).y

    drag(controller.cube.plot, (x, y), (x + 2.0, y - 1.0))

    center = params_of(controller).center
    assert center == pytest.approx((x + 2.0, y - 1.0), abs=0.08)
    assert history(controller) == [
        f"Move aperture of 16 Cyg B 2C to ({center[0]:.1f}, {center[1]:.1f})"
    ]
    wait_for_extraction(controller, qtbot, cubes[0])

    controller.workspace.document.undo_stack.undo()

    assert params_of(controller) == ExtractionParams()
    assert_array_equal(controller.cube.spectra.flux.ys, before)
    assert (circles(controller).x, circles(controller).y) == (x, y)
    assert controller.cube.center_bar.current == "auto"


def test_dragging_the_edges_changes_radius_and_annulus(controller, cubes, qtbot):
    at = circles(controller)
    fwhm = at.radius / 2.0
    plot = controller.cube.plot

    drag(plot, (at.x + at.radius, at.y), (at.x + at.radius - 0.5 * fwhm, at.y))
    drag(plot, (at.x, at.y + at.outer), (at.x, at.y + at.outer + 0.5 * fwhm))

    params = params_of(controller)
    assert params.radius_fwhm == pytest.approx(1.5, abs=0.04)
    assert params.annulus_fwhm == pytest.approx((3.0, 4.5), abs=0.04)
    assert params.center == "auto"
    assert history(controller) == [
        f"Set radius of 16 Cyg B 2C to {params.radius_fwhm:.2f} FWHM",
        f"Set annulus of 16 Cyg B 2C to 3.00–{params.annulus_fwhm[1]:.2f} FWHM",
    ]
    wait_for_extraction(controller, qtbot, cubes[0])


def test_a_drag_back_to_its_start_leaves_no_edit(controller):
    x, y = circles(controller).x, circles(controller).y
    plot = controller.cube.plot

    press(plot, (x, y))
    move(plot, (x, y), (x + 3.0, y))
    move(plot, (x + 3.0, y), (x, y))
    release(plot, (x, y))

    assert history(controller) == []
    assert params_of(controller).center == "auto"


def test_while_the_hand_moves_the_spectrum_is_that_of_the_preview(controller, cubes, qtbot):
    x, y = circles(controller).x, circles(controller).y
    plot, preview = controller.cube.plot, controller.cube.spectra.preview

    press(plot, (x, y))
    move(plot, (x, y), (x + 2.0, y))

    def follows():
        center = controller.cube.sky.cone.center
        _, expected = ExtractionPreview(cubes[0]).extract(ExtractionParams(), center)
        return center != (x, y) and np.array_equal(preview.ys, expected, equal_nan=True)

    qtbot.waitUntil(follows)
    assert history(controller) == []
    key(plot, Qt.Key.Key_Escape)
    assert preview.ys.size == 0


def test_each_key_press_is_an_edit_of_its_own(controller):
    x, y = circles(controller).x, circles(controller).y

    key(controller.cube.plot, Qt.Key.Key_Right)
    key(controller.cube.plot, Qt.Key.Key_Right)
    type_key(controller.cube.plot, "+")

    assert len(history(controller)) == 3
    assert params_of(controller).center == pytest.approx((x + 0.2, y), abs=0.011)
    assert params_of(controller).radius_fwhm == 2.05


def test_target_and_centroid_can_be_asked_for(controller, cubes, qtbot):
    type_key(controller.cube.plot, "t")
    assert params_of(controller).center == "target"
    target = cubes[0].target_pixel()
    qtbot.waitUntil(lambda: circles(controller).x == pytest.approx(target[0], abs=1e-6))

    type_key(controller.cube.plot, "a")

    assert params_of(controller).center == "auto"
    assert history(controller) == [
        "Center aperture of 16 Cyg B 2C on the target of the header",
        "Center aperture of 16 Cyg B 2C on its centroid",
    ]


def test_a_drag_concerns_this_cube_even_when_the_form_holds_for_all(controller):
    controller.scope = SCOPE_ALL
    x, y = circles(controller).x, circles(controller).y

    drag(controller.cube.plot, (x, y), (x + 2.0, y))

    assert params_of(controller, "e2").center == "auto"
    assert NodeKey(EXTRACT.name, EVERYTHING) not in controller.workspace.session.params


def test_the_form_and_the_aperture_agree(controller):
    controller.set_parameter("radius_fwhm", 1.2)
    controller.set_parameter("background", "none")

    assert circles(controller).radius == pytest.approx(
        1.2 * controller.cube.sky.cone.fwhm_pixels[12]
    )
    assert np.isnan(circles(controller).inner)


def test_another_band_shows_another_cube(controller, cubes, qtbot):
    controller.workspace.selection.select(("e2",))

    qtbot.waitUntil(lambda: controller.cube.sky.images is not None)
    qtbot.waitUntil(lambda: circles(controller) is not None)
    assert controller.cube.sky.images.cube is cubes[1]
    assert (circles(controller).x, circles(controller).y) == pytest.approx((13.0, 11.0), abs=0.05)
    assert controller.heading[0] == "Cube · 16 Cyg B · 3A"


def test_a_cube_that_comes_late_is_not_shown(controller, cubes, qtbot):
    select = controller.workspace.selection.select

    select(("e2",))
    select(("e1",))
    wait_until_shown(controller, qtbot)
    qtbot.waitUntil(lambda: not controller.workspace.runner.jobs)

    assert controller.cube.sky.images.cube is cubes[0]


def test_a_file_that_is_gone_is_told_in_words(controller, qtbot):
    controller.workspace.selection.select(("e3",))

    qtbot.waitUntil(controller.cube.sky.message.isVisible)
    assert "3.fits" in controller.cube.sky.message.text()
    qtbot.waitUntil(controller.cube.spectra.note.isVisible)
    assert circles(controller) is None


def test_a_failed_extraction_keeps_the_last_curve_and_says_why(controller, qtbot):
    before = controller.cube.spectra.flux.ys

    controller.set_parameter("center", (900.0, 900.0))

    qtbot.waitUntil(controller.cube.spectra.note.isVisible)
    assert controller.cube.spectra.flux.ys is before
    assert "900" in controller.cube.spectra.note.text()


def test_a_spectrum_has_no_cube_and_says_so(shown, runner):
    observed, _ = spectra(np.random.default_rng(2))
    controller = shown(space_with(runner, [observed]))

    assert controller.key() is None
    assert "no cube" in controller.cube.empty.reason  # and no axes or colors of another star
    assert "no cube" in controller.cube.sky.message.text()
    assert "no cube" in controller.inspector().summary


def test_with_nothing_open_it_says_how_to_begin(shown, runner):
    controller = shown(space_with(runner, []))

    assert "Open a cube" in controller.cube.sky.message.text()
    assert controller.heading == ("Cube", "")


def test_the_inspector_lists_the_numbers_of_the_extraction(controller, cubes):
    result = extract_spectrum(cubes[0], ExtractionParams())

    content = controller.inspector()

    rows = dict(zip(*(column.values.tolist() for column in content.numbers.columns), strict=True))
    assert rows["Center (spaxel)"] == f"{result.center_pixel[0]:.2f}, {result.center_pixel[1]:.2f}"
    low, high = result.radius_pixels[[0, -1]]
    assert rows["Radius (spaxel)"] == f"{low:.2f}–{high:.2f}"
    assert rows["Background-limited"] == f"{int(result.background_limited.sum())} of 24 planes"
    assert all(message in content.summary for message in result.messages)
    assert next(spec.name for spec in content.specs) == "radius_fwhm"


def test_the_inspector_is_told_when_another_cube_is_chosen(controller, qtbot):
    with qtbot.waitSignal(controller.inspector_changed):
        controller.workspace.selection.select(("e2",))


def test_a_width_that_is_not_positive_draws_no_aperture(cubes):
    params = ExtractionParams(fwhm_slope_arcsec_per_um=-1.0)

    assert cone_of(cubes[0], params, CENTER) is None


def test_the_correction_of_the_result_is_in_the_preview(controller, cubes):
    result = controller._follower.result
    doubled = replace(result, aperture_correction=np.full(24, 2.0))
    cone = controller.cube.sky.cone
    plain = controller.preview(cone)[1]

    controller._follower.result = doubled

    assert_allclose(controller.preview(cone)[1], 2.0 * plain)


def test_a_dragged_radius_takes_the_correction_of_that_radius(controller):
    cone = controller.cube.sky.cone
    larger = cone.resized("radius", 1.5 * cone.radius_fwhm)
    plain = {one.radius_fwhm: controller.preview(one)[1] for one in (cone, larger)}
    wave = controller.preview(cone)[0]
    fwhm = 0.033 * wave + 0.106
    radii = np.array([0.0, 20.0])
    factor = np.array([[1.0] * 2, [21.0] * 2])  # 1 + the radius in arcsec
    controller._table = ApertureCorrection(
        band="1A",
        wave_um=frozen(np.array([wave[0], wave[-1]])),
        radius_arcsec=frozen(np.repeat(radii[:, None], 2, axis=1)),
        factor=frozen(factor),
        factor_error=frozen(np.zeros((2, 2))),
    )

    for one in (cone, larger):
        expected = plain[one.radius_fwhm] * (1.0 + one.radius_fwhm * fwhm)
        assert_allclose(controller.preview(one)[1], expected, rtol=1e-6)


@pytest.mark.real_data
def test_the_star_of_a_real_cube_is_found_and_drawn(shown, runner, real_data, qtbot):
    loaded = load(real_data("mrs_16cygb/Level3_ch4-short_s3d.fits.gz"))
    [cube] = loaded.products
    controller = shown(space_with(runner, [cube]))

    wait_until_shown(controller, qtbot)
    qtbot.waitUntil(lambda: circles(controller) is not None)

    image = controller.cube.sky.image.values
    row, column = np.unravel_index(np.nanargmax(image), image.shape)
    assert (column, row) == pytest.approx((circles(controller).x, circles(controller).y), abs=1.0)
    known = np.isfinite(cube.data[:, row, column])
    assert image[row, column] == pytest.approx(np.median(cube.data[known, row, column]), rel=1e-5)
    [model] = load(real_data("calspec/16cygb_stis_004.fits.gz")).products
    flux = controller.cube.spectra.flux
    ratio = np.nanmedian(np.interp(flux.xs, model.wave_um, model.flux) / flux.ys)
    assert ratio == pytest.approx(1.19, abs=0.03)  # without aperture correction
    assert f"{image.shape[1]} × {image.shape[0]} spaxels" in controller.heading[1]


def test_a_center_off_the_star_is_told_above_the_spectrum_and_marked_in_the_numbers(
    controller, cubes, qtbot
):
    x, y = circles(controller).x, circles(controller).y

    drag(controller.cube.plot, (x, y), (x + 2.0, y - 1.0))
    wait_for_extraction(controller, qtbot, cubes[0])

    note = controller.cube.spectra.warning
    assert note.isVisible()
    assert not controller.cube.spectra.plot.isAncestorOf(note)  # it covers no sample
    (_, _), (low, high) = controller.cube.spectra.plot.view
    seen = controller.cube.spectra.flux.ys[10:-10]
    assert low < np.nanmin(seen) < np.nanmax(seen) < high
    assert "0.4" in note.text()
    assert "from the star's center" in note.text()
    numbers = controller.inspector().numbers
    rows = dict(zip(*(column.values.tolist() for column in numbers.columns), strict=True))
    assert rows["Aperture off the star"].startswith("! 0.4")
    assert rows["Aperture off the star"].endswith("0.9 FWHM")
