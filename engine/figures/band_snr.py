"""Signal-to-noise ratio over wavelength beside Table 1, and the scatter that it is told from."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.mrs.band_snr import BandSnr, SourceSnr

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_REACH = 5.0  # rms that the lower axis shows of each band


def draw_band_snr(figure: "Figure", source: SourceSnr, *, title: str = "") -> None:
    """Draw the ratio of each band with its error and the published one, and spectrum / spline.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    source : SourceSnr
        A band without a number is not drawn.
    title : str
        For example the source.
    """
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1.3, 1.0))
    measured = [one for one in source.bands if np.isfinite(one.snr)]
    for one in measured:
        _draw_ratio(top, one)
        _draw_scatter(bottom, one)
    published = [one for one in measured if np.isfinite(one.published)]
    if published:
        top.plot(
            [_middle(one) for one in published], [one.published for one in published], ls="none",
            marker="o", markersize=6.0, markerfacecolor="none", color=color("dim"),
            label=f"Table 1 ({plain(source.published_as)})",
        )  # fmt: skip
        put_legend(figure, top)
    if measured:
        top.set_yscale("log")
    for axes, quantity in ((top, "ratio"), (bottom, "scatter")):
        axes.set_label(f"{source.source} {quantity}")
    top.set_ylabel("S/N per wavelength element")
    bottom.set_ylabel("Spectrum / spline − 1 (%)")
    bottom.set_xlabel("Wavelength (µm)")
    if title:
        top.set_title(plain(title), loc="left")
    figure.align_ylabels()


def _middle(one: BandSnr) -> float:
    return float(0.5 * (one.wave_um[0] + one.wave_um[-1]))


def _draw_ratio(axes: "Axes", one: BandSnr) -> None:
    hue = band_color(one.band)
    half = 0.5 * float(one.wave_um[-1] - one.wave_um[0])
    axes.errorbar(
        [_middle(one)], [one.snr], yerr=[one.snr_error], xerr=[half], color=hue, lw=1.2,
        marker="s", markersize=3.5,
    )  # fmt: skip
    axes.annotate(
        one.band, (_middle(one), one.snr), xytext=(0, -5), textcoords="offset points", va="top",
        ha="center", color=hue,
    )  # fmt: skip


def _draw_scatter(axes: "Axes", one: BandSnr) -> None:
    if one.noise is None:
        return
    percent = 100.0 * (one.flux / one.noise.continuum - 1.0)
    reach = 100.0 * _REACH * one.noise.rms
    shown = np.where(np.abs(percent) <= reach, percent, np.nan)
    axes.plot(one.wave_um, shown, color=band_color(one.band), lw=0.5)
