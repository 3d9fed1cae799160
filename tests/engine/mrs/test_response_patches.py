"""Patches replace a range, join at both edges, and bring the truth back."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.vector import EXTRAPOLATED, PATCHED
from engine.mrs.response_params import Patch, StarResponseParams
from engine.mrs.response_patches import (
    PATCH,
    add_patch,
    change_patch,
    patch_response,
    patched_vector,
    remove_patch,
    scaled_donor,
)
from engine.mrs.star_response import StarResponse, fit_star_response
from engine.simulate.spectra import simulate_response_spectrum

LOW, HIGH = 14.20, 14.44  # around the feature of 10 Lac (Law+2025, Sec. 5.2)
WAVE = np.linspace(13.4, 15.5, 841)


def _truth(wave):
    """Return a smooth vector."""
    return 180.0 * (1.0 + 0.05 * (wave - 14.4) + 0.04 * (wave - 14.4) ** 2)


def _bump(wave):
    """Return the feature that the model of the star lacks: 3 % of emission."""
    return 1.0 - 0.03 * np.exp(-(((wave - 14.32) / 0.05) ** 6))


def _response(vector, *, kind="calibration factor", stat=1e-3, sys=2e-3, wave=WAVE):
    """Return a response with a vector that is known."""
    nothing = frozen(np.zeros(wave.size))
    return StarResponse(
        wave_um=frozen(wave),
        ratio=frozen(vector),
        ratio_error=nothing,
        model_jy=nothing,
        state=frozen(np.zeros(wave.size), dtype=np.uint8),
        vector=frozen(vector),
        stat_error=frozen(stat * vector),
        sys_error=frozen(sys * vector),
        sys_terms=(("leave one breakpoint out", frozen(sys * vector)),),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        kind=kind,
        fitted_in="factor",
        breakpoints_um=frozen([14.0]),
        breakpoint_values=frozen([180.0]),
        scatter=0.001,
        n_used=wave.size,
        n_samples=wave.size,
        n_fits=1,
    )


@pytest.fixture
def star():
    return _response(_truth(WAVE) * _bump(WAVE))


@pytest.fixture
def donor():
    """Return the vector of a star without the feature, 2 % higher and tilted by 0.5 %."""
    tilt = 1.02 * (1.0 + 0.005 * (WAVE - 14.4))
    return _response(_truth(WAVE) * tilt, stat=3e-3)


@pytest.mark.parametrize(
    "patch",
    [
        Patch(LOW, HIGH),
        Patch(LOW, HIGH, "mu Col", "linear"),
        Patch(LOW, HIGH, "mu Col", "constant"),
        Patch(13.9, 14.4, "mu Col", "constant"),
        Patch(14.15, 14.8),
    ],
)
def test_the_vector_is_continuous_at_both_edges(star, donor, patch):
    made = patch_response(star, (patch,), {"mu Col": donor})

    for edge in (patch.low_um, patch.high_um):
        outside = np.interp(edge, WAVE, star.vector)
        near = np.abs(WAVE - edge) < 0.004
        assert_allclose(made.vector[near], outside, rtol=1e-3)
    inside = (patch.low_um <= WAVE) & (patch.high_um >= WAVE)
    assert_array_equal(made.vector[~inside], star.vector[~inside])


@pytest.mark.parametrize("scaling", ["constant", "linear"])
@pytest.mark.parametrize(("low", "high"), [(LOW, HIGH), (14.27, 14.37)])
@pytest.mark.parametrize("is_donated", [True, False])
def test_at_the_edges_themselves_nothing_jumps(donor, low, high, scaling, is_donated):
    wave = np.unique(np.concatenate([WAVE, [low, high]]))
    vector = _truth(wave) * _bump(wave)
    patch = Patch(low, high, "mu Col" if is_donated else "", scaling)

    made = patched_vector(wave, vector, patch, donor if is_donated else None)

    for edge in (low, high):
        at = int(np.searchsorted(wave, edge))
        assert made.value[at] == pytest.approx(vector[at], rel=1e-12)


def test_a_donor_brings_the_truth_back(star, donor):
    made = patch_response(star, (Patch(LOW, HIGH, "mu Col"),), {"mu Col": donor})

    inside = (WAVE >= LOW) & (WAVE <= HIGH)
    assert np.abs(star.vector / _truth(WAVE) - 1.0)[inside].max() > 0.029
    assert_allclose(made.vector, _truth(WAVE), rtol=1e-5)


def test_interpolation_brings_a_smooth_vector_back(star):
    made = patch_response(star, (Patch(LOW, HIGH),), {})

    assert_allclose(made.vector, _truth(WAVE), rtol=1e-4)


def test_a_constant_scale_is_constant_in_the_middle(star, donor):
    made = patch_response(star, (Patch(LOW, HIGH, "mu Col", "constant"),), {"mu Col": donor})

    middle = (WAVE > LOW + 0.2 * (HIGH - LOW)) & (WAVE < HIGH - 0.2 * (HIGH - LOW))
    ratio = (made.vector / donor.vector)[middle]
    assert np.ptp(ratio) < 1e-12


def test_the_errors_hold_what_a_patch_does_not_know(star, donor):
    made = patch_response(star, (Patch(LOW, HIGH, "mu Col"),), {"mu Col": donor})

    inside = (WAVE > LOW + 0.01) & (WAVE < HIGH - 0.01)
    assert_allclose((made.stat_error / made.vector)[inside], np.hypot(1e-3, 3e-3), rtol=1e-6)
    terms = dict(made.sys_terms)
    assert np.all(terms[PATCH][~((WAVE >= LOW) & (WAVE <= HIGH))] == 0.0)
    assert terms[PATCH][inside].max() > 0.0
    total = np.sqrt(sum(term**2 for term in terms.values()))
    assert_allclose(made.sys_error, total, rtol=1e-12)


def test_patched_samples_are_flagged_and_told_and_the_fit_is_kept(star, donor):
    flagged = replace(star, flags=frozen(np.full(WAVE.size, EXTRAPOLATED), dtype=np.uint32))

    made = patch_response(flagged, (Patch(LOW, HIGH, "mu Col"),), {"mu Col": donor})

    inside = (WAVE >= LOW) & (WAVE <= HIGH)
    assert np.all(made.flags[inside] == EXTRAPOLATED | PATCHED)
    assert np.all(made.flags[~inside] == EXTRAPOLATED)
    assert made.unpatched is star.vector
    assert "14.20–14.44 µm is patched with the vector of mu Col" in made.messages[-1]


def test_breakpoints_stay_on_the_curve_that_is_shown(star):
    inside = replace(
        star, breakpoints_um=frozen([14.0, 14.3]), breakpoint_values=frozen([1.0, 2.0])
    )

    made = patch_response(inside, (Patch(LOW, HIGH),), {})

    assert made.breakpoint_values[0] == 1.0
    assert made.breakpoint_values[1] == pytest.approx(np.interp(14.3, WAVE, made.vector))


def test_several_patches_are_all_made(star):
    patches = (Patch(13.6, 13.8), Patch(LOW, HIGH))

    made = patch_response(star, patches, {})

    for patch in patches:
        inside = (patch.low_um <= WAVE) & (patch.high_um >= WAVE)
        assert np.all(made.flags[inside] & PATCHED)
    assert made.unpatched is star.vector


def test_without_patches_the_response_is_the_same_object(star):
    assert patch_response(star, (), {}) is star


def test_a_donor_on_other_wavelengths_serves(star):
    wave = np.linspace(13.3, 15.6, 600)
    donor = _response(1.02 * _truth(wave), wave=wave)

    made = patch_response(star, (Patch(LOW, HIGH, "mu Col"),), {"mu Col": donor})

    assert_allclose(made.vector, _truth(WAVE), rtol=1e-4)


@pytest.mark.parametrize(
    ("patch", "match"),
    [
        (Patch(15.4, 15.9), "reaches beyond the vector"),
        (Patch(14.3, 14.3), "no width"),
        (Patch(LOW, HIGH, "Vega"), "no vector of Vega"),
        (Patch(LOW, HIGH, "gap"), "gap has no vector over"),
        (Patch(LOW, HIGH, "relative"), "is a relative factor"),
    ],
)
def test_what_cannot_be_patched_is_refused_with_the_way_out(star, donor, patch, match):
    holed = replace(donor, vector=frozen(np.where(np.abs(WAVE - 14.3) < 0.02, np.nan, 1.0)))
    other = replace(donor, kind="relative factor")

    with pytest.raises(DataError, match=match) as caught:
        patch_response(star, (patch,), {"mu Col": donor, "gap": holed, "relative": other})

    assert caught.value.hint


def test_inputs_are_left_alone_and_results_read_only(star, donor):
    before = star.vector.copy()

    made = patch_response(star, (Patch(LOW, HIGH, "mu Col"),), {"mu Col": donor})

    assert_array_equal(star.vector, before)
    for array in (made.vector, made.stat_error, made.sys_error, made.flags):
        assert not array.flags.writeable


def test_the_overlay_is_the_donor_scaled_beyond_the_range_too(star, donor):
    patch = Patch(LOW, HIGH, "mu Col")
    made = patched_vector(WAVE, star.vector, patch, donor)

    overlay = scaled_donor(WAVE, patch, donor, made.scales)

    assert_allclose(overlay[made.inside], made.value[made.inside], rtol=1e-12)
    assert overlay[0] == pytest.approx(donor.vector[0] * made.scales[0])


def test_a_feature_in_noisy_data_is_patched_within_the_errors(rng):
    observed, model, truth = simulate_response_spectrum(rng, "3B", outlier_fraction=0.0)
    wave = observed.wave_um
    bumped = replace(observed, flux=frozen(observed.flux / _bump(wave)))
    other = replace(observed, flux=frozen(observed.flux * rng.normal(0.98, 1 / 300, wave.size)))
    params = StarResponseParams(breakpoints_um=tuple(np.arange(13.6, 15.5, 0.1)))
    star, donor = (fit_star_response(one, model, params) for one in (bumped, other))

    made = patch_response(star, (Patch(14.15, 14.5, "mu Col"),), {"mu Col": donor})

    inside = (wave > 14.2) & (wave < 14.45)
    assert np.abs(star.vector / truth - 1.0)[inside].max() > 0.02
    deviation = (made.vector - truth)[inside]
    error = np.hypot(made.stat_error, made.sys_error)[inside]
    assert np.abs(deviation / error).max() < 4.0
    assert np.abs(made.vector / truth - 1.0)[inside].max() < 0.01


def test_edits_add_change_and_remove():
    params = StarResponseParams()

    added = add_patch(params, 14.4, 14.2, donor="mu Col")
    changed = change_patch(added, 0, Patch(14.2, 14.5))

    assert added.patches == (Patch(14.2, 14.4, "mu Col", "linear"),)
    assert changed.patches == (Patch(14.2, 14.5),)
    assert change_patch(changed, 0, Patch(14.2, 14.5)) is changed
    assert remove_patch(changed, 0) == params
    assert add_patch(params, 14.2, 14.2) is params
    with pytest.raises(DataError, match="no patch number 2"):
        remove_patch(changed, 1)
