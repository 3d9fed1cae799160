"""Jumps over flux and date, and along the chain (Law+2025, Sec. 8.1)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.compare.jumps import JumpPoint, Jumps
from engine.compare.junction_judgments import shows_jump
from engine.compare.junction_steps import JunctionSteps
from engine.compare.repeatability import decimal_year
from engine.figures.labels import plain, signed
from engine.figures.palette import band_color, color
from engine.model.bands import junctions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_KIND = {
    "multiplicative": "×",
    "additive": "+",
    "none": "none",
    "differs between sources": "~",
    "undetermined": "?",
}


def draw_jumps(figure: "Figure", jumps: Jumps, *, title: str = "") -> None:
    """Draw the jump at each junction over the flux, above, and over the date, below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    jumps : Jumps
        Sources that are left out are crossed.
    title : str
        For example the stage.
    """
    names = [one.name for one in junctions() if jumps.at(one.name)] or [junctions()[0].name]
    panels = figure.subplots(2, len(names), squeeze=False, sharey=True)
    for column, name in enumerate(names):
        over_flux, over_date = panels[:, column]
        over_flux.set_label(f"{name} flux")
        over_date.set_label(f"{name} date")
        _draw_points(over_flux, jumps.at(name), name, axis="flux")
        _draw_points(over_date, jumps.at(name), name, axis="date")
        _draw_trend(over_date, jumps, name)
        if any(one.flux > 0 and np.isfinite(one.ratio) for one in jumps.at(name)):
            over_flux.set_xscale("log")
            _label_few(over_flux)
        over_flux.set_title(f"{name}\n{_KIND[jumps.verdict(name).kind]}", loc="left")
        over_flux.tick_params(axis="x", labelrotation=90)
        over_date.tick_params(axis="x", labelrotation=90)
    unit = jumps.unit
    for axes in panels[:, 0]:
        axes.set_ylabel("Right / left − 1 (%)")
    middle = panels[:, len(names) // 2]
    middle[0].set_xlabel(f"Flux ({plain(unit)})" if unit else "Flux")
    middle[1].set_xlabel("Date (year)")
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def _label_few(axes: "Axes") -> None:
    """Label what fits below a narrow panel, however many decades it spans."""
    from matplotlib.ticker import LogLocator, NullFormatter  # noqa: PLC0415  (slow to import)

    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 3.0), numticks=4))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _draw_points(axes: "Axes", points: Sequence[JumpPoint], name: str, *, axis: str) -> None:
    hue = band_color(name.partition("|")[2])
    axes.axhline(0.0, color=color("dim"), lw=0.5)
    for is_used in (True, False):
        some = [one for one in points if one.is_used == is_used and np.isfinite(one.ratio)]
        if axis == "flux":
            some = [one for one in some if one.flux > 0]
        x = [one.flux if axis == "flux" else decimal_year(one.mjd) for one in some]
        axes.errorbar(
            x,
            [100.0 * (one.ratio - 1.0) for one in some],
            [100.0 * one.ratio_error for one in some],
            ls="none", lw=0.7, markersize=2.5,
            marker="o" if is_used else "x", color=hue if is_used else color("wrong"),
        )  # fmt: skip


def _draw_trend(axes: "Axes", jumps: Jumps, name: str) -> None:
    trend = jumps.trend(name, "date")
    dates = [one.mjd for one in jumps.at(name) if one.is_used and np.isfinite(one.mjd)]
    if not dates or not np.isfinite(trend.slope):
        return
    ends = np.array([min(dates), max(dates)])
    style = "-" if trend.is_reported else "--"
    years = [decimal_year(end) for end in ends]
    axes.plot(years, 100.0 * (trend.ratio_at(ends) - 1.0), color=color("dim"), ls=style, lw=0.8)


def draw_junction_steps(figure: "Figure", steps: JunctionSteps, *, title: str = "") -> None:
    """Draw the jump at each junction, one line a step of the chain, with the significant ones said.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    steps : JunctionSteps
        NaN is not drawn.
    title : str
        For example the source.
    """
    axes = figure.subplots()
    names = [one.name for one in junctions()]
    shades = ("dim", "care", "ok", "accent", "text")
    n_steps = len(steps.steps)
    axes.axhline(0.0, color=color("dim"), lw=0.5)
    for place, (step, found) in enumerate(steps.steps):
        aside = 0.5 * (place - 0.5 * (n_steps - 1)) / max(n_steps, 1)
        x = np.arange(len(names)) + aside
        ratio = np.array([one.ratio for one in found.measures])
        error = np.array([one.ratio_error for one in found.measures])
        axes.errorbar(
            x, 100.0 * (ratio - 1.0), 100.0 * error, ls="none", marker="o", markersize=3.0,
            lw=0.8, label=plain(step), color=color(shades[place % len(shades)]),
        )  # fmt: skip
        if place == n_steps - 1:
            for at, one in enumerate(found.measures):
                if shows_jump(one):
                    said = signed(100.0 * (one.ratio - 1.0), 1)
                    axes.annotate(said, (x[at], 100.0 * (one.ratio - 1.0)), xytext=(4, 2),
                                  textcoords="offset points")  # fmt: skip
    axes.set_xticks(range(len(names)), names)
    axes.set_ylabel("Right / left − 1 (%)")
    axes.set_xlabel("Junction")
    axes.legend(title="after", ncols=max(n_steps, 1))
    if title:
        axes.set_title(plain(title), loc="left")
