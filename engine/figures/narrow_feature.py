"""A narrow feature: all pixels over their continuum, with the spline (Law+2025, Fig. 3)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import band_color, color
from engine.mrs.narrow_feature import NarrowFeature

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROOM = 4.0  # standard deviations of single pixels above and below


def draw_narrow_feature(figure: "Figure", feature: NarrowFeature, *, title: str = "") -> None:
    """Draw the pixels, the spline with its error, and the range.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    feature : NarrowFeature
        Pixels outside the range, and those that were rejected, are paler.
    title : str
        For example the band.
    """
    axes = figure.add_subplot()
    hue = band_color(feature.band)
    for used, alpha in ((feature.is_used, 0.6), (~feature.is_used, 0.25)):
        axes.plot(
            feature.wave_um[used], feature.ratio[used], ".", ms=1.2, color=hue, alpha=alpha,
            rasterized=True,
        )  # fmt: skip
    low, high = feature.curve - feature.curve_error, feature.curve + feature.curve_error
    axes.fill_between(feature.curve_wave_um, low, high, color=color("dim"), alpha=0.4, lw=0.0)
    axes.plot(feature.curve_wave_um, feature.curve, color=color("text"), lw=1.2)
    for edge in feature.range_um:
        axes.axvline(edge, color=color("dim"), lw=0.6, ls=":")
    room = _ROOM * feature.scatter
    bottom, top = min(float(np.min(feature.curve)), 1.0), max(float(np.max(feature.curve)), 1.0)
    axes.set_ylim(bottom - room, top + room)
    axes.set_xlabel("Wavelength (µm)")
    axes.set_ylabel("Pixel over continuum")
    axes.set_title(
        f"{feature.band}, depth {100 * feature.depth:.2f} ± {100 * feature.depth_error:.2f} %",
        loc="left",
    )
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")
