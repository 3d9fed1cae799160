"""Fitting one form of the loss to ratios at several dates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import chi2 as chi2_distribution

from engine.arrays import FloatArray
from engine.errors import FitError
from engine.mrs.loss_models import LossForm

FEWEST_DATES = 5  #: for a form of three parameters
FEWEST_LINEAR = 3
SHORTEST_DAYS = 100.0  #: one tau
_DAYS_PER_YEAR = 365.0
_TAU = 100.0
_GRID = 41
_UNLIKELY = 1e-3  #: chance of a chi-square above which the errors are taken as stated
_RANK = 1e-8
_UNIFORM = np.sqrt(12.0)
_NAN = float("nan")

#: Parameters of each form: the level of the ratios on day zero, then the shape of the loss.
NAMES: Mapping[LossForm, tuple[str, ...]] = MappingProxyType(
    {
        "exponential": ("level", "a", "b"),
        "power law": ("level", "alpha", "tsoft"),
        "linear": ("level", "lossperyear"),
    }
)
_LAST_RANGE: Mapping[LossForm, tuple[float, float]] = MappingProxyType(
    {"exponential": (0.1, 20.0), "power law": (1.0, 2000.0)}
)


@dataclass(frozen=True, eq=False, slots=True)
class LossFit:
    """One form of the loss through the ratios of several dates.

    Attributes
    ----------
    form : str
        ``"exponential"``, ``"power law"`` or ``"linear"``.
    values : ndarray, shape (p,)
        Level of the ratios on day zero, then the shape: ``a, b`` (Law's T0 = level x a,
        c = level x (1 - a)); ``alpha, tsoft``; ``lossperyear``.
    covariance : ndarray, shape (p, p)
        Of `values`, with the last parameter's bounds as prior knowledge; finite.
    errors : ndarray, shape (p,)
        One standard deviation; NaN for what the data do not determine.
    undetermined : tuple of str
        Names of such parameters.
    chi2, aic : float
        With the errors as stated.
    n_used : int
        Dates behind the fit.
    error_scale : float
        By what the stated errors were multiplied because the dates scatter more.
    """

    form: LossForm
    values: FloatArray
    covariance: FloatArray
    errors: FloatArray
    undetermined: tuple[str, ...]
    chi2: float
    aic: float
    n_used: int
    error_scale: float

    @property
    def freedom(self) -> int:
        """Dates minus parameters."""
        return self.n_used - self.values.size

    def ratio_at(self, days: FloatArray) -> FloatArray:
        """Return the fitted ratio to the first date, ``days`` after day zero."""
        return _model(self.form, np.asarray(days, dtype=float), self.values)

    def loss_at(self, days: FloatArray) -> FloatArray:
        """Return the loss, 1 on day zero, ``days`` after it."""
        loss: FloatArray = self.ratio_at(days) / self.values[0]
        return loss

    def loss_error_at(self, days: FloatArray) -> FloatArray:
        """Return one standard deviation of `loss_at`."""
        days = np.asarray(days, dtype=float)
        slopes = _slopes(lambda p: _model(self.form, days, p) / p[0], self.values)
        return _spread(slopes, self.covariance)

    def ratio_error_at(self, days: FloatArray) -> FloatArray:
        """Return one standard deviation of `ratio_at`."""
        days = np.asarray(days, dtype=float)
        return _spread(_slopes(lambda p: _model(self.form, days, p), self.values), self.covariance)


def fit_loss(
    days: FloatArray,
    ratio: FloatArray,
    error: FloatArray,
    form: LossForm,
    *,
    last_range: tuple[float, float] | None = None,
    label: str = "the lamp",
) -> LossFit:
    """Fit one form of the loss to ratios of count rate.

    Parameters
    ----------
    days : ndarray, shape (n,)
        Days after MJD 59680.
    ratio : ndarray, shape (n,)
        To the first date. NaN: no measurement.
    error : ndarray, shape (n,)
        One standard deviation. NaN or zero: not known; all dates weigh the same then.
    form : str
        Which form.
    last_range : tuple of float, optional
        Bounds of the last parameter (``b`` or ``tsoft``); natural bounds when not given.
    label : str, optional
        What is fitted, for messages.

    Returns
    -------
    LossFit
        The fit.

    Raises
    ------
    FitError
        If there are too few dates, or they span too little time.

    Notes
    -----
    ``T = T0 exp(-b (t - t0) / tau) + c`` (Law+2025, Eq. 1) with T0 = S a, c = S (1 - a). For each
    ``b`` of a grid the others follow linearly; the best of the grid is where the fit starts. The
    covariance is that of the linearized problem, by singular values; errors are scaled up when
    the scatter about the curve has a chance below 0.001.
    """
    good = np.isfinite(days) & np.isfinite(ratio)
    known = good & np.isfinite(error) & (error > 0)
    is_stated = bool(good.any() and np.array_equal(good, known))
    x, y = days[good], ratio[good]
    sigma = error[good] if is_stated else np.ones(x.size)
    require_dates(x, form, label=label)
    limits = last_range or _LAST_RANGE.get(form, (0.0, 0.0))
    values = _best(x, y, sigma, form, limits)
    residuals = (y - _model(form, x, values)) / sigma
    chi2 = float(residuals @ residuals)
    freedom = x.size - values.size
    scale = _scale(chi2, freedom, is_stated)
    slopes = _slopes(lambda p: _model(form, x, p), values) / (sigma * scale)[:, None]
    covariance, undetermined = _covariance(slopes, values, form, limits)
    errors = np.sqrt(np.diag(covariance))
    errors[[NAMES[form].index(name) for name in undetermined]] = _NAN
    penalty = chi2 if is_stated else x.size * float(np.log(max(chi2, 1e-300) / x.size))
    return LossFit(
        form=form,
        values=values,
        covariance=covariance,
        errors=errors,
        undetermined=undetermined,
        chi2=chi2 if is_stated else _NAN,
        aic=penalty + 2.0 * values.size,
        n_used=int(x.size),
        error_scale=scale,
    )


def require_dates(days: FloatArray, form: LossForm, *, label: str = "the lamp") -> None:
    """Raise `FitError` unless there are dates enough, over time enough, for ``form``."""
    count = np.unique(days).size
    span = float(np.ptp(days)) if days.size else 0.0
    fewest = FEWEST_LINEAR if form == "linear" else FEWEST_DATES
    if count < fewest:
        raise FitError(
            f"The {form} form of {label} needs {fewest} dates, there are {count}.",
            hint="Open more lamp spectra, or bring dates back."
            if form == "linear"
            else "Choose the linear form, or open more lamp spectra.",
        )
    if form != "linear" and span < SHORTEST_DAYS:
        raise FitError(
            f"The {form} form of {label} needs dates over {SHORTEST_DAYS:.0f} d or more, "
            f"they span {span:.0f} d.",
            hint="Choose the linear form, or open lamp spectra of later dates.",
        )


def constant_chi2(ratio: FloatArray, error: FloatArray) -> float:
    """Return chi-square about the weighted mean: what a flat line leaves."""
    weights = 1.0 / error**2
    return float(np.sum(weights * (ratio - np.average(ratio, weights=weights)) ** 2))


def _model(form: LossForm, days: FloatArray, values: FloatArray) -> FloatArray:
    level, shape = values[0], values[1]
    if form == "linear":
        line: FloatArray = level * (1.0 - shape * days / _DAYS_PER_YEAR)
        return line
    if form == "exponential":
        curve: FloatArray = level * (1.0 - shape * (1.0 - np.exp(-values[2] * days / _TAU)))
        return curve
    since = np.maximum(1.0 + days / values[2], 1e-6)
    power: FloatArray = level * since**shape
    return power


def _linear_part(
    x: FloatArray, y: FloatArray, sigma: FloatArray, form: LossForm, last: float
) -> FloatArray:
    """Return level and first shape parameter for a given last one."""
    if form == "power law":
        basis, target = np.log(np.maximum(1.0 + x / last, 1e-6)), np.log(np.maximum(y, 1e-6))
        sigma = sigma / np.maximum(y, 1e-6)
    else:
        basis = x / _DAYS_PER_YEAR if form == "linear" else 1.0 - np.exp(-last * x / _TAU)
        target = y
    columns = np.column_stack([np.ones(x.size), basis]) / sigma[:, None]
    level, slope = np.linalg.lstsq(columns, target / sigma, rcond=None)[0]
    if form == "power law":
        return np.array([np.exp(level), slope, last])
    shape = -slope / level if level else 0.0
    return np.array([level, shape] if form == "linear" else [level, shape, last])


def _best(
    x: FloatArray, y: FloatArray, sigma: FloatArray, form: LossForm, limits: tuple[float, float]
) -> FloatArray:
    if form == "linear":
        return _linear_part(x, y, sigma, form, 0.0)
    starts = [_linear_part(x, y, sigma, form, last) for last in np.geomspace(*limits, _GRID)]
    misses = [float(np.sum(((y - _model(form, x, p)) / sigma) ** 2)) for p in starts]
    start = starts[int(np.argmin(misses))]
    low, high = np.log(limits[0]), np.log(limits[1])
    inside = np.clip(np.log(start[2]), low + 1e-9 * (high - low), high - 1e-9 * (high - low))

    def miss(free: FloatArray) -> FloatArray:
        values = np.array([free[0], free[1], np.exp(free[2])])
        return (y - _model(form, x, values)) / sigma

    found = least_squares(
        miss,
        np.array([start[0], start[1], inside]),
        bounds=([-np.inf, -np.inf, low], [np.inf, np.inf, high]),
        x_scale="jac" if np.all(sigma > 0) and abs(start[1]) > 1e-12 else 1.0,
        xtol=1e-12,
        ftol=1e-12,
        gtol=1e-12,
    ).x
    best = np.array([found[0], found[1], float(np.clip(np.exp(found[2]), *limits))])
    return best if float(miss(found) @ miss(found)) <= min(misses) else start


def _scale(chi2: float, freedom: int, is_stated: bool) -> float:  # noqa: FBT001  (a fact)
    if freedom < 1:
        return 1.0
    if not is_stated:
        return float(np.sqrt(max(chi2 / freedom, 1e-30)))
    if chi2_distribution.sf(chi2, freedom) < _UNLIKELY:
        return float(np.sqrt(chi2 / freedom))
    return 1.0


def _slopes(function: Callable[[FloatArray], FloatArray], values: FloatArray) -> FloatArray:
    """Return derivatives by each parameter: shape (n, p)."""
    columns = []
    for i, value in enumerate(values):
        step = 1e-5 * max(abs(value), 1e-3)
        up, down = values.copy(), values.copy()
        up[i], down[i] = value + step, value - step
        columns.append((function(up) - function(down)) / (2.0 * step))
    return np.stack(columns, axis=-1)


def _covariance(
    slopes: FloatArray, values: FloatArray, form: LossForm, limits: tuple[float, float]
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return a finite covariance, and the names of what the data leave open."""
    names = NAMES[form]
    prior = np.zeros(values.size)
    if form != "linear":  # within its bounds, the logarithm of the last one is as likely anywhere
        prior[-1] = values[-1] * np.log(limits[1] / limits[0]) / _UNIFORM
    lengths = np.sqrt(np.sum(slopes**2, axis=0))
    open_names = [name for name, one in zip(names, lengths, strict=True) if one == 0.0]
    scaled = slopes / np.where(lengths > 0, lengths, 1.0)
    _, singular, vectors = np.linalg.svd(scaled, full_matrices=True)
    singular = np.concatenate([singular, np.zeros(values.size - singular.size)])
    weak = singular < _RANK * singular[0]
    for vector in vectors[weak]:
        open_names += [name for name, one in zip(names, vector, strict=True) if abs(one) > 0.1]
    information = slopes.T @ slopes
    if form != "linear":
        alone = _last_variance(information)
        information[-1, -1] += 1.0 / prior[-1] ** 2
        if not alone < prior[-1] ** 2:
            open_names.append(names[-1])
    covariance = np.linalg.pinv(information, rcond=1e-14, hermitian=True)
    return covariance.astype(np.float64), tuple(name for name in names if name in open_names)


def _last_variance(information: FloatArray) -> float:
    """Return the variance of the last parameter from the data alone; infinite: not determined."""
    head, side = information[:-1, :-1], information[:-1, -1]
    rest = information[-1, -1] - float(side @ np.linalg.pinv(head, hermitian=True) @ side)
    return 1.0 / rest if rest > 0 else float("inf")


def _spread(slopes: FloatArray, covariance: FloatArray) -> FloatArray:
    variance = np.einsum("...i,ij,...j->...", slopes, covariance, slopes)
    spread: FloatArray = np.sqrt(np.maximum(variance, 0.0))
    return spread
