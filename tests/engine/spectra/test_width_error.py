"""Tests of engine.spectra.width_error: widths scatter as their errors say, with fringes too."""

import numpy as np
import pytest

from engine.spectra.continuum import fit_continuum
from engine.spectra.width_error import Baseline, width_error

STEP = 0.0008
WAVE = np.arange(5.66, 6.63, STEP)
CENTER = 6.1
SEEDS = range(80)


def widths(half_width, *, noise, fringes=0.0, period_um=0.02):
    """Measure a line that is not there: return widths and errors of all drawings."""
    found = []
    window = np.abs(WAVE - CENTER) <= half_width
    level = 20.0 * (WAVE / 6.0) ** -1.9
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        cycles = CENTER**2 / period_um / WAVE  # even in wavenumber, as those of an etalon
        beat = fringes * np.sin(2.0 * np.pi * cycles + rng.uniform(0.0, 2.0 * np.pi))
        beat += 0.6 * fringes * np.sin(2.06 * np.pi * cycles + rng.uniform(0.0, 2.0 * np.pi))
        flux = level * (1.0 + beat + rng.normal(0.0, noise, WAVE.size))
        under = fit_continuum(WAVE, np.where(window, np.nan, flux), n_breakpoints=8, n_sigma=3.0)
        data = flux / under.curve
        baseline = Baseline(WAVE, np.full(WAVE.size, STEP), data, ~window, under)
        width = float(np.sum((1.0 - data)[window]) * STEP)
        found.append((width, width_error(baseline, window)))
    return np.array(found).T


@pytest.mark.parametrize("half_width", [0.01, 0.027])
def test_with_white_noise_the_error_holds_the_continuum_too(half_width):
    found, errors = widths(half_width, noise=0.003)

    white = 0.003 * STEP * np.sqrt(2.0 * half_width / STEP)
    assert 0.75 < np.std(found / errors) < 1.3
    assert abs(np.mean(found / errors)) < 0.35
    assert np.median(errors) > 1.05 * white  # the spline under the line is not known exactly


@pytest.mark.parametrize("period_um", [0.02, 0.03, 0.045])
def test_with_fringes_the_error_holds_them(period_um):
    found, errors = widths(0.027, noise=0.002, fringes=0.02, period_um=period_um)

    assert 0.4 < np.std(found / errors) < 1.35
    assert np.count_nonzero(np.abs(found) > 3.0 * errors) <= 2


def test_as_white_noise_fringes_would_be_found_as_lines():
    found, errors = widths(0.027, noise=0.002, fringes=0.02, period_um=0.045)

    rms = np.hypot(0.002, 0.02 * np.sqrt(0.5 * (1.0 + 0.6**2)))
    white = rms * STEP * np.sqrt(0.054 / STEP)
    assert np.std(found) > 1.3 * white
    assert np.median(errors) > 1.3 * white


def test_without_continuum_nearby_there_is_no_error():
    window = np.abs(WAVE - CENTER) <= 0.01
    flux = np.where(np.abs(WAVE - CENTER) < 0.3, np.nan, 1.0)
    flux[window] = 1.0
    under = fit_continuum(WAVE, np.where(window, np.nan, flux), n_breakpoints=2)
    beside = np.isfinite(flux) & ~window

    assert np.isnan(
        width_error(Baseline(WAVE, np.full(WAVE.size, STEP), flux, beside, under), window)
    )
