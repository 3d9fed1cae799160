"""The jobs strip: what is being worked on, how far it is, and how to stop it."""

from dataclasses import dataclass

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from engine.counting import counted
from guiapp.look.parts import ElidedLabel, Label, button, column, fitted, icon_button, plain_tip
from guiapp.look.tokens import GRID

_BAR_WIDTH = 96
_LABEL_WIDTH = 240
_POPUP_WIDTH = 400
_FULL = 1000
_MOST_COUNTED = 99_999


@dataclass(frozen=True, slots=True)
class JobRow:
    """One piece of work as it is shown.

    Attributes
    ----------
    id : int
        Sent back when it is to be cancelled.
    label : str
        ``"Extract 10 Lac 3B"``.
    done, total : int
        Progress; a total of 0 is not known yet.
    note : str
        What it is doing right now.
    remaining_s : float or None
        Estimate. Unit: s.
    is_waiting : bool
        Whether it waits for its turn.
    """

    id: int
    label: str
    done: int = 0
    total: int = 0
    note: str = ""
    remaining_s: float | None = None
    is_waiting: bool = False

    @property
    def said(self) -> str:
        """How far it is, in words."""
        if self.is_waiting:
            return "waiting"
        parts = [f"{self.done} of {self.total}"] if self.total > 1 else []
        if self.total > _MOST_COUNTED:  # bytes or pixels: nothing that people count
            parts = [f"{100 * self.done // self.total} %"]
        if self.remaining_s is not None:
            parts.append(f"{duration_text(self.remaining_s)} left")
        return " · ".join(parts)


class JobsStrip(QWidget):
    """Shows the work in progress; nothing at all when there is none."""

    cancel_wanted = pyqtSignal(int)  # id of the job
    cancel_all_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Work in progress")
        self._rows: tuple[JobRow, ...] = ()
        self.label = ElidedLabel("", "dim")
        self.said = Label("", "dim")
        self.bar = _bar()
        self.more = button("", "quiet", tip="Show all work that runs or waits")
        self.more.setAccessibleName("All jobs")
        self.cancel = button("Cancel", tip="Stop this work; nothing is changed by it")
        self._popup = _JobsPopup(self)
        self._lay_out()
        self.show_jobs(())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        fitted(row, spacing=2 * GRID)
        self.label.setMaximumWidth(_LABEL_WIDTH)
        for part in (self.label, self.said, self.bar, self.more, self.cancel):
            row.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.more.clicked.connect(self._on_more_clicked)
        self._popup.cancel_wanted.connect(self.cancel_wanted)
        self._popup.cancel_all_wanted.connect(self.cancel_all_wanted)

    def show_jobs(self, rows: tuple[JobRow, ...]) -> None:
        """Show ``rows``, the one that runs longest first."""
        self._rows = rows
        self.setVisible(bool(rows))
        self._popup.show_jobs(rows)
        if not rows:
            return
        first = rows[0]
        self.label.set_full_text(first.label)
        self.label.setToolTip(plain_tip(f"{first.label}\n{first.note}".strip()))
        self.said.setText(first.said)
        _show_progress(self.bar, first)
        n_more = len(rows) - 1
        self.more.setText(f"+{n_more}")
        self.more.setAccessibleName(counted(n_more, "more job"))
        self.more.setVisible(n_more > 0)

    def _on_cancel_clicked(self) -> None:
        if self._rows:
            self.cancel_wanted.emit(self._rows[0].id)

    def _on_more_clicked(self) -> None:
        self._popup.open_above(self.mapToGlobal(self.rect().topRight()))


class _JobsPopup(QFrame):
    """Every job with its own progress and its own way to be stopped."""

    cancel_wanted = pyqtSignal(int)
    cancel_all_wanted = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setFixedWidth(_POPUP_WIDTH)
        self._rows: tuple[JobRow, ...] = ()
        self._lines: dict[int, _JobLine] = {}
        box = column(self, margin=3 * GRID, spacing=2 * GRID)
        box.addWidget(Label("Work", "section"))
        self._box = column(spacing=2 * GRID)
        box.addLayout(self._box)
        self._cancel_all = button("Cancel all")
        self._cancel_all.clicked.connect(self.cancel_all_wanted)
        box.addWidget(self._cancel_all, 0, Qt.AlignmentFlag.AlignRight)

    def show_jobs(self, rows: tuple[JobRow, ...]) -> None:
        """Show ``rows``; lines that nobody sees are brought up to date when the popup opens."""
        self._rows = rows
        if not rows:
            self.hide()
        elif self.isVisible():
            self._fill()
            self.adjustSize()

    def open_above(self, corner: QPoint) -> None:
        """Open to the left of ``corner`` and above it."""
        self._fill()
        self.adjustSize()
        self.move(corner.x() - self.width(), corner.y() - self.height() - 2 * GRID)
        self.show()

    def _fill(self) -> None:
        wanted = {row.id for row in self._rows}
        for name in [name for name in self._lines if name not in wanted]:
            line = self._lines.pop(name)
            self._box.removeWidget(line)
            line.deleteLater()
        for row in self._rows:
            if row.id not in self._lines:
                line = _JobLine(self)
                line.stop.clicked.connect(
                    lambda _checked, name=row.id: self.cancel_wanted.emit(name)
                )
                self._lines[row.id] = line
                self._box.addWidget(line)
            self._lines[row.id].show_job(row)


class _JobLine(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        fitted(row, spacing=2 * GRID)
        self._label = ElidedLabel()
        self._said = Label("", "dim")
        self._bar = _bar()
        self.stop = icon_button("close", "Cancel this job")
        row.addWidget(self._label, 1)
        for part in (self._said, self._bar, self.stop):
            row.addWidget(part)

    def show_job(self, row: JobRow) -> None:
        self._label.set_full_text(row.label)
        self._said.setText(row.said)
        _show_progress(self._bar, row)


def duration_text(seconds: float) -> str:
    """Return a rough duration for people: ``"40 s"``, ``"3 min"``, ``"2 h"``."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def _bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setRange(0, _FULL)
    bar.setFixedWidth(_BAR_WIDTH)
    bar.setAccessibleName("Progress")
    return bar


def _show_progress(bar: QProgressBar, row: JobRow) -> None:
    bar.setUpdatesEnabled(False)  # else it paints all that waits in the window, at once
    bar.setValue(round(_FULL * row.done / row.total) if row.total > 0 else 0)
    bar.setUpdatesEnabled(True)  # which asks for its own place to be painted
