"""The list of all keys, made from the same tables that bind them."""

from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLineEdit, QWidget

from guiapp.dialogs.sheet import Sheet, scrolled
from guiapp.look.parts import Label, fitted
from guiapp.look.tokens import GRID

_HEIGHT = 440
_KEYS_WIDTH = 176


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of the list.

    Attributes
    ----------
    group : str
        Where it works: ``"File"``, ``"Response plot"``.
    text : str
        What it does.
    keys : tuple of str
        As they are written on keyboards; empty when there are none.
    reason : str
        Why there are none.
    """

    group: str
    text: str
    keys: tuple[str, ...]
    reason: str = ""


class KeysDialog(Sheet):
    """Every action and key, by place; type to find one."""

    def __init__(self, rows: tuple[KeyRow, ...], parent: QWidget | None = None) -> None:
        super().__init__("Keys", parent=parent, width=600)
        self.filter_field = QLineEdit()
        self.filter_field.setPlaceholderText("Filter")
        self.filter_field.setAccessibleName("Filter the keys")
        self._grid = QGridLayout()
        fitted(self._grid, spacing=GRID)
        self._grid.setHorizontalSpacing(6 * GRID)
        self._grid.setColumnStretch(0, 1)
        self._lines: list[tuple[str, str, tuple[Label, ...]]] = []
        self._titles: dict[str, Label] = {}
        for row in rows:
            self._add(row)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self.body.addWidget(self.filter_field)
        self.body.addWidget(scrolled(self._grid, height=_HEIGHT), 1)
        self.filter_field.textChanged.connect(self.show_only)
        self.add_button("Close", "primary").clicked.connect(self.accept)

    def show_only(self, typed: str) -> None:
        """Show the lines that hold every word of ``typed``."""
        words = typed.casefold().split()
        seen = set()
        for group, text, labels in self._lines:
            is_shown = all(word in text for word in words)
            for label in labels:
                label.setVisible(is_shown)
            if is_shown:
                seen.add(group)
        for group, title in self._titles.items():
            title.setVisible(group in seen)

    def shown(self) -> tuple[str, ...]:
        """Return the texts of the lines that are shown."""
        return tuple(labels[0].text() for _, _, labels in self._lines if not labels[0].isHidden())

    def _add(self, row: KeyRow) -> None:
        if row.group not in self._titles:
            title = Label(row.group, "section")
            title.setContentsMargins(0, 3 * GRID if self._titles else 0, 0, 0)
            self._titles[row.group] = title
            self._grid.addWidget(title, self._grid.rowCount(), 0, 1, 2)
        place = self._grid.rowCount()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        text = Label(row.text)
        text.setWordWrap(True)
        keys = Label("   ".join(row.keys) or row.reason, "text" if row.keys else "dim")
        keys.setWordWrap(not row.keys)
        keys.setAlignment(right)
        keys.setMinimumWidth(_KEYS_WIDTH)
        self._grid.addWidget(text, place, 0)
        self._grid.addWidget(keys, place, 1)
        said = f"{row.group} {row.text} {' '.join(row.keys)}".casefold()
        self._lines.append((row.group, said, (text, keys)))
