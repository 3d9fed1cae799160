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
    filters = [one for one in comparison.filters if np.isfinite(one.pivot_um)]
    names = list(dict.fromkeys(one.instrument for one in filters))
    groups = [[one for one in filters if one.instrument == name] for name in names] or [[]]
    groups.sort(key=len, reverse=True)
    panels = figure.subplots(
        1, len(groups), sharey=True, squeeze=False, width_ratios=[len(of) + 0.5 for of in groups]
    )[0]
    for axes, of in zip(panels, groups, strict=True):
        _draw_imager(axes, of)
    panels[0].set_ylabel("Spectrum / imager")
    _label_classes(panels[-1])
    put_legend(figure, panels[-1])
    if title:
        panels[0].set_title(plain(title), loc="left")


def _draw_imager(axes: "Axes", filters: list[FilterRatio]) -> None:
    axes.axhline(1.0, color=color("dim"), lw=0.5)
    for place, one in enumerate(filters):
        _draw_stars(axes, place, one)
        if np.isfinite(one.mean):
            axes.errorbar(
                place + _MEAN_AT, one.mean, one.rms if np.isfinite(one.rms) else None,
                fmt="s", ms=5.0, lw=1.2, color=color("text"),
            )  # fmt: skip
    axes.set_xticks(range(len(filters)), [_label(one) for one in filters], rotation=40, ha="right")
    axes.set_xlim(-0.5, max(len(filters), 1) - 0.5)


def _label_classes(axes: "Axes") -> None:
    """Name the symbols once, in the order of the classes."""
    table = read_toml("colors.toml")
    for kind, name in _NAMES.items():
        marker, shade = _MARKERS[table["symbols"][kind]], table["classes"][kind]
        axes.plot([], [], marker, color=shade, ms=3.5, label=name)
    axes.plot([], [], "s", color=color("text"), ms=5.0, label="mean and rms")
    axes.plot([], [], "x", color=color("wrong"), ms=5.0, label="left out")


def _label(one: FilterRatio) -> str:
    return plain(f"{one.filter} ({one.pivot_um:.2f} µm)")


def _draw_stars(axes: "Axes", place: int, one: FilterRatio) -> None:
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
            color=table["classes"][kind],
        )  # fmt: skip


def _class_of(star: StarRatio) -> str:
    found = star_named(star.star)
    return found.star_class if found is not None and found.is_standard else "other"
