"""A row of controls that goes on in the next line where it has no room."""

from typing import Literal

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtWidgets import QHBoxLayout, QLayoutItem, QWidget

from guiapp.look.parts import fitted
from guiapp.look.tokens import GRID
from guiapp.look.wrapped_layout import WrappedLayout

_Line = list[QLayoutItem]


class WrapRow(WrappedLayout):
    """Widgets side by side, in as many lines as they need: the widest tells the least width.

    Parameters
    ----------
    spacing : int
        Between two widgets; half of it between two lines.
    """

    def __init__(self, *, spacing: int = 2 * GRID) -> None:
        super().__init__()
        fitted(self, spacing=spacing)
        self._right = -1  # place of the first that goes to the right end; -1: none

    def push_right(self) -> None:
        """Put what is added from now on at the right end of its line."""
        self._right = len(self._items)

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802  (Qt's name)
        return Qt.Orientation(0)

    def sizeHint(self) -> QSize:
        seen = [item.sizeHint() for item in self._items if not item.isEmpty()]
        gaps = self.spacing() * max(len(seen) - 1, 0)
        widths, heights = [one.width() for one in seen], [one.height() for one in seen]
        return QSize(sum(widths) + gaps, max(heights, default=0))

    def minimumSize(self) -> QSize:  # noqa: N802  (Qt's name)
        seen = [item.minimumSize() for item in self._items if not item.isEmpty()]
        widths, heights = [one.width() for one in seen], [one.height() for one in seen]
        return QSize(max(widths, default=0), max(heights, default=0))

    def place(self, rect: QRect, act: Literal["measure", "move"]) -> int:
        top = rect.top()
        for line in self._lines(rect.width()):
            height = max(item.sizeHint().height() for item in line)
            if act == "move":
                self._move(line, QRect(rect.left(), top, rect.width(), height))
            top += height + self.spacing() // 2
        return max(top - self.spacing() // 2 - rect.top(), 0)

    def _lines(self, width: int) -> list[_Line]:
        """Return what stands in each line."""
        lines: list[_Line] = []
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            own = item.sizeHint().width()
            if not lines or used + self.spacing() + own > width:
                lines.append([item])
                used = own
            else:
                lines[-1].append(item)
                used += self.spacing() + own
        return lines

    def _move(self, line: _Line, room: QRect) -> None:
        """Put the widgets of one line in their places, in the middle of its height."""
        sizes = [item.sizeHint() for item in line]
        free = room.width() - sum(one.width() for one in sizes) - self.spacing() * (len(line) - 1)
        to_right = self._items[self._right :] if self._right >= 0 else []
        x = room.left()
        for place, (item, size) in enumerate(zip(line, sizes, strict=True)):
            if place and item in to_right and line[place - 1] not in to_right:
                x += max(free, 0)
            width = min(size.width(), room.width())
            down = (room.height() - size.height()) // 2
            item.setGeometry(QRect(x, room.top() + down, width, size.height()))
            x += size.width() + self.spacing()


def together(*widgets: QWidget, spacing: int = 2 * GRID) -> QWidget:
    """Return ``widgets`` as one that is not parted at the end of a line."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    fitted(row, spacing=spacing)
    for one in widgets:
        row.addWidget(one)
    return whole
