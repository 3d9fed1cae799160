"""Jumps at junctions over all sources: against flux and date, and what they are (Law+2025, 8.1)."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.compare.junction_kinds import JunctionVerdict, judge_junction
from engine.compare.junctions import JunctionMeasure, SourceJunctions, level_of
from engine.errors import DataError
from engine.model.bands import junctions
from engine.numerics.grouped_regression import (
    among_many,
    as_sigma,
    chance_of,
    fit_grouped,
    weights_with_scatter,
)

DAYS_PER_YEAR = 365.25
_FEWEST = 4  # a line and its scatter
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class JumpParams:
    """What the user decides about jumps over all sources.

    Attributes
    ----------
    chance : float
        A trend is reported when it arises by chance less often than this, all junctions and both
        flux and date taken together.
    """

    chance: float = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class JumpSource:
    """The measured junctions of one source, and what they are plotted against.

    Attributes
    ----------
    star : str
        Observations of one star are not independent of each other.
    mjd : float
        NaN: not known. Unit: d.
    junctions : SourceJunctions
        What was measured.
    excluded : str
        Why it is left out, in the user's words; ``""``: it is not.
    """

    star: str
    mjd: float
    junctions: SourceJunctions
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class JumpPoint:
    """One junction of one source.

    Attributes
    ----------
    source, star : str
        Target, program and observation; the star.
    junction : str
        ``"1A|1B"``.
    flux : float
        Mean of the left side in the overlap, in the unit of the spectra.
    mjd : float
        NaN: not known. Unit: d.
    ratio, ratio_error : float
        Right over left. NaN: no number.
    difference, difference_error : float
        Right minus left, in the unit of the spectra.
    unit : str
        Of flux and difference.
    reason : str
        Why verdict and trends do not rest on it; ``""``: they do.
    """

    source: str
    star: str
    junction: str
    flux: float
    mjd: float
    ratio: float
    ratio_error: float
    difference: float
    difference_error: float
    unit: str
    reason: str = ""

    @property
    def is_used(self) -> bool:
        """Whether verdict and trends rest on it."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class JumpTrend:
    """How the ratio at one junction changes with flux or date.

    Attributes
    ----------
    junction : str
        ``"1A|1B"``.
    axis : str
        ``"flux"`` (per factor of ten) or ``"date"`` (per year).
    n_used : int
        Sources behind it.
    slope, slope_error : float
        Change of the ratio. NaN: no number.
    middle, level : float
        The line goes through `level` at `middle`: log10 of the flux, or MJD.
    chance : float
        Probability of such a slope by chance, for the best of all that were tried.
    is_reported : bool
        Whether that is below the limit.
    reason : str
        Why there is no number; ``""``: there is.
    """

    junction: str
    axis: str
    n_used: int
    slope: float = _NAN
    slope_error: float = _NAN
    middle: float = _NAN
    level: float = _NAN
    chance: float = _NAN
    is_reported: bool = False
    reason: str = ""

    @property
    def significance(self) -> float:
        """Gaussian sigma of the same probability as `chance`."""
        return as_sigma(self.chance) if np.isfinite(self.chance) else _NAN

    def ratio_at(self, x: FloatArray) -> FloatArray:
        """Return the line at log10 of a flux, or at an MJD; NaN without a number."""
        scale = DAYS_PER_YEAR if self.axis == "date" else 1.0
        line: FloatArray = self.level + self.slope * (np.asarray(x) - self.middle) / scale
        return line


