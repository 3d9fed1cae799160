"""The export dialog: what, in which format and size, where, and what would be overwritten."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from engine.counting import counted
from guiapp.dialogs.report_sections import SectionsButton
from guiapp.dialogs.sheet import Sheet
from guiapp.look import icon
from guiapp.look.parts import ElidedLabel, Label, button, column, fitted, plain_tip
from guiapp.look.tokens import GRID

_REASON_WIDTH = 220
_TYPING_MS = 300  # after the last letter of a folder: then it is looked at
_LEFT_WIDTH = 320
FIGURES = "figures"  #: the kind whose size in print can be chosen
REPORT = "report"  #: the kind whose sections can be chosen
_ALL = "all"


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
    formats : tuple of str
        Suffixes of the formats that it can have, the usual one first.
    """

    id: str
    label: str
    tip: str = ""
    reason: str = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportScope:
    """Of what an export can be.

    Attributes
    ----------
    id : str
        Sent back.
    label : str
        ``"What is selected"``.
    said : str
        What that is now: ``"10 Lac 1524-16 4A"``.
    tip : str
        More of it.
    """

    id: str
    label: str
    said: str = ""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class PrintChoices:
    """Sizes that figures can get.

    Attributes
    ----------
    widths, journals : tuple of str
        What can be chosen.
    width, journal : str
        What is chosen at first.
    """

    widths: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    width: str = ""
    journal: str = ""


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


