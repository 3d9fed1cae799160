"""Photom references: what a frame was filled with, and how versions differ."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color, darker
from engine.mrs.photom_reference import MadeReference
from engine.mrs.reference_versions import ReferenceVersions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_THIN = 4  # pixels to one that is drawn
_STYLES = ("-", "--", ":", "-.")


def draw_photom_reference(figure: "Figure", made: MadeReference) -> None:
    """Draw the image of factors, and the vectors of both bands.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    made : MadeReference
        A half without factors stays empty and says why.
    """
    grid = figure.add_gridspec(2, 2, width_ratios=(1.2, 1.0))
    image = figure.add_subplot(grid[:, 0])
    values = np.asarray(made.reference.factor[::_THIN, ::_THIN], dtype=float)
    good = values[np.isfinite(values)]
    low, high = np.percentile(good, (2, 98)) if good.size else (0.0, 1.0)
    shown = image.imshow(
        values, origin="lower", aspect="auto", vmin=low, vmax=high, cmap="viridis",
        extent=(0, made.reference.factor.shape[1], 0, made.reference.factor.shape[0]),
        interpolation="nearest", rasterized=True,
    )  # fmt: skip
    figure.colorbar(shown, ax=image, label="MJy sr$^{-1}$ / (DN s$^{-1}$)")
    image.set_xlabel("Column")
    image.set_ylabel("Row")
    image.set_title(plain(f"{made.reference.frame}, {made.base}"), loc="left")
    for i, half in enumerate(made.halves):
        axes = figure.add_subplot(grid[i, 1])
        axes.set_title(half.band, loc="left")
        if half.reason:
            axes.text(0.5, 0.5, plain(half.reason), ha="center", transform=axes.transAxes)
            continue
        hue = darker(band_color(half.band))
        low_edge, high_edge = half.factor - half.error, half.factor + half.error
        axes.fill_between(half.wave_um, low_edge, high_edge, color=hue, alpha=0.2, lw=0.0)
        axes.plot(half.wave_um, half.factor, color=hue, lw=0.9)
        axes.set_ylabel("Factor")
        axes.set_xlabel("Wavelength (µm)")


def draw_reference_versions(figure: "Figure", versions: ReferenceVersions) -> None:
    """Draw the factors of all versions, their ratios to the baseline, and the loss, band by band.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    versions : ReferenceVersions
        NaN is not drawn.
    """
    names = list(dict.fromkeys(one.band for one in versions.curves))
    panels = figure.subplots(3, len(names), squeeze=False, sharex="col")
    ids = [one for one, _ in versions.versions]
    for curve in versions.curves:
        column = panels[:, names.index(curve.band)]
        style = _STYLES[ids.index(curve.version) % len(_STYLES)]
        hue = color("dim") if curve.version == versions.baseline else darker(band_color(curve.band))
        column[0].plot(curve.wave_um, curve.factor, style, color=hue, lw=0.9, label=curve.name)
        column[1].plot(curve.wave_um, curve.ratio, style, color=hue, lw=0.9)
        column[2].plot(curve.wave_um, curve.loss, style, color=hue, lw=0.9)
    for name, column in zip(names, panels.T, strict=True):
        for axes, quantity in zip(column, ("factor", "ratio", "loss"), strict=True):
            axes.set_label(f"{name} {quantity}")
        column[0].set_title(name, loc="left")
        column[2].set_xlabel("Wavelength (µm)")
    for axes, text in zip(
        panels[:, 0], ("Factor", "Ratio", f"Loss, MJD {versions.mjd:.0f}"), strict=True
    ):
        axes.set_ylabel(text)
    put_legend(figure, panels[0, 0])
    figure.align_ylabels()
