"""A spline that follows what varies slowly, and takes it off whatever is laid over it.

The smoothing of a weighted spline fit is a projection: what is left of a column after it is the
part that the spline cannot follow. Fitting columns and spline together is the same as fitting
what is left of the columns to what is left of the data (the theorem of Frisch, Waugh and Lovell).
"""

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg.lapack import dpbtrf, dpbtrs

from engine.arrays import BoolArray, FloatArray
from engine.errors import FitError
from engine.numerics.robust import scatter_about_zero

_STIFFNESS = 1e-7  # of the mean weight of a coefficient: bridges gaps, bends nothing that has data
_FLOOR = 1e-12
_REWEIGHTINGS = 6
_STABLE = 1e-5


class BackgroundSpline:
    """The splines with evenly spaced breakpoints at the samples of one curve.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissae, strictly increasing, finite.
    spacing : float
        Distance of the breakpoints; the whole range is divided into as many pieces as fit.
    degree : int
        Degree of the pieces, 1 or more.
    """

    def __init__(self, x: FloatArray, *, spacing: float, degree: int) -> None:
        pieces = max(int((x[-1] - x[0]) / spacing), 1)
        edges = np.linspace(x[0], x[-1], pieces + 1)
        knots = np.concatenate([[x[0]] * degree, edges, [x[-1]] * degree])
        design = BSpline.design_matrix(x, knots, degree)
        self.degree = degree
        self.size = knots.size - degree - 1
        self.values = design.data.reshape(x.size, degree + 1)
        self.first = design.indices.reshape(x.size, degree + 1)[:, 0]
        self.design = design
        self.transposed = design.T.tocsr()

    def weighted(self, weight: FloatArray) -> "WeightedBackground":
        """Return the fit of these splines with the weights ``weight``, shape (n,), 0 or more."""
        return WeightedBackground(self, weight)


class WeightedBackground:
    """The fit of a background with given weights.

    Parameters
    ----------
    spline : BackgroundSpline
        The splines.
    weight : ndarray, shape (n,)
        Weight of each sample; 0 leaves it out. Where a whole piece has no sample the curve goes
        on as straight as it can.

    Raises
    ------
    FitError
        If no sample has a weight.
    """

    def __init__(self, spline: BackgroundSpline, weight: FloatArray) -> None:
        self._spline = spline
        self.weight = weight
        self._factor, failed = dpbtrf(self._normal_band(), lower=1)
        if failed:
            raise FitError(
                "The background cannot be fitted: no sample counts.",
                hint="Protect less, or choose a spectrum with more measurements.",
            )

    def smooth(self, values: FloatArray) -> FloatArray:
        """Return the fit to ``values``, shape (n,) or (n, m): a curve for each column."""
        weighted = (values.T * self.weight).T
        right = self._spline.transposed @ weighted
        solution, _ = dpbtrs(self._factor, right, lower=1)
        smooth: FloatArray = (self._spline.design @ solution).reshape(values.shape)
        return smooth

    def remainder(self, values: FloatArray) -> FloatArray:
        """Return what the splines cannot follow of ``values``, shape (n,) or (n, m)."""
        return values - self.smooth(values)

    def _normal_band(self) -> FloatArray:
        spline = self._spline
        band = np.zeros((max(spline.degree, 2) + 1, spline.size))
        for a in range(spline.degree + 1):
            for b in range(a, spline.degree + 1):
                products = self.weight * spline.values[:, a] * spline.values[:, b]
                band[b - a] += np.bincount(spline.first + a, products, minlength=spline.size)
        scale = float(band[0].mean())
        band[:3] += _STIFFNESS * scale * _second_differences(spline.size)
        band[0] += _FLOOR * scale
        return band


def fit_background(
    spline: BackgroundSpline, values: FloatArray, weight: FloatArray, *, domain: float
) -> tuple[FloatArray, WeightedBackground]:
    """Fit a background that outliers do not bend.

    Parameters
    ----------
    spline : BackgroundSpline
        The splines.
    values : ndarray, shape (n,)
        Positive and finite.
    weight : ndarray, shape (n,)
        Weight of relative deviations; 0 leaves a sample out.
    domain : float
        Deviations beyond this many standard deviations do not count at all.

    Returns
    -------
    background : ndarray, shape (n,)
        The curve.
    fit : WeightedBackground
        The fit with the weights of the last round.

    Notes
    -----
    Tukey's bisquare weights, about relative deviations, with the scatter from their median.
    """
    used = weight > 0
    fit = spline.weighted(weight)
    background = fit.smooth(values)
    for _ in range(_REWEIGHTINGS):
        deviation = values / background - 1.0
        fit = spline.weighted(weight * bisquare(deviation, used, domain=domain))
        before, background = background, fit.smooth(values)
        if float(np.max(np.abs(background / before - 1.0))) < _STABLE:
            break
    return background, fit


def bisquare(deviation: FloatArray, used: BoolArray, *, domain: float) -> FloatArray:
    """Return Tukey's weights: 1 for no deviation, 0 beyond ``domain`` standard deviations.

    Parameters
    ----------
    deviation : ndarray, shape (n,)
        Residuals of a fit.
    used : ndarray of bool, shape (n,)
        Samples that the scatter is taken from.
    domain : float
        Unit: robust standard deviations of the residuals.

    Returns
    -------
    ndarray, shape (n,)
        All 1 when the residuals have no scatter.
    """
    scatter = scatter_about_zero(deviation[used])
    if not scatter > 0:
        return np.ones(deviation.size)
    square = np.minimum((deviation / (domain * scatter)) ** 2, 1.0)
    weights: FloatArray = (1.0 - square) ** 2
    return weights


def _second_differences(size: int) -> FloatArray:
    """Return the lower band of D'D, D the second differences of ``size`` coefficients."""
    band = np.zeros((3, size))
    last = size - 2
    if last > 0:
        for offset, factor in ((0, 1.0), (1, 4.0), (2, 1.0)):
            band[0, offset : last + offset] += factor
        band[1, :last] -= 2.0
        band[1, 1 : last + 1] -= 2.0
        band[2, :last] = 1.0
    return band
