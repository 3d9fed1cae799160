"""The bookkeeping of a layout whose widgets go on in the next line."""

from abc import abstractmethod
from typing import Literal

from PyQt6.QtCore import QRect
from PyQt6.QtWidgets import QLayout, QLayoutItem, QWidget


class WrappedLayout(QLayout):
    """Widgets in lines: how many there are depends on the width. A subclass places them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []

    @abstractmethod
    def place(self, rect: QRect, act: Literal["measure", "move"]) -> int:
        """Return the height that the lines need; put the widgets there if asked to."""

    def addItem(self, item: QLayoutItem | None) -> None:  # noqa: N802  (Qt's name)
        if item is not None:
            self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  (Qt's name)
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802  (Qt's name)
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802  (Qt's name)
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  (Qt's name)
        return self.place(QRect(0, 0, width, 0), "measure")

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802  (Qt's name)
        super().setGeometry(rect)
        self.place(rect, "move")
