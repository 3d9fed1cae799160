"""Bandpasses and model fluxes, and our zero points over the published ones."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import color
from engine.imaging.model_fluxes import ModelFluxes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_model_fluxes(figure: "Figure", fluxes: ModelFluxes) -> None:
    """Draw the responses with the fluxes of the stars, and the zero points over Table 6.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    fluxes : ModelFluxes
        What is drawn; zero points that are not known are left out.
    """
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    pivots = {one.filter: one.pivot_um for one in fluxes.zero_points}
    right = above.twinx()
    for bandpass in fluxes.bandpasses:
        scaled = bandpass.response / bandpass.response.max()
        right.fill_between(bandpass.wave_um, scaled, color=color("dim"), alpha=0.25, lw=0.0)
        right.annotate(
            plain(bandpass.name), (pivots[bandpass.name], 1.02), ha="center", fontsize="x-small"
        )
    right.set_ylim(0.0, 2.6)
    right.set_yticks([])
    for star in dict.fromkeys(one.star for one in fluxes.fluxes):
        found = [one for one in fluxes.fluxes if one.star == star]
        wave = [pivots[one.filter] for one in found]
        flux = [one.flux_jy for one in found]
        above.plot(wave, flux, marker="o", ms=2.5, lw=0.8)
        above.annotate(
            plain(star), (wave[-1], flux[-1]), xytext=(3, 0), textcoords="offset points",
            va="center", fontsize="x-small",
        )  # fmt: skip
    above.set_yscale("log")
    above.set_zorder(right.get_zorder() + 1)
    above.patch.set_visible(False)
    above.set_ylabel("Model flux (Jy)")
    known = [one for one in fluxes.zero_points if np.isfinite(one.fnu_jy)]
    below.axhline(0.0, color=color("dim"), lw=0.6)
    below.plot(
        [one.pivot_um for one in known],
        [100.0 * (one.fnu_jy / one.published_fnu_jy - 1.0) for one in known],
        "o", ms=3, color=color("accent"),
    )  # fmt: skip
    below.set_ylabel("Zero point over\nTable 6 − 1 (%)")
    below.set_xlabel("Wavelength (µm)")
