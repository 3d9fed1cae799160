"""Sinusoids under a slowly varying background, one after the other, while there is evidence.

Each new sinusoid starts at the strongest frequency of what is left; then the frequencies, phases
and amplitudes of all are fitted together, jointly with the background. It stays when the
probability of the data grows enough to pay for three more parameters.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.numerics.background_spline import BackgroundSpline, WeightedBackground, bisquare
from engine.numerics.periodograms import PeriodogramGrid, noise_level

_LOOK_CLOSER = 8.0  # power over noise below which no sinusoid can pay for itself
_STEP_CYCLES = 0.3  # most that a frequency moves in one step, in cycles over the range
_STABLE_CYCLES = 1e-3
_STEPS_WHILE_SEARCHING = 1
_STEPS_AT_THE_END = 6
_RIDGE = 1e-9


@dataclass(frozen=True, slots=True)
class SinusoidSearch:
    """What is looked for.

    Attributes
    ----------
    lowest, highest : float
        Range of frequencies. Unit: cycles per unit of x.
    noise_range : tuple of float
        Range of frequencies that the noise is judged by. Unit: cycles per unit of x.
    most : int
        Most sinusoids.
    largest : float
        Largest amplitude that is believed.
    least_evidence : float
        What the logarithm (base 10) of the evidence must grow by for one more sinusoid.
    domain : float
        Residuals beyond this many standard deviations do not count.
    """

    lowest: float
    highest: float
    noise_range: tuple[float, float]
    most: int
    largest: float
    least_evidence: float = 1.0
    domain: float = 10.0


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
    """

    frequency: FloatArray
    cosine: FloatArray
    sine: FloatArray
    evidence: FloatArray

    @property
    def size(self) -> int:
        """How many."""
        return self.frequency.size

    @property
    def amplitude(self) -> FloatArray:
        """Half of peak to peak of each, shape (k,)."""
        amplitude: FloatArray = np.hypot(self.cosine, self.sine)
        return amplitude

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


_NONE = np.zeros(0)
NO_SINUSOIDS = Sinusoids(_NONE, _NONE, _NONE, _NONE)


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
    used = weight > 0
    background = spline.weighted(weight * bisquare(deviation, used, domain=search.domain))
    grid = PeriodogramGrid(x, highest=max(search.highest, search.noise_range[1]))
    found = NO_SINUSOIDS
    left = background.remainder(deviation)
    while found.size < search.most:
        frequency, noise = _strongest(grid, left, background.weight, search)
        if not np.isfinite(frequency):
            break
        more, left_then = _fitted(
            x, deviation, background, np.append(found.frequency, frequency), search
        )
        gain = _gain(x, background.weight, (left, left_then), noise, more, search)
        if gain < search.least_evidence or more.amplitude.max() > search.largest:
            break
        found = replace(more, evidence=freeze(np.append(found.evidence, gain)))
        background = spline.weighted(weight * bisquare(left_then, used, domain=search.domain))
        left = background.remainder(deviation - found.at(x))
    return found, background


def refine_sinusoids(
    x: FloatArray,
    deviation: FloatArray,
    background: WeightedBackground,
    sinusoids: Sinusoids,
    search: SinusoidSearch,
) -> Sinusoids:
    """Fit sinusoids anew, from their frequencies, until these are stable.

    Parameters
    ----------
    x, deviation : ndarray, shape (n,)
        As for `find_sinusoids`.
    background : WeightedBackground
        What they lie on, with the weights of the fit.
    sinusoids : Sinusoids
        Start values.
    search : SinusoidSearch
        Range of frequencies.

    Returns
    -------
    Sinusoids
        As many as before.
    """
    refined, _ = _fitted(
        x, deviation, background, sinusoids.frequency, search, steps=_STEPS_AT_THE_END
    )
    return replace(refined, evidence=sinusoids.evidence)


