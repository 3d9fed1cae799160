"""How a fitted spline changes when one of its breakpoints is left out."""

from typing import Protocol

import numpy as np
from scipy.interpolate import BSpline

from engine.arrays import FloatArray, IntArray
from engine.numerics.spline_basis import SplineBasis
from engine.numerics.splines import SplineFit


class Solved(Protocol):
    """A fitted spline with the inverse of its normal matrix."""

    @property
    def knots(self) -> FloatArray: ...
    @property
    def coefficients(self) -> FloatArray: ...
    @property
    def degree(self) -> int: ...
    @property
    def inverse_normal(self) -> FloatArray: ...


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
    knots, toward, missing = _removals(fit)
    spline = BSpline(fit.knots, np.eye(fit.coefficients.size), fit.degree)
    change: FloatArray = -(spline(x) @ (toward * missing)).T
    return fit.knots[knots], change


def thinned_curves(fit: Solved, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the curves while the least needed breakpoint is left out, again and again.

    Parameters
    ----------
    fit : Solved
        A fit: a `SplineFit`, or a `SolvedSet`.
    x : ndarray, shape (m,)
        Where the curves are wanted, inside the limits.

    Returns
    -------
    gone : ndarray, shape (b,)
        The breakpoints in the order in which they were left out; simple interior ones only.
    curves : ndarray, shape (b, m)
        The least-squares curves through the samples of ``fit`` without each and those before it.

    Notes
    -----
    Each demand d c = 0 that is met changes c and Q by the term of `leave_out_changes` and
    Q' = Q - Q d' (d Q d')^-1 d Q: what follows are the curves of new fits, without the fits.
    """
    basis = SplineBasis(np.zeros(0), fit.knots, fit.degree)
    knots, rows = basis.jump_rows()
    toward = fit.inverse_normal @ rows.T
    gain = rows @ toward
    missing = rows @ fit.coefficients
    coefficients = np.empty((knots.size, fit.coefficients.size))
    current = fit.coefficients
    present = np.ones(knots.size, dtype=bool)
    order = np.empty(knots.size, dtype=np.int64)
    for step in range(knots.size):
        size = np.diagonal(gain)
        free = present & (size > 0)
        cost = np.divide(missing**2, size, out=np.zeros(knots.size), where=free)
        least = int(np.argmin(np.where(present, cost, np.inf)))
        if free[least]:
            share = gain[least] / gain[least, least]
            current = current - toward[:, least] * (missing[least] / gain[least, least])
            missing = missing - share * missing[least]
            toward = toward - np.outer(toward[:, least], share)
            gain = gain - np.outer(gain[:, least], share)
        present[least] = False
        order[step], coefficients[step] = least, current
    return fit.knots[knots[order]], coefficients @ basis.rows_at(x).T


def _removals(fit: SplineFit) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return knots, direction of the change, and its size, of each breakpoint."""
    basis = SplineBasis(np.zeros(0), fit.knots, fit.degree)
    knots, rows = basis.jump_rows()
    toward = fit.inverse_normal @ rows.T
    gain = np.einsum("bi,ib->b", rows, toward)
    free = gain > 0  # a held point may leave a breakpoint nothing to decide
    missing = np.divide(rows @ fit.coefficients, gain, out=np.zeros(gain.size), where=free)
    return knots, toward, missing
