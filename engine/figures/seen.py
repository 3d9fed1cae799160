"""Figures with the axes that a view shows: the same scales, units, names and ranges."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.figures.labels import plain
from engine.figures.legends import put_legend
from engine.figures.seen_curves import SeenCurve, curve_of, curve_parts, draw_curves
from engine.figures.writing import Draw
from engine.spectra.planck import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Scale = Literal["linear", "log"]
Values = Literal["as they are", "per wavelength"]
Reach = Literal["as seen", "of what is drawn"]
Content = Literal["as drawn", "curves alone"]
BEYOND = "beyond the axis"  #: gid of what stands for values beyond the limits of a figure
_MOST_PANELS, _MOST_TICKS, _MOST_CURVES = 60, 60, 60
_LARGEST = 1e30
_FLAM_PER_JY = LIGHT * 1e-20  # W m-2 um-1 at 1 um


@dataclass(frozen=True, slots=True)
class SeenAxis:
    """One axis as it is seen.

    Attributes
    ----------
    low, high : float
        The range, in the unit of what is drawn.
    scale : {"linear", "log"}
        How it is scaled.
    label : str
        Its name; ``""`` leaves that of the figure.
    ticks : tuple of (float, str)
        Where the numbers stand and how they read, for an axis that is read in another unit than it
        is drawn in; empty: as the figure has them.
    reach : {"as seen", "of what is drawn"}
        ``"of what is drawn"``: no further than the figure itself goes, as one that draws a part of
        what the view shows would be empty beside it.
    """

    low: float
    high: float
    scale: Scale = "linear"
    label: str = ""
    ticks: tuple[tuple[float, str], ...] = ()
    reach: Reach = "as seen"

    @property
    def unnamed(self) -> "SeenAxis":
        """The axis under the name that the figure gives it, unless it is read in another unit."""
        return self if self.ticks else replace(self, label="")

    def moved(self, by: float) -> "SeenAxis":
        """Return this axis for a figure whose numbers are larger ``by`` something."""
        return replace(self, low=self.low + by, high=self.high + by, label="", ticks=())

    def times(self, factor: float) -> "SeenAxis":
        """Return this axis for a figure whose numbers are ``factor`` times as large."""
        return replace(self, low=self.low * factor, high=self.high * factor, label="", ticks=())


@dataclass(frozen=True, slots=True)
class SeenPanel:
    """One panel as it is seen.

    Attributes
    ----------
    x, y : SeenAxis or None
        Its axes; `None`: the figure's own.
    values : {"as they are", "per wavelength"}
        ``"per wavelength"``: flux densities in Jy are drawn in W m-2 um-1.
    of : str
        Label of the axes of the figure, such as a band, where their order is not that of the view;
        ``""``: the next of the panels without one.
    curves : tuple of SeenCurve
        What the view draws besides, as another version.
    content : {"as drawn", "curves alone"}
        ``"curves alone"``: they stand in place of what the figure draws there.
    """

    x: SeenAxis | None
    y: SeenAxis | None
    values: Values = "as they are"
    of: str = ""
    curves: tuple[SeenCurve, ...] = ()
    content: Content = "as drawn"


OWN = SeenPanel(None, None)  #: stands for a panel of the figure that the view does not show


def as_seen(draw: Draw, panels: Sequence[SeenPanel]) -> Draw:
    """Return what draws as ``draw`` does, on the axes that are seen.

    Parameters
    ----------
    draw : callable
        Draws on an empty figure.
    panels : sequence of SeenPanel
        From top to bottom, as the figure has them, or with the labels of their axes; further panels
        stay as they are drawn.
    """
    if not panels:
        return draw

    def draw_as_seen(figure: "Figure") -> None:
        draw(figure)
        matched = tuple(_matched(figure.axes, panels))
        for axes, panel in matched:
            _draw_seen(figure, axes, panel)
        for axes, panel in matched:
            _show(figure, axes, panel)
        figure.align_ylabels()

    return draw_as_seen


def _draw_seen(figure: "Figure", axes: "Axes", panel: SeenPanel) -> None:
    """Draw the curves of ``panel`` with their names in the legend of the figure."""
    if panel.content == "curves alone":
        for one in (*axes.lines, *axes.collections, *axes.patches):
            one.remove()
    first = figure.axes[0]
    draw_curves(axes, first, panel.curves)
    if any(one.label for one in panel.curves):
        _drop_legends(figure, first)
        put_legend(figure, first)


def _drop_legends(figure: "Figure", axes: "Axes") -> None:
    for one in (axes.get_legend(), *figure.legends):
        if one is not None:
            one.remove()


def _show(figure: "Figure", axes: "Axes", panel: SeenPanel) -> None:
    if panel.values == "per wavelength":
        _divide_by_wave(axes)
    if panel.y is not None:
        _drop_arrows(figure, axes)
        _set_axis(axes, "y", panel.y)
    if panel.x is not None:
        _set_axis(axes, "x", panel.x)
    for text in axes.texts:
        if text.get_transform().contains_branch(axes.transData):
            text.set_clip_on(True)  # what it stands beside may not be seen


def _matched(
    every: Sequence["Axes"], panels: Sequence[SeenPanel]
) -> Iterator[tuple["Axes", SeenPanel]]:
    """Pair axes with what is seen in them: by label, or one after the other."""
    yield from zip(every, (one for one in panels if not one.of), strict=False)
    for panel in panels:
        if panel.of:
            yield from ((axes, panel) for axes in every if axes.get_label() == panel.of)


def panels_text(panels: Sequence[SeenPanel]) -> str:
    """Return ``panels`` as a recipe keeps them; ``""``: there are none."""
    if not panels:
        return ""
    parts = [_panel_parts(one) for one in panels]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def panels_of(text: str) -> tuple[SeenPanel, ...]:
    """Return the panels that `panels_text` wrote.

    Raises
    ------
    DataError
        If ``text`` is not of that kind.
    """
    if not text:
        return ()
    try:
        return tuple(_panel(*one) for one in json.loads(text)[:_MOST_PANELS])
    except (ValueError, TypeError, RecursionError) as error:
        raise DataError(
            "The recipe does not say which axes were seen.", hint="Export it again."
        ) from error


def _drop_arrows(figure: "Figure", axes: "Axes") -> None:
    """Take away what points beyond limits that hold no longer, also in the legend."""
    arrows = [line for line in axes.lines if line.get_gid() == BEYOND]
    legends = [one for one in (axes.get_legend(), *figure.legends) if one is not None]
    for one in (*arrows, *(legends if arrows else ())):
        one.remove()
    if arrows and legends:
        put_legend(figure, axes)


def _set_axis(axes: "Axes", name: Literal["x", "y"], seen: SeenAxis) -> None:
    axis = axes.xaxis if name == "x" else axes.yaxis
    set_scale, set_limits = getattr(axes, f"set_{name}scale"), getattr(axes, f"set_{name}lim")
    if getattr(axes, f"get_{name}scale")() != seen.scale:
        set_scale(seen.scale)
        if seen.scale == "log":
            _label_plainly(axis)
    set_limits(*_limits(seen, getattr(axes, f"get_{name}lim")()))
    if seen.label and axis.label.get_text():
        axis.set_label_text(plain(seen.label).replace("Fλ", r"$\mathregular{F_λ}$"))
    if seen.ticks:
        from matplotlib.ticker import NullLocator  # noqa: PLC0415  (slow to import)

        places, texts = zip(*seen.ticks, strict=True)
        axis.set_ticks(places, [plain(text) for text in texts])
        axis.set_minor_locator(NullLocator())


def _limits(seen: SeenAxis, own: tuple[float, float]) -> tuple[float, float]:
    """Return the limits of an axis; its own where nothing that is drawn is seen."""
    if seen.reach == "as seen":
        return seen.low, seen.high
    low, high = max(min(own), min(seen.low, seen.high)), min(max(own), max(seen.low, seen.high))
    if not low < high:
        return own
    return (high, low) if own[0] > own[1] else (low, high)


def _label_plainly(axis: Any) -> None:
    """Label 1, 2 and 5 of each decade with plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: PLC0415

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _divide_by_wave(axes: "Axes") -> None:
    """Turn what is drawn in Jy over wavelengths in um into flux per wavelength."""
    for line in axes.lines:
        x, y = np.asarray(line.get_xdata(), dtype=float), np.asarray(line.get_ydata(), dtype=float)
        line.set_ydata(y * _FLAM_PER_JY / x**2)
    for shade in axes.collections:
        for path in shade.get_paths():
            corners: FloatArray = np.asarray(path.vertices)
            corners[:, 1] *= _FLAM_PER_JY / corners[:, 0] ** 2