class SizeRow(QWidget):
    """Asks which size figures get in print; a journal where the size is one of a journal's."""

    def __init__(self, sizes: PrintChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.width_box, self.journal_box = QComboBox(), QComboBox()
        self.width_box.addItems(sizes.widths)
        self.width_box.setCurrentText(sizes.width)
        self.width_box.setAccessibleName("Size of figures")
        self.width_box.setToolTip("The size that suits each figure, or as wide as a journal prints")
        self.journal_box.addItems(sizes.journals)
        self.journal_box.setCurrentText(sizes.journal)
        self.journal_box.setAccessibleName("Journal")
        row = QHBoxLayout(self)
        fitted(row, spacing=GRID)
        row.addWidget(self.width_box, 1)
        row.addWidget(self.journal_box)
        self.width_box.currentIndexChanged.connect(self._offer_journals)
        self._offer_journals()

    @property
    def chosen(self) -> tuple[str, str]:
        """Width and journal."""
        return self.width_box.currentText(), self.journal_box.currentText()

    def _offer_journals(self) -> None:
        self.journal_box.setEnabled(self.width_box.currentIndex() > 0)


class ScopeRows(QWidget):
    """Asks of what an export is; below each choice, how much that would be."""

    def __init__(
        self, scopes: tuple[ExportScope, ...], chosen: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        self._scopes = scopes
        self._said: dict[str, ElidedLabel] = {}
        box = column(self, spacing=GRID)
        for scope in scopes:
            made = QRadioButton(scope.label)
            made.setToolTip(plain_tip(scope.tip))
            made.setChecked(scope.id == chosen)
            said = ElidedLabel(scope.said, "dim", cut="middle")
            inset = QHBoxLayout()
            fitted(inset)
            inset.addSpacing(6 * GRID)
            inset.addWidget(said, 1)
            self.group.addButton(made)
            self.buttons[scope.id], self._said[scope.id] = made, said
            box.addWidget(made)
            box.addLayout(inset)
        self.setMaximumWidth(_LEFT_WIDTH)

    @property
    def chosen(self) -> str:
        """Id of the choice; ``""``: nothing can be chosen."""
        return next((name for name, one in self.buttons.items() if one.isChecked()), "")

    def show_amounts(self, amounts: Mapping[str, str]) -> None:
        """Say how much each choice is: ``"12 files, about 3 MB"``."""
        for scope in self._scopes:
            parts = (scope.said, amounts.get(scope.id, ""))
            text = "\n".join(part for part in parts if part)
            self._said[scope.id].set_full_text(text)
            self.buttons[scope.id].setAccessibleDescription(text)


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
        formats: Mapping[str, tuple[str, ...]] | None = None,
        sizes: PrintChoices | None = None,
        scopes: tuple[ExportScope, ...] = (),
        scope: str = "",
        sections: SectionsButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Export", parent=parent, width=840)
        self._kinds = kinds
        self.boxes = {kind.id: _box(kind, is_on=kind.id in chosen) for kind in kinds}
        self.format_boxes = {
            kind.id: _format_box(kind, (formats or {}).get(kind.id, ()))
            for kind in kinds
            if len(kind.formats) > 1
        }
        self.size_row = SizeRow(sizes or PrintChoices())
        self.scope_rows = ScopeRows(scopes, scope)
        self.sections = sections or SectionsButton(())
        self.folder_field = QLineEdit(folder)
        self.files = QListWidget()
        self.summary = Label("", "dim")
        self.replace_box = QCheckBox()
        #: Beside each kind: that it is wanted and gives no file here.
        self.no_files = {kind.id: Label("", "dim") for kind in kinds}
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._plan: tuple[PlannedFile, ...] = ()
        self._lay_out()
        self._connect()
        self.show_plan(())
        self.grow_with_window(self.sizeHint())

    @property
    def what(self) -> tuple[str, ...]:
        """What was chosen."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    @property
    def formats(self) -> dict[str, tuple[str, ...]]:
        """Which formats were chosen, by kind."""
        return {name: _formats_in(box) for name, box in self.format_boxes.items()}

    @property
    def print_size(self) -> tuple[str, str]:
        """Which width figures get, and in which journal."""
        return self.size_row.chosen

    @property
    def scope(self) -> str:
        """Of what is exported: the id of one of the scopes."""
        return self.scope_rows.chosen

    @property
    def folder(self) -> str:
        """Where to."""
        return self.folder_field.text().strip()

    @property
    def existing(self) -> str:
        """The folder, or the one above it that is there: one is made when files are written."""
        place = Path(self.folder).expanduser()
        return str(next((one for one in (place, *place.parents) if one.is_dir()), Path.home()))

    @property
    def may_replace(self) -> bool:
        """Whether files that are there may be replaced."""
        return self.replace_box.isChecked() and not self.replace_box.isHidden()

    def ask_for_plan(self) -> None:
        """Ask which files the choice would write."""
        self._typing.stop()
        self.plan_wanted.emit(self.what, self.folder)

    def show_empty_kinds(self, empty: Collection[str]) -> None:
        """Say beside the kinds that are wanted which of them give no file."""
        for kind in self._kinds:
            said = "none here" if kind.id in empty else ""
            self.no_files[kind.id].setText(said)
            self.no_files[kind.id].setVisible(bool(said))

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
        both = QHBoxLayout()
        fitted(both, spacing=6 * GRID)
        left = column(spacing=2 * GRID)
        if len(self.scope_rows.buttons) > 1:
            left.addWidget(Label("Of", "section"))
            left.addWidget(self.scope_rows)
        left.addWidget(Label("What", "section"))
        left.addLayout(self._kinds_in_rows())
        left.addStretch(1)
        both.addLayout(left)
        both.addLayout(self._files_and_folder(), 1)
        self.body.addLayout(both, 1)
        self.add_button("Cancel").clicked.connect(self.reject)
        self._ok = self.add_button("Export", "primary")
        self._ok.clicked.connect(self.accept)

    def _kinds_in_rows(self) -> QGridLayout:
        """Return a row for each kind, with its formats; figures have a size as well."""
        grid = QGridLayout()
        fitted(grid, spacing=GRID)
        grid.setColumnStretch(0, 1)
        for kind in self._kinds:
            row = grid.rowCount()
            both = QHBoxLayout()
            fitted(both, spacing=GRID)
            both.addWidget(self.boxes[kind.id])
            both.addWidget(self.no_files[kind.id])
            both.addStretch(1)
            self.no_files[kind.id].hide()
            grid.addLayout(both, row, 0)
            if kind.id in self.format_boxes:
                grid.addWidget(self.format_boxes[kind.id], row, 1)
            if kind.id == REPORT and self.sections.sections:
                grid.addWidget(self.sections, row, 1)
            if kind.reason:
                reason = Label(kind.reason, "dim")
                reason.setWordWrap(True)
                reason.setMaximumWidth(_REASON_WIDTH)
                reason.setContentsMargins(6 * GRID, 0, 0, GRID)
                grid.addWidget(reason, row + 1, 0, 1, 2)
            elif kind.id == FIGURES and self.size_row.width_box.count():
                self.size_row.setContentsMargins(6 * GRID, 0, 0, 0)
                grid.addWidget(self.size_row, row + 1, 0, 1, 2)
        return grid

    def _files_and_folder(self) -> QVBoxLayout:
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
        return right

    def _connect(self) -> None:
        for box in self.boxes.values():
            box.toggled.connect(self.ask_for_plan)
        self.scope_rows.group.buttonToggled.connect(
            lambda _button, is_on: self.ask_for_plan() if is_on else None
        )
        for name, formats in self.format_boxes.items():
            formats.activated.connect(lambda _i, name=name: self._want(name))
        for section in self.sections.sections.values():
            section.toggled.connect(lambda _is_on: self._want(REPORT))
        self.folder_field.textEdited.connect(self._on_typed)
        self.folder_field.editingFinished.connect(self.ask_for_plan)
        self._typing.timeout.connect(self.ask_for_plan)
        self.replace_box.toggled.connect(lambda _is_on: self._check(has_problem=False))

    def _on_typed(self) -> None:
        """Look at the folder when no letter follows; what was true of the other one is not."""
        self._ok.setEnabled(False)
        self.summary.set_tone("dim")
        self.summary.setText("Looking into the folder …")
        self._typing.start()

    def _check(self, *, has_problem: bool) -> None:
        n_there = sum(file.is_there for file in self._plan)
        is_agreed = n_there == 0 or self.replace_box.isChecked()
        self._ok.setEnabled(bool(self._plan) and is_agreed and not has_problem)
        n_files = len(self._plan)
        self._ok.setText(f"Export {n_files} files" if n_files > 1 else "Export")

    def _want(self, name: str) -> None:
        """Want what a format, or sections, were just chosen for."""
        box = self.boxes[name]
        if box.isEnabled() and not box.isChecked():
            box.setChecked(True)
        else:
            self.ask_for_plan()

    def _on_choose(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Export into this folder", self.existing)
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
    return f"{new} new, {n_there} there already." if n_there else f"{counted(new, 'new file')}."


def _format_box(kind: ExportKind, chosen: tuple[str, ...]) -> QComboBox:
    box = QComboBox()
    for one in kind.formats:
        box.addItem(one.upper(), (one,))
    box.addItem(_ALL, kind.formats)
    box.setEnabled(not kind.reason)
    box.setAccessibleName(f"Format of {kind.label.lower()}")
    known = [box.itemData(i) for i in range(box.count())]
    box.setCurrentIndex(known.index(chosen) if chosen in known else 0)
    return box


def _formats_in(box: QComboBox) -> tuple[str, ...]:
    formats: tuple[str, ...] = box.currentData()
    return formats
