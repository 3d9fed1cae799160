"""View of module offsets: sky, plane of both patches, and arrays (Ma+2023, Figs. 5 and 6)."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from engine.nircam.matching import EpochPair
from engine.nircam.module_offsets import ArrayOffset, ModuleOffsets
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import Label, button, fitted, stacked
from guiapp.look.tokens import GRID
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.epochs import source_text
from guiapp.views.module_plots import (
    CONTEXT_COLORS,
    SYMBOLS,
    ArrayPlot,
    PatchPlane,
    SourceMap,
    messages_of,
    offset_styles,
    place_of,
    place_of_choice,
)
from guiapp.views.sources_view import PickSource, SourcesView

Target = Literal["source", "array"]
_PAIR_WIDTH = 290


class ModuleOffsetsView(SourcesView):
    """Draws `ModuleOffsets`; says which array or source is picked.

    Signals
    -------
    array_chosen(str, str)
        Filter and id of the array that is selected now; ``""``: none.
    exclusion_wanted(str)
        Leave out, or bring back: ``"source"`` or ``"array"``.
    """

    array_chosen = pyqtSignal(str, str)
    exclusion_wanted = pyqtSignal(str)

    busy = "Measuring …"
    hint = (
        "click an array or a source · x leaves the source out, X its array · "
        "blue: brighter in the second epoch"
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: ModuleOffsets | None = None
        self.array: tuple[str, str] = ("", "")
        self.pairs = QComboBox()
        self.leave_array = button("Leave array out…", "quiet", tip="In its filter (X)")
        self.leave_source = button("Leave source out…", "quiet", tip="The selected ones (x)")
        self.chip = Label("", "text")
        self.legend = LegendBar()
        self.map = SourceMap()
        self.plane = PatchPlane()
        self.by_array = ArrayPlot()
        self.arrays: tuple[ArrayOffset, ...] = ()
        self._pair: EpochPair | None = None
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.pairs.setAccessibleName("Filter and epochs of the map")
        self.pairs.setMinimumWidth(_PAIR_WIDTH)
        self.pairs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        head, words = QHBoxLayout(), QHBoxLayout()
        fitted(head, spacing=2 * GRID)
        fitted(words, spacing=2 * GRID)
        for part in (self.pairs, self.leave_array, self.leave_source):
            head.addWidget(part)
        head.addStretch(1)
        words.addWidget(self.legend, 1)
        words.addWidget(self.chip)
        right = stacked(self.plane.plot, self.by_array.plot, sizes=(400, 300))
        plots = QSplitter(Qt.Orientation.Horizontal)
        plots.addWidget(self.map.plot)
        plots.addWidget(right)
        plots.setSizes([560, 440])
        plots.setChildrenCollapsible(False)
        self.empty = EmptyState.over(self, head, words, self.remark, plots)

    def _connect(self) -> None:
        self.pairs.activated.connect(self._on_pair)
        self.leave_array.clicked.connect(lambda: self.ask_exclusion("array"))
        self.leave_source.clicked.connect(lambda: self.ask_exclusion("source"))
        self.legend.switched.connect(lambda *_: self._hide())
        self.map.plot.add_tool(PickSource(self))
        self.plane.plot.add_tool(_PickArray(self, self.plane))
        self.by_array.plot.add_tool(_PickArray(self, self.by_array))
        for plot in self.plots:
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self._write_buttons()

    def bind_keys(self, source_keys: Sequence[str], array_keys: Sequence[str]) -> None:
        """Let keys leave out the selected source or array, or bring it back."""
        for plot in self.plots:
            for key in source_keys:
                plot.keys.bind(key, lambda: self.ask_exclusion("source"))
            for key in array_keys:
                plot.keys.bind(key, lambda: self.ask_exclusion("array"))

    @property
    def plots(self) -> tuple[ThemedPlot, ...]:
        """All plots of the view."""
        return self.map.plot, self.plane.plot, self.by_array.plot

    @property
    def pair(self) -> EpochPair | None:
        """The pair of epochs on the map."""
        return self._pair

    def show_result(self, result: ModuleOffsets) -> None:
        """Draw ``result``; the map shows the pair of the same title as before."""
        self.empty.say("")
        is_first = self.result is None
        wanted = self.pairs.currentText()
        self.result = result
        pairs = result.matches.pairs
        titles = [one.title for one in pairs]
        if [self.pairs.itemText(i) for i in range(self.pairs.count())] != titles:
            self.pairs.clear()
            self.pairs.addItems(titles)
        place = place_of(pairs, wanted)
        self.pairs.setCurrentIndex(place)
        self.arrays = tuple(one for one in result.arrays if one.p.n or one.q.n)
        styles = offset_styles(self.arrays)
        self.plane.show_offsets(self.arrays, styles)
        self.by_array.show_offsets(self.arrays, styles)
        self.legend.set_entries(_legend(self.arrays))
        self._show_pair(pairs[place])
        if is_first:
            for plot in self.plots:
                plot.show_all_afresh()

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        super().clear(reason)
        self._pair = None
        self.arrays = ()
        self.pairs.clear()

    def choose_array(self, filter_name: str, array: str) -> None:
        """Select an array because of what the user did, and show its filter on the map."""
        self.select_array(filter_name, array)
        self.array_chosen.emit(filter_name, array)

    def select_array(self, filter_name: str, array: str) -> None:
        """Mark an array, and show its filter on the map."""
        self.array = (filter_name, array)
        self.chosen = ()
        self.show_filter(filter_name)
        self.mark()

    def show_filter(self, filter_name: str, sources: Sequence[str] = ()) -> None:
        """Show a pair of a filter on the map, one with the last of ``sources``."""
        if self.result is not None and self._pair is not None:
            place = place_of_choice(self.result.matches.pairs, self._pair, filter_name, sources)
            if place >= 0:
                self.pairs.setCurrentIndex(place)
                self._on_pair(place)

    @property
    def names(self) -> tuple[str, ...]:
        return () if self._pair is None else self._pair.ids

    def text_of(self, row: int) -> str:
        return "" if self._pair is None else source_text(self._pair, row)

    def select(self, ids: tuple[str, ...]) -> None:
        """Mark those of the sources ``ids`` that are drawn, and the array of the last one."""
        pair = self._pair
        if pair is not None and ids and ids[-1] in pair.ids:
            self.array = (pair.filter, pair.arrays[pair.ids.index(ids[-1])])
        super().select(ids)

    def row_at(self, mouse: PlotMouse) -> int:
        return self.map.row_at(mouse)

    def ask_exclusion(self, target: Target) -> None:
        """Say that the selected sources, or the array, shall be left out or brought back."""
        if self.chosen if target == "source" else self.array[0]:
            self.exclusion_wanted.emit(target)

    def click_array(self, row: int) -> bool:
        """Take a click on an array; return whether it was on one."""
        if row < 0:
            return False
        self.choose_array(self.arrays[row].filter, self.arrays[row].array)
        return True

    def _on_pair(self, place: int) -> None:
        if self.result is not None:
            self._show_pair(self.result.matches.pairs[place])

    def _show_pair(self, pair: EpochPair) -> None:
        self._pair = pair
        if self.result is not None:
            self._note(" ".join(messages_of(self.result.messages, pair)))
        self.map.show_pair(pair)
        self.select(self.chosen)

    def _hide(self) -> None:
        """Leave out of plane and arrays what is switched off in the legend."""
        hidden = frozenset(
            i
            for i, one in enumerate(self.arrays)
            if not (
                self.legend.is_on(one.filter)
                and self.legend.is_on(one.calibration or "calibration")
            )
        )
        self.plane.hide(hidden)
        self.by_array.hide(hidden)

    def mark(self) -> None:
        pair = self._pair
        if pair is not None:
            if self.chosen:
                rows = [pair.ids.index(one) for one in self.chosen]
            else:
                is_here = pair.of_array(self.array[1]) & (pair.filter == self.array[0])
                rows = np.flatnonzero(is_here).tolist()
            self.map.mark(rows)
        own = [i for i, one in enumerate(self.arrays) if (one.filter, one.array) == self.array]
        self.plane.mark(own)
        self.by_array.mark(own)
        self._write_buttons()

    def _write_buttons(self) -> None:
        pair = self._pair
        reasons = {} if pair is None else dict(zip(pair.ids, pair.reasons, strict=True))
        own = [one for one in self.arrays if (one.filter, one.array) == self.array]
        for part, name, has, is_out in (
            (self.leave_array, "array", bool(self.array[0]), bool(own) and bool(own[0].left_out)),
            (self.leave_source, "source", bool(self.chosen),
             bool(self.chosen) and all(reasons.get(one) for one in self.chosen)),
        ):  # fmt: skip
            text = f"Bring {name} back" if is_out else f"Leave {name} out…"
            part.setText(text)
            part.setAccessibleName(text.rstrip("…"))
            part.setEnabled(has)
        shown = [one for one in own if pair is not None and _is_of(one, pair)]
        self.chip.setText(offset_text(shown[0]) if shown else "")


class _PickArray(MouseTool):
    """Selects the array that is clicked, and reads the one under the cursor."""

    def __init__(self, view: ModuleOffsetsView, place: PatchPlane | ArrayPlot) -> None:
        self._view = view
        self._place = place

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        row = self._place.row_at(mouse)
        self._view.cursor_changed.emit(
            "" if row < 0 else offset_text(self._view.arrays[row], whole="whole")
        )
        return None if row < 0 else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        return mouse.is_left and self._view.click_array(self._place.row_at(mouse))


def offset_text(one: ArrayOffset, *, whole: Literal["short", "whole"] = "short") -> str:
    """Return the offset of an array in words."""
    name = f"{one.filter} array {one.array}"
    offset = f"Δ_AB {number_text(one.delta_ab, one.delta_ab_error)} mag"
    if not np.isfinite(one.delta_ab):
        offset = one.remark
    if whole == "short":
        return f"{name}   {offset}"
    time = f"time {number_text(one.time, one.time_error)} mag"
    left = f"   left out: {one.left_out}" if one.left_out else ""
    remark = f"   {one.remark}" if one.remark and np.isfinite(one.delta_ab) else ""
    epochs = f"epochs {one.first} and {one.second} {one.calibration}".rstrip()
    return f"{name}, {epochs}   {one.p.n} + {one.q.n} sources   {offset}   {time}{remark}{left}"


def _is_of(one: ArrayOffset, pair: EpochPair) -> bool:
    epochs = (one.first, one.second, one.calibration)
    return one.filter == pair.filter and epochs == (pair.first, pair.second, pair.calibration)


def _legend(arrays: Sequence[ArrayOffset]) -> tuple[LegendEntry, ...]:
    names = sorted({one.filter for one in arrays})
    contexts = sorted({one.calibration for one in arrays}, reverse=True)
    symbols = [
        LegendEntry(name, name, "points", "text",
                    PointStyle("text", SYMBOLS[i % len(SYMBOLS)], 8.0), tip="Filter of an array.")
        for i, name in enumerate(names)
    ]  # fmt: skip
    colors = [
        LegendEntry(one or "calibration", one or "all", "points",
                    CONTEXT_COLORS[i % len(CONTEXT_COLORS)],
                    PointStyle(CONTEXT_COLORS[i % len(CONTEXT_COLORS)], "circle", 8.0),
                    tip="Version of the calibration.")
        for i, one in enumerate(contexts)
    ]  # fmt: skip
    return (*symbols, *colors)
