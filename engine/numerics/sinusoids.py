"""Sinusoids under a slowly varying background, one after the other, while there is evidence.

Each new sinusoid starts at the strongest frequency of what is left; then the frequencies, phases
and amplitudes of all are fitted together, jointly with the background. It stays when the
probability of the data grows enough to pay for three more parameters.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze
from engine.numerics.background_spline import BackgroundSpline, WeightedBackground, bisquare
from engine.numerics.periodograms import PeriodogramGrid, noise_level
from engine.numerics.robust import running_median

_LOOK_CLOSER = 8.0  # power over noise below which no sinusoid can pay for itself
_STEP_CYCLES = 0.3  # most that a frequency moves in one step, in cycles over the range
_STABLE_CYCLES = 1e-3
_RESOLVED_CYCLES = 0.8  # over the range
_STEPS_WHILE_SEARCHING = 1
_STEPS_AT_THE_END = 15
_REWEIGHTINGS = 2
_NEIGHBORS = 5  # samples of which three or more stand off in a line
_RIDGE = 1e-9


@dataclass(frozen=True, slots=True)
class FrequencyRange:
    """A range in which sinusoids are looked for.

    Attributes
    ----------
    lowest, highest : float
        Unit: cycles per unit of x.
    most : int
        Most sinusoids in it.
    """

    lowest: float
    highest: float
    most: int


@dataclass(frozen=True, slots=True)
class SinusoidSearch:
    """What is looked for.

    Attributes
    ----------
    ranges : tuple of FrequencyRange
        Where; one or more, apart from each other.
    noise_range : tuple of float
        Range of frequencies that the noise is judged by. Unit: cycles per unit of x.
    largest : float
        Largest amplitude that is believed.
    least_evidence : float
        What the logarithm (base 10) of the evidence must grow by for one more sinusoid.
    domain : float
        Residuals beyond this many standard deviations do not count.
    """

    ranges: tuple[FrequencyRange, ...]
    noise_range: tuple[float, float]
    largest: float
    least_evidence: float = 1.0
    domain: float = 5.0


@dataclass(frozen=True, eq=False, slots=True)
class Sinusoids:
    """A sum of sinusoids: Σ c cos(2π f x) + s sin(2π f x).

    Attributes
    ----------
    frequency : ndarray, shape (k,)
        Cycles per unit of x.
    cosine, sine : ndarray, shape (k,)
        c and s, in the unit of the values.
    evidence : ndarray, shape (k,)
        By how much each raised the logarithm (base 10) of the evidence when it was found.
    place : ndarray of int, shape (k,)
        Which of the ranges of the search each is in.
    """

    frequency: FloatArray
    cosine: FloatArray
    sine: FloatArray
    evidence: FloatArray
    place: IntArray

    @property
    def size(self) -> int:
        """How many."""
        return self.frequency.size

    @property
    def amplitude(self) -> FloatArray:
        """Half of peak to peak of each, shape (k,)."""
        amplitude: FloatArray = np.hypot(self.cosine, self.sine)
        return amplitude

    def of(self, place: int) -> "Sinusoids":
        """Return those in one of the ranges."""
        kept = self.place == place
        parts = (self.frequency, self.cosine, self.sine, self.evidence, self.place)
        return Sinusoids(*(freeze(part[kept]) for part in parts))

    def at(self, x: FloatArray) -> FloatArray:
        """Return the sum at ``x``, shape (n,)."""
        angle = 2.0 * np.pi * np.multiply.outer(x, self.frequency)
        total: FloatArray = np.cos(angle) @ self.cosine + np.sin(angle) @ self.sine
        return total

    def envelope(self, x: FloatArray) -> FloatArray:
        """Return half of peak to peak of the beats at ``x``, shape (n,)."""
        turning = np.exp(2j * np.pi * np.multiply.outer(x, self.frequency))
        envelope: FloatArray = np.abs(turning @ (self.cosine - 1j * self.sine))
        return envelope


_NONE = freeze(np.zeros(0))
NO_SINUSOIDS = Sinusoids(_NONE, _NONE, _NONE, _NONE, freeze(np.zeros(0, dtype=np.int64)))


def find_sinusoids(
    x: FloatArray,
    deviation: FloatArray,
    weight: FloatArray,
    spline: BackgroundSpline,
    search: SinusoidSearch,
) -> tuple[Sinusoids, WeightedBackground]:
    """Find sinusoids in deviations from a background.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissae, strictly increasing. Best with their mean near zero.
    deviation : ndarray, shape (n,)
        Data over background, minus 1 (or any deviation); finite.
    weight : ndarray, shape (n,)
        Inverse variance up to a factor; 0 leaves a sample out.
    spline : BackgroundSpline
        What the sinusoids lie on: it takes part in every fit.
    search : SinusoidSearch
        Where to look, and when to stop.

    Returns
    -------
    sinusoids : Sinusoids
        In the order they were found; none when there is no evidence.
    background : WeightedBackground
        The background's fit with the weights of the last round: outliers count less.

    Notes
    -----
    Evidence in Laplace's approximation. Prior: amplitude and phase even over a disk of radius
    ``largest``, frequency even over its range. With P half of what the sinusoid takes off chi2 over
    the noise s2 (from the median of the periodogram around its frequency, so that neither
    correlated noise nor wrong errors count as evidence), A its amplitude, W the sum of weights and
    v the variance of x,
    ln Z1/Z0 = P - ln(W largest² / 4 s2) - ln(range sqrt(pi W v A² / s2)).
    """
    hunt = _Hunt(x, deviation, weight, spline, search)
    while (candidate := hunt.strongest()) is not None:
        if hunt.is_rough and hunt.is_near(candidate.frequency):
            hunt.settle()
        elif not hunt.add(candidate):
            break
    return hunt.found, hunt.background


def refine_sinusoids(
    x: FloatArray,
    deviation: FloatArray,
    weight: FloatArray,
    spline: BackgroundSpline,
    sinusoids: Sinusoids,
    search: SinusoidSearch,
) -> Sinusoids:
    """Fit sinusoids anew, from their frequencies, until these and the outliers are stable.

    Parameters
    ----------
    x, deviation, weight, spline
        As for `find_sinusoids`.
    sinusoids : Sinusoids
        Start values; one or more.
    search : SinusoidSearch
        Range of frequencies.

    Returns
    -------
    Sinusoids
        As many as before; those that would grow larger than is believed stay what they were.
    """
    used = weight > 0
    refined = sinusoids
    background = spline.weighted(weight)
    for _ in range(_REWEIGHTINGS):
        left = background.remainder(deviation - refined.at(x))
        background = spline.weighted(weight * _trust(left, used, search))
        fitted, _ = _fitted(x, deviation, background, refined, search, steps=_STEPS_AT_THE_END)
        if fitted.amplitude.max() > search.largest:
            break
        refined = fitted
    return refined


class _Candidate(NamedTuple):
    frequency: float
    noise: float  # power around it
    place: int  # of its range in the search


class _Hunt:
    """A search in progress: what was found, and what is left."""

    def __init__(
        self,
        x: FloatArray,
        deviation: FloatArray,
        weight: FloatArray,
        spline: BackgroundSpline,
        search: SinusoidSearch,
    ) -> None:
        self._x, self._deviation, self._weight = x, deviation, weight
        self._spline, self._search = spline, search
        self._used = weight > 0
        highest = max(search.noise_range[1], *(one.highest for one in search.ranges))
        self._grid = PeriodogramGrid(x, highest=highest)
        self.found = NO_SINUSOIDS
        self.is_rough = False  #: whether the last frequencies are not settled yet
        self._look_at(deviation)

    def strongest(self) -> _Candidate | None:
        """Return the strongest frequency where more are allowed; `None`: nothing stands out."""
        periodogram = self._grid.of(self._left, self.background.weight)
        frequency, power = periodogram.frequency, periodogram.power
        level = noise_level(periodogram, self._search.noise_range)
        best: tuple[float, _Candidate] | None = None
        for place, one in enumerate(self._search.ranges):
            inside = np.flatnonzero((frequency >= one.lowest) & (frequency <= one.highest))
            if not inside.size or np.count_nonzero(self.found.place == place) >= one.most:
                continue
            at = int(inside[np.argmax((power / level)[inside])])
            height = float(power[at] / level[at])
            if height > (_LOOK_CLOSER if best is None else best[0]):
                best = height, _Candidate(float(frequency[at]), float(level[at]), place)
        return None if best is None else best[1]

    def is_near(self, frequency: float) -> bool:
        """Tell whether a frequency is not resolved from one found before."""
        away = np.abs(self.found.frequency - frequency) * self._grid.span
        return bool(np.any(away < _RESOLVED_CYCLES))

    def settle(self) -> None:
        """Fit what was found until it is stable: a rough fit leaves ghosts beside its peaks."""
        self.found = refine_sinusoids(
            self._x, self._deviation, self._weight, self._spline, self.found, self._search
        )
        self.is_rough = False
        self._look_at(self._deviation - self.found.at(self._x))

    def add(self, candidate: _Candidate) -> bool:
        """Add a sinusoid if there is evidence for it; return whether it was added."""
        search, weight, found = self._search, self.background.weight, self.found
        start = Sinusoids(
            np.append(found.frequency, candidate.frequency),
            found.cosine,
            found.sine,
            found.evidence,
            np.append(found.place, candidate.place),
        )
        more, left = _fitted(self._x, self._deviation, self.background, start, search)
        taken = 0.5 * float(weight @ (self._left**2 - left**2)) / candidate.noise
        gain = _gain(self._x, weight, taken, candidate, float(more.amplitude[-1]), search)
        if gain < search.least_evidence or more.amplitude.max() > search.largest:
            return False
        self.found = replace(more, evidence=freeze(np.append(found.evidence, gain)))
        self.is_rough = True
        self._look_at(left)
        return True

    def _look_at(self, left: FloatArray) -> None:
        """Weigh the samples by what is left of them, and keep what is left after the background."""
        trust = _trust(left, self._used, self._search)
        self.background = self._spline.weighted(self._weight * trust)
        self._left = self.background.remainder(self._deviation - self.found.at(self._x))


def _trust(left: FloatArray, used: BoolArray, search: SinusoidSearch) -> FloatArray:
    """Return less than 1 for samples that stand off, alone or, like a line, with neighbors."""
    together = running_median(left, used, _NEIGHBORS)
    trust: FloatArray = bisquare(left, used, domain=search.domain)
    return trust * bisquare(together, used, domain=search.domain)


def _gain(
    x: FloatArray,
    weight: FloatArray,
    power: float,
    candidate: _Candidate,
    amplitude: float,
    search: SinusoidSearch,
) -> float:
    """Return by how much the logarithm of the evidence grows with one more sinusoid."""
    noise, around = candidate.noise, search.ranges[candidate.place]
    total = float(weight.sum())
    center = float(weight @ x) / total
    variance = float(weight @ (x - center) ** 2) / total
    disk = np.log(total * search.largest**2 / (4.0 * noise))
    width = (around.highest - around.lowest) * amplitude
    line = np.log(max(width * np.sqrt(np.pi * total * variance / noise), 1.0))
    return float((power - disk - line) / np.log(10.0))


def _fitted(
    x: FloatArray,
    deviation: FloatArray,
    background: WeightedBackground,
    start: Sinusoids,
    search: SinusoidSearch,
    *,
    steps: int = _STEPS_WHILE_SEARCHING,
) -> tuple[Sinusoids, FloatArray]:
    """Fit sinusoids of frequencies near those of ``start`` jointly with the background.

    Returns the sinusoids and what they leave of the deviations.
    """
    lowest = np.array([search.ranges[place].lowest for place in start.place])
    highest = np.array([search.ranges[place].highest for place in start.place])
    frequency = start.frequency
    span = float(x[-1] - x[0])
    bare = background.remainder(deviation)
    weight = background.weight
    best: tuple[Sinusoids, FloatArray] | None = None
    least, step = np.inf, np.zeros(frequency.size)
    for number in range(steps + 1):
        angle = 2.0 * np.pi * np.multiply.outer(x, frequency)
        cosine, sine = np.cos(angle), np.sin(angle)
        columns = background.remainder(np.hstack([cosine, sine]))
        weighted = (columns.T * weight).T
        part = _solved(columns.T @ weighted, weighted.T @ bare)
        left = bare - columns @ part
        square = float(weight @ left**2)
        if square < least:
            c, s = np.split(part, 2)
            fitted = replace(start, frequency=freeze(frequency), cosine=freeze(c), sine=freeze(s))
            best, least = (fitted, left), square
            if number == steps:
                break
            slopes = background.remainder(2.0 * np.pi * x[:, None] * (s * cosine - c * sine))
            step = _step(columns, slopes, weight, left)
            step = np.clip(step, -_STEP_CYCLES / span, _STEP_CYCLES / span)
        else:
            step = 0.5 * step  # too far
        assert best is not None
        moved = np.clip(best[0].frequency + step, lowest, highest)
        if float(np.max(np.abs(moved - best[0].frequency))) * span < _STABLE_CYCLES:
            break
        frequency = moved
    assert best is not None
    return best


def _step(
    columns: FloatArray, slopes: FloatArray, weight: FloatArray, left: FloatArray
) -> FloatArray:
    """Return how far least squares would move the frequencies (Gauss-Newton)."""
    everything = np.hstack([columns, slopes])
    weighted = (everything.T * weight).T
    solution = _solved(everything.T @ weighted, weighted.T @ left)
    return solution[columns.shape[1] :]


def _solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Solve normal equations; columns that nearly coincide share what they explain."""
    ridge = _RIDGE * float(np.trace(matrix)) / matrix.shape[0]
    scale = 1.0 / np.sqrt(np.diag(matrix) + ridge)
    scaled = matrix * np.outer(scale, scale)
    scaled[np.diag_indices_from(scaled)] += _RIDGE
    return np.asarray(scale * np.linalg.solve(scaled, scale * right), dtype=np.float64)
