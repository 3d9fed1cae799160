"""Patches of a response while the hand is moving, and the donor over its vector."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.mrs.response_params import Patch
from engine.mrs.response_patches import patched_vector, scaled_donor
from engine.mrs.star_response import StarResponse
from guiapp.controllers.star_response_surroundings import Surroundings
from guiapp.views.star_response_layers import NamedCurve

_BESIDE = 1.0  # of the range, on both sides, over which the donor is drawn


def previewed_patches(
    result: StarResponse,
    patches: Sequence[Patch],
    around: Surroundings,
    *,
    base: FloatArray | None = None,
) -> FloatArray:
    """Return the vector with ``patches``, from what is at hand.

    Raises
    ------
    DataError
        If the vector or a donor has no value where it is needed.
    """
    vector = base if base is not None else fitted_vector(result)
    for patch in patches:
        donor = around.donor_response(patch.donor) if patch.donor else None
        if patch.donor and donor is None:
            continue  # computed when the mouse is released
        vector = patched_vector(result.wave_um, vector, patch, donor).value
    return vector


def fitted_vector(result: StarResponse) -> FloatArray:
    """Return the vector as it was fitted, before any patch."""
    return result.unpatched if result.unpatched.size else result.vector


def donor_overlay(
    result: StarResponse, patches: Sequence[Patch], around: Surroundings
) -> NamedCurve | None:
    """Return the scaled vectors of the donors around their patches, with gaps between them."""
    curve = np.full(result.wave_um.size, np.nan)
    for patch in patches:
        donor = around.donor_response(patch.donor) if patch.donor else None
        if donor is None:
            continue
        try:
            made = patched_vector(result.wave_um, fitted_vector(result), patch, donor)
        except DataError:
            continue  # the view says it already
        beside = _BESIDE * (patch.high_um - patch.low_um)
        near = (result.wave_um >= patch.low_um - beside) & (
            result.wave_um <= patch.high_um + beside
        )
        curve[near] = scaled_donor(result.wave_um, patch, donor, made.scales)[near]
    if not np.isfinite(curve).any():
        return None
    return NamedCurve("donor", result.wave_um, curve, "ok")
