"""Jumps at junctions over all sources: against flux and date, and what they are (Law+2025, 8.1)."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze
from engine.compare.junction_kinds import JunctionVerdict, judge_differences
from engine.compare.junctions import JunctionMeasure, SourceJunctions, level_of
from engine.counting import counted
from engine.errors import DataError
from engine.model.bands import junctions
from engine.model.star_names import is_standard_star
from engine.numerics.grouped_regression import (
    among_many,
    as_sigma,
    chance_of_each,
    fit_each_grouped,
    weights_with_scatter,
)

DAYS_PER_YEAR = 365.25
_FEWEST = 4  # a line and its scatter
_NAN = float("nan")
_PLACES = {junction.name: at for at, junction in enumerate(junctions())}
_COLUMNS = ("flux", "ratio", "ratio_error", "difference", "difference_error")
NO_STANDARD = "no standard star: verdict and trends rest on those"
_CALLED = ("source", "sources")
_STANDARDS = ("observation of a standard star", "observations of standard stars")
_DERIVED = ("points", "columns", "units")  # what leaving out does not change


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


@dataclass(frozen=True, eq=False)
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
    vectors : tuple of (str, str)
        Band, and whose vector calibrates it; none as extracted.
    role : str
        What it is, as ``"asteroid"``; ``""``: not known.
    """

    star: str
    mjd: float
    junctions: SourceJunctions
    excluded: str = ""
    vectors: tuple[tuple[str, str], ...] = ()
    role: str = ""

    @cached_property
    def is_standard(self) -> bool:
        """Whether it is a star that models predict."""
        source = self.junctions.source
        return is_standard_star(source.rpartition("/")[0] or source)

    @cached_property
    def points(self) -> tuple["JumpPoint", ...]:
        """Its junctions that have both bands; nothing is left out of them by the user."""
        return tuple(_point(self, one) for one in self.junctions.measures if one.wave_um.size)

    @cached_property
    def columns(self) -> FloatArray:
        """Numbers of the points by junction, shape (11, 5): `_COLUMNS`; NaN: no point."""
        table = np.full((len(_PLACES), len(_COLUMNS)), _NAN)
        for one in self.points:
            table[_PLACES[one.junction]] = [getattr(one, name) for name in _COLUMNS]
        return freeze(table)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Units of the points, each once."""
        return tuple(dict.fromkeys(one.unit for one in self.points))

    def left_out(self, reason: str) -> "JumpSource":
        """Return the source left out for ``reason``; ``""`` brings it back."""
        other = replace(self, excluded=reason)
        kept = {name: self.__dict__[name] for name in _DERIVED if name in self.__dict__}
        other.__dict__.update(kept)
        return other


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
    significance : float
        Of the jump, as measured. NaN: no number. Unit: sigma.
    vectors : str
        Whose vectors calibrate both bands; ``""``: none.
    role : str
        Of the source.
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
    significance: float = _NAN
    vectors: str = ""
    role: str = ""

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
        At one stage. Those in another unit than most are left out, and say so; so are those of
        other objects where a standard star counts.
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
    Law+2025, Sec. 8.1: bright sources jump by a factor, faint ones by an offset. Verdicts and
    trends rest on standard stars, on all sources where none of those counts. The verdict is that
    of `judge_junction`; a trend is a straight line through the ratios, stars with an offset of
    their own (`fit_each_grouped`), its chance that of the best of all slopes tried.
    """
    if not sources:
        raise DataError("There is no source with two neighboring bands.")
    counts = Counter(one.junctions.source for one in sources)
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is not None:
        raise DataError(f"{twice} comes twice.", hint="Give each observation once.")
    unit = _common_unit(sources)
    numbers = np.stack([one.columns for one in sources])
    usable = np.array([_is_usable(one, unit) for one in sources])
    is_standard = np.array([one.is_standard for one in sources])
    has_standards = bool(usable[is_standard].any())
    if has_standards:
        usable[~is_standard] = False
    why = NO_STANDARD if has_standards else ""
    points = tuple(
        point for one in sources for point in _points_in(one, unit, "" if one.is_standard else why)
    )
    trends = _trends(sources, numbers, usable, params)
    verdicts = _verdicts(numbers, usable, unit, called=_STANDARDS if has_standards else _CALLED)
    return Jumps(points, verdicts, trends, _messages(sources, trends, unit))


def _common_unit(sources: Sequence[JumpSource]) -> str:
    """Return the unit of most junctions with a number, Jy of equals."""
    there = {unit for one in sources for unit in one.units}
    if len(there) <= 1:
        return there.pop() if there else ""
    counts = Counter(
        point.unit for one in sources for point in one.points if math.isfinite(point.difference)
    )
    return max(counts, key=lambda unit: (counts[unit], unit == "Jy", unit), default="")


def _points_in(source: JumpSource, unit: str, aside: str) -> tuple[JumpPoint, ...]:
    """Return the points of a source, those that do not count with the reason, first ``aside``."""
    if source.excluded:
        return tuple(replace(one, reason=source.excluded) for one in source.points)
    if aside:
        return tuple(replace(one, reason=one.reason or aside) for one in source.points)
    if all(one == unit for one in source.units):
        return source.points
    return tuple(
        one if one.unit == unit or one.reason else replace(one, reason=_other_unit(one, unit))
        for one in source.points
    )


def _other_unit(point: JumpPoint, unit: str) -> str:
    return f"It is in {point.unit or 'no unit'}, most sources in {unit or 'no unit'}."


