"""The junctions of one source after each step of the chain."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.analyses import CALIBRATE, EXTRACT, FRINGE, LEAK, RATE, analysis_named
from engine.compare.junction_judgments import RATE_UNIT
from engine.compare.junction_steps import BandOffset, JunctionSteps
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import Label, SideScroll, column
from guiapp.look.tokens import GRID
from guiapp.views.junction_map import JunctionMap
from guiapp.views.spectra import Stage

_AIR = 6 * GRID  # between map and words, and below them
_STEPS = (EXTRACT, RATE, FRINGE, LEAK, CALIBRATE)
_NO_CENTROIDS = "No band is extracted from a cube: no centroids."


class JunctionChain(QWidget):
    """A map with a row for each step, and where the bands see the source in words.

    Signals
    -------
    junction_chosen(str)
        By the user.
    """

    junction_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = JunctionMap(name="Junctions after each step of the chain")
        self.centroids = Label("", "text")
        self.remark = Label("", "dim")
        for label in (self.centroids, self.remark):
            label.setWordWrap(True)
        content = QWidget()
        box = column(content, spacing=GRID)
        box.addWidget(self.map, 100)  # as far as it has rows
        box.addWidget(self.remark)
        box.addWidget(self.centroids)
        box.addStretch(1)
        self.scroller = SideScroll(content)  # where the sentence above is long
        self.empty = EmptyState(self, self.scroller)
        self.result: JunctionSteps | None = None
        self.stage: Stage = "calibrated"  # of the spectra that are shown beside
        self.map.chosen.connect(lambda _step, junction: self.junction_chosen.emit(junction))

    def show_steps(self, result: JunctionSteps) -> None:
        """Show one row a step."""
        self.result = result
        self.empty.say("")
        self.map.show_rows([(analysis_named(name).title, one) for name, one in result.steps])
        self.map.setFixedHeight(self.map.wanted_height())
        self.centroids.setText(centroid_text(result.offsets))
        self.remark.setText("  ".join((*step_remarks(result), *result.messages)))

    def wanted_height(self) -> int:
        """Return the height in which everything is seen."""
        words = (self.centroids, self.remark)
        heights = (max(one.heightForWidth(self.width()), one.sizeHint().height()) for one in words)
        return self.map.wanted_height() + sum(heights) + _AIR

    def say(self, what: str) -> None:
        """Say something below the map, e.g. that it is being computed."""
        self.remark.setText(what)

    def clear(self, reason: str) -> None:
        """Show nothing, and say why."""
        self.result = None
        self.map.show_sources(())
        self.empty.say(reason)

    def choose(self, junction: str) -> None:
        """Mark a junction in the row of the spectra that are shown, without telling anyone."""
        names = [] if self.result is None else [name for name, *_ in self.result.steps]
        if self.stage == "extracted" and len(names) > 1:
            names = [name for name in names if name != CALIBRATE.name]
        if names:
            self.map.choose(analysis_named(names[-1]).title, junction)


def step_remarks(result: JunctionSteps) -> tuple[str, ...]:
    """Return what the rows do not say: why some are gray, and why others are not there."""
    shown = [name for name, _ in result.steps]
    rates = [
        analysis_named(name).title
        for name, one in result.steps
        if any(measure.unit == RATE_UNIT for measure in one.measures)
    ]
    absent = [
        one.title
        for one in _STEPS
        if one.name not in shown
        and not any(f" after {one.name}:" in said for said in result.messages)
    ]
    said = []
    if rates:
        said.append(
            f"Gray: {', '.join(rates)} are count rates ({RATE_UNIT}): bands need not agree."
        )
    if absent:
        said.append(f"No row for {', '.join(absent)}: not applied to this source.")
    return tuple(said)


def centroid_text(offsets: tuple[BandOffset, ...]) -> str:
    """Return how well the bands agree on where the source is."""
    if not offsets:
        return _NO_CENTROIDS
    worst = max(offsets, key=lambda one: one.in_fwhm)
    return (
        f"Centroids of {len(offsets)} bands: {worst.band} is farthest off their median, east "
        f"{fixed_text(worst.east_arcsec, 3)} ″, north {fixed_text(worst.north_arcsec, 3)} ″, "
        f"{fixed_text(worst.in_fwhm, 3)} FWHM."
    )
