"""The response of one band from one star: samples, vector, both error bands, residuals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.counting import counted
from engine.figures.labels import plain
from engine.figures.legends import is_narrow, put_legend
from engine.figures.palette import band_color, color, darker
from engine.figures.seen import BEYOND
from engine.model.vector import EXTRAPOLATED, PATCHED
from engine.mrs.masked_samples import masked_counts
from engine.mrs.response_edits import SAME_UM
from engine.mrs.response_params import Mask
from engine.mrs.star_response import SampleState, StarResponse

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_AXIS_LABELS = {
    "calibration factor": "Calibration factor C ((MJy/sr)/(DN/s))",
    "relative factor": "Relative factor, model / observed",
}
_SHORT_LABELS = {
    "calibration factor": "C ((MJy/sr)/(DN/s))",
    "relative factor": "Model / observed",
}
_MARGIN = 0.12  # of the height, above and below what the limits are made for
_REJECTED_MAY_STRETCH = 1.5  # how much of the height rejected samples may add


@dataclass(frozen=True, slots=True)
class _Mark:
    """How samples of one state are drawn; color never stands alone."""

    label: str
    symbol: str
    color: str
    size: float
    is_filled: bool = True


_MARKS = {
    SampleState.USED: _Mark("used", "o", "dim", 1.6),
    SampleState.REJECTED: _Mark("rejected", "x", "wrong", 3.2),
    SampleState.MASKED: _Mark("masked", "o", "care", 2.8, is_filled=False),
    SampleState.EXCLUDED: _Mark("excluded", "D", "accent", 3.0, is_filled=False),
    SampleState.FLAGGED: _Mark("flagged", "+", "wrong", 3.6),
    SampleState.OUTSIDE: _Mark("outside the cut-offs", ".", "dim", 1.0),
}


def draw_star_response(
    figure: "Figure",
    response: StarResponse,
    *,
    title: str = "",
    band: str = "",
    breaks_um: Sequence[float] = (),
    masks: Sequence[Mask] = (),
    ranges: Sequence[Mask] = (),
) -> None:
    """Draw a response with its residuals.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    response : StarResponse
        NaN is not drawn. Samples beyond the limits of the axis are shown by arrows at its edge.
    title : str
        Star, program, band.
    band : str
        Gives the vector its color.
    breaks_um : sequence of float
        Where the vector may jump: its curve is interrupted there. Unit: um.
    masks : sequence of Mask
        What the user masked: the legend tells these samples from those in lines. Unit: um.
    ranges : sequence of Mask
        What the user limited the fit to, when there are any. Unit: um.
    """
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3.2, 1.0))
    hue = band_color(band)
    _shade_masks(top, response)
    _draw_samples(top, response, masked_counts(response, masks, ranges))
    _draw_vector(top, response, hue, breaks_um)
    _draw_breakpoints(top, response)
    _limit(top, response)
    _draw_residuals(bottom, response, hue)
    labels = _SHORT_LABELS if is_narrow(figure) else _AXIS_LABELS
    top.set_ylabel(labels[response.kind])
    if title:
        top.set_title(plain(title), loc="left")
    put_legend(figure, top)
    bottom.set_xlabel("Wavelength (µm)")
    _put_remarks(figure, bottom, response)
    bottom.set_xlim(_wave_limits(response))
    figure.align_ylabels()


def _draw_samples(axes: "Axes", response: StarResponse, masked: Sequence[tuple[str, int]]) -> None:
    for state, mark in _MARKS.items():
        here = (response.state == state) & np.isfinite(response.ratio)
        if not here.any():
            continue
        wave, ratio = response.wave_um[here], response.ratio[here]
        error = response.ratio_error[here]
        if state == SampleState.USED and np.isfinite(error).any():
            axes.errorbar(
                wave, ratio, error, fmt="none", ecolor=color("hairline"), elinewidth=0.5, zorder=1
            )
        label = f"{mark.label} ({here.sum()})"
        if state == SampleState.MASKED:
            label = ", ".join(f"{name} ({count})" for name, count in masked)
        axes.plot(wave, ratio, label=label, zorder=2, **_style(mark))


def _style(mark: _Mark) -> dict[str, Any]:
    edge = color(mark.color)
    return {
        "linestyle": "none",
        "marker": mark.symbol,
        "markersize": mark.size,
        "markeredgecolor": edge,
        "markerfacecolor": edge if mark.is_filled else "none",
        "markeredgewidth": 0.6,
    }


def _draw_vector(
    axes: "Axes", response: StarResponse, hue: str, breaks_um: Sequence[float]
) -> None:
    wave, vector = response.wave_um, response.vector
    for error, label, alpha in (
        (response.sys_error, "systematic ±1σ", 0.35),
        (response.stat_error, "statistical ±1σ", 0.7),
    ):
        if np.isfinite(error).any():
            axes.fill_between(
                wave, vector - error, vector + error, color=hue, alpha=alpha, lw=0.0, label=label,
                zorder=3,
            )  # fmt: skip
    is_beyond = (response.flags & EXTRAPOLATED) != 0
    line = darker(hue)
    if response.unpatched.size:
        is_patched = (response.flags & PATCHED) != 0
        for low, high in _runs(wave, is_patched):
            axes.axvspan(low, high, color=color("ok"), alpha=0.12, lw=0.0, zorder=0)
        fitted = _where(response.unpatched, is_patched)
        axes.plot(wave, fitted, color=color("dim"), lw=0.9, ls="--", label="as fitted", zorder=4)
    places = np.searchsorted(wave, np.sort(np.asarray(breaks_um, dtype=float)))
    axes.plot(
        np.insert(wave, places, np.nan), np.insert(_where(vector, ~is_beyond), places, np.nan),
        color=line, lw=1.2, label="vector", zorder=4,
    )  # fmt: skip
    if is_beyond.any():
        beyond = _where(vector, is_beyond)
        axes.plot(wave, beyond, color=line, lw=1.2, ls=":", label="extrapolated", zorder=4)


def _draw_breakpoints(axes: "Axes", response: StarResponse) -> None:
    for wave in response.breakpoints_um:
        axes.axvline(wave, color=color("hairline"), lw=0.6, zorder=0)
    held = [one.wave_um for one in response.held]
    away = np.abs(np.subtract.outer(response.breakpoints_um, np.array(held, dtype=float)))
    is_free = ~(away < SAME_UM).any(axis=1)
    _draw_handles(
        axes, response.breakpoints_um[is_free], response.breakpoint_values[is_free], "breakpoint"
    )
    for label, is_off in (("held value", False), ("held value, off the samples", True)):
        shown = [one for one in response.held if one.is_off == is_off]
        places, values = [one.wave_um for one in shown], [one.value for one in shown]
        _draw_handles(axes, np.array(places), np.array(values), label)


def _draw_handles(axes: "Axes", wave_um: FloatArray, values: FloatArray, label: str) -> None:
    """Draw breakpoints as squares and held values as diamonds, amber off the samples."""
    if not wave_um.size:
        return
    symbol = "s" if label == "breakpoint" else "D"
    shade = color("care" if "off" in label else "accent")
    axes.plot(
        wave_um, values, ls="none", marker=symbol, markersize=4.5,
        markerfacecolor="white" if symbol == "s" else shade, markeredgecolor=shade,
        markeredgewidth=1.0, label=label, zorder=5,
    )  # fmt: skip


def _shade_masks(axes: "Axes", response: StarResponse) -> None:
    is_masked = response.state == SampleState.MASKED
    for low, high in _runs(response.wave_um, is_masked):
        axes.axvspan(low, high, color=color("care"), alpha=0.12, lw=0.0, zorder=0)


def _runs(wave_um: FloatArray, where: BoolArray) -> Iterator[tuple[float, float]]:
    """Yield the first and last wavelength of each run of samples."""
    edges = np.flatnonzero(np.diff(np.r_[False, where, False].astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield float(wave_um[start]), float(wave_um[stop - 1])


def _limit(axes: "Axes", response: StarResponse) -> None:
    """Fit the axis to curve and used samples; arrows stand for what lies beyond it."""
    low, high = _value_limits(response)
    axes.set_ylim(low, high)
    is_inside = response.state != SampleState.OUTSIDE
    _point_beyond(axes, response.wave_um, np.where(is_inside, response.ratio, np.nan))


def _point_beyond(axes: "Axes", wave_um: FloatArray, values: FloatArray) -> None:
    """Put arrows at the edges where values lie beyond them."""
    low, high = axes.get_ylim()
    for edge, symbol, where in ((low, "v", values < low), (high, "^", values > high)):
        if where.any():
            axes.plot(
                wave_um[where], np.full(where.sum(), edge), ls="none", marker=symbol,
                markersize=3.5, color=color("wrong"), clip_on=False,
                label=f"beyond the axis ({where.sum()})", zorder=6, gid=BEYOND,
            )  # fmt: skip


def _value_limits(response: StarResponse) -> tuple[float, float]:
    is_used = response.state == SampleState.USED
    shown = [response.ratio[is_used], response.vector, response.breakpoint_values]
    for error in (response.stat_error, response.sys_error):
        shown += [response.vector - error, response.vector + error]
    values = np.concatenate(shown)
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    height = (high - low) or abs(high) * 0.01 or 1.0
    rejected = response.ratio[(response.state != SampleState.OUTSIDE) & np.isfinite(response.ratio)]
    reach = _REJECTED_MAY_STRETCH * height
    near = rejected[(rejected > low - reach) & (rejected < high + reach)]
    low, high = min(low, *near, low), max(high, *near, high)
    return low - _MARGIN * height, high + _MARGIN * height


def _wave_limits(response: StarResponse) -> tuple[float, float]:
    margin = 0.01 * float(np.ptp(response.wave_um)) or 0.01
    return float(response.wave_um[0]) - margin, float(response.wave_um[-1]) + margin


def _draw_residuals(axes: "Axes", response: StarResponse, hue: str) -> None:
    percent = 100.0 * (response.ratio / response.vector - 1.0)
    is_used = (response.state == SampleState.USED) & np.isfinite(percent)
    is_rejected = (response.state == SampleState.REJECTED) & np.isfinite(percent)
    axes.axhline(0.0, color=darker(hue), lw=0.9)
    for where, state in ((is_used, SampleState.USED), (is_rejected, SampleState.REJECTED)):
        axes.plot(response.wave_um[where], percent[where], **_style(_MARKS[state]))
    if np.isfinite(response.scatter) and response.scatter > 0.0:
        axes.set_ylim(-500.0 * response.scatter, 500.0 * response.scatter)
        _point_beyond(axes, response.wave_um, np.where(is_used | is_rejected, percent, np.nan))
    axes.set_ylabel("Residual (%)")


def _put_remarks(figure: "Figure", axes: "Axes", response: StarResponse) -> None:
    remarks = (
        f"scatter {100.0 * response.scatter:.2f} %",
        f"{response.n_used} of {response.n_samples} used",
        f"{counted(response.breakpoints_um.size, 'breakpoint')}",
        f"fitted in {response.fitted_in}",
    )
    if is_narrow(figure):
        lines = ("Wavelength (µm)", ", ".join(remarks[:2]), ", ".join(remarks[2:]))
        axes.set_xlabel("\n".join(lines))
        return
    place = axes.transAxes
    axes.text(1.005, 1.0, "\n".join(remarks), transform=place, va="top", color=color("dim"))


def _where(values: FloatArray, where: BoolArray) -> FloatArray:
    return np.where(where, values, np.nan)
