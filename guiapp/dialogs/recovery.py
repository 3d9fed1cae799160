"""One clear offer to take up work that a crash interrupted."""

from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from guiapp.dialogs.sheet import Sheet
from guiapp.look.parts import Label, column
from guiapp.look.tokens import GRID


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """Work that was left behind.

    Attributes
    ----------
    id : str
        Sent back.
    name : str
        Name of the session, or ``"untitled"``.
    said : str
        When, and how much: ``"today 14:02, 12 files"``.
    """

    id: str
    name: str
    said: str


class RecoveryDialog(Sheet):
    """Recover, throw away, or decide later.

    Signals
    -------
    recovered(id)
        Open this work.
    skipped(tuple of ids)
        The user does not want any of it: it is not offered again.
    """

    recovered = pyqtSignal(str)
    skipped = pyqtSignal(tuple)

    def __init__(self, rows: tuple[RecoveryRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(
            "Recover unsaved work?",
            "The program ended before this was saved. "
            "At most the last ten seconds of editing are missing.",
            parent=parent,
        )
        self._rows = rows
        self._group = QButtonGroup(self)
        for place, row in enumerate(rows):
            choice = QRadioButton(row.name.replace("&", "&&"))
            choice.setAccessibleDescription(row.said)
            choice.setChecked(place == 0)
            self._group.addButton(choice, place)
            box = column(spacing=0)
            box.addWidget(choice)
            said = Label(row.said, "dim")
            said.setContentsMargins(6 * GRID, 0, 0, 0)
            box.addWidget(said)
            self.body.addLayout(box)
        self.body.addStretch(1)
        skip = self.add_button(
            "Throw away", is_left=True, tip="Delete these copies; they are not offered again"
        )
        later = self.add_button("Decide later", tip="Offer them again at the next start")
        recover = self.add_button("Recover", "primary")
        skip.clicked.connect(self._on_skip)
        later.clicked.connect(self.reject)
        recover.clicked.connect(self._on_recover)
        recover.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_recover(self) -> None:
        self.recovered.emit(self._rows[max(self._group.checkedId(), 0)].id)
        self.accept()

    def _on_skip(self) -> None:
        self.skipped.emit(tuple(row.id for row in self._rows))
        self.accept()
