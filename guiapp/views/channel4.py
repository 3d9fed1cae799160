"""View of channel 4: the overlap chain with its errors, the red source, the final vectors."""

from typing import Literal

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from engine.mrs.channel4_vectors import CHANNEL_4_BANDS, Channel4
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel, Label, fitted
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.message import PlotMessage
from guiapp.plots.segments import SegmentBar
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.channel4_links import LinkPanel
from guiapp.views.channel4_vectors import RedPlot, VectorsPlot

Page = Literal["chain", "red", "vectors"]

_PAGES = (
    ("chain", "Overlap chain", "Where the level is handed from band to band"),
    ("red", "Red source", "The red source as it is calibrated, and its smooth curve"),
    ("vectors", "Vectors", "The final vectors with their errors"),
)
_JUNCTIONS = ("3C|4A", "4A|4B", "4B|4C")


class Channel4View(QWidget):
    """Draws channel 4; says where the user dragged overlaps, correction and end.

    Signals
    -------
    overlap_dragged(str, float, float)
        Junction and its new range in um.
    overlap_reset(str)
        Junction whose usual range is wanted.
    correction_dragged(float, float)
        Range of the correction in um.
    assumed_dragged(float)
        Where the assumed part of 4C begins. Unit: um.
    page_chosen(str)
        What is shown.
    cursor_changed(str)
        Text below the plots.
    """

    overlap_dragged = pyqtSignal(str, float, float)
    overlap_reset = pyqtSignal(str)
    correction_dragged = pyqtSignal(float, float)
    assumed_dragged = pyqtSignal(float)
    page_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "drag an edge · double-click an edge of an overlap: the usual range · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: Channel4 | None = None
        self.page: Page = "chain"
        self.pages = SegmentBar("What is shown", _PAGES)
        self.said = Label("", "text")
        self.remark = ElidedLabel("", "dim", rows=3)
        self.links = {name: LinkPanel(name) for name in _JUNCTIONS}
        self.red = RedPlot()
        self.vectors = VectorsPlot()
        self._stack = QStackedWidget()
        self._lay_out()
        self._note = PlotMessage(self._stack, "top")
        self._connect()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        row.addWidget(self.pages)
        row.addWidget(self.said)
        row.addWidget(self.remark, 1)
        chain = QWidget()
        side_by_side = QHBoxLayout(chain)
        fitted(side_by_side, spacing=GRID)
        for panel in self.links.values():
            side_by_side.addWidget(panel.plot, 1)
        for page in (chain, self.red.plot, self.vectors.plot):
            self._stack.addWidget(page)
        self.empty = EmptyState.over(self, SentenceRow(row, self.remark), self._stack)

    def _connect(self) -> None:
        self.pages.chosen.connect(self._turn)
        for name, panel in self.links.items():
            panel.dragged.connect(
                lambda low, high, name=name: self.overlap_dragged.emit(name, low, high)
            )
            panel.reset.connect(lambda name=name: self.overlap_reset.emit(name))
        self.red.corrected.connect(self.correction_dragged)
        self.vectors.assumed.connect(self.assumed_dragged)
        for plot in self.plots():
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def plots(self) -> tuple[ThemedPlot, ...]:
        """Return all plots."""
        return (*(one.plot for one in self.links.values()), self.red.plot, self.vectors.plot)

    def shown_plots(self) -> tuple[ThemedPlot, ...]:
        """Return the plots of the page that is seen."""
        every = self.plots()
        return {"chain": every[:3], "red": every[3:4], "vectors": every[4:]}[self.page]

    def show_page(self, page: str) -> None:
        """Show another page."""
        self.pages.choose(page)
        self._turn(page)

    # What the follower asks

    def show_result(self, result: Channel4) -> None:
        """Draw ``result``; the zoom stays unless it is the first one."""
        is_first = self.result is None
        self.result = result
        self.empty.say("")
        self._note.say("", "tip")
        self.said.setText(chain_text(result))
        self.remark.set_full_text(" ".join(result.messages))
        known = {link.junction: link for link in result.links}
        for name, panel in self.links.items():
            panel.show(known.get(name))
        self.red.show(result)
        self.vectors.show(result)
        if is_first:
            for plot in self.plots():
                plot.show_all_afresh()

    def show_stale(self) -> None:
        """Say that a new result is being computed."""
        self._note.say("Chaining …", "tip")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays."""
        if self.result is None:
            self.empty.say(f"{what} {hint}".strip())
        else:
            self._note.say(f"{what} {hint} The last good chain is shown.".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for panel in self.links.values():
            panel.show(None)
        self.red.clear()
        self.vectors.clear()
        self.said.setText("")
        self.remark.set_full_text("")
        self.empty.say(reason or "Chaining channel 4 …")

    def _turn(self, page: str) -> None:
        self.page = "red" if page == "red" else "vectors" if page == "vectors" else "chain"
        self._stack.setCurrentIndex([one[0] for one in _PAGES].index(self.page))
        self.page_chosen.emit(self.page)

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        self.cursor_changed.emit(f"{wave_text(x, 3)}   {number_text(y)}")


def chain_text(result: Channel4) -> str:
    """Return how the error grows along the chain, in one line."""
    parts = ["3C"]
    for band, link in zip(CHANNEL_4_BANDS, result.links, strict=False):
        parts.append(f"{band} ± {100 * link.level_error:.2f} %")
    return " → ".join(parts)
