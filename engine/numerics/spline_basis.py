"""B-spline basis on given knots: values, normal equations in blocks, derivative jumps.

A spline of degree k has k + 1 basis functions on each interval between distinct knots. On one
interval they are polynomials, so their values at all samples of the interval are one small matrix
product, and so is the interval's share of the normal equations: its *block*. A change that
touches few intervals (a moved breakpoint, a rejected sample) renews few blocks.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.arrays import FloatArray, IntArray, freeze

MAX_DEGREE = 5


def clamped_knots(
    limits: tuple[float, float],
    breakpoints: FloatArray,
    *,
    degree: int,
    breaks: FloatArray | None = None,
) -> FloatArray:
    """Return the knots of a spline between two limits.

    Parameters
    ----------
    limits : tuple of float
        First and last abscissa.
    breakpoints : ndarray, shape (m,)
        Interior breakpoints, strictly increasing, inside the limits.
    degree : int
        Degree of the pieces.
    breaks : ndarray, shape (b,), optional
        Abscissae at which the curve may jump; inside the limits, not among the breakpoints.

    Returns
    -------
    ndarray
        The knots: the limits and the breaks ``degree + 1`` times, the breakpoints once.
    """
    full = degree + 1
    jumps = np.zeros(0) if breaks is None else np.asarray(breaks, dtype=np.float64)
    inner = np.sort(np.concatenate([np.asarray(breakpoints, dtype=np.float64), *[jumps] * full]))
    return freeze(np.concatenate([[limits[0]] * full, inner, [limits[1]] * full]))


def interval_polynomials(knots: FloatArray, degree: int, starts: IntArray) -> FloatArray:
    """Return the basis functions of intervals as polynomials.

    Parameters
    ----------
    knots : ndarray, shape (n_knots,)
        Knots, not decreasing.
    degree : int
        Degree of the pieces.
    starts : ndarray of int, shape (s,)
        Index of the knot that opens each interval: ``knots[i] < knots[i + 1]``.

    Returns
    -------
    ndarray, shape (s, degree + 1, degree + 1)
        ``[i, a, p]`` is the coefficient of ``u**p`` of basis function ``starts[i] - degree + a``,
        where u runs from 0 to 1 over the interval.

    Notes
    -----
    The recursion of de Boor (1977), carried out on polynomial coefficients.
    """
    left = knots[starts]
    width = knots[starts + 1] - left
    table = np.zeros((starts.size, degree + 1, degree + 1))
    table[:, 0, 0] = 1.0
    for order in range(1, degree + 1):
        parts = starts[:, None] + np.arange(1 - order, 1)
        low, high = knots[parts], knots[parts + order]
        share = table[:, :order, :order] / (high - low)[:, :, None]
        rising = share * width[:, None, None]
        raised = np.zeros_like(table)
        # share * (high - x) joins the function on the left, share * (x - low) on the right.
        raised[:, :order, :order] = share * (high - left[:, None])[:, :, None]
        raised[:, :order, 1 : order + 1] -= rising
        raised[:, 1 : order + 1, :order] += share * (left[:, None] - low)[:, :, None]
        raised[:, 1 : order + 1, 1 : order + 1] += rising
        table = raised
    return table


def lower_band(blocks: FloatArray, first: IntArray, size: int) -> FloatArray:
    """Add up blocks to the lower band of a symmetric matrix.

    Parameters
    ----------
    blocks : ndarray, shape (s, degree + 1, degree + 1)
        Symmetric blocks on the diagonal, which may overlap.
    first : ndarray of int, shape (s,)
        First column of each block.
    size : int
        Columns of the matrix.

    Returns
    -------
    ndarray, shape (degree + 1, size)
        The diagonal and what is below it.
    """
    full = blocks.shape[1]
    below, column = _lower_triangle(full)
    place = ((below - column) * size + column)[:, None] + first
    band = np.zeros(full * size)
    np.add.at(band, place, blocks[:, below, column].T)
    return band.reshape(full, size)


@cache
def _lower_triangle(full: int) -> tuple[IntArray, IntArray]:
    below, column = np.tril_indices(full)
    return freeze(below), freeze(column)


@dataclass(frozen=True, eq=False, slots=True)
class Blocks:
    """Normal equations of a weighted fit, one block per interval.

    Attributes
    ----------
    matrix : ndarray, shape (s, degree + 1, degree + 1)
        Sum of w B_a B_b over the samples of each interval.
    vector : ndarray, shape (s, degree + 1)
        Sum of w B_a y.
    """

    matrix: FloatArray
    vector: FloatArray


class SplineBasis:
    """The B-splines of one knot set at the samples of one curve.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissae, not decreasing, all between the first and the last knot. Repeats are allowed.
    knots : ndarray
        Knots with both ends ``degree + 1`` times.
    degree : int
        Degree of the pieces, 1 to 5.
    previous : SplineBasis, optional
        A basis of the same samples and as many knots, some of which moved: the values of intervals
        whose knots did not move are taken from it.
    """

    def __init__(
        self,
        x: FloatArray,
        knots: FloatArray,
        degree: int,
        *,
        previous: "SplineBasis | None" = None,
    ) -> None:
        self.x = x
        self.knots = knots
        self.degree = degree
        self.size = knots.size - degree - 1
        self.starts: IntArray = np.flatnonzero(np.diff(knots) > 0)
        self.bounds: IntArray = np.concatenate(
            [np.searchsorted(x, knots[self.starts], side="left"), [x.size]]
        )
        self.bounds[0] = 0
        self.first: IntArray = self.starts - degree
        self.changed = self._changed_intervals(previous)
        self.polynomials = interval_polynomials(knots, degree, self.starts)
        if previous is None:
            self.values = np.empty((degree + 1, x.size))
        else:
            self.values = previous.values.copy()
        self._fill_values()

    def _changed_intervals(self, previous: "SplineBasis | None") -> IntArray:
        """Return the intervals whose basis functions differ from those of ``previous``."""
        if previous is None or not np.array_equal(previous.starts, self.starts):
            return np.arange(self.starts.size)
        moved = np.flatnonzero(previous.knots != self.knots)
        if not moved.size:
            return np.zeros(0, dtype=np.int64)
        # Interval i feels the knots from starts[i] - degree + 1 to starts[i] + degree.
        reach = (self.starts >= moved[0] - self.degree) & (
            self.starts <= moved[-1] + self.degree - 1
        )
        return np.flatnonzero(reach)

    def _fill_values(self) -> None:
        for interval in self.changed:
            low, high = self.bounds[interval], self.bounds[interval + 1]
            if high == low:
                continue
            start = self.starts[interval]
            width = self.knots[start + 1] - self.knots[start]
            u = (self.x[low:high] - self.knots[start]) / width
            powers = np.empty((self.degree + 1, u.size))
            powers[0] = 1.0
            for power in range(1, self.degree + 1):
                np.multiply(powers[power - 1], u, out=powers[power])
            np.matmul(self.polynomials[interval], powers, out=self.values[:, low:high])

    def interval_of(self, indices: IntArray) -> IntArray:
        """Return the interval of each sample index."""
        found: IntArray = np.searchsorted(self.bounds, indices, side="right") - 1
        return found

    def blocks(
        self,
        weight: FloatArray,
        y: FloatArray,
        *,
        previous: Blocks | None = None,
        renewed: IntArray | None = None,
    ) -> Blocks:
        """Return the normal equations of ``y``.

        Parameters
        ----------
        weight, y : ndarray, shape (n,)
            Weight and ordinate of each sample; both finite, weight 0 leaves the sample out.
        previous : Blocks, optional
            Blocks to start from.
        renewed : ndarray of int, optional
            Intervals to sum anew; by default all.

        Returns
        -------
        Blocks
            One block per interval.
        """
        full = self.degree + 1
        if previous is None or renewed is None:
            matrix = np.zeros((self.starts.size, full, full))
            vector = np.zeros((self.starts.size, full))
            renewed = np.arange(self.starts.size)
        else:
            matrix, vector = previous.matrix.copy(), previous.vector.copy()
        for interval in renewed:
            low, high = self.bounds[interval], self.bounds[interval + 1]
            values = self.values[:, low:high]
            weighted = values * weight[low:high]
            matrix[interval] = weighted @ values.T
            vector[interval] = weighted @ y[low:high]
        return Blocks(matrix, vector)

    def banded(self, blocks: Blocks) -> tuple[FloatArray, FloatArray]:
        """Add up the blocks to the lower band and the right side of the normal equations."""
        columns = self.first + np.arange(self.degree + 1)[:, None]
        right = np.zeros(self.size)
        np.add.at(right, columns, blocks.vector.T)
        return lower_band(blocks.matrix, self.first, self.size), right

    def curve(self, coefficients: FloatArray) -> FloatArray:
        """Return the spline of ``coefficients`` at all samples."""
        result = np.empty(self.x.size)
        for interval, first in enumerate(self.first):
            low, high = self.bounds[interval], self.bounds[interval + 1]
            np.matmul(
                coefficients[first : first + self.degree + 1],
                self.values[:, low:high],
                out=result[low:high],
            )
        return result

    def project(self, values: FloatArray) -> FloatArray:
        """Return the sums of each basis function times ``values``, shape (n,), over the samples."""
        result = np.zeros(self.size)
        for interval, first in enumerate(self.first):
            low, high = self.bounds[interval], self.bounds[interval + 1]
            result[first : first + self.degree + 1] += self.values[:, low:high] @ values[low:high]
        return result

    def rows_at(self, points: FloatArray) -> FloatArray:
        """Return the values of all basis functions at ``points``, shape (m, size).

        Points beyond the limits follow the polynomial of the outer interval.
        """
        edges = self.knots[self.starts]
        interval = np.clip(np.searchsorted(edges, points, side="right") - 1, 0, edges.size - 1)
        start = self.starts[interval]
        u = (points - self.knots[start]) / (self.knots[start + 1] - self.knots[start])
        powers = u[:, None] ** np.arange(self.degree + 1)
        local = np.einsum("map,mp->ma", self.polynomials[interval], powers)
        rows = np.zeros((points.size, self.size))
        columns = self.first[interval][:, None] + np.arange(self.degree + 1)
        rows[np.arange(points.size)[:, None], columns] = local
        return rows

    def jump_rows(self) -> tuple[IntArray, FloatArray]:
        """Return what a breakpoint does: the jump of the highest derivative there.

        Returns
        -------
        knot : ndarray of int, shape (m,)
            Index in `knots` of each simple interior knot.
        rows : ndarray, shape (m, size)
            ``rows @ coefficients`` is the jump of derivative number ``degree`` (over its
            factorial) at each knot: zero for a curve that does not need the knot.
        """
        width = self.knots[self.starts + 1] - self.knots[self.starts]
        top = self.polynomials[:, :, -1] / (width**self.degree)[:, None]
        simple = np.flatnonzero(np.diff(self.starts) == 1)
        rows = np.zeros((simple.size, self.size))
        offsets = np.arange(self.degree + 1)
        index = np.arange(simple.size)[:, None]
        rows[index, self.first[simple + 1][:, None] + offsets] += top[simple + 1]
        rows[index, self.first[simple][:, None] + offsets] -= top[simple]
        knot: IntArray = self.starts[simple + 1]
        return knot, rows
