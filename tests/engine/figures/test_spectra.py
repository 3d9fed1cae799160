"""Tests of engine.figures.spectra."""

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_array_equal

from engine.figures import draw_calibrated_spectra, draw_extracted_spectra
from engine.figures.palette import band_color
from tests.helpers.exports import band_spectrum
from tests.helpers.figures import calibrated

BANDS = [("1A", 4.9, 5.74), ("2A", 7.51, 8.77), ("4C", 24.4, 27.9)]


def drawn(spectra):
    figure = Figure()
    draw_calibrated_spectra(figure, spectra, title="10 Lac")
    figure.draw_without_rendering()
    return figure.axes


def test_each_band_is_drawn_in_its_color_with_its_values(rng):
    spectra = [calibrated(rng, *band) for band in BANDS]

    top, _ = drawn(spectra)

    lines = {line.get_label(): line for line in top.lines}
    for one, (band, *_) in zip(spectra, BANDS, strict=True):
        assert_array_equal(lines[band].get_ydata(), one.spectrum.flux)
        assert to_hex(lines[band].get_color()) == band_color(band)
    assert len({to_hex(lines[band].get_color()) for band, *_ in BANDS}) == 3


def test_the_lower_panel_shows_calibrated_over_model(rng):
    one = calibrated(rng, *BANDS[0])

    _, bottom = drawn([one])

    reference, ratio = bottom.lines  # and nothing that the view does not show
    assert_array_equal(reference.get_ydata(), [1.0, 1.0])
    assert_array_equal(ratio.get_ydata(), one.ratio)


def test_without_a_model_there_is_no_ratio(rng):
    axes = drawn([calibrated(rng, *BANDS[0], has_model=False)])

    assert len(axes) == 1
    assert "model" not in [line.get_label() for line in axes[0].lines]
    assert axes[0].get_xlabel() == "Wavelength (µm)"


def test_levels_of_different_orders_get_a_logarithmic_axis_with_plain_numbers(rng):
    top, _ = drawn([calibrated(rng, *band) for band in BANDS])

    assert top.get_yscale() == "log"
    assert {"1", "10"} <= {label.get_text() for label in top.get_yticklabels()}


def test_one_band_gets_a_linear_axis(rng):
    top, _ = drawn([calibrated(rng, *BANDS[1])])

    assert top.get_yscale() == "linear"


def test_flagged_samples_are_crossed(rng):
    one = calibrated(rng, *BANDS[0])
    flagged = ~one.spectrum.is_good & np.isfinite(one.spectrum.flux)

    top, _ = drawn([one])

    crosses = [line for line in top.lines if line.get_marker() == "x" and line.get_xdata().size]
    assert flagged.sum() == 1
    assert_array_equal(crosses[0].get_xdata(), one.spectrum.wave_um[flagged])


def test_extracted_spectra_have_a_panel_for_each_unit():
    spectra = [band_spectrum("4A"), band_spectrum("4B"), band_spectrum("4C", unit="DN/s")]
    figure = Figure()

    draw_extracted_spectra(figure, spectra, title="16 Cyg B")
    figure.draw_without_rendering()

    upper, lower = figure.axes
    assert (upper.get_ylabel(), lower.get_ylabel()) == ("Flux density (Jy)", "Count rate (DN/s)")
    lines = {line.get_label(): line for axes in (upper, lower) for line in axes.lines}
    for one in spectra:
        band = one.identity.band
        assert_array_equal(lines[band].get_ydata(), one.flux)
        assert to_hex(lines[band].get_color()) == band_color(band)
