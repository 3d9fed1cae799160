"""Least-squares B-splines with chosen breakpoints and iterative rejection.

What `scipy.interpolate.make_lsq_spline` does not do and this project exists for: rejection until
the mask is stable, points that the curve must pass, jumps, a refusal that names the breakpoints
without data, and a refit fast enough to follow the mouse.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.interpolate import BSpline

from engine.arrays import BoolArray, FloatArray, IntArray, freeze, frozen
from engine.errors import FitError
from engine.numerics.robust import median, scatter_about_zero
from engine.numerics.spline_basis import MAX_DEGREE, Blocks, SplineBasis, clamped_knots
from engine.numerics.spline_samples import require_determined
from engine.numerics.spline_solution import Solution, held_points

_ROUNDING = 64 * np.finfo(np.float64).eps


@dataclass(frozen=True, slots=True)
class SplineSpace:
    """Which curves are looked at.

    Attributes
    ----------
    limits : tuple of float
        First and last abscissa; samples beyond are not used.
    breakpoints : tuple of float
        Interior breakpoints, strictly increasing.
    degree : int
        Degree of the pieces, 1 to 5.
    breaks : tuple of float
        Abscissae at which the curve may jump. The value there is that of the right side.
    held : tuple of (float, float)
        Points (x, y) that the curve must pass.
    """

    limits: tuple[float, float]
    breakpoints: tuple[float, ...] = ()
    degree: int = 3
    breaks: tuple[float, ...] = ()
    held: tuple[tuple[float, float], ...] = ()

    def knots(self) -> FloatArray:
        """Return the knots.

        Raises
        ------
        FitError
            If breakpoints do not increase or lie outside the limits, or the degree is not 1 to 5.
        """
        low, high = self.limits
        if not 1 <= self.degree <= MAX_DEGREE:
            raise FitError(f"A degree of {self.degree} is not 1 to 5.", hint="Cubic is 3.")
        if not low < high:
            raise FitError(f"Nothing lies between {low:.4g} and {high:.4g} µm.")
        for name, values in (("breakpoint", self.breakpoints), ("break", self.breaks)):
            _require_order(name, np.asarray(values, dtype=np.float64), low, high)
        own = np.array([v for v in self.breakpoints if v not in self.breaks], dtype=np.float64)
        jumps = np.asarray(self.breaks, dtype=np.float64)
        return clamped_knots(self.limits, own, degree=self.degree, breaks=jumps)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Which samples a fit leaves out.

    Attributes
    ----------
    below, above : float
        Limits in standard deviations; infinite: none.
    scale : {"robust", "errors"}
        Standard deviation of a residual: its error times the robust scatter of the residuals over
        errors in use, or the error as given.
    max_fits : int
        Most fits that are made.
    """

    below: float = 3.0
    above: float = 3.0
    scale: Literal["robust", "errors"] = "robust"
    max_fits: int = 25


@dataclass(frozen=True, eq=False, slots=True)
class SplineFit:
    """A B-spline fitted to a curve.

    Attributes
    ----------
    knots, coefficients : ndarray
        The spline, as `scipy.interpolate.BSpline` takes it.
    degree : int
        Degree of the pieces.
    used : ndarray of bool, shape (n,)
        `True` where the sample took part in the last fit; in the order of the input.
    inverse_normal : ndarray, shape (size, size)
        Inverse of the normal matrix: the covariance of the coefficients when weights are one over
        the variance.
    scale : float
        Robust scatter of residual over error of the samples in use: 1 when the errors are right.
    n_invalid : int
        Samples that never counted: not finite, or error not positive.
    n_fits : int
        Fits made.
    converged : bool
        `False` when `Rejection.max_fits` ended the iteration.
    n_held : int
        Points that the curve was made to pass.
    """

    knots: FloatArray
    coefficients: FloatArray
    degree: int
    used: BoolArray
    inverse_normal: FloatArray
    scale: float
    n_invalid: int
    n_fits: int
    converged: bool
    n_held: int

    def __call__(self, x: FloatArray) -> FloatArray:
        """Return the curve at ``x``; NaN outside the limits."""
        spline = BSpline(self.knots, self.coefficients, self.degree, extrapolate=False)
        values: FloatArray = spline(x)
        return values

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        return self.coefficients.size - self.n_held

    def variance(self, x: FloatArray, covariance: FloatArray | None = None) -> FloatArray:
        """Return the variance of the curve at ``x`` from the covariance of its coefficients.

        Parameters
        ----------
        x : ndarray, shape (m,)
            Abscissae inside the limits.
        covariance : ndarray, shape (size, size), optional
            By default `inverse_normal`.
        """
        matrix = self.inverse_normal if covariance is None else covariance
        spline = BSpline(self.knots, np.eye(self.coefficients.size), self.degree, extrapolate=False)
        rows = spline(x)
        variance: FloatArray = np.einsum("ij,ij->i", rows @ matrix, rows)
        return np.maximum(variance, 0.0)


