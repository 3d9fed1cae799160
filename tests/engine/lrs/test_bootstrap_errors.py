"""Tests of engine.lrs.bootstrap_errors."""

from dataclasses import replace

import numpy as np
import pytest

from engine.lrs.bootstrap_errors import bootstrap_errors
from engine.model.spectrum import Spectrum

WAVE = np.linspace(5.0, 12.0, 370)


def spectra(seed, *, count=1, stated=0.25, spread=0.0):
    rng = np.random.default_rng(seed)
    flux = 0.05 * (WAVE / 10.0) ** -2.0
    noise = flux * 0.01 * (1.0 + (WAVE / 9.0) ** 4)
    levels = 1.0 + spread * rng.standard_normal(count)
    return [
        Spectrum(
            WAVE,
            level * flux + noise * rng.standard_normal(WAVE.size),
            noise * stated,
            np.zeros(WAVE.size, dtype=np.uint32),
            "Jy",
        )
        for level in levels
    ]


def measured(found, n_bins=8, n_draws=100):
    return bootstrap_errors(
        found,
        labels=[(f"e{i}", f"nod {i}") for i in range(len(found))],
        n_bins=n_bins,
        n_draws=n_draws,
        limits_um=(5.0, 12.0),
    )


def pulls_of_factor(seeds, *, count):
    found = [measured(spectra(seed, count=count))[0] for seed in seeds]
    return np.array([(one.factor - 0.25) / one.factor_error for one in found])


@pytest.mark.parametrize("count", [1, 4])
def test_errors_that_are_stated_too_small_by_a_known_factor_are_told(count):
    pulls = pulls_of_factor(range(30), count=count)

    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(30)
    assert 0.6 < np.std(pulls) < 1.45


@pytest.mark.rig
@pytest.mark.parametrize("count", [1, 4])
def test_the_factor_has_the_errors_it_states_over_400_seeds(count):
    pulls = pulls_of_factor(range(400), count=count)

    assert abs(np.mean(pulls)) < 0.2
    assert 0.8 < np.std(pulls) < 1.2


def test_the_error_of_each_bin_is_the_injected_one():
    ratios = []
    for seed in range(20):
        one = measured(spectra(seed, stated=1.0))[0]
        ratios.append(one.bootstrap / one.stated)

    assert np.all(np.abs(np.mean(ratios, axis=0) - 1.0) < 0.08)


def test_levels_that_differ_between_spectra_are_no_noise():
    found = measured(spectra(5, count=5, spread=0.05))

    assert all(one.basis == "spectra" for one in found)
    assert all(abs(one.factor - 0.25) < 0.05 for one in found)


@pytest.mark.parametrize(
    ("stated", "verdict"), [(0.2, "too small"), (1.0, "agrees"), (3.0, "too large")]
)
def test_stated_errors_are_judged(stated, verdict):
    assert measured(spectra(2, stated=stated))[0].verdict == verdict


def test_spectra_on_other_wavelengths_are_compared_with_a_spline():
    three = spectra(1, count=3)
    three[1] = replace(three[1], wave_um=WAVE + 0.01)

    assert {one.basis for one in measured(three)} == {"spline"}


def test_dropouts_and_missing_errors_do_not_matter():
    (one,) = spectra(3)
    flux = one.flux.copy()
    flux[40:45] = 0.0
    flux[100:104] = np.nan

    spoiled = measured([replace(one, flux=flux)])[0]
    silent = measured([replace(one, error=np.full(WAVE.size, np.nan))])[0]

    assert abs(spoiled.factor - 0.25) < 0.05
    assert silent.verdict == "not judged"
    assert np.isfinite(silent.bootstrap).all()


def test_the_same_spectra_give_the_same_bits():
    first, second = measured(spectra(3))[0], measured(spectra(3))[0]

    assert np.array_equal(first.bootstrap, second.bootstrap)
