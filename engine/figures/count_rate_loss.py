"""The loss of count rate of one band: over time, and over wavelength (Law+2025, Figs. 4 and 5)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import band_color, color
from engine.mrs.count_rate_loss import BandLoss, evaluate_loss
from engine.mrs.loss_models import DAY_ZERO_MJD

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_count_rate_loss(figure: "Figure", loss: BandLoss, *, title: str = "") -> None:
    """Draw ratio and fit over time, the residuals below, and ratio over wavelength beside.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    loss : BandLoss
        Dates that are left out are crossed, in another color.
    title : str
        For example the band.
    """
    grid = figure.add_gridspec(2, 2, height_ratios=(3, 1))
    over_time = figure.add_subplot(grid[0, 0])
    rest = figure.add_subplot(grid[1, 0], sharex=over_time)
    _draw_time(over_time, rest, loss)
    _draw_wavelength(figure.add_subplot(grid[:, 1]), loss)
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def _draw_time(axes: "Axes", rest: "Axes", loss: BandLoss) -> None:
    hue = band_color(loss.band)
    ends = [date.mjd for date in loss.dates]
    days = np.linspace(min(ends), max(ends), 200) - DAY_ZERO_MJD
    level = loss.fit.values[0]
    axes.plot(days, loss.fit.loss_at(days), color=color("dim"), lw=0.9)
    rest.axhline(0.0, color=color("dim"), lw=0.5)
    for is_used in (True, False):
        some = [one for one in loss.dates if one.is_used == is_used and np.isfinite(one.ratio)]
        when = np.array([one.mjd for one in some]) - DAY_ZERO_MJD
        ratio = np.array([one.ratio for one in some]) / level
        error = np.array([one.error for one in some]) / level
        left = 100.0 * (ratio - loss.fit.loss_at(when))
        for where, values, errors in ((axes, ratio, error), (rest, left, 100.0 * error)):
            where.errorbar(
                when, values, errors, ls="none", lw=0.7, markersize=3.0,
                marker="s" if is_used else "x", color=hue if is_used else color("wrong"),
            )  # fmt: skip
    axes.set_ylabel("Count rate over day zero")
    axes.tick_params(labelbottom=False)
    axes.set_label(f"{loss.band} ratio")
    rest.set_label(f"{loss.band} residual")
    axes.set_title(f"{loss.band}, {loss.form}", loc="left")
    rest.set_xlabel("Days since 2022-04-11")
    rest.set_ylabel("Residual (%)")


def _draw_wavelength(axes: "Axes", loss: BandLoss) -> None:
    level = loss.fit.values[0]
    hue = band_color(loss.band)
    used = [one for one in loss.dates if one.is_used][1:]
    for one in dict.fromkeys((used[len(used) // 2], used[-1])) if used else ():
        axes.plot(loss.wave_um, one.spectrum / level, ".", color=hue, ms=2.0, alpha=0.7)
        found = evaluate_loss(loss, one.mjd, loss.wave_um)
        axes.plot(loss.wave_um, found.values, color=color("dim"), lw=0.9)
        axes.annotate(
            f"{one.mjd - DAY_ZERO_MJD:.0f} d", (loss.wave_um[-1], found.values[-1]),
            xytext=(2, 0), textcoords="offset points", va="center",
        )  # fmt: skip
    axes.set_label(f"{loss.band} wavelength")
    axes.set_xlabel("Wavelength (µm)")
    axes.set_ylabel("Count rate over day zero")
