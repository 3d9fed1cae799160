"""Time loss, subarrays and C(t) of images (Gordon+2025, Figs. 4, 5 and 9)."""

from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain
from engine.figures.palette import color
from engine.imaging.calibration_curve import DAY_ZERO_MJD
from engine.imaging.calibration_history import CalibrationHistory, FilterCalibration
from engine.imaging.subarray_results import ORDER, REFERENCE, Subarrays
from engine.imaging.time_loss_results import FilterLoss, TimeLoss

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STAR_HUES = ("#1f5fa8", "#b8860b", "#a03070", "#3a7d44", "#666666")
_MARKERS = ("o", "s", "^", "D", "v")
_KINDS = {"dedicated": ("s", "#7a3b8f"), "average": ("o", "#4d7a99")}
_KIND_WORDS = {"dedicated": "pairs", "average": "means of all stars"}


def draw_time_loss(figure: "Figure", loss: TimeLoss) -> None:
    """Draw the response over time with its fit, one row a filter, and the residuals beside.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    loss : TimeLoss
        Interpolated filters have no points and are not drawn.
    """
    shown = [one for one in loss.filters if one.points.ids]
    panels = figure.subplots(len(shown), 2, sharex=True, squeeze=False, width_ratios=(3, 2))
    stars = list(dict.fromkeys(star for one in shown for star in one.points.stars))
    for row, one in enumerate(shown):
        _draw_filter(panels[row, 0], panels[row, 1], one, stars)
    for axes in panels[-1]:
        axes.set_xlabel(f"Days since MJD {DAY_ZERO_MJD:.0f}")
    panels[0, 0].set_title("Response over day zero", loc="left")
    panels[0, 1].set_title("Residual (%)", loc="left")
    handles, names = panels[0, 0].get_legend_handles_labels()
    if handles:
        figure.legend(
            handles, names, loc="outside upper center", ncols=min(len(names), 5), frameon=False
        )


def _draw_filter(axes: "Axes", rest: "Axes", loss: FilterLoss, stars: list[str]) -> None:
    points = loss.points
    days = points.mjd - DAY_ZERO_MJD
    grid = np.linspace(min(0.0, float(days.min())), float(days.max()), 200)
    axes.plot(grid, loss.response_at(grid + DAY_ZERO_MJD), color=color("accent"), lw=1.0)
    axes.axhline(1.0 + loss.amplitude_ratio, color=color("dim"), lw=0.7, ls=":")
    rest.axhline(0.0, color=color("dim"), lw=0.5)
    for star in dict.fromkeys(points.stars):
        place = stars.index(star) % len(_MARKERS)
        own = np.array([one == star for one in points.stars]) & points.is_used
        label = plain(star) if own.any() else None
        for where, values in ((axes, points.response), (rest, points.residual_percent)):
            where.plot(
                days[own], values[own], ls="none", marker=_MARKERS[place], ms=2.5,
                color=_STAR_HUES[place], label=label,
            )  # fmt: skip
    out = ~points.is_used & np.isfinite(points.response)
    axes.plot(days[out], points.response[out], "x", ms=4.0, color=color("wrong"))
    rest.plot(days[out], points.residual_percent[out], "x", ms=4.0, color=color("wrong"))
    used = points.response[points.is_used]
    if used.size:
        room = 0.15 * max(float(np.ptp(used)), 0.01)
        axes.set_ylim(float(used.min()) - room, float(used.max()) + room)
        most = 1.3 * max(float(np.max(np.abs(points.residual_percent[points.is_used]))), 0.2)
        rest.set_ylim(-most, most)
    axes.set_label(loss.filter_name)
    rest.set_label(f"{loss.filter_name} residual")
    axes.set_ylabel(loss.filter_name, rotation=0, ha="right", va="center")
    tau = f"{loss.tau_days:.0f} d" + ("" if loss.is_tau_fitted else " (fixed)")
    said = f"A = {100 * loss.loss_fraction:.1f} %   τ = {tau}"
    if np.isfinite(loss.repeatability):
        said += f"   σ = {100 * loss.repeatability:.2f} %"
    axes.text(0.98, 0.9, said, transform=axes.transAxes, ha="right", va="top", fontsize="small")


