"""A response while an edit is in the hand: the curve, the states and the errors of one preview."""

from dataclasses import replace

import numpy as np

from engine.arrays import frozen
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
        sys_error=frozen(result.sys_error * change),
    )
