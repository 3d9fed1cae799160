"""Whether a discontinuity multiplies or adds, told from sources of different brightness."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtrc
from scipy.stats import t

from engine.arrays import FloatArray
from engine.compare.junctions import SourceJunctions, level_of
from engine.counting import counted
from engine.errors import DataError
from engine.model.bands import junctions
from engine.numerics.grouped_regression import as_sigma

JumpKind = Literal["multiplicative", "additive", "none", "differs between sources", "undetermined"]

_MIN_SOURCES = 3
_MIN_BRIGHTNESS_RANGE = 1.5
_NULL_PROBABILITY = 0.0027  # of a Gaussian beyond 3 sigma
_FIT_PROBABILITY = 1e-3  # a model whose chi square noise exceeds less often does not fit
_MOST_SCATTER = 0.5  # of the jump: fewer than 2.3 % of the sources jump the other way
_SIGNIFICANT = 3.0  # sigma
_MOST_DECIMALS = 6
_SOURCES = ("source", "sources")
_GRIDS = (25, 9, 9, 9, 9)  # places of the scatter that are tried, closer each time
_LEAST_GAIN = 1e-6  # of the log-likelihood by a scatter: less is rounding
_MIN_PREFERENCE = 6.0  # twice the difference of log-likelihoods: odds of 20 to 1


@dataclass(frozen=True, slots=True)
class JunctionVerdict:
    """What a discontinuity is, over all sources.

    Attributes
    ----------
    junction : str
        ``"1A|1B"``.
    kind : {"multiplicative", "additive", "none", "differs between sources", "undetermined"}
        ``"none"``: no jump that is significant; ``"differs between sources"``: they scatter by
        more than their errors and half the jump, so that none is common to them;
        ``"undetermined"``: there is a jump, but too few sources, or brightness does not tell
        which.
    evidence : str
        Why, in one sentence with numbers.
    n_sources : int
        Sources with a number.
    factor, factor_error : float
        Mean of right over left if the jump multiplies; scatter between sources included.
    offset, offset_error : float
        Mean of right minus left if it adds, in `unit`; scatter between sources included.
    chi2_none, chi2_multiplicative, chi2_additive : float
        Of no jump, one factor, one offset for all sources, from measurement errors alone; with
        n, n - 1 and n - 1 degrees of freedom. NaN without sources.
    preference : float
        Twice the log-likelihood of the factor over that of the offset, each with a scatter
        between sources of its own kind: positive for multiplicative.
    unit : str
        Unit of `offset`.
    """

    junction: str
    kind: JumpKind
    evidence: str
    n_sources: int
    factor: float
    factor_error: float
    offset: float
    offset_error: float
    chi2_none: float
    chi2_multiplicative: float
    chi2_additive: float
    preference: float
    unit: str


def classify_discontinuities(sources: Sequence[SourceJunctions]) -> tuple[JunctionVerdict, ...]:
    """Judge each of the eleven junctions by its behavior over sources (Law+2025, Sec. 8.1).

    Parameters
    ----------
    sources : sequence of SourceJunctions
        The measured junctions of each source; they should differ in brightness.

    Returns
    -------
    tuple of JunctionVerdict
        In order of wavelength.

    Raises
    ------
    DataError
        If sources are in different units.
    """
    return tuple(judge_junction(sources, junction.name) for junction in junctions())


def judge_junction(
    sources: Sequence[SourceJunctions], junction: str, *, levels: Sequence[float] | None = None
) -> JunctionVerdict:
    """Tell whether a discontinuity multiplies or adds.

    Parameters
    ----------
    sources : sequence of SourceJunctions
        The measured junctions of each source.
    junction : str
        ``"1A|1B"``.
    levels : sequence of float, optional
        Brightness of each source, in the unit of the spectra. By default the mean of the left
        side in the overlap. NaN leaves a source out.

    Returns
    -------
    JunctionVerdict
        Kind and evidence.

    Raises
    ------
    DataError
        If sources are in different units, or ``levels`` are not as many as sources.

    Notes
    -----
    With D the difference right minus left of a source and L its level, a multiplicative jump is
    D = m L with a scatter of s L between sources, an additive one D = a with a scatter s; s is
    that of largest restricted likelihood (Patterson & Thompson 1971), m or a the weighted mean.
    None: the chi square of D = 0 is one that noise exceeds in 0.27 % of cases or more, or the
    jump is below 3 sigma by Student's t. A model fits when noise
    exceeds its chi square, from measurement errors alone, in 0.1 % of cases or more, or when its
    scatter is less than half its jump. Of what fits, the likelier, if by odds of 20 to 1.
    """
    columns, unit = _collect(sources, junction, levels)
    return judge_differences(junction, *columns, unit=unit)


def judge_differences(
    junction: str,
    difference: FloatArray,
    error: FloatArray,
    level: FloatArray,
    *,
    unit: str,
    called: tuple[str, str] = _SOURCES,
) -> JunctionVerdict:
    """Tell whether a discontinuity multiplies or adds, from the numbers of all sources.

    Parameters
    ----------
    junction : str
        ``"1A|1B"``.
    difference, error, level : ndarray, shape (n,)
        Right minus left, its error and the brightness, in ``unit``; finite, errors positive.
    unit : str
        Of all three.
    called : tuple of str, optional
        What the sources are, one and many, in the evidence.

    Returns
    -------
    JunctionVerdict
        As from `judge_junction`.
    """
    if not difference.size:
        return _no_verdict(junction)
    samples = _Samples(junction, unit, difference, error, level, called)
    fits = _Fits(samples.multiplicative(), samples.additive())
    kind = _kind(samples, fits)
    return _verdict(samples, fits, kind)


@dataclass(frozen=True, slots=True)
class _Fit:
    """One amplitude for all sources, with a scatter between them."""

    amplitude: float
    error: float
    scatter: float
    log_likelihood: float
    chi2: float
    freedom: int
    freedom_of_error: float

    @property
    def is_good(self) -> bool:
        """Whether all sources may show this jump, by their errors or with some scatter."""
        by_errors = float(chdtrc(self.freedom, self.chi2)) >= _FIT_PROBABILITY
        return by_errors or self.scatter < _MOST_SCATTER * abs(self.amplitude)

    @property
    def significance(self) -> float:
        """Gaussian sigma of the probability that Student's t gives the amplitude over its error."""
        return as_sigma(2.0 * float(t.sf(abs(self.amplitude) / self.error, self.freedom_of_error)))

    @property
    def is_significant(self) -> bool:
        return self.significance >= _SIGNIFICANT