@dataclass(frozen=True, eq=False, slots=True)
class Jumps:
    """Jumps over all sources.

    Attributes
    ----------
    points : tuple of JumpPoint
        Every junction of every source that has both bands, left out or not.
    verdicts : tuple of JunctionVerdict
        The eleven junctions in order of wavelength: multiplicative, additive or none.
    trends : tuple of JumpTrend
        Two a junction: with flux, with date.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    points: tuple[JumpPoint, ...]
    verdicts: tuple[JunctionVerdict, ...]
    trends: tuple[JumpTrend, ...]
    messages: tuple[str, ...] = ()

    def verdict(self, junction: str) -> JunctionVerdict:
        """Return the verdict on ``junction``."""
        return next(one for one in self.verdicts if one.junction == junction)

    def trend(self, junction: str, axis: str) -> JumpTrend:
        """Return the trend of ``junction`` with ``axis``."""
        return next(one for one in self.trends if (one.junction, one.axis) == (junction, axis))

    @property
    def unit(self) -> str:
        """Unit of the sources that are compared; ``""``: none."""
        known = [one for one in self.points if one.unit]
        return next((one.unit for one in known if one.is_used), known[0].unit if known else "")

    def at(self, junction: str) -> tuple[JumpPoint, ...]:
        """Return the points of ``junction`` in the unit that is compared."""
        unit = self.unit
        found = (one for one in self.points if one.junction == junction)
        return tuple(one for one in found if one.unit == unit)


def compare_jumps(sources: Sequence[JumpSource], params: JumpParams = JumpParams()) -> Jumps:
    """Compare the jumps of sources of different brightness and date, junction by junction.

    Parameters
    ----------
    sources : sequence of JumpSource
        At one stage. Those in another unit than most are left out, and say so.
    params : JumpParams, optional
        Limit of trends.

    Returns
    -------
    Jumps
        Points, verdicts and trends.

    Raises
    ------
    DataError
        If there are no sources, or one comes twice.

    Notes
    -----
    Law+2025, Sec. 8.1: bright sources jump by a factor, faint ones by an offset. The verdict is
    that of `judge_junction`; a trend is a straight line through the ratios, stars with
    an offset of their own (`fit_grouped`), its chance that of the best of all slopes tried.
    """
    if not sources:
        raise DataError("There is no source with two neighboring bands.")
    counts = Counter(one.junctions.source for one in sources)
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is not None:
        raise DataError(f"{twice} comes twice.", hint="Give each observation once.")
    unit = _common_unit(sources)
    points = tuple(
        _point(one, measure, unit)
        for one in sources
        for measure in one.junctions.measures
        if measure.wave_um.size
    )
    trends = _trends(points, params)
    verdicts = _verdicts(sources, points, unit)
    return Jumps(points, verdicts, trends, _messages(points, trends, unit))


def _common_unit(sources: Sequence[JumpSource]) -> str:
    """Return the unit of most junctions with a number, Jy of equals."""
    counts = Counter(
        measure.unit
        for one in sources
        for measure in one.junctions.measures
        if math.isfinite(measure.difference)
    )
    return max(counts, key=lambda unit: (counts[unit], unit == "Jy", unit), default="")


def _verdicts(
    sources: Sequence[JumpSource], points: Sequence[JumpPoint], unit: str
) -> tuple[JunctionVerdict, ...]:
    """Judge each junction by the sources that are used, at the levels of their points."""
    levels = {(one.junction, one.source): one.flux for one in points}
    used = [_of_unit(one.junctions, unit) for one in sources if not one.excluded]
    return tuple(
        judge_junction(used, name, levels=[levels.get((name, one.source), _NAN) for one in used])
        for name in (junction.name for junction in junctions())
    )


def _of_unit(source: SourceJunctions, unit: str) -> SourceJunctions:
    """Return the junctions with those in other units taken for unmeasured."""
    kept = tuple(
        one if one.unit == unit else replace(one, difference_error=_NAN) for one in source.measures
    )
    return replace(source, measures=kept)


def _point(source: JumpSource, measure: JunctionMeasure, unit: str) -> JumpPoint:
    return JumpPoint(
        source=source.junctions.source,
        star=source.star,
        junction=measure.junction,
        flux=level_of(measure),
        mjd=source.mjd,
        ratio=measure.ratio,
        ratio_error=measure.ratio_error,
        difference=measure.difference,
        difference_error=measure.difference_error,
        unit=measure.unit,
        reason=source.excluded or _why_not(measure, unit),
    )


def _why_not(measure: JunctionMeasure, unit: str) -> str:
    if not math.isfinite(measure.difference):
        return measure.reason
    if measure.unit != unit:
        return f"It is in {measure.unit or 'no unit'}, most sources in {unit or 'no unit'}."
    return ""


def _trends(points: Sequence[JumpPoint], params: JumpParams) -> tuple[JumpTrend, ...]:
    by_junction: dict[str, list[JumpPoint]] = {junction.name: [] for junction in junctions()}
    for point in points:
        if point.is_used and math.isfinite(point.ratio):
            by_junction[point.junction].append(point)
    numbers = {star: i for i, star in enumerate(dict.fromkeys(one.star for one in points))}
    found = [
        _trend(own, name, axis, numbers)
        for name, own in by_junction.items()
        for axis in ("flux", "date")
    ]
    tried = sum(not one.reason for one in found)
    judged = (
        one if one.reason else replace(one, chance=among_many(one.chance, tried)) for one in found
    )
    return tuple(replace(one, is_reported=bool(one.chance < params.chance)) for one in judged)


def _trend(
    points: Sequence[JumpPoint], junction: str, axis: str, numbers: Mapping[str, int]
) -> JumpTrend:
    if axis == "flux":
        used = [one for one in points if one.flux > 0]
        x = np.log10(np.array([one.flux for one in used]))
    else:
        used = [one for one in points if math.isfinite(one.mjd)]
        x = np.array([one.mjd for one in used])
    if len(used) < _FEWEST or not np.ptp(x) > 0:
        reason = f"{len(used)} sources, {_FEWEST} of different {axis} are needed."
        return JumpTrend(junction, axis, len(used), reason=reason)
    stars: IntArray = np.unique([numbers[one.star] for one in used], return_inverse=True)[1]
    ratio = np.array([one.ratio for one in used])
    weights = weights_with_scatter(ratio, np.array([one.ratio_error for one in used]), stars)
    middle, spread = float(np.average(x, weights=weights)), float(np.std(x))
    design = np.column_stack([np.ones(x.size), (x - middle) / spread])
    fit = fit_grouped(design, ratio, weights, stars, tested=1)
    scale = (DAYS_PER_YEAR if axis == "date" else 1.0) / spread
    return JumpTrend(
        junction,
        axis,
        len(used),
        slope=float(fit.coefficients[1]) * scale,
        slope_error=float(np.sqrt(fit.covariance[1, 1])) * scale,
        middle=middle,
        level=float(fit.coefficients[0]),
        chance=chance_of(fit, 1),
    )


def _messages(
    points: Sequence[JumpPoint], trends: Sequence[JumpTrend], unit: str
) -> tuple[str, ...]:
    said = []
    others = sorted({one.source for one in points if one.unit != unit and one.unit})
    if others:
        said.append(f"In another unit than {unit or 'none'}, and left out: {', '.join(others)}.")
    for one in trends:
        if one.is_reported:
            per = "year" if one.axis == "date" else "factor of ten in flux"
            said.append(
                f"The ratio at {one.junction} changes by {100 * one.slope:+.2f} ± "
                f"{100 * one.slope_error:.2f} % per {per} ({one.significance:.1f} σ)."
            )
    return tuple(said)
