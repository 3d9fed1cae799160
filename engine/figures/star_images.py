"""Images of stars: aperture and annulus (Gordon+2025, Fig. 3), a gallery (Fig. 1), backgrounds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arrays import AnyFloatArray
from engine.figures.labels import plain, with_error
from engine.figures.palette import color
from engine.imaging.custom_background import CustomBackground
from engine.imaging.photometry import Photometry
from engine.model.image import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MAP = "magma"
_GALLERY_COLUMNS = 4
_ANNULUS = "#5aa9f5"
_ZOOM = 1.5  # of the annulus


def draw_photometry(
    figure: "Figure", image: Image, measured: Photometry, *, title: str = ""
) -> None:
    """Draw the whole image with a box, and the target with aperture, annulus and center.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    image : Image
        What was measured.
    measured : Photometry
        Where the star is.
    title : str
        Star and filter.
    """
    from matplotlib.patches import Circle, Rectangle  # noqa: PLC0415  (slow to import)

    whole, near = figure.subplots(1, 2)
    x, y = measured.place.x, measured.place.y
    radii = measured.apertures
    half = _ZOOM * radii.outer_px
    _show(whole, image.data, _levels(image.data))
    for edge, width in (("black", 2.2), ("white", 1.0)):
        whole.add_patch(
            Rectangle((x - half, y - half), 2 * half, 2 * half, fill=False, ec=edge, lw=width)
        )
    _show(near, image.data, _levels(_cut(image.data, (x, y), half)))
    near.set_xlim(x - half, x + half)
    near.set_ylim(y - half, y + half)
    near.add_patch(Circle((x, y), radii.radius_px, fill=False, ec="white", lw=1.2))
    for radius in (radii.inner_px, radii.outer_px):
        near.add_patch(Circle((x, y), radius, fill=False, ec=_ANNULUS, lw=1.0))
    near.plot([x], [y], marker="x", color="white", ms=6, mew=1.2)
    for axes in (whole, near):
        axes.set_xlabel("x (px)")
    whole.set_ylabel("y (px)")
    value = with_error(measured.flux_dn_s, measured.flux_error)
    near.set_title(f"{value} DN/s" if np.isfinite(measured.flux_dn_s) else "no flux", loc="left")
    if title:
        figure.suptitle(plain(title), x=0.01, ha="left")


def draw_gallery(
    figure: "Figure",
    stars: Sequence[tuple[str, Image, tuple[float, float]]],
    *,
    half_px: float = 32.0,
) -> None:
    """Draw one star a filter, each with its own range of brightness (Gordon+2025, Fig. 1).

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    stars : sequence of (str, Image, (float, float))
        What stands above, the image, and where its star is (x, y).
    half_px : float
        Half the side of what is shown. Unit: pixel.
    """
    columns = min(_GALLERY_COLUMNS, max(len(stars), 1))
    rows = max(-(-len(stars) // columns), 1)
    panels = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for axes, star in zip(panels, stars, strict=False):
        title, image, (x, y) = star
        _show(axes, image.data, _levels(_cut(image.data, (x, y), half_px)))
        axes.set_xlim(x - half_px, x + half_px)
        axes.set_ylim(y - half_px, y + half_px)
        axes.set_title(plain(title), loc="left")
    for axes in panels[len(stars) :]:
        axes.set_visible(False)
    for axes in panels:
        axes.set_xticks([])
        axes.set_yticks([])


def draw_background(
    figure: "Figure",
    background: CustomBackground,
    *,
    before: Image | None = None,
    title: str = "",
) -> None:
    """Draw a dither before, the mean of the dithers, and the dither after.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    background : CustomBackground
        The mean.
    before : Image, optional
        One of the dithers.
    title : str
        The observation.
    """
    shown: list[tuple[str, AnyFloatArray]] = [("Mean without the star", background.mean)]
    if before is not None:
        level = float(np.nanmedian(background.mean))
        below = np.where(np.isfinite(background.mean), background.mean, level)
        shown = [("Before", before.data), *shown, ("After", before.data - below)]
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, (name, data) in zip(panels, shown, strict=True):
        low, high = np.nanpercentile(data, (2.0, 99.0))
        _show(axes, data, (float(low), float(high)))
        axes.set_title(name, loc="left")
        axes.set_xlabel("x (px)")
    panels[0].set_ylabel(f"y (px); {plain(title)}")


def _show(axes: "Axes", data: AnyFloatArray, levels: tuple[float, float]) -> None:
    low, high = levels
    width = max((high - low) / 30.0, 1e-30)
    shown: Any = np.arcsinh((data - low) / width)
    axes.imshow(
        shown, origin="lower", cmap=_MAP, vmin=0.0, vmax=float(np.arcsinh((high - low) / width)),
        interpolation="nearest",
    )  # fmt: skip
    axes.set_facecolor(color("dim"))


def _levels(data: AnyFloatArray) -> tuple[float, float]:
    """Return what is darkest and what is brightest."""
    known = data[np.isfinite(data)]
    if not known.size:
        return 0.0, 1.0
    low, high = np.percentile(known, (20.0, 100.0))
    return float(low), float(high) if high > low else float(low) + 1.0


def _cut(data: AnyFloatArray, center: tuple[float, float], half: float) -> AnyFloatArray:
    x, y = center
    return data[
        max(0, round(y - half)) : round(y + half) + 1, max(0, round(x - half)) : round(x + half) + 1
    ]
