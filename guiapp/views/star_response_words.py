"""The response view in words: read-out, hints, what a sample is."""

import math
from dataclasses import dataclass

import numpy as np

from engine.arrays import FlagArray, FloatArray
from engine.counting import counted
from engine.model.vector import BACKGROUND_LIMITED, EXTRAPOLATED, FACTOR_UNITS, PATCHED
from engine.mrs.star_response import SampleState, StarResponse, StarResponseParams
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.look.units import wave_text
from guiapp.views.response_edits import SAME_UM
from guiapp.views.star_response_gestures import Mode, Preview
from guiapp.views.star_response_graphs import resampled
from guiapp.views.star_response_layers import NamedCurve
from guiapp.views.version_difference import version_difference

STATE_WORDS: dict[SampleState, str] = {
    SampleState.USED: "used",
    SampleState.REJECTED: "rejected",
    SampleState.MASKED: "masked",
    SampleState.EXCLUDED: "excluded",
    SampleState.FLAGGED: "flagged in the data",
    SampleState.OUTSIDE: "outside the cut-offs",
}
MODE_WORDS: dict[Mode, str] = {
    "breakpoints": "Breakpoints",
    "masks": "Masks",
    "break": "Break",
    "patch": "Patch",
}
HINTS: dict[Mode, str] = {
    "breakpoints": "drag moves · double-click adds · right-click deletes · right-drag zooms",
    "masks": "drag masks · right-drag unmasks · click names a mask · ? keys",
    "break": "click adds a break · right-click removes it · right-drag zooms",
    "patch": "drag patches · drag an edge · click picks · right-click removes · ? keys",
}
#: What everyone knows comes last: it goes first where there is little room.
HELD_HINT = "double-click frees · right-click deletes · drag moves · Ctrl only sideways"
_FEW_REJECTED, _NOTABLE_SHARE = 3, 0.01  # samples; of those that are fitted
_VECTOR_FLAGS = (
    (EXTRAPOLATED, "extrapolated"),
    (BACKGROUND_LIMITED, "background-limited"),
    (PATCHED, "patched"),
)


@dataclass(frozen=True, slots=True)
class BreakpointRow:
    """One breakpoint as a table shows it.

    Attributes
    ----------
    wave_um, value, error : float
        Place, curve there, and its statistical error.
    texts : tuple of str
        The three as text.
    held : bool
        Whether the value is held.
    """

    wave_um: float
    value: float
    error: float
    texts: tuple[str, str, str]
    held: bool = False


def breakpoint_rows(
    result: StarResponse, params: StarResponseParams | None = None
) -> tuple[BreakpointRow, ...]:
    """Return the breakpoints of a result as rows: wavelength, factor, error."""
    held = [] if params is None else [point.wave_um for point in params.held]
    rows = []
    for wave_um, value in zip(result.breakpoints_um, result.breakpoint_values, strict=True):
        error = error_at(result, float(wave_um))
        number = number_text(float(value), error)
        shown, _, spread = number.partition(" ± ")
        rows.append(
            BreakpointRow(
                float(wave_um),
                float(value),
                error,
                (fixed_text(float(wave_um), 3), shown, spread or number_text(None)),
                any(abs(at - wave_um) < SAME_UM for at in held),
            )
        )
    return tuple(rows)


def error_at(result: StarResponse, wave_um: float) -> float:
    """Return the statistical error of the curve at the sample nearest to ``wave_um``."""
    return float(result.stat_error[int(np.argmin(np.abs(result.wave_um - wave_um)))])


def rejection_text(before: FlagArray, after: FlagArray) -> str:
    """Return how many samples a fit rejects, when that is notably more or fewer than before.

    Parameters
    ----------
    before, after : ndarray of uint8, shape (n,)
        `SampleState` of each sample.
    """
    was, now = (int(np.count_nonzero(state == SampleState.REJECTED)) for state in (before, after))
    fitted = int(np.count_nonzero(after == SampleState.USED)) + now
    if abs(now - was) < max(_FEW_REJECTED, _NOTABLE_SHARE * fitted):
        return ""
    share = 100.0 * now / fitted if fitted else 0.0
    percent = fixed_text(share, 0 if share >= 1.0 or not now else 1)
    return f"The fit rejects {now} of {counted(fitted, 'sample')} ({percent} %), before {was}."


def n_rejected(result: StarResponse) -> int:
    """Return how many samples the fit rejects."""
    return int(np.count_nonzero(result.state == SampleState.REJECTED))


def preview_text(result: StarResponse | None, preview: Preview | None) -> str:
    """Return what an edit in the hand changes beyond the curve, or leaves to the release."""
    if result is None or preview is None:
        return ""
    if preview.note or preview.state is None:
        return preview.note
    return rejection_text(result.state, preview.state)


def curves_at(result: StarResponse | None, vector: FloatArray, places: FloatArray) -> FloatArray:
    """Return the drawn curve at some wavelengths; beyond its ends, as high as at them."""
    known = np.isfinite(vector)
    if result is None or not known.any():
        return np.full(places.size, np.nan)
    return np.interp(places, result.wave_um[known], vector[known])


