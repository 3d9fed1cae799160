"""Tests of guiapp.views.signal_to_noise."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.signal_to_noise import CalculatorCurve, SnrParams, measure_signal_to_noise
from guiapp.look import number_text
from guiapp.views.signal_to_noise import SnrView
from tests.helpers.mouse import click, hover
from tests.helpers.visits import drawn_visits, grid


@pytest.fixture
def visits(rng):
    """Return four visits in two bands that overlap; the third states too small errors."""
    found = []
    for band in ("1A", "1B"):
        visits, _ = drawn_visits(rng, n=4, size=600, band=band)
        small = replace(visits[2].spectrum, error=frozen(0.2 * visits[2].spectrum.error))
        visits[2] = replace(visits[2], spectrum=small)
        found += [replace(one, id=f"{one.id}{band}") for one in visits]
    return found


@pytest.fixture
def result(visits):
    wave = grid("1B", 600)
    curve = CalculatorCurve("1B", wave, np.full(600, 400.0), np.full(600, np.nan))
    return measure_signal_to_noise("HD 163466", visits, SnrParams(), curves=[curve])


@pytest.fixture
def view(qtbot, result):
    view = SnrView()
    qtbot.addWidget(view)
    view.resize(820, 640)
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(result)
    return view


def test_the_visit_whose_errors_are_wrong_is_shown_first(view, result):
    assert view.source == "HD 163466/1539-3"
    assert view.visit.currentText() == "HD 163466/1539-3"
    assert [view.visit.itemText(i) for i in range(4)] == list(result.sources)
    assert "times its noise" in view.remark.full_text()


def test_the_curves_are_those_of_the_visit_in_its_bands(view, result):
    first, second = result.bands[0], result.bands[1]

    even, odd = view.curves["stated"][0]

    assert_allclose(even.xs, first.wave_um)
    assert_allclose(even.ys, first.visits[2].stated)
    assert_allclose(odd.ys, second.visits[2].stated)
    assert_allclose(view.curves["calculator"][0][1].ys, 400.0)
    assert np.all(np.isnan(view.curves["calculator"][0][0].ys))


def test_the_squares_are_the_repeated_visits_in_order_of_wavelength(view, result):
    expected = np.concatenate([result.bands[0].by_visits, result.bands[1].by_visits])

    assert np.all(np.diff(view.points.xs) >= 0)
    assert_allclose(np.sort(view.points.ys), np.sort(expected))
    assert set(view.points.kinds) == {0, 1}


def test_the_lower_plot_shows_errors_that_are_five_times_too_small(view):
    _, ratio = view.curves["stated"][1]

    assert np.median(ratio.ys) == pytest.approx(5.0, rel=0.15)
    assert np.all(np.isfinite(view.curves["spline"][1][1].ys))


def test_what_is_measured_has_its_errors(view, result):
    band, visit = result.bands[1], result.bands[1].visits[2]

    spline, base = view.spline_errors[1], view.base_errors[1]

    assert_allclose(spline.lows, visit.by_spline - visit.by_spline_error)
    assert_allclose(spline.highs, visit.by_spline + visit.by_spline_error)
    assert_allclose(base.highs - 1.0, band.by_visits_error / band.by_visits)
    assert_allclose(base.lows + base.highs, 2.0)
    view.legend.switched.emit("spline", False)
    assert not spline.isVisible()
    assert base.isVisible()


def test_another_visit_and_band_can_be_selected(view, result):
    view.select("HD 163466/1539-1", "1B")

    assert_allclose(view.curves["stated"][0][1].ys, result.bands[1].visits[0].stated)
    [span] = view._spans[0].spans
    assert (span.low, span.high) == (result.bands[1].edges_um[0], result.bands[1].edges_um[-1])


def test_a_selection_of_another_star_keeps_the_visit(view):
    view.select("10 Lac/1-1", "1B")

    assert view.source == "HD 163466/1539-3"


def test_a_click_tells_the_band(view, result):
    heard = []
    view.band_clicked.connect(heard.append)
    band = result.bands[1]

    click(view.plots.ratios, (float(band.wave_um[5]), float(band.by_visits[5])))

    assert heard == ["1B"]


def test_a_bin_is_read_under_the_cursor(view, result):
    said = []
    view.cursor_changed.connect(said.append)
    band = result.bands[1]

    hover(view.plots.ratios, (float(band.wave_um[5]), float(band.by_visits[5])))

    assert said[-1].startswith("1B")
    told = number_text(float(band.by_visits[5]), float(band.by_visits_error[5]))
    assert f"visits {told}" in said[-1]
    assert " ± " in told
    assert "calculator 400" in said[-1]


def test_a_single_visit_has_no_squares(view, visits):
    view.show_result(measure_signal_to_noise("HD 163466", visits[:1]))

    assert not np.isfinite(view.points.ys).any()
    assert np.all(np.isnan(view.curves["spline"][1][0].ys))
    assert np.all(np.isfinite(view.curves["stated"][1][0].ys))


def test_a_new_result_of_the_same_star_keeps_the_zoom(view, visits):
    plot = view.plots.ratios
    plot.zoom_to(((5.0, 5.5), plot.view[1]))
    shown = plot.view

    view.show_result(measure_signal_to_noise("HD 163466", visits[:4]))

    assert plot.view == shown


def test_the_plot_fits_the_visit_that_is_selected_until_the_user_zooms(view, result):
    view.select("HD 163466/1539-1", "1A")
    highest = view.plots.ratios.view[1][1]
    view.plots.ratios.zoom_to(((5.0, 6.0), (1.0, 2.0)))
    view.select("HD 163466/1539-3", "1A")

    stated = result.bands[0].visits[0].stated.max()
    assert 10.0**highest < 2.0 * max(400.0, stated)
    assert view.plots.ratios.view[1] == pytest.approx((1.0, 2.0))


def test_clearing_draws_nothing(view):
    view.clear("Nothing is open.")

    assert view.empty.reason == "Nothing is open."
    assert view.points.xs.size == 0
    assert view.source == ""
