"""What is said of junctions, in one line each."""

import math
from itertools import groupby

import numpy as np

from engine.analyses import ANALYSES, CALIBRATE
from engine.compare.jumps import Jumps
from engine.compare.junction_causes import causes_told
from engine.compare.junction_judgments import judgment
from engine.compare.junction_kinds import JunctionVerdict
from engine.compare.junction_steps import JunctionSteps
from engine.compare.junctions import JunctionMeasure, SourceJunctions, sigma_text
from engine.model.star_names import shown_source_name
from guiapp.look import number_text
from guiapp.views.junction_map import kind_word
from guiapp.views.spectra import Stage

_TITLES = {one.name: one.title for one in ANALYSES}


def kind_text(verdict: JunctionVerdict) -> str:
    """Return the verdict on a junction in one line."""
    return f"{verdict.junction}   {kind_word(verdict)}   {verdict.evidence}"


def behavior_text(jumps: Jumps | None, junction: str, page: str) -> tuple[str, bool]:
    """Return what a junction does over all sources, and whether that is known."""
    if jumps is None:
        return f"{junction}   Comparing the sources …", False
    if page == "flux":
        verdict = jumps.verdict(junction)
        return kind_text(verdict), verdict.kind != "undetermined"
    trend = jumps.trend(junction, "date")
    if trend.reason:
        return f"{junction}   No trend with the date: {trend.reason}", False
    slope = number_text(100.0 * trend.slope, 100.0 * trend.slope_error, "% per year")
    told = "reported" if trend.is_reported else "not significant"
    return (
        f"{junction}   {slope}   {trend.significance:.1f} σ after all that were tried: {told}",
        True,
    )


def verdict_text(measure: JunctionMeasure, source: str) -> str:
    """Return the result of one junction of ``source`` in one line."""
    name = f"{shown_source_name(source)}, {measure.junction}"
    if not np.isfinite(measure.ratio):
        return f"{name}   {measure.reason or measure.verdict}"
    if measure.by_construction:
        return f"{name}   {measure.by_construction}"
    left_out = int(measure.used.size - measure.used.sum())
    said = (
        f"{name}   ratio {number_text(measure.ratio, measure.ratio_error)}   "
        f"difference {number_text(measure.difference, measure.difference_error, measure.unit)}   "
        f"{judgment(measure)}, {sigma_text(measure)}   "
        f"n {int(measure.used.sum())}"
    )
    said = f"{said}, {left_out} left out" if left_out else said
    return f"{said}   {measure.remark}" if measure.remark else said


def cause_text(
    source: str,
    measure: JunctionMeasure,
    jumps: Jumps | None,
    steps: JunctionSteps | None,
    stage: Stage,
) -> str:
    """Return what the other stars and the source itself say of where a jump comes from."""
    kept = steps
    if steps is not None and stage == "extracted":
        kept = steps.without(CALIBRATE.name)
    said = causes_told(source, measure, jumps, kept, _TITLES)
    return "".join(f"   {one}" for one in said)


def factors_text(source: SourceJunctions) -> str:
    """Return the factors that bands are stitched with; neighbors that share one stand together."""
    errors = dict(source.stitch_errors)
    said = []
    for (scale, error), run in groupby(
        source.stitch_scales, key=lambda one: (one[1], errors.get(one[0], 0.0))
    ):
        names = [band for band, _ in run]
        if math.isfinite(scale) and (scale != 1.0 or error > 0):
            name = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
            said.append(f"{name}\N{NO-BREAK SPACE}{number_text(scale, error or None)}")
    return ", ".join(said)


def stitched_text(source: SourceJunctions) -> str:
    """Return which bands are scaled in the stitched spectrum, by how much, and which are not."""
    factors = factors_text(source)
    none = [band for band, scale in source.stitch_scales if not math.isfinite(scale)]
    said = [f"Level of {source.stitch_anchor} kept. " + (f"Times {factors}." if factors else "")]
    said += [f"No scale: {', '.join(none)}."] if none else []
    if source.stitch_left:
        left = ", ".join(name for name, _ in source.stitch_left)
        said.append(f"No jump beyond 3\N{NO-BREAK SPACE}σ, left at 1: {left}.")
    return "   ".join(one.strip() for one in (*said, "Click a band to keep its level."))
