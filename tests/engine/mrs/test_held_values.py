"""Tests of engine.mrs.held_values: how far held values lie from the samples around them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.model.spectrum import Spectrum
from engine.mrs import response_edits as edits
from engine.mrs.star_response import HeldValue, Mask, StarResponseParams, fit_star_response

WAVE = np.linspace(5.7, 6.6, 600)
NOISE = 1e-3
PINNED = StarResponseParams((5.9, 6.05, 6.2, 6.35), line_windows="none")


def curve(wave):
    return 1.5 + 0.3 * np.sin(6 * np.asarray(wave))


def spectrum(flux):
    return Spectrum(
        wave_um=frozen(WAVE),
        flux=frozen(flux),
        error=frozen(np.full(WAVE.size, NOISE)),
        flags=frozen(np.zeros(WAVE.size), dtype=np.uint32),
        unit="Jy",
    )


MODEL = spectrum(np.ones(WAVE.size))


def observed(rng):
    return spectrum(rng.normal(1.0, NOISE, WAVE.size) / curve(WAVE))


def fit(star, *held, **changes):
    return fit_star_response(star, MODEL, replace(PINNED, held=held, **changes))


@pytest.mark.parametrize("fit_in", ["factor", "inverse", "inverse photon"])
def test_the_deviation_is_from_the_curve_that_no_held_value_bends(rng, fit_in):
    star = observed(rng)
    free = fit(star, fit_in=fit_in)

    held = fit(
        star,
        HeldValue(6.05, 1.01 * float(curve(6.05))),
        HeldValue(6.2, float(curve(6.2))),
        fit_in=fit_in,
    )

    off, on = held.held
    expected = [free.breakpoint_values[1], free.breakpoint_values[2]]
    assert [off.free, on.free] == pytest.approx(expected, rel=1e-9)
    assert off.deviation == pytest.approx(0.01, abs=2e-3)  # a spline is no sine
    assert off.is_off
    assert not on.is_off


def test_a_value_held_on_the_samples_is_off_by_about_one_sigma(rng):
    sigmas = []
    for _ in range(60):
        star = observed(rng)
        median = edits.local_median(fit(star), 6.12)
        [check] = fit(star, HeldValue(6.12, median)).held
        sigmas.append(check.sigma)

    assert 0.3 < np.std(sigmas) < 1.2
    assert np.mean(np.abs(sigmas) > 3) < 0.05


def test_held_values_stand_still_when_the_data_move_and_the_response_says_so(rng):
    star = observed(rng)
    held = HeldValue(6.2, float(curve(6.2)))
    before = fit(star, held)

    after = fit(replace(star, flux=frozen(1.003 * star.flux)), held)

    assert not any("off the samples" in text for text in before.messages)
    [said] = [text for text in after.messages if "off the samples" in text]
    [check] = after.held
    assert check.deviation == pytest.approx(0.003, abs=4e-4)
    assert said.startswith("1 held value lies off the samples around it: 6.20 µm +0.3")
    assert said.endswith("Release it, or move it onto the samples.")


def test_moved_onto_the_samples_it_is_off_no_more_and_released_it_is_gone(rng):
    star = observed(rng)
    params = replace(PINNED, held=(HeldValue(6.05, 2.0), HeldValue(6.2, float(curve(6.2)))))
    response = fit_star_response(star, MODEL, params)

    moved = edits.move_held_onto_samples(params, (6.05,), response)
    released = edits.release_values(params, (6.05,))

    again = fit_star_response(star, MODEL, moved)
    assert again.held[0].deviation == pytest.approx(0.0, abs=1e-12)
    assert not any("off the samples" in text for text in again.messages)
    assert moved.held[1] == params.held[1]
    assert released.held == params.held[1:]
    assert edits.move_held_onto_samples(moved, (6.05,), again) is moved


def test_where_no_sample_lies_a_held_value_contradicts_nothing(rng):
    value = 1.01 * float(curve(5.8))
    response = fit(observed(rng), HeldValue(5.8, value), masks=(Mask(5.7, 5.9),))
    bare = fit(
        observed(rng),
        HeldValue(5.75, value),
        HeldValue(5.8, value),
        HeldValue(5.85, value),
        masks=(Mask(5.7, 5.98),),
        breakpoints_um=(5.78, 5.82, 6.2),
    )

    assert not response.held[0].is_off
    assert all(np.isnan(one.deviation) and not one.is_off for one in bare.held)


def test_held_values_beyond_the_cutoffs_are_not_judged(rng):
    assert fit(observed(rng), HeldValue(5.75, 9.0), cutoffs_um=(5.8, None)).held == ()


@pytest.mark.parametrize("fit_in", ["factor", "inverse", "inverse photon"])
def test_what_holding_moves_the_curve_by_is_a_systematic_error_of_its_own(rng, fit_in):
    star = observed(rng)
    free = fit(star, fit_in=fit_in)

    held = fit(star, HeldValue(6.05, 1.01 * float(curve(6.05))), fit_in=fit_in)

    term = dict(held.sys_terms)["held values"]
    assert_allclose(term, np.abs(held.vector - free.vector), rtol=1e-6, atol=1e-9)
    near = int(np.argmin(np.abs(WAVE - 6.05)))
    assert term[near] / held.vector[near] == pytest.approx(0.01, abs=2e-3)
    assert held.sys_error[near] >= term[near]
    assert_allclose(
        dict(held.sys_terms)["leave one breakpoint out"],
        dict(free.sys_terms)["leave one breakpoint out"],
        rtol=0.05,  # of the curve, which lies elsewhere
    )
    assert term[-1] < 0.2 * term[near]  # far away the value bends nothing
    assert "held values" not in dict(free.sys_terms)


def test_a_wrong_held_value_leaves_the_statistical_error_as_it_was(rng):
    star = observed(rng)
    free = fit(star)

    held = fit(star, HeldValue(6.05, 1.01 * float(curve(6.05))))

    assert held.n_used < free.n_used  # it drives samples out of the fit
    assert_allclose(held.stat_error, free.stat_error, rtol=1e-9)


def test_the_errors_of_a_wrong_held_value_cover_the_truth(rng):
    misses = []
    for _ in range(20):
        wrong = 1.0 + rng.normal(0.0, 0.005)
        held = fit(observed(rng), HeldValue(6.05, wrong * float(curve(6.05))))
        near = np.abs(WAVE - 6.05) < 0.05
        total = np.hypot(held.stat_error, held.sys_error)[near]
        misses.append(np.mean(np.abs(held.vector - curve(WAVE))[near] < 2.0 * total))

    assert np.mean(misses) > 0.9


def test_beyond_the_samples_and_without_a_free_curve_the_term_is_not_known(rng):
    value = 1.01 * float(curve(5.8))
    beyond = fit(observed(rng), HeldValue(5.75, value), masks=(Mask(5.7, 5.8),))
    bare = fit(
        observed(rng),
        HeldValue(5.75, value),
        HeldValue(5.8, value),
        HeldValue(5.85, value),
        masks=(Mask(5.7, 5.98),),
        breakpoints_um=(5.78, 5.82, 6.2),
    )

    term = dict(beyond.sys_terms)["held values"]
    assert np.isnan(term[WAVE < 5.8]).all()
    assert np.isfinite(term[WAVE > 5.81]).all()
    assert "held values" not in dict(bare.sys_terms)
    assert any("the samples determine no curve" in text for text in bare.messages)
