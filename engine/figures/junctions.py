"""Discontinuities between neighboring bands: the map over sources, and one junction close up."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray
from engine.compare.junction_judgments import (
    OWN,
    RATES_NEED_NOT_AGREE,
    judgment,
    shows_jump,
)
from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.counting import counted
from engine.figures.labels import plain, signed
from engine.figures.palette import band_color, color
from engine.model.bands import junctions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WITHOUT_NUMBER = {"too few samples": "few", "no overlap": "–"}
_SMALLEST_SCALE_PERCENT = 3.0
_LINE_LENGTH = 64
_WIDEST_LABEL = 88  # letters
_GRAY = 0.15  # how much of it is in a cell without a jump
_DARK_FROM = 0.6  # of the color scale: from here text on the color is white


def draw_junctions(
    figure: "Figure",
    sources: Sequence[SourceJunctions],
    *,
    zoom: tuple[str, str] | None = None,
    title: str = "",
) -> None:
    """Draw the map of all junctions of all sources, and one junction below it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    sources : sequence of SourceJunctions
        At least one, from top to bottom.
    zoom : tuple of str, optional
        Source and junction shown below; `None`: the most significant jump. When no junction has a
        number there is no panel below.
    title : str
        For example the step of the chain.
    """
    chosen = _chosen(sources, zoom)
    if chosen is None:
        _draw_map(figure.subplots(), sources, title)
        return
    heights = (0.9 + 0.32 * len(sources), 2.2)
    top, bottom = figure.subplots(2, 1, height_ratios=heights)
    _draw_map(top, sources, title)
    _draw_measure(bottom, chosen[1], source=chosen[0])


def draw_junction(figure: "Figure", measure: JunctionMeasure, *, source: str = "") -> None:
    """Draw both sides of one junction, the samples used, and the ratio in words.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    measure : JunctionMeasure
        NaN is not drawn.
    source : str
        Name of the source.
    """
    _draw_measure(figure.subplots(), measure, source=source)


def _chosen(
    sources: Sequence[SourceJunctions], zoom: tuple[str, str] | None
) -> tuple[str, JunctionMeasure] | None:
    every = [(one.source, measure) for one in sources for measure in one.measures]
    if zoom is not None:
        return next((pair for pair in every if (pair[0], pair[1].junction) == zoom), None)
    known = [
        pair for pair in every if np.isfinite(pair[1].significance) and not pair[1].by_construction
    ]
    jumps = [pair for pair in known if shows_jump(pair[1])]
    return max(jumps or known, key=lambda pair: pair[1].significance, default=None)


def _draw_map(axes: "Axes", sources: Sequence[SourceJunctions], title: str) -> None:
    names = [junction.name for junction in junctions()]
    measures = [{one.junction: one for one in source.measures} for source in sources]
    grid = [[row.get(name) for name in names] for row in measures]
    jumps = np.array([[_jump_percent(one) for one in row] for row in grid])
    scale = _scale(jumps)
    axes.imshow(jumps, cmap="RdBu_r", vmin=-scale, vmax=scale, aspect="auto")
    for y, row in enumerate(grid):
        for x, one in enumerate(row):
            _fill_cell(axes, (x, y), one, scale)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(sources)), [plain(source.source) for source in sources])
    axes.tick_params(length=0.0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(_meaning([one for row in grid for one in row if one is not None]))
    if title:
        axes.set_title(plain(title), loc="left")


def _meaning(measures: Sequence[JunctionMeasure]) -> str:
    """Return what numbers and colors are: words for what there is, and for nothing else."""
    said = ["Right side / left side − 1 (%)"]
    if any(map(shows_jump, measures)):
        said.append("color, bold: a jump of more than 3 σ")
    told = [judgment(one) for one in measures if np.isfinite(one.ratio) and not shows_jump(one)]
    gray = [RATES_NEED_NOT_AGREE] if RATES_NEED_NOT_AGREE in told else []
    gray += ["no jump beyond 3 σ"] if set(told) - {OWN, RATES_NEED_NOT_AGREE} else []
    gray += [f"{OWN} (both by their own response)"] if OWN in told else []
    said += [f"gray: {', '.join(gray)}"] if gray else []
    return "\n".join(textwrap.wrap("; ".join(said), _WIDEST_LABEL))


def _jump_percent(measure: JunctionMeasure | None) -> float:
    """Return a jump that has a color; NaN: the cell has none."""
    if measure is None or not shows_jump(measure):
        return np.nan
    return 100.0 * (measure.ratio - 1.0)


def _scale(percent: FloatArray) -> float:
    finite = np.abs(percent[np.isfinite(percent)])
    largest = float(np.percentile(finite, 95.0)) if finite.size else 0.0
    return max(_SMALLEST_SCALE_PERCENT, 1.25 * largest)


def _fill_cell(
    axes: "Axes", place: tuple[int, int], measure: JunctionMeasure | None, scale: float
) -> None:
    """Write into a cell; one that has a number but shows no jump is gray."""
    jump, x, y = _jump_percent(measure), *place
    shade, weight = color("dim"), "normal"
    if np.isfinite(jump):
        shade = "white" if abs(jump) > _DARK_FROM * scale else color("text")
        weight = "bold"
    elif measure is not None and np.isfinite(measure.ratio):
        from matplotlib.patches import Rectangle  # noqa: PLC0415  (slow to import)

        shade = color("text")
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, color=color("dim"), alpha=_GRAY, lw=0.0))
    axes.text(x, y, _cell_text(measure), ha="center", va="center", color=shade, weight=weight)


def _cell_text(measure: JunctionMeasure | None) -> str:
    if measure is None:
        return "–"
    if measure.by_construction:
        return OWN
    if np.isfinite(measure.ratio):
        return signed(100.0 * (measure.ratio - 1.0), 1)
    return _WITHOUT_NUMBER.get(measure.verdict, "–")


def _draw_measure(axes: "Axes", measure: JunctionMeasure, *, source: str) -> None:
    bands = measure.junction.split("|")
    sides = ((measure.left, measure.left_error), (measure.right, measure.right_error))
    for band, (values, errors) in zip(bands, sides, strict=True):
        hue = band_color(band)
        if np.isfinite(errors).any():
            axes.fill_between(
                measure.wave_um, values - errors, values + errors, color=hue, alpha=0.25, lw=0.0
            )
        axes.plot(measure.wave_um, values, color=hue, lw=0.9, label=band)
        left_out = ~measure.used & np.isfinite(values)
        if left_out.any():
            axes.plot(
                measure.wave_um[left_out], values[left_out], ls="none", marker="x",
                markersize=3.0, color=color("care"),
            )  # fmt: skip
    axes.axvspan(*measure.limits_um, color=color("accent"), alpha=0.08, lw=0.0, zorder=0)
    name = " ".join(part for part in (plain(source), measure.junction) if part)
    axes.set_title(name, loc="left")
    words = "\n".join(textwrap.wrap(_in_words(measure), _LINE_LENGTH))
    axes.annotate(
        words, (0.0, 1.0), (2.0, -2.0), xycoords="axes fraction", textcoords="offset points",
        va="top", color=color("dim"),
    )  # fmt: skip
    axes.set_ylabel(f"Level ({plain(measure.unit)})" if measure.unit else "Level")
    axes.set_xlabel("Wavelength (µm)")
    axes.margins(y=0.25)  # room for the words
    axes.legend(loc="lower right", ncols=2)


def _in_words(measure: JunctionMeasure) -> str:
    if not np.isfinite(measure.ratio):
        return plain(measure.reason or measure.verdict)
    if measure.by_construction:
        return plain(measure.by_construction)
    return (
        f"right / left {measure.ratio:.4f} ± {measure.ratio_error:.4f}, {judgment(measure)}, "
        f"{measure.significance:.1f} σ, {counted(int(measure.used.sum()), 'sample')}"
    )
