"""What an empty window shows: three ways to begin."""

from pathlib import Path

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QMouseEvent
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engine.demo_titles import DEMO_TITLES, FIRST_DEMO
from guiapp.look import icon, theme
from guiapp.look.parts import (
    Card,
    ElidedButton,
    ElidedLabel,
    Label,
    Surface,
    button,
    column,
    fitted,
    set_state,
)
from guiapp.look.places import place_texts
from guiapp.look.tokens import GRID

_WIDTH, _HEIGHT = 288, 328
_MARK = 56
_ICON = 28
_MOST_RECENT = 5


class Welcome(Surface):
    """Open files, open the demo, or go on with a session. Files can be dropped anywhere on it."""

    open_files_wanted = pyqtSignal()
    open_folder_wanted = pyqtSignal()
    open_session_wanted = pyqtSignal()
    demo_wanted = pyqtSignal(str)  # name of the set
    recent_chosen = pyqtSignal(str)  # path
    files_dropped = pyqtSignal(tuple)  # paths

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("welcome", parent)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Welcome: open files, the demo or a session")
        self.open_card = _Choice("drop", "Open files or a folder", "Or drop them anywhere here.")
        self.demo_card = _Choice(
            "demo",
            "Open the demo",
            "Ten simulated standard stars in twelve bands, with a known truth; the first time "
            "with a tour.",
        )
        self.recent_card = _Choice("recent", "Recent sessions", "")
        self.recent_buttons: list[QPushButton] = []
        self._recent_box = column(spacing=0)
        self._fill_cards()
        self._lay_out()
        self.show_recent(())

    def _fill_cards(self) -> None:
        files = button("Open files…", "primary", tip="Cubes, spectra, images, tables, references")
        folder = button("Open a folder…")
        demo = button("Open the demo")
        other = button("Open a session…")
        for one in (files, folder):
            self.open_card.add_button(one)
        others = column(spacing=0)
        for name, title in DEMO_TITLES.items():
            if name != FIRST_DEMO:
                others.addWidget(self._demo_button(name, title))
        self.demo_card.add_button(demo)
        self.demo_card.body.addLayout(others)
        self.recent_card.body.addLayout(self._recent_box)
        self.recent_card.add_button(other)
        files.clicked.connect(self.open_files_wanted)
        folder.clicked.connect(self.open_folder_wanted)
        demo.clicked.connect(lambda _checked: self.demo_wanted.emit(FIRST_DEMO))
        other.clicked.connect(self.open_session_wanted)

    def _demo_button(self, name: str, title: str) -> QPushButton:
        made = button(
            title, "quiet", icon_name="demo", tip=f"Simulated data of {title} with a known truth."
        )
        made.setProperty("align", "left")
        made.clicked.connect(lambda _checked: self.demo_wanted.emit(name))
        return made

    def _lay_out(self) -> None:
        box = column(self, margin=6 * GRID, spacing=0)
        mark = Label()
        mark.setPixmap(icon("fluxknot").pixmap(QSize(_MARK, _MARK), self.devicePixelRatioF()))
        mark.setAccessibleName("Fluxknot")
        title = Label("Fluxknot", "heading", size=1.9)
        said = Label("A workbench for the spectrophotometric calibration of JWST", "dim")
        head = QHBoxLayout()
        fitted(head, spacing=4 * GRID)
        words = column(spacing=GRID)
        words.addWidget(title)
        words.addWidget(said)
        head.addWidget(mark)
        head.addLayout(words)
        head.addStretch(1)
        cards = QHBoxLayout()
        fitted(cards, spacing=4 * GRID)
        for card in (self.open_card, self.demo_card, self.recent_card):
            cards.addWidget(card)
        middle = column(spacing=8 * GRID)
        middle.addLayout(head)
        middle.addLayout(cards)
        middle.addWidget(
            Label("Ctrl+K finds every action and view. F1 lists all keys.", "dim"),
            0,
            Qt.AlignmentFlag.AlignLeft,
        )
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(middle)
        row.addStretch(1)
        box.addStretch(2)
        box.addLayout(row)
        box.addStretch(3)

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """Offer the sessions opened last."""
        while self._recent_box.count():
            item = self._recent_box.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.recent_buttons = [self._recent_button(path) for path in paths[:_MOST_RECENT]]
        for one in self.recent_buttons:
            self._recent_box.addWidget(one)
        self.recent_card.say("" if paths else "None yet. Saved sessions will be listed here.")

    def _recent_button(self, path: str) -> QPushButton:
        name = Path(path).stem
        places = tuple(f"   {one}" for one in place_texts(path))
        made = ElidedButton(name, icon_name="recent", tip=path, tails=places)
        made.clicked.connect(lambda _checked: self.recent_chosen.emit(path))
        return made

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and _paths(event):
            set_state(self.open_card, "drop", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:
        set_state(self.open_card, "drop", "false")

    def dropEvent(self, event: QDropEvent | None) -> None:
        set_state(self.open_card, "drop", "false")
        if event is not None and _paths(event):
            event.acceptProposedAction()
            self.files_dropped.emit(_paths(event))


class _Choice(Card):
    """One large choice."""

    def __init__(self, icon_name: str, title: str, said: str) -> None:
        super().__init__(name=title)
        self.setObjectName("choice")
        self.setFixedSize(_WIDTH, _HEIGHT)
        fitted(self.box, margin=5 * GRID, spacing=3 * GRID)
        drawing = Label()
        self._drawing, self._icon_name = drawing, icon_name
        theme.changed.connect(self._redraw)
        heading = ElidedLabel(title, "heading", size=1.15)
        self._said = Label(said, "dim")
        self._said.setWordWrap(True)
        self.body: QVBoxLayout = column(spacing=GRID)
        self._buttons = column(spacing=2 * GRID)
        self._first: QPushButton | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._redraw()
        self.box.addWidget(drawing)
        self.box.addWidget(heading)
        self.box.addWidget(self._said)
        self.box.addLayout(self.body)
        self.box.addStretch(1)
        self.box.addLayout(self._buttons)

    def add_button(self, made: QPushButton) -> None:
        """Add a button; a click anywhere on the card is a click on the first one."""
        self._first = self._first or made
        made.setCursor(Qt.CursorShape.ArrowCursor)
        self._buttons.addWidget(made)

    def say(self, text: str) -> None:
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._first is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self.rect().contains(event.position().toPoint()):
            self._first.click()

    def _redraw(self) -> None:
        size, ratio = QSize(_ICON, _ICON), self.devicePixelRatioF()
        self._drawing.setPixmap(icon(self._icon_name, "dim").pixmap(size, ratio))


def _paths(event: QDropEvent) -> tuple[str, ...]:
    data = event.mimeData()
    urls = [] if data is None else data.urls()
    return tuple(url.toLocalFile() for url in urls if url.isLocalFile())
