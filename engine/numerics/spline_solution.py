"""Solution of banded normal equations with points that the curve must pass."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_solve_banded, cholesky_banded

from engine.arrays import FloatArray
from engine.errors import FitError
from engine.numerics.spline_basis import SplineBasis
from engine.numerics.spline_samples import require_independent

_SMALLEST_PIVOT = 1e-13  # of 1: what is left of a basis function that its neighbors do not imitate


@dataclass(frozen=True, eq=False, slots=True)
class HeldPoints:
    """Points that the curve must pass, as rows of the basis.

    Attributes
    ----------
    x, y : ndarray, shape (m,)
        The points.
    rows : ndarray, shape (m, size)
        The basis at ``x``.
    """

    x: FloatArray
    y: FloatArray
    rows: FloatArray


def held_points(basis: SplineBasis, points: tuple[tuple[float, float], ...]) -> HeldPoints:
    """Return the points that a curve of ``basis`` must pass.

    Raises
    ------
    FitError
        If a point lies outside the limits, is not a number, or cannot be passed with the others.
    """
    ordered = sorted(points)
    x = np.array([point[0] for point in ordered], dtype=np.float64)
    y = np.array([point[1] for point in ordered], dtype=np.float64)
    low, high = basis.knots[0], basis.knots[-1]
    wrong = np.flatnonzero(~((x >= low) & (x <= high) & np.isfinite(y)))
    if wrong.size:
        at = float(x[wrong[0]])
        raise FitError(
            f"The held value at {at:.4g} µm is outside {low:.4g} to {high:.4g} µm or not a number.",
            hint="Release it.",
            breakpoints_um=(at,),
        )
    require_independent(x, basis.knots, basis.degree)
    return HeldPoints(x, y, basis.rows_at(x))


class Solution:
    """Coefficients of a fit and the factor that gives their covariance.

    Parameters
    ----------
    basis : SplineBasis
        The basis.
    band : ndarray, shape (degree + 1, size)
        Lower band of the normal equations.
    right : ndarray, shape (size,)
        Right side.
    held : HeldPoints, optional
        Points to pass exactly.

    Raises
    ------
    FitError
        If the samples do not determine the coefficients.

    Notes
    -----
    The equations are scaled to a unit diagonal. Each held point e c = v is first added as a sample
    of ordinary weight, which does not move the constrained minimum but keeps the matrix definite
    where the curve hangs on held points alone; then the constraints are met exactly through the
    Schur complement of the banded Cholesky factor.
    """

    def __init__(
        self,
        basis: SplineBasis,
        band: FloatArray,
        right: FloatArray,
        held: HeldPoints | None = None,
    ) -> None:
        self._held = held if held is not None and held.x.size else None
        if self._held is not None:
            band, right = _with_points(band, right, self._held)
        self._root = np.sqrt(np.where(band[0] > 0, band[0], 1.0))
        self._factor = _factorize(basis, band, self._root)
        self.coefficients = self._solve(right)
        if self._held is not None:
            self._prepare_constraints(self._held)
            for _ in range(2):  # the second pass removes the rounding of the first
                miss = self._held.y - self._held.rows @ self.coefficients
                self.coefficients += self._toward @ np.linalg.solve(self._schur, miss)

    def _solve(self, right: FloatArray) -> FloatArray:
        scaled = right / (self._root if right.ndim == 1 else self._root[:, None])
        solved: FloatArray = cho_solve_banded((self._factor, True), scaled, check_finite=False)
        return solved / (self._root if right.ndim == 1 else self._root[:, None])

    def _prepare_constraints(self, held: HeldPoints) -> None:
        self._toward = self._solve(held.rows.T)
        self._schur = held.rows @ self._toward

    def refine(self, right: FloatArray) -> None:
        """Improve the coefficients by the solution for the projected weighted residuals."""
        step = self._solve(right)
        if self._held is not None:
            excess = self._held.rows @ step
            step -= self._toward @ np.linalg.solve(self._schur, excess)
        self.coefficients = self.coefficients + step

    def inverse(self) -> FloatArray:
        """Return the inverse of the normal matrix, shape (size, size), constraints respected.

        With weights of one over the variance this is the covariance of the coefficients.
        """
        inverse = self._solve(np.eye(self._root.size))
        if self._held is not None:
            inverse = inverse - self._toward @ np.linalg.solve(self._schur, self._toward.T)
        return 0.5 * (inverse + inverse.T)


def _with_points(
    band: FloatArray, right: FloatArray, held: HeldPoints
) -> tuple[FloatArray, FloatArray]:
    """Add the held points as samples that weigh as much as the data around them."""
    band, right = band.copy(), right.copy()
    for row, value in zip(held.rows, held.y, strict=True):
        columns = np.flatnonzero(row)
        near = float(band[0, columns].max())
        weight = (near or float(band[0].max()) or 1.0) / float(np.abs(row).max()) ** 2
        for position, column in enumerate(columns):
            right[column] += weight * row[column] * value
            for other in columns[position:]:
                band[other - column, column] += weight * row[column] * row[other]
    return band, right


def _factorize(basis: SplineBasis, band: FloatArray, root: FloatArray) -> FloatArray:
    """Return the Cholesky factor of the scaled matrix; refuse what cannot be solved."""
    scaled = band / root
    size = root.size
    for offset in range(1, band.shape[0]):
        scaled[offset, : size - offset] /= root[offset:]
    scaled[0] = np.where(band[0] > 0, 1.0, 0.0)
    try:
        factor: FloatArray = cholesky_banded(scaled, lower=True, check_finite=False)
    except LinAlgError:
        raise _undetermined(basis, int(np.argmin(scaled[0]))) from None
    weakest = int(np.argmin(factor[0]))
    if not factor[0, weakest] ** 2 > _SMALLEST_PIVOT:
        raise _undetermined(basis, weakest)
    return factor


def _undetermined(basis: SplineBasis, column: int) -> FitError:
    low, high = basis.knots[column], basis.knots[column + basis.degree + 1]
    inner = basis.knots[column + 1 : column + basis.degree + 1]
    guilty = tuple(float(v) for v in np.unique(inner[(inner > low) & (inner < high)]))
    return FitError(
        f"The samples between {low:.4g} and {high:.4g} µm do not determine the curve there.",
        hint="Move or remove a breakpoint there.",
        breakpoints_um=guilty,
    )