def curve_at(result: StarResponse, vector: np.ndarray, wave_um: float) -> float:
    """Return the drawn curve at ``wave_um``; NaN outside it."""
    known = np.isfinite(vector)
    if not known.any():
        return math.nan
    return float(
        np.interp(wave_um, result.wave_um[known], vector[known], left=np.nan, right=np.nan)
    )


def cursor_text(
    result: StarResponse | None, vector: FloatArray, state: FlagArray, x: float, index: int
) -> str:
    """Return what the cursor reads: wavelength, curve with its error, nearest sample as drawn."""
    parts = [wave_text(x)]
    if result is not None:
        value = curve_at(result, vector, x)
        is_fitted = vector is result.vector  # a curve in the hand has no error yet
        error = error_at(result, x) if is_fitted and math.isfinite(value) else math.nan
        parts.append(factor_text(result, value, error))
        if index >= 0:
            parts.append(f"sample {index + 1}, {STATE_WORDS[SampleState(int(state[index]))]}")
    return "   ".join(parts)


def factor_text(result: StarResponse, value: float, error: float) -> str:
    """Return a factor with its error and its unit."""
    return f"C {number_text(value, error)} {FACTOR_UNITS[result.kind]}".rstrip()


def state_word(result: StarResponse, index: int) -> str:
    """Return what the fit did with a sample."""
    return STATE_WORDS[SampleState(int(result.state[index]))]


def sample_text(
    result: StarResponse, params: StarResponseParams | None, index: int, subject: str
) -> str:
    """Return what a sample is: place, value, state with its reason, whose it is."""
    wave_um = float(result.wave_um[index])
    lines = [
        f"{wave_text(wave_um)}   "
        f"{factor_text(result, float(result.ratio[index]), float(result.ratio_error[index]))}",
        f"sample {index + 1}, {state_word(result, index)}{_reason(result, params, index)}",
    ]
    words = [word for bit, word in _VECTOR_FLAGS if int(result.flags[index]) & bit]
    if words:
        lines.append(f"the curve there is {' and '.join(words)}")
    if subject:
        lines.append(subject)
    return "\n".join(lines)


def summary_text(result: StarResponse) -> str:
    """Return the fit in one line: scatter, samples, fits, space."""
    scatter = 100.0 * result.scatter
    decimals = 2 if scatter >= 0.1 else 3
    spread = f"rms {fixed_text(scatter, decimals)} %"  # a dash when it is not known
    return (
        f"{spread}   {result.n_used} of {result.n_samples} used   "
        f"{counted(result.n_fits, 'fit')}   fitted in {result.fitted_in}"
    )


def difference_text(result: StarResponse, other: NamedCurve | None) -> str:
    """Return how far the curve is from another version, with the largest distance and its place."""
    if other is None:
        return ""
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = 100.0 * (result.vector / resampled(other, result.wave_um) - 1.0)
    found = version_difference(result.wave_um, percent)
    said = "nothing in common" if found is None else found.whole
    return f"over {other.name}: {said}"


def systematics_text(result: StarResponse) -> str:
    """Return the systematic error with its terms, medians in per cent; ``""`` when there is none.

    A term that was not measured is not named: it is unknown, not zero.
    """
    total = _median_percent(result, result.sys_error)
    if not np.isfinite(total):
        return ""
    terms = [(name, _median_percent(result, error)) for name, error in result.sys_terms]
    known = sorted((one for one in terms if np.isfinite(one[1])), key=lambda one: -one[1])
    listed = ", ".join(f"{name} {fixed_text(size, 2)}" for name, size in known)
    return f"systematic {fixed_text(total, 2)} %: {listed}" if listed else ""


def _median_percent(result: StarResponse, error: FloatArray) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = 100.0 * np.abs(error / result.vector)
    finite = relative[np.isfinite(relative)]
    return float(np.median(finite)) if finite.size else float("nan")


def _reason(result: StarResponse, params: StarResponseParams | None, index: int) -> str:
    """Return why a sample is left out, as far as the parameters tell."""
    if params is None:
        return ""
    wave_um = float(result.wave_um[index])
    state = SampleState(int(result.state[index]))
    if state == SampleState.MASKED:
        names = [m.name for m in params.masks if m.low_um <= wave_um <= m.high_um and m.name]
        return f": {names[0]}" if names else ""
    near = [w for w in params.weights if abs(w.wave_um - wave_um) < _half_step(result)]
    if state == SampleState.EXCLUDED:
        given = bool(near and near[0].reason)
        return f": {near[0].reason}" if given else " (right-click says why)"
    return f", weight {number_text(near[0].weight)}" if near else ""


def _half_step(result: StarResponse) -> float:
    if result.wave_um.size < 2:
        return SAME_UM
    return 0.5 * float(np.median(np.diff(result.wave_um)))
