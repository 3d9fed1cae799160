"""Spectra of a source, a color for each band: extracted, or calibrated against their model.

Law+2025, Figs. 10 and 15.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.palette import band_color, color
from engine.model.spectrum import Spectrum
from engine.mrs.calibrated_spectra import CalibratedSpectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABELS = {"Jy": "Flux density (Jy)", "DN/s": "Count rate (DN/s)"}
_LOG_FROM = 8.0  # a larger range of levels is shown on a logarithmic axis
_RATIO_ROOM = 0.54  # of the range of most ratios, shown above and below it, as on the screen


def draw_calibrated_spectra(
    figure: "Figure", spectra: Sequence[CalibratedSpectrum], *, title: str = ""
) -> None:
    """Draw the bands of one source over its model, and their ratio.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    spectra : sequence of CalibratedSpectrum
        At least one. NaN is not drawn. Without any model there is no panel for the ratio.
    title : str
        Source, program.
    """
    has_model = any(np.isfinite(one.ratio).any() for one in spectra)
    if has_model:
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2.4, 1.0))
        _draw_ratios(bottom, spectra)
    else:
        top = bottom = figure.subplots()
    _draw_spectra(top, spectra)
    _draw_model(top, spectra)
    _explain_bands(top, spectra)
    if _spans_orders([one.spectrum for one in spectra]):
        _make_logarithmic(top)
    top.set_ylabel("Flux density (Jy)")
    if title:
        top.set_title(plain(title), loc="left")
    put_legend(figure, top)
    bottom.set_xlabel("Wavelength (µm)")
    figure.align_ylabels()


def draw_extracted_spectra(
    figure: "Figure", spectra: Sequence[Spectrum], *, title: str = ""
) -> None:
    """Draw the bands of one source as they were extracted, a panel for each unit.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    spectra : sequence of Spectrum
        At least one. NaN is not drawn.
    title : str
        Source, program.
    """
    units = tuple(dict.fromkeys(one.unit for one in spectra))
    panels = figure.subplots(len(units), 1, sharex=True, squeeze=False)[:, 0]
    for axes, unit in zip(panels, units, strict=True):
        shown = [one for one in spectra if one.unit == unit]
        for one in shown:
            _draw_spectrum(axes, one, ((one.error, 0.35),))
        _explain_shades(axes, shown)
        if _spans_orders(shown):
            _make_logarithmic(axes)
        axes.set_ylabel(_LABELS.get(unit, f"Level ({unit})" if unit else "Level"))
        put_legend(figure, axes)
    if title:
        panels[0].set_title(plain(title), loc="left")
    panels[-1].set_xlabel("Wavelength (µm)")
    figure.align_ylabels()


def _draw_spectra(axes: "Axes", spectra: Sequence[CalibratedSpectrum]) -> None:
    for one in spectra:
        errors = (one.sys_error, 0.18), (one.spectrum.error, 0.35)
        _draw_spectrum(axes, one.spectrum, errors)


def _draw_spectrum(
    axes: "Axes", spectrum: Spectrum, errors: Sequence[tuple[FloatArray, float]]
) -> None:
    """Draw one band with its errors, each as a shade of some opacity."""
    wave, flux, hue = spectrum.wave_um, spectrum.flux, band_color(spectrum.identity.band)
    for error, alpha in errors:
        if np.isfinite(error).any():
            axes.fill_between(wave, flux - error, flux + error, color=hue, alpha=alpha, lw=0.0)
    axes.plot(wave, flux, color=hue, lw=0.8, label=plain(spectrum.identity.band or "spectrum"))
    is_flagged = ~spectrum.is_good & np.isfinite(flux)
    if is_flagged.any():
        axes.plot(
            wave[is_flagged], flux[is_flagged], ls="none", marker="x", markersize=3.0,
            color=color("wrong"),
        )  # fmt: skip


def _explain_bands(axes: "Axes", spectra: Sequence[CalibratedSpectrum]) -> None:
    """Name the shades in the legend: they have the color of each band, and one meaning."""
    has_systematic = any(np.isfinite(one.sys_error).any() for one in spectra)
    more = (("systematic ±1σ", 0.2),) if has_systematic else ()
    _explain_shades(axes, [one.spectrum for one in spectra], more)


def _explain_shades(
    axes: "Axes", spectra: Sequence[Spectrum], more: Sequence[tuple[str, float]] = ()
) -> None:
    has_errors = any(np.isfinite(one.error).any() for one in spectra)
    for name, alpha in (*((("statistical ±1σ", 0.45),) if has_errors else ()), *more):
        axes.fill_between([], [], [], color=color("dim"), alpha=alpha, lw=0.0, label=name)
    if any((~one.is_good & np.isfinite(one.flux)).any() for one in spectra):
        axes.plot([], [], ls="none", marker="x", markersize=3.0, color=color("wrong"),
                  label="flagged")  # fmt: skip


def _make_logarithmic(axes: "Axes") -> None:
    """Label 1, 2 and 5 of each decade with plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: PLC0415

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _draw_model(axes: "Axes", spectra: Sequence[CalibratedSpectrum]) -> None:
    label: str | None = "model"
    for one in spectra:
        if np.isfinite(one.model_jy).any():
            axes.plot(one.spectrum.wave_um, one.model_jy, color=color("text"), lw=0.6, label=label)
            label = None


def _draw_ratios(axes: "Axes", spectra: Sequence[CalibratedSpectrum]) -> None:
    axes.axhline(1.0, color=color("dim"), lw=0.6)
    for one in spectra:
        hue = band_color(one.spectrum.identity.band)
        wave, ratio = one.spectrum.wave_um, one.ratio
        error = one.spectrum.error / np.abs(one.model_jy)
        if np.isfinite(error).any():
            axes.fill_between(wave, ratio - error, ratio + error, color=hue, alpha=0.25, lw=0.0)
        axes.plot(wave, ratio, color=hue, lw=0.6)
    axes.set_ylabel("Obs. / model")
    axes.set_ylim(_ratio_limits(np.concatenate([one.ratio for one in spectra])))


def _ratio_limits(ratio: FloatArray) -> tuple[float, float]:
    finite = ratio[np.isfinite(ratio)]
    low, high = (float(one) for one in np.percentile(finite, [0.5, 99.5]))
    room = max(_RATIO_ROOM * (high - low), 0.005)
    return low - room, high + room


def _spans_orders(spectra: Sequence[Spectrum]) -> bool:
    """Tell whether the levels ask for a logarithmic axis, and nothing forbids it."""
    flux = np.concatenate([one.flux for one in spectra])
    flux = flux[np.isfinite(flux)]
    if not flux.size or flux.min() <= 0.0:
        return False
    low, high = np.percentile(flux, [2.0, 98.0])
    return bool(high > _LOG_FROM * low)
