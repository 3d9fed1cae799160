"""Calibration factors of images: averages, panels, types of stars (Gordon+2025, Figs. 6-17)."""

from colorsys import hsv_to_rgb
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.trend_results import FactorTrends
from engine.figures.labels import plain
from engine.figures.palette import color
from engine.imaging.factor_results import FactorStudy
from engine.imaging.observations import ImagingTable
from engine.imaging.panel_sets import PanelSet
from engine.imaging.source_types import SourceTypes
from engine.resources import read_toml

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLASS_NAMES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs"}
SUBARRAY_MARKERS = {
    "FULL": "o", "BRIGHTSKY": "s", "SUB256": "p", "SUB128": "P", "SUB64": "*",
    "MASK1065": "^", "MASK1140": ">", "MASK1550": "<", "MASKLYOT": "v",
}  # fmt: skip
_TWO = 2
_FEW_PANELS = 8
_FACTOR = "Factor (MJy/sr per DN/s)"


def draw_observations(figure: "Figure", table: ImagingTable) -> None:
    """Draw when each filter was observed, in the colors of the types of stars.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    table : ImagingTable
        What is left out is crossed.
    """
    axes = figure.subplots()
    names = table.filter_names
    place = np.array([names.index(one) for one in table.filters], dtype=np.float64)
    for star_class in dict.fromkeys(table.classes):
        own = np.array([one == star_class for one in table.classes], dtype=bool)
        out = own & np.array([bool(one) for one in table.reasons], dtype=bool)
        shift = 0.16 * (list(dict.fromkeys(table.classes)).index(star_class) - 1)
        axes.plot(
            table.mjd[own], place[own] + shift, ls="none", marker="o", ms=3.0,
            color=_shade(star_class), label=CLASS_NAMES.get(star_class, star_class or "other"),
        )  # fmt: skip
        axes.plot(table.mjd[out], place[out] + shift, "x", ms=5.0, color=color("wrong"))
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("MJD (d)")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.08), ncols=3, frameon=False)


def draw_factor_averages(figure: "Figure", study: FactorStudy) -> None:
    """Draw the factor of every star over the average of each filter, and the error of the average.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    study : FactorStudy
        Stars that may have a disk, or deviate everywhere, are joined by a line and named.
    """
    axes = figure.subplots()
    names = [one.name for one in study.filters]
    averages = np.array([study.averages[name] for name in study.table.filters])
    relative = study.factor / averages
    place = np.array([names.index(name) for name in study.table.filters], dtype=np.float64)
    for star_class in dict.fromkeys(study.table.classes):
        own = np.array([one == star_class for one in study.table.classes], dtype=bool)
        _scatter(axes, study, place, relative, own, star_class)
    for number, one in enumerate(study.filters):
        error, scatter = one.average.error_percent / 100.0, one.average.scatter_percent / 100.0
        axes.errorbar(number + 0.3, 1.0, scatter, lw=0.8, color=color("dim"), capsize=2)
        axes.errorbar(number + 0.3, 1.0, error, lw=3.0, color=color("text"))
    for suspect in study.suspects:
        own = np.array([one == suspect.star for one in study.table.stars], dtype=bool)
        order = np.flatnonzero(own & np.isfinite(relative))
        order = order[np.argsort(place[order], kind="stable")]
        axes.plot(place[order], relative[order], lw=0.8, color=color("wrong"))
        axes.annotate(
            suspect.star, (place[order[-1]], relative[order[-1]]), xytext=(4, 0),
            textcoords="offset points", color=color("wrong"), va="center",
        )  # fmt: skip
    axes.axhline(1.0, lw=0.6, color=color("dim"), zorder=0)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    axes.set_ylabel("Factor over the average of the filter")
    axes.set_xlim(-0.6, len(names) + 0.4)


