"""A spectrum before and after the loss of count rate is taken out, and the loss."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color, darker
from engine.mrs.rate_correction import CorrectedRate

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_rate_correction(figure: "Figure", result: CorrectedRate, *, title: str = "") -> None:
    """Draw rates before and after above, the loss with its error below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : CorrectedRate
        NaN is not drawn.
    title : str
        Source and band.
    """
    rates, loss = figure.subplots(2, 1, sharex=True, height_ratios=(2.0, 1.0))
    wave = result.spectrum.wave_um
    hue = darker(band_color(result.spectrum.identity.band))
    rates.plot(wave, result.flux_before, color=color("dim"), lw=0.6, label="as observed")
    if np.isfinite(result.loss).any():
        style = "-" if result.outcome == "corrected" else ":"
        rates.plot(wave, result.flux_after, style, color=hue, lw=0.8, label="on day zero")
    rates.set_ylabel(f"Flux ({result.spectrum.unit})")
    rates.tick_params(labelbottom=False)
    loss.axhline(1.0, color=color("dim"), lw=0.4)
    loss.plot(wave, result.loss, color=hue, lw=0.9)
    low, high = result.loss - result.loss_error, result.loss + result.loss_error
    if np.isfinite(low).any():
        loss.fill_between(wave, low, high, color=hue, alpha=0.2, lw=0.0)
    loss.set_ylabel("Rate over day zero")
    loss.set_xlabel("Wavelength (µm)")
    said = "extrapolated" if result.is_extrapolated else ""
    rates.set_title(plain(", ".join(filter(None, (title, said)))), loc="left")
    put_legend(figure, rates)
    figure.align_ylabels()
