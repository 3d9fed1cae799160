"""Tests of engine.figures.residual_fringes."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from engine.figures.residual_fringes import draw_residual_fringes
from engine.mrs.residual_fringes import correct_residual_fringes
from engine.mrs.response_params import Mask
from tests.helpers.fringes import fringed_spectrum, spectrum_of


def drawn(result, **how):
    figure = Figure()
    draw_residual_fringes(figure, result, title="10 Lac · 3A", **how)
    figure.draw_without_rendering()
    return figure.axes


@pytest.fixture
def result(rng):
    return correct_residual_fringes(fringed_spectrum("3A", rng)[0])


def test_the_upper_panel_shows_the_spectrum_before_and_after(result):
    top, _, _ = drawn(result)

    lines = {line.get_label(): line for line in top.lines}
    assert_array_equal(lines["before"].get_ydata(), result.observed / result.continuum)
    assert_array_equal(lines["after"].get_ydata(), result.spectrum.flux / result.continuum)


def test_the_middle_panel_shows_what_was_removed(result):
    _, middle, _ = drawn(result)

    assert_allclose(middle.lines[1].get_ydata(), 100.0 * result.modulation)
    assert middle.get_ylabel() == "Removed (%)"


def test_the_periodogram_marks_the_sinusoids_that_were_found(result):
    _, _, bottom = drawn(result)

    marked = np.concatenate([li.get_xdata() for li in bottom.lines if li.get_marker() == "v"])
    found = np.concatenate([fit.frequency_cm for fit in result.families])
    assert_array_equal(marked, found)
    assert_array_equal(bottom.lines[-1].get_ydata(), 100.0 * result.periodogram.after)


def test_protected_ranges_are_shaded_in_both_spectra(result):
    top, middle, _ = drawn(result, protected=(Mask(12.0, 12.1),))

    for axes in (top, middle):
        (span,) = axes.patches
        assert span.get_x() == pytest.approx(12.0)
        assert span.get_width() == pytest.approx(0.1)


def test_a_spectrum_without_a_periodogram_has_two_panels(rng):
    wave = np.linspace(5.0, 5.01, 10)

    axes = drawn(correct_residual_fringes(spectrum_of(wave, np.ones(10), band="1A")))

    assert len(axes) == 2
