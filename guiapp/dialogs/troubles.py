"""What the user is told when something went wrong: by the data, or by the program itself."""

from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from guiapp.dialogs.sheet import Sheet, scrolled, text_box
from guiapp.look.parts import Label, column
from guiapp.look.tokens import GRID

_MOST_HEIGHT = 280


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that could not be done.

    Attributes
    ----------
    what : str
        The cause, in one sentence.
    hint : str
        The way out, in one sentence.
    """

    what: str
    hint: str = ""


class TroubleDialog(Sheet):
    """Says what could not be done, and what to do: one sentence each."""

    def __init__(
        self, title: str, troubles: tuple[Trouble, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent=parent)
        self._troubles = troubles
        lines = column(spacing=3 * GRID)
        for trouble in troubles:
            lines.addLayout(_lines(trouble))
        lines.addStretch(1)
        if len(troubles) > 3:
            self.body.addWidget(scrolled(lines, height=_MOST_HEIGHT), 1)
        else:
            self.body.addLayout(lines)
        copy = self.add_button("Copy", is_left=True)
        copy.clicked.connect(lambda: _copy(self.text()))
        self.add_button("Close", "primary").clicked.connect(self.accept)

    def text(self) -> str:
        """Return what is shown, as text."""
        return "\n".join(f"{one.what} {one.hint}".strip() for one in self._troubles) + "\n"


class BugDialog(Sheet):
    """The program met a fault of its own: work goes on, nothing is lost.

    Signals
    -------
    save_wanted()
        Save the session under another name.
    """

    save_wanted = pyqtSignal()

    def __init__(self, report: str, saved_to: str, parent: QWidget | None = None) -> None:
        kept = f"A copy of your work was kept in {saved_to}." if saved_to else ""
        super().__init__(
            "The program met a fault",
            "What you were doing was not finished. Your session is as it was before, and you can "
            f"go on working. {kept}".strip(),
            parent=parent,
            width=640,
        )
        self._count = 1
        self._report = report
        self.counter = Label("", "dim")
        self.counter.hide()
        self.body.addWidget(Label("To report it, copy this text:", "dim"))
        self.body.addWidget(text_box(report, "Report"), 1)
        self.body.addWidget(self.counter)
        copy = self.add_button("Copy the report", is_left=True)
        copy.clicked.connect(lambda: _copy(self._report))
        save = self.add_button("Save as…", is_left=True)
        save.clicked.connect(self.save_wanted)
        self.add_button("Go on", "primary").clicked.connect(self.accept)

    def count_another(self) -> None:
        """Say that it happened again while the dialog was open."""
        self._count += 1
        self.counter.setText(f"Faults since then: {self._count - 1}. The message log has them all.")
        self.counter.show()


def _lines(trouble: Trouble) -> QVBoxLayout:
    box = column(spacing=0)
    what = Label(trouble.what)
    hint = Label(trouble.hint, "dim")
    for label in (what, hint):
        label.setWordWrap(True)
        label.setVisible(bool(label.text()))
        box.addWidget(label)
    return box


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
