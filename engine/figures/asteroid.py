"""The aligned asteroid, its blackbody, and their ratio (Law+2025, Fig. 15, lower panel)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import band_color, color
from engine.mrs.asteroid_model import AsteroidModel

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_asteroid(figure: "Figure", model: AsteroidModel, *, title: str = "") -> None:
    """Draw the bands times their scales with the model, and the ratio below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    model : AsteroidModel
        Samples that are not fitted are drawn faint.
    title : str
        For example the source.
    """
    grid = figure.add_gridspec(2, 1, height_ratios=(3, 1))
    axes = figure.add_subplot(grid[0])
    rest = figure.add_subplot(grid[1], sharex=axes)
    low, high = 5.0, 28.0
    wave = np.linspace(low, high, 600)
    axes.plot(wave, model.flux_jy(wave), color=color("dim"), lw=1.0)
    rest.axhline(1.0, color=color("dim"), lw=0.5)
    for one in model.bands:
        scale = one.scale if np.isfinite(one.scale) else 1.0
        for used, opacity in ((True, 0.9), (False, 0.3)):
            keep = (one.is_used == used) & np.isfinite(one.flux_jy) & (one.flux_jy > 0)
            flux = scale * one.flux_jy[keep]
            ratio = flux / model.flux_jy(one.wave_um[keep])
            for where, values in ((axes, flux), (rest, ratio)):
                where.plot(
                    one.wave_um[keep], values, ".",
                    color=band_color(one.band), ms=1.2, alpha=opacity,
                )  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylabel("Flux × scale (Jy)")
    axes.tick_params(labelbottom=False)
    systematic = f" ± {model.temperature_sys_k:.2f} (vectors)" if model.temperature_sys_k else ""
    axes.annotate(
        f"T = {model.temperature_k:.2f} ± {model.temperature_error_k:.2f}{systematic} K",
        (0.97, 0.06), xycoords="axes fraction", ha="right",
    )  # fmt: skip
    rest.set_ylim(0.9, 1.1)
    rest.set_xlim(low, high)
    rest.set_xlabel("Wavelength (µm)")
    rest.set_ylabel("Ratio")
    if title:
        axes.set_title(plain(title), loc="left")
