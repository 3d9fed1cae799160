"""Discontinuities between neighboring bands (Law+2025, Sec. 8.1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.compare.junction_apertures import aperture_remark
from engine.compare.lone_samples import lone_sample_remark
from engine.compare.stitch_scales import LevelStep, StitchRule, chain_scales
from engine.counting import counted
from engine.errors import DataError
from engine.model.bands import Junction, band_named, bands, junctions
from engine.model.spectrum import Spectrum
from engine.spectra.continuum import find_features
from engine.spectra.level_ratio import LevelRatio, measure_level_ratio
from engine.spectra.overlaps import CommonGrid, find_overlap, on_common_grid

_JUMP_SIGMA = 3.0
_SAME_SIGMA = 0.03  # less is no difference worth a word
_NOWHERE = (float("nan"), float("nan"))

Verdict = Literal["agrees", "jump", "too few samples", "no overlap"]
LineTreatment = Literal["leave out lines", "keep lines"]


@dataclass(frozen=True, slots=True)
class JunctionLimits:
    """The range in which one junction is measured, when the user chose it.

    Attributes
    ----------
    junction : str
        ``"1A|1B"``.
    low_um, high_um : float
        Unit: um.
    """

    junction: str
    low_um: float
    high_um: float


@dataclass(frozen=True, slots=True)
class JunctionParams:
    """What the user decides about the measurement of junctions.

    Attributes
    ----------
    limits : tuple of JunctionLimits
        Ranges that differ from the whole valid overlap.
    lines : {"leave out lines", "keep lines"}
        Whether narrow features, which two bands sample differently, are left out of the ratio.
    min_samples : int
        Fewer common samples than this give no number.
    anchor : str
        Band whose level the stitched spectrum keeps; ``""``: the one in the middle.
    stitch_at : {"significant jumps", "every junction"}
        Where the stitched spectrum is scaled: at jumps beyond 3 sigma, or wherever there is a
        ratio, whatever its error.
    """

    limits: tuple[JunctionLimits, ...] = ()
    lines: LineTreatment = "leave out lines"
    min_samples: int = 3
    anchor: str = ""
    stitch_at: StitchRule = "significant jumps"


@dataclass(frozen=True, eq=False, slots=True)
class JunctionMeasure:
    """One junction of one source.

    Attributes
    ----------
    junction : str
        ``"1A|1B"``.
    limits_um : tuple of float
        Range compared. Unit: um.
    wave_um, left, right, left_error, right_error : ndarray, shape (m,)
        Both sides on one common grid. NaN: no measurement.
    used : ndarray of bool, shape (m,)
        Samples that the ratio rests on; the others hold a line or no measurement.
    ratio, ratio_error : float
        Right over left; NaN unless `verdict` is ``"agrees"`` or ``"jump"``. The error includes
        the scatter of the samples.
    difference, difference_error : float
        Right minus left, in `unit`.
    significance : float
        How far the ratio is from 1, in sigma; few samples count for less (Student's t).
    verdict : str
        ``"jump"`` above 3 sigma.
    reason : str
        One sentence, for example why there is no number.
    unit : str
        Unit of both sides.
    remark : str
        What may be taken for a jump, for example two apertures; ``""``: nothing.
    level : float
        Mean of the left side over the samples used, in `unit`; NaN when there are none.
    by_construction : str
        Why the sides say nothing of the calibration, in one sentence; ``""``: they do.
    n_independent : float
        Independent samples, where the error is their scatter: fewer than 31 make `significance`
        less than `in_errors`. Infinite: the error is that of the samples themselves.
    """

    junction: str
    limits_um: tuple[float, float]
    wave_um: FloatArray
    left: FloatArray
    right: FloatArray
    left_error: FloatArray
    right_error: FloatArray
    used: BoolArray
    ratio: float
    ratio_error: float
    difference: float
    difference_error: float
    significance: float
    verdict: Verdict
    reason: str
    unit: str
    remark: str = ""
    level: float = float("nan")
    by_construction: str = ""
    n_independent: float = float("inf")

    @property
    def in_errors(self) -> float:
        """How far the ratio is from 1 (without one, the difference from 0), in errors."""
        if np.isfinite(self.ratio):
            away, error = abs(self.ratio - 1.0), self.ratio_error
        else:
            away, error = abs(self.difference), self.difference_error
        return away / error if error > 0 else float("nan")


@dataclass(frozen=True, eq=False, slots=True)
class SourceJunctions:
    """All junctions of one source.

    Attributes
    ----------
    source : str
        Name for tables and axes.
    measures : tuple of JunctionMeasure
        The eleven junctions in order of wavelength; those without both bands say so.
    stitch_scales : tuple of (str, float)
        Factor of each band that makes the levels meet at the anchor's; NaN where a junction in
        between has no number.
    messages : tuple of str
        What the user should know, one sentence each.
    stitch_errors : tuple of (str, float)
        One standard deviation of each factor, shared by all samples of its band.
    stitch_left : tuple of (str, str)
        Junctions that were measured and left at 1, and why in one clause.
    stitch_anchor : str
        The band that keeps its level.
    """

    source: str
    measures: tuple[JunctionMeasure, ...]
    stitch_scales: tuple[tuple[str, float], ...]
    messages: tuple[str, ...] = ()
    stitch_errors: tuple[tuple[str, float], ...] = ()
    stitch_left: tuple[tuple[str, str], ...] = ()
    stitch_anchor: str = ""


def measure_junctions(
    source: str, spectra: Sequence[Spectrum], params: JunctionParams = JunctionParams()
) -> SourceJunctions:
    """Measure the discontinuities of one source at the eleven junctions.

    Parameters
    ----------
    source : str
        Name for tables and axes.
    spectra : sequence of Spectrum
        One spectrum a band, in any order; the band is that of its identity. Samples that are
        flagged or NaN do not count; errors that are not positive are no errors.
    params : JunctionParams, optional
        Limits, treatment of lines, anchor.

    Returns
    -------
    SourceJunctions
        Eleven measures, those without a number with the reason; and the stitch scales.

    Raises
    ------
    DataError
        If a spectrum has no band, a band comes twice, or the anchor was not observed.

    Notes
    -----
    Law+2025, Sec. 8.1. Over the valid overlap the finer side is rebinned to the wavelengths of
    the coarser one. Lines and spikes are found in the data, on either side, because two bands
    sample them differently and the redshift is not known. See `measure_level_ratio` for ratio and
    errors.
    """
    by_band = spectra_by_band(source, spectra)
    measures = tuple(
        _measure(junction, by_band, params, _limits_of(junction, params))
        for junction in junctions()
    )
    found = chain_scales(
        tuple(by_band), _level_steps(measures), anchor=params.anchor, rule=params.stitch_at
    )
    messages = _messages(by_band, measures)
    return SourceJunctions(
        source, measures, found.scales, messages, found.errors, found.left, found.anchor
    )


def agreed_by_construction(
    source_junctions: SourceJunctions, bands_with_model: Collection[str], reason: str
) -> SourceJunctions:
    """Mark the junctions whose sides were both made to meet the same model.

    Parameters
    ----------
    source_junctions : SourceJunctions
        As measured.
    bands_with_model : collection of str
        Bands whose spectra were scaled to the model, sample by sample or by a curve.
    reason : str
        In one sentence.

    Returns
    -------
    SourceJunctions
        The measures with ``by_construction`` set where both bands are among them, and a message
        that names them.
    """
    present = set(bands_with_model)
    measures = tuple(
        replace(one, by_construction=reason)
        if present.issuperset(one.junction.split("|")) and one.wave_um.size
        else one
        for one in source_junctions.measures
    )
    marked = [one.junction for one in measures if one.by_construction]
    if not marked:
        return source_junctions
    there = [one.junction for one in measures if one.wave_um.size]
    where = "All junctions" if marked == there else ", ".join(marked)
    said = f"{where}: {reason[0].lower()}{reason[1:]}"
    messages = (*source_junctions.messages, said)
    return replace(source_junctions, measures=measures, messages=messages)


def sigma_text(measure: JunctionMeasure) -> str:
    """Return how significant a jump is, and why that is less than its errors say.

    Parameters
    ----------
    measure : JunctionMeasure
        One junction of one source, with a number.

    Returns
    -------
    str
        ``"37.6 σ"``, or ``"6.5 σ: 13 errors, from the scatter of 20 independent samples"``.
    """
    sigma = f"{measure.significance:.1f}\N{NO-BREAK SPACE}σ"
    errors = f"{measure.in_errors:.1f}" if measure.in_errors < 10 else f"{measure.in_errors:.0f}"
    if not measure.significance < (1.0 - _SAME_SIGMA) * measure.in_errors:
        return sigma
    return (
        f"{sigma}: {errors} errors, from the scatter of {measure.n_independent:.0f} independent "
        "samples"
    )


def level_of(measure: JunctionMeasure) -> float:
    """Return how bright the source is at a junction: the mean of the left side.

    Parameters
    ----------
    measure : JunctionMeasure
        One junction of one source.

    Returns
    -------
    float
        Over the samples used, in the unit of the measure; NaN when there are none.
    """
    return measure.level


def spectra_by_band(source: str, spectra: Sequence[Spectrum]) -> dict[str, Spectrum]:
    """Return the spectra of ``source`` by band, in order of wavelength.

    Raises
    ------
    DataError
        If a spectrum has no band, or a band comes twice.
    """
    found: dict[str, Spectrum] = {}
    for spectrum in spectra:
        band = spectrum.identity.band
        if band_named(band) is None:
            raise DataError(
                f"A spectrum of {source} has no band of the MRS, but {band!r}.",
                hint="Junctions are compared between the bands 1A to 4C.",
            )
        if band in found:
            raise DataError(
                f"{source} has two spectra of band {band}.", hint="Choose one observation."
            )
        found[band] = spectrum
    return {band.name: found[band.name] for band in bands() if band.name in found}


def _limits_of(junction: Junction, params: JunctionParams) -> JunctionLimits | None:
    return next((own for own in params.limits if own.junction == junction.name), None)


def _measure(
    junction: Junction,
    by_band: Mapping[str, Spectrum],
    params: JunctionParams,
    chosen: JunctionLimits | None,
) -> JunctionMeasure:
    """Measure one junction, or say why there is no number."""
    missing = [b.name for b in (junction.left, junction.right) if b.name not in by_band]
    if missing:
        return _without_number(
            junction, f"There is no spectrum of {' and '.join(missing)}: no ratio."
        )
    left, right = by_band[junction.left.name], by_band[junction.right.name]
    if left.unit != right.unit:
        return _without_number(
            junction,
            f"{junction.left.name} is in {left.unit or 'no unit'} and {junction.right.name} in "
            f"{right.unit or 'no unit'}: no ratio.",
        )
    limits, reason = _valid_limits(left, right, chosen)
    if limits is None:
        return replace(_without_number(junction, reason), unit=left.unit)
    grid = on_common_grid(left, right, limits)
    used = _usable(grid, params.lines)
    blank = _on_grid(junction, limits, grid, used, left.unit)
    blank = replace(blank, remark=aperture_remark(left, right, limits))
    count, needed = int(np.count_nonzero(used)), max(params.min_samples, 2)
    if count >= needed:
        return _with_number(blank, measure_level_ratio(grid, used, left=left, right=right))
    few = measure_level_ratio(grid, used, left=left, right=right) if count > 1 else None
    return replace(blank, verdict="too few samples", reason=_too_few(count, grid, few))


def _too_few(count: int, grid: CommonGrid, found: LevelRatio | None) -> str:
    """Return why a junction takes no part, with the number that there would be."""
    number = "no ratio"
    if found is not None and np.isfinite(found.ratio):
        number = f"{found.ratio:.3g} ± {found.ratio_error:.2g}, left out of all averages"
    return f"Only {count} of {grid.wave_um.size} common samples can be compared: {number}."


def _valid_limits(
    left: Spectrum, right: Spectrum, chosen: JunctionLimits | None
) -> tuple[tuple[float, float] | None, str]:
    """Return the range to compare, or the sentence why there is none."""
    left_um, right_um = left.wave_um[left.is_good], right.wave_um[right.is_good]
    if not left_um.size or not right_um.size:
        empty = left if not left_um.size else right
        return None, f"{empty.identity.band} has no valid sample: no ratio."
    overlap = find_overlap(left_um, right_um)
    if overlap is None:
        return None, (
            f"The bands do not overlap ({left_um[-1]:.2f}–{right_um[0]:.2f} µm): no ratio."
        )
    if chosen is None:
        return overlap, ""
    low, high = max(overlap[0], chosen.low_um), min(overlap[1], chosen.high_um)
    if low > high:
        return None, (
            f"The chosen range {chosen.low_um:.3f}–{chosen.high_um:.3f} µm lies outside the "
            f"overlap {overlap[0]:.3f}–{overlap[1]:.3f} µm: no ratio."
        )
    return (low, high), ""


def _usable(grid: CommonGrid, lines: LineTreatment) -> BoolArray:
    """Return the samples that hold a measurement on both sides and no line on either."""
    used: BoolArray = np.isfinite(grid.left) & np.isfinite(grid.right)
    has_error = np.isfinite(grid.left_error) & np.isfinite(grid.right_error)
    if (used & has_error).any():
        used &= has_error
    if lines == "leave out lines":
        used &= ~find_features(grid.wave_um, grid.left)
        used &= ~find_features(grid.wave_um, grid.right)
    return used


def _without_number(junction: Junction, reason: str) -> JunctionMeasure:
    nothing, nan = freeze(np.zeros(0)), float("nan")
    return JunctionMeasure(
        junction=junction.name,
        limits_um=_NOWHERE,
        wave_um=nothing,
        left=nothing,
        right=nothing,
        left_error=nothing,
        right_error=nothing,
        used=frozen([], dtype=bool),
        ratio=nan,
        ratio_error=nan,
        difference=nan,
        difference_error=nan,
        significance=nan,
        verdict="no overlap",
        reason=reason,
        unit="",
    )


def _on_grid(
    junction: Junction, limits: tuple[float, float], grid: CommonGrid, used: BoolArray, unit: str
) -> JunctionMeasure:
    return replace(
        _without_number(junction, ""),
        limits_um=limits,
        wave_um=grid.wave_um,
        left=grid.left,
        right=grid.right,
        left_error=grid.left_error,
        right_error=grid.right_error,
        used=frozen(used, dtype=bool),
        unit=unit,
        level=float(np.mean(grid.left[used])) if used.any() else float("nan"),
    )


def _with_number(blank: JunctionMeasure, found: LevelRatio) -> JunctionMeasure:
    significance = found.significance
    count = int(np.count_nonzero(blank.used))
    if np.isfinite(found.ratio):
        what = f"The ratio is {found.ratio:.4f} ± {found.ratio_error:.4f}"
    else:
        what = (
            f"The level does not stand above the noise: no ratio; the difference is "
            f"{found.difference:.3g} ± {found.difference_error:.2g} {blank.unit}"
        )
    lines = int(np.count_nonzero(np.isfinite(blank.left) & np.isfinite(blank.right))) - count
    rest = f", {lines} on lines or without error left out" if lines else ""
    used = blank.used
    lone = lone_sample_remark(
        blank.junction, blank.wave_um[used], blank.left[used], blank.right[used]
    )
    measured = replace(
        blank,
        ratio=found.ratio,
        ratio_error=found.ratio_error,
        difference=found.difference,
        difference_error=found.difference_error,
        significance=significance,
        verdict="jump" if significance > _JUMP_SIGMA else "agrees",
        n_independent=found.freedom + 1.0,
        remark=" ".join(filter(None, (blank.remark, lone))),
    )
    said = f"{what} ({sigma_text(measured)}; {counted(count, 'sample')}{rest})."
    return replace(measured, reason=said)


def _level_steps(measures: Sequence[JunctionMeasure]) -> dict[str, LevelStep]:
    return {
        one.junction: LevelStep(one.ratio, one.ratio_error, one.significance, one.verdict == "jump")
        for one in measures
    }


def _messages(
    by_band: Mapping[str, Spectrum], measures: Sequence[JunctionMeasure]
) -> tuple[str, ...]:
    found = []
    bare = [band for band, one in by_band.items() if not (one.error > 0).any()]
    rates = [band for band, one in by_band.items() if one.unit == "DN/s"]
    if bare:
        found.append(f"No errors in {', '.join(bare)}: the scatter alone gives those of junctions.")
    if rates:
        found.append(f"Count rates in {', '.join(rates)}: their jumps are those of the throughput.")
    open_ends = [
        m.junction
        for m in measures
        if not np.isfinite(m.ratio) and all(b in by_band for b in m.junction.split("|"))
    ]
    if open_ends:
        found.append(f"No number at {', '.join(open_ends)}: bands beyond have no stitch scale.")
    return (*found, *(one.remark for one in measures if one.remark))
