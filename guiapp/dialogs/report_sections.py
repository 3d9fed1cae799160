"""The button that asks which sections a report has."""

from collections.abc import Sequence

from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QPushButton, QWidget

from engine.counting import counted
from guiapp.look.parts import plain_tip

_TIP = "Sections of the report; overview and recipe are always there"
_ALL = "all sections"


class SectionsButton(QPushButton):
    """Opens a menu of sections, each of which is on or off; one at least stays on.

    Parameters
    ----------
    sections : sequence of (str, str)
        Id and title of each, in the order of the page.
    chosen : sequence of str
        Those that are on at first; none: all.
    """

    def __init__(
        self,
        sections: Sequence[tuple[str, str]],
        chosen: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setAccessibleName("Sections of the report")
        self.sections: dict[str, QAction] = {}
        known = {name for name, _ in sections if name in chosen}
        menu = QMenu(self)
        for name, title in sections:
            made = QAction(title, menu)
            made.setCheckable(True)
            made.setChecked(name in known or not known)
            made.toggled.connect(lambda _is_on: self._say())
            menu.addAction(made)
            self.sections[name] = made
        self.setMenu(menu)
        self._say()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the sections that are on."""
        return tuple(name for name, one in self.sections.items() if one.isChecked())

    def _say(self) -> None:
        """Say how many are on, which ones in the tip; the last one cannot be taken away."""
        on = [one for one in self.sections.values() if one.isChecked()]
        for one in self.sections.values():
            one.setEnabled(len(on) > 1 or one not in on)
        is_all = len(on) == len(self.sections)
        self.setText(_ALL if is_all else counted(len(on), "section"))
        said = "" if is_all else f": {', '.join(one.text().lower() for one in on)}"
        self.setToolTip(plain_tip(f"{_TIP}{said}"))
        self.setAccessibleDescription(f"{self.text()}{said}")
