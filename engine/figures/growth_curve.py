"""Aperture corrections over wavelength, and growth curves (Law+2025, Fig. 7)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.mrs.growth_curve import RADII_FWHM, GrowthCurve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = {1.0: ":", 2.0: "--", 3.0: "-"}  # FWHM; dashes as in the paper


def draw_growth_curve(figure: "Figure", growth: GrowthCurve, *, title: str = "") -> None:
    """Draw the corrections of 1, 2 and 3 FWHM over wavelength, and the growth curve beside.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    growth : GrowthCurve
        The middle bin is drawn as growth curve.
    title : str
        For example the star and the band.
    """
    left, right = figure.subplots(1, 2)
    hue = band_color(growth.correction.band)
    table = growth.correction
    for shown, dashes in _SHOWN.items():
        row = RADII_FWHM.index(shown)
        left.errorbar(
            table.wave_um, table.factor[row], table.factor_error[row], color=hue, ls=dashes,
            lw=1.0, label=f"{shown:g} FWHM",
        )  # fmt: skip
    left.set_xlabel("Wavelength (µm)")
    left.set_ylabel("Aperture correction")
    known = np.flatnonzero(np.isfinite(growth.scale))
    middle = int(known[known.size // 2])
    radius, energy = growth.radius_fwhm, growth.encircled[:, middle]
    error = growth.encircled_error[:, middle]
    right.fill_between(radius, energy - error, energy + error, color=hue, alpha=0.3, lw=0.0)
    right.plot(radius, growth.model[:, middle], color=color("dim"), lw=0.8, label="model")
    right.plot(radius, energy, color=hue, lw=1.2, label="star, model beyond the join")
    right.axvline(growth.join_fwhm, color=color("accent"), lw=0.7)
    right.axvspan(*growth.annulus_fwhm, color=color("dim"), alpha=0.15, lw=0.0)
    right.set_ylim(0.0, 1.02)
    right.set_xlabel("Radius (FWHM)")
    right.set_ylabel(f"Encircled energy at {growth.wave_um[middle]:.2f} µm")
    if title:
        left.set_title(plain(title), loc="left")
    put_legend(figure, left)
