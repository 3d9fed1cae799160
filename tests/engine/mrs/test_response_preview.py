"""Tests of engine.mrs.response_preview."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.errors import FitError
from engine.model.spectrum import Spectrum
from engine.mrs import response_preview
from engine.mrs.response_preview import ResponsePreview
from engine.mrs.star_response import (
    HeldValue,
    Mask,
    SampleState,
    StarResponseParams,
    fit_star_response,
)

WAVE = np.linspace(5.7, 6.6, 900)


def spectrum(flux, error):
    return Spectrum(
        wave_um=frozen(WAVE),
        flux=frozen(flux),
        error=frozen(error),
        flags=frozen(np.zeros(WAVE.size), dtype=np.uint32),
        unit="Jy",
    )


@pytest.fixture
def pair(rng):
    flux = 1.0 + 0.1 * np.sin(6 * WAVE) + rng.normal(0, 0.002, WAVE.size)
    flux[100:103] = np.nan
    return (
        spectrum(flux, rng.uniform(0.002, 0.004, WAVE.size)),
        spectrum(np.ones(WAVE.size), np.full(WAVE.size, np.nan)),
    )


@pytest.mark.parametrize("fit_in", ["factor", "inverse", "inverse photon"])
def test_the_preview_is_the_full_fit_when_the_mask_stays(pair, fit_in):
    params = StarResponseParams(
        (5.9, 6.1, 6.3),
        fit_in=fit_in,
        reject_above=50.0,
        reject_below=50.0,
        cutoffs_um=(5.75, None),
        masks=(Mask(6.0, 6.02),),
        breaks_um=(6.4,),
    )
    preview = ResponsePreview(*pair, params, fit_star_response(*pair, params))

    held = (HeldValue(6.15, 0.95),)
    wave, vector = preview.move((5.9, 6.15, 6.3), held)

    full = fit_star_response(*pair, replace(params, breakpoints_um=(5.9, 6.15, 6.3), held=held))
    inside = np.isfinite(full.vector)
    assert_allclose(wave, full.wave_um[inside])
    assert_allclose(vector, full.vector[inside], rtol=1e-9)


def test_a_held_value_rejects_in_the_hand_what_it_rejects_on_release(pair):
    params = StarResponseParams((5.9, 6.1, 6.3), line_windows="none")
    before = fit_star_response(*pair, params)
    preview = ResponsePreview(*pair, params, before)

    held = (HeldValue(6.1, 1.3),)
    _, vector = preview.move(params.breakpoints_um, held)

    released = fit_star_response(*pair, replace(params, held=held))
    n_before = np.count_nonzero(before.state == SampleState.REJECTED)
    assert np.count_nonzero(released.state == SampleState.REJECTED) > n_before + 20
    assert_array_equal(preview.state, released.state)
    assert_array_equal(vector, released.vector[np.isfinite(released.vector)])
    assert_array_equal(preview.stat_error, released.stat_error)
    assert_array_equal(preview.held_error, dict(released.sys_terms)["held values"])
    assert np.nanmax(released.sys_error / before.sys_error) > 3  # the hand sees it grow


def test_many_samples_keep_the_last_rejection_until_the_release(pair, monkeypatch):
    monkeypatch.setattr(response_preview, "MOST_REJECTED_ANEW", WAVE.size - 1)
    params = StarResponseParams((5.9, 6.1, 6.3), line_windows="none")
    before = fit_star_response(*pair, params)
    preview = ResponsePreview(*pair, params, before)

    _, vector = preview.move(params.breakpoints_um, ())

    assert not preview.rejects_anew
    assert preview.stat_error is None
    assert_array_equal(preview.state, before.state)
    assert_allclose(vector, before.vector[np.isfinite(before.vector)], rtol=1e-9)


def test_a_move_without_data_fails_and_the_next_works(pair):
    params = StarResponseParams((5.9, 6.1, 6.3), masks=(Mask(6.0, 6.2),))
    preview = ResponsePreview(*pair, params, fit_star_response(*pair, params))

    with pytest.raises(FitError, match="No data between") as caught:
        preview.move((6.01, 6.03, 6.05, 6.07, 6.09, 6.11), ())
    _, vector = preview.move((5.9, 6.1, 6.3), ())

    assert caught.value.breakpoints_um
    assert np.isfinite(vector).all()


def test_breakpoints_beyond_the_cutoffs_are_left_out(pair):
    params = StarResponseParams((5.9, 6.3), cutoffs_um=(5.8, 6.5))
    preview = ResponsePreview(*pair, params, fit_star_response(*pair, params))

    _, vector = preview.move((5.75, 5.9, 6.3, 6.55), ())

    assert_allclose(vector, preview.move((5.9, 6.3), ())[1])
