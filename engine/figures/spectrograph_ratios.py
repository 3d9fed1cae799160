"""Spectra over those of a coarser spectrograph (Law+2025, Fig. 23)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.compare.spectrograph_ratios import SpectrographComparison, SpectrumRatio
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHADES = ("1B", "2B", "3B", "4B", "1C", "2C", "3C", "4C")
_LEAST_RANGE = 0.05


def draw_spectrographs(
    figure: "Figure", comparison: SpectrographComparison, *, title: str = ""
) -> None:
    """Draw the ratio of every star over wavelength.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    comparison : SpectrographComparison
        Samples that are known badly are faint, stars that are left out dotted.
    title : str
        Written above.
    """
    axes = figure.subplots()
    axes.axhline(1.0, color=color("dim"), lw=0.5)
    axes.axvline(comparison.split_um, color=color("dim"), lw=0.5, ls="--")
    for at, one in enumerate(comparison.stars):
        shade = band_color(_SHADES[at % len(_SHADES)])
        used = np.where(one.is_used, one.ratio, np.nan)
        axes.fill_between(
            one.wave_um, used - one.error, used + one.error, color=shade, alpha=0.18, lw=0
        )
        axes.plot(one.wave_um, one.ratio, color=shade, lw=0.6, alpha=0.35)
        axes.plot(
            one.wave_um, used, color=shade, lw=1.0, ls=":" if one.reason else "-",
            label=plain(_label(one)),
        )  # fmt: skip
    axes.set_ylim(*_limits(comparison))
    found = [one.wave_um[np.isfinite(one.ratio)] for one in comparison.stars]
    waves = np.concatenate(found) if found else np.array([])
    if waves.size:
        axes.set_xlim(float(waves.min()) - 0.3, float(waves.max()) + 0.3)
    axes.set_xlabel("Wavelength (µm)")
    axes.set_ylabel("Spectrum / other instrument")
    put_legend(figure, axes)
    if title:
        axes.set_title(plain(title), loc="left")


def _label(one: SpectrumRatio) -> str:
    return one.star if not np.isfinite(one.short.mean) else f"{one.star}  {one.short.mean:.3f}"


def _limits(comparison: SpectrographComparison) -> tuple[float, float]:
    used = [one.ratio[one.is_used] for one in comparison.stars]
    values = np.concatenate(used) if used else np.array([])
    if not values.size:
        return 1.0 - _LEAST_RANGE, 1.0 + _LEAST_RANGE
    low, high = np.percentile(values, [1.0, 99.0])
    low, high = min(float(low), 1.0 - _LEAST_RANGE), max(float(high), 1.0 + _LEAST_RANGE)
    return low - 0.1 * (high - low), high + 0.1 * (high - low)
