"""A response while an edit is in the hand: the curve, the states and the errors of one preview."""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.mrs.response_uncertainty import HELD
from engine.mrs.star_response import StarResponse
from guiapp.views.star_response_gestures import Preview


def in_hand(result: StarResponse, preview: Preview) -> StarResponse:
    """Return ``result`` as it would be after the edit of ``preview``.

    What a preview does not know stays as large, relative to the curve, as it was.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        change = preview.vector / result.vector
    change[~np.isfinite(change)] = 1.0
    error = result.stat_error * change if preview.stat_error is None else preview.stat_error
    return replace(
        result,
        vector=frozen(preview.vector),
        state=result.state if preview.state is None else preview.state,
        stat_error=frozen(error),
        sys_error=frozen(_systematic(result, preview, change)),
    )


def _systematic(result: StarResponse, preview: Preview, change: FloatArray) -> FloatArray:
    """Return the systematic error: the term of the held values is the one of the preview."""
    before = result.sys_error * change
    if preview.held_error is None:
        return before
    own = np.nan_to_num(dict(result.sys_terms).get(HELD, np.zeros(1))) * change
    others = np.sqrt(np.maximum(before**2 - own**2, 0.0))
    found: FloatArray = np.where(
        np.isfinite(preview.held_error),
        np.hypot(np.nan_to_num(others), np.nan_to_num(preview.held_error)),
        others,
    )
    return found