def _panel_parts(panel: SeenPanel) -> list[Any]:
    parts = [_axis_parts(panel.x), _axis_parts(panel.y), panel.values]
    if not panel.curves:
        return [*parts, *([panel.of] if panel.of else [])]
    return [*parts, panel.of, [curve_parts(one) for one in panel.curves], panel.content]


def _axis_parts(axis: SeenAxis | None) -> list[Any] | None:
    if axis is None:
        return None
    marks = [list(one) for one in axis.ticks]
    further = [] if axis.reach == "as seen" else [axis.reach]
    return [axis.low, axis.high, axis.scale, axis.label, marks, *further]


def _panel(
    x: Any, y: Any, values: Any, of: Any = "", curves: Any = (), content: Any = "as drawn"
) -> SeenPanel:
    known = next((one for one in get_args(Values) if one == values), None)
    held: Content | None = next((one for one in get_args(Content) if one == content), None)
    if known is None or held is None or len(curves) > _MOST_CURVES:
        raise ValueError(f"unknown values {values!r}")
    x_axis, y_axis = (None if one is None else _axis(*one) for one in (x, y))
    drawn = tuple(curve_of(*one) for one in curves)
    return SeenPanel(x_axis, y_axis, known, str(of), drawn, held)


def _axis(
    low: Any, high: Any, scale: Any, label: Any, ticks: Any, reach: Any = "as seen"
) -> SeenAxis:
    known: Scale | None = next((one for one in get_args(Scale) if one == scale), None)
    numbers = [float(low), float(high), *(float(at) for at, _ in ticks)]
    is_sound = np.isfinite(numbers).all() and max(map(abs, numbers)) < _LARGEST
    reaching: Reach | None = next((one for one in get_args(Reach) if one == reach), None)
    if known is None or reaching is None or not is_sound or low == high or len(ticks) > _MOST_TICKS:
        raise ValueError("not an axis")
    if known == "log" and min(numbers) <= 0.0:
        raise ValueError("no log axis below zero")
    marks = tuple((float(at), str(text)) for at, text in ticks)
    return SeenAxis(float(low), float(high), known, str(label), marks, reaching)
