"""Continuum-normalized spectra over their models, a panel a page (Law+2025, Figs. 11, 25-28)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.figures.labels import plain
from engine.figures.palette import color
from engine.mrs.normalized_spectra import (
    PAGES_UM,
    NormalizedBand,
    NormalizedSource,
    marked_bands,
    marked_lines,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FEW_ATOMS = {"H I", "forbidden"}  # whose lines are named: those of He crowd them
_ROOM = 6.0  # scatters that data and model stand apart
_LEAST = 0.02


def draw_normalized_spectra(
    figure: "Figure", sources: Sequence[NormalizedSource], *, title: str = ""
) -> None:
    """Draw each page of wavelengths as one panel: data, and the model shifted below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    sources : sequence of NormalizedSource
        From top to bottom, each shifted by its scatter. NaN is not drawn.
    title : str
        For example the star.
    """
    panels = figure.subplots(len(PAGES_UM), 1)
    for at, (axes, page) in enumerate(zip(panels, PAGES_UM, strict=True)):
        _draw_page(axes, sources, page)
        axes.set_ylabel("Flux / continuum")
        if at == 0 and title:
            axes.set_title(plain(title), loc="left", pad=22.0)
    panels[-1].set_xlabel("Wavelength (µm)")
    figure.align_ylabels()


def _draw_page(
    axes: "Axes", sources: Sequence[NormalizedSource], page: tuple[float, float]
) -> None:
    step = _spacing(sources, page)
    axes.set_label(page_label(sources[0].source if sources else "", page))
    level = 0.0
    for source in sources:
        for shift, values, hue in (
            (0.0, "data", color("accent")), (-step, "model", color("care")),
        ):  # fmt: skip
            for one in source.bands:
                inside = _inside(one, page)
                axes.plot(
                    one.wave_um[inside], getattr(one, values)[inside] + level + shift, color=hue,
                    lw=0.6,
                )  # fmt: skip
        level -= 2.0 * step
    _mark(axes, page)
    axes.set_xlim(*page)


def page_label(source: str, page: tuple[float, float]) -> str:
    """Return the label of the axes of a page of wavelengths, whose highest spectrum is ``source``.

    A view shows the same sources at levels of its own.
    """
    return f"{source} {page[0]:g} {page[1]:g}"


def _inside(one: NormalizedBand, page: tuple[float, float]) -> BoolArray:
    inside: BoolArray = (one.wave_um >= page[0]) & (one.wave_um <= page[1])
    return inside


def _spacing(sources: Sequence[NormalizedSource], page: tuple[float, float]) -> float:
    scatters = [
        float(np.median(np.abs(values - 1.0)))
        for source in sources
        for one in source.bands
        if (values := _finite(one.data[_inside(one, page)])).size
    ]
    return max(_ROOM * max(scatters, default=0.0), _LEAST)


def _finite(values: FloatArray) -> FloatArray:
    finite: FloatArray = values[np.isfinite(values)]
    return finite


def _mark(axes: "Axes", page: tuple[float, float]) -> None:
    for one in marked_lines(*page):
        is_named = one.family in _FEW_ATOMS
        axes.axvline(
            one.wave_um, color=color("dim" if is_named else "care"), lw=0.5, ls=":",
            alpha=0.9 if is_named else 0.5,
        )  # fmt: skip
        if is_named:
            axes.annotate(
                plain(one.name.removeprefix("H I ")), (one.wave_um, 1.0),
                xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
                rotation=90, ha="center", va="bottom", fontsize="xx-small", color=color("dim"),
            )  # fmt: skip
    for band in marked_bands(*page):
        axes.axvspan(
            max(band.low_um, page[0]), min(band.high_um, page[1]), color=color("dim"), alpha=0.06,
            lw=0.0,
        )  # fmt: skip
