"""Tests of engine.lrs.wave_fit."""

import numpy as np
import pytest

from engine.lrs.wave_fit import Samples, amplitude_spectrum, fit_wave

HERTZ = 390.625
FRAME = 0.15904


def samples(seed, *, cosine=2.0, sine=-1.0, n_pixels=600, n_frames=8, walk=0.0, noise=6.0):
    """Return reads of one integration with a ramp of each pixel's own, and a known wave."""
    rng = np.random.default_rng(seed)
    place = np.sort(rng.integers(0, 11648, n_pixels)) * 10e-6
    frame = np.arange(n_frames) * FRAME
    angle = 2.0 * np.pi * HERTZ * (place[:, None] + frame[None, :])
    values = cosine * np.cos(angle) + sine * np.sin(angle)
    values = values + noise * rng.standard_normal(values.shape)
    values += np.cumsum(walk * rng.standard_normal(values.shape), axis=1)
    steps = np.arange(n_frames)
    values += 100.0 * rng.standard_normal((n_pixels, 1)) + rng.random((n_pixels, 1)) * 50.0 * steps
    nuisance = np.stack([np.ones(n_frames), steps - steps.mean()], axis=1)
    return Samples(values, place, frame, nuisance, np.zeros(n_frames, dtype=np.int64))


def pulls(seeds, **options):
    found = [fit_wave(samples(seed, **options), HERTZ) for seed in seeds]
    return np.array(
        [
            ((one.cosine - 2.0) / one.cosine_error, (one.sine + 1.0) / one.sine_error)
            for one in found
        ]
    )


@pytest.mark.parametrize("walk", [0.0, 6.0])
def test_the_wave_has_the_errors_it_states_also_when_photons_add_up(walk):
    found = pulls(range(40), walk=walk)

    assert np.all(np.abs(found.mean(axis=0)) < 4.0 / np.sqrt(40))
    assert np.all((found.std(axis=0) > 0.65) & (found.std(axis=0) < 1.4))


@pytest.mark.rig
@pytest.mark.parametrize("walk", [0.0, 6.0])
def test_the_wave_has_the_errors_it_states_over_400_seeds(walk):
    found = pulls(range(400), walk=walk)

    assert np.all(np.abs(found.mean(axis=0)) < 0.2)
    assert np.all((found.std(axis=0) > 0.8) & (found.std(axis=0) < 1.2))


def test_without_noise_the_wave_is_exact():
    one = fit_wave(samples(1, noise=0.0), HERTZ)

    assert np.isclose(one.cosine, 2.0, rtol=1e-9)
    assert np.isclose(one.sine, -1.0, rtol=1e-9)
    assert np.isclose(one.amplitude, np.sqrt(5.0), rtol=1e-9)


def test_noise_alone_is_as_seldom_a_wave_as_it_says():
    chances = [fit_wave(samples(seed, cosine=0.0, sine=0.0), HERTZ).chance for seed in range(60)]

    assert 1 <= sum(one < 0.1 for one in chances) <= 14
    assert min(chances) > 1e-4


def test_a_wave_that_all_frames_see_with_one_phase_cannot_be_told():
    assert fit_wave(samples(1), 1.0 / FRAME * 62.0) is None


def test_the_spectrum_peaks_at_the_wave_and_nowhere_else():
    grid = np.arange(340.0, 440.0, 0.625)

    amplitude, noise = amplitude_spectrum(samples(1, noise=1.0, n_pixels=3000), grid)

    assert grid[np.nanargmax(amplitude)] == HERTZ
    assert np.nanmax(amplitude) > 8.0 * noise
    far = np.abs(grid - HERTZ) > 20.0
    assert np.nanmax(amplitude[far]) < 0.5 * np.nanmax(amplitude)


def test_the_level_of_noise_is_that_of_the_spectrum_of_noise():
    ratios = []
    for seed in range(10):
        amplitude, noise = amplitude_spectrum(
            samples(seed, cosine=0.0, sine=0.0), np.arange(101.0, 140.0, 1.3)
        )
        ratios.append(np.sqrt(np.nanmean(amplitude**2)) / noise)

    assert abs(np.mean(ratios) - 1.0) < 0.1
