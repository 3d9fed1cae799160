"""One sentence above the plot that something needs care."""

from collections.abc import Callable

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from guiapp.look.parts import ElidedLabel, icon_button, set_state
from guiapp.look.tokens import GRID

Way = tuple[str, Callable[[], object]]  # out of what a notice says: title of a button, what it does


class Notice(QWidget):
    """One or two lines above the plot that something needs care, and what to do; can be closed."""

    closed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = ElidedLabel(rows=2)
        self.act = QPushButton()
        self.act.setProperty("kind", "quiet")
        self.act.setAccessibleName("What to do about it")
        self._way: Callable[[], object] = self.clear
        self.shut = icon_button("close", "Close this notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.setSpacing(2 * GRID)
        row.addWidget(self.text, 1)
        row.addWidget(self.act)
        row.addWidget(self.shut)
        self.act.clicked.connect(self._on_act)
        self.shut.clicked.connect(self._on_shut)
        self.hide()

    def show_notice(
        self, what: str, hint: str = "", kind: str = "care", way: Way | None = None
    ) -> None:
        """Show a sentence and the way out, perhaps as a button. Kinds: ok, care, wrong."""
        self.act.setVisible(way is not None)
        if way is not None:
            self.act.setText(way[0])
            self.act.setAccessibleName(way[0])
            self._way = way[1]
        set_state(self, "kind", kind)
        self.text.set_full_text(f"{what} {hint}".strip())
        self.show()

    def clear(self) -> None:
        """Take the notice away."""
        self.hide()

    def _on_act(self) -> None:
        self._way()

    def _on_shut(self) -> None:
        self.hide()
        self.closed.emit()
