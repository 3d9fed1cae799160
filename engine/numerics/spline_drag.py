"""Refits that follow the mouse: the last rejection mask frozen, only moved parts renewed."""

from dataclasses import replace

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.numerics.spline_basis import Blocks, SplineBasis
from engine.numerics.spline_samples import require_determined
from engine.numerics.spline_solution import Solution, held_points
from engine.numerics.splines import SplineSpace


class SplineDrag:
    """A fit whose samples stay and whose breakpoints and held points move.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissae, increasing, all within the limits of ``space``: where the curve is wanted.
    y : ndarray, shape (n,)
        Ordinates; only those of samples in use matter.
    space : SplineSpace
        Limits, degree and breaks.
    used : ndarray of bool, shape (n,)
        Samples that are fitted.
    error : ndarray, shape (n,)
        One standard deviation of ``y``; positive where a sample is in use.
    weight : ndarray, shape (n,)
        Factor on the weight one over the variance.

    Notes
    -----
    Moving one breakpoint changes the basis on ``2 degree`` intervals: their blocks are summed
    anew, all others are kept. The banded system is then solved and the curve evaluated.
    """

    def __init__(
        self,
        x: FloatArray,
        y: FloatArray,
        space: SplineSpace,
        used: BoolArray,
        *,
        error: FloatArray,
        weight: FloatArray,
    ) -> None:
        self._x = x
        self._used = used
        self._space = space
        self._y = np.where(used, y, 0.0)
        sigma = np.where(used, error, 1.0)
        typical = float(np.median(sigma[used])) if used.any() else 1.0
        self._weight = np.where(used, weight * (typical / sigma) ** 2, 0.0)
        self._has_repeats = bool(np.any(np.diff(x) == 0))
        self._basis: SplineBasis | None = None
        self._blocks: Blocks | None = None

    def move(
        self, breakpoints: tuple[float, ...], held: tuple[tuple[float, float], ...] = ()
    ) -> FloatArray:
        """Return the curve at all abscissae for moved breakpoints and held points.

        Raises
        ------
        FitError
            If breakpoints have no data, leave the limits or cross; the state stays usable.
        """
        knots = replace(self._space, breakpoints=breakpoints, held=held).knots()
        before = self._basis
        same = before is not None and before.knots.size == knots.size
        basis = SplineBasis(self._x, knots, self._space.degree, previous=before if same else None)
        points = held_points(basis, held)
        require_determined(basis, self._used, points.x, has_repeats=self._has_repeats)
        all_new = basis.changed.size == basis.starts.size
        blocks = basis.blocks(
            self._weight,
            self._y,
            previous=None if all_new else self._blocks,
            renewed=None if all_new else basis.changed,
        )
        solution = Solution(basis, *basis.banded(blocks), points)
        self._basis, self._blocks = basis, blocks
        return basis.curve(solution.coefficients)