def _is_usable(source: JumpSource, unit: str) -> BoolArray:
    """Tell of each junction whether verdict and trends may rest on it."""
    usable = np.zeros(len(_PLACES), dtype=bool)
    for one in () if source.excluded else source.points:
        usable[_PLACES[one.junction]] = one.unit == unit and not one.reason
    return usable


def _verdicts(
    numbers: FloatArray, usable: BoolArray, unit: str, *, called: tuple[str, str]
) -> tuple[JunctionVerdict, ...]:
    """Judge each junction by the sources that are used, at the levels of their points."""
    found = []
    for name, at in _PLACES.items():
        difference, error, level = (
            numbers[:, at, _COLUMNS.index(column)]
            for column in ("difference", "difference_error", "flux")
        )
        kept = usable[:, at] & (error > 0) & np.isfinite(difference) & np.isfinite(level)
        shown = (unit or "no unit") if kept.any() else ""
        found.append(
            judge_differences(
                name, difference[kept], error[kept], level[kept], unit=shown, called=called
            )
        )
    return tuple(found)


def _point(source: JumpSource, measure: JunctionMeasure) -> JumpPoint:
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
        reason=measure.by_construction
        or ("" if math.isfinite(measure.difference) else measure.reason),
        significance=measure.significance,
        role=source.role,
        vectors=" | ".join(
            title
            for band in measure.junction.split("|")
            for name, title in source.vectors
            if name == band
        ),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Line:
    """Ratios of all sources at one junction against flux or date, and which of them count."""

    junction: str
    axis: str
    x: FloatArray
    ratio: FloatArray
    error: FloatArray
    kept: BoolArray

    @property
    def count(self) -> int:
        return int(np.count_nonzero(self.kept))

    @property
    def reason(self) -> str:
        """Why no line can be drawn; ``""``: it can."""
        if self.count < _FEWEST or not np.ptp(self.x[self.kept]) > 0:
            return (
                f"{counted(self.count, 'source')}, {_FEWEST} of different {self.axis} are needed."
            )
        return ""


def _trends(
    sources: Sequence[JumpSource], numbers: FloatArray, usable: BoolArray, params: JumpParams
) -> tuple[JumpTrend, ...]:
    names = {star: i for i, star in enumerate(dict.fromkeys(one.star for one in sources))}
    stars: IntArray = np.array([names[one.star] for one in sources], dtype=np.int64)
    mjd = np.array([one.mjd for one in sources])
    lines = [
        line
        for name, at in _PLACES.items()
        for line in _lines(name, numbers[:, at], usable[:, at], mjd)
    ]
    fitted = iter(_fitted([one for one in lines if not one.reason], stars))
    found = [
        JumpTrend(one.junction, one.axis, one.count, reason=one.reason)
        if one.reason
        else next(fitted)
        for one in lines
    ]
    tried = sum(not one.reason for one in found)
    judged = (
        one if one.reason else replace(one, chance=among_many(one.chance, tried)) for one in found
    )
    return tuple(replace(one, is_reported=bool(one.chance < params.chance)) for one in judged)


def _lines(
    junction: str, numbers: FloatArray, usable: BoolArray, mjd: FloatArray
) -> tuple[_Line, _Line]:
    """Return the ratios at a junction against the logarithm of the flux, and against the date."""
    ratio, error, flux = (
        numbers[:, _COLUMNS.index(column)] for column in ("ratio", "ratio_error", "flux")
    )
    bright = flux > 0
    log_flux = np.log10(np.where(bright, flux, 1.0))
    known = usable & np.isfinite(ratio)
    return (
        _Line(junction, "flux", log_flux, ratio, error, known & bright),
        _Line(junction, "date", mjd, ratio, error, known & np.isfinite(mjd)),
    )


def _fitted(lines: Sequence[_Line], stars: IntArray) -> list[JumpTrend]:
    """Fit a straight line to each, stars with an offset of their own."""
    designs = np.zeros((len(lines), stars.size, 2))
    values, weights = np.zeros((2, len(lines), stars.size))
    known: dict[tuple[str, bytes], FloatArray] = {}  # flux and date mostly share their members
    axes = []
    for at, one in enumerate(lines):
        kept = one.kept
        members = one.junction, kept.tobytes()
        if members not in known:
            known[members] = weights_with_scatter(one.ratio[kept], one.error[kept], stars[kept])
        x, own = one.x[kept], known[members]
        middle, spread = float(np.average(x, weights=own)), float(np.std(x))
        designs[at, kept, 0], designs[at, kept, 1] = 1.0, (x - middle) / spread
        values[at, kept], weights[at, kept] = one.ratio[kept], own
        axes.append((middle, (DAYS_PER_YEAR if one.axis == "date" else 1.0) / spread))
    fits = fit_each_grouped(designs, values, weights, stars, tested=1)
    chances = chance_of_each(fits, 1) if fits else np.zeros(0)
    return [
        JumpTrend(
            one.junction,
            one.axis,
            one.count,
            slope=float(fit.coefficients[1]) * scale,
            slope_error=float(np.sqrt(fit.covariance[1, 1])) * scale,
            middle=middle,
            level=float(fit.coefficients[0]),
            chance=float(chance),
        )
        for one, fit, chance, (middle, scale) in zip(lines, fits, chances, axes, strict=True)
    ]


def _messages(
    sources: Sequence[JumpSource], trends: Sequence[JumpTrend], unit: str
) -> tuple[str, ...]:
    said = []
    others = sorted(
        one.junctions.source
        for one in sources
        if any(other and other != unit for other in one.units)
    )
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
