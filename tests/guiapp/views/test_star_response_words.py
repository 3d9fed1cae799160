"""Tests of guiapp.views.star_response_words."""

from dataclasses import replace

import numpy as np

from engine.arrays import frozen
from guiapp.views.star_response_words import systematics_text
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