@dataclass(frozen=True, eq=False, slots=True)
class _Samples:
    """Difference, its error and level of each source with a number."""

    junction: str
    unit: str
    difference: FloatArray
    error: FloatArray
    level: FloatArray
    called: tuple[str, str]

    @property
    def said(self) -> str:
        """How many sources there are, and which."""
        return counted(self.count, *self.called)

    @property
    def count(self) -> int:
        return self.difference.size

    @property
    def brightness_range(self) -> float:
        size = np.abs(self.level)
        return float(size.max() / size.min()) if size.min() > 0 else float("inf")

    @property
    def chi2_none(self) -> float:
        return float(np.sum((self.difference / self.error) ** 2))

    def multiplicative(self) -> _Fit:
        return _fit(self.difference, self.error, self.level)

    def additive(self) -> _Fit:
        return _fit(self.difference, self.error, np.ones(self.count))


@dataclass(frozen=True, slots=True)
class _Fits:
    """One factor, and one offset, for all sources."""

    factor: _Fit
    offset: _Fit

    @property
    def preference(self) -> float:
        return 2.0 * (self.factor.log_likelihood - self.offset.log_likelihood)

    @property
    def likelier(self) -> _Fit:
        return self.factor if self.preference > 0 else self.offset


def _collect(
    sources: Sequence[SourceJunctions], junction: str, levels: Sequence[float] | None
) -> tuple[FloatArray, str]:
    """Return difference, error and level of the sources with a number, a row each, and the unit."""
    if levels is not None and len(levels) != len(sources):
        raise DataError(f"{len(levels)} levels do not match {len(sources)} sources.")
    rows, units = [], set()
    for at, source in enumerate(sources):
        measure = next(m for m in source.measures if m.junction == junction)
        if not measure.difference_error > 0:
            continue
        level = level_of(measure) if levels is None else levels[at]
        if math.isfinite(level):
            rows.append((measure.difference, measure.difference_error, level))
            units.add(measure.unit or "no unit")
    if len(units) > 1:
        raise DataError(
            f"Sources in {' and '.join(sorted(units))} cannot be compared at {junction}.",
            hint="Choose sources in one unit.",
        )
    columns = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return columns, units.pop() if units else ""


