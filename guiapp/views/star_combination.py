"""View of the combination: all stars relative to one, their mean, and what is left of it."""

from collections.abc import Collection

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray
from engine.figures.seen_curves import SeenCurve, seen_curve
from engine.model.star_names import told_apart
from engine.model.stars import star_named
from engine.mrs.star_combination import RelativeVector, StarCombination
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import stacked
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.caption import NoteLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.version_difference import (
    version_difference,
    with_room_for,
    with_room_for_words,
)

_PICK_PIXELS = 10.0
_FAINT, _NORMAL, _STRONG = 0.45, 0.65, 1.0
_HINT = "click selects a star · X leaves it out or brings it back · W weighs it · right-drag zooms"
_CURVES = ("even", "odd")  # neighboring bands overlap: every other band makes one curve


class StarCombinationView(QWidget):
    """Draws a combination; says which star was clicked, and what is wanted of it.

    Signals
    -------
    star_clicked(str)
        Source key.
    exclude_wanted(str), weight_wanted(str)
        Source key of the selected star.
    cursor_changed(str)
        Text below the plot.
    """

    star_clicked = pyqtSignal(str)
    exclude_wanted = pyqtSignal(str)
    weight_wanted = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = _HINT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="Relative vectors", y_label="Vector / reference")
        self.residual_plot = ThemedPlot(
            name="Residuals", x_label="Wavelength (µm)", y_label="Residual (%)"
        )
        self.band = {k: self.plot.add_layer(BandLayer("text", opacity=0.16), z=8) for k in _CURVES}
        self.mean = {k: self.plot.add_layer(CurveLayer("text", width=2.0), z=9) for k in _CURVES}
        self.polynomial = self.plot.add_layer(CurveLayer("accent", width=2.0, dash="dashed"), z=10)
        self.other_mean = {
            k: self.plot.add_layer(
                CurveLayer("other", width=1.5, dash="dashed", counts="no bounds"), z=11
            )
            for k in _CURVES
        }
        self.other_ratio = self.residual_plot.add_layer(
            CurveLayer("other", width=1.5, dash="dashed", counts="no bounds"), z=6
        )
        self.difference = self.residual_plot.add_layer(NoteLayer("text"), z=20)
        self.other: StarCombination | None = None
        self._other_label = ""
        self._level = self.plot.add_layer(LevelsLayer("dim"), z=1)
        self._zero = self.residual_plot.add_layer(LevelsLayer("dim"), z=1)
        self.scatter = self.residual_plot.add_layer(ErrorBarsLayer("dim", opacity=0.45), z=2)
        self.star_points = self.residual_plot.add_layer(
            PointsLayer(
                (
                    PointStyle("dim", size=4.0),
                    PointStyle("accent", size=6.0),
                    PointStyle("care", "cross", size=6.0),
                    PointStyle("accent", "cross", size=8.0),
                )
            ),
            z=3,
        )
        self.bars = self.residual_plot.add_layer(ErrorBarsLayer("text", opacity=0.9), z=4)
        self.residuals = self.residual_plot.add_layer(
            PointsLayer((PointStyle("text", symbol="diamond", size=8.0),)), z=5
        )
        self.stars: dict[str, dict[str, CurveLayer]] = {}
        self.result: StarCombination | None = None
        self.selected = ""
        self.marked: frozenset[str] = frozenset()
        self._note = PlotMessage(self.plot, "top")
        self._level.set_values((1.0,))
        self._zero.set_values((0.0,))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        split = stacked(self.plot, self.residual_plot, sizes=(420, 190), stretch=(3, 1))
        self.empty = EmptyState.over(self, self.legend, split)
        self.residual_plot.link_x(self.plot)

    def _connect(self) -> None:
        self.legend.switched.connect(self._on_switched)
        self.plot.all_bounds = self._bounds
        self.residual_plot.all_bounds = self._residual_bounds
        self.plot.add_tool(_Pick(self))
        for plot in (self.plot, self.residual_plot):
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def bind_keys(self, keys: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        """Let keys do acts: (name of the act, its keys)."""
        acts = {
            "combine.exclude": lambda: self._ask(self.exclude_wanted),
            "combine.weight": lambda: self._ask(self.weight_wanted),
        }
        for act, names in keys:
            for name in names if act in acts else ():
                for plot in (self.plot, self.residual_plot):
                    plot.keys.bind(name, acts[act])

    # What the follower asks

    def show_result(self, result: StarCombination) -> None:
        """Draw ``result``; the zoom stays unless it is the first one."""
        is_first = self.result is None
        self.result = result
        self.empty.say("")
        self._note.say("", "tip")
        self._draw_stars(result)
        self._draw_mean(result)
        self._draw_residuals(result)
        reference = result.stars[0].star
        self.plot.set_labels("", f"Vector / vector of {reference}")
        self._draw_other()
        self.select(self.selected, self.marked)
        if is_first:
            self.plot.show_all_afresh()
            self.residual_plot.show_all_afresh()
        elif self.other is not None:
            self.plot.widen_y_unless_zoomed()
            self.residual_plot.widen_y_unless_zoomed()

    def show_other(self, other: StarCombination | None, label: str) -> None:
        """Draw the mean of another version, and the ratio of the final vectors; `None`: none."""
        before, self.other, self._other_label = self.other, other, label
        self._draw_other()
        if other is not before:
            self._fit_y()

    def show_stale(self) -> None:
        """Say that a new result is being computed."""
        self._note.say("Combining …", "tip")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays."""
        if self.result is None:
            self.empty.say(f"{what} {hint}".strip())
        else:
            self._note.say(f"{what} {hint} The last good result is shown.".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for layers in self.stars.values():
            for layer in layers.values():
                self.plot.remove_layer(layer)
        self.stars = {}
        none = np.zeros(0)
        for key in _CURVES:
            self.mean[key].set_data(none, none)
            self.band[key].set_data(none, none, none)
        for layer in (self.polynomial, self.other_ratio, *self.other_mean.values()):
            layer.set_data(none, none)
        self.difference.say("", "text")
        self.residuals.set_data(none, none)
        self.star_points.set_data(none, none)
        for bars in (self.bars, self.scatter):
            bars.set_data(none, none, none)
        self.legend.set_entries(())
        self.empty.say(reason or "Combining the stars …")

    def select(self, source: str, others: Collection[str] = ()) -> None:
        """Draw one star stronger than the others, and all that are selected with it."""
        self.selected, self.marked = source, frozenset(others) | {source}
        if self.result is None:
            return
        excluded = {one.source for one in self.result.stars if one.excluded}
        for name, layers in self.stars.items():
            is_chosen = name in self.marked
            opacity = _STRONG if is_chosen else _FAINT if name in excluded else _NORMAL
            for layer in layers.values():
                layer.set_look(
                    opacity=opacity,
                    width=2.0 if is_chosen else 1.0,
                    dash="dotted" if name in excluded else "solid",
                )
        self._draw_star_points(self.result)

    def star_at(self, mouse: PlotMouse, reach: float = _PICK_PIXELS) -> RelativeVector | None:
        """Return the relative vector under the mouse."""
        if self.result is None:
            return None
        best: tuple[float, RelativeVector] | None = None
        pixels = self.plot.pixels
        for one in self.result.relative:
            band = self.result.band(one.band)
            if band is None or not self.legend.is_on(one.source):
                continue
            if not band.wave_um[0] <= mouse.x <= band.wave_um[-1]:
                continue
            value = float(np.interp(mouse.x, band.wave_um, one.ratio))
            away = abs(pixels.y_pixel(value) - mouse.row) if np.isfinite(value) else np.inf
            if away <= reach and (best is None or away < best[0]):
                best = away, one
        return None if best is None else best[1]

    # Drawing

    def _draw_stars(self, result: StarCombination) -> None:
        sources = [one.source for one in result.stars]
        for gone in [name for name in self.stars if name not in sources]:
            for layer in self.stars.pop(gone).values():
                self.plot.remove_layer(layer)
        for one in result.stars:
            if one.source not in self.stars:
                self.stars[one.source] = {
                    k: self.plot.add_layer(CurveLayer(color_name(one.star)), z=4) for k in _CURVES
                }
            own = [row for row in result.relative if row.source == one.source]
            for k, key in enumerate(_CURVES):
                mine = [row for row in own if _place(result, row.band) % 2 == k]
                pieces = [(_wave(result, row.band), row.ratio) for row in mine]
                self.stars[one.source][key].set_data(*joined(pieces))

    def _draw_mean(self, result: StarCombination) -> None:
        for k, key in enumerate(_CURVES):
            mine = result.bands[k::2]
            x, mean = joined([(one.wave_um, one.mean) for one in mine])
            _, error = joined([(one.wave_um, one.mean_error) for one in mine])
            self.mean[key].set_data(x, mean)
            self.band[key].set_data(x, mean - error, mean + error)
        waves = np.concatenate([one.wave_um for one in result.bands])
        values = np.concatenate([one.polynomial for one in result.bands])
        order = np.argsort(waves, kind="stable")
        self.polynomial.set_data(waves[order], values[order])

    def _draw_other(self) -> None:
        """Draw the other version, as far as it has the bands of this one and their kind."""
        result, other, none = self.result, self.other, np.zeros(0)
        if result is None:
            return
        self.legend.set_entries(self._entries(result))
        if other is None or other.kind != result.kind:
            for layer in (*self.other_mean.values(), self.other_ratio):
                layer.set_data(none, none)
            self.difference.say("", "text")
            return
        for k, key in enumerate(_CURVES):
            mine = other.bands[k::2]
            self.other_mean[key].set_data(*joined([(one.wave_um, one.mean) for one in mine]))
        pieces = []
        for one in result.bands:
            same = other.band(one.band)
            if same is not None:
                base = np.interp(one.wave_um, same.wave_um, same.vector, np.nan, np.nan)
                pieces.append((one.wave_um, 100.0 * (one.vector / base - 1.0)))
        waves = np.concatenate([wave for wave, _ in pieces]) if pieces else none
        ratio = np.concatenate([values for _, values in pieces]) if pieces else none
        order = np.argsort(waves, kind="stable")
        self.other_ratio.set_data(waves[order], ratio[order])
        bounds = self._bounds()
        seen = slice(None) if bounds is None else (waves >= bounds[0]) & (waves <= bounds[1])
        found = version_difference(waves[seen], ratio[seen])
        said = f"final vectors: {found.short} over {self._other_label}" if found else ""
        self.difference.say(said, "text")

    def seen_curves(self) -> tuple[tuple[SeenCurve, ...], tuple[SeenCurve, ...]]:
        """Return what is drawn of another version in both plots."""
        means = [(one.xs, one.ys) for one in self.other_mean.values() if one.isVisible()]
        ratios = (
            [(self.other_ratio.xs, self.other_ratio.ys)] if self.other_ratio.isVisible() else []
        )
        mean = seen_curve(f"mean {self._other_label}", means, shade="other")
        ratio = seen_curve(f"final / {self._other_label} − 1 (below)", ratios, shade="other")
        return (mean,) if mean else (), (ratio,) if ratio else ()

    def _draw_residuals(self, result: StarCombination) -> None:
        compared = [one for one in result.bands if np.isfinite(one.residual)]
        x = np.array([_middle(one.wave_um[one.is_compared]) for one in compared])
        y = 100 * np.array([one.residual for one in compared])
        self.residuals.set_data(x, y)
        self.bars.set_data(x, y, 100 * np.array([one.residual_error for one in compared]))
        self.scatter.set_data(x, y, 100 * np.array([one.scatter for one in compared]))
        self._draw_star_points(result)

    def _draw_star_points(self, result: StarCombination) -> None:
        out = {one.source for one in result.stars if one.excluded}
        rows = [one for one in result.relative if np.isfinite(one.after)]
        spots = {
            one.band: _middle(one.wave_um[one.is_compared])
            for one in result.bands
            if one.is_compared.any()
        }
        rows = sorted((one for one in rows if one.band in spots), key=lambda one: spots[one.band])
        self.star_points.set_data(
            np.array([spots[one.band] for one in rows]),
            np.array([100 * (one.after - 1) for one in rows]),
            np.array(
                [int(one.source in self.marked) + 2 * (one.source in out) for one in rows],
                dtype=np.int64,
            ),
        )

    def _entries(self, result: StarCombination) -> tuple[LegendEntry, ...]:
        names = told_apart([one.source for one in result.stars])
        stars = tuple(
            LegendEntry(
                one.source,
                f"{name} (left out)" if one.excluded else name,
                "dashed" if one.excluded else "line",
                color_name(one.star),
                tip=one.excluded or f"Vector of {one.source} over that of the reference star",
            )
            for one, name in zip(result.stars, names, strict=True)
        )
        others = (
            (
                LegendEntry("other mean", f"mean {self._other_label}", "dashed", "other"),
                LegendEntry(
                    "other ratio",
                    f"final / {self._other_label}",
                    "dashed",
                    "other",
                    tip="Lower plot: this final vector over that of the other version, minus 1",
                ),
            )
            if self.other is not None
            else ()
        )
        left_out = LegendEntry(
            "left out",
            "left out",
            "points",
            "care",
            PointStyle("care", "cross", size=6.0),
            tip="Lower plot: stars that are left out; the mean does not rest on them",
        )
        out = (left_out,) if any(one.excluded for one in result.stars) else ()
        return (
            *others,
            LegendEntry("mean", "mean", "line", "text", tip="Weighted mean of the stars"),
            LegendEntry(
                "polynomial",
                f"polynomial, order {result.order}",
                "dashed",
                "accent",
                tip="What the reference star's vector is multiplied by",
            ),
            *stars,
            *out,
        )

    def _bounds(self) -> Bounds | None:
        """Show what is compared; beyond, faint stars run away."""
        if self.result is None:
            return None
        values = [
            one.ratio[band.is_compared]
            for one in self.result.relative
            if (band := self.result.band(one.band)) is not None
        ]
        kept = np.concatenate(values) if values else np.zeros(0)
        kept = kept[np.isfinite(kept)]
        if not kept.size:
            return None
        low, high = np.percentile(kept, [0.2, 99.8])
        room = 0.1 * (high - low) or 0.01
        waves = [one.wave_um[one.is_compared] for one in self.result.bands if one.is_compared.any()]
        own = float(waves[0][0]), float(waves[-1][-1]), float(low - room), float(high + room)
        others = [(one.xs, one.ys) for one in self.other_mean.values() if one.isVisible()]
        return with_room_for(own, *others)

    def _fit_y(self) -> None:
        """Fit both plots to what is compared with, unless the user chose what is seen."""
        self.plot.fit_y_unless_zoomed()
        self.residual_plot.fit_y_unless_zoomed()

    def _residual_bounds(self) -> Bounds | None:
        bounds, points = self._bounds(), self.star_points.bounds()
        if bounds is None or points is None:
            return None
        own = bounds[0], bounds[1], points[2], points[3]
        if not (self.other_ratio.isVisible() and self.difference.text):
            return own
        return with_room_for_words(with_room_for(own, (self.other_ratio.xs, self.other_ratio.ys)))

    # Slots

    def _ask(self, signal: object) -> None:
        if self.selected:
            signal.emit(self.selected)  # type: ignore[attr-defined]
        else:
            self._note.say("Click a star first.", "tip")

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name == "mean":
            for key in _CURVES:
                self.mean[key].setVisible(is_on)
                self.band[key].setVisible(is_on)
        elif name == "other mean":
            for layer in self.other_mean.values():
                layer.setVisible(is_on)
            self._fit_y()
        elif name == "other ratio":
            self.other_ratio.setVisible(is_on)
            self.difference.setVisible(is_on)
            self._fit_y()
        elif name == "left out":
            self.star_points.hide_kinds(frozenset() if is_on else frozenset({2, 3}))
        else:
            alone = {"polynomial": {"all": self.polynomial}}
            for layer in {**alone, **self.stars}.get(name, {}).values():
                layer.setVisible(is_on)

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        mouse = self.plot.cursor if self.sender() is self.plot else None
        found = None if mouse is None else self.star_at(mouse)
        said = f"{wave_text(x)}   {fixed_text(y, 5)}"
        if found is not None:
            level = number_text(found.level, found.level_error)
            said += f"   {found.star} {found.band}   band mean {level} statistical"
            if found.sys_error > 0.0:
                said += f", {fixed_text(100.0 * found.sys_error, 2)} % systematic"
        self.cursor_changed.emit(said)


class _Pick(MouseTool):
    """A click selects the star under the cursor."""

    def __init__(self, view: StarCombinationView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return Qt.CursorShape.PointingHandCursor if self._view.star_at(mouse) else None

    def click(self, mouse: PlotMouse) -> bool:
        found = self._view.star_at(mouse)
        if found is None or not mouse.is_left:
            return False
        self._view.star_clicked.emit(found.source)
        return True


def color_name(star: str) -> str:
    """Return the color of a star's class."""
    listed = star_named(star)
    return f"class {listed.star_class if listed is not None else 'other'}"


def joined(pieces: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    """Return pieces that do not overlap as one curve with gaps between them."""
    if not pieces:
        return np.zeros(0), np.zeros(0)
    xs, ys = [pieces[0][0]], [pieces[0][1]]
    for x, y in pieces[1:]:
        xs += [np.array([0.5 * (xs[-1][-1] + x[0])]), x]
        ys += [np.array([np.nan]), y]
    return np.concatenate(xs), np.concatenate(ys)


def _place(result: StarCombination, band: str) -> int:
    return [one.band for one in result.bands].index(band)


def _wave(result: StarCombination, band: str) -> FloatArray:
    return result.bands[_place(result, band)].wave_um


def _middle(wave_um: FloatArray) -> float:
    return float(0.5 * (wave_um[0] + wave_um[-1]))
