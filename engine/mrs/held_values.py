"""How far held values lie from the samples around them, and the curve without them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.counting import counted
from engine.errors import FitError
from engine.mrs.response_curve import fit_given, vector_of
from engine.mrs.response_params import HeldValue, StarResponseParams
from engine.mrs.response_samples import FitSamples
from engine.mrs.response_uncertainty import HELD, Terms, space_difference, statistical_error
from engine.numerics.robust import scatter_about_zero
from engine.numerics.splines import SplineFit, SplineSpace

#: Samples whose median tells where they lie, besides the curve.
NEAREST_SAMPLES = 31
#: A held value farther off than this lies off the samples. Unit: standard deviations.
OFF_SIGMA = 3.0
_MEDIAN_ERROR = float(np.sqrt(np.pi / 2))  # of a median over that of a mean, for normal errors


@dataclass(frozen=True, slots=True)
class HeldCheck:
    """A held value beside the curve that the same samples give without any held value.

    Attributes
    ----------
    wave_um : float
        Unit: um.
    value : float
        As it is held, in the unit of the factor.
    free : float
        The curve without held values there. NaN: the samples leave it undetermined.
    error : float
        One standard deviation of ``value - free`` if the value lay on the samples: of the curve,
        and of the median of the 31 samples around it. NaN where ``free`` is.
    """

    wave_um: float
    value: float
    free: float
    error: float

    @property
    def deviation(self) -> float:
        """How far the value lies off, relative to the free curve."""
        return self.value / self.free - 1.0 if self.free else float("nan")

    @property
    def sigma(self) -> float:
        """How far the value lies off, in standard deviations."""
        return (self.value - self.free) / self.error if self.error > 0 else float("nan")

    @property
    def is_off(self) -> bool:
        """Whether the value contradicts the samples; not where they say nothing."""
        return abs(self.sigma) > OFF_SIGMA


def fit_without_held(
    fit: SplineFit, samples: FitSamples, space: SplineSpace, params: StarResponseParams
) -> SplineFit | None:
    """Return the fit of the same samples and breakpoints that no held value bends.

    Parameters
    ----------
    fit : SplineFit
        The fit; it is returned itself where nothing is held.
    samples : FitSamples
        What was fitted.
    space : SplineSpace
        With the breakpoints and the held values of the fit.
    params : StarResponseParams
        Rejection limits.

    Returns
    -------
    SplineFit or None
        It rejects by itself, for a wrong value drives good samples out of the fit. `None`: the
        samples alone leave the curve undetermined.
    """
    if not space.held:
        return fit
    try:
        return fit_given(samples, replace(space, held=()), replace(params, held=()))[0]
    except FitError:
        return None


def held_term(
    free: SplineFit | None, samples: FitSamples, space: SplineSpace, vector: FloatArray
) -> Terms:
    """Return how far the held values move the vector: the hand's own choice.

    Parameters
    ----------
    free : SplineFit or None
        The fit without held values.
    samples : FitSamples
        What was fitted.
    space : SplineSpace
        With the held values of the fit.
    vector : ndarray, shape (n,)
        As fitted, NaN outside the cut-offs.

    Returns
    -------
    tuple of (str, ndarray of shape (n,))
        One term, or none where nothing is held or the samples alone determine no curve. NaN where
        ``vector`` is, and beyond the samples of ``free``, which knows nothing there.

    Notes
    -----
    |C - C_free| at every wavelength: the full distance, as for another model or another space.
    """
    if not space.held or free is None:
        return ()
    away = space_difference(free, samples.space, samples, vector)
    used = samples.wave_um[free.used]
    known = (samples.wave_um >= used[0]) & (samples.wave_um <= used[-1])
    return ((HELD, freeze(np.where(known, away, np.nan))),)


def check_held(
    free: SplineFit | None, samples: FitSamples, params: StarResponseParams
) -> tuple[HeldCheck, ...]:
    """Compare the held values with a fit that has none of them.

    Parameters
    ----------
    free : SplineFit or None
        The fit without held values.
    samples : FitSamples
        What was fitted.
    params : StarResponseParams
        The values as the user held them.

    Returns
    -------
    tuple of HeldCheck
        One for each held value within the cut-offs, in order of wavelength.

    Notes
    -----
    The fit without held values has the same breakpoints and rejects by itself: what a wrong value
    drove out of the fit speaks against it.
    """
    low, high = samples.limits_um
    held = [one for one in params.held if low <= one.wave_um <= high]
    if not held:
        return ()
    if free is None:  # the curve hangs on the held values
        return tuple(_unknown(one) for one in held)
    wave = samples.wave_um
    vector = np.full(wave.size, np.nan)
    vector[samples.is_inside] = free(wave[samples.is_inside])
    vector = vector_of(vector, samples.space, wave)
    error = statistical_error(free, samples, vector, None)
    return tuple(_checked(one, free, samples, error) for one in held)


def remark_on_held(checks: Sequence[HeldCheck]) -> tuple[str, ...]:
    """Return what a user should know of held values that lie off the samples around them."""
    if checks and not any(np.isfinite(one.free) for one in checks):
        return (
            "Without the held values the samples determine no curve: the errors are those of the "
            "curve with them, and how far they move it is not known.",
        )
    off = [one for one in checks if one.is_off]
    if not off:
        return ()
    listed = ", ".join(deviation_text(one) for one in off)
    lies = "lies" if len(off) == 1 else "lie"
    them = "it" if len(off) == 1 else "them"
    return (
        f"{counted(len(off), 'held value')} {lies} off the samples around {them}: {listed}. "
        f"Release {them}, or move {them} onto the samples.",
    )


def deviation_text(check: HeldCheck) -> str:
    """Return where a held value is and how far it lies off: ``"6.21 µm +0.31 % (13 σ)"``."""
    percent = f"{100.0 * check.deviation:+.2f}".replace("-", "−")
    return f"{check.wave_um:.2f} µm {percent} % ({abs(check.sigma):.0f} σ)"


def _checked(
    point: HeldValue, free: SplineFit, samples: FitSamples, error: FloatArray
) -> HeldCheck:
    at = np.array([point.wave_um])
    curve = float(vector_of(free(at), samples.space, at)[0])
    known = np.isfinite(error)
    of_curve = float(np.interp(point.wave_um, samples.wave_um[known], error[known]))
    spread = _median_error(point.wave_um, free, samples) * abs(curve)
    return HeldCheck(point.wave_um, point.value, curve, float(np.hypot(of_curve, spread)))


def _median_error(at_um: float, free: SplineFit, samples: FitSamples) -> float:
    """Return the relative error of the median of the nearest samples in use."""
    used = np.flatnonzero(free.used)
    near = used[np.argsort(np.abs(samples.wave_um[used] - at_um), kind="stable")[:NEAREST_SAMPLES]]
    deviation = samples.y[near] / free(samples.wave_um[near]) - 1.0
    return _MEDIAN_ERROR * scatter_about_zero(deviation) / float(np.sqrt(near.size))


def _unknown(point: HeldValue) -> HeldCheck:
    return HeldCheck(point.wave_um, point.value, float("nan"), float("nan"))