def _strongest(
    grid: PeriodogramGrid, left: FloatArray, weight: FloatArray, search: SinusoidSearch
) -> tuple[float, float]:
    """Return the strongest frequency and the noise around it; NaN when nothing stands out."""
    periodogram = grid.of(left, weight)
    frequency, power = periodogram.frequency, periodogram.power
    level = noise_level(periodogram, search.noise_range)
    wanted = np.flatnonzero((frequency >= search.lowest) & (frequency <= search.highest))
    if not wanted.size:
        return float("nan"), float("nan")
    at = int(wanted[np.argmax((power / level)[wanted])])
    if not power[at] > _LOOK_CLOSER * level[at]:
        return float("nan"), float("nan")
    return float(frequency[at]), float(level[at])


def _gain(
    x: FloatArray,
    weight: FloatArray,
    left: tuple[FloatArray, FloatArray],
    noise: float,
    more: Sinusoids,
    search: SinusoidSearch,
) -> float:
    """Return by how much the logarithm of the evidence grows with the last sinusoid."""
    before, after = left
    total = float(weight.sum())
    center = float(weight @ x) / total
    variance = float(weight @ (x - center) ** 2) / total
    power = 0.5 * float(weight @ (before**2 - after**2)) / noise
    amplitude = max(float(more.amplitude[-1]), float(np.finfo(np.float64).tiny))
    disk = np.log(total * search.largest**2 / (4.0 * noise))
    width = (search.highest - search.lowest) * amplitude
    line = np.log(max(width * np.sqrt(np.pi * total * variance / noise), 1.0))
    return float((power - disk - line) / np.log(10.0))


def _fitted(
    x: FloatArray,
    deviation: FloatArray,
    background: WeightedBackground,
    frequency: FloatArray,
    search: SinusoidSearch,
    *,
    steps: int = _STEPS_WHILE_SEARCHING,
) -> tuple[Sinusoids, FloatArray]:
    """Fit all sinusoids jointly with the background (Gauss-Newton in the frequencies).

    Returns the sinusoids and what they leave of the deviations.
    """
    span = float(x[-1] - x[0])
    bare = background.remainder(deviation)
    best: tuple[Sinusoids, FloatArray] | None = None
    least = np.inf
    for number in range(steps + 1):
        angle = 2.0 * np.pi * np.multiply.outer(x, frequency)
        cosine, sine = np.cos(angle), np.sin(angle)
        columns = background.remainder(np.hstack([cosine, sine]))
        weighted = (columns.T * background.weight).T
        part = _solved(columns.T @ weighted, weighted.T @ bare)
        left = bare - columns @ part
        square = float(background.weight @ left**2)
        if not square < least:
            break
        c, s = np.split(part, 2)
        best, least = (Sinusoids(freeze(frequency), freeze(c), freeze(s), _NONE), left), square
        if number == steps:
            break
        slopes = background.remainder(2.0 * np.pi * x[:, None] * (s * cosine - c * sine))
        all_columns = np.hstack([columns, slopes])
        weighted = (all_columns.T * background.weight).T
        step = _solved(all_columns.T @ weighted, weighted.T @ left)[2 * frequency.size :]
        step = np.clip(step, -_STEP_CYCLES / span, _STEP_CYCLES / span)
        moved = np.clip(frequency + step, search.lowest, search.highest)
        if float(np.max(np.abs(moved - frequency))) * span < _STABLE_CYCLES:
            break
        frequency = moved
    assert best is not None
    return best


def _solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Solve normal equations; columns that nearly coincide share what they explain."""
    ridge = _RIDGE * float(np.trace(matrix)) / matrix.shape[0]
    scale = 1.0 / np.sqrt(np.diag(matrix) + ridge)
    scaled = matrix * np.outer(scale, scale)
    scaled[np.diag_indices_from(scaled)] += _RIDGE
    return np.asarray(scale * np.linalg.solve(scaled, scale * right), dtype=np.float64)
