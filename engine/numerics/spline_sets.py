"""Least-squares splines of many sets of breakpoints through the samples of one curve, at once.

On one interval between knots a spline is a polynomial, so all that a fit needs of the interval's
samples are their moments. The moments of all intervals of all sets are summed in one sweep, and
the normal equations of all sets are factorized as one banded matrix without links between sets.
"""

from collections.abc import Sequence

import numpy as np
from scipy.linalg.lapack import dpbtrf, dpbtrs

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.numerics.breakpoints import Breakpoints
from engine.numerics.spline_basis import clamped_knots, interval_polynomials
from engine.numerics.splines import SplineSpace

_SMALLEST_PIVOT = 1e-11  # of 1: moments are less exact than sums of basis functions
_HELD = 1e5  # weight of a held point, in sums of the weights of all samples


class SplineSets:
    """Splines that share limits, degree, breaks and held points, and differ in breakpoints.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissae of the samples, not decreasing, inside the limits.
    space : SplineSpace
        What the splines share; its breakpoints do not matter.
    sets : sequence of tuple of float
        The breakpoints of each spline; those that are breaks too are left out.
    """

    def __init__(self, x: FloatArray, space: SplineSpace, sets: Sequence[Breakpoints]) -> None:
        degree = space.degree
        breaks = np.asarray(space.breaks, dtype=np.float64)
        parts = [
            clamped_knots(
                space.limits,
                np.array([at for at in one if at not in space.breaks]),
                degree=degree,
                breaks=breaks,
            )
            for one in sets
        ]
        knots = np.concatenate(parts)
        self.count = len(parts)
        self.n_samples = x.size
        self.degree = degree
        self.held = space.held
        self.starts: IntArray = np.flatnonzero(np.diff(knots) > 0)
        ends = np.cumsum([part.size for part in parts])
        self.set_of: IntArray = np.searchsorted(ends, self.starts, side="right")
        self.first: IntArray = self.starts - degree - self.set_of * (degree + 1)
        self.columns: IntArray = ends - (degree + 1) * np.arange(1, self.count + 1)
        self.left = knots[self.starts]
        self.width = knots[self.starts + 1] - self.left
        self.polynomials = interval_polynomials(knots, degree, self.starts)
        self._place(x)

    def _place(self, x: FloatArray) -> None:
        """Find the interval of each sample in each set, and where in it the sample lies."""
        begin = np.searchsorted(x, self.left, side="left")
        begin[np.flatnonzero(np.diff(self.set_of, prepend=-1))] = 0
        self.begin: IntArray = begin + self.set_of * x.size
        length = np.diff(self.begin, append=self.count * x.size)
        self.empty: BoolArray = length == 0
        self.interval: IntArray = np.repeat(np.arange(length.size), length)
        u = (np.tile(x, self.count) - self.left[self.interval]) / self.width[self.interval]
        self.powers = np.empty((self.degree + 1, u.size))
        self.powers[0] = 1.0
        for power in range(1, self.degree + 1):
            np.multiply(self.powers[power - 1], u, out=self.powers[power])

    def weighted(self, weight: FloatArray) -> "WeightedSets":
        """Return the fits with the given weights.

        Parameters
        ----------
        weight : ndarray, shape (n,) or (s, n)
            Weight of each sample, or of each sample in each set; 0 leaves it out.
        """
        return WeightedSets(self, weight)

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sums over each interval of values, shape (m, s n), as shape (m, intervals)."""
        inside = np.minimum(self.begin, values.shape[1] - 1)
        summed: FloatArray = np.add.reduceat(values, inside, axis=1)
        summed[:, self.empty] = 0.0
        return summed

    def tiled(self, values: FloatArray) -> FloatArray:
        """Return values of shape (n,) or (s, n) as one value a sample and set."""
        return np.tile(values, self.count) if values.ndim == 1 else values.ravel()

    def powers_at(self, at: float) -> tuple[IntArray, FloatArray]:
        """Return the interval of each set that holds a point, and the powers of its place."""
        inside = np.flatnonzero(self.left <= at)
        last = np.searchsorted(self.set_of[inside], np.arange(self.count), side="right") - 1
        interval = inside[last]
        u = (at - self.left[interval]) / self.width[interval]
        return interval, u ** np.arange(2 * self.degree + 1)[:, None]


class WeightedSets:
    """The fits of `SplineSets` with given weights: factorized once, solved for any ordinates.

    Attributes
    ----------
    determined : ndarray of bool, shape (s,)
        Whether the samples that weigh something determine the spline of each set.
    """

    def __init__(self, sets: SplineSets, weight: FloatArray) -> None:
        self._sets = sets
        self._weight = sets.tiled(weight)
        self._per_set = weight.sum(axis=-1) * np.ones(sets.count)
        degree = sets.degree
        moments = np.empty((2 * degree + 1, sets.starts.size))
        lower = sets.powers * self._weight
        moments[: degree + 1] = sets.sums(lower)
        moments[degree + 1 :] = sets.sums(lower[degree] * sets.powers[1:])
        for at, _value in sets.held:
            interval, powers = sets.powers_at(at)
            moments[:, interval] += _HELD * self._per_set * powers
        self._factorize(moments)

    def _factorize(self, moments: FloatArray) -> None:
        sets, full = self._sets, self._sets.degree + 1
        hankel = moments.T[:, np.add.outer(np.arange(full), np.arange(full))]
        blocks = sets.polynomials @ hankel @ sets.polynomials.transpose(0, 2, 1)
        band = np.zeros((full, int(sets.columns[-1])))
        for a in range(full):
            for b in range(a, full):
                band[b - a, sets.first + a] += blocks[:, b, a]
        root = np.sqrt(np.where(band[0] > 0, band[0], 1.0))
        band /= root
        for offset in range(1, full):
            band[offset, :-offset] /= root[offset:]
        band[0] = np.where(band[0] > 0, 1.0, 0.0)
        self._root = root
        self.determined = np.ones(sets.count, dtype=bool)
        while True:
            factor, failed = dpbtrf(band, lower=1)
            if failed <= 0:
                break
            lost = self._give_up(np.array([failed - 1]))
            band[:, lost] = 0.0
            band[0, lost] = 1.0
        self._factor = factor
        weak = np.flatnonzero(~(factor[0] ** 2 > _SMALLEST_PIVOT))
        self._lost = self._give_up(weak) | self._columns_of(~self.determined)

    def _give_up(self, columns: IntArray) -> BoolArray:
        """Mark the sets of some columns as not determined; return which columns are theirs."""
        given_up = np.zeros(self._sets.count, dtype=bool)
        given_up[np.searchsorted(self._sets.columns, columns, side="right")] = True
        self.determined &= ~given_up
        return self._columns_of(given_up)

    def _columns_of(self, chosen: BoolArray) -> BoolArray:
        sizes = np.diff(self._sets.columns, prepend=0)
        return np.repeat(chosen, sizes)

    def fitted(self, y: FloatArray) -> FloatArray:
        """Return the curve of each set at all samples.

        Parameters
        ----------
        y : ndarray, shape (n,)
            Ordinates; finite where a weight is not zero.

        Returns
        -------
        ndarray, shape (s, n)
            NaN for sets that the samples do not determine.
        """
        sets = self._sets
        vector = sets.sums(sets.powers * (self._weight * sets.tiled(y)))
        for at, value in sets.held:
            interval, powers = sets.powers_at(at)
            vector[:, interval] += _HELD * self._per_set * value * powers[: sets.degree + 1]
        right = np.zeros(self._root.size)
        shares = np.einsum("jap,pj->aj", sets.polynomials, vector)
        for a in range(sets.degree + 1):
            right[sets.first + a] += shares[a]
        right[self._lost] = np.nan
        return self._curves(self._solved(right))

    def _solved(self, right: FloatArray) -> FloatArray:
        right = np.where(self._lost, 0.0, right) / self._root
        solved: FloatArray = dpbtrs(self._factor, right, lower=1)[0]
        return np.where(self._lost, np.nan, solved / self._root)

    def _curves(self, coefficients: FloatArray) -> FloatArray:
        sets = self._sets
        local = coefficients[sets.first[:, None] + np.arange(sets.degree + 1)]
        terms = np.einsum("ja,jap->pj", local, sets.polynomials)
        u = sets.powers[1]
        values: FloatArray = terms[sets.degree][sets.interval]
        for power in range(sets.degree - 1, -1, -1):
            values *= u
            values += terms[power][sets.interval]
        return values.reshape(sets.count, sets.n_samples)
