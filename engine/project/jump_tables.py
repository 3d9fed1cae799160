"""Tables of jumps over sources, of their kinds, and of junctions along the chain."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.analyses import ANALYSES
from engine.compare.jumps import Jumps, JumpTrend
from engine.compare.junction_causes import cause_over_sources, causes_in_source
from engine.compare.junction_judgments import judgment
from engine.compare.junction_steps import JunctionSteps
from engine.model.table import Column, ResultTable, in_row_units

_TITLES = {one.name: one.title for one in ANALYSES}


def jump_table(rows: Sequence[tuple[str, Jumps]]) -> ResultTable:
    """Return one row a source and junction: jump, flux, date, and why it is left out."""
    points = [(stage, one) for stage, found in rows for one in found.points]
    units = [one.unit for _, one in points]
    return ResultTable(
        "Jumps over flux and date",
        (
            _text("stage", (stage for stage, _ in points), "Spectra compared"),
            _text("source", (one.source for _, one in points), "Target, program, observation"),
            _text("junction", (one.junction for _, one in points), "Left and right band"),
            in_row_units("flux", units, (one.flux for _, one in points), "Mean of the left side"),
            _number("mjd", (one.mjd for _, one in points), "Mid-time", "d"),
            _number("ratio", (one.ratio for _, one in points), "Right over left"),
            _number("ratio_error", (one.ratio_error for _, one in points), "One sigma"),
            in_row_units(
                "difference", units, (one.difference for _, one in points), "Right minus left"
            ),
            in_row_units(
                "difference_error", units, (one.difference_error for _, one in points), "One sigma"
            ),
            _text("unit", units, "Of flux and difference"),
            _text("left_out", (one.reason for _, one in points), "Why it does not count"),
            _text(
                "cause",
                (cause_over_sources(one, jumps) for _, jumps in rows for one in jumps.points),
                "Whether the other stars have it too: vectors, or this source",
            ),
        ),
    )


def jump_verdict_table(rows: Sequence[tuple[str, Jumps]]) -> ResultTable:
    """Return one row a junction: what its jump is, and its trends with flux and date."""
    found = [(stage, jumps, one) for stage, jumps in rows for one in jumps.verdicts]
    verdicts = [one for *_, one in found]
    units = [one.unit for one in verdicts]

    def trends(axis: str) -> list[JumpTrend]:
        return [jumps.trend(one.junction, axis) for _, jumps, one in found]

    return ResultTable(
        "What the jumps are",
        (
            _text("stage", (stage for stage, *_ in found), "Spectra compared"),
            _text("junction", (one.junction for one in verdicts), "Left and right band"),
            _text(
                "kind",
                (one.kind for one in verdicts),
                "Multiplicative, additive, none, undetermined; or sources differ",
            ),
            Column("n_sources", "", np.array([one.n_sources for one in verdicts], dtype=np.int64)),
            _number("factor", (one.factor for one in verdicts), "Right over left"),
            _number("factor_error", (one.factor_error for one in verdicts), "One sigma"),
            in_row_units("offset", units, (one.offset for one in verdicts), "Right minus left"),
            in_row_units(
                "offset_error", units, (one.offset_error for one in verdicts), "One sigma"
            ),
            _text("unit", units, "Of the offset"),
            _number("chi2_none", (one.chi2_none for one in verdicts), "For no jump"),
            _number("chi2_factor", (one.chi2_multiplicative for one in verdicts), "One factor"),
            _number("chi2_offset", (one.chi2_additive for one in verdicts), "One offset"),
            *_trend_columns("flux", trends("flux"), "Of the ratio per factor of ten", ""),
            *_trend_columns("date", trends("date"), "Of the ratio per year", "1 / yr"),
            _text("evidence", (one.evidence for one in verdicts), "In words"),
        ),
    )


def junction_step_table(rows: Sequence[tuple[str, JunctionSteps]]) -> ResultTable:
    """Return one row a source, step and junction that has a number."""
    found = [
        (source, step, measure)
        for _, source in rows
        for step, junctions in source.steps
        for measure in junctions.measures
        if np.isfinite(measure.difference)
    ]
    return ResultTable(
        "Junctions along the chain",
        (
            _text("source", (one.source for one, *_ in found), "Target, program, observation"),
            _text("after", (step for _, step, _ in found), "Step of the chain"),
            _text("junction", (one.junction for *_, one in found), "Left and right band"),
            _number("ratio", (one.ratio for *_, one in found), "Right over left"),
            _number("ratio_error", (one.ratio_error for *_, one in found), "One sigma"),
            _number("significance", (one.significance for *_, one in found), "In sigma"),
            _text("verdict", (judgment(one) for *_, one in found)),
            _text("remarks", (one.remark for *_, one in found), "What may be taken for a jump"),
            _text(
                "cause",
                (
                    " ".join(causes_in_source(one.junction, source, _TITLES))
                    if step == source.steps[-1][0]
                    else ""
                    for source, step, one in found
                ),
                "What steps, centroids and samples say of the jump",
            ),
        ),
    )


def centroid_table(rows: Sequence[tuple[str, JunctionSteps]]) -> ResultTable:
    """Return one row a source and band with a centroid: where the band sees the source."""
    found = [(source, one) for _, source in rows for one in source.offsets]
    offsets = [one for _, one in found]
    return ResultTable(
        "Centroids of the bands",
        (
            _text("source", (source.source for source, _ in found), "Target, program, observation"),
            _text("band", (one.band for one in offsets)),
            _fine("east", (one.east_arcsec for one in offsets), "Of the median", "arcsec"),
            _fine("north", (one.north_arcsec for one in offsets), "Of the median", "arcsec"),
            _fine("fwhm", (one.fwhm_arcsec for one in offsets), "In mid-band", "arcsec"),
            _fine("in_fwhm", (one.in_fwhm for one in offsets), "Distance in FWHM"),
        ),
    )


def _fine(name: str, values: Iterable[float], description: str, unit: str = "") -> Column:
    """Return a column with four decimals: more than centroids have."""
    return _number(name, [round(value, 4) for value in values], description, unit)


def _trend_columns(
    axis: str, trends: Sequence[JumpTrend], per: str, unit: str
) -> tuple[Column, ...]:
    return (
        _number(f"{axis}_slope", (one.slope for one in trends), per, unit),
        _number(f"{axis}_slope_error", (one.slope_error for one in trends), "One sigma", unit),
        _number(f"{axis}_significance", (one.significance for one in trends), "In sigma"),
    )


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, values: Iterable[float], description: str, unit: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)
