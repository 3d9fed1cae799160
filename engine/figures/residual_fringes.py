"""A spectrum before and after the correction of fringes, what was removed, and the periodogram."""

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color, darker
from engine.mrs.residual_fringes import ResidualFringes
from engine.mrs.response_params import Mask

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_REACH = 6.0  # standard deviations of the spectrum before, that its axis shows


def draw_residual_fringes(
    figure: "Figure",
    result: ResidualFringes,
    *,
    protected: tuple[Mask, ...] = (),
    title: str = "",
) -> None:
    """Draw one corrected spectrum.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : ResidualFringes
        NaN is not drawn. Without a periodogram there is no panel for it.
    protected : tuple of Mask, optional
        Ranges that were left alone.
    title : str
        Source and band.
    """
    has_periodogram = bool(result.periodogram.frequency_cm.size)
    rows = 3 if has_periodogram else 2
    panels = figure.subplots(rows, 1, height_ratios=(2.0, 1.0, 1.4)[:rows])
    panels[1].sharex(panels[0])
    panels[0].tick_params(labelbottom=False)
    hue = band_color(result.spectrum.identity.band)
    _draw_normalized(panels[0], result, hue)
    _draw_removed(panels[1], result, hue)
    for axes in panels[:2]:
        for one in protected:
            axes.axvspan(one.low_um, one.high_um, color=color("care"), alpha=0.15, lw=0.0)
    if has_periodogram:
        _draw_periodogram(panels[2], result, hue)
    if title:
        panels[0].set_title(plain(title), loc="left")
    put_legend(figure, panels[0])
    figure.align_ylabels()


def _draw_normalized(axes: "Axes", result: ResidualFringes, hue: str) -> None:
    wave = result.spectrum.wave_um
    before = result.observed / result.continuum
    after = result.spectrum.flux / result.continuum
    axes.axhline(1.0, color=color("dim"), lw=0.4)
    axes.plot(wave, before, color=color("dim"), lw=0.6, label="before")
    axes.plot(wave, after, color=darker(hue), lw=0.8, label="after")
    left_out = (result.weight <= 0) & np.isfinite(before)
    if left_out.any():
        axes.plot(
            wave[left_out], before[left_out], ls="none", marker="x", markersize=3.0,
            color=color("care"), label="not in the fits",
        )  # fmt: skip
    axes.set_ylabel("Flux / continuum")
    reach = _REACH * result.scatter_before
    if np.isfinite(reach) and reach > 0:
        axes.set_ylim(1.0 - reach, 1.0 + reach)


def _draw_removed(axes: "Axes", result: ResidualFringes, hue: str) -> None:
    axes.axhline(0.0, color=color("dim"), lw=0.4)
    axes.plot(result.spectrum.wave_um, 100.0 * result.modulation, color=hue, lw=0.7)
    axes.set_ylabel("Removed (%)")
    axes.set_xlabel("Wavelength (µm)")


def _draw_periodogram(axes: "Axes", result: ResidualFringes, hue: str) -> None:
    shown = result.periodogram
    top = 100.0 * _highest(shown.before)
    for fit in result.families:
        low, high = fit.family.frequencies_cm
        axes.axvspan(low, high, color=color("accent"), alpha=0.06, lw=0.0)
        axes.plot(
            fit.frequency_cm, np.full(fit.frequency_cm.size, 1.06 * top), ls="none", marker="v",
            markersize=3.5, color=color("accent"),
        )  # fmt: skip
        axes.text(low, 1.14 * top, f" {fit.family.name}", va="bottom", color=color("dim"))
    axes.plot(shown.frequency_cm, 100.0 * shown.before, color=color("dim"), lw=0.6)
    axes.plot(shown.frequency_cm, 100.0 * shown.after, color=darker(hue), lw=0.8)
    axes.set_ylim(0.0, 1.35 * top)
    axes.set_xlim(0.0, float(shown.frequency_cm[-1]))
    axes.set_ylabel("Amplitude (%)")
    axes.set_xlabel("Frequency (cm): cycles per cm⁻¹")


def _highest(values: FloatArray) -> float:
    highest = float(np.max(values, initial=0.0))
    return highest if highest > 0 else 1e-3