def _fit(difference: FloatArray, error: FloatArray, shape: FloatArray) -> _Fit:
    """Fit difference = amplitude * shape with a scatter in proportion to ``shape``.

    The scatter is that of largest restricted likelihood; models of different shape are compared
    by the plain one, since the restricted one depends on the shape itself.
    """
    squares, noise = shape**2, error**2
    terms = np.stack([squares, difference * shape, difference**2], axis=1)

    def at(scatter: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        variance = noise + scatter[:, None] ** 2 * squares
        information, product, power = ((1.0 / variance) @ terms).T
        amplitude = product / information
        left = np.maximum(power - amplitude * product, 0.0)
        return amplitude, information, -0.5 * (left + np.sum(np.log(variance), axis=1))

    def restricted(scatter: FloatArray) -> FloatArray:
        _, information, likelihood = at(scatter)
        lost: FloatArray = likelihood - 0.5 * np.log(information)
        return lost

    plain = float(at(np.zeros(1))[0][0])
    chi_square = float(np.sum(((difference - plain * shape) / error) ** 2))
    typical = float(np.median(np.abs(shape)))
    largest = float(np.max(np.abs(difference)) + np.max(error)) / (typical or 1.0)
    likeliest = _best_scatter(lambda scatter: at(scatter)[2], largest)
    # one source says nothing of a scatter: its restricted likelihood is flat
    scatter = _best_scatter(restricted, largest) if difference.size > 1 else 0.0
    amplitude, information, _ = (float(one[0]) for one in at(np.array([scatter])))
    return _Fit(
        amplitude,
        information**-0.5,
        scatter,
        float(at(np.array([likeliest]))[2][0]),
        chi_square,
        max(difference.size - 1, 1),
        _freedom_of_error(squares / (noise + scatter**2 * squares), scatter),
    )


def _best_scatter(likelihood: Callable[[FloatArray], FloatArray], largest: float) -> float:
    """Return the scatter of largest likelihood, on a grid of logarithms, finer each time."""
    low, high = np.log(largest * 1e-8), np.log(largest * 10.0)
    for points in _GRIDS:
        grid = np.linspace(low, high, points)
        found = likelihood(np.exp(grid))
        best, step = grid[np.argmax(found)], grid[1] - grid[0]
        low, high = best - step, best + step
    none = float(likelihood(np.zeros(1))[0])
    return float(np.exp(best)) if float(np.max(found)) > none + _LEAST_GAIN else 0.0


def _freedom_of_error(weights: FloatArray, scatter: float) -> float:
    """Return the degrees of freedom of the error; infinite where it is that of the errors alone.

    Satterthwaite: 2 V^2 / var(V), V = 1 / sum of the weights being the variance of the amplitude
    and var(V) following from the information that the restricted likelihood has on the scatter;
    1 at least.
    """
    if not scatter > 0:
        return float("inf")
    first, second, third = (float(np.sum(weights**power)) for power in (1, 2, 3))
    freedom = (first / second) ** 2 * (second - 2.0 * third / first + (second / first) ** 2)
    return max(freedom, 1.0)


def _kind(samples: _Samples, fits: _Fits) -> JumpKind:
    if float(chdtrc(samples.count, samples.chi2_none)) > _NULL_PROBABILITY:
        return "none"
    if samples.count < _MIN_SOURCES:
        return "undetermined"
    if not (fits.factor.is_good or fits.offset.is_good):
        return "differs between sources"
    if not (fits.factor.is_significant or fits.offset.is_significant):
        return "none"
    is_even = abs(fits.preference) < _MIN_PREFERENCE
    if is_even or samples.brightness_range < _MIN_BRIGHTNESS_RANGE:
        return "undetermined"
    return _likelier(fits)


def _likelier(fits: _Fits) -> JumpKind:
    """Return the kind of the likelier model, if it fits and its jump is significant."""
    if not fits.likelier.is_good:
        return "differs between sources"
    if not fits.likelier.is_significant:
        return "none"
    return "multiplicative" if fits.preference > 0 else "additive"


def _no_jump(samples: _Samples, fits: _Fits) -> str:
    if float(chdtrc(samples.count, samples.chi2_none)) > _NULL_PROBABILITY:
        return f"The levels agree in {samples.said}: χ² {samples.chi2_none:.1f} for no jump."
    return f"No jump beyond 3 σ in {samples.said}: {_factor(fits)} or {_offset(samples, fits)}."


def _differs(samples: _Samples, fits: _Fits) -> str:
    return (
        f"The jump is not the same for all: {_factor(fits)} on average over {samples.said}, which "
        f"scatter by {100 * fits.factor.scatter:.2f} % (χ² {fits.factor.chi2:.1f} for one factor); "
        f"or {_offset(samples, fits)}, scatter {fits.offset.scatter:.2g} (χ² "
        f"{fits.offset.chi2:.1f} for one offset)."
    )


def _factor(fits: _Fits) -> str:
    said = f"{_signed(100 * fits.factor.amplitude, '.2f')} ± {100 * fits.factor.error:.2f} %"
    return said + _by_students_t(fits.factor)


def _by_students_t(fit: _Fit) -> str:
    """Return the sigma of a jump that its error alone would make significant."""
    if fit.is_significant or abs(fit.amplitude) < _SIGNIFICANT * fit.error:
        return ""
    return f" ({fit.significance:.1f} σ by Student's t)"


def _offset(samples: _Samples, fits: _Fits) -> str:
    value, error = fits.offset.amplitude, fits.offset.error
    decimals = 1 - int(np.floor(np.log10(error)))
    if not 0 <= decimals <= _MOST_DECIMALS:
        said = f"{_signed(value, '.2e')} ± {error:.1e} {samples.unit}"
    else:
        said = f"{_signed(value, f'.{decimals}f')} ± {error:.{decimals}f} {samples.unit}"
    return said + _by_students_t(fits.offset)


def _multiplies(samples: _Samples, fits: _Fits) -> str:
    fit = fits.factor
    return (
        f"The jump grows with the flux: {_factor(fits)} in {samples.said}, scatter "
        f"{100 * fit.scatter:.2f} %; χ² {fit.chi2:.1f} for one factor, "
        f"{fits.offset.chi2:.1f} for one offset."
    )


def _adds(samples: _Samples, fits: _Fits) -> str:
    fit = fits.offset
    return (
        f"The jump is the same at any flux: {_offset(samples, fits)} in {samples.said}, scatter "
        f"{fit.scatter:.2g}; χ² "
        f"{fit.chi2:.1f} for one offset, {fits.factor.chi2:.1f} for one factor."
    )


def _signed(value: float, digits: str) -> str:
    return f"{value:+{digits}}".replace("-", "\N{MINUS SIGN}")


def _cannot_tell(samples: _Samples, fits: _Fits) -> str:
    jump = f"There is a jump (χ² {samples.chi2_none:.1f} for none in {samples.said}), but "
    if samples.count < _MIN_SOURCES:
        return f"{jump}three or more sources are needed to tell what it is."
    if samples.brightness_range < _MIN_BRIGHTNESS_RANGE:
        return f"{jump}the sources differ in brightness by {samples.brightness_range:.2f} only."
    return (
        f"{jump}χ² {fits.factor.chi2:.1f} for one factor and "
        f"{fits.offset.chi2:.1f} for one offset do not tell which."
    )


_EVIDENCE = {
    "none": _no_jump,
    "differs between sources": _differs,
    "multiplicative": _multiplies,
    "additive": _adds,
    "undetermined": _cannot_tell,
}


def _no_verdict(junction: str) -> JunctionVerdict:
    nan = float("nan")
    evidence = f"No source has a number at {junction}."
    return JunctionVerdict(
        junction, "undetermined", evidence, 0, nan, nan, nan, nan, nan, nan, nan, nan, ""
    )


def _verdict(samples: _Samples, fits: _Fits, kind: JumpKind) -> JunctionVerdict:
    return JunctionVerdict(
        junction=samples.junction,
        kind=kind,
        evidence=_EVIDENCE[kind](samples, fits),
        n_sources=samples.count,
        factor=1.0 + fits.factor.amplitude,
        factor_error=fits.factor.error,
        offset=fits.offset.amplitude,
        offset_error=fits.offset.error,
        chi2_none=samples.chi2_none,
        chi2_multiplicative=fits.factor.chi2,
        chi2_additive=fits.offset.chi2,
        preference=fits.preference,
        unit=samples.unit,
    )
