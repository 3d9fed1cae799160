"""Figures of slitless LRS exposures: background before and after, periodogram."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import color
from engine.lrs.periodic_noise import PeriodicNoise
from engine.lrs.slitless_background import SlitlessBackground

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHADES = {"emi": "accent", "heater": "ok"}


def draw_slitless_background(figure: "Figure", result: SlitlessBackground) -> None:
    """Draw the mean image before and after, and profiles across and along below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : SlitlessBackground
        Both images have one scale but for the level of the background.
    """
    grid: dict[str, Axes] = figure.subplot_mosaic(
        [["before", "after"], ["across", "level"]], height_ratios=(2, 2)
    )
    finite = result.after[np.isfinite(result.after)]
    spread = float(np.percentile(np.abs(finite), 97.0)) if finite.size else 1.0
    for name, image in (("before", result.before), ("after", result.after)):
        known = image[np.isfinite(image)]
        middle = float(np.median(known)) if known.size else 0.0
        grid[name].imshow(
            image.T, origin="lower", aspect="auto", cmap="gray", rasterized=True,
            vmin=middle - spread, vmax=middle + spread,
        )  # fmt: skip
        grid[name].set_title(f"{name}, median {middle:.1f} {plain(result.unit)}", loc="left")
        grid[name].set_xlabel("Row")
        grid[name].set_ylabel("Column")
        for ends in (result.left_columns, result.right_columns):
            for end in ends:
                grid[name].axhline(end, color=color("accent"), lw=0.5)
    across = grid["across"]
    columns = np.arange(result.before.shape[1])
    for image, label, shade in (
        (result.before, "before", "dim"),
        (result.after, "after", "accent"),
    ):
        measured = np.isfinite(image).any(axis=0)
        profile = np.full(columns.size, np.nan)
        profile[measured] = np.nanmedian(image[:, measured], axis=0)
        across.plot(columns, profile, color=color(shade), lw=0.9, label=label)
    across.axhline(0.0, color=color("dim"), lw=0.5)
    level = float(np.nanmedian(result.level))
    across.set_ylim(-0.5 * abs(level) - 1.0, 2.0 * abs(level) + 1.0)
    across.set_xlabel("Column")
    across.set_ylabel(f"Median of rows ({plain(result.unit)})")
    across.legend(loc="upper left")
    grid["level"].errorbar(
        np.arange(1, result.n_integrations + 1), result.level, result.level_error,
        color=color("accent"), ls="none", marker="s", markersize=3.0, lw=0.8,
    )  # fmt: skip
    grid["level"].set_xlabel("Integration")
    grid["level"].set_ylabel(f"Background ({plain(result.unit)})")
    figure.suptitle(plain(result.name), x=0.01, ha="left")


def draw_periodic_noise(figure: "Figure", result: PeriodicNoise) -> None:
    """Draw the periodogram with the known frequencies marked.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : PeriodicNoise
        Frequencies that cannot be told are not marked.
    """
    axes = figure.subplots()
    axes.plot(result.frequency_hz, result.amplitude, color=color("text"), lw=0.6)
    axes.axhline(result.noise, color=color("dim"), lw=0.6, ls="--", label="noise alone")
    for one in result.waves:
        if one.reason:
            continue
        shade = color(_SHADES.get(one.name, "care"))
        said = f"{one.frequency_hz:.3f} Hz: {one.amplitude:.3g} ± {one.error:.2g}"
        axes.axvline(one.frequency_hz, color=shade, lw=0.7, label=f"{said} {plain(result.unit)}")
    axes.set_yscale("log")
    axes.set_xlabel("Frequency (Hz)")
    axes.set_ylabel(f"Amplitude ({plain(result.unit)})")
    axes.margins(x=0.01)
    axes.legend(loc="upper center")
    note = "amplitude" if result.source == "ramps" else "diagnosis only"
    axes.set_title(f"{plain(result.name)}\n{plain(result.source)}, {note}", loc="left")
