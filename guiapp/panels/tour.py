"""The card of the guided tour: what to do now, and how far one is."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from guiapp.look.parts import Card, Label, button, column, fitted, icon_button
from guiapp.look.tokens import GRID


class TourCard(Card):
    """One step of the tour above the workbench; hidden while there is no tour."""

    show_wanted = pyqtSignal()
    next_wanted = pyqtSignal()
    ended = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="Guided tour")
        self.title = Label(tone="heading")
        self.text = Label()
        self.text.setWordWrap(True)
        self.done = Label("done", "ok")
        self.place = Label("", "dim")
        self.show_me = button("Show me", tip="Open the view in which this is done")
        self.next = button("Next")
        self.shut = icon_button("close", "End the tour")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._lay_out()
        self.show_me.clicked.connect(self.show_wanted)
        self.next.clicked.connect(self.next_wanted)
        self.shut.clicked.connect(self.ended)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        fitted(head, spacing=2 * GRID)
        for one in (self.place, self.title, self.done):
            head.addWidget(one)
        head.addStretch(1)
        words = column(spacing=GRID)
        words.addLayout(head)
        words.addWidget(self.text)
        row = QHBoxLayout()
        fitted(row, spacing=3 * GRID)
        row.addLayout(words, 1)
        for press in (self.show_me, self.next):
            row.addWidget(press, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.shut, 0, Qt.AlignmentFlag.AlignTop)
        self.box.addLayout(row)

    def show_step(self, title: str, text: str, number: int, n_steps: int) -> None:
        """Show a step that is not yet done; steps are counted from 1."""
        self.title.setText(title)
        self.text.setText(text)
        self.place.setText(f"{number} of {n_steps}")
        self.done.hide()
        self.next.setText("Skip" if number < n_steps else "End")
        self.show()

    def mark_done(self, *, is_last: bool) -> None:
        """Say that the step is done."""
        self.done.show()
        self.next.setText("End" if is_last else "Next")
