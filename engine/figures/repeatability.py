"""Levels of repeated visits over time, band by band (Law+2025, Fig. 16)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.compare.repeatability import BandRepeatability, StarRepeatability, decimal_year
from engine.figures.labels import plain
from engine.figures.palette import band_color, color
from engine.figures.panels import band_panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_repeatability(
    figure: "Figure", repeatability: StarRepeatability, *, title: str = ""
) -> None:
    """Draw twelve panels: the ratio of each visit to the mean over the date.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    repeatability : StarRepeatability
        Visits that are left out are crossed, in another color; a visit without a date is not
        drawn.
    title : str
        For example the star and the stage.
    """
    panels = band_panels(figure, x_label="Date (year)", y_label="Ratio to the mean − 1 (%)")
    for axes, one in zip(panels, repeatability.bands, strict=True):
        _draw_band(axes, one)
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def _draw_band(axes: "Axes", one: BandRepeatability) -> None:
    hue = band_color(one.band)
    shown = [visit for visit in one.visits if np.isfinite(visit.ratio) and np.isfinite(visit.mjd)]
    axes.axhline(0.0, color=color("dim"), lw=0.5)
    for is_used in (True, False):
        some = [visit for visit in shown if visit.is_used == is_used]
        axes.errorbar(
            [decimal_year(visit.mjd) for visit in some],
            [100.0 * (visit.ratio - 1.0) for visit in some],
            [100.0 * visit.ratio_error for visit in some],
            ls="none", lw=0.7, markersize=3.0,
            marker="s" if is_used else "x", color=hue if is_used else color("wrong"),
        )  # fmt: skip
    if np.isfinite(one.trend_per_year):
        dates = np.array([visit.mjd for visit in shown if visit.is_used])
        ends = np.array([dates.min(), dates.max()])
        years = [decimal_year(end) for end in ends]
        axes.plot(years, 100.0 * (one.trend_at(ends) - 1.0), color=color("dim"), ls="--", lw=0.7)
    said = f"σ$_s$ = {100.0 * one.scatter:.2f} %" if np.isfinite(one.scatter) else "–"
    axes.set_label(one.band)
    axes.set_title(f"{one.band}   {said}", loc="left")
    axes.margins(x=0.1, y=0.25)
