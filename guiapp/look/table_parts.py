"""The header and the cells of a table of results where two columns stand below each other."""

from collections.abc import Callable, Mapping

from PyQt6.QtCore import QEvent, QModelIndex, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPalette
from PyQt6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionHeader,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from guiapp.look.themes import theme

_PADDING = 4  # at both sides of a title: a pixel more than the style sheet says
_CELL_PADDING = 3  # at both sides of a cell, as Qt has it
_NARROWEST = 16  # pixels of a column
_INDENT = "\N{EN SPACE}"
_ARROWS = {Qt.SortOrder.AscendingOrder: " ↑", Qt.SortOrder.DescendingOrder: " ↓"}
_NO_COLUMNS: frozenset[int] = frozenset()


class TightHeader(QHeaderView):
    """A header that keeps room for the arrow of sorting only where one is, behind the title.

    Its titles may have several lines; where one column stands below another, a click on the lower
    half of the title sorts by the lower one. Columns that are ``indented`` keep away from the one
    before them.
    """

    indented = _NO_COLUMNS

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setMinimumSectionSize(_NARROWEST)
        self._titles: Mapping[int, str] = {}
        self._below: Mapping[int, int] = {}
        self._pressed = -1
        self.setSectionsClickable(True)
        self.sortIndicatorChanged.connect(lambda *_: self._measure_again())

    def show_titles(self, titles: Mapping[int, str], below: Mapping[int, int]) -> None:
        """Show ``titles`` instead of those of the model."""
        if (titles, below) != (self._titles, self._below):
            self._titles, self._below = dict(titles), dict(below)
            self._measure_again()

    def title(self, section: int) -> str:
        """Return a title as it is shown."""
        model = self.model()
        written = "" if model is None else str(model.headerData(section, self.orientation()))
        return self._titles.get(section, written)

    def width_of(self, section: int, title: str) -> int:
        """Return the width that ``title`` needs in a place, with its arrow if it has one."""
        font = self.font()
        font.setWeight(QFont.Weight.DemiBold)
        advance = QFontMetrics(font).horizontalAdvance
        is_sorted = self.sortIndicatorSection() in self._keys(section)
        arrow = advance(max(_ARROWS.values(), key=advance)) if is_sorted else 0
        indent = advance(_INDENT) if section in self.indented else 0
        return max(map(advance, title.split("\n"))) + 2 * _PADDING + arrow + indent

    def sectionSizeFromContents(self, section: int) -> QSize:  # noqa: N802  (Qt's name)
        whole, title = super().sectionSizeFromContents(section), self.title(section)
        more = title.count("\n") * self.fontMetrics().lineSpacing()
        return QSize(self.width_of(section, title), whole.height() + more)

    def initStyleOptionForIndex(  # noqa: N802  (Qt's name)
        self, option: QStyleOptionHeader | None, section: int
    ) -> None:
        super().initStyleOptionForIndex(option, section)
        if option is not None:
            marked = self._with_arrow(section, self.title(section))
            option.text = _indented(marked, section in self.indented)
            option.sortIndicator = QStyleOptionHeader.SortIndicator.None_  # it lies over the title

    def _with_arrow(self, section: int, title: str) -> str:
        """Return a title with an arrow in the line of what the table is sorted by."""
        key, lines = self.sortIndicatorSection(), title.split("\n")
        if key not in self._keys(section):
            return title
        is_upper = section in self._below and key == section
        lines[-2 if is_upper else -1] += _ARROWS[self.sortIndicatorOrder()]
        return "\n".join(lines)

    def viewportEvent(self, event: QEvent | None) -> bool:
        """Say of a title of two columns what both are."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            section = self.logicalIndexAt(event.pos())
            if section in self._below:
                QToolTip.showText(event.globalPos(), self._both_tips(section), self)
                return True
        return super().viewportEvent(event)

    def _both_tips(self, section: int) -> str:
        model, role = self.model(), Qt.ItemDataRole.ToolTipRole
        if model is None:
            return ""
        tips = [
            str(model.headerData(key, self.orientation(), role) or "")
            for key in self._keys(section)
        ]
        return "<hr>".join(tip for tip in tips if tip)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        self._pressed = -1 if event is None else self._lower_at(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        lower = -1 if event is None else self._lower_at(event)
        if lower < 0 or lower != self._pressed:
            super().mouseReleaseEvent(event)
            return
        self.setSectionsClickable(False)  # it would sort by the upper one
        super().mouseReleaseEvent(event)
        self.setSectionsClickable(True)
        ascending, descending = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        if self.sortIndicatorSection() != lower:
            self.setSortIndicator(lower, ascending)
        elif self.sortIndicatorOrder() == ascending:
            self.setSortIndicator(lower, descending)
        else:
            self.setSortIndicator(-1, ascending)

    def _lower_at(self, event: QMouseEvent) -> int:
        """Return the column that stands below another where the mouse is, or -1."""
        if event.button() != Qt.MouseButton.LeftButton:
            return -1
        place = event.position().toPoint()
        lower = self._below.get(self.logicalIndexAt(place), -1)
        return lower if place.y() > self.height() / 2 else -1

    def _keys(self, section: int) -> tuple[int, ...]:
        return (section, self._below[section]) if section in self._below else (section,)

    def _measure_again(self) -> None:
        self.headerDataChanged(self.orientation(), 0, max(self.count() - 1, 0))


class StackedCells(QStyledItemDelegate):
    """Draws the cells of two columns below each other, and long texts in two lines there.

    ``text_below`` tells what a cell shows below another one.
    """

    indented = _NO_COLUMNS

    def __init__(self, parent: QWidget, text_below: Callable[[QModelIndex], str]) -> None:
        super().__init__(parent)
        self._text_below = text_below
        self.below: Mapping[int, int] = {}

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        lines = self.lines(index, option.rect.width() - 2 * _CELL_PADDING, option.fontMetrics)
        if painter is None or len(lines) == 1:
            super().paint(painter, option, index)
            return
        drawn = QStyleOptionViewItem(option)
        self.initStyleOption(drawn, index)
        drawn.text = ""
        table = drawn.widget
        style = None if table is None else table.style()
        if style is not None:
            style.drawControl(QStyle.ControlElement.CE_ItemViewItem, drawn, painter, table)
        painter.save()
        is_pair = index.column() in self.below
        # Names differ at their ends; a sentence is cut at its own.
        is_name = index.column() == 0
        elide = Qt.TextElideMode.ElideMiddle if is_name else Qt.TextElideMode.ElideRight
        tones = (drawn.palette.color(QPalette.ColorRole.Text), QColor(theme.tokens.dim))
        shown = _indented("\n".join(lines), index.column() in self.indented).split("\n")
        places = _halves(option.rect, option.fontMetrics)
        for is_second, (line, place) in enumerate(zip(shown, places, strict=True)):
            painter.setPen(tones[is_pair and is_second])
            cut = option.fontMetrics.elidedText(line, elide, place.width())
            painter.drawText(place, drawn.displayAlignment, cut)
        painter.restore()

    def initStyleOption(  # noqa: N802  (Qt's name)
        self, option: QStyleOptionViewItem | None, index: QModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if option is not None:
            option.text = _indented(option.text or "", index.column() in self.indented)

    def lines(self, index: QModelIndex, room: int, metrics: QFontMetrics) -> tuple[str, ...]:
        """Return what a cell shows in ``room`` pixels: a line, or two in a row that has two."""
        text = str(index.data() or "")
        if not self.below:
            return (text,)
        if index.column() in self.below:
            return (text, self._text_below(index.siblingAtColumn(self.below[index.column()])))
        return _parted(text, room, metrics.horizontalAdvance)


def _indented(text: str, is_indented: bool) -> str:  # noqa: FBT001  (a fact)
    return "\n".join(_INDENT + line for line in text.split("\n")) if is_indented else text


def _halves(cell: QRect, metrics: QFontMetrics) -> tuple[QRect, QRect]:
    """Return where the two lines of a cell go."""
    inner = cell.adjusted(_CELL_PADDING, 0, -_CELL_PADDING, 0)
    height = metrics.height()
    top = inner.top() + (inner.height() - 2 * height) // 2
    return (
        QRect(inner.left(), top, inner.width(), height),
        QRect(inner.left(), top + height, inner.width(), height),
    )


def _parted(text: str, room: int, advance: Callable[[str], int]) -> tuple[str, ...]:
    """Return a text that is too long for ``room`` in two lines, as even as its words allow."""
    ends = [at + 1 for at, sign in enumerate(text[:-1]) if sign in " /"]
    if advance(text) <= room or not ends:
        return (text,)
    parts = [(text[:end].rstrip(" "), text[end:]) for end in ends]
    return min(parts, key=lambda two: max(map(advance, two)))
