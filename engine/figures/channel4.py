"""Channel 4: the red source, the overlaps and the vectors (Law+2025, Figs. 14 and 15)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import band_color, color
from engine.model.vector import FACTOR_UNITS
from engine.mrs.channel4_vectors import Channel4

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_channel4(figure: "Figure", result: Channel4, *, title: str = "") -> None:
    """Draw the calibrated red source, the three overlaps, and the final vectors.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : Channel4
        Where the vector is assumed it is dotted.
    title : str
        Above the figure.
    """
    grid = figure.add_gridspec(3, 3, height_ratios=(2, 1.2, 2))
    _draw_red(figure.add_subplot(grid[0, :]), result)
    for column, link in enumerate(result.links):
        axes = figure.add_subplot(grid[1, column])
        axes.set_label(link.junction)
        left, right = link.junction.split("|")
        for band, flux, error in (
            (left, link.left_jy, link.left_error),
            (right, link.right_jy, link.right_error),
        ):
            axes.errorbar(
                link.wave_um, flux, error, fmt=".", ms=2.5, lw=0.6, color=band_color(band)
            )
        percent = 100.0 * link.level_error
        axes.set_title(f"{link.junction}  ± {percent:.2f} %", loc="left", fontsize="small")
        axes.tick_params(labelsize="x-small")
    _draw_vectors(figure.add_subplot(grid[2, :]), result)
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def _draw_red(axes: "Axes", result: Channel4) -> None:
    for one in result.red:
        axes.plot(one.wave_um, one.flux, color=band_color(one.identity.band), lw=0.6)
    if result.smooth_um.size:
        axes.plot(result.smooth_um, result.smooth_jy, color=color("dim"), lw=0.8, ls="--")
    axes.set_ylabel("Flux (Jy)")
    axes.set_label("red")
    axes.set_title(plain(result.red_source), loc="left")


def _draw_vectors(axes: "Axes", result: Channel4) -> None:
    for one in result.vectors:
        hue = band_color(one.band)
        assumed = one.wave_um > result.assumed_from_um  # nowhere when that is NaN
        whole = np.hypot(one.stat_error, np.nan_to_num(one.sys_error))
        axes.plot(one.wave_um, np.where(assumed, np.nan, one.vector), color=hue, lw=1.0)
        axes.plot(one.wave_um, np.where(assumed, one.vector, np.nan), color=hue, lw=1.0, ls=":")
        axes.fill_between(
            one.wave_um, one.vector - whole, one.vector + whole, color=hue, alpha=0.25, lw=0
        )
    axes.set_label("vectors")
    axes.set_yscale("log")
    axes.set_xlabel("Wavelength (µm)")
    unit = FACTOR_UNITS[result.kind]
    axes.set_ylabel(f"Factor ({unit})" if unit else "Factor")
