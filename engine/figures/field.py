"""The static fringe flat over a spectrum, and footprints over an image (Law+2025, Fig. 1)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import AnyFloatArray
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.mrs.footprints import Footprint, FootprintMap
from engine.mrs.fringe_flat import FringeFlatOverlay

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SAME_PLACE_ARCSEC = 120.0


def draw_fringe_flat(
    figure: "Figure", overlay: FringeFlatOverlay, *, band: str = "", title: str = ""
) -> None:
    """Draw the pattern of the spectrum and that of the flat.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    overlay : FringeFlatOverlay
        NaN is not drawn.
    band, title : str
        For the color and the heading.
    """
    axes = figure.subplots()
    wave = overlay.wave_um
    axes.plot(wave, 100 * overlay.pattern, color=band_color(band), lw=0.6, label="spectrum")
    if np.isfinite(overlay.flat_pattern).any():
        name = f"fringe flat, column {overlay.column}"
        axes.plot(wave, 100 * overlay.flat_pattern, color=color("text"), lw=0.6, label=name)
    axes.set_xlabel("Wavelength (µm)")
    axes.set_ylabel("Over running median − 1 (%)")
    axes.set_title(plain(f"{title}: {overlay.messages[0]}"), loc="left", wrap=True)
    put_legend(figure, axes)


def draw_footprints(
    figure: "Figure", footprints: FootprintMap, *, image: AnyFloatArray | None = None
) -> None:
    """Draw the fields of the bands over an image.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    footprints : FootprintMap
        In pixels of the image.
    image : ndarray, shape (ny, nx), optional
        The ground.
    """
    axes = figure.subplots()
    over = [] if image is None else _over(footprints, image)
    near = over or _around_the_first(footprints)
    if image is not None and over:
        low, high = np.nanpercentile(image, (5.0, 99.5))
        axes.imshow(image, origin="lower", cmap="gray_r", vmin=low, vmax=high)
    for one in near:
        x, y = np.r_[one.x, one.x[0]], np.r_[one.y, one.y[0]]
        axes.plot(x, y, color=band_color(one.band), lw=1.0, label=plain(one.title))
    axes.set_aspect("equal")
    if not over:
        axes.margins(0.1)
    axes.set_xlabel(f"x (pixels of {footprints.arcsec_per_pixel:.3f}″)")
    axes.set_ylabel("y (pixels)")
    if len(near) <= 12:
        put_legend(figure, axes)


def _known(footprints: FootprintMap) -> list[Footprint]:
    return [one for one in footprints.footprints if one.x.size and np.isfinite(one.x).all()]


def _over(footprints: FootprintMap, image: AnyFloatArray) -> list[Footprint]:
    """Return the footprints that touch the image."""
    height, width = image.shape
    return [
        one
        for one in _known(footprints)
        if one.x.max() > 0 and one.x.min() < width and one.y.max() > 0 and one.y.min() < height
    ]


def _around_the_first(footprints: FootprintMap) -> list[Footprint]:
    """Return the footprints of one field: those of other sources are degrees away."""
    found = _known(footprints)
    reach = _SAME_PLACE_ARCSEC / footprints.arcsec_per_pixel
    return [
        one
        for one in found
        if np.hypot(one.x.mean() - found[0].x.mean(), one.y.mean() - found[0].y.mean()) <= reach
    ]