def draw_subarrays(figure: "Figure", result: Subarrays) -> None:
    """Draw the flux in each subarray relative to SUB256 in all filters, and what is adopted.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    result : Subarrays
        Points of three observations or fewer have no error bar.
    """
    axes = figure.subplots()
    names = [one.subarray for one in result.throughputs]
    filters = list(dict.fromkeys(one.filter_name for one in result.ratios))
    for kind, (marker, hue) in _KINDS.items():
        own = [one for one in result.ratios if one.kind == kind]
        shift = {
            name: 0.6 * (i + 0.5) / max(len(filters), 1) - 0.3 for i, name in enumerate(filters)
        }
        x = [names.index(one.subarray) + shift[one.filter_name] for one in own]
        for i, one in enumerate(own):
            error = one.error if np.isfinite(one.error) else None
            axes.errorbar(
                x[i], one.ratio, error, marker=marker, ms=4.0, lw=0.7, color=hue,
                mfc=hue if kind == "average" else "none", ls="none",
                label=_KIND_WORDS[kind] if not i else None,
            )  # fmt: skip
    for place, throughput in enumerate(result.throughputs):
        axes.plot(
            place, throughput.adopted_relative, "*", ms=12.0, color=color("accent"),
            mec=color("text"), mew=0.5, label="adopted" if not place else None,
        )  # fmt: skip
        if np.isfinite(throughput.fitted_relative_error) and throughput.subarray != REFERENCE:
            axes.errorbar(
                place + 0.4, throughput.fitted_relative, throughput.fitted_relative_error,
                marker="D", ms=3.5, lw=0.9, color=color("text"),
                label="all together" if place == 0 else None,
            )  # fmt: skip
    axes.axhline(1.0, color=color("dim"), lw=0.5)
    labels = [
        f"{plain(one.subarray)}\n$D_{{SA}}$ = {one.adopted:.3f}" for one in result.throughputs
    ]
    axes.set_xticks(range(len(names)), labels)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylabel(f"Flux relative to {ORDER[2]}")
    axes.legend(loc="upper right", frameon=False)


def draw_history(figure: "Figure", history: CalibrationHistory) -> None:
    """Draw the delivered factors of each filter over time: filled at the start, open in the end.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    history : CalibrationHistory
        The present calibration stands last.
    """
    columns = 3 if len(history.filters) > 4 else 1
    rows = -(-len(history.filters) // columns)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, one in zip(panels, history.filters, strict=False):
        _draw_deliveries(axes, one, history)
    for axes in panels[len(history.filters) :]:
        axes.set_axis_off()
    for axes in panels[max(len(history.filters) - columns, 0) : len(history.filters)]:
        axes.set_xlabel("Used from (MJD)")


def _draw_deliveries(axes: "Axes", one: FilterCalibration, history: CalibrationHistory) -> None:
    known = [value for value in one.delivered if np.isfinite(value.mjd)]
    dated = [delivery.mjd for delivery in history.deliveries if np.isfinite(delivery.mjd)]
    now = max([*dated, DAY_ZERO_MJD]) + 120.0
    values = [(one_.mjd, one_.start, one_.end, color("text")) for one_ in known]
    values.append((now, one.curve.start, one.curve.asymptote, color("accent")))
    for mjd, start, end, hue in values:
        axes.plot([mjd, mjd + 40.0], [start, end], color=hue, lw=0.8)
        axes.plot(mjd, start, "o", ms=4.0, color=hue)
        axes.plot(mjd + 40.0, end, "o", ms=4.0, mec=hue, mfc="white")
    if one.published is not None:
        axes.axhline(one.published.asymptote, color=color("dim"), lw=0.6, ls=":")
    axes.set_label(one.filter_name)
    axes.set_title(one.filter_name, loc="left")
