"""Patches: a range of a vector replaced by interpolation or by another star's vector.

Law+2025, Sec. 5.2, Fig. 12: the emission of 10 Lac at 14.27-14.37 um, which its model lacks, is
replaced by the scaled vector of mu Col.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze, frozen
from engine.errors import DataError
from engine.model.vector import PATCHED
from engine.mrs.response_params import Patch, StarResponseParams
from engine.mrs.star_response import StarResponse
from engine.spectra.overlaps import interpolate_inside

PATCH = "patch"  #: name of the systematic error of a patch
INTERPOLATION = ""  #: donor of a patch that is interpolated
_SLOPE_SAMPLES = 12  # outside each edge, from which its slope is taken
_BLEND = 0.15  # of the range at each edge, over which a constant scale meets the edges
_SAME_UM = 1e-9

Scaling = Literal["constant", "linear"]


@dataclass(frozen=True, eq=False, slots=True)
class PatchedVector:
    """A vector with one range replaced.

    Attributes
    ----------
    value : ndarray, shape (n,)
        The vector.
    inside : ndarray of bool, shape (n,)
        Where it is replaced.
    rival : ndarray, shape (n,)
        The other way of making the same patch: interpolated along a straight line, or scaled the
        other way. Equal to `value` outside.
    scales : tuple of float
        What the donor is multiplied by at both edges; NaN for interpolation.
    """

    value: FloatArray
    inside: BoolArray
    rival: FloatArray
    scales: tuple[float, float]


def patch_response(
    response: StarResponse, patches: Sequence[Patch], donors: Mapping[str, StarResponse]
) -> StarResponse:
    """Replace ranges of a response's vector.

    Parameters
    ----------
    response : StarResponse
        As fitted.
    patches : sequence of Patch
        In the order in which they are applied.
    donors : mapping of str to StarResponse
        By the name that the patches call them.

    Returns
    -------
    StarResponse
        The same object when there is no patch. Else with the patched vector, the fitted one in
        `unpatched`, both errors of the patch, its flag, and what was done among the messages.

    Raises
    ------
    DataError
        If an edge is not inside the vector, a donor is missing, of another kind, or has no value
        in the range.

    Notes
    -----
    Interpolation: the cubic that has value and slope of the vector at both edges. Donor: D(lambda)
    s(lambda) with s linear between the ratios vector / donor at both edges; or constant, the
    geometric mean of both, meeting the edges by a smooth step within 15 % of the range. Either
    way the vector is continuous at both edges. The systematic error has the difference to the
    other way of patching; the statistical one is that of the edges, and of the donor.
    """
    if not patches:
        return response
    patched, said = response, []
    for patch in patches:
        donor = _donor_of(patch, response, donors)
        made = patched_vector(patched.wave_um, patched.vector, patch, donor)
        patched = _with_errors(patched, patch, made, donor)
        said.append(_in_words(patch, made.scales))
    return replace(
        patched,
        unpatched=response.vector,
        messages=(*response.messages, *said),
    )


def patched_vector(
    wave_um: FloatArray, vector: FloatArray, patch: Patch, donor: StarResponse | None
) -> PatchedVector:
    """Replace one range of a vector.

    Parameters
    ----------
    wave_um, vector : ndarray, shape (n,)
        The vector. NaN: not determined. Unit of the wavelengths: um.
    patch : Patch
        The range, and how it is replaced.
    donor : StarResponse or None
        Whose vector replaces it; `None`: interpolation.

    Returns
    -------
    PatchedVector
        Continuous at both edges.

    Raises
    ------
    DataError
        If the vector or the donor has no value where it is needed.
    """
    low, high = _edges(patch)
    ends = interpolate_inside(wave_um, vector, np.array([low, high]))
    if not np.isfinite(ends).all():
        raise DataError(
            f"The patch {_range(patch)} reaches beyond the vector.", hint="Make it narrower."
        )
    inside = (wave_um >= low) & (wave_um <= high)
    at = wave_um[inside]
    if donor is None:
        smooth = _hermite(wave_um, vector, (low, high), ends, at)
        straight = np.interp(at, (low, high), ends)
        return _replaced(vector, inside, smooth, straight, (np.nan, np.nan))
    theirs = interpolate_inside(donor.wave_um, donor.vector, np.array([low, high]))
    between = interpolate_inside(donor.wave_um, donor.vector, at)
    if not (np.isfinite(theirs).all() and np.isfinite(between).all() and np.all(theirs > 0)):
        raise DataError(
            f"{patch.donor} has no vector over {_range(patch)}.", hint="Choose another donor."
        )
    scales = float(ends[0] / theirs[0]), float(ends[1] / theirs[1])
    x = (at - low) / (high - low)
    ways = {"linear": _linear(x, scales), "constant": _constant(x, scales)}
    other = "constant" if patch.scaling == "linear" else "linear"
    return _replaced(vector, inside, between * ways[patch.scaling], between * ways[other], scales)


def scaled_donor(
    wave_um: FloatArray, patch: Patch, donor: StarResponse, scales: tuple[float, float]
) -> FloatArray:
    """Return the donor's vector as it is scaled at the edges, also beyond them, for an overlay.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Unit: um.
    patch : Patch
        The range.
    donor : StarResponse
        The donor.
    scales : tuple of float
        As in `PatchedVector`.

    Returns
    -------
    ndarray, shape (n,)
        NaN where the donor has no value.
    """
    low, high = _edges(patch)
    x = np.clip((wave_um - low) / (high - low), 0.0, 1.0)
    return interpolate_inside(donor.wave_um, donor.vector, wave_um) * _linear(x, scales)


# --- edits ---------------------------------------------------------------------------------------


def add_patch(
    params: StarResponseParams,
    low_um: float,
    high_um: float,
    *,
    donor: str = INTERPOLATION,
    scaling: Scaling = "linear",
) -> StarResponseParams:
    """Replace a range of the vector."""
    low, high = min(low_um, high_um), max(low_um, high_um)
    if high - low < _SAME_UM:
        return params
    patches = (*params.patches, Patch(float(low), float(high), donor, scaling))
    return replace(params, patches=patches)


def change_patch(params: StarResponseParams, index: int, patch: Patch) -> StarResponseParams:
    """Give patch number ``index`` another range, donor or scaling.

    Raises
    ------
    DataError
        If there is no such patch.
    """
    _require(params, index)
    patches = (*params.patches[:index], patch, *params.patches[index + 1 :])
    return params if patches == params.patches else replace(params, patches=patches)


def remove_patch(params: StarResponseParams, index: int) -> StarResponseParams:
    """Take patch number ``index`` away.

    Raises
    ------
    DataError
        If there is no such patch.
    """
    _require(params, index)
    return replace(params, patches=(*params.patches[:index], *params.patches[index + 1 :]))


def _require(params: StarResponseParams, index: int) -> None:
    if not 0 <= index < len(params.patches):
        raise DataError(f"There is no patch number {index + 1}.")


# --- parts ---------------------------------------------------------------------------------------


def _donor_of(
    patch: Patch, response: StarResponse, donors: Mapping[str, StarResponse]
) -> StarResponse | None:
    if patch.donor == INTERPOLATION:
        return None
    donor = donors.get(patch.donor)
    if donor is None:
        raise DataError(
            f"There is no vector of {patch.donor} to patch with.", hint="Choose another donor."
        )
    if donor.kind != response.kind:
        raise DataError(
            f"The vector of {patch.donor} is a {donor.kind}, this one a {response.kind}.",
            hint="Choose a donor that was observed in the same unit.",
        )
    return donor


def _edges(patch: Patch) -> tuple[float, float]:
    if not patch.high_um - patch.low_um > _SAME_UM:
        raise DataError(f"The patch {_range(patch)} has no width.", hint="Remove it.")
    return patch.low_um, patch.high_um


def _linear(x: FloatArray, scales: tuple[float, float]) -> FloatArray:
    along: FloatArray = scales[0] + (scales[1] - scales[0]) * x
    return along


def _constant(x: FloatArray, scales: tuple[float, float]) -> FloatArray:
    """Return one scale, with a smooth step to that of each edge."""
    middle = float(np.sqrt(scales[0] * scales[1])) if scales[0] * scales[1] > 0 else scales[0]
    along: FloatArray = np.full(x.shape, middle)
    for scale, away in ((scales[0], x), (scales[1], 1.0 - x)):
        t = np.clip(1.0 - away / _BLEND, 0.0, 1.0)
        along += (scale - middle) * t * t * (3.0 - 2.0 * t)
    return along


def _hermite(
    wave_um: FloatArray,
    vector: FloatArray,
    edges: tuple[float, float],
    ends: FloatArray,
    at_um: FloatArray,
) -> FloatArray:
    """Return the cubic with the values and the slopes of the vector at both edges."""
    low, high = edges
    width = high - low
    chord = float(ends[1] - ends[0]) / width
    before = np.flatnonzero((wave_um <= low) & np.isfinite(vector))[-_SLOPE_SAMPLES:]
    after = np.flatnonzero((wave_um >= high) & np.isfinite(vector))[:_SLOPE_SAMPLES]
    slopes = [_slope(wave_um, vector, where, chord) * width for where in (before, after)]
    t = (at_um - low) / width
    cubic: FloatArray = (
        (2 * t**3 - 3 * t**2 + 1) * ends[0]
        + (t**3 - 2 * t**2 + t) * slopes[0]
        + (3 * t**2 - 2 * t**3) * ends[1]
        + (t**3 - t**2) * slopes[1]
    )
    return cubic


def _slope(wave_um: FloatArray, vector: FloatArray, where: IntArray, otherwise: float) -> float:
    """Return the slope of the vector beside an edge; that of the chord where it has no samples."""
    if len(where) < 3:
        return otherwise
    x = wave_um[where] - wave_um[where].mean()
    return float(np.sum(x * vector[where]) / np.sum(x * x))


def _replaced(
    vector: FloatArray,
    inside: BoolArray,
    value: FloatArray,
    rival: FloatArray,
    scales: tuple[float, float],
) -> PatchedVector:
    patched, other = vector.copy(), vector.copy()
    patched[inside], other[inside] = value, rival
    return PatchedVector(patched, inside, other, scales)


def _with_errors(
    response: StarResponse, patch: Patch, made: PatchedVector, donor: StarResponse | None
) -> StarResponse:
    """Return the response with one patch and the errors that come with it."""
    wave, inside = response.wave_um, made.inside
    relative = interpolate_inside(
        wave, response.stat_error / response.vector, np.array([patch.low_um, patch.high_um])
    )
    stat = np.interp(wave[inside], (patch.low_um, patch.high_um), np.nan_to_num(relative))
    if donor is not None:
        theirs = interpolate_inside(donor.wave_um, donor.stat_error / donor.vector, wave[inside])
        stat = np.hypot(stat, np.nan_to_num(theirs))
    stat_error = response.stat_error.copy()
    stat_error[inside] = np.abs(made.value[inside]) * stat
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(inside, made.value / response.vector, 1.0)
    change = np.where(np.isfinite(change), change, 1.0)
    terms = [(name, term * change) for name, term in response.sys_terms if name != PATCH]
    before = dict(response.sys_terms).get(PATCH, np.zeros(wave.size))
    own = np.where(inside, np.abs(made.value - made.rival), before)
    terms.append((PATCH, own))
    total = np.sqrt(np.sum([np.nan_to_num(term) ** 2 for _, term in terms], axis=0))
    flags = np.where(inside, response.flags | PATCHED, response.flags)
    points = response.breakpoints_um
    on_curve = interpolate_inside(wave, made.value, points)
    is_moved = (points >= patch.low_um) & (points <= patch.high_um) & np.isfinite(on_curve)
    return replace(
        response,
        vector=freeze(made.value),
        breakpoint_values=freeze(np.where(is_moved, on_curve, response.breakpoint_values)),
        stat_error=freeze(stat_error),
        sys_error=freeze(np.where(np.isfinite(made.value), total, np.nan)),
        sys_terms=tuple((name, freeze(term)) for name, term in terms),
        flags=frozen(flags, dtype=np.uint32),
    )


def _in_words(patch: Patch, scales: tuple[float, float]) -> str:
    if patch.donor == INTERPOLATION:
        return f"{_range(patch)} is patched by interpolation."
    how = "linear" if patch.scaling == "linear" else "constant, meeting both edges"
    return (
        f"{_range(patch)} is patched with the vector of {patch.donor}, scaled by "
        f"{scales[0]:.4f} to {scales[1]:.4f} ({how})."
    )


def _range(patch: Patch) -> str:
    return f"{patch.low_um:.2f}–{patch.high_um:.2f} µm"
