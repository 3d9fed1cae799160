"""Distributions of stochastic noise, band by band (Law+2025, Fig. 17)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.compare.stochastic_noise import BandNoise, StarNoise, expected_counts
from engine.figures.labels import plain
from engine.figures.palette import band_color, color
from engine.figures.panels import band_panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_noise(figure: "Figure", noise: StarNoise, *, title: str = "") -> None:
    """Draw twelve histograms of deviations, each with the Gaussian of its rms.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    noise : StarNoise
        A band without numbers has an empty panel.
    title : str
        For example the star and the stage.
    """
    panels = band_panels(figure, x_label="Deviation (%)", y_label="Values")
    for axes, one in zip(panels, noise.bands, strict=True):
        _draw_band(axes, one)
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def _draw_band(axes: "Axes", one: BandNoise) -> None:
    said = "–"
    if one.counts.size:
        axes.stairs(one.counts, 100.0 * one.edges, fill=True, color=band_color(one.band), alpha=0.5)
        middle = 0.5 * (one.edges[1:] + one.edges[:-1])
        axes.plot(100.0 * middle, expected_counts(one), color=color("text"), lw=0.8)
        said = f"σ$_r$ = {100.0 * one.noise:.2f} %, S/N {one.snr:.0f}"
    axes.set_label(one.band)
    axes.set_title(f"{one.band}   {said}", loc="left")
    axes.set_ylim(bottom=0.0)
    if not np.isfinite(one.noise):
        axes.set_yticks([])
