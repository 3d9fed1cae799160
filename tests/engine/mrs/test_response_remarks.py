"""Tests of engine.mrs.response_remarks."""

import re
from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.model.spectrum import Spectrum
from engine.mrs.response_remarks import remarks_on_flags
from engine.mrs.star_response import StarResponseParams, fit_star_response

WAVE = np.linspace(5.7, 6.6, 500)
NOWHERE = np.zeros(WAVE.size, dtype=bool)


def remarks(params, *, error=0.01, seed=2, scale=1.0):
    flux = scale * np.random.default_rng(seed).normal(1.0, 0.01, WAVE.size)
    flags = frozen(np.zeros(WAVE.size), dtype=np.uint32)
    errors = frozen(np.full(WAVE.size, error))
    observed = Spectrum(frozen(WAVE), frozen(flux), errors, flags, "Jy")
    model = replace(observed, flux=frozen(np.ones(WAVE.size)))
    return fit_star_response(observed, model, params).messages


def test_an_ordinary_fit_has_nothing_to_say():
    assert remarks(StarResponseParams((6.0,))) == ()


def test_a_rejection_that_is_cut_short_is_said():
    said = remarks(StarResponseParams((6.0,), reject_below=1.0, reject_above=1.0, max_iterations=2))

    assert "The rejection had not settled after 2 fits." in said


@pytest.mark.parametrize(("error", "times"), [(0.001, 10.0), (0.1, 0.1)])
def test_errors_that_do_not_fit_the_scatter_are_said(error, times):
    said = remarks(StarResponseParams((6.0,)), error=error)

    [found] = [re.search(r"curve is ([\d.]+) times the errors", text) for text in said[-1:]]
    assert float(found[1]) == pytest.approx(times, rel=0.2)


@pytest.mark.parametrize(("scale", "is_said"), [(1e-3, True), (0.5, False), (2.5, False)])
def test_a_relative_factor_that_no_calibration_has_is_warned_of(scale, is_said):
    said = remarks(StarResponseParams((6.0,)), scale=scale)

    assert any("is not plausible (0.3 to 3.0)" in one for one in said) == is_said


def test_one_and_many_are_told_apart():
    one = remarks(StarResponseParams((5.75, 6.1), cutoffs_um=(5.8, None), breaks_um=(5.7,)))
    many = remarks(StarResponseParams((5.75, 5.77, 6.1), cutoffs_um=(5.8, None)))

    assert "1 breakpoint lies outside the cut-offs and is not used." in one
    assert "1 break lies outside the cut-offs and is not used." in one
    assert "2 breakpoints lie outside the cut-offs and are not used." in many


def test_one_extrapolated_value_is_named_and_several_are_counted():
    last, tail = NOWHERE.copy(), NOWHERE.copy()
    last[-1] = True
    tail[-5:] = True

    assert "The value at 6.600 µm is extrapolated" in remarks_on_flags(WAVE, last, NOWHERE, ())[0]
    assert "5 values between" in remarks_on_flags(WAVE, tail, NOWHERE, ())[0]
    assert remarks_on_flags(WAVE, NOWHERE, NOWHERE, ()) == ()
