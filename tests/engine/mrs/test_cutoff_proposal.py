"""Tests of engine.mrs.cutoff_proposal."""

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.mrs.cutoff_proposal import propose_cutoffs
from engine.mrs.star_response import StarResponseParams, fit_star_response

WAVE = np.linspace(7.5, 8.8, 900)


def response_of(curve, *, unit="Jy"):
    """Return the response of a star with S/N 500 whose vector is ``curve``."""
    ones = np.ones(WAVE.size)
    noise = np.random.default_rng(3).normal(1.0, 2e-3, WAVE.size)
    flags = frozen(np.zeros(WAVE.size), dtype=np.uint32)
    observed = Spectrum(
        frozen(WAVE), frozen(noise / curve), frozen(2e-3 / curve), flags, unit, pixel_area_sr=1e-12
    )
    model = Spectrum(frozen(WAVE), frozen(ones), frozen(ones * np.nan), flags, "Jy")
    breakpoints = tuple(np.linspace(7.5, 8.8, 22)[1:-1])
    return fit_star_response(observed, model, StarResponseParams(breakpoints, line_windows="none"))


def diverging(strength, offset):
    """Agreeing but for an offset, until the edges run apart below 7.6 and above 8.7 um."""
    edge = np.exp((7.6 - WAVE) / 0.03) + np.exp((WAVE - 8.7) / 0.03)
    return offset * (1.1 + 0.05 * np.sin(3 * WAVE)) * (1 + strength * edge)


def test_cutoffs_lie_where_the_vectors_run_apart():
    stars = tuple(
        response_of(diverging(strength, offset))
        for strength, offset in ((-0.02, 1.0), (0.0, 1.03), (0.02, 0.98))
    )

    proposal = propose_cutoffs(stars)

    # The spread is 2 % times the edge: it passes 1 % half an edge short of 7.6 and 8.7 um.
    expected = 7.6 - 0.03 * np.log(0.5), 8.7 + 0.03 * np.log(0.5)
    assert proposal.cutoffs_um == pytest.approx(expected, abs=0.005)
    assert proposal.limit == pytest.approx(0.01)


def test_vectors_that_agree_but_for_their_level_need_no_cutoffs():
    stars = tuple(response_of(diverging(0.0, offset)) for offset in (0.97, 1.0, 1.04))

    assert propose_cutoffs(stars).cutoffs_um == (None, None)


def test_one_star_is_not_enough():
    with pytest.raises(DataError, match="from 1 vector"):
        propose_cutoffs((response_of(diverging(0.0, 1.0)),))


def test_factors_of_different_kinds_are_not_compared():
    curve = diverging(0.0, 1.0)

    with pytest.raises(DataError, match="cannot be compared"):
        propose_cutoffs((response_of(curve), response_of(curve, unit="DN/s")))
