"""View of gradients: fits on both patches, Table 2, images before and after (Ma+2023, Fig. 7)."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from engine.arrays import FloatArray
from engine.model.table import ResultTable
from engine.nircam.difference_images import DifferenceImage
from engine.nircam.gradient_model import ArrayGradient, GradientModels
from engine.nircam.module_correction import ModuleCorrection
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, column, fitted
from guiapp.look.result_table import ResultTableView
from guiapp.look.tokens import GRID
from guiapp.plots.bands import BandLayer
from guiapp.plots.caption import NoteLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.stamps import PointStyle
from guiapp.plots.stretch import NO_LEVELS, Levels
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.sources_view import RING, PickSource, SourcesView

_PATCHES: tuple[tuple[Literal["p", "q"], str], ...] = (("p", "accent"), ("q", "care"))
_STYLES = (
    PointStyle("accent", "circle", 6.0),
    PointStyle("care", "square", 6.0),
    PointStyle("wrong", "cross", 6.0),
    PointStyle("dim", "crossed circle", 7.0),
)
_REJECTED, _LEFT_OUT = 2, 3
_SIGMA = 4.0  # of the noise: black and white of difference images
_LINE_POINTS = 40
_TABLE_HEIGHT = 210
_DIFFERENCE_WIDTH = 240
_NONE = np.zeros(0)
_NO_IMAGE = np.zeros((0, 0))


class ModuleGradientsView(SourcesView):
    """Draws `GradientModels` and `ModuleCorrection`; says which array or source is picked.

    Signals
    -------
    array_chosen(int)
        Number of the array that is shown now.
    exclusion_wanted()
        Leave out the selected sources, or bring them back.
    """

    array_chosen = pyqtSignal(int)
    exclusion_wanted = pyqtSignal()

    busy = "Fitting …"
    hint = "click a row to see its fit · click a source, x leaves it out · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: GradientModels | None = None
        self.correction: ModuleCorrection | None = None
        self.shown: ArrayGradient | None = None
        self.chip = Label("", "text")
        self.legend = LegendBar()
        self.plot = ThemedPlot(
            name="Fit on both patches",
            x_label="d, long side (arcmin)",
            y_label="Δm (mag)",
        )
        self.plot.add_layer(LevelsLayer("dim"), z=1).set_values((0.0,))
        self.lines = {
            patch: self.plot.add_layer(CurveLayer(color, width=2.0, counts="no bounds"), z=5)
            for patch, color in _PATCHES
        }
        self.bands = {
            patch: self.plot.add_layer(BandLayer(color, opacity=0.18), z=2)
            for patch, color in _PATCHES
        }
        self.points = self.plot.add_layer(PointsLayer(_STYLES), z=4)
        self.ring = self.plot.add_layer(PointsLayer((RING,), counts=()), z=6)
        self.table = ResultTableView()
        self.differences = QComboBox()
        self.about = ElidedLabel("", "dim", rows=3)
        self.images = {name: _DifferencePlot(name) for name in ("before", "after")}
        self.rows: tuple[ArrayGradient, ...] = ()
        self._is_picked = False  # whether the user asked for the fit that is shown
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.differences.setAccessibleName("Difference of images")
        self.differences.setMinimumWidth(_DIFFERENCE_WIDTH)
        self.table.setMinimumHeight(_TABLE_HEIGHT // 2)
        head = QHBoxLayout()
        fitted(head, spacing=2 * GRID)
        head.addWidget(self.legend, 1)
        head.addWidget(self.chip)
        right = QWidget()
        pictures = column(right, spacing=GRID)
        pictures.addWidget(self.differences)
        pictures.addWidget(self.about)
        both = QHBoxLayout()
        fitted(both, spacing=GRID)
        for image in self.images.values():
            both.addWidget(image.plot, 1)
        pictures.addLayout(both, 1)
        upper = QSplitter(Qt.Orientation.Horizontal)
        upper.addWidget(self.plot)
        upper.addWidget(right)
        upper.setSizes([360, 560])
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(upper)
        self.split.addWidget(self.table)
        self.split.setSizes([380, _TABLE_HEIGHT])
        for one in (upper, self.split):
            one.setChildrenCollapsible(False)
        self.empty = EmptyState.over(self, head, self.remark, self.split)

    def _connect(self) -> None:
        self.table.rows_selected.connect(self._on_rows)
        self.table.row_activated.connect(lambda row: self._on_rows((row,)))
        self.differences.activated.connect(lambda _i: self._on_difference())
        self.legend.switched.connect(self._on_switched)
        self.plot.add_tool(PickSource(self))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        for image in self.images.values():
            image.plot.cursor_moved.connect(lambda x, y, _i, one=image: self._on_pixel(one, x, y))
            image.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave out the selected sources, or bring them back."""
        for key in keys:
            self.plot.keys.bind(key, self.ask_exclusion)

    @property
    def plots(self) -> tuple[ThemedPlot, ...]:
        """All plots of the view."""
        return self.plot, *(one.plot for one in self.images.values())

    def show_result(self, result: GradientModels) -> None:
        """Take over ``result``; `show_table` tells which row of the table is which array."""
        self.empty.say("")
        self.result = result
        self._note(" ".join(result.messages))

    def show_table(self, table: ResultTable, rows: tuple[ArrayGradient, ...]) -> None:
        """Show the numbers in the layout of Table 2; a row is an array."""
        self.rows = rows
        self.table.show_table(table)
        titles = [one.title for one in rows]
        before = self.shown.title if self.shown is not None else ""
        calibration = self.shown.calibration if self.shown is not None else ""
        same = [
            i for i, t in enumerate(titles) if (t, rows[i].calibration) == (before, calibration)
        ]
        place = same[0] if same else _first_with_slope(rows)
        self._show_array(place, is_new=not same)
        self._agree()

    def show_row(self, filter_name: str, array: str) -> None:
        """Show the first row of an array in a filter, because the user wants it."""
        names = [(one.filter, one.array) for one in self.rows]
        if (filter_name, array) in names:
            self._on_rows((names.index((filter_name, array)),))

    def show_choice(self, filter_name: str, array: str, sources: tuple[str, ...]) -> None:
        """Show the fit that what is picked elsewhere takes part in, and mark it."""
        shown = self.shown
        if shown is not None and filter_name and not _holds(shown, filter_name, array, sources):
            found = (
                i for i, one in enumerate(self.rows) if _holds(one, filter_name, array, sources)
            )
            place = next(found, -1)
            if place >= 0:
                self._is_picked = True
                self._show_array(place, is_new=True)
        self.select(sources)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        super().clear(reason)
        self.shown = None
        self.rows = ()
        self._is_picked = False
        self.table.show_table(None)

    def show_correction(self, correction: ModuleCorrection | None, reason: str = "") -> None:
        """Show differences of images before and after; `None`: there are none, for ``reason``."""
        self.correction = correction
        found = () if correction is None else correction.differences
        wanted = self.differences.currentText()
        titles = [one.title for one in sorted_differences(found)]
        self.differences.clear()
        self.differences.addItems(titles)
        self.differences.setVisible(bool(titles))
        if wanted in titles:
            self.differences.setCurrentText(wanted)
        self._agree()
        if correction is None:
            self.about.set_full_text(reason)
        elif not titles:
            self.about.set_full_text(
                "No images of one array in two epochs are open: nothing to subtract. "
                + correction.messages[0]
            )
        self._show_difference()

    @property
    def names(self) -> tuple[str, ...]:
        return () if self.shown is None else self.shown.ids

    def text_of(self, row: int) -> str:
        return "" if self.shown is None else _source_text(self.shown, row)

    def ask_exclusion(self) -> None:
        """Say that the selected sources shall be left out, or brought back."""
        if self.chosen:
            self.exclusion_wanted.emit()

    def _on_rows(self, rows: tuple[int, ...]) -> None:
        if rows:
            self._is_picked = True
            self._show_array(rows[0], is_new=True)
            self.array_chosen.emit(rows[0])

    def _show_array(self, place: int, *, is_new: bool) -> None:
        if not 0 <= place < len(self.rows):
            return
        one = self.shown = self.rows[place]
        self.table.select_rows((place,))
        self.order = np.argsort(one.d_arcmin, kind="stable")
        kinds = np.where(one.is_p, 0, 1)
        kinds = np.where(one.left_out, _LEFT_OUT, np.where(one.used, kinds, _REJECTED))
        self.points.set_data(one.d_arcmin[self.order], one.delta[self.order], kinds[self.order])
        entries = []
        for patch, color in _PATCHES:
            self._draw_line(one, patch)
            name = "p: B first, then A" if patch == "p" else "q: A first, then B"
            style = _STYLES[0 if patch == "p" else 1]
            entries.append(LegendEntry(patch, name, "points", color, style))
        entries.append(LegendEntry("rejected", "rejected", "points", "wrong", _STYLES[_REJECTED]))
        self.legend.set_entries(tuple(entries))
        self.chip.setText(gradient_text(one))
        self.select(self.chosen)
        self._follow_filter(one)
        if is_new:
            self.plot.show_all_afresh()

    def _draw_line(self, one: ArrayGradient, patch: Literal["p", "q"]) -> None:
        d = one.d_arcmin[one.is_p == (patch == "p")]
        if one.reason or not d.size:
            self.lines[patch].set_data(_NONE, _NONE)
            self.bands[patch].set_data(_NONE, _NONE, _NONE)
            return
        x = np.linspace(float(d.min()), float(d.max()), _LINE_POINTS)
        y, error = one.model(x, patch), one.model_error(x, patch)
        self.lines[patch].set_data(x, y)
        self.bands[patch].set_data(x, y - error, y + error)

    def _follow_filter(self, one: ArrayGradient) -> None:
        """Show the difference of the same array; none, if there is none."""
        found, current = self._differences(), self.differences.currentIndex()
        if 0 <= current < len(found) and _is_same(found[current], one):
            return
        same = [place for place, shown in enumerate(found) if _is_same(shown, one)]
        self.differences.setCurrentIndex(same[0] if same else -1)
        self._show_difference()

    def _agree(self) -> None:
        """Show fit and images of one array: the fit's, unless it has none and nobody wanted it."""
        found = self._differences()
        if self.shown is None or not found:
            return
        with_images = [
            i for i, one in enumerate(self.rows) if any(_is_same(shown, one) for shown in found)
        ]
        fitted_ones = [i for i in with_images if np.isfinite(self.rows[i].slope_error)]
        has_images = any(_is_same(shown, self.shown) for shown in found)
        if not has_images and not self._is_picked and with_images:
            self._show_array((fitted_ones or with_images)[0], is_new=True)
        else:
            self._follow_filter(self.shown)

    def _on_difference(self) -> None:
        """Show the difference that was chosen, and the fit of its array."""
        self._show_difference()
        found, place = self._differences(), self.differences.currentIndex()
        if not 0 <= place < len(found) or (
            self.shown is not None and _is_same(found[place], self.shown)
        ):
            return
        self.show_row(found[place].filter, found[place].array)

    def _differences(self) -> list[DifferenceImage]:
        return [] if self.correction is None else sorted_differences(self.correction.differences)

    def _show_difference(self) -> None:
        found, place = self._differences(), self.differences.currentIndex()
        if not 0 <= place < len(found):
            for image in self.images.values():
                image.show(None, np.nan)
            if found and self.shown is not None:
                self.about.set_full_text(
                    f"No images of {self.shown.filter}, array {self.shown.array}, in two epochs "
                    "are open."
                )
            return
        one = found[place]
        self.images["before"].show(one.before, one.level_mjy_sr)
        self.images["after"].show(one.after, one.level_mjy_sr)
        words = [
            f"{name} {number_text(1e3 * value, 1e3 * one.error)} mmag"
            for name, value in (("before", one.offset_before), ("after", one.offset_after))
        ]
        self.images["before"].note(words[0])
        self.images["after"].note(words[1])
        self.about.set_full_text(self.correction.messages[0] if self.correction else "")

    def _bounds(self) -> Bounds | None:
        one = self.shown
        if one is None or not one.d_arcmin.size:
            return None
        used = one.delta[one.used] if one.used.any() else one.delta
        low, high = float(used.min()), float(used.max())
        room = 0.12 * ((high - low) or 0.01)
        edge = 0.04 * float(np.ptp(one.d_arcmin)) or 0.1
        return (
            float(one.d_arcmin.min()) - edge, float(one.d_arcmin.max()) + edge,
            low - room, high + room,
        )  # fmt: skip

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        kinds = {"p": 0, "q": 1, "rejected": _REJECTED}
        hidden = set(self.points.hidden_kinds)
        hidden = hidden - {kinds[name]} if is_on else hidden | {kinds[name]}
        self.points.hide_kinds(frozenset(hidden))
        if name in self.lines:
            self.lines[name].setVisible(is_on)
            self.bands[name].setVisible(is_on)

    def _on_pixel(self, image: "_DifferencePlot", x: float, y: float) -> None:
        value = image.value_at(x, y)
        text = "" if value is None else f"{image.name}   {fixed_text(value, 4)} MJy/sr"
        self.cursor_changed.emit(text)


