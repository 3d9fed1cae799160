"""How a fitted spline changes when one of its breakpoints is left out."""

import numpy as np
from scipy.interpolate import BSpline

from engine.arrays import FloatArray, IntArray
from engine.numerics.spline_basis import SplineBasis
from engine.numerics.splines import SplineFit


def leave_out_changes(fit: SplineFit, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the change of the curve for each breakpoint left out, the mask frozen.

    Parameters
    ----------
    fit : SplineFit
        The fit.
    x : ndarray, shape (m,)
        Where the change is wanted, inside the limits.

    Returns
    -------
    breakpoints : ndarray, shape (b,)
        The simple interior breakpoints; breaks are not left out.
    change : ndarray, shape (b, m)
        Curve without that breakpoint minus the curve with it.

    Notes
    -----
    To leave a breakpoint out is to demand that the highest derivative does not jump there,
    d c = 0. The constrained minimum is exact without a new fit:
    c' = c - Q d' (d Q d')^-1 d c, with Q the inverse normal matrix.
    """
    knots, toward, missing, _gain = _removals(fit)
    spline = BSpline(fit.knots, np.eye(fit.coefficients.size), fit.degree)
    change: FloatArray = -(spline(x) @ (toward * missing)).T
    return fit.knots[knots], change


def removal_costs(fit: SplineFit) -> tuple[FloatArray, FloatArray]:
    """Return how much the weighted sum of squares rises when a breakpoint is left out.

    Returns
    -------
    breakpoints, cost : ndarray, shape (b,)
        The simple interior breakpoints, and (d c)^2 / (d Q d') of each.
    """
    knots, _toward, missing, gain = _removals(fit)
    return fit.knots[knots], missing**2 * gain


def _removals(fit: SplineFit) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Return knots, direction of the change, its size, and d Q d' of each breakpoint."""
    basis = SplineBasis(np.zeros(0), fit.knots, fit.degree)
    knots, rows = basis.jump_rows()
    toward = fit.inverse_normal @ rows.T
    gain = np.einsum("bi,ib->b", rows, toward)
    free = gain > 0  # a held point may leave a breakpoint nothing to decide
    missing = np.divide(rows @ fit.coefficients, gain, out=np.zeros(gain.size), where=free)
    return knots, toward, missing, gain
