"""What a view means, how to read it, and what the mouse does in it."""

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QFrame, QTextBrowser, QWidget

from guiapp.dialogs.sheet import Sheet

_SIZE = (720, 520)


class ViewHelpDialog(Sheet):
    """Shows a page of the program's own help."""

    def __init__(self, title: str, markdown: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent, width=_SIZE[0])
        self.page = QTextBrowser()
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setAccessibleName(f"Help on {title}")
        self.page.setOpenLinks(False)
        self.page.setMarkdown(markdown)
        self.body.addWidget(self.page, 1)
        self.grow_with_window(QSize(*_SIZE))
        self.add_button("Close", "primary").clicked.connect(self.accept)
