"""A pixel flat: dirty and clean side by side, with the spectrum below (Law+2025, Fig. 2)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import AnyFloatArray
from engine.figures.labels import plain
from engine.figures.palette import band_color, color
from engine.mrs.pixel_flat import PixelFlat

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_POINTS = 20_000


def draw_pixel_flat(figure: "Figure", flat: PixelFlat, *, title: str = "") -> None:
    """Draw the dirty and the clean flat, and what was patched or divided out.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    flat : PixelFlat
        Pixels that are left out are white.
    title : str
        For example the band.
    """
    grid = figure.add_gridspec(2, 2, height_ratios=(2.6, 1.0))
    left = figure.add_subplot(grid[0, 0])
    right = figure.add_subplot(grid[0, 1], sharex=left, sharey=left)
    is_factored = flat.method == "factored reference"
    low, high = _limits(flat.clean)
    for axes, image, name in (
        (left, flat.dirty, "Reference over its median" if is_factored else "Dirty"),
        (right, flat.clean, "Clean"),
    ):
        drawn = axes.imshow(
            image, origin="lower", aspect="auto", cmap="gray", vmin=low, vmax=high,
            interpolation="nearest",
        )  # fmt: skip
        axes.set_title(f"{flat.band}, {name.lower()}", loc="left")
        axes.set_xlabel("x (pixel, from 0)")
        axes.spines[:].set_visible(True)
    left.set_ylabel("y (pixel, from 0)")
    right.tick_params(labelleft=False)
    figure.colorbar(drawn, ax=[left, right], label="Response", pad=0.01)
    _draw_curve(figure.add_subplot(grid[1, :]), flat)
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def _draw_curve(axes: "Axes", flat: PixelFlat) -> None:
    hue = band_color(flat.band)
    if flat.method == "factored reference":
        known = np.flatnonzero(np.isfinite(flat.start))
        step = max(1, known.size // _MOST_POINTS)
        some = known[::step]
        axes.plot(
            flat.wave_um.ravel()[some], flat.start.ravel()[some], ".", ms=0.8, color=hue, alpha=0.6,
            rasterized=True,
        )  # fmt: skip
        axes.plot(flat.curve_wave_um, flat.curve, color=color("text"), lw=1.0)
        axes.set_ylabel("Reference, spline")
    else:
        axes.plot(flat.curve_wave_um, flat.curve, color=hue, lw=0.8)
        axes.set_yscale("log")
        axes.set_ylabel("Nebula over its mean")
    for low, high in flat.patches:
        axes.axvspan(low, high, color=color("care"), alpha=0.2, lw=0.0)
    axes.set_xlabel("Wavelength (µm)")


def _limits(image: AnyFloatArray) -> tuple[float, float]:
    known = image[np.isfinite(image)]
    if not known.size:
        return 0.8, 1.2
    low, high = np.quantile(known, [0.01, 0.99])
    return float(low), float(high)
