"""An extraction: where the aperture lies in the cube, and what came out (Law+2025, Fig. 6)."""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arrays import FloatArray
from engine.figures.labels import plain
from engine.figures.legends import is_narrow
from engine.figures.palette import band_color, color
from engine.model.cube import Cube
from engine.mrs.extraction import Extraction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABELS = {"Jy": "Flux density (Jy)", "DN/s": "Count rate (DN/s)"}


def draw_extraction(
    figure: "Figure", extraction: Extraction, cube: Cube, *, title: str = ""
) -> None:
    """Draw the collapsed cube with the aperture, the spectrum, and the drift of the centroid.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    extraction : Extraction
        NaN is not drawn.
    cube : Cube
        The cube it was extracted from.
    title : str
        Source, program, band.
    """
    panels: dict[str, Axes] = figure.subplot_mosaic(
        [["image", "spectrum"], ["image", "drift"]],
        width_ratios=(1.0, 1.35),
        height_ratios=(2.2, 1.0),
    )
    _draw_image(panels["image"], cube)
    _draw_aperture(panels["image"], extraction)
    _draw_compass(panels["image"], cube)
    _draw_spectrum(panels["spectrum"], extraction)
    _draw_drift(panels["drift"], extraction)
    panels["drift"].sharex(panels["spectrum"])
    figure.legend(*panels["image"].get_legend_handles_labels(), loc="outside lower left", ncols=3)
    if not is_narrow(figure):
        panels["image"].set_title("Median over wavelength", loc="left", weight="normal")
    if title:
        figure.suptitle(plain(title), x=0.005, ha="left", weight="bold")


def _draw_image(axes: "Axes", cube: Cube) -> None:
    image = _collapsed(cube)
    finite = image[np.isfinite(image)]
    if finite.size:
        level, spread = np.median(finite), np.percentile(finite, 84.0) - np.median(finite)
        shown = np.arcsinh((image - level) / (spread or 1.0))
        axes.imshow(shown, origin="lower", cmap="Greys", interpolation="nearest")
    axes.set_aspect("equal")
    axes.locator_params(integer=True)
    axes.set_xlabel("x (spaxel, from 0)")
    axes.set_ylabel("y (spaxel, from 0)")
    axes.spines[:].set_visible(True)


def _collapsed(cube: Cube) -> FloatArray:
    """Return the median over the planes; NaN where no plane has a measurement."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # spaxels without any measurement
        image: FloatArray = np.nanmedian(cube.data, axis=0).astype(np.float64)
    return image


def _draw_aperture(axes: "Axes", extraction: Extraction) -> None:
    limits = axes.get_xlim(), axes.get_ylim()
    wave, center = extraction.spectrum.wave_um, extraction.center_pixel
    middle = wave.size // 2
    aperture, inner = extraction.radius_pixels, extraction.inner_pixels
    for radius, line, shade, label in (
        (aperture[middle], "-", "accent", f"aperture at {wave[middle]:.2f} µm"),
        (aperture[0], ":", "accent", "at the ends of the band"),
        (aperture[-1], ":", "accent", None),
        (inner[middle], "--", "care", "annulus"),
        (extraction.outer_pixels[middle], "--", "care", None),
    ):
        if np.isfinite(radius):
            _draw_circle(axes, center, radius, color=color(shade), ls=line, label=label)
    axes.plot(*center, marker="+", markersize=6.0, color=color("accent"))
    axes.set(xlim=limits[0], ylim=limits[1])


def _draw_circle(axes: "Axes", center: tuple[float, float], radius: float, **style: Any) -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 181)
    axes.plot(center[0] + radius * np.cos(angle), center[1] + radius * np.sin(angle), **style)


def _draw_compass(axes: "Axes", cube: Cube) -> None:
    if cube.sky is None:
        return
    _, n_y, n_x = cube.shape
    length = 0.12 * min(n_x, n_y)
    x, y = 0.84 * n_x, 0.14 * n_y
    for (along_x, along_y), name in zip(cube.sky.north_east(), "NE", strict=True):
        end = x + length * along_x, y + length * along_y
        axes.annotate(
            "", end, (x, y), arrowprops={"arrowstyle": "->", "color": color("dim"), "lw": 0.8}
        )
        beyond = x + 1.35 * length * along_x, y + 1.35 * length * along_y
        axes.text(*beyond, name, ha="center", va="center")


def _draw_spectrum(axes: "Axes", extraction: Extraction) -> None:
    spectrum = extraction.spectrum
    hue, wave = band_color(spectrum.identity.band), spectrum.wave_um
    if np.isfinite(spectrum.error).any():
        axes.fill_between(
            wave, spectrum.flux - spectrum.error, spectrum.flux + spectrum.error, color=hue,
            alpha=0.3, lw=0.0,
        )  # fmt: skip
    axes.plot(wave, spectrum.flux, color=hue, lw=0.8, label="spectrum")
    if extraction.background_limited.any():
        axes.fill_between(
            wave, 0.0, 1.0, where=extraction.background_limited, color=color("care"), alpha=0.12,
            lw=0.0, transform=axes.get_xaxis_transform(), label="limited by the background",
        )  # fmt: skip
    axes.set_ylabel(_LABELS.get(spectrum.unit, plain(f"Value ({spectrum.unit})")))
    axes.tick_params(labelbottom=False)
    axes.legend(loc="best")


def _draw_drift(axes: "Axes", extraction: Extraction) -> None:
    axes.axhline(0.0, color=color("hairline"), lw=0.6)
    for drift, symbol, shade, name in (
        (extraction.drift_x_pixels, "o", "accent", "x"),
        (extraction.drift_y_pixels, "s", "care", "y"),
    ):
        axes.plot(
            extraction.drift_wave_um, drift, marker=symbol, markersize=2.5, lw=0.6,
            color=color(shade), label=name,
        )  # fmt: skip
    axes.set_ylabel("Drift (spaxel)")
    axes.set_xlabel("Wavelength (µm)")
    axes.legend(loc="best", ncols=2)
