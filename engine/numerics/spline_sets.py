"""Least-squares splines of many sets of breakpoints through the samples of one curve, at once.

On one interval between knots a spline is a polynomial, so all that a fit needs of the interval's
samples are their moments. The moments of all intervals of all sets are summed in one sweep, and
the normal equations of all sets are factorized as one banded matrix without links between sets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpbtrf, dpbtrs

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.numerics.breakpoints import Breakpoints
from engine.numerics.spline_basis import clamped_knots, interval_polynomials, lower_band
from engine.numerics.splines import SplineSpace

_SMALLEST_PIVOT = 1e-11  # of 1: moments are less exact than sums of basis functions
_HELD = 1e5  # weight of a held point, in sums of the weights of all samples


@dataclass(frozen=True, eq=False, slots=True)
class SplineSets:
    """Splines that share limits, degree, breaks and held points, and differ in breakpoints.

    What belongs to an interval comes interval by interval, set after set; what belongs to a
    sample comes sample by sample, set after set.

    Attributes
    ----------
    breakpoints : tuple of tuple of float
        The sets.
    n_samples, degree : int
        Number of samples; degree of the pieces.
    held : tuple of (float, float)
        Points (x, y) that the curves must pass.
    knots : ndarray
        Knots of all sets, one after the other.
    columns : ndarray of int, shape (s,)
        Where the coefficients of each set end.
    set_of, first : ndarray of int
        Set of each interval, and its first coefficient.
    left, width, polynomials : ndarray
        Where each interval begins, how wide it is, and its basis functions.
    begin, length : ndarray of int
        First sample of each interval, and how many it has.
    interval : ndarray of int, shape (s n,)
        Interval of each sample.
    powers : ndarray, shape (degree + 1, s n)
        Powers of the place of each sample in its interval, 0 to 1.
    """

    breakpoints: tuple[Breakpoints, ...]
    n_samples: int
    degree: int
    held: tuple[tuple[float, float], ...]
    knots: FloatArray
    columns: IntArray
    set_of: IntArray
    first: IntArray
    left: FloatArray
    width: FloatArray
    polynomials: FloatArray
    begin: IntArray
    length: IntArray
    interval: IntArray
    powers: FloatArray

    @classmethod
    def of(cls, x: FloatArray, space: SplineSpace, sets: Sequence[Breakpoints]) -> "SplineSets":
        """Return the splines of some sets of breakpoints.

        Parameters
        ----------
        x : ndarray, shape (n,)
            Abscissae of the samples, not decreasing, inside the limits; one or more.
        space : SplineSpace
            What the splines share; its breakpoints do not matter.
        sets : sequence of tuple of float
            The breakpoints of each spline, increasing, inside the limits; those that are breaks
            too are left out.
        """
        degree = space.degree
        breaks = np.asarray(space.breaks, dtype=np.float64)
        knots_of = {
            one: clamped_knots(
                space.limits,
                np.array([at for at in one if at not in space.breaks]),
                degree=degree,
                breaks=breaks,
            )
            for one in dict.fromkeys(sets)
        }
        parts = [knots_of[one] for one in sets]
        knots = np.concatenate(parts)
        ends = np.cumsum([part.size for part in parts])
        starts = np.flatnonzero(knots[1:] > knots[:-1])
        set_of = np.searchsorted(ends, starts, side="right")
        left = knots[starts]
        width = knots[starts + 1] - left
        begin = np.searchsorted(x, left, side="left")
        begin[np.searchsorted(set_of, np.arange(len(sets)))] = 0
        begin += set_of * x.size
        length = np.diff(begin, append=len(sets) * x.size)
        interval = np.repeat(np.arange(starts.size), length)
        powers = np.empty((degree + 1, interval.size))
        powers[0] = 1.0
        powers[1] = (np.tile(x, len(sets)) - left[interval]) / width[interval]
        for power in range(2, degree + 1):
            np.multiply(powers[power - 1], powers[1], out=powers[power])
        return cls(
            breakpoints=tuple(sets),
            n_samples=x.size,
            degree=degree,
            held=space.held,
            knots=knots,
            columns=ends - (degree + 1) * np.arange(1, len(sets) + 1),
            set_of=set_of,
            first=starts - degree - set_of * (degree + 1),
            left=left,
            width=width,
            polynomials=interval_polynomials(knots, degree, starts),
            begin=begin,
            length=length,
            interval=interval,
            powers=powers,
        )

    @property
    def count(self) -> int:
        """Number of sets."""
        return len(self.breakpoints)

    def only(self, which: int) -> "SplineSets":
        """Return one of the sets, as if it were alone."""
        low, high = np.searchsorted(self.set_of, [which, which + 1])
        from_column = self.columns[which - 1] if which else 0
        samples = slice(which * self.n_samples, (which + 1) * self.n_samples)
        full = self.degree + 1
        knots = slice(from_column + which * full, self.columns[which] + (which + 1) * full)
        return SplineSets(
            breakpoints=self.breakpoints[which : which + 1],
            n_samples=self.n_samples,
            degree=self.degree,
            held=self.held,
            knots=self.knots[knots],
            columns=self.columns[which : which + 1] - from_column,
            set_of=np.zeros(high - low, dtype=np.int64),
            first=self.first[low:high] - from_column,
            left=self.left[low:high],
            width=self.width[low:high],
            polynomials=self.polynomials[low:high],
            begin=self.begin[low:high] - samples.start,
            length=self.length[low:high],
            interval=self.interval[samples] - low,
            powers=self.powers[:, samples],
        )

    def weighted(self, weight: FloatArray) -> "WeightedSets":
        """Return the fits with the given weights.

        Parameters
        ----------
        weight : ndarray, shape (n,) or (s, n)
            Weight of each sample, or of each sample in each set; 0 leaves it out.
        """
        return WeightedSets.of(self, weight)

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sums over each interval of values, shape (m, s n), as shape (m, intervals)."""
        inside = np.minimum(self.begin, values.shape[1] - 1)
        summed: FloatArray = np.add.reduceat(values, inside, axis=1)
        summed[:, self.length == 0] = 0.0
        return summed

    def powers_at(self, at: float) -> tuple[IntArray, FloatArray]:
        """Return the interval of each set that holds a point, and the powers of its place."""
        inside = np.flatnonzero(self.left <= at)
        last = np.searchsorted(self.set_of[inside], np.arange(self.count), side="right") - 1
        interval = inside[last]
        u = (at - self.left[interval]) / self.width[interval]
        return interval, u ** np.arange(2 * self.degree + 1)[:, None]


