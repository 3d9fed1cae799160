"""Offset and gradient of the modules in one fit of both patches (Ma+2023, Eqs. 9, 10, Table 2)."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, frozen
from engine.errors import DataError, FitError
from engine.model.nircam import ARRAYS, is_long_wave
from engine.nircam.matching import EpochMatches, EpochPair
from engine.nircam.sky_axis import SkyAxis, directed, field_center, module_direction
from engine.numerics.grouped_regression import weights_with_scatter
from engine.numerics.robust import scatter_about_zero

_NAN = float("nan")
_MAX_FITS = 20
_PLENTY_ARCSEC = 30.0  # between the stated center and the sources before it is worth a word

#: What every table and page of slopes says.
SUM_OF_BOTH = (
    "The slope k is the sum of the gradients of both modules; the data cannot tell which module "
    "has how much of it."
)


@dataclass(frozen=True, slots=True)
class GradientParams:
    """What the user decides about the model.

    Attributes
    ----------
    angle_deg : float or None
        Position angle of the long side of the field; `None`: from module A to module B in the
        first epoch. Unit: deg.
    center_ra_deg, center_dec_deg : float or None
        Point that the field turns about; `None`: as the catalogs say, else the middle of the
        sources. Unit: deg.
    short_wave_slope : {"zero", "fitted"}
        Slope of the short-wave arrays.
    time_term : {"none", "fitted"}
        Whether both patches may share a constant.
    n_sigma : float
        Sources farther than this from the model are rejected; in robust standard deviations.
    fewest : int
        Sources that a patch must have.
    """

    angle_deg: float | None = None
    center_ra_deg: float | None = None
    center_dec_deg: float | None = None
    short_wave_slope: Literal["zero", "fitted"] = "zero"
    time_term: Literal["none", "fitted"] = "none"
    n_sigma: float = 4.0
    fewest: int = 5


@dataclass(frozen=True, eq=False, slots=True)
class ArrayGradient:
    """The model of the arrays of one id in one filter between two epochs.

    Attributes
    ----------
    filter, calibration, first, second, array : str
        As in `EpochPair`, and the id of the array.
    ids : tuple of str
        The sources of both patches.
    d_arcmin : ndarray, shape (n,)
        Coordinate along the long side, positive where module B looked first. Unit: arcmin.
    delta : ndarray, shape (n,)
        m(second epoch) - m(first epoch). Unit: mag.
    error : ndarray, shape (n,)
        As the catalogs say. Unit: mag. NaN: not known.
    is_p : ndarray of bool, shape (n,)
        Patch p (B first, then A); else patch q.
    used, left_out : ndarray of bool, shape (n,)
        Sources that the last fit used, and those that the user left out; what is neither was
        rejected.
    delta_ab, slope, time : float
        m_A - m_B (mag), k (mag / arcmin), and the shared constant (mag); 0 when not fitted. NaN:
        no fit.
    delta_ab_error, slope_error, time_error : float
        One standard deviation; NaN when not fitted.
    covariance : ndarray, shape (3, 3)
        Of delta_ab, slope, time. 0 where not fitted.
    scatter : float
        Robust scatter of the sources in use about the model. Unit: mag.
    reason : str
        Why there is no fit; ``""``: there is one.
    """

    filter: str
    calibration: str
    first: str
    second: str
    array: str
    ids: tuple[str, ...]
    d_arcmin: FloatArray
    delta: FloatArray
    error: FloatArray
    is_p: BoolArray
    used: BoolArray
    left_out: BoolArray
    delta_ab: float = _NAN
    delta_ab_error: float = _NAN
    slope: float = _NAN
    slope_error: float = _NAN
    time: float = _NAN
    time_error: float = _NAN
    covariance: FloatArray = field(default_factory=lambda: frozen(np.zeros((3, 3))))
    scatter: float = _NAN
    reason: str = ""

    @property
    def title(self) -> str:
        """For example ``"F444W, array long, epochs 1 and 2"``."""
        return f"{self.filter}, array {self.array}, epochs {self.first} and {self.second}"

    @property
    def n_rejected(self) -> int:
        """Sources that stood off the model."""
        return int(np.count_nonzero(~self.used & ~self.left_out)) if not self.reason else 0

    def model(self, d_arcmin: FloatArray, patch: Literal["p", "q"]) -> FloatArray:
        """Return the fitted difference of magnitudes in one patch. Unit: mag."""
        sign = 1.0 if patch == "p" else -1.0
        line: FloatArray = self.slope * d_arcmin + sign * self.delta_ab + self.time
        return line

    def model_error(self, d_arcmin: FloatArray, patch: Literal["p", "q"]) -> FloatArray:
        """Return one standard deviation of `model`. Unit: mag."""
        sign = 1.0 if patch == "p" else -1.0
        rows = np.column_stack([np.full(d_arcmin.size, sign), d_arcmin, np.ones(d_arcmin.size)])
        error: FloatArray = np.sqrt(np.einsum("ij,jk,ik->i", rows, self.covariance, rows))
        return error


@dataclass(frozen=True, eq=False, slots=True)
class GradientModels:
    """What `fit_gradients` found.

    Attributes
    ----------
    arrays : tuple of ArrayGradient
        By filter, pair of epochs and array.
    center_deg : tuple of float
        Point that the field turns about. Unit: deg.
    angle_deg : float
        Position angle of the long side, from A to B in the first epoch of the first pair.
        Unit: deg.
    center_from : {"stated", "catalogs", "sources"}
        Where the center comes from.
    messages : tuple of str
        What the user should know.
    """

    arrays: tuple[ArrayGradient, ...]
    center_deg: tuple[float, float]
    angle_deg: float
    center_from: Literal["stated", "catalogs", "sources"]
    messages: tuple[str, ...] = ()


def fit_gradients(
    matches: EpochMatches, params: GradientParams = GradientParams()
) -> GradientModels:
    """Fit offset and gradient of every array to both patches at once.

    Parameters
    ----------
    matches : EpochMatches
        Sources of every two epochs. Only pairs between which the field turned are fitted.
    params : GradientParams, optional
        Axis, terms and rejection.

    Returns
    -------
    GradientModels
        An array that cannot be fitted says why.

    Raises
    ------
    DataError
        If the field has the same orientation in all epochs.
    FitError
        If no array has enough sources.

    Notes
    -----
    Delta_p = k d + Delta_AB + t and Delta_q = k d - Delta_AB + t (Ma+2023, Eqs. 9 and 10; t is
    the time term, by default 0). A wrong origin of d adds the same constant to both, which is why
    it may be fitted. Weights are 1 / (error^2 + s^2) with the scatter s that errors leave open
    (Paule & Mandel 1982); the covariance has the measured scatter. Rejection is two-sided, and
    sources may come back.
    """
    pairs = [one for one in matches.pairs if one.turn != "same" and one.is_p.any()]
    pairs = [one for one in pairs if one.is_q.any()]
    if not pairs:
        raise DataError(
            "The field has the same orientation in all epochs: array and time terms cannot be "
            "separated.",
            hint="Open an epoch in which the field is turned by 180°.",
        )
    center, source = _center(pairs, params)
    angle = module_direction(pairs[0]) if params.angle_deg is None else params.angle_deg
    found = tuple(
        _array_gradient(pair, array, SkyAxis(*center, directed(angle, pair)), params)
        for pair in pairs
        for array in ARRAYS
        if pair.of_array(array).any()
    )
    if all(one.reason for one in found):
        first = found[0]
        raise FitError(
            f"No array can be fitted. {first.title}: {first.reason}",
            hint="Match to fainter sources, or ask for fewer of them.",
        )
    messages = _messages(found, pairs[0], center, source)
    return GradientModels(found, center, directed(angle, pairs[0]), source, messages)


def _center(
    pairs: list[EpochPair], params: GradientParams
) -> tuple[tuple[float, float], Literal["stated", "catalogs", "sources"]]:
    if params.center_ra_deg is not None and params.center_dec_deg is not None:
        return (params.center_ra_deg, params.center_dec_deg), "stated"
    stated = next((one.center_deg for one in pairs if one.center_deg is not None), None)
    if stated is not None:
        return stated, "catalogs"
    return field_center(max(pairs, key=len)), "sources"


def _array_gradient(
    pair: EpochPair, array: str, axis: SkyAxis, params: GradientParams
) -> ArrayGradient:
    here = np.flatnonzero(pair.of_array(array) & (pair.is_p | pair.is_q))
    d = axis.along(pair.ra_deg[here], pair.dec_deg[here])
    is_p, allowed = pair.is_p[here], pair.used[here]
    names = (pair.filter, pair.calibration, pair.first, pair.second, array)
    data = (
        tuple(pair.ids[i] for i in here), frozen(d), frozen(pair.delta[here]),
        frozen(pair.error[here]), frozen(is_p, dtype=bool),
    )  # fmt: skip
    left_out = frozen(~allowed, dtype=bool)
    reason = _why_not(is_p[allowed], params.fewest)
    if reason:
        return ArrayGradient(*names, *data, frozen(allowed, dtype=bool), left_out, reason=reason)
    has_slope = is_long_wave(array) or params.short_wave_slope == "fitted"
    terms = np.array([True, has_slope, params.time_term == "fitted"])
    design = np.column_stack([np.where(is_p, 1.0, -1.0), d, np.ones(d.size)])[:, terms]
    fit = fit_two_patches(
        design, pair.delta[here], pair.error[here], is_p, allowed, n_sigma=params.n_sigma
    )
    values, covariance = np.zeros(3), np.zeros((3, 3))
    values[terms] = fit.coefficients
    covariance[np.ix_(terms, terms)] = fit.covariance
    errors = np.where(terms, np.sqrt(np.diag(covariance)), np.nan)
    return ArrayGradient(
        *names, *data, frozen(fit.used, dtype=bool), left_out,
        delta_ab=float(values[0]), delta_ab_error=float(errors[0]),
        slope=float(values[1]), slope_error=float(errors[1]),
        time=float(values[2]), time_error=float(errors[2]),
        covariance=frozen(covariance), scatter=fit.scatter,
    )  # fmt: skip


def _why_not(is_p: BoolArray, fewest: int) -> str:
    for name, n in (("p", np.count_nonzero(is_p)), ("q", np.count_nonzero(~is_p))):
        if n < max(fewest, 2):
            sources = "source" if n == 1 else "sources"
            return f"Patch {name} has {n} {sources}, {max(fewest, 2)} are needed."
    return ""


@dataclass(frozen=True, eq=False, slots=True)
class TwoPatchFit:
    """A linear fit of both patches.

    Attributes
    ----------
    coefficients : ndarray, shape (m,)
        One for each column of the design.
    covariance : ndarray, shape (m, m)
        With the measured scatter.
    used : ndarray of bool, shape (n,)
        Sources that the last fit used.
    scatter : float
        Robust scatter of these about the model.
    """

    coefficients: FloatArray
    covariance: FloatArray
    used: BoolArray
    scatter: float


def fit_two_patches(
    design: FloatArray,
    values: FloatArray,
    errors: FloatArray,
    is_p: BoolArray,
    allowed: BoolArray,
    *,
    n_sigma: float,
) -> TwoPatchFit:
    """Fit ``values = design @ coefficients``, rejecting what stands off.

    Parameters
    ----------
    design : ndarray, shape (n, m)
        Of full rank.
    values, errors : ndarray, shape (n,)
        Values are finite; an error of NaN is not known.
    is_p, allowed : ndarray of bool, shape (n,)
        The patch of a source, and whether it may take part.
    n_sigma : float
        Rejection threshold in robust standard deviations.

    Returns
    -------
    TwoPatchFit
        The mask is the one of the last fit.

    Raises
    ------
    FitError
        If the columns of the design cannot be told apart.
    """
    used = allowed
    patches = is_p.astype(np.int64)
    for _ in range(_MAX_FITS):
        weights = np.ones(np.count_nonzero(used))
        for _ in range(2):  # the scatter is that about the model, which needs weights itself
            fit = _weighted(design[used], values[used], weights)
            residual = values - design @ fit[0]
            weights = weights_with_scatter(residual[used], errors[used], patches[used])
        fit = _weighted(design[used], values[used], weights)
        residual = values - design @ fit[0]
        scatter = scatter_about_zero(residual[used])
        kept = allowed & (np.abs(residual) <= n_sigma * scatter) if scatter > 0 else used
        if np.array_equal(kept, used) or np.count_nonzero(kept) <= design.shape[1]:
            break
        used = kept
    return TwoPatchFit(fit[0], fit[1], used, scatter)


def _weighted(
    design: FloatArray, values: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return coefficients and their covariance, scaled to the scatter of the residuals."""
    normal = design.T @ (weights[:, np.newaxis] * design)
    freedom = values.size - design.shape[1]
    if freedom < 1 or np.linalg.matrix_rank(normal, hermitian=True) < design.shape[1]:
        raise FitError(
            f"{values.size} sources cannot tell {design.shape[1]} terms apart.",
            hint="Use more sources, or fit fewer terms.",
        )
    inverse = np.linalg.inv(normal)
    coefficients = inverse @ (design.T @ (weights * values))
    residual = values - design @ coefficients
    scale = float(np.sum(weights * residual**2)) / freedom
    return coefficients, scale * inverse


def _messages(
    found: tuple[ArrayGradient, ...], pair: EpochPair, center: tuple[float, float], source: str
) -> tuple[str, ...]:
    said = [SUM_OF_BOTH]
    middle = field_center(pair)
    away = 60.0 * float(
        np.hypot(*SkyAxis(*middle, 0.0).offsets(np.array([center[0]]), np.array([center[1]])))[0]
    )
    if source == "sources":
        said.append(
            f"No catalog says where the field turns: {middle[0]:.5f}°, {middle[1]:+.5f}°, the "
            "middle of the sources, is taken. A wrong origin adds a constant to both patches: fit "
            "the time term to take it out."
        )
    elif not away <= _PLENTY_ARCSEC:
        said.append(
            f"The center of the turn lies {away:.0f}″ from the middle of the sources: check it, or "
            "fit the time term."
        )
    said += [f"{one.title}: {one.reason}" for one in found if one.reason]
    return tuple(said)