def draw_factor_panels(figure: "Figure", panels: PanelSet) -> None:
    """Draw one filter against eight parameters, or all filters against one.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    panels : PanelSet
        Colors are types of stars, symbols subarrays; what is left out is ringed.
    """
    shown = panels.panels
    across = _TWO
    rows = -(-len(shown) // across)
    grid = figure.subplots(rows, across, squeeze=False).ravel()
    for number, (axes, (trends, parameter)) in enumerate(zip(grid, shown, strict=False)):
        _draw_panel(axes, trends, parameter)
        axes.set_label(f"{trends.table.title} {parameter.name}")
        if not panels.is_of_filter:
            name = trends.table.title.removeprefix("Factors of ")
            axes.text(0.02, 0.96, name, transform=axes.transAxes, va="top", weight="bold")
        if panels.is_of_filter or number >= len(shown) - across:
            axes.set_xlabel(plain(parameter.title))
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    _legend(figure, grid[0], [one.table for one in panels.trends])
    figure.supylabel(_FACTOR, fontsize=grid[0].xaxis.label.get_size())
    figure.suptitle(plain(panels.title), x=0.01, ha="left")


def draw_source_types(figure: "Figure", types: SourceTypes) -> None:
    """Draw the ratios of the types in each filter, and their means (Gordon+2025, Fig. 7).

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    types : SourceTypes
        Bars of the means are as long as the parameters say.
    """
    axes = figure.subplots()
    pivots = sorted({one.pivot_um for one in types.ratios})
    shades = {
        pivot: hsv_to_rgb(0.72 * (1.0 - place / max(len(pivots) - 1, 1)), 0.75, 0.78)
        for place, pivot in enumerate(pivots)
    }
    for place, mean in enumerate(types.means):
        ratios = types.of(mean.star_class)
        x = place + np.linspace(-0.3, 0.12, max(len(ratios), 1))
        for at, one in zip(x, ratios, strict=False):
            axes.errorbar(
                at, one.ratio, one.error, fmt="o", ms=4.0, lw=0.8,
                color=shades[one.pivot_um],
                label=one.filter_name if place == _richest(types) else None,
            )  # fmt: skip
        if np.isfinite(mean.ratio):
            axes.errorbar(
                place + 0.28, mean.ratio, types.params.bars * mean.error, fmt="*", ms=9.0,
                lw=1.4, color=color("text"),
            )  # fmt: skip
    axes.axhline(1.0, lw=0.7, color=color("dim"), zorder=0)
    names = [CLASS_NAMES.get(one.star_class, one.star_class) for one in types.means]
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.5, len(names) - 0.3)
    axes.set_ylabel("Factor of the type over that of all")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    title = f"circles: filters, 1 σ; stars: all filters, {types.params.bars:g} σ"
    axes.set_title(title, loc="left")


def _richest(types: SourceTypes) -> int:
    counts = [len(types.of(one.star_class)) for one in types.means]
    return int(np.argmax(counts))


def _shade(name: str) -> str:
    shades = read_toml("colors.toml")["classes"]
    return str(shades.get(name, shades["other"]))


def _scatter(
    axes: "Axes",
    study: FactorStudy,
    place: FloatArray,
    relative: FloatArray,
    own: BoolArray,
    star_class: str,
) -> None:
    x = place + 0.18 * ({"hot": -1.0, "A": 0.0, "G": 1.0}.get(star_class, 0.0) - 0.6)
    used = own & study.is_used
    label = CLASS_NAMES.get(star_class, star_class or "other")
    axes.plot(
        x[used], relative[used], ls="none", marker="o", ms=3.0, color=_shade(star_class),
        label=label,
    )  # fmt: skip
    out = own & ~study.is_used & np.isfinite(relative)
    axes.plot(x[out], relative[out], ls="none", marker="x", ms=4.0, color=color("wrong"))


