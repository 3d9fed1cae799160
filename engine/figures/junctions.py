"""Discontinuities between neighboring bands: the map over sources, and one junction close up."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray
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
    numbered = [
        pair for pair in every if np.isfinite(pair[1].significance) and not pair[1].by_construction
    ]
    return max(numbered, key=lambda pair: pair[1].significance, default=None)


def _draw_map(axes: "Axes", sources: Sequence[SourceJunctions], title: str) -> None:
    names = [junction.name for junction in junctions()]
    measures = [{one.junction: one for one in source.measures} for source in sources]
    percent = np.array([[_percent(row.get(name)) for name in names] for row in measures])
    scale = _scale(percent)
    axes.imshow(percent, cmap="RdBu_r", vmin=-scale, vmax=scale, aspect="auto")
    for y, row in enumerate(measures):
        for x, name in enumerate(names):
            _write_cell(axes, x, y, row.get(name), scale)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(sources)), [plain(source.source) for source in sources])
    axes.tick_params(length=0.0)
    axes.spines[:].set_visible(False)
    is_own = any(one.by_construction for source in sources for one in source.measures)
    own = "; own: both by their own response" if is_own else ""
    axes.set_xlabel(f"Right side / left side − 1 (%); bold: a jump of more than 3 σ{own}")
    if title:
        axes.set_title(plain(title), loc="left")


def _percent(measure: JunctionMeasure | None) -> float:
    if measure is None or measure.by_construction:
        return np.nan
    return 100.0 * (measure.ratio - 1.0)


def _scale(percent: FloatArray) -> float:
    finite = np.abs(percent[np.isfinite(percent)])
    largest = float(np.percentile(finite, 95.0)) if finite.size else 0.0
    return max(_SMALLEST_SCALE_PERCENT, 1.25 * largest)


def _write_cell(
    axes: "Axes", x: int, y: int, measure: JunctionMeasure | None, scale: float
) -> None:
    percent = _percent(measure)
    if measure is None or not np.isfinite(percent):
        verdict = "no overlap" if measure is None else measure.verdict
        is_own = measure is not None and measure.by_construction
        text, shade = "own" if is_own else _WITHOUT_NUMBER.get(verdict, "–"), color("dim")
    else:
        text = signed(percent, 1)
        shade = "white" if abs(percent) > _DARK_FROM * scale else color("text")
    is_jump = measure is not None and measure.verdict == "jump" and not measure.by_construction
    weight = "bold" if is_jump else "normal"
    axes.text(x, y, text, ha="center", va="center", color=shade, weight=weight)


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
    return (
        f"right / left {measure.ratio:.4f} ± {measure.ratio_error:.4f}, "
        f"{measure.significance:.1f} σ, {counted(int(measure.used.sum()), 'sample')}"
    )
