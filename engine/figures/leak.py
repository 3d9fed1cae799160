"""The 12.2 um leak: its curve, and spectra before and after (Law+2025, Fig. 13)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.mrs.leak_curve import LeakFit
from engine.mrs.spectral_leak import LeakCorrection

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MARGIN = 0.35  # of the window, left and right


def draw_leak(figure: "Figure", correction: LeakCorrection, *, title: str = "") -> None:
    """Draw a spectrum of 3A before and after, and what was subtracted below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    correction : LeakCorrection
        One that was left as it is shows one curve, and the reason.
    title : str
        For example the source.
    """
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2.2, 1.0))
    spectrum = correction.spectrum
    wave = spectrum.wave_um
    top.plot(wave, correction.observed, color=color("dim"), lw=0.6, label="as observed")
    if correction.outcome == "corrected":
        top.plot(wave, spectrum.flux, color=band_color("3A"), lw=0.7, label="without the leak")
    else:
        bottom.annotate(
            plain(correction.messages[0]), (0.01, 0.92), xycoords="axes fraction", va="top",
            wrap=True,
        )  # fmt: skip
    low, high = correction.leak - correction.leak_error, correction.leak + correction.leak_error
    bottom.fill_between(wave, low, high, color=color("dim"), alpha=0.3, lw=0.0)
    bottom.plot(wave, correction.leak, color=color("text"), lw=0.8)
    unit = f" ({spectrum.unit})" if spectrum.unit else ""
    top.set_ylabel(f"Flux{unit}")
    bottom.set_ylabel(f"Leak{unit}")
    bottom.set_xlabel("Wavelength (µm)")
    if title:
        top.set_title(plain(title), loc="left")
    put_legend(figure, top)
    figure.align_ylabels()


def draw_leak_curve(figure: "Figure", fit: LeakFit) -> None:
    """Draw the curve with its error over its samples, and the ratio of the sources below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    fit : LeakFit
        Samples that take no part are crossed.
    """
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1.6, 1.0))
    wave, curve = fit.curve.wave_um, fit.curve
    out = ~fit.used & np.isfinite(fit.sample)
    top.plot(wave[fit.used], 100 * fit.sample[fit.used], ".", color=color("dim"), ms=2.0)
    top.plot(wave[out], 100 * fit.sample[out], "x", color=color("wrong"), ms=2.5, lw=0.5)
    low, high = curve.fraction - curve.error, curve.fraction + curve.error
    top.fill_between(wave, 100 * low, 100 * high, color=color("accent"), alpha=0.3, lw=0.0)
    top.plot(wave, 100 * curve.fraction, color=color("accent"), lw=1.0)
    bottom.plot(wave, fit.ratio, color=color("dim"), lw=0.5)
    bottom.plot(wave, fit.level, color=color("text"), lw=0.9)
    reach = _MARGIN * (fit.window_um[1] - fit.window_um[0])
    shown = (wave >= fit.window_um[0] - reach) & (wave <= fit.window_um[1] + reach)
    top.set_xlim(wave[shown][0], wave[shown][-1])
    known = 100 * curve.fraction
    top.set_ylim(-0.15 * known.max(), 1.25 * known.max())
    near = fit.ratio[shown & np.isfinite(fit.ratio)]
    bottom.set_ylim(0.98 * near.min(), 1.02 * near.max())
    top.set_ylabel("Leak over signal at half the wavelength (%)")
    bottom.set_ylabel("Blue / red")
    bottom.set_xlabel("Wavelength (µm)")
    top.set_title(plain(f"{fit.blue} over {fit.red}, {curve.unit}"), loc="left")
    figure.align_ylabels()
