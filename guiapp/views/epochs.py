"""View of NIRCam epochs: by how much the positions of the same sources differ (Ma+2023, Fig. 3)."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from engine.arrays import FloatArray, IntArray
from engine.nircam.matching import EpochMatches, EpochPair
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import Label, button, fitted
from guiapp.look.tokens import GRID
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.module_plots import messages_of, place_of, place_of_choice
from guiapp.views.sources_view import RING, PickSource, SourcesView

_BINS = 40
_REACH = 6.0  # median absolute deviations on both sides
_PAIR_WIDTH = 290
_NONE = np.zeros(0)
_SIDES = {"east": ("wrong", "RA"), "north": ("accent", "Dec")}
_STYLES = (PointStyle("accent", "circle", 5.0), PointStyle("dim", "cross", 6.0))


class EpochsView(SourcesView):
    """Draws one pair of `EpochMatches` at a time; says which source is picked.

    Signals
    -------
    pair_chosen(int)
        Number of the pair that is wanted.
    exclusion_wanted()
        Leave out what is selected, or bring it back.
    """

    pair_chosen = pyqtSignal(int)
    exclusion_wanted = pyqtSignal()

    busy = "Matching …"
    hint = "click a source · Shift+click adds · x leaves it out with a reason · Backspace shows all"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: EpochMatches | None = None
        self.pairs = QComboBox()
        self.exclude = button("Leave out…", "quiet", tip="Leave out the selected sources (x)")
        self.chip = Label("", "text")
        self.legend = LegendBar()
        self.histogram = ThemedPlot(
            name="Histogram of offsets", x_label="Second position − first (mas)", y_label="Sources"
        )
        self.bars = {
            side: self.histogram.add_layer(CurveLayer(color, width=1.5), z=4)
            for side, (color, _) in _SIDES.items()
        }
        self.scatter = ThemedPlot(
            name="Offsets on the sky", x_label="ΔRA cos Dec (mas)", y_label="ΔDec (mas)"
        )
        self.scatter.add_layer(LevelsLayer("dim"), z=1).set_values((0.0,))
        self.points = self.scatter.add_layer(PointsLayer(_STYLES), z=5)
        self.ring = self.scatter.add_layer(PointsLayer((RING,), counts=()), z=6)
        self._pair: EpochPair | None = None
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.pairs.setAccessibleName("Filter and epochs")
        self.pairs.setMinimumWidth(_PAIR_WIDTH)
        self.pairs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        head = QHBoxLayout()
        fitted(head, spacing=2 * GRID)
        for part in (self.pairs, self.exclude):
            head.addWidget(part)
        head.addWidget(self.remark, 1)
        head.addWidget(self.chip)
        plots = QSplitter(Qt.Orientation.Horizontal)
        plots.addWidget(self.histogram)
        plots.addWidget(self.scatter)
        plots.setSizes([520, 480])
        plots.setChildrenCollapsible(False)
        self.empty = EmptyState.over(self, head, self.legend, plots)

    def _connect(self) -> None:
        self.pairs.activated.connect(self._on_pair)
        self.exclude.clicked.connect(self.ask_exclusion)
        self.legend.switched.connect(lambda name, on: self.bars[name].setVisible(on))
        self.scatter.add_tool(PickSource(self))
        self.histogram.all_bounds = self._histogram_bounds
        self.scatter.all_bounds = self._scatter_bounds
        for plot in (self.histogram, self.scatter):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self._write_exclude()

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave out what is selected, or bring it back."""
        for plot in (self.scatter, self.histogram):
            for key in keys:
                plot.keys.bind(key, self.ask_exclusion)

    @property
    def pair(self) -> EpochPair | None:
        """The pair that is drawn."""
        return self._pair

    def show_result(self, result: EpochMatches) -> None:
        """Draw ``result``: the pair of the same title as before, else the first turned one."""
        self.empty.say("")
        wanted = self.pairs.currentText()
        self.result = result
        titles = [one.title for one in result.pairs]
        if [self.pairs.itemText(i) for i in range(self.pairs.count())] != titles:
            self.pairs.clear()
            self.pairs.addItems(titles)
        place = place_of(result.pairs, wanted)
        self.pairs.setCurrentIndex(place)
        self._show_pair(result.pairs[place], is_new=titles[place] != wanted)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        super().clear(reason)
        self._pair = None
        self.pairs.clear()

    @property
    def names(self) -> tuple[str, ...]:
        return () if self._pair is None else self._pair.ids

    def text_of(self, row: int) -> str:
        return "" if self._pair is None else source_text(self._pair, row)

    def mark(self) -> None:
        super().mark()
        self._write_exclude()

    def ask_exclusion(self) -> None:
        """Say that the selected sources shall be left out, or brought back."""
        if self.chosen:
            self.exclusion_wanted.emit()

    def show_filter(self, filter_name: str, sources: Sequence[str] = ()) -> None:
        """Show a pair of a filter, one with the last of ``sources``."""
        if self.result is not None and self._pair is not None:
            place = place_of_choice(self.result.pairs, self._pair, filter_name, sources)
            if place >= 0:
                self.pairs.setCurrentIndex(place)
                self._show_pair(self.result.pairs[place], is_new=True)

    def show_pair(self, place: int) -> None:
        """Show another pair of epochs, because the user wants it."""
        self.pairs.setCurrentIndex(place)
        self._on_pair(place)

    def _on_pair(self, place: int) -> None:
        if self.result is not None:
            self._show_pair(self.result.pairs[place], is_new=True)
            self.pair_chosen.emit(place)

    def _show_pair(self, pair: EpochPair, *, is_new: bool) -> None:
        self._pair = pair
        if self.result is not None:
            self._note(" ".join(messages_of(self.result.messages, pair)))
        reach = _reach(pair)
        edges = np.linspace(-reach, reach, _BINS + 1)
        entries = []
        for side, (color, name) in _SIDES.items():
            values = (pair.east_mas if side == "east" else pair.north_mas)[pair.used]
            counts, _ = np.histogram(values, edges)
            self.bars[side].set_data(*_steps(edges, counts))
            shift = pair.shift("east" if side == "east" else "north")
            median, mad = (fixed_text(one, 1) for one in (shift.median_mas, shift.mad_mas))
            text = f"{name}  median {median}, MAD {mad} mas"
            tip = "MAD: median absolute deviation of the offsets, the scatter of single sources."
            entries.append(LegendEntry(side, text, "line", color, tip=tip))
        self.legend.set_entries(tuple(entries))
        self.order = np.argsort(pair.east_mas, kind="stable")
        self.points.set_data(
            pair.east_mas[self.order], pair.north_mas[self.order],
            np.where(pair.used, 0, 1)[self.order],
        )  # fmt: skip
        turn = {"turned": "field turned", "same": "same orientation"}.get(
            pair.turn, "partly turned"
        )
        n_used = int(np.count_nonzero(pair.used))
        self.chip.setText(f"{n_used} of {len(pair)} sources   {turn}")
        self.select(self.chosen)
        if is_new:
            self.histogram.show_all_afresh()
            self.scatter.show_all_afresh()

    def _histogram_bounds(self) -> Bounds | None:
        if self._pair is None:
            return None
        reach = _reach(self._pair)
        most = max(float(one.ys.max(initial=1.0)) for one in self.bars.values())
        return -reach, reach, 0.0, 1.08 * most

    def _scatter_bounds(self) -> Bounds | None:
        if self._pair is None:
            return None
        reach = 1.3 * _reach(self._pair)
        return -reach, reach, -reach, reach

    def _write_exclude(self) -> None:
        pair, is_out = self._pair, False
        if pair is not None and self.chosen:
            reasons = dict(zip(pair.ids, pair.reasons, strict=True))
            is_out = all(reasons.get(one) for one in self.chosen)
        text = "Bring back" if is_out else "Leave out…"
        self.exclude.setText(text)
        self.exclude.setAccessibleName(text.rstrip("…"))
        self.exclude.setEnabled(bool(self.chosen))


