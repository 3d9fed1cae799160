"""Brightness temperatures, and their difference to a reference (Law+2025, Fig. 24)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray
from engine.compare.brightness_temperature import TemperatureMap
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import color

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_temperatures(figure: "Figure", result: TemperatureMap, *, title: str = "") -> None:
    """Draw a map of temperature beside one of the difference; of a spectrum, curves.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : TemperatureMap
        Places without a measurement stay white.
    title : str
        Written above.
    """
    has_reference = bool(np.isfinite(result.difference_k).any())
    if result.is_spectrum:
        axes = _draw_spectrum(figure, result, has_reference)
    else:
        panels = figure.subplots(1, 2 if has_reference else 1, sharey=True, squeeze=False)[0]
        axes = panels[0]
        _draw_map(figure, axes, result, result.temperature_k, "Brightness temperature (K)")
        axes.set_ylabel("Latitude (°)")
        if has_reference:
            label = f"Difference to {result.reference} (K)"
            _draw_map(figure, panels[1], result, result.difference_k, label)
    if title:
        axes.set_title(plain(title), loc="left")


def _draw_map(
    figure: "Figure", axes: "Axes", result: TemperatureMap, values: FloatArray, label: str
) -> None:
    low, high = np.nanpercentile(values, [1.0, 99.0])
    is_difference = values is result.difference_k
    if is_difference:
        low, high = -max(abs(low), abs(high)), max(abs(low), abs(high))
    mesh = axes.pcolormesh(
        result.wave_um, result.latitude_deg, np.ma.masked_invalid(values), shading="nearest",
        cmap="RdBu_r" if is_difference else "magma", vmin=low, vmax=high, rasterized=True,
    )  # fmt: skip
    figure.colorbar(mesh, ax=axes, orientation="horizontal", label=plain(label), pad=0.02)
    axes.set_xlabel("Wavelength (µm)")


def _draw_spectrum(figure: "Figure", result: TemperatureMap, has_reference: bool) -> "Axes":  # noqa: FBT001
    if not has_reference:
        axes: Axes = figure.subplots()
        axes.plot(result.wave_um, result.temperature_k[0], color=color("accent"), lw=0.9)
        axes.set_xlabel("Wavelength (µm)")
        axes.set_ylabel("Brightness temperature (K)")
        return axes
    upper: Axes
    lower: Axes
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    upper.plot(
        result.wave_um, result.temperature_k[0], color=color("accent"), lw=0.9,
        label=plain(result.name),
    )  # fmt: skip
    upper.plot(
        result.wave_um, result.reference_k[0], color=color("dim"), lw=1.2,
        label=plain(result.reference),
    )  # fmt: skip
    upper.set_ylabel("Brightness temperature (K)")
    put_legend(figure, upper)
    lower.axhline(0.0, color=color("dim"), lw=0.5)
    lower.plot(result.wave_um, result.difference_k[0], color=color("accent"), lw=0.9)
    lower.set_ylabel("Difference (K)")
    lower.set_xlabel("Wavelength (µm)")
    return upper
