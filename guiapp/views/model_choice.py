"""View of models: stars and classes before and after a swap, and what it does to vectors."""

from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.mrs.model_choice import ModelComparison, StarChange
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import Label, button, column, fitted, plain_tip, stacked
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.segments import SegmentBar
from guiapp.views.model_panels import Page, RatiosPanel, StarsPanel

Reach = Literal["star", "class", "all"]

_REACHES = (
    ("star", "This star", "Swap the model of the selected star"),
    ("class", "Its class", "Swap the models of all stars of the same class"),
    ("all", "All stars", "Swap the models of all standard stars"),
)
_PAGES = (
    ("vectors", "Vectors", "After over before: final vectors, and stars that were swapped"),
    ("pairs", "Same star", "Observations of one star over its first one, at their well depths"),
)
_ONE_MODEL = "Every star has one model: open other versions or another grid to swap."
_PICK_PIXELS = 12.0


class ModelChoiceView(QWidget):
    """Draws the comparison; says which models shall be swapped for which stars.

    Signals
    -------
    swap_wanted(str, str)
        Name of the set, and ``"star"``, ``"class"`` or ``"all"``.
    reset_wanted(str)
        Models by name again for ``"star"``, ``"class"`` or ``"all"``.
    baseline_chosen(str)
        Name of the set that the present choice is compared with.
    star_clicked(str)
        Source key.
    cursor_changed(str)
        Text below the plots.
    """

    swap_wanted = pyqtSignal(str, str)
    reset_wanted = pyqtSignal(str)
    baseline_chosen = pyqtSignal(str)
    star_clicked = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click a star to select it · choose a set and Swap: one edit, undone with Ctrl+Z"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: ModelComparison | None = None
        self.models = QComboBox()
        self.reach = SegmentBar("Stars to swap", _REACHES)
        self.swap = button("Swap", "primary", tip="Give these stars the models of the set")
        self.reset = button("By name", "quiet", tip="Let the last opened model of a star be used")
        self.baseline = QComboBox()
        self.pages = SegmentBar("What the lower plot shows", _PAGES)
        self.sentence = Label("", "text")
        self.stars = StarsPanel()
        self.ratios = RatiosPanel()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.models.setAccessibleName("Set of models")
        self.baseline.setAccessibleName("Set that the present models are compared with")
        self.sentence.setWordWrap(True)
        for choice in (self.models, self.baseline):
            choice.setMinimumContentsLength(13)
        head, words, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (head, words, foot):
            fitted(row, spacing=2 * GRID)
        for part in (
            Label("Models", "dim"), self.models, self.reach, self.swap, self.reset,
        ):  # fmt: skip
            head.addWidget(part)
        head.addStretch(1)
        words.addWidget(Label("Compared with", "dim"))
        words.addWidget(self.baseline)
        words.addWidget(self.sentence, 1)
        foot.addWidget(self.pages)
        foot.addWidget(self.ratios.legend, 1)
        lower = QWidget()
        box = column(lower, spacing=GRID)
        box.addLayout(foot)
        box.addWidget(self.ratios.plot, 1)
        split = stacked(self.stars.plot, lower, sizes=(330, 270))
        self.empty = EmptyState.over(self, head, words, self.stars.legend, split)

    def _connect(self) -> None:
        self.swap.clicked.connect(
            lambda: self.swap_wanted.emit(self.models.currentText(), self.reach.current)
        )
        self.reset.clicked.connect(lambda: self.reset_wanted.emit(self.reach.current))
        self.baseline.activated.connect(
            lambda i: self.baseline_chosen.emit(self.baseline.itemText(i))
        )
        self.pages.chosen.connect(self.show_page)
        self.stars.plot.add_tool(_PickStar(self))
        for plot in (self.stars.plot, self.ratios.plot):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.ratios.plot.cursor_moved.connect(self._on_cursor)

    # What is shown

    def show_sets(self, names: Sequence[str], baseline: str) -> None:
        """Offer sets of models; without any there is nothing to swap."""
        with_baseline = [*names, *([] if baseline in names else [baseline])]
        for box, offered in ((self.models, list(names)), (self.baseline, with_baseline)):
            if [box.itemText(i) for i in range(box.count())] != offered:
                before = box.currentText()
                box.clear()
                box.addItems(offered)
                box.setCurrentText(before)
        self.baseline.setCurrentText(baseline)
        for part in (self.models, self.swap, self.reach, self.baseline):
            part.setEnabled(bool(names))
            part.setToolTip(plain_tip("" if names else _ONE_MODEL))

    def show_result(self, result: ModelComparison) -> None:
        """Draw ``result`` in place of what is drawn now."""
        is_first = self.result is None
        is_other = is_first or _sources(self.result) != _sources(result)
        self.result = result
        self.empty.say("")
        self.sentence.setText(_in_words(result))
        self.sentence.set_tone("text")
        self.stars.show(result)
        self.ratios.show(result)
        if is_other:
            self.stars.plot.show_all_afresh()
            self.ratios.plot.show_all_afresh()

    def show_page(self, page: str) -> None:
        """Show vectors or pairs in the lower plot."""
        self.pages.choose(page)
        self.ratios.page = cast("Page", page)
        if self.result is not None:
            self.ratios.show(self.result)
            self.ratios.plot.show_all_afresh()

    def select(self, source: str) -> None:
        """Mark the star that is selected."""
        self.stars.mark(source)
        self.ratios.mark(source)

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self.sentence.setText("Computing …")
        self.sentence.set_tone("dim")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        if self.result is None:
            self.clear(f"{what} {hint}".strip())
        else:
            self.sentence.setText(f"{what} {hint}".strip())
            self.sentence.set_tone("wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.stars.show(None)
        self.ratios.show(None)
        self.empty.say(reason)

    # What the mouse does

    def star_at(self, mouse: PlotMouse) -> StarChange | None:
        """Return the star under the mouse."""
        return self.stars.star_at(mouse, _PICK_PIXELS)

    def tell(self, star: StarChange | None) -> None:
        """Read a star out below the plots."""
        self.cursor_changed.emit("" if star is None else star_text(star))

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        if self.ratios.page == "vectors":
            self.cursor_changed.emit(f"{wave_text(x)}   after / before − 1: {fixed_text(y, 3)} %")


class _PickStar(MouseTool):
    """Selects the star that is clicked, and reads the one under the cursor."""

    def __init__(self, view: ModelChoiceView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        star = self._view.star_at(mouse)
        self._view.tell(star)
        return None if star is None else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        star = self._view.star_at(mouse) if mouse.is_left else None
        if star is None:
            return False
        self._view.star_clicked.emit(star.source)
        return True


def star_text(star: StarChange) -> str:
    """Return one star in one line."""
    before, after = (
        number_text(100.0 * (value - 1.0), 100.0 * star.error, "%")
        for value in (star.before, star.after)
    )
    models = f"{star.model_before} → {star.model_after}" if star.is_swapped else star.model_after
    said = f"{star.source}   {models}   before {before}   after {after}"
    return said if not star.excluded else f"{said}   left out: {star.excluded}"


def _in_words(result: ModelComparison) -> str:
    """Return what the swap does, in one line."""
    if not any(one.is_swapped for one in result.stars):
        return " ".join(result.messages)
    classes = "   ".join(
        f"{one.name} {_percent(one.before)} → {_percent(one.after)} % (×{one.ratio:.4f})"
        for one in result.classes
        if one.ratio != 1.0
    )
    finals = [one.level for one in result.bands if not one.source and np.isfinite(one.level)]
    moved = f"   final vector ×{np.mean(finals):.4f}" if finals else ""
    return f"Means of classes   {classes}{moved}"


def _percent(factor: float) -> str:
    text = fixed_text(100.0 * (factor - 1.0), 2)
    return f"+{text}" if factor > 1.0 and text != "0.00" else text


def _sources(result: ModelComparison | None) -> tuple[str, ...]:
    return () if result is None else tuple(one.source for one in result.stars)
