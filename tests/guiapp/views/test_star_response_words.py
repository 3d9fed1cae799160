"""Tests of guiapp.views.star_response_words."""

from dataclasses import replace

import numpy as np

from engine.arrays import frozen
from engine.mrs.star_response import SampleState
from guiapp.views.star_response_words import (
    cursor_text,
    factor_text,
    rejection_text,
    systematics_text,
)
from tests.helpers.responses import response


def test_the_terms_of_the_systematic_error_are_listed_the_largest_first(rng):
    fitted = response(rng)
    nothing = frozen(np.full(fitted.vector.size, np.nan))
    terms = (
        ("annulus", frozen(0.004 * fitted.vector)),
        ("centroid", nothing),
        ("model choice", frozen(0.024 * fitted.vector)),
    )
    total = frozen(np.hypot(0.004, 0.024) * fitted.vector)

    said = systematics_text(replace(fitted, sys_terms=terms, sys_error=total))

    assert said == "systematic 2.43 %: model choice 2.40, annulus 0.40"


def test_an_unknown_systematic_error_is_not_called_zero(rng):
    fitted = response(rng)
    nothing = frozen(np.full(fitted.vector.size, np.nan))

    assert systematics_text(replace(fitted, sys_terms=(), sys_error=nothing)) == ""


def test_the_cursor_reads_the_factor_with_its_unit_and_an_error_only_of_a_fit(rng):
    fitted = response(rng)
    x = float(fitted.wave_um[300])

    said = cursor_text(fitted, fitted.vector, fitted.state, x, 300)
    in_the_hand = cursor_text(fitted, 1.01 * fitted.vector, fitted.state, x, 300)

    assert " ± " in said
    assert " ± " not in in_the_hand
    assert factor_text(replace(fitted, kind="calibration factor"), 150.2, 0.2) == (
        "C 150.20 ± 0.20 (MJy/sr)/(DN/s)"
    )
    assert factor_text(replace(fitted, kind="relative factor"), 1.02, 0.01) == "C 1.020 ± 0.010"


def states(n_rejected, n_samples=542, n_masked=58):
    """Return the states of samples of which some are rejected, and others masked."""
    state = np.full(n_samples + n_masked, SampleState.USED, dtype=np.uint8)
    state[:n_rejected] = SampleState.REJECTED
    state[n_samples:] = SampleState.MASKED
    return state


def test_a_notable_change_of_what_is_rejected_is_said_as_a_share_of_what_is_fitted():
    said = rejection_text(states(4), states(60))

    assert said == "The fit rejects 60 of 542 samples (11 %), before 4."


def test_fewer_rejected_samples_are_said_too_and_a_small_share_is_not_rounded_to_zero():
    assert rejection_text(states(60), states(0)) == (
        "The fit rejects 0 of 542 samples (0 %), before 60."
    )
    assert rejection_text(states(60), states(2)) == (
        "The fit rejects 2 of 542 samples (0.4 %), before 60."
    )


def test_a_sample_more_or_less_is_not_worth_a_sentence():
    assert rejection_text(states(4), states(9)) == ""
    assert rejection_text(states(0, 20, 0), states(2, 20, 0)) == ""
