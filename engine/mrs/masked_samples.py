"""Why samples of a response are left out of its fit by their wavelength."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.mrs.response_params import Mask
from engine.mrs.star_response import SampleState, StarResponse


def masked_counts(
    response: StarResponse, masks: Sequence[Mask], ranges: Sequence[Mask] = ()
) -> tuple[tuple[str, int], ...]:
    """Return how many samples are left out by each reason: those of several count once.

    Parameters
    ----------
    response : StarResponse
        Samples without a ratio do not count.
    masks : sequence of Mask
        What the user masked. Unit: um.
    ranges : sequence of Mask, optional
        What the user limited the fit to. Unit: um.

    Returns
    -------
    tuple of (str, int)
        ``"masked"``, ``"outside ranges"``, and ``"in lines"`` for all others, where there are any.
    """
    left_out = (response.state == SampleState.MASKED) & np.isfinite(response.ratio)
    wave = response.wave_um[left_out]
    is_masked = _inside(wave, masks)
    is_outside = ~is_masked & ~_inside(wave, ranges) & bool(ranges)
    n_masked, n_outside = int(is_masked.sum()), int(is_outside.sum())
    counts = (
        ("masked", n_masked),
        ("outside ranges", n_outside),
        ("in lines", wave.size - n_masked - n_outside),
    )
    return tuple((name, count) for name, count in counts if count)


def _inside(wave_um: FloatArray, parts: Sequence[Mask]) -> BoolArray:
    found = np.zeros(wave_um.size, dtype=bool)
    for part in parts:
        found |= (wave_um >= part.low_um) & (wave_um <= part.high_um)
    return found