@dataclass(frozen=True, eq=False, slots=True)
class SolvedSet:
    """The spline of one set of breakpoints, with what tells how certain it is.

    Attributes
    ----------
    knots, coefficients, degree
        The spline.
    inverse_normal : ndarray, shape (size, size)
        Inverse of the normal matrix.
    """

    knots: FloatArray
    coefficients: FloatArray
    degree: int
    inverse_normal: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class WeightedSets:
    """The fits of `SplineSets` with given weights: factorized once, solved for any ordinates.

    Attributes
    ----------
    sets : SplineSets
        The splines.
    weight : ndarray, shape (s n,)
        Weight of each sample in each set.
    factor : ndarray, shape (degree + 1, columns)
        Banded Cholesky factor of the normal equations scaled to a unit diagonal.
    root : ndarray, shape (columns,)
        Root of the diagonal.
    determined : ndarray of bool, shape (s,)
        Whether the samples that weigh something determine the spline of each set.
    """

    sets: SplineSets
    weight: FloatArray
    factor: FloatArray
    root: FloatArray
    determined: BoolArray

    @classmethod
    def of(cls, sets: SplineSets, weight: FloatArray) -> "WeightedSets":
        """Return the fits; see `SplineSets.weighted`."""
        tiled = np.tile(weight, sets.count) if weight.ndim == 1 else weight.ravel()
        degree = sets.degree
        moments = np.empty((2 * degree + 1, sets.first.size))
        lower = sets.powers * tiled
        moments[: degree + 1] = sets.sums(lower)
        moments[degree + 1 :] = sets.sums(lower[degree] * sets.powers[1:])
        for at, _value in sets.held:
            interval, powers = sets.powers_at(at)
            moments[:, interval] += _of_held(sets, tiled) * powers
        hankel = moments.T[:, np.add.outer(np.arange(degree + 1), np.arange(degree + 1))]
        blocks = sets.polynomials @ hankel @ sets.polynomials.transpose(0, 2, 1)
        band = lower_band(blocks, sets.first, int(sets.columns[-1]))
        root = np.sqrt(np.where(band[0] > 0, band[0], 1.0))
        return cls(sets, tiled, *_factorized(band, root, sets.columns))

    def only(self, which: int) -> "WeightedSets":
        """Return the fit of one of the sets, as if it were alone."""
        mine = slice(self.sets.columns[which - 1] if which else 0, self.sets.columns[which])
        n = self.sets.n_samples
        return WeightedSets(
            sets=self.sets.only(which),
            weight=self.weight[which * n : (which + 1) * n],
            factor=self.factor[:, mine],
            root=self.root[mine],
            determined=self.determined[which : which + 1],
        )

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
        return self._curves(self._coefficients(y))

    def solved(self, y: FloatArray) -> SolvedSet:
        """Return the spline of a single set that is determined, at ordinates of shape (n,)."""
        inverse = self._solution(np.eye(self.root.size))
        return SolvedSet(
            knots=self.sets.knots,
            coefficients=self._coefficients(y),
            degree=self.sets.degree,
            inverse_normal=0.5 * (inverse + inverse.T),
        )

    def _coefficients(self, y: FloatArray) -> FloatArray:
        sets = self.sets
        ordinates = np.tile(y, sets.count) if sets.count > 1 else y
        vector = sets.sums(sets.powers * (self.weight * ordinates))
        for at, value in sets.held:
            interval, powers = sets.powers_at(at)
            vector[:, interval] += _of_held(sets, self.weight) * value * powers[: sets.degree + 1]
        shares = np.einsum("jap,pj->aj", sets.polynomials, vector)
        columns = sets.first + np.arange(sets.degree + 1)[:, None]
        right = np.zeros(self.root.size)
        np.add.at(right, columns, shares)
        return self._solution(right)

    def _solution(self, right: FloatArray) -> FloatArray:
        root = self.root if right.ndim == 1 else self.root[:, None]
        solved: FloatArray = dpbtrs(self.factor, right / root, lower=1)[0]
        return solved / root

    def _curves(self, coefficients: FloatArray) -> FloatArray:
        sets = self.sets
        local = coefficients[sets.first[:, None] + np.arange(sets.degree + 1)]
        terms = np.einsum("ja,jap->pj", local, sets.polynomials)
        terms[:, ~self.determined[sets.set_of]] = np.nan
        values: FloatArray = terms[sets.degree][sets.interval]
        for power in range(sets.degree - 1, -1, -1):
            values *= sets.powers[1]
            values += terms[power][sets.interval]
        return values.reshape(sets.count, sets.n_samples)


def _of_held(sets: SplineSets, weight: FloatArray) -> FloatArray:
    """Return what a held point weighs in each set: so much that the curve passes it closely."""
    total: FloatArray = _HELD * weight.reshape(sets.count, sets.n_samples).sum(axis=1)
    return total


def _factorized(
    band: FloatArray, root: FloatArray, columns: IntArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the factor of normal equations, their scale, and which sets are determined."""
    scaled = band / root
    for offset in range(1, band.shape[0]):
        scaled[offset, :-offset] /= root[offset:]
    scaled[0] = np.where(band[0] > 0, 1.0, 0.0)
    determined = np.ones(columns.size, dtype=bool)
    sizes = np.diff(columns, prepend=0)
    while True:
        factor, failed = dpbtrf(scaled, lower=1)
        if failed <= 0:
            break
        lost = int(np.searchsorted(columns, failed - 1, side="right"))
        determined[lost] = False
        its_own = slice(columns[lost] - sizes[lost], columns[lost])
        scaled[:, its_own] = 0.0
        scaled[0, its_own] = 1.0  # no longer in the way of the others
    pivots = np.minimum.reduceat(factor[0] ** 2, columns - sizes)
    return factor, root, determined & (pivots > _SMALLEST_PIVOT)
