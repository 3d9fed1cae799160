"""Spectra over the photometry of an imager, filter by filter (Law+2025, Figs. 21 and 22)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.compare.filter_photometry import FilterComparison, FilterRatio, StarRatio
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import color
from engine.model.stars import star_named
from engine.resources import read_toml

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs", "other": "other stars"}
_MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D"}
_SPREAD = 0.10  # of the place of a filter, from the first star to the middle
_MEAN_AT = 0.30


def draw_filters(figure: "Figure", comparison: FilterComparison, *, title: str = "") -> None:
    """Draw the ratio of every star, and beside it mean and rms of each filter.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    comparison : FilterComparison
        Stars that take no part are crossed.
    title : str
        Written above.
    """
    axes = figure.subplots()
    filters = [one for one in comparison.filters if np.isfinite(one.pivot_um)]
    axes.axhline(1.0, color=color("dim"), lw=0.5)
    named: set[str] = set()
    for place, one in enumerate(filters):
        _draw_stars(axes, place, one, named)
        if np.isfinite(one.mean):
            axes.errorbar(
                place + _MEAN_AT, one.mean, one.rms if np.isfinite(one.rms) else None,
                fmt="s", ms=5.0, lw=1.2, color=color("text"),
                label="" if "mean" in named else "mean and rms",
            )  # fmt: skip
            named.add("mean")
    axes.set_xticks(range(len(filters)), [_label(one) for one in filters])
    axes.set_xlim(-0.5, max(len(filters), 1) - 0.5)
    axes.set_ylabel("Spectrum / imager")
    put_legend(figure, axes)
    if title:
        axes.set_title(plain(title), loc="left")


def _label(one: FilterRatio) -> str:
    return plain(f"{one.filter}\n{one.pivot_um:.2f} µm")


def _draw_stars(axes: "Axes", place: int, one: FilterRatio, named: set[str]) -> None:
    table = read_toml("colors.toml")
    places = place + np.linspace(-2.5 * _SPREAD, _SPREAD, max(len(one.stars), 1))
    for x, star in zip(places, one.stars, strict=True):
        if not np.isfinite(star.ratio):
            continue
        kind = _class_of(star)
        if not star.is_used:
            axes.plot(x, star.ratio, "x", ms=5.0, color=color("wrong"))
            continue
        axes.errorbar(
            x, star.ratio, star.error if np.isfinite(star.error) else None,
            fmt=_MARKERS[table["symbols"][kind]], ms=3.5, lw=0.7,
            color=table["classes"][kind], label="" if kind in named else _NAMES[kind],
        )  # fmt: skip
        named.add(kind)


def _class_of(star: StarRatio) -> str:
    found = star_named(star.star)
    return found.star_class if found is not None and found.is_standard else "other"