def fit_spline(
    x: FloatArray,
    y: FloatArray,
    space: SplineSpace,
    *,
    error: FloatArray | None = None,
    weight: FloatArray | None = None,
    rejection: Rejection | None = None,
    start: BoolArray | None = None,
) -> SplineFit:
    """Fit a B-spline to ``y(x)``, rejecting samples that stand off the curve.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissa, in any order; equal abscissae are accepted as separate measurements.
    y : ndarray, shape (n,)
        Ordinate. Samples that are not finite are never used.
    space : SplineSpace
        Breakpoints, degree, breaks and held points.
    error : ndarray, shape (n,), optional
        One standard deviation of ``y``; samples where it is not positive and finite are never
        used. By default all samples weigh the same.
    weight : ndarray, shape (n,), optional
        Factor on the weight one over the variance; 0 leaves a sample out.
    rejection : Rejection, optional
        Limits; by default nothing is rejected.
    start : ndarray of bool, shape (n,), optional
        Samples that the first fit uses; the others may come back. By default all.

    Returns
    -------
    SplineFit
        The curve, and which samples it was fitted to.

    Raises
    ------
    FitError
        If no sample counts, or breakpoints have no data; the breakpoints to blame are named.

    Notes
    -----
    Weighted least squares (de Boor 1977) by banded Cholesky factorization, refined once.
    Rejection is two-sided and samples may come back in, so that the result does not depend on
    their order; when masks repeat in a cycle, only what every mask of the cycle keeps can stay.
    The mask returned is the one that the last fit used.
    """
    knots = space.knots()
    samples = _Samples.prepare(x, y, error, weight, space.limits)
    loop = _RejectionLoop(samples, space, knots)
    return loop.run(rejection or Rejection(np.inf, np.inf), start)


@dataclass(frozen=True, eq=False, slots=True)
class _Samples:
    """The samples that count, sorted, in units near one (powers of two, so exactly)."""

    order: IntArray  # where each stands in the input
    n_input: int
    n_invalid: int
    x: FloatArray
    y: FloatArray
    error: FloatArray
    weight: FloatArray
    y_unit: float
    error_unit: float
    has_repeats: bool

    @classmethod
    def prepare(
        cls,
        x: FloatArray,
        y: FloatArray,
        error: FloatArray | None,
        weight: FloatArray | None,
        limits: tuple[float, float],
    ) -> "_Samples":
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        sigma = np.ones(x.size) if error is None else np.asarray(error, dtype=np.float64)
        factor = np.ones(x.size) if weight is None else np.asarray(weight, dtype=np.float64)
        for name, values in (("y", y), ("error", sigma), ("weight", factor)):
            if values.shape != x.shape:
                raise FitError(f"{values.size} values of {name} do not match {x.size} of x.")
        finite = np.isfinite(x) & np.isfinite(y)
        with np.errstate(invalid="ignore"):
            valid = finite & (sigma > 0) & np.isfinite(sigma)
            counts = valid & (factor > 0) & np.isfinite(factor)
            counts &= (x >= limits[0]) & (x <= limits[1])
        if not counts.any():
            raise _nothing_counts(finite, valid)
        order = np.flatnonzero(counts)
        if np.any(np.diff(x[order]) < 0):
            order = order[np.argsort(x[order], kind="stable")]
        y_unit, error_unit = _binade(median(np.abs(y[order]))), _binade(median(sigma[order]))
        scaled_error = sigma[order] / error_unit
        return cls(
            order=order,
            n_input=x.size,
            n_invalid=int(x.size - np.count_nonzero(valid)),
            x=x[order],
            y=y[order] / y_unit,
            error=scaled_error * (error_unit / y_unit),
            weight=factor[order] / scaled_error**2,
            y_unit=y_unit,
            error_unit=error_unit,
            has_repeats=bool(np.any(np.diff(x[order]) == 0)),
        )