def _draw_panel(axes: "Axes", trends: FactorTrends, parameter: Parameter) -> None:
    table = trends.table
    subarrays = table.parameter("subarray")
    names = () if subarrays is None else subarrays.texts
    is_category = parameter.kind == "category"
    x = parameter.x + _spread(parameter.x) if is_category else parameter.numbers
    for star_class in dict.fromkeys(table.classes):
        for subarray in dict.fromkeys(names):
            own = np.array(
                [
                    c == star_class and s == subarray
                    for c, s in zip(table.classes, names, strict=True)
                ],
                dtype=bool,
            )
            own &= np.isfinite(x) & np.isfinite(table.factor)
            axes.errorbar(
                x[own], table.factor[own], np.nan_to_num(table.error[own]), ls="none", lw=0.5,
                marker=SUBARRAY_MARKERS.get(subarray, "D"), ms=3.2, alpha=0.75,
                color=_shade(star_class),
            )  # fmt: skip
    out = ~table.used & np.isfinite(x) & np.isfinite(table.factor)
    axes.plot(x[out], table.factor[out], "o", ms=7.0, mfc="none", mec=color("wrong"), mew=0.8)
    _draw_level(axes, trends)
    _limit(axes, trends)
    if is_category:
        axes.set_xticks(range(len(parameter.categories)), parameter.categories)
        axes.set_xlim(-0.6, len(parameter.categories) - 0.4)
    elif not np.isfinite(parameter.x).any():
        axes.text(0.5, 0.5, "not known", transform=axes.transAxes, ha="center", color=color("dim"))
    elif parameter.scale == "log":
        axes.set_xscale("log")
        axes.xaxis.set_minor_formatter(lambda _value, _place: "")
    else:
        axes.locator_params(axis="x", nbins=5)


def _legend(figure: "Figure", axes: "Axes", tables: "list[FactorTable]") -> None:
    """Say what colors and symbols stand for."""
    classes = dict.fromkeys(one for table in tables for one in table.classes)
    handles = [
        axes.plot([], [], ls="none", marker="o", ms=4, color=_shade(one),
                  label=CLASS_NAMES.get(one, one or "other"))[0]
        for one in classes
    ]  # fmt: skip
    found = [one.parameter("subarray") for one in tables]
    subarrays = {text for one in found if one is not None for text in one.texts}
    handles += [
        axes.plot([], [], ls="none", marker=marker, ms=4, color=color("dim"), label=name)[0]
        for name, marker in SUBARRAY_MARKERS.items()
        if name in subarrays
    ]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=min(len(handles), 7), frameon=False,
        fontsize="small",
    )  # fmt: skip


def _limit(axes: "Axes", trends: FactorTrends) -> None:
    """Show what is used; what is left out beyond that is counted, not drawn."""
    table = trends.table
    values = table.factor[table.used]
    room = 0.25 * (np.ptp(values) or abs(values[0]) * 0.05)
    low, high = values.min() - 1.4 * room, values.max() + room
    axes.set_ylim(low, high)
    n_beyond = int(np.count_nonzero((table.factor < low) | (table.factor > high)))
    if n_beyond:
        axes.text(
            0.98, 0.96, f"{n_beyond} beyond", transform=axes.transAxes, ha="right", va="top",
            size="small", color=color("wrong"),
        )  # fmt: skip


def _draw_level(axes: "Axes", trends: FactorTrends) -> None:
    level = trends.all
    axes.axhline(level.mean, lw=0.8, color=color("dim"), zorder=0)
    if not np.isfinite(level.rms):
        return
    for side in (-1.0, 1.0):
        axes.axhline(level.mean + side * level.rms, lw=0.7, ls=":", color=color("dim"), zorder=0)
    percent = 100.0 / level.mean
    axes.text(
        0.98, 0.04,
        f"{level.mean:.4f} ± {level.rms:.4f} ({percent * level.rms:.1f} %, "
        f"{percent * level.error:.2f} %)",
        transform=axes.transAxes, ha="right", size="small",
    )  # fmt: skip


def _spread(place: FloatArray) -> FloatArray:
    """Return small steps that lay the points of one category side by side."""
    steps = np.zeros(place.size)
    for one in np.unique(place[np.isfinite(place)]):
        which = np.flatnonzero(place == one)
        steps[which] = 0.5 * (np.arange(which.size) / max(which.size - 1, 1) - 0.5)
    return steps
