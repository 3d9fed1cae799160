"""Tests of guiapp.views.spectra."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from guiapp.look.units import shown_units
from guiapp.views.segment_curve import SegmentCurve
from guiapp.views.spectra import SpectraView
from tests.helpers.mouse import click, hover


def _curve(segment_id, band, low_um, high_um, level):
    wave = np.linspace(low_um, high_um, 300)
    flux = np.full(300, level)
    flux[:5] = np.nan
    return SegmentCurve(
        segment_id, band, "Jy", wave, flux, 0.01 * flux, np.full(300, level), flux / level
    )


@pytest.fixture
def curves():
    return (_curve("e1", "1A", 4.9, 5.74, 1.0), _curve("e2", "1B", 5.66, 6.63, 2.0))


@pytest.fixture
def view(qtbot, curves):
    view = SpectraView()
    qtbot.addWidget(view)
    view.resize(900, 640)
    view.show_curves("Star/1-1", "calibrated", curves)
    with qtbot.waitExposed(view):
        view.show()
    view.plot.show_all_afresh()
    view.ratio_plot.show_all_afresh()
    return view


def _drawn(view, segment_id):
    flux, model, ratio = view._layers[segment_id]
    return flux, model, ratio


def test_what_is_drawn_is_the_data(view, curves):
    flux, model, ratio = _drawn(view, "e2")

    assert_array_equal(flux.xs, curves[1].wave_um)
    assert_array_equal(flux.ys, curves[1].flux)
    assert_array_equal(model.ys, curves[1].model)
    assert_array_equal(ratio.ys, curves[1].ratio)


@pytest.fixture
def usual_units():
    """Put the units back: there is one choice in a process."""
    yield
    shown_units.choose(wave="µm", flux="Jy")


def test_another_unit_changes_what_the_axis_says_and_nothing_else(view, curves, usual_units):
    seen = view.plot.view
    view.unit.setCurrentText("mJy")
    view.unit.activated.emit(view.unit.currentIndex())

    flux, model, ratio = _drawn(view, "e1")
    assert_array_equal(flux.ys, curves[0].flux)
    assert_array_equal(model.ys, curves[0].model)
    assert_array_equal(ratio.ys, curves[0].ratio)
    assert view.plot._left.reading.to_shown(1.0) == 1e3
    assert view.plot.view == seen


def test_flux_per_wavelength_is_drawn_as_such(view, curves, usual_units):
    shown_units.choose(flux="Fλ")

    flux, model, ratio = _drawn(view, "e1")
    assert_allclose(flux.ys, 2.99792458e-12 * curves[0].flux / curves[0].wave_um ** 2)
    assert_allclose(model.ys, 2.99792458e-12 * curves[0].model / curves[0].wave_um ** 2)
    assert_array_equal(ratio.ys, curves[0].ratio)
    assert view.unit.currentText() == "Fλ"


def test_the_cursor_reads_in_the_units_that_are_chosen(view, qtbot, usual_units):
    shown_units.choose(wave="cm⁻¹", flux="mag")

    with qtbot.waitSignal(view.cursor_changed) as said:
        hover(view.plot, (6.2, 2.0))

    assert "cm⁻¹" in said.args[0]
    assert "8.147" in said.args[0]  # 8.9 - 2.5 log10(2)


def test_the_ratio_has_the_error_of_its_sample(view, curves, qtbot):
    noisy = replace(curves[1], error=0.03 * curves[1].flux, sys_error=0.05 * curves[1].flux)
    view.show_curves("Star/1-1", "calibrated", (curves[0], noisy))

    with qtbot.waitSignal(view.cursor_changed) as read:
        hover(view.plot, (6.2, 2.0))

    assert "ratio 1.000 ± 0.030   systematic 5.0 %" in read.args[0]


def test_errors_are_drawn_in_both_plots_and_can_be_hidden(view, curves):
    both = replace(curves[1], error=0.03 * curves[1].flux, sys_error=0.04 * curves[1].flux)
    view.show_curves("Star/1-1", "calibrated", (curves[0], both))

    flux, ratio = view.bands["e2"]["systematic"]
    assert_allclose(flux.highs, 1.05 * both.flux)
    assert_allclose(ratio.lows, 0.95 * both.ratio)
    assert "systematic" not in view.bands["e1"]
    assert view.has_errors
    view.show_errors("hidden")
    assert not view.has_errors
    assert not any(one.isVisible() for pair in view.bands["e2"].values() for one in pair)


def test_errors_stay_hidden_when_bands_come_later(view, curves):
    view.clear("Computing …")
    view.show_errors("hidden")

    view.show_curves("Star/1-1", "calibrated", curves)

    assert not any(one.isVisible() for one in view.bands["e1"]["statistical"])


def test_the_model_lies_below_the_spectra(view):
    flux, model, _ratio = _drawn(view, "e1")

    assert model.zValue() < flux.zValue()


def test_the_axis_of_a_positive_spectrum_begins_at_zero(view):
    wave = np.linspace(5.0, 6.0, 200)
    steep, one = np.linspace(0.02, 0.8, 200), np.ones(200)
    curve = SegmentCurve("e5", "1A", "Jy", wave, steep, 0.01 * one, steep, one)

    view.show_curves("B/1", "calibrated", (curve,))

    assert view.plot.all_bounds()[2] == 0.0
    assert view.plot.view[1][0] > -0.05 * 0.8  # what every plot leaves at its edge


def test_a_click_selects_the_band_under_the_cursor(view, qtbot):
    with qtbot.waitSignal(view.segment_clicked) as clicked:
        click(view.plot, (6.2, 2.0))

    assert clicked.args == ["e2"]


def test_the_cursor_reads_band_wavelength_flux_and_ratio(view, qtbot):
    with qtbot.waitSignal(view.cursor_changed) as read:
        hover(view.plot, (5.3, 1.0))

    assert read.args[0].startswith("1A ")
    assert "ratio 1.000 ± 0.010" in read.args[0]
    assert "Jy" in read.args[0]


def test_both_plots_show_the_same_wavelengths(view):
    view.plot.zoom_to(((5.0, 5.5), (0.5, 1.5)))

    assert view.ratio_plot.view[0] == pytest.approx((5.0, 5.5))


def test_new_results_of_the_same_source_keep_the_zoom(view, curves):
    view.plot.zoom_to(((5.0, 5.5), (0.5, 1.5)))
    before = view.plot.view

    view.show_curves("Star/1-1", "calibrated", curves)

    assert view.plot.view == before


def test_bands_that_arrive_later_are_brought_into_view(view, curves):
    view.show_curves("Star/1-1", "calibrated", curves)
    view._automatic = view.plot.view, view.ratio_plot.view

    view.show_curves("Star/1-1", "calibrated", (*curves, _curve("e3", "1C", 6.53, 7.65, 2.0)))

    assert view.plot.view[0][1] > 7.65


def test_spectra_of_one_band_have_names_of_their_own(view, curves):
    first, second = (
        replace(curves[0], id=f"e{i}", told_apart=f"0000{i}", file=f"jw_0000{i}_x1d.fits")
        for i in (1, 2)
    )

    view.show_curves("Star A/1-1", "calibrated", (first, second))

    legend = view.legend.buttons
    names = [legend[one].text() for one in ("e1", "e2")]
    assert names == [f"{first.band} 00001", f"{first.band} 00002"]
    assert "jw_00002_x1d.fits" in legend["e2"].toolTip()


def test_the_legend_hides_a_band_everywhere(view):
    view.legend.switch("e1")

    assert not any(layer.isVisible() for layer in view._layers["e1"])
    assert all(layer.isVisible() for layer in view._layers["e2"])


def test_a_spectrum_without_any_measurement_is_drawn_as_nothing(view):
    empty = np.full(10, np.nan)
    wave = np.linspace(5.0, 6.0, 10)

    view.show_curves(
        "Other/1-1", "extracted", (SegmentCurve("e9", "1A", "Jy", wave, *[empty] * 4),)
    )

    assert view._layers["e9"][0].bounds() is None


def test_nothing_to_show_says_why(view):
    view.clear("No spectrum.")

    assert view.empty.reason == "No spectrum."


def test_a_figure_takes_over_scale_range_and_unit_that_are_seen(view, usual_units):
    view.scale.setCurrentIndex(1)
    view.scale.activated.emit(1)
    view.plot.zoom_to(((5.0, 6.0), (-1.0, 1.0)))
    shown_units.choose(flux="mJy")

    flux, ratio = view.seen_panels()

    assert (flux.x.low, flux.x.high, flux.x.label) == (5.0, 6.0, "Wavelength (µm)")
    assert (flux.y.scale, flux.y.label) == ("log", "Flux density (mJy)")
    assert_allclose((flux.y.low, flux.y.high), (0.1, 10.0))
    assert {text: at for at, text in flux.y.ticks}["1000"] == pytest.approx(1.0)  # 1 Jy
    assert (ratio.x.low, ratio.x.high, ratio.y.label) == (5.0, 6.0, "Obs. / model")
    assert ratio.y.ticks == ()


def test_a_figure_per_wavelength_is_drawn_per_wavelength(view, usual_units):
    shown_units.choose(flux="Fλ")

    flux, ratio = view.seen_panels()

    assert (flux.values, ratio.values) == ("per wavelength", "as they are")
    assert flux.y.label == "Fλ (10⁻¹³ W m⁻² µm⁻¹)"  # 1 Jy at 5 µm is 1.2e-13
    assert flux.y.high < 1e-11
    at = {text: place for place, text in flux.y.ticks}
    assert at["1.0" if "1.0" in at else "1"] == pytest.approx(1e-13)


def test_numbers_of_flux_per_wavelength_have_room_beside_their_name(view, usual_units):
    shown_units.choose(flux="Fλ")
    axis = view.plot._left

    low, high = view.plot.view[1]
    texts = [text for _, text in axis.marks(low, high)]

    assert max(len(text) for text in texts) <= 4
    assert "F<sub>λ</sub>" in axis.labelString()


def test_magnitudes_are_drawn_evenly(view, usual_units):
    shown_units.choose(flux="mag")
    in_magnitudes = view.plot.pixels.y_scale, view.scale.isEnabled()

    shown_units.choose(flux="Jy")

    assert in_magnitudes == ("log", False)
    assert (view.plot.pixels.y_scale, view.scale.isEnabled()) == ("linear", True)