class _DifferencePlot:
    """One difference image: gray is no difference."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.plot = SkyPlot(
            name=f"Difference {name} the correction", x_label="x (px)", y_label="y (px)"
        )
        self.layer = self.plot.add_layer(ImageLayer(), z=1)
        self.layer.set_look(map_name="gray", stretch="linear")
        self._note = self.plot.add_layer(NoteLayer(), z=20)
        self._shape: tuple[int, ...] = ()

    def show(self, image: FloatArray | None, level: float) -> None:
        """Draw ``image``, black and white at ``level`` times some; `None`: nothing."""
        if image is None:
            self.layer.set_image(_NO_IMAGE, NO_LEVELS)
            self.note("")
            return
        reach = _SIGMA * level
        self.layer.set_image(image, Levels(-reach, reach, reach))
        self.plot.ruler.set_field(self.layer.bounds())
        if image.shape != self._shape:
            self._shape = image.shape
            self.plot.show_all_afresh()

    def note(self, text: str) -> None:
        """Write ``text`` in the corner."""
        self._note.say(text, "text")

    def value_at(self, x: float, y: float) -> float | None:
        """Return the value of a pixel; `None`: outside, or no measurement."""
        place = self.layer.pixel_at(x, y)
        value = np.nan if place is None else float(self.layer.values[place[1], place[0]])
        return value if np.isfinite(value) else None


def _holds(one: ArrayGradient, filter_name: str, array: str, sources: tuple[str, ...]) -> bool:
    """Tell whether a fit is of a filter, and of the array and the source that are asked for."""
    is_array = not array or one.array == array
    return one.filter == filter_name and is_array and (not sources or sources[-1] in one.ids)


def sorted_differences(differences: Sequence[DifferenceImage]) -> list[DifferenceImage]:
    """Return the differences, those of turned epochs first, the long waves before the short."""
    return sorted(differences, key=lambda one: (one.patch == "same module", one.array != "long"))


def _is_same(shown: DifferenceImage, one: ArrayGradient) -> bool:
    return (shown.filter, shown.array) == (one.filter, one.array)


def gradient_text(one: ArrayGradient) -> str:
    """Return the fit of an array in words."""
    name = f"{one.filter} {one.array}"
    if one.reason:
        return f"{name}   {one.reason}"
    slope = ""
    if np.isfinite(one.slope_error):
        slope = f"   k {number_text(1e3 * one.slope, 1e3 * one.slope_error)} mmag/arcmin"
    offset = f"Δ_AB {number_text(1e3 * one.delta_ab, 1e3 * one.delta_ab_error)} mmag"
    return f"{name}   {offset}{slope}"


def _source_text(one: ArrayGradient, row: int) -> str:
    patch = "p" if one.is_p[row] else "q"
    state = "left out" if one.left_out[row] else "" if one.used[row] else "rejected"
    d, delta = fixed_text(float(one.d_arcmin[row]), 2), fixed_text(float(one.delta[row]), 4)
    return f"{one.ids[row]}   patch {patch}   d {d} arcmin   Δm {delta} mag   {state}".rstrip()


def _first_with_slope(rows: Sequence[ArrayGradient]) -> int:
    return next((i for i, one in enumerate(rows) if np.isfinite(one.slope_error)), 0)
