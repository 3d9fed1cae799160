"""Where a jump comes from, by its numbers: the vectors, the source, or a step of the chain."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from engine.arrays import FloatArray
from engine.compare.jumps import NO_STANDARD, JumpPoint, Jumps
from engine.compare.junction_judgments import RATE_UNIT
from engine.compare.junction_steps import BandOffset, JunctionSteps
from engine.compare.junctions import JunctionMeasure
from engine.compare.lone_samples import FEW
from engine.counting import counted

_JUMP_SIGMA = 3.0
_FEWEST = 3  # other stars, below which nothing is common
_MOST = 0.75  # of the others: what most of them do is common
_FEW_LIKE_IT = 0.25  # of the others: what fewer do is the source's own
_ALIKE = (0.5, 2.0)  # of the jump: of a similar size
_TELLS = 1.0 / 3.0  # of the jump: a larger error tells neither that it is there nor that it is not
_CHANGES = 0.25  # of the jump: a step that changes it by more is named
_APART = 0.1  # FWHM: centroids that are farther apart are cut differently
_TURNS = (
    "An asteroid turns: its level differs from band to band, and says nothing of the calibration."
)
_AS_NAMED: Mapping[str, str] = MappingProxyType({})


def cause_over_sources(point: JumpPoint, jumps: Jumps) -> str:
    """Say whether a jump is common to the stars that are calibrated in the same way.

    Parameters
    ----------
    point : JumpPoint
        The jump of one source: one that counts, or that is no standard star.
    jumps : Jumps
        Of all sources; those that count and have the same vectors are compared, one value a star.

    Returns
    -------
    str
        One sentence with numbers, or two of an asteroid; ``""``: it is no jump, it was left out,
        or too few others can tell.

    Notes
    -----
    A star can tell when its error is below a third of the jump. It is like it when it jumps the
    same way by half to twice as much. Common: three quarters of the others or more are like it.
    Of the source: a quarter or fewer are, and their median is below half the jump.

    The bands of an asteroid are seen one after the other while it turns (Law+2025, Sec. 6).
    """
    if not point.significance > _JUMP_SIGMA or not np.isfinite(point.ratio):
        return ""
    if point.reason not in {"", NO_STANDARD}:
        return ""
    said = _compared(point, jumps)
    turns = _TURNS if point.role == "asteroid" and point.unit != RATE_UNIT else ""
    return " ".join(one for one in (said, turns) if one)


def _compared(point: JumpPoint, jumps: Jumps) -> str:
    """Say how many of the other stars have the jump, too."""
    jump = point.ratio - 1.0
    others = _others(point, jumps, abs(jump))
    if others.size < _FEWEST:
        return ""
    median = float(np.median(others))
    like = int(np.count_nonzero((others / jump >= _ALIKE[0]) & (others / jump <= _ALIKE[1])))
    said = (
        f"{like} of {others.size} other stars {_calibrated(point)} jump like it (median "
        f"{_percent(median)})"
    )
    if like >= _MOST * others.size:
        return f"{said}: common, {_where_to_look(point)}."
    if like <= _FEW_LIKE_IT * others.size and abs(median) < 0.5 * abs(jump):
        return f"{said}: of this source or visit."
    return f"{said}: neither common nor of this source alone."


def causes_in_source(
    junction: str, steps: JunctionSteps, titles: Mapping[str, str] = _AS_NAMED
) -> tuple[str, ...]:
    """Say what the source itself tells of a jump: its steps, its centroids, its samples.

    Parameters
    ----------
    junction : str
        ``"1A|1B"``.
    steps : JunctionSteps
        The junctions of the source after each step; apertures are told by their remarks.
    titles : mapping of str to str, optional
        What the steps are called.

    Returns
    -------
    tuple of str
        A sentence each, the most telling first; none where the last step shows no jump.
    """
    measures = steps.at(junction)
    last = measures[-1][1]
    if last.verdict != "jump" or last.by_construction or not np.isfinite(last.ratio):
        return ()
    n_used = int(np.count_nonzero(last.used))
    few = f"It rests on {counted(n_used, 'sample')}." if n_used <= FEW else ""
    said = (
        _by_neighbors(junction, steps),
        _by_centroids(junction, steps.offsets),
        _by_step(steps, junction, titles),
        few,
    )
    return tuple(one for one in said if one)


def causes_told(
    source: str,
    measure: JunctionMeasure,
    jumps: Jumps | None,
    steps: JunctionSteps | None,
    titles: Mapping[str, str] = _AS_NAMED,
) -> tuple[str, ...]:
    """Return what the other stars and the source itself say of where a jump comes from.

    Parameters
    ----------
    source : str
        Which one.
    measure : JunctionMeasure
        One junction of it.
    jumps : Jumps or None
        Of all sources, from the same kind of spectra; `None`: not known.
    steps : JunctionSteps or None
        The junctions along the chain up to those spectra; `None`: not known.
    titles : mapping of str to str, optional
        What the steps are called.

    Returns
    -------
    tuple of str
        A sentence each.
    """
    said = []
    if jumps is not None:
        own = (one for one in jumps.at(measure.junction) if one.source == source)
        said += [cause_over_sources(one, jumps) for one in own]
    if steps is not None and steps.source == source and steps.steps:
        said += causes_in_source(measure.junction, steps, titles)
    return tuple(one for one in said if one)


def _others(point: JumpPoint, jumps: Jumps, size: float) -> FloatArray:
    """Return the jumps of the other stars that can tell, one a star: that of least error."""
    found: dict[str, tuple[float, float]] = {}
    for one in jumps.at(point.junction):
        is_other = one.is_used and one.star != point.star and one.vectors == point.vectors
        if is_other and np.isfinite(one.ratio) and one.ratio_error < _TELLS * size:
            held = found.get(one.star)
            if held is None or one.ratio_error < held[0]:
                found[one.star] = one.ratio_error, one.ratio - 1.0
    return np.array([jump for _, jump in found.values()], dtype=np.float64)


def _by_neighbors(junction: str, steps: JunctionSteps) -> str:
    """Name the band of the two that lies above, or below, the bands on both sides of it.

    It jumps back at its other junction, by half to twice as much. Where that holds for both bands,
    it is the one whose jumps cancel better.
    """
    measures = {one.junction: one for one in steps.steps[-1][1].measures}
    here, (left, right) = measures[junction], junction.split("|")
    found: list[tuple[float, str]] = []
    for other in measures.values():
        shared = {left, right} & set(other.junction.split("|"))
        if other is here or not shared or not _jumps_back(here, other):
            continue
        band = shared.pop()
        outer = [one for one in f"{junction}|{other.junction}".split("|") if one != band]
        side = "above" if (here.ratio > 1.0) == (band == right) else "below"
        jumps = f"{_percent(here.ratio - 1.0)} at {junction}, {_percent(other.ratio - 1.0)}"
        said = f"{band} lies {side} {outer[0]} and {outer[1]}: {jumps} at {other.junction}."
        found.append((abs(np.log(here.ratio * other.ratio)), said))
    return min(found)[1] if found else ""


def _jumps_back(here: JunctionMeasure, other: JunctionMeasure) -> bool:
    """Tell whether ``other`` is a jump like ``here`` the other way round."""
    if other.unit == RATE_UNIT or other.by_construction or not other.significance > _JUMP_SIGMA:
        return False
    share = (1.0 - other.ratio) / (here.ratio - 1.0)
    return _ALIKE[0] <= share <= _ALIKE[1]


def _by_centroids(junction: str, offsets: Sequence[BandOffset]) -> str:
    """Say how far apart the two bands see the source, when that is too far."""
    known = {one.band: one for one in offsets}
    left, right = (known.get(band) for band in junction.split("|"))
    if left is None or right is None:
        return ""
    apart = np.hypot(
        left.east_arcsec - right.east_arcsec, left.north_arcsec - right.north_arcsec
    ) / min(left.fwhm_arcsec, right.fwhm_arcsec)
    if not apart > _APART:
        return ""
    return (
        f"{left.band} and {right.band} see it {apart:.2f} FWHM apart: their apertures cut it "
        "differently."
    )


def _by_step(steps: JunctionSteps, junction: str, titles: Mapping[str, str]) -> str:
    """Name the step that changes the jump most, among steps in one unit of flux.

    Between count rates it is the throughput that jumps, and what changes it is in the vectors too.
    """
    measures = steps.at(junction)
    jump = measures[-1][1].ratio - 1.0
    changes = [
        (abs(after.ratio - before.ratio), name, before.ratio - 1.0, after.ratio - 1.0)
        for (_, before), (name, after) in pairwise(measures)
        if before.unit == after.unit != RATE_UNIT
        and np.isfinite(before.ratio)
        and np.isfinite(after.ratio)
    ]
    if not changes:
        return ""
    size, name, before, after = max(changes)
    if not size > _CHANGES * abs(jump):
        return ""
    step = titles.get(name, name)
    return f"The step “{step}” changes it from {_percent(before)} to {_percent(after)}."


def _calibrated(point: JumpPoint) -> str:
    return "with the same vectors" if point.vectors else "at this stage"


def _where_to_look(point: JumpPoint) -> str:
    left, right = point.junction.split("|")
    if point.unit == RATE_UNIT:
        return "as the throughput is: count rates are not calibrated"
    return f"look at the {'vectors' if point.vectors else 'calibration'} of {left} and {right}"


def _percent(jump: float) -> str:
    return f"{100.0 * jump:+.2f} %".replace("-", "\N{MINUS SIGN}")
