"""Views beside another, or in windows of their own."""

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QWheelEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QWidget

from guiapp.look.parts import ElidedLabel, SideScroll, column, fitted, icon_button
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID

_SIZE = (900, 640)


class ViewScroll(SideScroll):
    """Where views need more room than a small window has: its bars move them.

    The wheel does not: it would zoom the next plot that comes under it.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(content, parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()

    def show_part(self, part: QWidget) -> None:
        """Bring the top of one of the views into sight."""
        bar = self.verticalScrollBar()
        if bar is not None:
            bar.setValue(part.y())


class ViewStack(QStackedWidget):
    """Shows one of several views; needs the room of that one, not of the widest of all."""

    def minimumSizeHint(self) -> QSize:
        seen = self.currentWidget()
        if seen is None:
            return super().minimumSizeHint()
        return seen.minimumSizeHint().expandedTo(seen.minimumSize())


class ViewFrame(QFrame):
    """Holds one view that is apart from the others, with its title and the way back.

    Parameters
    ----------
    name, title : str
        Of the view.
    content : QWidget
        The view.
    is_window : bool
        Whether it is a window of its own.
    """

    back_wanted = pyqtSignal(str)  # name of the view

    def __init__(
        self, name: str, title: str, content: QWidget, parent: QWidget, *, is_window: bool
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.content = content
        self.is_window = is_window
        self.setObjectName("viewWindow" if is_window else "viewFrame")
        self.setAccessibleName(title)
        if is_window:
            self.setWindowFlag(Qt.WindowType.Window)
            self.setWindowTitle(f"{title} \N{EM DASH} Fluxknot")
            self.resize(*_SIZE)
        self.back = icon_button("close", f"Put {title} back among the tabs")
        self.back.clicked.connect(lambda: self.back_wanted.emit(self.name))
        head = QHBoxLayout()
        fitted(head, spacing=2 * GRID)
        self.title = ElidedLabel(title, "heading")
        self.detail = ElidedLabel("", "dim", rows=2)
        head.addWidget(self.title)
        head.addWidget(self.detail, 1)
        head.addWidget(self.back)
        box = column(self, margin=3 * GRID if is_window else 0, spacing=2 * GRID)
        box.addWidget(SentenceRow(head, self.detail))
        box.addWidget(content, 1)
        content.show()

    def say(self, title: str, detail: str = "") -> None:
        """Say what the view shows: of which star, say."""
        self.title.set_full_text(title)
        self.detail.set_full_text(detail)
        if self.is_window:
            self.setWindowTitle(f"{title} \N{EM DASH} Fluxknot")

    def bring_forward(self) -> None:
        """Give the view the keyboard, above all other windows."""
        if self.is_window:
            self.raise_()
            self.activateWindow()
        self.content.setFocus()

    def give_back(self) -> QWidget:
        """Return the view and end the frame."""
        self.content.hide()
        self.content.setParent(None)
        self.hide()
        self.deleteLater()
        return self.content

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None:
            event.accept()
        self.back_wanted.emit(self.name)
