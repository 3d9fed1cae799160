"""Figures of LRS spectra: dropouts, nods with their errors, usable range."""

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.figures.labels import plain
from engine.figures.palette import color
from engine.lrs.dropouts import DropoutSearch
from engine.lrs.nods import NodComparison
from engine.lrs.usable_range import UsableRange
from engine.model.spectrum import Spectrum

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHADES = ("accent", "ok", "care", "text")
_SHADOW = 0.12
_MOST_SPECTRA = 4  # whose errors are drawn: of many integrations they are alike


def draw_dropouts(figure: "Figure", result: DropoutSearch) -> None:
    """Draw the two-dimensional spectrum above the extracted one, dropouts marked in both.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : DropoutSearch
        Without wavelengths the rows are counted.
    """
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2, 3))
    known = np.isfinite(result.wave_um)
    has_wave = bool(np.count_nonzero(known) >= 2)
    x = result.wave_um if has_wave else np.arange(result.missing.size, dtype=np.float64)
    use = np.flatnonzero(known) if has_wave else np.arange(x.size)
    order = use[np.argsort(x[use])].astype(np.int64)
    image = result.repaired[order].T
    finite = image[np.isfinite(image)]
    low, high = np.percentile(finite, [2.0, 99.7]) if finite.size else (0.0, 1.0)
    columns = np.arange(image.shape[0])
    top.pcolormesh(x[order], columns, image, vmin=low, vmax=high, cmap="gray", rasterized=True)
    missing = result.missing & (known if has_wave else True)
    top.plot(
        x[missing], result.trace[missing], color=color("wrong"), ls="none", marker="s",
        markersize=2.5, mfc="none", mew=0.6,
    )  # fmt: skip
    top.set_ylabel("Column")
    _draw_spectrum(bottom, result, x, order, has_wave=has_wave)
    if result.usable is not None and has_wave:
        shade_unusable(bottom, result.usable)
    bottom.set_xlabel("Wavelength (µm)" if has_wave else "Row")
    top.set_title(plain(result.name), loc="left")


def _draw_spectrum(
    axes: "Axes", result: DropoutSearch, x: FloatArray, order: IntArray, *, has_wave: bool
) -> None:
    is_extracted = bool(result.matched.n_rows)
    values = result.matched.on_rows if is_extracted else result.box_repaired
    label = "x1d" if is_extracted else "sum over the trace"
    axes.plot(x[order], values[order], color=color("text"), lw=0.8, label=label)
    here = np.where(result.missing, values, np.nan)
    axes.plot(
        x[order], here[order], color=color("wrong"), ls="none", marker="o", markersize=2.5,
        label="filled" if result.repair == "profile" else "dropout",
    )  # fmt: skip
    good = values[order]
    inside = good[np.isfinite(good)]
    if inside.size:
        high = float(np.percentile(inside, 99.5))
        axes.set_ylim(min(0.0, float(np.percentile(inside, 1.0))), 1.15 * high)
    axes.set_ylabel("Flux (Jy)" if is_extracted else f"Sum ({plain(result.unit) or 'raw'})")
    axes.legend(loc="upper right")
    axes.margins(x=0.0 if has_wave else 0.01)


def draw_nods(figure: "Figure", result: NodComparison) -> None:
    """Draw the ratio of the nods with its expected scatter, and measured and stated errors below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : NodComparison
        Without ratios the reason is written.
    """
    top, bottom = figure.subplots(2, 1, sharex=True)
    top.axhline(1.0, color=color("dim"), lw=0.5)
    for one, shade in zip(result.ratios, _cycle(len(result.ratios)), strict=True):
        top.plot(one.wave_um, one.ratio, color=color("dim"), ls="none", marker=".", markersize=1.5)
        top.fill_between(
            one.wave_um, one.level - one.expected, one.level + one.expected,
            color=color(shade), alpha=0.2, lw=0,
        )  # fmt: skip
        top.errorbar(
            one.bin_um, one.binned, one.binned_error, color=color(shade), ls="none", marker="s",
            markersize=3.0, lw=0.8, label=f"{plain(one.label)} / {plain(one.reference)}",
        )  # fmt: skip
        spread = 6.0 * float(np.nanmedian(one.expected))
        top.set_ylim(min(one.level, 1.0) - spread, max(one.level, 1.0) + spread)
    if result.reason:
        top.text(0.5, 0.5, plain(result.reason), transform=top.transAxes, ha="center")
    shown = result.errors[:_MOST_SPECTRA]
    for error, shade in zip(shown, _cycle(len(shown)), strict=True):
        bottom.errorbar(
            error.wave_um, error.bootstrap, error.bootstrap_error, color=color(shade),
            marker="s", markersize=2.5, lw=0.8, label=f"{plain(error.label)}, bootstrap",
        )  # fmt: skip
        bottom.plot(error.wave_um, error.stated, color=color(shade), ls="--", lw=0.8)
    if result.response is not None and result.errors:
        first = result.errors[0]
        bottom.plot(
            first.wave_um, result.response.relative_error(first.wave_um) * np.abs(first.level),
            color=color("care"), lw=0.8, label="response",
        )  # fmt: skip
    bottom.set_yscale("log")
    for axes in (top, bottom):
        if result.usable is not None:
            shade_unusable(axes, result.usable)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="upper left", ncols=3)
    top.set_ylabel("Ratio of nods")
    some = f", {len(shown)} of {len(result.errors)}" if len(shown) < len(result.errors) else ""
    bottom.set_ylabel(f"Error (Jy){some}; dashed: ERR")
    bottom.set_xlabel("Wavelength (µm)")
    top.set_title(plain(result.source), loc="left")


def draw_usable_range(
    figure: "Figure", result: UsableRange, spectrum: Spectrum, *, title: str = ""
) -> None:
    """Draw a spectrum with the ranges that cannot be used shaded, each with its reason.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : UsableRange
        The ranges.
    spectrum : Spectrum
        What they are of.
    title : str
        For example the source.
    """
    axes = figure.subplots()
    axes.plot(spectrum.wave_um, spectrum.flux, color=color("text"), lw=0.8)
    shade_unusable(axes, result, names="with reason")
    axes.set_xlabel("Wavelength (µm)")
    axes.set_ylabel(f"Flux ({plain(spectrum.unit)})")
    axes.margins(x=0.02)
    axes.set_title(plain(title), loc="left")


def shade_unusable(axes: "Axes", result: UsableRange, *, names: str = "") -> None:
    """Shade what cannot be used, inside the limits that the axes have."""
    low, high = axes.get_xlim()
    for one, shade in zip(result.unusable, ("wrong", "care", "care"), strict=False):
        start, end = max(one.low_um, low), min(one.high_um, high)
        if start >= end:
            continue
        axes.axvspan(start, end, color=color(shade), alpha=_SHADOW, lw=0)
        if names:
            axes.text(
                0.5 * (start + end), 0.98, plain(one.reason), rotation=90, ha="center", va="top",
                transform=axes.get_xaxis_transform(), fontsize="small", color=color("dim"),
            )  # fmt: skip
    axes.set_xlim(low, high)


def _cycle(count: int) -> list[str]:
    return [_SHADES[i % len(_SHADES)] for i in range(count)]