class _RejectionLoop:
    """Fits, judges, and fits again until the judgment stands."""

    def __init__(self, samples: _Samples, space: SplineSpace, knots: FloatArray) -> None:
        self._samples = samples
        self._space = space
        self._knots = knots
        self._basis = SplineBasis(samples.x, self._knots, space.degree)
        scaled = tuple((at, value / samples.y_unit) for at, value in space.held)
        self._held = held_points(self._basis, scaled)
        self._floor = _ROUNDING * median(np.abs(samples.y / samples.error))
        self._blocks: Blocks | None = None
        self._summed = np.zeros(samples.x.size, dtype=bool)

    def run(self, rejection: Rejection, start: BoolArray | None) -> SplineFit:
        used = self._first_mask(start)
        seen: dict[bytes, int] = {}
        history: list[BoolArray] = []
        allowed: BoolArray | None = None
        n_fits, converged = 0, False
        while True:
            solution = self._solve(used)
            n_fits += 1
            residual = self._samples.y - self._basis.curve(solution.coefficients)
            kept = self._judge(residual, used, rejection)
            if allowed is not None:
                kept &= allowed & used  # once in a cycle, samples only leave
            converged = np.array_equal(kept, used)
            if converged or n_fits >= rejection.max_fits or not kept.any():
                break
            seen[used.tobytes()] = len(history)
            history.append(used)
            first = seen.get(kept.tobytes())
            if first is not None and allowed is None:
                allowed = np.logical_and.reduce(history[first:])
                kept = allowed
            used = kept
        return self._result(solution, residual, used, n_fits, converged=converged)

    def _first_mask(self, start: BoolArray | None) -> BoolArray:
        every = np.ones(self._samples.x.size, dtype=bool)
        if start is None:
            return every
        chosen: BoolArray = start[self._samples.order]
        try:
            self._require(chosen)
        except FitError:
            return every  # a start is advice: without it the breakpoints may well have data
        return chosen.copy()

    def _require(self, used: BoolArray) -> None:
        require_determined(self._basis, used, self._held.x, has_repeats=self._samples.has_repeats)

    def _solve(self, used: BoolArray) -> Solution:
        self._require(used)
        weight = np.where(used, self._samples.weight, 0.0)
        if self._blocks is None:
            renewed = None
        else:
            renewed = np.unique(self._basis.interval_of(np.flatnonzero(used != self._summed)))
        self._blocks = self._basis.blocks(
            weight, self._samples.y, previous=self._blocks, renewed=renewed
        )
        self._summed = used
        return Solution(self._basis, *self._basis.banded(self._blocks), self._held)

    def _judge(self, residual: FloatArray, used: BoolArray, rejection: Rejection) -> BoolArray:
        """Return which samples stay."""
        deviation = residual / self._samples.error
        unit = scatter_about_zero(deviation[used]) if rejection.scale == "robust" else 1.0
        unit = max(unit, self._floor)  # where the curve passes the samples, rounding is no reason
        kept: BoolArray = (deviation >= -rejection.below * unit) & (
            deviation <= rejection.above * unit
        )
        return kept

    def _result(
        self,
        solution: Solution,
        residual: FloatArray,
        used: BoolArray,
        n_fits: int,
        *,
        converged: bool,
    ) -> SplineFit:
        weight = np.where(used, self._samples.weight, 0.0)
        solution.refine(self._basis.project(weight * residual))
        used_input = np.zeros(self._samples.n_input, dtype=bool)
        used_input[self._samples.order[used]] = True
        return SplineFit(
            knots=frozen(self._knots),
            coefficients=freeze(solution.coefficients * self._samples.y_unit),
            degree=self._space.degree,
            used=freeze(used_input),
            inverse_normal=freeze(solution.inverse() * self._samples.error_unit**2),
            scale=scatter_about_zero((residual / self._samples.error)[used]),
            n_invalid=self._samples.n_invalid,
            n_fits=n_fits,
            converged=converged,
            n_held=self._held.x.size,
        )


def _binade(value: float) -> float:
    """Return the power of two next below ``value``: a unit that divides without rounding."""
    if not np.isfinite(value) or value == 0:
        return 1.0
    return float(2.0 ** np.floor(np.log2(value)))


def _nothing_counts(finite: BoolArray, valid: BoolArray) -> FitError:
    if not finite.any():
        return FitError("There is no measurement to fit.", hint="All samples are NaN or flagged.")
    if not valid.any():
        return FitError(
            f"None of the {np.count_nonzero(finite)} samples has an error above zero.",
            hint="Mend the errors, or let all samples weigh the same.",
        )
    return FitError(
        f"All {np.count_nonzero(valid)} samples are excluded, masked or outside the limits.",
        hint="Bring some back.",
    )


def _require_order(name: str, values: FloatArray, low: float, high: float) -> None:
    outside = values[~((values > low) & (values < high))]
    if outside.size:
        raise FitError(
            f"The {name} at {outside[0]:.4g} µm is not between {low:.4g} and {high:.4g} µm.",
            hint="Move or remove it.",
            breakpoints_um=tuple(float(v) for v in outside),
        )
    falls = np.flatnonzero(np.diff(values) <= 0)
    if falls.size:
        pair = values[falls[0] : falls[0] + 2]
        raise FitError(
            f"The {name}s at {pair[0]:.6g} and {pair[1]:.6g} µm do not increase.",
            hint="Remove one of them.",
            breakpoints_um=tuple(float(v) for v in pair),
        )
