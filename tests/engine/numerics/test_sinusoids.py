"""Tests of engine.numerics.sinusoids."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.numerics.background_spline import BackgroundSpline
from engine.numerics.sinusoids import (
    NO_SINUSOIDS,
    FrequencyRange,
    Sinusoids,
    SinusoidSearch,
    find_sinusoids,
    refine_sinusoids,
)

X = 1e4 / np.linspace(5.74, 4.9, 1050)
X -= X.mean()
SPAN = X[-1] - X[0]
SPLINE = BackgroundSpline(X, spacing=2.9, degree=2)
RANGE = FrequencyRange(0.23, 0.71, most=10)
SEARCH = SinusoidSearch(ranges=(RANGE,), noise_range=(0.23, 1.6), largest=0.2)
ONES = np.ones(X.size)


def wave(amplitude, frequency, phase=0.7):
    return amplitude * np.cos(2 * np.pi * frequency * X + phase)


def test_two_sinusoids_are_found_with_frequency_and_amplitude(rng):
    data = wave(0.02, 0.345) + wave(0.008, 0.5, 2.0) + rng.normal(0, 0.003, X.size)

    found, _ = find_sinusoids(X, data, ONES, SPLINE, SEARCH)
    found = refine_sinusoids(X, data, ONES, SPLINE, found, SEARCH)

    assert_allclose(found.frequency, [0.345, 0.5], atol=0.05 / SPAN)
    assert_allclose(found.amplitude, [0.02, 0.008], atol=5e-4)
    assert (found.evidence > 10).all()
    assert_allclose(found.at(X), wave(0.02, 0.345) + wave(0.008, 0.5, 2.0), atol=1.5e-3)


def test_two_that_beat_once_over_the_range_are_told_apart(rng):
    truth = wave(0.02, 0.345) + wave(0.015, 0.345 + 1.2 / SPAN, 2.0)
    data = truth + rng.normal(0, 0.002, X.size)

    found, _ = find_sinusoids(X, data, ONES, SPLINE, SEARCH)
    found = refine_sinusoids(X, data, ONES, SPLINE, found, SEARCH)

    assert found.size >= 2
    assert_allclose(found.at(X), truth, atol=1.5e-3)


def test_what_the_background_follows_of_a_sinusoid_is_not_lost(rng):
    slow = wave(0.02, 0.24)
    data = slow + rng.normal(0, 0.001, X.size)
    swallowed = np.std(SPLINE.weighted(ONES).smooth(slow)) / np.std(slow)

    found, _ = find_sinusoids(X, data, ONES, SPLINE, SEARCH)

    assert swallowed > 0.08
    assert found.amplitude[0] == pytest.approx(0.02, rel=0.02)


def test_noise_holds_no_sinusoids():
    counts = []
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(0, 0.01, X.size + 2)
        data = noise[1:-1] if seed % 2 else noise[1:-1] + 0.4 * (noise[2:] + noise[:-2])
        counts.append(find_sinusoids(X, data, ONES, SPLINE, SEARCH)[0].size)

    assert sum(counts) == 0


def test_outliers_are_no_sinusoids_and_hide_none(rng):
    data = wave(0.01, 0.4) + rng.normal(0, 0.002, X.size)
    hit = rng.random(X.size) < 0.03
    data[hit] += rng.choice([-0.1, 0.1], hit.sum())

    found, background = find_sinusoids(X, data, ONES, SPLINE, SEARCH)

    assert found.amplitude[0] == pytest.approx(0.01, abs=5e-4)
    assert (background.weight[hit] < 0.2).all()


def test_samples_of_no_weight_do_not_matter(rng):
    data = wave(0.01, 0.4) + rng.normal(0, 0.002, X.size)
    weight = np.where((X > 20) & (X < 30), 0.0, 1.0)
    other = np.where(weight > 0, data, 5.0)

    one, _ = find_sinusoids(X, data, weight, SPLINE, SEARCH)
    two, _ = find_sinusoids(X, other, weight, SPLINE, SEARCH)

    assert_array_equal(one.frequency, two.frequency)
    assert_array_equal(one.cosine, two.cosine)


@pytest.mark.parametrize("scale", [1e-6, 1e-2])
def test_scaling_the_data_and_the_largest_amplitude_scales_the_sinusoids(scale, rng):
    data = wave(0.01, 0.4) + rng.normal(0, 0.002, X.size)

    one, _ = find_sinusoids(X, data, ONES, SPLINE, SEARCH)
    scaled, _ = find_sinusoids(
        X, scale * data, ONES, SPLINE, replace(SEARCH, largest=scale * SEARCH.largest)
    )

    assert_allclose(scaled.amplitude, scale * one.amplitude, rtol=1e-9)
    assert_allclose(scaled.evidence, one.evidence, rtol=1e-6)


def test_more_than_allowed_are_not_looked_for(rng):
    data = sum(wave(0.01, f) for f in (0.3, 0.4, 0.5, 0.6)) + rng.normal(0, 0.001, X.size)

    found, _ = find_sinusoids(
        X, data, ONES, SPLINE, replace(SEARCH, ranges=(replace(RANGE, most=2),))
    )

    assert found.size == 2


def test_a_sinusoid_too_large_to_be_believed_is_not_taken(rng):
    data = wave(0.3, 0.4) + rng.normal(0, 0.001, X.size)

    found, _ = find_sinusoids(X, data, ONES, SPLINE, SEARCH)

    assert found.size == 0


def test_a_sinusoid_outside_the_range_is_not_taken(rng):
    data = wave(0.02, 1.1) + rng.normal(0, 0.002, X.size)

    found, _ = find_sinusoids(X, data, ONES, SPLINE, SEARCH)

    assert found.size == 0


def test_sinusoids_of_two_ranges_are_told_apart(rng):
    data = wave(0.02, 0.4) + wave(0.03, 1.25, 2.0) + rng.normal(0, 0.003, X.size)
    both = replace(SEARCH, ranges=(RANGE, FrequencyRange(1.0, 1.5, most=3)))

    found, _ = find_sinusoids(X, data, ONES, SPLINE, both)

    assert found.of(0).frequency == pytest.approx([0.4], abs=0.1 / SPAN)
    assert found.of(1).frequency == pytest.approx([1.25], abs=0.1 / SPAN)


def test_the_envelope_of_two_sinusoids_beats():
    two = Sinusoids(
        np.array([0.3, 0.32]),
        np.array([2.0, 1.0]),
        np.zeros(2),
        np.zeros(2),
        np.zeros(2, dtype=int),
    )

    envelope = two.envelope(X)

    assert_allclose(envelope, np.sqrt(5.0 + 4.0 * np.cos(2 * np.pi * 0.02 * X)), rtol=1e-12)
    assert (np.abs(two.at(X)) <= envelope + 1e-12).all()


def test_no_sinusoids_are_zero_everywhere():
    assert_array_equal(NO_SINUSOIDS.at(X), 0.0)
    assert_array_equal(NO_SINUSOIDS.envelope(X), 0.0)


@pytest.mark.rig
def test_errors_of_amplitude_and_frequency_are_those_of_the_noise():
    sigma, amplitude, n = 0.004, 0.01, X.size
    error = sigma * np.sqrt(2.0 / n)
    frequency_error = np.sqrt(3.0) * error / (np.pi * SPAN * amplitude)  # evenly spread samples
    pulls = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        data = wave(amplitude, 0.41, rng.uniform(0, 6)) + rng.normal(0, sigma, n)
        found, _ = find_sinusoids(X, data, ONES, SPLINE, SEARCH)
        found = refine_sinusoids(X, data, ONES, SPLINE, found, SEARCH)
        pulls.append(
            [
                (found.amplitude[0] - amplitude) / error,
                (found.frequency[0] - 0.41) / frequency_error,
            ]
        )

    assert_allclose(np.mean(pulls, axis=0), 0.0, atol=0.2)
    assert_allclose(np.std(pulls, axis=0), 1.0, atol=0.2)
