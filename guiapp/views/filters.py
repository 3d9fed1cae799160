"""View of spectra over photometry: every star in every filter of one imager."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from engine.arrays import FloatArray
from engine.compare.filter_photometry import FilterComparison, FilterRatio, StarRatio
from engine.model.stars import star_named
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import button, column
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer, LineTicksLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.band_panels import PlotGroup
from guiapp.views.visits_view import VisitsView

_PICK_PIXELS = 9.0
_KINDS = ("hot", "A", "G", "other")
_NAMES = ("hot stars", "A dwarfs", "solar analogs", "other stars")
_SYMBOLS = ("circle", "square", "triangle", "diamond")
_LEFT_OUT = len(_KINDS)
_STYLES = tuple(
    PointStyle(f"class {kind}", symbol=symbol, size=7.0)  # type: ignore[arg-type]
    for kind, symbol in zip(_KINDS, _SYMBOLS, strict=True)
)
_CROSS = PointStyle("wrong", symbol="cross", size=8.0, line=1.6)
_MEAN = PointStyle("text", symbol="square", size=9.0)
_RING = PointStyle("accent", symbol="circle", size=14.0, fill="open", line=1.8)
_SPREAD = 0.030  # of the pivot wavelength: from the middle of the stars to either side
_MEAN_AT = 0.045
_EXCLUDE, _BRING_BACK = "Leave out point…", "Bring point back"
_LEGEND_WIDTH = 470


@dataclass(frozen=True, eq=False, slots=True)
class _Drawn:
    """The points of one imager that have a place in the plot, in order of x."""

    stars: tuple[StarRatio, ...]
    x: FloatArray
    ratio: FloatArray
    error: FloatArray
    kinds: FloatArray


class RatioPlot(PlotGroup):
    """One plot of ratios over wavelength."""

    def __init__(self, name: str, *, y_label: str) -> None:
        super().__init__()
        self.plot = ThemedPlot(name=name, x_label="Wavelength (µm)", y_label=y_label, x_scale="log")
        self.plots = {"": self.plot}
        column(self).addWidget(self.plot)


class FiltersView(VisitsView):
    """Draws ratios of stars and means of filters; says which point shall be left out.

    Signals
    -------
    point_chosen(str)
        Id of the point that was clicked, ``"HD 2811/F770W"``; ``""``: none.
    exclusion_wanted(str)
        Id of the point to leave out, or to bring back.
    """

    point_chosen = pyqtSignal(str)
    exclusion_wanted = pyqtSignal(str)

    hint = "click a point to select its star · x or Delete: leave the point out, or bring it back"

    def __init__(self, parent: QWidget | None = None) -> None:
        self.group = RatioPlot("Spectra over photometry", y_label="Spectrum / imager")
        super().__init__(self.group, quantity="spectrum / imager")
        self.plot = self.group.plot
        self.instrument = QComboBox()
        self.instrument.setAccessibleName("Imager")
        self.exclude = button(_EXCLUDE, "quiet", tip="Leave the selected point out (x)")
        self.legend = LegendBar()
        self._point = ""
        self._star = ""
        self._drawn = _drawn(())
        self._make_layers()
        self.tools.addWidget(self.instrument)
        self.tools.addWidget(self.exclude)
        self.add_legend(self.legend, _LEGEND_WIDTH)
        self.legend.set_entries(_LEGEND)
        self.legend.switched.connect(self._on_switched)
        self.exclude.clicked.connect(self.ask_exclusion)
        self.instrument.activated.connect(self._on_instrument)
        self.plot.add_tool(_PickPoint(self))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.select("", "")

    def _make_layers(self) -> None:
        self._one = self.plot.add_layer(LevelsLayer("dim"), z=1)
        self._one.set_values((1.0,))
        self.names = self.plot.add_layer(LineTicksLayer(), z=2)
        self.bars = self.plot.add_layer(ErrorBarsLayer("dim", opacity=0.8), z=3)
        self.mean_bars = self.plot.add_layer(ErrorBarsLayer("text", opacity=1.0), z=4)
        self.means = self.plot.add_layer(PointsLayer((_MEAN,)), z=5)
        self.points = self.plot.add_layer(PointsLayer((*_STYLES, _CROSS)), z=6)
        self.same_star = self.plot.add_layer(
            PointsLayer(
                (PointStyle("accent", symbol="circle", size=11.0, fill="open"),), counts=()
            ),
            z=7,
        )
        self.ring = self.plot.add_layer(PointsLayer((_RING,), counts=()), z=8)

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave the selected point out, or bring it back."""
        for key in keys:
            self.plot.keys.bind(key, self.ask_exclusion)

    def show_result(self, result: FilterComparison) -> None:
        """Draw ``result``."""
        is_first = self.result is None or self.empty.reason != ""
        self.result = result
        self.empty.say("")
        self._offer_instruments(result)
        self._draw()
        self.say_remarks(result.messages)
        if is_first:
            self.plot.show_all_afresh()

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self._draw()
        self.say_remarks(())
        self.empty.say(reason)

    def select(self, point: str, star: str) -> None:
        """Mark one point, and the other points of its star."""
        self._point, self._star = point, star
        drawn = self._drawn
        chosen = np.array([one.id == point for one in drawn.stars], dtype=bool)
        others = np.array([one.star == star for one in drawn.stars], dtype=bool) & ~chosen
        self.ring.set_data(drawn.x[chosen], drawn.ratio[chosen])
        self.same_star.set_data(drawn.x[others], drawn.ratio[others])
        found = self.selected()
        self.exclude.setEnabled(found is not None and not found.is_clipped)
        text = _BRING_BACK if found is not None and found.reason else _EXCLUDE
        self.exclude.setText(text)
        self.exclude.setAccessibleName(text.rstrip("…"))

    def show_instrument(self, name: str) -> None:
        """Show the filters of one imager."""
        at = self.instrument.findText(name)
        if at >= 0 and at != self.instrument.currentIndex():
            self.instrument.setCurrentIndex(at)
            self._on_instrument(at)

    def selected(self) -> StarRatio | None:
        """Return the point that is marked."""
        return next((one for one in self._drawn.stars if one.id == self._point), None)

    @property
    def star_marked(self) -> str:
        """The star whose points are marked."""
        return self._star

    def ask_exclusion(self) -> None:
        """Say that the marked point shall be left out, or brought back."""
        found = self.selected()
        if found is not None and not found.is_clipped:
            self.exclusion_wanted.emit(found.id)

    def point_at(self, mouse: PlotMouse) -> StarRatio | None:
        """Return the point under the mouse."""
        index = self.points.point_at(mouse, _PICK_PIXELS)
        return self._drawn.stars[index] if index >= 0 else None

    def choose(self, point: StarRatio | None) -> None:
        """Take a click."""
        self.select("" if point is None else point.id, "" if point is None else point.star)
        self.point_chosen.emit(self._point)

    def tell(self, mouse: PlotMouse) -> bool:
        """Write what is under the mouse below the plot; tell whether it is a point."""
        point = self.point_at(mouse)
        mean = self.means.point_at(mouse, _PICK_PIXELS)
        text = ""
        if point is not None:
            text = point_text(point)
        elif mean >= 0:
            text = filter_text(self._with_mean()[mean])
        self.cursor_changed.emit(text)
        return point is not None

    def _shown_filters(self) -> list[FilterRatio]:
        if self.result is None:
            return []
        wanted = self.instrument.currentText()
        return [
            one
            for one in self.result.filters
            if np.isfinite(one.pivot_um) and (one.instrument or "imager") == wanted
        ]

    def _with_mean(self) -> list[FilterRatio]:
        return [one for one in self._shown_filters() if np.isfinite(one.mean)]

    def _draw(self) -> None:
        filters = self._shown_filters()
        self._drawn = drawn = _drawn(filters)
        self.points.set_data(drawn.x, drawn.ratio, drawn.kinds.astype(np.int64))
        self.bars.set_data(drawn.x, drawn.ratio, drawn.error)
        means = self._with_mean()
        x = np.array([one.pivot_um * (1.0 + _MEAN_AT) for one in means])
        y = np.array([one.mean for one in means])
        self.means.set_data(x, y)
        self.mean_bars.set_data(x, y, np.array([one.rms for one in means]))
        self.names.set_ticks(tuple((one.pivot_um, one.filter) for one in filters))
        self.select(self._point, self._star)

    def _offer_instruments(self, result: FilterComparison) -> None:
        found = [one.instrument or "imager" for one in result.filters if np.isfinite(one.pivot_um)]
        names = sorted(set(found), key=lambda name: (-found.count(name), name))
        if [self.instrument.itemText(i) for i in range(self.instrument.count())] != names:
            kept = self.instrument.currentText()
            self.instrument.clear()
            self.instrument.addItems(names)
            self.instrument.setCurrentText(kept)
        self.instrument.setVisible(len(names) > 1)

    def _on_instrument(self, _index: int) -> None:
        self._draw()
        self.plot.show_all_afresh()

    def _bounds(self) -> Bounds | None:
        """Show all filters; of the ratios those in use, with their errors, and 1."""
        drawn = self._drawn
        if not drawn.x.size:
            return None
        used = drawn.kinds != _LEFT_OUT
        inside = used if used.any() else np.ones(drawn.x.size, dtype=bool)
        error = np.nan_to_num(drawn.error[inside])
        low = min(float(np.min(drawn.ratio[inside] - error)), 0.995)
        high = max(float(np.max(drawn.ratio[inside] + error)), 1.005)
        return (
            0.96 * float(drawn.x[0]),
            1.06 * float(drawn.x[-1]),
            low - 0.06 * (high - low),
            high + 0.12 * (high - low),  # for the names of the filters
        )

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name == "mean":
            self.means.setVisible(is_on)
            self.mean_bars.setVisible(is_on)
            return
        kind = _LEFT_OUT if name == "left out" else _KINDS.index(name)
        hidden = self.points.hidden_kinds
        self.points.hide_kinds(hidden - {kind} if is_on else hidden | {kind})