def source_text(pair: EpochPair, row: int) -> str:
    """Return what is known of a source in words."""
    arrays = " → ".join(
        one[row] + pair.arrays[row] for one in (pair.modules_first, pair.modules_second)
    )
    error = pair.error[row]
    spread = f" ± {fixed_text(float(error), 4)}" if np.isfinite(error) else ""
    reason = f"   left out: {pair.reasons[row]}" if pair.reasons[row] else ""
    mag = fixed_text(float(pair.mag_first[row]), 3)
    return (
        f"{pair.ids[row]}   {pair.filter} {mag} mag   {arrays}   "
        f"Δm {fixed_text(float(pair.delta[row]), 4)}{spread} mag{reason}"
    )


def _reach(pair: EpochPair) -> float:
    shifts = (pair.shift("east"), pair.shift("north"))
    known = [abs(one.median_mas) + _REACH * one.mad_mas for one in shifts]
    found = [one for one in known if np.isfinite(one)]
    return max([*found, 0.1])


def _steps(edges: FloatArray, counts: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the outline of a histogram as a curve of increasing x."""
    tiny = 1e-9 * float(edges[-1] - edges[0])
    x = np.repeat(edges, 2) + np.tile([-tiny, tiny], edges.size)
    y = np.concatenate([[0.0], np.repeat(counts.astype(np.float64), 2), [0.0]])
    return x, y
