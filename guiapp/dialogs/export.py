"""The export dialog: what, where, under which names, and what would be overwritten."""

from dataclasses import dataclass

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from guiapp.dialogs.sheet import Sheet
from guiapp.look import icon
from guiapp.look.parts import Label, button, column, fitted, plain_tip
from guiapp.look.tokens import GRID

_REASON_WIDTH = 176


@dataclass(frozen=True, slots=True)
class ExportKind:
    """Something that can be exported.

    Attributes
    ----------
    id : str
        ``"spectra"``, ``"vectors"`` ...
    label, tip : str
        On the screen.
    reason : str
        Why it cannot be had now; ``""`` when it can.
    """

    id: str
    label: str
    tip: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file that would be written.

    Attributes
    ----------
    name : str
        Name in the folder.
    is_there : bool
        Whether a file of this name is there already.
    """

    name: str
    is_there: bool = False


class ExportDialog(Sheet):
    """Shows the names before anything is written; replaces only what was agreed to.

    Signals
    -------
    plan_wanted(tuple of ids, folder)
        The choice changed: someone answers with `show_plan`.
    """

    plan_wanted = pyqtSignal(tuple, str)

    def __init__(
        self,
        kinds: tuple[ExportKind, ...],
        folder: str,
        *,
        chosen: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Export", parent=parent, width=640)
        self._kinds = kinds
        self.boxes = {kind.id: _box(kind, is_on=kind.id in chosen) for kind in kinds}
        self.folder_field = QLineEdit(folder)
        self.files = QListWidget()
        self.summary = Label("", "dim")
        self.replace_box = QCheckBox()
        self._plan: tuple[PlannedFile, ...] = ()
        self._lay_out()
        self._connect()
        self.show_plan(())

    @property
    def what(self) -> tuple[str, ...]:
        """What was chosen."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    @property
    def folder(self) -> str:
        """Where to."""
        return self.folder_field.text().strip()

    @property
    def may_replace(self) -> bool:
        """Whether files that are there may be replaced."""
        return self.replace_box.isChecked() and not self.replace_box.isHidden()

    def ask_for_plan(self) -> None:
        """Ask which files the choice would write."""
        self.plan_wanted.emit(self.what, self.folder)

    def show_plan(self, plan: tuple[PlannedFile, ...], problem: str = "") -> None:
        """Show what would be written, or why nothing can be."""
        self._plan = plan
        n_there = sum(file.is_there for file in plan)
        self.files.clear()
        for file in sorted(plan, key=lambda one: (not one.is_there, one.name)):
            item = QListWidgetItem(file.name)
            if file.is_there:
                item.setText(f"{file.name}   replaces the file that is there")
                item.setIcon(icon("care", "care"))
            self.files.addItem(item)
        self.replace_box.setVisible(n_there > 0)
        self.replace_box.setText(f"Replace {n_there} files" if n_there > 1 else "Replace it")
        with QSignalBlocker(self.replace_box):
            self.replace_box.setChecked(False)
        self.summary.set_tone("wrong" if problem else "dim")
        self.summary.setText(problem or _summary(plan, n_there))
        self._check(has_problem=bool(problem))

    def _lay_out(self) -> None:
        boxes = column(spacing=GRID)
        for kind in self._kinds:
            boxes.addWidget(self.boxes[kind.id])
            if kind.reason:
                reason = Label(kind.reason, "dim")
                reason.setWordWrap(True)
                reason.setMaximumWidth(_REASON_WIDTH)
                reason.setContentsMargins(6 * GRID, 0, 0, GRID)
                boxes.addWidget(reason)
        boxes.addStretch(1)
        right = column(spacing=2 * GRID)
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        self.folder_field.setAccessibleName("Folder")
        choose = button("Choose…")
        choose.setAutoDefault(False)
        choose.clicked.connect(self._on_choose)
        row.addWidget(self.folder_field, 1)
        row.addWidget(choose)
        self.files.setAccessibleName("Files that will be written")
        self.files.setMinimumHeight(240)
        self.files.setIconSize(QSize(14, 14))
        self.summary.setWordWrap(True)
        right.addWidget(Label("Folder", "section"))
        right.addLayout(row)
        right.addWidget(Label("Files", "section"))
        right.addWidget(self.files, 1)
        right.addWidget(self.summary)
        right.addWidget(self.replace_box)
        both = QHBoxLayout()
        fitted(both, spacing=6 * GRID)
        left = column(spacing=2 * GRID)
        left.addWidget(Label("What", "section"))
        left.addLayout(boxes)
        both.addLayout(left)
        both.addLayout(right, 1)
        self.body.addLayout(both, 1)
        self.add_button("Cancel").clicked.connect(self.reject)
        self._ok = self.add_button("Export", "primary")
        self._ok.clicked.connect(self.accept)

    def _connect(self) -> None:
        for box in self.boxes.values():
            box.toggled.connect(self.ask_for_plan)
        self.folder_field.editingFinished.connect(self.ask_for_plan)
        self.replace_box.toggled.connect(lambda _is_on: self._check(has_problem=False))

    def _check(self, *, has_problem: bool) -> None:
        n_there = sum(file.is_there for file in self._plan)
        is_agreed = n_there == 0 or self.replace_box.isChecked()
        self._ok.setEnabled(bool(self._plan) and is_agreed and not has_problem)
        n_files = len(self._plan)
        self._ok.setText(f"Export {n_files} files" if n_files > 1 else "Export")

    def _on_choose(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Export into this folder", self.folder)
        if path:
            self.folder_field.setText(path)
            self.ask_for_plan()


def _box(kind: ExportKind, *, is_on: bool) -> QCheckBox:
    box = QCheckBox(kind.label)
    box.setEnabled(not kind.reason)
    box.setChecked(is_on and not kind.reason)
    box.setToolTip(plain_tip(kind.reason or kind.tip))
    box.setAccessibleDescription(kind.reason or kind.tip)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box


def _summary(plan: tuple[PlannedFile, ...], n_there: int) -> str:
    if not plan:
        return "Nothing to write: choose what to export."
    new = len(plan) - n_there
    return f"{new} new, {n_there} there already." if n_there else f"{new} new files."
