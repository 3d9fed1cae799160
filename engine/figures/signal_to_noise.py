"""The signal-to-noise ratio over wavelength, told in four ways (Law+2025, Fig. 18)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import FloatArray
from engine.compare.signal_to_noise import BandSnr, StarSnr, VisitSnr
from engine.figures.labels import plain
from engine.figures.palette import color

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LOOKS = {
    "ERR": ("accent", "-", ""),
    "spline": ("text", "-", ""),
    "calculator": ("ok", "-", ""),
    "visits": ("wrong", "", "s"),
}


def draw_signal_to_noise(
    figure: "Figure", result: StarSnr, *, source: str = "", title: str = ""
) -> None:
    """Draw S/N over wavelength on a logarithmic axis, and the ratios to the measured one below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : StarSnr
        NaN is not drawn.
    source : str
        Source key of the visit whose spline and ERR are drawn; by default the one that
        `shown_source` gives.
    title : str
        For example the star and the stage.
    """
    source = source or result.shown_source
    top, bottom = figure.subplots(2, 1, height_ratios=(3, 2), sharex=True)
    for band in result.bands:
        visit = band.visit(source)
        if visit is not None:
            _draw_band(top, bottom, band, visit)
    top.set_yscale("log")
    bottom.set_yscale("log")
    bottom.axhline(1.0, color=color("dim"), lw=0.5)
    top.set_ylabel("S/N of one element")
    bottom.set_ylabel("S/N over measured")
    bottom.set_xlabel("Wavelength (µm)")
    handles, labels = top.get_legend_handles_labels()
    first = dict(zip(labels, handles, strict=True))
    if first:
        top.legend(first.values(), first.keys(), ncols=4, loc="upper right")
    said = " · ".join(part for part in (plain(title), plain(source)) if part)
    top.set_title(said, loc="left")


def _draw_band(top: "Axes", bottom: "Axes", band: BandSnr, visit: VisitSnr) -> None:
    measured = band.by_visits if np.isfinite(band.by_visits).any() else visit.by_spline
    ways = {
        "ERR": visit.stated,
        "spline": visit.by_spline,
        "calculator": band.calculator,
        "visits": band.by_visits,
    }
    errors = {"spline": visit.by_spline_error, "visits": band.by_visits_error}
    base = errors["visits" if measured is band.by_visits else "spline"] / measured
    bottom.fill_between(band.wave_um, 1.0 - base, 1.0 + base, color=color("dim"), alpha=0.2, lw=0.0)
    for name, values in ways.items():
        if not np.isfinite(values).any():
            continue
        shade, line, marker = _LOOKS[name]
        shown = (
            [(top, values)] if values is measured else [(top, values), (bottom, values / measured)]
        )
        _draw_error(top, band, name, values, errors.get(name))
        for axes, y in shown:
            axes.plot(
                band.wave_um, y, label=name, color=color(shade), ls=line, marker=marker,
                markersize=2.5, lw=0.9,
            )  # fmt: skip


def _draw_error(
    axes: "Axes", band: BandSnr, name: str, values: FloatArray, error: FloatArray | None
) -> None:
    """Draw the errors of what was measured: bars of points, else a band."""
    shade, line, _ = _LOOKS[name]
    if error is None:
        return
    if line:
        low, high = values - error, values + error
        axes.fill_between(band.wave_um, low, high, color=color(shade), alpha=0.2, lw=0.0)
    else:
        axes.errorbar(band.wave_um, values, error, fmt="none", ecolor=color(shade), elinewidth=0.6)
