"""The inspector: parameters, numbers, origin of the data, and history."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QResizeEvent, QUndoStack
from PyQt6.QtWidgets import (
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from guiapp.look.parts import Card, ChoiceBox, ElidedLabel, Label, SideScroll, column
from guiapp.look.result_table import ResultTableView
from guiapp.look.tokens import GRID
from guiapp.panels.edit_history import EditHistory
from guiapp.panels.parameter_form import ParameterForm

if TYPE_CHECKING:
    from engine.analyses import FieldSpec
    from engine.model.table import ResultTable

_LEAST_HEIGHT = 14 * 24  # of the rows of a table that scrolls, where the window is low
_TABLE_SHARE = 100  # of the room that is left: what it does not need stays empty
_LONGEST_UNIT = 4  # signs of a unit that fits in the title of a column
_TALLEST = 16_777_215  # Qt's: no limit
_UNIT_SLASH = re.compile(r"(?<=\w)/(?=sr?\b)")  # of DN/s, MJy/sr: no line ends there


class Inspector(Card):
    """Shows what belongs to the view that is seen."""

    edited = pyqtSignal(str, object)  # name of the parameter, value
    scope_changed = pyqtSignal(str)
    rows_selected = pyqtSignal(tuple)  # rows of the numbers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="Inspector")
        self._shown_specs: tuple[tuple[str, str], ...] = ()
        self.form = ParameterForm()
        self.scope = ChoiceBox(least=8)
        self.numbers = ResultTableView(longest_unit=_LONGEST_UNIT)
        self.summary = Label("", "dim")
        self.origin = ElidedLabel("", "dim", cut="middle")
        self.history = EditHistory()
        self.split = QSplitter(Qt.Orientation.Vertical)
        self._title = ""  # of the numbers
        self._keeps_in_sight = False  # the selected row, as long as no one scrolls
        self._history_height = 0  # of the open history, as the user chose it
        self._buttons: list[QPushButton] = []
        self._numbers_title = ElidedLabel("Numbers", "section", cut="middle")
        self._titles: dict[str, Label] = {
            "Parameters": Label("Parameters", "section"),
            "Numbers": self._numbers_title,
            "Origin": Label("Origin", "section"),
        }
        self._button_box = column(spacing=GRID)
        self._lay_out()
        self._connect()
        self.clear("")

    def _lay_out(self) -> None:
        upper = QWidget()
        box = column(upper, spacing=2 * GRID)
        self.scope.setAccessibleName("What the parameters hold for")
        box.addWidget(self._titles["Parameters"])
        box.addWidget(self.scope)
        box.addWidget(self.form)
        box.addLayout(self._button_box)
        _add_section(box, self._titles["Numbers"], self.numbers, self.summary)
        _add_section(box, self._titles["Origin"], self.origin)
        box.setStretchFactor(self.numbers, _TABLE_SHARE)
        box.addStretch(1)
        self.summary.setWordWrap(True)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        margin, free = 3 * GRID, GRID // 2  # the scroll bar lies in the margin at the right
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(2 * GRID)
        self.upper_scroll = SideScroll(upper)
        self.split.addWidget(self.upper_scroll)
        self.history.setContentsMargins(0, 0, margin - free, 0)
        self.split.addWidget(self.history)
        self.split.setStretchFactor(0, 1)
        self.box.setContentsMargins(margin, margin, free, margin)
        self.box.addWidget(self.split, 1)

    def _connect(self) -> None:
        self.form.edited.connect(self.edited)
        self.scope.activated.connect(lambda _i: self.scope_changed.emit(self.scope.currentText()))
        self.numbers.rows_selected.connect(self.rows_selected)
        self.numbers.units_left_out_changed.connect(self._say_title)
        self.numbers.height_changed.connect(self._fit_numbers)
        for area in (self.upper_scroll, self.numbers):
            bar = area.verticalScrollBar()
            if bar is not None:
                bar.rangeChanged.connect(lambda *_: self._bring_into_sight())
                bar.actionTriggered.connect(lambda _action: self._leave_scrolled())
        self.split.splitterMoved.connect(self._keep_split)
        self.history.toggled.connect(self._fit_history)
        self.history.grown.connect(self._fit_history)

    def select_rows(self, rows: tuple[int, ...]) -> None:
        """Select rows of the table, and keep others than before in sight until it is scrolled."""
        if rows != self.numbers.selected_rows():
            self._keeps_in_sight = True
        self.numbers.select_rows(rows)
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        """Show the selected row; there may be room for it only after a turn of the event loop."""
        if not self._keeps_in_sight:
            return
        self.numbers.scroll_to_selected()
        seen, content = self.numbers.selected_rect(), self.upper_scroll.widget()
        if content is not None and not seen.isEmpty():
            middle = self.numbers.mapTo(content, seen.center())
            self.upper_scroll.ensureVisible(middle.x(), middle.y(), 0, seen.height())

    def _scroll_up(self) -> None:
        """Begin at the top with what belongs to another view."""
        bar = self.upper_scroll.verticalScrollBar()
        if bar is not None:
            bar.setValue(bar.minimum())

    def _leave_scrolled(self) -> None:
        self._keeps_in_sight = False

    def _keep_split(self) -> None:
        if self.history.is_open:
            self._history_height = self.split.sizes()[1]

    def _fit_history(self) -> None:
        """Give the history the room of its last edit, or, open, that of a few; tables the rest."""
        is_open = self.history.is_open
        self.history.setMaximumHeight(_TALLEST if is_open else self.history.closed_height)
        chosen = self._history_height if is_open else 0
        wanted = chosen or self.history.wanted_height
        total = self.split.height() - self.split.handleWidth()
        self.split.setSizes([total - wanted, wanted])

    @property
    def layout_kept(self) -> str:
        """How the history is shown, to be remembered: ``"closed"`` or ``"open"``, and a height."""
        height = f" {self._history_height}" if self._history_height else ""
        return ("open" if self.history.is_open else "closed") + height

    def restore_layout(self, kept: str) -> None:
        """Show the history as it was remembered; ``""``: nothing was."""
        state, _, height = kept.partition(" ")
        self._history_height = int(height) if height.isdecimal() else 0
        self.history.header.setChecked(state == "open")
        self._fit_history()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit_history()
        self._fit_numbers()

    def show_parameters(
        self, specs: "tuple[FieldSpec, ...]", defaults: Mapping[str, Any], values: Mapping[str, Any]
    ) -> None:
        """Show a form for ``specs``; the same specs again only take the new values."""
        wanted = tuple((spec.name, spec.automatic) for spec in specs)
        if self._shown_specs != wanted:
            self._shown_specs = wanted
            self.form.show_specs(specs, defaults)
            self._scroll_up()
            self._order_tabs()
        self.form.set_values(values)
        self.form.setVisible(bool(specs))
        self._titles["Parameters"].setVisible(bool(specs))

    def show_scope(self, choices: tuple[str, ...], current: str) -> None:
        """Offer what the parameters hold for; no choices hide it."""
        with QSignalBlocker(self.scope):
            self.scope.clear()
            self.scope.addItems(choices)
            self.scope.setCurrentText(current)
        self.scope.setVisible(bool(choices))

    def set_actions(self, actions: tuple[QAction, ...]) -> None:
        """Offer ``actions`` as buttons below the form; the first one is the main one."""
        for old in self._buttons:
            self._button_box.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = [
            _ActionButton(action, is_main=place == 0) for place, action in enumerate(actions)
        ]
        for new in self._buttons:
            self._button_box.addWidget(new)
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Let Tab go from top to bottom, although forms and buttons are made anew."""
        chain = (self.scope, *self.form.focus_chain(), *self._buttons, self.numbers)
        chain = (*chain, self.history.header, self.history.edits)
        for one, following in pairwise(chain):
            self.setTabOrder(one, following)

    def show_numbers(
        self, table: "ResultTable | None", summary: str = "", title: str = "Numbers"
    ) -> None:
        """Show a table, and one line below it; `None` and ``""`` hide them."""
        self.numbers.show_table(table)
        self.numbers.setVisible(table is not None and len(table) > 0)
        self._keeps_in_sight |= title != self._title
        self._title = title
        self._say_title()
        self._titles["Numbers"].setVisible(not self.numbers.isHidden() or bool(summary))
        self.summary.setText(_UNIT_SLASH.sub("/\N{WORD JOINER}", summary))
        self.summary.setVisible(bool(summary))
        self._fit_numbers()

    def _say_title(self) -> None:
        units = self.numbers.units_left_out()
        self._numbers_title.set_full_text(f"{self._title} · {units}" if units else self._title)

    def _fit_numbers(self) -> None:
        n_rows = self.numbers.n_rows
        if n_rows:
            fewest = _LEAST_HEIGHT // self.numbers.row_height
            self.numbers.setMinimumHeight(self.numbers.height_of(min(n_rows, fewest)))
            self.numbers.setMaximumHeight(min(self.numbers.height_of(n_rows), _TALLEST))

    def show_origin(self, lines: tuple[str, ...]) -> None:
        """Say where the data of this view come from."""
        self.origin.set_full_text("\n".join(lines))
        self.origin.setVisible(bool(lines))
        self._titles["Origin"].setVisible(bool(lines))

    def show_history(self, stack: QUndoStack | None) -> None:
        """Show the edits of ``stack``; a click goes back or forth to one."""
        self.history.show_stack(stack)

    def clear(self, reason: str) -> None:
        """Show nothing but ``reason``; the history stays."""
        self.show_parameters((), {}, {})
        self.show_scope((), "")
        self.set_actions(())
        self.show_numbers(None, reason, "Nothing selected" if reason else "")
        self.show_origin(())


def _add_section(box: QVBoxLayout, title: Label, *parts: QWidget) -> None:
    title.setContentsMargins(0, GRID, 0, 0)
    box.addWidget(title)
    for part in parts:
        box.addWidget(part)


class _ActionButton(QPushButton):
    """A button that does, says and looks as an action."""

    def __init__(self, action: QAction, *, is_main: bool) -> None:
        super().__init__()
        self.setProperty("kind", "primary" if is_main else "plain")
        self._action = action
        self._follow()
        action.changed.connect(self._follow)
        self.clicked.connect(action.trigger)

    def _follow(self) -> None:
        text = self._action.text().replace("&", "")
        self.setText(text)
        self.setAccessibleName(text.rstrip("…"))
        self.setEnabled(self._action.isEnabled())
        self.setCheckable(self._action.isCheckable())
        self.setChecked(self._action.isChecked())
        keys = self._action.shortcut().toString()
        self.setToolTip(self._action.toolTip() + (f" ({keys})" if keys else ""))
