"""Factors by class, and over every parameter (Law+2025, Figs. 19 and 20)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import BoolArray
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.trend_results import FactorTrends, Trend
from engine.figures.labels import plain
from engine.figures.palette import color
from engine.resources import read_toml

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BY_CLASS = "class"  #: label of the panel of classes; the others have those of parameters
_COLUMNS = 3
_MOST = 8  # parameters, the most certain trends first
_NAMES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs"}
_MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D"}


def draw_trends(figure: "Figure", trends: FactorTrends, *, title: str = "") -> None:
    """Draw the factors by class in the first panel, over each parameter in the others.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    trends : FactorTrends
        Observations that are left out are crossed.
    title : str
        Written above.
    """
    shown = [one for one in trends.trends if not one.reason]
    shown = sorted(shown, key=lambda one: one.single_chance)[:_MOST]
    count = len(shown) + 1
    rows = -(-count // _COLUMNS)
    panels = figure.subplots(rows, min(_COLUMNS, count), sharey=True, squeeze=False).ravel()
    _draw_classes(panels[0], trends)
    for axes, trend in zip(panels[1:], shown, strict=False):
        _draw_trend(axes, trends, trend)
    for axes in panels[count:]:
        axes.set_axis_off()
    for axes in panels[:: min(_COLUMNS, count)]:
        axes.set_ylabel(_y_label(trends.table))
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def _y_label(table: FactorTable) -> str:
    return f"Factor ({table.unit})" if table.unit else "Relative factor"


def _shade(name: str) -> str:
    shades = read_toml("colors.toml")["classes"]
    return str(shades.get(name, shades["other"]))


def _marker(name: str) -> str:
    symbols = read_toml("colors.toml")["symbols"]
    return _MARKERS[symbols.get(name, symbols["other"])]


def _draw_classes(axes: "Axes", trends: FactorTrends) -> None:
    table = trends.table
    names = [one.name for one in trends.classes]
    own = np.array(table.classes)
    for place, level in enumerate(trends.classes):
        inside = own == level.name
        spread = np.linspace(-0.15, 0.05, max(int(np.count_nonzero(inside)), 1))
        x = np.full(len(table), float(place))
        x[inside] += spread[: np.count_nonzero(inside)]
        _draw_points(axes, table, x, inside, level.name)
        if np.isfinite(level.mean):
            axes.errorbar(
                place + 0.22, level.mean, level.rms if np.isfinite(level.rms) else None,
                fmt="s", ms=6.0, lw=1.2, color=_shade(level.name), mec=color("text"), mew=0.6,
            )  # fmt: skip
    _draw_mean(axes, trends)
    axes.set_xticks(range(len(names)), [_NAMES.get(one, one) for one in names])
    axes.set_xlim(-0.5, max(len(names), 1) - 0.5)
    axes.set_label(BY_CLASS)
    axes.set_title("Class", loc="left")


def _draw_trend(axes: "Axes", trends: FactorTrends, trend: Trend) -> None:
    table = trends.table
    parameter = table.parameter(trend.parameter)
    assert parameter is not None
    x = _shown_x(parameter)
    for name in dict.fromkeys(table.classes):
        _draw_points(axes, table, x, np.array([one == name for one in table.classes]), name)
    _draw_mean(axes, trends)
    known = table.used & np.isfinite(parameter.x)
    if np.isfinite(trend.slope):
        ends = np.linspace(parameter.x[known].min(), parameter.x[known].max(), 60)
        line, error = trend.at(ends), trend.error_at(ends)
        places = 10.0**ends if parameter.scale == "log" else ends
        axes.plot(places, line, color=color("accent"), lw=1.0)
        axes.fill_between(
            places, line - error, line + error, color=color("accent"), alpha=0.15, lw=0
        )
    if parameter.kind == "category":
        axes.set_xticks(range(len(parameter.categories)), parameter.categories)
    elif parameter.scale == "log":
        axes.set_xscale("log")
    axes.set_label(parameter.name)
    axes.set_xlabel(plain(parameter.title))
    axes.set_title(f"{trend.significance:.1f} σ", loc="right")


def _shown_x(parameter: Parameter) -> "np.ndarray":
    return parameter.x if parameter.kind == "category" else parameter.numbers


def _draw_points(
    axes: "Axes", table: FactorTable, x: "np.ndarray", inside: BoolArray, name: str
) -> None:
    for is_used in (True, False):
        which = inside & (table.used == is_used) & np.isfinite(x) & np.isfinite(table.factor)
        axes.errorbar(
            x[which], table.factor[which], np.nan_to_num(table.error[which]), ls="none", lw=0.6,
            marker=_marker(name) if is_used else "x", ms=4.0,
            color=_shade(name) if is_used else color("wrong"),
        )  # fmt: skip


def _draw_mean(axes: "Axes", trends: FactorTrends) -> None:
    level = trends.all
    axes.axhline(level.mean, color=color("dim"), lw=0.7, zorder=0)
    if np.isfinite(level.rms):
        axes.axhspan(
            level.mean - level.rms, level.mean + level.rms, color=color("text"), alpha=0.07, lw=0
        )
