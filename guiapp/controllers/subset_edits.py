"""Makes, names and removes subsets of observations, undoably."""

from collections.abc import Callable

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.compare.subsets import Subset
from engine.counting import counted
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.document.document import Document

_CONDITIONS = ("class = A", "mjd < 2023-06", "flux_10um_jy > 0.1 and class = G")


class SubsetEdits(QObject):
    """Asks for names and conditions of subsets, and writes them into the document.

    Parameters
    ----------
    document : Document
        Where they are kept.
    view : QWidget
        In whose window is asked.
    """

    def __init__(self, document: Document, view: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._view = view

    def ask(self, kind: str, chosen: tuple[str, ...]) -> None:
        """Ask for a subset of what is selected (``"selection"``), or by a condition."""
        if kind == "condition":
            self._ask(
                "Condition of the subset",
                "For example class = A and mjd < 2023-06. Columns: star, class, factor, and those "
                "of the table.",
                lambda text: self._ask_name(text, Subset("", condition=text)),
                suggestions=_CONDITIONS,
                action="Next",
            )
        elif chosen:
            self._ask_name("", Subset("", members=chosen))

    def add(self, subset: Subset) -> None:
        """Add ``subset``, or put it in place of the one of its name."""
        session = self._document.session.with_subset(subset.name, subset)
        edit(self._document, session, f"Name the subset {subset.name}")

    def remove(self, name: str) -> None:
        """Remove the subset called ``name``."""
        edit(self._document, self._document.session.with_subset(name, None), f"Remove {name}")

    def _ask_name(self, text: str, subset: Subset) -> None:
        count = len(subset.members)
        said = (
            f"{counted(count, 'observation is', 'observations are')} selected."
            if count
            else f"It holds what has {text}."
        )
        self._ask(
            "Name of the subset",
            said,
            lambda name: self.add(Subset(name.strip(), subset.members, subset.condition)),
            text=text,
            action="Name it",
        )

    def _ask(self, title: str, said: str, then: Callable[[str], None], **more: object) -> None:
        dialog = TextDialog(title, said, parent=self._view.window(), **more)  # type: ignore[arg-type]
        dialog.taken.connect(then)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
