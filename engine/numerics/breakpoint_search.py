"""The fewest breakpoints that a curve needs.

Law+2025 (Sec. 5.1) use "the minimum number of spline break points necessary to convincingly fit
broad variations". Here an information criterion decides what convinces, with the noise measured at
the frequencies that breakpoints could follow; samples held out have a veto; what is periodic is
not followed.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaln

from engine.arrays import BoolArray, FloatArray, freeze
from engine.errors import FitError
from engine.numerics.breakpoints import Breakpoints, even
from engine.numerics.correlated_noise import local_scatter, noise_power
from engine.numerics.held_out import best_predicting
from engine.numerics.periodic_residuals import Periodic, periodic_part
from engine.numerics.spline_leave_out import thinned_curves
from engine.numerics.spline_sets import SplineSets, WeightedSets
from engine.numerics.splines import Rejection, SplineSpace, fit_spline

_MOST_BREAKPOINTS = 32
_SAMPLES_PER_BREAKPOINT = 24  # at least
_MOST_SAMPLES = 4000  # more are averaged in groups: a smooth curve does not need them
_REJECTION = Rejection(4.0, 4.0)
_ROUNDS = 3
_FEWEST_CYCLES = 6.0  # what swings less often over the band may be the response itself
_FOLLOWING = 8  # breakpoints that can follow so few cycles
_BACKFITS = 6
_SETTLED = 0.1  # sigma
_STIFF = (4, 6, 8, 10)  # breakpoints of the curves that fringes are told from
_RIVALS = 3  # sets with more breakpoints that the held-out samples compare


@dataclass(frozen=True, eq=False, slots=True)
class Proposal:
    """Breakpoints that the data ask for.

    Attributes
    ----------
    breakpoints : tuple of float
        The fewest, increasing.
    x, choice_error : ndarray, shape (m,)
        How uncertain the curve is because other sets of breakpoints do about as well: the root of
        the mean square distance of their curves, with Akaike weights.
    """

    breakpoints: Breakpoints
    x: FloatArray
    choice_error: FloatArray


def propose_breakpoints(
    x: FloatArray,
    y: FloatArray,
    space: SplineSpace,
    *,
    error: FloatArray,
    weight: FloatArray | None = None,
    start: BoolArray | None = None,
) -> Proposal:
    """Find the fewest breakpoints with which a spline follows ``y(x)``.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Wavelength, increasing, about evenly spaced. Unit: um.
    y : ndarray, shape (n,)
        Ordinate. NaN: no measurement.
    space : SplineSpace
        Limits, degree, breaks and held points; its breakpoints do not matter.
    error : ndarray, shape (n,)
        One standard deviation of ``y``, up to a factor. Not positive: not used.
    weight : ndarray, shape (n,), optional
        Factor on the weight; 0 leaves a sample out.
    start : ndarray of bool, shape (n,), optional
        Samples to begin the rejection with.

    Returns
    -------
    Proposal
        Empty where one polynomial suffices or samples are too few to tell.

    Raises
    ------
    FitError
        If not even a curve without breakpoints can be fitted.

    Notes
    -----
    Candidates are 0 to 32 evenly spaced breakpoints, one per 24 samples at most, and what remains
    of the finest set when the least needed breakpoint is taken away again and again. The criterion
    is ``chi2 / S + p ln(m) + g`` with p the number of breakpoints, S the power of the residuals
    next to the frequencies that the finest curve absorbs, so that correlated noise convinces less,
    and m the number of independent samples, for white noise all of them (Schwarz 1978); g is 0
    for even sets and twice the logarithm of the number of ways to choose so many places for
    thinned ones (Chen & Chen 2008). Then 5-fold cross-validation in blocks must not find that
    more breakpoints predict better by 3 sigma. Sinusoids in 1/x that show in most of the band are
    subtracted before. Outliers are rejected about the curve of each round.
    """
    weight = np.ones(x.size) if weight is None else weight
    curve, used = _prepared(x, y, space, error, weight, start)
    most = min(_MOST_BREAKPOINTS, curve.x.size // _SAMPLES_PER_BREAKPOINT)
    proposal = Proposal((), curve.x, np.zeros(curve.x.size))
    used = _first_mask(curve, used, min(most, _STIFF[-1]))
    sets = SplineSets.of(curve.x, space, [even(space.limits, n) for n in range(most + 1)])
    for _ in range(_ROUNDS):
        proposal = _search(curve, used, sets)
        kept = _without_outliers(curve, proposal.breakpoints, used)
        if np.array_equal(kept, used):
            break
        used = kept
    return proposal


@dataclass(frozen=True, eq=False, slots=True)
class _Curve:
    """The samples of a search, all usable."""

    x: FloatArray
    y: FloatArray
    error: FloatArray
    weight: FloatArray
    space: SplineSpace

    def kept(self, breakpoints: Breakpoints, used: BoolArray) -> BoolArray:
        """Return the samples that a clipped fit keeps, begun with those in use."""
        own = tuple(at for at in breakpoints if at not in self.space.breaks)
        return fit_spline(
            self.x,
            self.y,
            replace(self.space, breakpoints=own),
            error=self.error,
            weight=self.weight,
            rejection=_REJECTION,
            start=used,
        ).used

    def weights(self, used: BoolArray) -> FloatArray:
        """Return the weight of each sample in a fit."""
        return np.where(used, self.weight / self.error**2, 0.0)

    def chi2(self, values: FloatArray, used: BoolArray) -> FloatArray:
        """Return chi2 of curves, shape (s, n)."""
        squares: FloatArray = (self.y - values) ** 2 @ self.weights(used)
        return squares

    def deviation(self, values: FloatArray, used: BoolArray) -> FloatArray:
        """Return residuals over errors; 0 for samples not in use."""
        return np.where(used, (self.y - values) / self.error, 0.0)


@dataclass(frozen=True, eq=False, slots=True)
class _Candidate:
    """A set of breakpoints and how well it does."""

    breakpoints: Breakpoints
    values: FloatArray
    chi2: float
    choosing: float = 0.0  # price of choosing the places among many

    def criterion(self, penalty: float) -> float:
        return self.chi2 + penalty * len(self.breakpoints) + self.choosing


@dataclass(frozen=True, eq=False, slots=True)
class _Judged:
    """What was tried, and by what it is judged."""

    candidates: list[_Candidate]
    even_values: FloatArray  # the curves of the even sets, one a row; NaN: not determined
    noise: float
    penalty: float  # of a breakpoint

    def best(self) -> _Candidate:
        return min(self.candidates, key=lambda one: one.criterion(self.penalty))


def _prepared(
    x: FloatArray,
    y: FloatArray,
    space: SplineSpace,
    error: FloatArray,
    weight: FloatArray,
    start: BoolArray | None,
) -> tuple[_Curve, BoolArray]:
    """Return the usable samples, averaged in groups when there are very many."""
    with np.errstate(invalid="ignore"):
        usable = (x >= space.limits[0]) & (x <= space.limits[1]) & np.isfinite(y)
        usable &= (error > 0) & np.isfinite(error) & (weight > 0)
    curve = _Curve(x[usable], y[usable], error[usable], weight[usable], space)
    used = np.ones(curve.x.size, dtype=bool) if start is None else start[usable]
    if curve.x.size <= _MOST_SAMPLES:
        return curve, used
    kept = _first_mask(curve, used, _STIFF[-1])
    groups = np.array_split(np.flatnonzero(kept), _MOST_SAMPLES)
    edges = np.array([group[0] for group in groups])
    inverse = np.where(kept, curve.weight / curve.error**2, 0.0)
    total = np.add.reduceat(inverse, edges)
    averaged = _Curve(
        x=np.add.reduceat(inverse * curve.x, edges) / total,
        y=np.add.reduceat(inverse * curve.y, edges) / total,
        error=1.0 / np.sqrt(total),
        weight=np.ones(edges.size),
        space=space,
    )
    return averaged, np.ones(edges.size, dtype=bool)


def _first_mask(curve: _Curve, used: BoolArray, most: int) -> BoolArray:
    """Return the samples that a clipped fit of ``most`` even breakpoints or fewer keeps."""
    for count in range(most, 0, -1):
        try:
            return curve.kept(even(curve.space.limits, count), used)
        except FitError:
            continue  # a gap in the data: this spacing does not exist
    return curve.kept((), used)


def _without_outliers(curve: _Curve, breakpoints: Breakpoints, used: BoolArray) -> BoolArray:
    """Return the samples that a clipped fit keeps; as they are, if it clips all data away."""
    try:
        return curve.kept(breakpoints, used)
    except FitError:
        return used


def _search(curve: _Curve, used: BoolArray, sets: SplineSets) -> Proposal:
    """Choose among candidates; when fringes explain more than breakpoints do, take them off."""
    finest, values = _finest(curve, used, sets)
    weighed = _with_local_errors(curve, values, used)
    evens = sets.weighted(weighed.weights(used))
    values = evens.only(finest).fitted(weighed.y)[0]
    periodic = _periodic(weighed, used, values, finest / 2.0 + 2.0)
    flat = replace(weighed, y=weighed.y - periodic.values)
    found = _judged(flat, used, evens, finest)
    if len(found.best().breakpoints) >= _FOLLOWING:
        calmer = _explained_by_fringes(flat, used, evens, found)
        if calmer is not None:
            flat = calmer
            found = _judged(flat, used, evens, finest)
    chosen = _after_veto(flat, used, found)
    error = _choice_error(found.candidates, chosen)
    return Proposal(chosen.breakpoints, freeze(flat.x), freeze(error))


def _finest(curve: _Curve, used: BoolArray, sets: SplineSets) -> tuple[int, FloatArray]:
    """Return the most even breakpoints that the samples determine, and the curve."""
    for count in range(sets.count - 1, -1, -1):
        fit = sets.only(count).weighted(curve.weights(used))
        if fit.determined.all():
            return count, fit.fitted(curve.y)[0]
    raise FitError(
        f"{np.count_nonzero(used)} samples do not determine a curve of degree {sets.degree}.",
        hint="Lower the degree or use more samples.",
    )


def _with_local_errors(curve: _Curve, finest: FloatArray, used: BoolArray) -> _Curve:
    """Scale the errors to the scatter about the finest curve, piece by piece."""
    scatter = local_scatter(curve.deviation(finest, used), used)
    return replace(curve, error=curve.error * np.where(scatter > 0, scatter, 1.0))


def _periodic(curve: _Curve, used: BoolArray, values: FloatArray, fewest_cycles: float) -> Periodic:
    """Return the sinusoids about a curve, in the unit of the curve: fringes know no errors."""
    residual = np.where(used, curve.y - values, 0.0)
    cycles = max(_FEWEST_CYCLES, fewest_cycles)
    return periodic_part(curve.x, residual, used, fewest_cycles=cycles)


def _judged(curve: _Curve, used: BoolArray, evens: WeightedSets, finest: int) -> _Judged:
    """Return the even sets and the thinned sets, judged by the noise about the finest curve."""
    values = evens.fitted(curve.y)
    solved = evens.only(finest).solved(curve.y)
    n_free = solved.coefficients.size - len(curve.space.held)
    noise, penalty = _noise_and_penalty(curve.deviation(values[finest], used), used, n_free)
    chi2 = curve.chi2(values, used) / noise
    every = evens.sets.breakpoints
    candidates = [
        _Candidate(every[count], values[count], float(chi2[count]))
        for count in np.flatnonzero(evens.determined)
    ]
    gone, thinned = thinned_curves(solved, curve.x)
    chi2 = curve.chi2(thinned, used) / noise
    prices = _prices(gone.size)
    left = np.sort(gone)
    for number, breakpoint in enumerate(gone):
        left = left[left != breakpoint]
        one = _Candidate(tuple(left.tolist()), thinned[number], float(chi2[number]), prices[number])
        candidates.append(one)
    return _Judged(candidates, values, noise, penalty)


def _noise_and_penalty(deviation: FloatArray, used: BoolArray, n_free: int) -> tuple[float, float]:
    """Return the power of the residuals at the lowest frequencies, and what a breakpoint costs.

    The power is relative to the errors; that of white residuals is their mean square. So many
    independent samples as the two tell enter the cost.
    """
    power, _length = noise_power(deviation, used, n_free, periodic=np.zeros(used.size))
    noise = max(float(power[0]), np.finfo(np.float64).tiny)
    independent = float(np.sum(deviation**2)) / noise
    return noise, float(np.log(max(independent, np.e)))


def _prices(total: int) -> list[float]:
    """Return twice the logarithm of the ways to choose what is left as one after one goes."""
    left = np.arange(total - 1, -1, -1)
    ways = gammaln(total + 1) - gammaln(left + 1) - gammaln(total - left + 1)
    prices: list[float] = (2.0 * ways).tolist()
    return prices


def _explained_by_fringes(
    curve: _Curve, used: BoolArray, evens: WeightedSets, found: _Judged
) -> _Curve | None:
    """Return the samples without slow fringes, if a stiff curve with fringes does better."""
    best: _Curve | None = None
    to_beat = found.best().criterion(found.penalty)
    for count in _STIFF:
        if count >= evens.sets.count or not evens.determined[count]:
            continue
        cycles = count / 2.0 + 2.0
        periodic = _periodic(curve, used, found.even_values[count], cycles)
        if not periodic.n_sinusoids:
            continue
        stiff = evens.only(count)
        calm = curve
        for _ in range(_BACKFITS):  # the stiff curve follows part of a slow fringe
            calm = replace(curve, y=curve.y - periodic.values)
            before = periodic.values
            periodic = _periodic(curve, used, stiff.fitted(calm.y)[0], cycles)
            if np.max(np.abs(periodic.values - before) / curve.error) < _SETTLED:
                break
        chi2 = float(calm.chi2(stiff.fitted(calm.y), used)[0]) / found.noise
        criterion = chi2 + found.penalty * (count + 3 * periodic.n_sinusoids)
        if criterion < to_beat:
            best, to_beat = calm, criterion
    return best


def _after_veto(curve: _Curve, used: BoolArray, found: _Judged) -> _Candidate:
    """Return the fewest breakpoints, from the best upward, that held-out samples do not refute."""
    best = found.best()
    more = sorted(
        (one for one in found.candidates if len(one.breakpoints) > len(best.breakpoints)),
        key=lambda one: one.criterion(2.0),
    )
    compared = [best, *more[:_RIVALS]]
    if len(compared) == 1:
        return best
    holds = best_predicting(
        curve.x[used],
        curve.y[used],
        curve.space,
        [one.breakpoints for one in compared],
        error=curve.error[used] * np.sqrt(found.noise),
    )
    return compared[holds]


def _choice_error(candidates: list[_Candidate], chosen: _Candidate) -> FloatArray:
    """Return the distance of the curves that the data admit (Burnham & Anderson 2002)."""
    values = np.array([one.criterion(2.0) for one in candidates])
    share = np.exp(-0.5 * (values - values.min()))
    share /= share.sum()
    variance = np.zeros(chosen.values.size)
    for one, part in zip(candidates, share, strict=True):
        variance += part * (one.values - chosen.values) ** 2
    spread: FloatArray = np.sqrt(variance)
    return spread