class _PickPoint(MouseTool):
    """Selects the point that is clicked, and reads the one under the cursor."""

    def __init__(self, view: FiltersView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return Qt.CursorShape.PointingHandCursor if self._view.tell(mouse) else None

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._view.choose(self._view.point_at(mouse))
        return True


_LEGEND = (
    *(
        LegendEntry(kind, name, "points", f"class {kind}", style, f"{name.capitalize()}, one each")
        for kind, name, style in zip(_KINDS, _NAMES, _STYLES, strict=True)
    ),
    LegendEntry("mean", "mean, rms", "points", "text", _MEAN, "Sigma-clipped mean and its rms"),
    LegendEntry(
        "left out", "left out", "points", "wrong", _CROSS, "Clipped, or left out with a reason"
    ),
)


def point_text(point: StarRatio) -> str:
    """Return one point in one line."""
    said = (
        f"{point.star}   {point.filter}   ratio {number_text(point.ratio, point.error)}   "
        f"{number_text(1e3 * point.synthetic_jy, 1e3 * point.synthetic_error_jy)} / "
        f"{number_text(1e3 * point.measured_jy, 1e3 * point.measured_error_jy)} mJy   "
        f"covered {100.0 * point.coverage:.1f} %"
    )
    return f"{said}   left out: {point.reason}" if point.reason else said


def filter_text(one: FilterRatio) -> str:
    """Return the mean of one filter in one line."""
    return (
        f"{one.filter}   pivot {fixed_text(one.pivot_um, 3)} µm   mean "
        f"{number_text(one.mean, one.mean_error)}   rms {fixed_text(one.rms, 4)}   "
        f"{one.n_used} of {len(one.stars)} stars"
    )


def _drawn(filters: Sequence[FilterRatio]) -> _Drawn:
    """Return the points of ``filters`` that have a ratio, side by side about the pivot."""
    stars: list[StarRatio] = []
    places: list[float] = []
    for one in filters:
        shown = [star for star in one.stars if np.isfinite(star.ratio)]
        across = np.linspace(-_SPREAD, 0.7 * _SPREAD, len(shown)) if len(shown) > 1 else [0.0]
        stars += shown
        places += [one.pivot_um * (1.0 + part) for part in list(across)[: len(shown)]]
    order = np.argsort(places, kind="stable")
    found = tuple(stars[i] for i in order)
    return _Drawn(
        found,
        np.array(places, dtype=float)[order],
        np.array([one.ratio for one in found], dtype=float),
        np.array([one.error for one in found], dtype=float),
        np.array([_kind_of(one) for one in found], dtype=float),
    )


def _kind_of(star: StarRatio) -> int:
    if not star.is_used:
        return _LEFT_OUT
    found = star_named(star.star)
    kind = found.star_class if found is not None and found.is_standard else "other"
    return _KINDS.index(kind)
