"""Data that are not where the session says: asked once, the rest is found beside it."""

from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from guiapp.dialogs.sheet import Sheet, scrolled
from guiapp.look.parts import ElidedLabel, Label, column
from guiapp.look.tokens import GRID

_HEIGHT = 200


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that a session refers to.

    Attributes
    ----------
    id : str
        Sent back.
    path : str
        Where it was.
    """

    id: str
    path: str


class MissingFilesDialog(Sheet):
    """Lists what is missing; one file or the folder is enough to find the others.

    Signals
    -------
    found(str)
        A file, or a folder to look in.

    Parameters
    ----------
    missing : tuple of MissingFile
        What is missing.
    start : str
        The folder in which one begins to look.
    parent : QWidget, optional
        Above which it is shown.
    """

    found = pyqtSignal(str)

    def __init__(
        self, missing: tuple[MissingFile, ...], start: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent=parent)
        self._start = start
        self._box = column(spacing=2 * GRID)
        lines = column()
        lines.addLayout(self._box)
        lines.addStretch(1)
        self.body.addWidget(scrolled(lines, height=_HEIGHT), 1)
        self._labels: list[QWidget] = []
        self._missing: tuple[MissingFile, ...] = ()
        self.add_button("Go on without them").clicked.connect(self.reject)
        folder = self.add_button("Look in a folder…")
        one = self.add_button("Find the first one…", "primary")
        folder.clicked.connect(self._on_folder)
        one.clicked.connect(self._on_one)
        self.show_missing(missing)

    def show_missing(self, missing: tuple[MissingFile, ...]) -> None:
        """List ``missing``; the dialog closes when nothing is."""
        self._missing = missing
        if not missing:
            self.accept()
            return
        files = "file is" if len(missing) == 1 else "files are"
        self.heading.setText(f"{len(missing)} {files} missing")
        self.say(
            "Say where one of them is now: the others are looked for beside it. What you decided "
            "about them is kept, found or not."
        )
        for label in self._labels:
            self._box.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = [_line(file) for file in missing]
        for label in self._labels:
            self._box.addWidget(label)

    def _on_one(self) -> None:
        name = Path(self._missing[0].path).name
        path, _ = QFileDialog.getOpenFileName(
            self, f"Where is {name}?", self._start, f"{name};;All (*)"
        )
        if path:
            self.found.emit(path)

    def _on_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Look in this folder", self._start)
        if path:
            self.found.emit(path)


def _line(file: MissingFile) -> QWidget:
    line = QWidget()
    box = column(line, spacing=0)
    path = Path(file.path)
    where = ElidedLabel("", "dim")
    where.set_full_text(str(path.parent))
    box.addWidget(Label(path.name))
    box.addWidget(where)
    return line
