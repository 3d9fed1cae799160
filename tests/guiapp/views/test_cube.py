"""Tests of guiapp.views.cube: what it draws, and what the mouse and the keys say."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QAbstractButton, QApplication, QComboBox, QSlider

from engine.arrays import frozen
from engine.mrs.extraction import extract_spectrum
from guiapp.look import theme
from guiapp.look.numbers import broken
from guiapp.settings.plot_keys import CUBE_PLOT, PLOT_KEYS
from guiapp.views.cube import CubeView
from guiapp.views.cube_images import prepare_images
from tests.helpers.cube_views import cone, show_all, small_cube
from tests.helpers.mouse import (
    NO_KEYS,
    SHIFT,
    click,
    double_click,
    drag,
    hover,
    key,
    move,
    press,
    release,
    type_key,
    wheel,
)


@pytest.fixture
def cube(rng):
    """Return a small cube with a star."""
    return small_cube(rng)


@pytest.fixture
def empty_view(qtbot, dressed):
    """Return a cube view on the screen that shows nothing."""
    view = CubeView()
    qtbot.addWidget(view)
    view.resize(900, 620)
    view.bind_keys([(spec.id, spec.keys) for spec in PLOT_KEYS])
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def view(empty_view, cube):
    """Return a cube view on the screen with a cube and its extraction."""
    show_all(empty_view, cube)
    empty_view.plot.setFocus()
    return empty_view


@pytest.fixture
def heard(view):
    """Return the list that the wishes of `view` are put into."""
    wishes = []
    for name in ("center_dragged", "radius_dragged", "annulus_dragged", "center_mode_wanted"):
        signal = getattr(view, name)
        signal.connect(lambda *args, name=name: wishes.append((name, *args)))
    return wishes


def center_of(view):
    return view.sky.aperture.circles.x, view.sky.aperture.circles.y


# What is drawn


def test_the_collapsed_cube_is_the_median_over_wavelength(view, cube):
    expected = np.median(cube.data[:, :, 1:], axis=0)

    np.testing.assert_allclose(view.sky.image.values[:, 1:], expected, rtol=1e-6)
    assert np.isnan(view.sky.image.values[:, 0]).all()


def test_a_plane_is_drawn_as_it_is_in_the_cube(view, cube):
    view.sky.choose_plane(7)

    assert_array_equal(view.sky.image.values, cube.data[7])
    assert view.shown_bar.current == "plane"
    assert view.spectra.line.values == (cube.wave_um[7],)


def test_the_extracted_spectrum_is_drawn_as_it_is(empty_view, cube):
    result = show_all(empty_view, cube)

    assert_array_equal(empty_view.spectra.flux.xs, result.spectrum.wave_um)
    assert_array_equal(empty_view.spectra.flux.ys, result.spectrum.flux)
    assert_array_equal(empty_view.spectra.band.highs, result.spectrum.flux + result.spectrum.error)


def _shows_waves(view, low, high):
    (left, right), _ = view.spectra.plot.view
    return low - 0.2 < left < low and high < right < high + 0.2


def test_a_cube_without_a_spectrum_has_axes_of_its_own(view, rng):
    other = small_cube(rng, wave_um=(14.0, 16.0))

    view.show_subject("e2", "3B")
    view.clear("Extract 3B …")
    view.show_images(prepare_images(other))
    view.show_problem("No background is subtracted.", "")

    assert _shows_waves(view, 14.0, 16.0)


def test_a_spectrum_without_any_measurement_has_axes_of_its_own(view, cube, rng):
    other = small_cube(rng, wave_um=(14.0, 16.0))
    good = extract_spectrum(other)
    nothing = replace(good.spectrum, flux=frozen(np.full(24, np.nan)))

    view.show_subject("e2", "3B")
    view.show_result(replace(good, spectrum=nothing))
    assert _shows_waves(view, 14.0, 16.0)
    view.show_result(good)

    assert view.spectra.plot.view[1][1] > np.nanmedian(good.spectrum.flux)


def test_the_aperture_grows_with_wavelength(view):
    wanted = cone(center_of(view))

    for plane in (0, 23):
        view.sky.choose_plane(plane)
        fwhm = wanted.fwhm_pixels[plane]
        circles = view.sky.aperture.circles
        assert (circles.radius, circles.inner, circles.outer) == pytest.approx(
            (2.0 * fwhm, 3.0 * fwhm, 4.0 * fwhm)
        )


def test_centroid_and_target_are_marked(view, cube):
    spots = {spot.kind: (spot.x, spot.y) for spot in view.sky.spots.spots}

    assert spots["diamond"] == pytest.approx(cube.target_pixel(), abs=1e-6)
    assert spots["ring"] == pytest.approx((16.3, 14.8), abs=0.05)


def test_the_drift_is_drawn_in_image_and_graph(empty_view, cube):
    result = show_all(empty_view, cube)

    known = np.isfinite(result.drift_x_pixels)
    assert known.any()
    expected = result.center_pixel[0] + result.drift_x_pixels[known]
    np.testing.assert_allclose(empty_view.sky.trail.xs, expected)
    assert_array_equal(empty_view.spectra.lower_pane.drifts[1].ys, result.drift_y_pixels)


def test_systematic_errors_are_drawn_in_percent(empty_view, cube):
    result = show_all(empty_view, cube)

    empty_view.spectra.lower_pane.set_graph("systematics")

    curves = empty_view.spectra.lower_pane.spreads
    assert_array_equal(curves[0].ys, 100.0 * result.annulus_spread)
    assert all(curve.isVisible() for curve in curves)
    assert not empty_view.spectra.lower_pane.spaxel.isVisible()


def test_a_background_limited_range_is_shaded_and_says_why(empty_view, cube):
    result = show_all(empty_view, cube)
    limited = np.zeros(result.spectrum.size, dtype=bool)
    limited[[3, 4, 6, 7, 18]] = True

    spread = frozen(np.full(limited.size, 0.083))
    empty_view.show_result(
        replace(result, background_limited=frozen(limited, dtype=bool), annulus_spread=spread)
    )

    waves = result.spectrum.wave_um
    spans = empty_view.spectra.limited.spans
    assert [waves[(waves > span.low) & (waves < span.high)].size for span in spans] == [5, 1]
    assert spans[0].name == "annulus ±8 %"
    tip = broken(empty_view.spectra.legend.buttons["limited"].toolTip())
    assert "annulus" in tip
    assert "5 %" in tip


def test_another_color_map_and_stretch_change_the_picture_and_not_the_data(view):
    before, picture = view.sky.image.values, view.sky.image.colors()

    view.map_choice.activated.emit(2)
    view.stretch_bar.chosen.emit("linear")

    assert view.sky.image.values is before
    assert not np.array_equal(view.sky.image.colors(), picture)
    assert view.sky.color_bar.stretch == "linear"
    assert view.sky.color_bar.map_name == "cividis"


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_theme_can_be_chosen_while_a_cube_is_shown(view, choice):
    theme.choose(choice)

    picture = view.grab().toImage()
    corner = picture.pixelColor(view.plot.mapTo(view, QPoint(3, 3)))
    assert (corner.lightness() > 128) == (choice == "light")


# The aperture


def test_dragging_inside_the_aperture_moves_it_and_says_so_once(view, heard):
    x, y = center_of(view)

    drag(view.plot, (x, y), (x + 3.0, y - 2.0))

    [(name, new_x, new_y, gesture)] = heard
    assert name == "center_dragged"
    assert (new_x, new_y) == pytest.approx((x + 3.0, y - 2.0), abs=0.08)
    assert gesture > 0
    assert center_of(view) == (new_x, new_y)


def test_dragging_the_edge_changes_the_radius(view, heard):
    x, y = center_of(view)
    circles = view.sky.aperture.circles
    fwhm = circles.radius / 2.0

    drag(view.plot, (x + circles.radius, y), (x + circles.radius + 0.5 * fwhm, y))

    [(name, radius, _)] = heard
    assert name == "radius_dragged"
    assert radius == pytest.approx(2.5, abs=0.04)
    assert center_of(view) == (x, y)


@pytest.mark.parametrize(("part", "expected"), [("inner", (3.4, 4.0)), ("outer", (3.0, 4.4))])
def test_dragging_a_circle_of_the_annulus_changes_it_alone(view, heard, part, expected):
    x, y = center_of(view)
    circles = view.sky.aperture.circles
    fwhm = circles.radius / 2.0
    size = circles.size_of(part)

    drag(view.plot, (x, y - size), (x, y - size - 0.4 * fwhm))

    [(name, inner, outer, _)] = heard
    assert name == "annulus_dragged"
    assert (inner, outer) == pytest.approx(expected, abs=0.04)


def test_radii_stay_inside_their_limits(view, heard):
    x, y = center_of(view)
    circles = view.sky.aperture.circles

    drag(view.plot, (x + circles.inner, y), (x + circles.outer + 3.0, y))
    drag(view.plot, (x - circles.radius, y), (x - 0.2, y), steps=12)

    assert [wish[:-1] for wish in heard] == [
        ("annulus_dragged", 3.9, 4.0),
        ("radius_dragged", 0.5),
    ]


def test_dragging_against_a_limit_says_nothing(view, heard):
    view.show_cone(cone(center_of(view), radius_fwhm=3.0, annulus_fwhm=None))
    x, y = center_of(view)
    radius = view.sky.aperture.circles.radius

    drag(view.plot, (x + radius, y), (x + radius + 4.0, y))

    assert heard == []
    assert view.sky.aperture.circles.radius == radius


def test_a_center_dragged_out_of_the_field_stays_at_its_edge(view, heard):
    x, y = center_of(view)

    drag(view.plot, (x, y), (x - 40.0, y))

    assert heard[0][1] == -0.5


def test_a_drag_back_to_its_start_says_nothing(view, heard):
    before = view.sky.aperture.circles
    x, y = center_of(view)

    press(view.plot, (x, y))
    move(view.plot, (x, y), (x + 4.0, y))
    move(view.plot, (x + 4.0, y), (x, y))
    release(view.plot, (x, y))

    assert heard == []
    assert view.sky.aperture.circles == before


def test_escape_takes_a_drag_back(view, heard):
    before = view.sky.aperture.circles
    x, y = center_of(view)

    press(view.plot, (x, y))
    move(view.plot, (x, y), (x + 4.0, y))
    moved = view.sky.aperture.circles
    key(view.plot, Qt.Key.Key_Escape)
    release(view.plot, (x + 4.0, y))

    assert moved != before
    assert heard == []
    assert view.sky.aperture.circles == before


def test_the_spectrum_follows_the_drag_and_then_the_result(view, cube, heard, qtbot):
    asked = []
    wave, flux = cube.wave_um, np.linspace(1.0, 2.0, 24)
    view.preview = lambda wanted: (asked.append(wanted.center), (wave, flux))[1]
    x, y = center_of(view)

    press(view.plot, (x, y))
    move(view.plot, (x, y), (x + 3.0, y))

    assert_array_equal(view.spectra.preview.ys, flux)
    qtbot.waitUntil(lambda: asked[-1][0] == pytest.approx(x + 3.0, abs=0.08))
    release(view.plot, (x + 3.0, y))
    assert view.spectra.preview.ys.size == 24
    view.show_result(view.spectra.result)
    assert view.spectra.preview.ys.size == 0


def test_a_drag_says_by_how_much_the_spectrum_changes_until_it_is_given_up(view, cube):
    flux = np.linspace(1.0, 2.0, 24)
    decided = view.sky.decided
    view.preview = lambda cone: (cube.wave_um, flux if cone.is_same(decided) else 1.25 * flux)
    said = []
    view.cursor_changed.connect(said.append)
    x, y = center_of(view)

    press(view.plot, (x, y))
    move(view.plot, (x, y), (x + 3.0, y))

    assert said[-1] == "new / before 1.2500 (median), 1.2500 to 1.2500 in 95 % of 24 planes"
    assert "preview" in view.spectra.legend.buttons
    key(view.plot, Qt.Key.Key_Escape)
    assert said[-1] == ""
    assert "preview" not in view.spectra.legend.buttons


def test_a_new_result_never_changes_the_zoom(view, cube):
    wheel(view.plot, (10.0, 10.0), 3)
    wheel(view.spectra.plot, (11.0, float(np.nanmedian(view.spectra.flux.ys))), 2)
    before = [plot.view for plot in view.plots[:2]]

    result = view.spectra.result
    louder = replace(result.spectrum, flux=frozen(3.0 * result.spectrum.flux))
    view.show_result(replace(result, spectrum=louder))
    view.show_cone(cone((12.0, 12.0)))
    view.sky.choose_plane(3)

    assert [plot.view for plot in view.plots[:2]] == before


def test_a_double_click_centers_the_aperture_there(view, heard):
    double_click(view.plot, (5.0, 6.0))

    [(name, x, y, _)] = heard
    assert (name, x, y) == (
        "center_dragged",
        pytest.approx(5.0, abs=0.1),
        pytest.approx(6.0, abs=0.1),
    )


def test_showing_another_aperture_is_not_a_wish(view, heard):
    view.show_cone(cone((12.0, 13.0), radius_fwhm=1.0))

    assert heard == []
    assert center_of(view) == (12.0, 13.0)


# Keys


@pytest.mark.parametrize(
    ("code", "keys", "by"),
    [
        (Qt.Key.Key_Left, NO_KEYS, (-0.1, 0.0)),
        (Qt.Key.Key_Up, NO_KEYS, (0.0, 0.1)),
        (Qt.Key.Key_Right, SHIFT, (1.0, 0.0)),
        (Qt.Key.Key_Down, SHIFT, (0.0, -1.0)),
    ],
)
def test_arrows_nudge_the_center(view, heard, code, keys, by):
    x, y = center_of(view)

    key(view.plot, code, keys=keys)

    [(_, new_x, new_y, _)] = heard
    assert (new_x, new_y) == pytest.approx((x + by[0], y + by[1]), abs=0.006)


def test_a_key_held_down_is_one_gesture_and_each_press_its_own(view, heard):
    for repeats in (False, True, True, False):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, NO_KEYS, "", repeats)
        QApplication.sendEvent(view.plot, event)

    gestures = [wish[-1] for wish in heard]
    assert gestures[0] == gestures[1] == gestures[2]
    assert gestures[3] != gestures[0]


def test_plus_and_minus_change_the_radius(view, heard):
    type_key(view.plot, "+")
    type_key(view.plot, "-")
    type_key(view.plot, "-")

    assert [wish[1] for wish in heard] == [2.05, 2.0, 1.95]


def test_brackets_leaf_through_planes_and_stop_at_the_ends(view):
    start = view.sky.plane
    type_key(view.plot, "]")
    after_one = view.sky.plane
    for _ in range(40):
        type_key(view.plot, "[")

    assert (after_one, view.sky.plane) == (start + 1, 0)
    type_key(view.spectra.plot, "]")
    assert view.sky.plane == 1


@pytest.mark.parametrize(("typed", "mode"), [("a", "auto"), ("t", "target")])
def test_keys_ask_for_centroid_and_target(view, heard, typed, mode):
    type_key(view.plot, typed)

    assert heard == [("center_mode_wanted", mode)]


def test_m_moves_the_aperture_to_the_cursor(view, heard):
    hover(view.plot, (20.0, 9.0))

    type_key(view.plot, "m")

    assert heard[0][1:3] == pytest.approx((20.0, 9.0), abs=0.06)


def test_every_key_of_the_table_is_bound(view):
    arrows = {"Left", "Right", "Up", "Down"}
    listed = {typed for spec in PLOT_KEYS if spec.context == CUBE_PLOT for typed in spec.keys}

    assert listed <= set(view.plot.keys.names)
    assert listed - arrows <= set(view.spectra.plot.keys.names)


def test_choosing_pixel_keeps_the_aperture_where_it_is(view, heard):
    x, y = center_of(view)

    view.center_bar.chosen.emit("pixel")

    [(name, new_x, new_y, _)] = heard
    assert name == "center_dragged"
    assert (new_x, new_y) == (round(x, 2), round(y, 2))


# Planes and spaxels


def test_the_wheel_with_shift_leafs(view):
    start = view.sky.plane

    wheel(view.plot, (10.0, 10.0), -2, keys=SHIFT)

    assert view.sky.plane == start - 2


def test_a_click_in_the_spectrum_shows_its_plane(view, cube):
    click(view.spectra.plot, (float(cube.wave_um[5]), float(np.median(view.spectra.flux.ys))))

    assert view.sky.plane == 5
    assert view.sky.slider.value() == 5


def test_the_line_in_the_spectrum_can_be_dragged(view, cube):
    y = float(np.median(view.spectra.flux.ys))
    start = float(view.spectra.line.values[0])

    drag(view.spectra.plot, (start, y), (float(cube.wave_um[20]), y))

    assert view.sky.plane == 20


def test_the_slider_shows_the_plane_and_its_wavelength(view, cube):
    view.sky.slider.setValue(9)

    assert view.sky.plane == 9
    assert view.sky.plane_label.full_text() == f"λ {cube.wave_um[9]:.4f} µm   10 / 24"


def test_pointing_at_a_spaxel_shows_its_spectrum(view, cube, qtbot):
    curve = view.spectra.lower_pane.spaxel

    hover(view.plot, (4.2, 6.9))

    qtbot.waitUntil(lambda: np.array_equal(curve.ys, cube.data[:, 7, 4]))
    assert "(4, 7)" in view.spectra.lower_pane.caption.full_text()


def test_while_dragging_the_spaxel_shown_is_that_at_the_cursor(view, qtbot):
    start = center_of(view)
    press(view.plot, start)
    move(view.plot, start, (start[0] + 3.0, start[1]))

    place = f"({round(start[0] + 3.0)}, {round(start[1])})"
    caption = view.spectra.lower_pane.caption
    qtbot.waitUntil(lambda: caption.full_text() == f"{place} cursor")
    assert view.plot.is_dragging


def test_a_click_pins_a_spaxel_and_another_click_lets_it_go(view, cube):
    click(view.plot, (27.0, 3.0))
    hover(view.plot, (4.0, 7.0))
    QApplication.sendEvent(view.plot, QEvent(QEvent.Type.Leave))

    pinned = view.spectra.lower_pane.spaxel.ys

    assert view.sky.pinned == (27, 3)
    assert_array_equal(pinned, cube.data[:, 3, 27])
    click(view.plot, (27.0, 3.0))
    assert view.sky.pinned is None


def test_a_click_inside_the_aperture_pins_too(view, heard):
    x, y = center_of(view)

    click(view.plot, (x, y))

    assert view.sky.pinned == (round(x), round(y))
    assert heard == []


def test_without_a_pinned_spaxel_the_one_at_the_center_is_shown(view, cube):
    assert_array_equal(view.spectra.lower_pane.spaxel.ys, cube.data[:, 15, 16])


def test_the_cursor_reads_value_error_flags_and_sky(view, cube, qtbot):
    texts = []
    view.cursor_changed.connect(texts.append)
    view.sky.choose_plane(4)

    hover(view.plot, (16.0, 15.0))
    qtbot.waitUntil(lambda: bool(texts))
    hover(view.plot, (0.0, 15.0))
    qtbot.waitUntil(lambda: "x 0.0" in texts[-1])

    value = float(cube.data[4, 15, 16])
    assert "x 16.0" in texts[0]
    assert f"{value:.2f} ± 0.50 MJy/sr" in texts[0]
    assert "13:19:59" in texts[0]  # right ascension near 200 deg
    assert "+30:00:0" in texts[0]
    assert "DO_NOT_USE, NON_SCIENCE" in texts[-1]
    assert "–" in texts[-1]


def test_a_frozen_cursor_keeps_its_read_out_and_its_spaxel(view, cube, qtbot):
    texts = []
    view.cursor_changed.connect(texts.append)
    hover(view.plot, (4.0, 7.0))
    qtbot.waitUntil(lambda: bool(texts))
    n_before = len(texts)

    type_key(view.plot, "F")
    hover(view.plot, (20.0, 20.0))
    qtbot.wait(40)

    assert len(texts) == n_before
    assert_array_equal(view.spectra.lower_pane.spaxel.ys, cube.data[:, 7, 4])
    type_key(view.plot, "F")
    hover(view.plot, (21.0, 20.0))
    qtbot.waitUntil(lambda: len(texts) > n_before)


def test_pointing_at_a_mark_says_what_it_is(view, cube, qtbot):
    target = cube.sky.pixel_to_sky(26.0, 22.0)
    view.show_images(prepare_images(replace(cube, target_deg=target)))

    hover(view.plot, (26.0, 22.0))

    qtbot.waitUntil(view.sky.tip.isVisible)
    assert view.sky.tip.text() == "target of the header"


# Nothing to show


def test_a_problem_keeps_the_last_curve_and_says_why(view):
    before = view.spectra.flux.ys

    view.show_problem("The center lies outside the field.", "Choose another.")

    assert view.spectra.flux.ys is before
    assert view.spectra.note.isVisible()
    assert view.spectra.note.text() == "The center lies outside the field. Choose another."


def test_an_empty_cube_says_so(empty_view, rng):
    cube = small_cube(rng)
    nothing = replace(cube, data=frozen(np.full(cube.data.shape, np.nan), dtype=np.float32))

    empty_view.show_subject("e1", "2C")
    empty_view.show_images(prepare_images(nothing))
    empty_view.show_problem("The cube holds no valid voxel.", "Look at its DQ and WMAP planes.")

    assert "NaN" in empty_view.sky.note.text()
    assert empty_view.sky.note.isVisible()
    compass = empty_view.sky.compass.place_in_plot().toAlignedRect()
    assert not compass.isEmpty()
    assert not compass.intersects(empty_view.sky.note.geometry())
    empty_view.grab()


def test_a_cube_of_one_voxel_can_be_looked_at(empty_view, rng):
    cube = small_cube(rng)
    fields = {
        name: frozen(getattr(cube, name)[:1, 14:15, 16:17], dtype=getattr(cube, name).dtype)
        for name in ("data", "error", "flags", "weights")
    }
    one = replace(cube, wave_um=frozen([10.0]), **fields)

    empty_view.show_subject("e1", "2C")
    empty_view.show_images(prepare_images(one))
    hover(empty_view.plot, (0.0, 0.0))
    click(empty_view.plot, (0.0, 0.0))
    type_key(empty_view.plot, "]")

    assert_array_equal(empty_view.sky.image.values, one.data[0])
    assert not empty_view.sky.slider.isEnabled()
    assert_array_equal(empty_view.spectra.lower_pane.spaxel.ys, one.data[:, 0, 0])
    empty_view.grab()


def test_nothing_open_answers_no_key_and_no_mouse(empty_view):
    empty_view.show_no_images("Open a cube to see it here.")
    empty_view.show_cone(None)

    for typed in "+-[]atmcg":
        type_key(empty_view.plot, typed)
    key(empty_view.plot, Qt.Key.Key_Left)
    drag(empty_view.plot, (0.2, 0.2), (0.6, 0.6))
    double_click(empty_view.plot, (0.5, 0.5))

    assert empty_view.sky.image.values.size == 0
    assert "Open a cube" in empty_view.sky.message.text()


def test_another_observation_starts_with_nothing_of_the_last_one(view):
    click(view.plot, (27.0, 3.0))

    view.show_subject("e2", "3A")

    assert view.sky.image.values.size == 0
    assert view.sky.pinned is None
    assert view.sky.aperture.circles is None
    assert view.spectra.lower_pane.spaxel.ys.size == 0


def test_every_control_has_a_name(view):
    controls = [*view.findChildren(QAbstractButton), *view.findChildren(QComboBox)]
    controls += [*view.findChildren(QSlider), *view.plots]

    assert [one for one in controls if not one.accessibleName()] == []
