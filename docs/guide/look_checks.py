"""What code can see of a window's look: clipped, overlapping, raw, without unit, empty, pale."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

import numpy as np
from PyQt6.QtCore import QModelIndex, QRect, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QFontMetricsF, QImage, QPixmap, QTextCursor
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QGraphicsTextItem,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

from guiapp.look.fonts import resized
from guiapp.look.parts import ChoiceBox, ElidedButton
from guiapp.look.table_parts import StackedCells, TightHeader
from guiapp.plots.axes import NumberAxis
from guiapp.plots.canvas import PlotCanvas
from guiapp.plots.legend import LegendButton
from guiapp.plots.message import PlotMessage
from guiapp.views.source_map import SourceMap

_READABLE = 4.5  # contrast of small text (WCAG 2, level AA)
_MARGIN = 4.0  # pixels around the text of a label
_ROUNDING = 0.5  # of a pixel: ink may end exactly at the edge
_LONG = 130.0  # pixels of an axis that has room for two numbers
_MARKED = 3.0  # and of what is switched off
_RAW = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")
_TIP = Qt.ItemDataRole.ToolTipRole
_WORDS = re.compile(r"\w")
_CUT = re.compile(r"\S…|…\S")
_FILE = re.compile(
    r"(?<!\S)/\S+|\S*\.(?:fits|fits\.gz|ecsv|asdf|json|csv|fluxknot|toml|pmap)\b\S*|\bjw\d\S*"
    r"|\b\w+_\d{3}\b|\bdemo_renamed\b"  # stems of models, the session of the demo
)
_UNIT = re.compile(
    r"\([^)]+\)|°|″|%|σ|S/N|/|[Rr]atio|factor|number|count of|pixel|order|transmission"
    r"|energy|correction|flat|[Oo]ver|relative|Days since|Column|Row|Sources"  # ratios, places
    r"|^Response$|^F\w+$"  # of a filter; panels of filters share a quantity
)


def findings(window: QWidget) -> tuple[str, ...]:
    """Return what is wrong with the look of ``window`` as it is shown now, a sentence each."""
    parts = [one for one in window.findChildren(QWidget) if one.window() is window]
    seen = [one for one in (window, *parts) if _is_seen(one, window)]
    checks: tuple[Callable[[list[QWidget]], Iterable[str]], ...] = (
        clipped, scrolled, covered, overlapping, raw_names, without_unit, empty_plots,
    )  # fmt: skip
    found = [finding for check in checks for finding in check(seen)]
    return tuple(dict.fromkeys((*found, *pale(seen, window.grab()))))


def clipped(seen: list[QWidget]) -> Iterator[str]:
    """Yield what has less room than its text needs, and does not say so with … and a tip."""
    for widget in seen:
        text, needed, room = _needs(widget)
        if text and needed > room + 1:
            yield f"clipped: {_called(widget)} {text!r} needs {needed} px and has {room} px"
        if isinstance(widget, QTableView):
            yield from _clipped_cells(widget)
        if isinstance(widget, PlotCanvas):
            yield from _clipped_labels(widget)


def scrolled(seen: list[QWidget]) -> Iterator[str]:
    """Yield tables that show some columns only after scrolling."""
    for table in seen:
        header = table.horizontalHeader() if isinstance(table, QTableView) else None
        if isinstance(table, QTableView) and header is not None:
            needed, room = header.length(), table.viewport().width()
            if needed > room and table.horizontalScrollBar().isEnabled():
                name = table.accessibleName()
                yield f"scrolls: table {name!r} needs {needed} px and has {room} px"


def cut_texts(window: QWidget) -> tuple[str, ...]:
    """Return the texts that are cut with … and whole in their tips: names may, words should not."""
    parts = [one for one in window.findChildren(QWidget) if one.window() is window]
    cut = []
    for one in parts:
        if _is_seen(one, window):
            texts = [one.text()] if isinstance(one, QLabel) and one.toolTip() else []
            texts += [one.shown_text()] if isinstance(one, ChoiceBox) else []
            cut += [f"{_called(one)} {text!r}" for text in texts if _CUT.search(text)]
    return tuple(dict.fromkeys(cut))


def covered(seen: list[QWidget]) -> Iterator[str]:
    """Yield what sticks out of what it lies in."""
    for widget in seen:
        parent = widget.parentWidget()
        if parent is None or widget.isWindow() or not _text_of(widget) or _scrolls(widget):
            continue
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            yield f"cut off: {_called(widget)} {_text_of(widget)!r} sticks out of its parent"


def overlapping(seen: list[QWidget]) -> Iterator[str]:
    """Yield texts and controls that lie over each other."""
    parts = [one for one in seen if _text_of(one) and not isinstance(one, PlotMessage)]
    by_parent: dict[int, list[QWidget]] = {}
    for one in parts:
        by_parent.setdefault(id(one.parentWidget()), []).append(one)
    for group in by_parent.values():
        for one, other in combinations(group, 2):
            if one.geometry().intersects(other.geometry()):
                yield f"overlap: {_text_of(one)!r} and {_text_of(other)!r}"


def raw_names(seen: list[QWidget]) -> Iterator[str]:
    """Yield names of code in texts."""
    for widget in seen:
        for text in (*_texts_of(widget), *_axis_texts(widget)):
            for name in _RAW.findall(_FILE.sub("", text)):
                yield f"raw name: {name!r} in {_called(widget)} {text!r}"


def without_unit(seen: list[QWidget]) -> Iterator[str]:
    """Yield labels of axes that name no unit, and seem to need one."""
    for plot in seen:
        if isinstance(plot, PlotCanvas):
            for axis in _axes(plot):
                if axis.labelText and not axis.names and not _UNIT.search(axis.labelText):
                    yield f"no unit: axis {axis.labelText!r} of {plot.accessibleName()!r}"


def empty_plots(seen: list[QWidget]) -> Iterator[str]:
    """Yield plots with axes and nothing in them, and axes with fewer than two numbers."""
    for plot in seen:
        if not isinstance(plot, PlotCanvas):
            continue
        says = any(one.isVisible() for one in plot.findChildren(PlotMessage))
        shown = plot._layer_bounds() or (plot.all_bounds() if plot.all_bounds else None)
        if shown is None and not says:
            yield f"empty: plot {plot.accessibleName()!r} has axes, but shows nothing"
        for axis in _axes(plot):
            numbered = axis.isVisible() and axis.style["showValues"] and _length(axis) >= _LONG
            if numbered and len(_labeled(axis)) < 2:
                yield f"ticks: {axis.orientation} axis of {plot.accessibleName()!r} has < 2 numbers"


def pale(seen: list[QWidget], picture: QPixmap) -> Iterator[str]:
    """Yield texts that stand out too little from what is behind them."""
    scale = picture.devicePixelRatio()
    pixels = _pixels(picture)
    for widget in seen:
        if not isinstance(widget, QLabel | QAbstractButton) or not _WORDS.search(_text_of(widget)):
            continue
        corner = widget.mapTo(widget.window(), widget.rect().topLeft())
        area = QRect(corner, widget.size())
        rows = slice(max(round(area.top() * scale), 0), round((area.bottom() + 1) * scale))
        columns = slice(max(round(area.left() * scale), 0), round((area.right() + 1) * scale))
        found = most_contrast(pixels[rows, columns].reshape(-1, 3))
        is_off = isinstance(widget, LegendButton) and not widget.isChecked()
        wanted = _MARKED if is_off else _READABLE
        if widget.isEnabled() and _shows_a_line(widget) and found < wanted * 0.95:
            yield f"pale: {_called(widget)} {_text_of(widget)!r} has a contrast of {found:.1f}"


def most_contrast(pixels: np.ndarray) -> float:
    """Return the contrast of the most common color to that which differs most from it."""
    if not len(pixels):
        return np.inf
    colors, counts = np.unique(pixels, axis=0, return_counts=True)
    light = _luminance(colors)
    back = light[np.argmax(counts)]
    low, high = np.minimum(light, back), np.maximum(light, back)
    return float(np.max((high + 0.05) / (low + 0.05)))


# Parts


def _is_seen(widget: QWidget, window: QWidget) -> bool:
    painted = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    is_there = widget.isVisibleTo(window) and painted is not None
    return is_there and painted is not None and not painted.visibleRegion().isEmpty()


def _needs(widget: QWidget) -> tuple[str, int, int]:
    """Return a text, what it needs and what it has, in pixels."""
    text, metrics = _text_of(widget), widget.fontMetrics()
    if isinstance(widget, ElidedButton) and widget.toolTip():
        return "", 0, 0
    if isinstance(widget, ChoiceBox):  # it cuts its text itself, and says it in a tip
        return _longest_choice(widget)
    if isinstance(widget, QLabel) and widget.wordWrap():
        return text, widget.heightForWidth(widget.width()), widget.height()
    if isinstance(widget, QPushButton | QToolButton | LegendButton | QCheckBox | QRadioButton):
        return text, widget.sizeHint().width(), widget.width()
    widest = max((metrics.horizontalAdvance(line) for line in text.split("\n")), default=0)
    is_cut_with_tip = "…" in text and bool(widget.toolTip())
    return ("", 0, 0) if is_cut_with_tip else (text, widest, _room(widget))


def _longest_choice(box: ChoiceBox) -> tuple[str, int, int]:
    """Return the longest choice that may be shown, unless it is a name: those may be cut."""
    if not box.has_words:
        return "", 0, 0
    advance = box.fontMetrics().horizontalAdvance
    longest = max((box.itemText(i) for i in range(box.count())), key=advance, default="")
    return longest, advance(longest), _field_width(box)


def _room(widget: QWidget) -> int:
    """Return the width that is left for the text of a label or a field."""
    if isinstance(widget, QLabel):
        return widget.contentsRect().width() - 2 * widget.margin()
    if isinstance(widget, QComboBox):
        return _field_width(widget)
    if isinstance(widget, QLineEdit):
        return widget.contentsRect().width() - 4
    return 10**6


def _field_width(box: QComboBox) -> int:
    option, style = QStyleOptionComboBox(), box.style()
    box.initStyleOption(option)
    assert style is not None
    field = QStyle.SubControl.SC_ComboBoxEditField
    return style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, box).width()


def _clipped_labels(plot: PlotCanvas) -> Iterator[str]:
    """Yield labels of axes that are longer than their plot."""
    room = QRectF(plot.rect()).adjusted(-_ROUNDING, -_ROUNDING, _ROUNDING, _ROUNDING)
    for axis in _axes(plot):
        label = axis.label
        if axis.isVisible() and axis.labelText and label is not None and label.isVisible():
            place, metrics = label.boundingRect(), QFontMetricsF(_font_of(label))
            blank = place.width() - metrics.tightBoundingRect(label.toPlainText()).width()
            inked = place.adjusted(blank / 2, _MARGIN, -blank / 2, -_MARGIN)
            if not room.contains(label.mapRectToScene(inked)):
                yield f"clipped: axis {axis.labelText!r} of {plot.accessibleName()!r}"


def _font_of(label: QGraphicsTextItem) -> QFont:
    """Return the font of a label; one that is short of room is written smaller."""
    cursor, font = QTextCursor(label.document()), QFont(label.font())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    font.setPointSizeF(cursor.charFormat().fontPointSize() or font.pointSizeF())
    return font


def _shows_a_line(widget: QWidget) -> bool:
    """Tell whether a whole line is seen of what may be scrolled out of sight."""
    seen = widget.visibleRegion().boundingRect().height()
    return seen >= min(widget.fontMetrics().height(), widget.height())


def _clipped_cells(table: QTableView) -> Iterator[str]:
    header, model = table.horizontalHeader(), table.model()
    if header is None or model is None:
        return
    metrics, name = table.fontMetrics(), table.accessibleName()
    for column in (i for i in range(model.columnCount()) if not table.isColumnHidden(i)):
        width, title = header.sectionSize(column), _header_text(header, column)
        if not header.isHidden() and _title_width(header, column, title) > width:
            yield f"clipped: column {title!r} of {name!r} in its header"
        for row in range(model.rowCount()):
            for text in _lines(table, model.index(row, column)):
                if metrics.horizontalAdvance(text) > width:
                    yield f"clipped: cell {text!r} of column {title!r} of {name!r}"


def _lines(table: QTableView, cell: QModelIndex) -> tuple[str, ...]:
    """Return what a cell shows, unless its tip says it too."""
    cells, width = table.itemDelegate(), table.columnWidth(cell.column())
    if cell.data(_TIP):
        return ()
    if isinstance(cells, StackedCells):
        return cells.lines(cell, width, table.fontMetrics())
    return (str(cell.data() or ""),)


def _title_width(header: QHeaderView, column: int, title: str) -> int:
    if isinstance(header, TightHeader):
        return header.width_of(column, title)
    around = header.parentWidget()
    scale = around.text_scale if isinstance(around, SourceMap) else 1.0
    metrics = QFontMetrics(resized(header.font(), scale))
    return max(map(metrics.horizontalAdvance, title.split("\n")))


def _header_text(header: QHeaderView, column: int) -> str:
    if isinstance(header, TightHeader):
        return header.title(column)
    model = header.model()
    return "" if model is None else str(model.headerData(column, header.orientation()))


def _text_of(widget: QWidget) -> str:
    texts = _texts_of(widget)
    return texts[0] if texts else ""


def _texts_of(widget: QWidget) -> tuple[str, ...]:
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return (widget.text(),) if widget.text() else ()
    if isinstance(widget, QComboBox):
        return (widget.currentText(),) if widget.currentText() else ()
    if isinstance(widget, QTabBar):
        return tuple(widget.tabText(i) for i in range(widget.count()) if widget.isTabVisible(i))
    if isinstance(widget, QTableView):
        header, model = widget.horizontalHeader(), widget.model()
        if header is not None and model is not None:
            return tuple(_header_text(header, i) for i in range(model.columnCount()))
    return ()


def _axis_texts(widget: QWidget) -> tuple[str, ...]:
    if not isinstance(widget, PlotCanvas):
        return ()
    return tuple(text for axis in _axes(widget) for text in (axis.labelText, *axis.names))


def _axes(plot: PlotCanvas) -> tuple[NumberAxis, ...]:
    item = plot.getPlotItem()
    return tuple(
        axis
        for axis in (item.getAxis("bottom"), item.getAxis("left"))
        if isinstance(axis, NumberAxis)
    )


def _length(axis: NumberAxis) -> float:
    is_flat = axis.orientation in {"bottom", "top"}
    return float(axis.size().width() if is_flat else axis.size().height())


def _labeled(axis: NumberAxis) -> list[float]:
    low, high = axis.range
    levels = axis.tickValues(low, high, _length(axis))
    return list(levels[0][1]) if levels else []


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    outer = None if parent is None else parent.parentWidget()
    return isinstance(parent, QAbstractScrollArea) or isinstance(outer, QAbstractScrollArea)


def _called(widget: QWidget) -> str:
    return type(widget).__name__


def _pixels(picture: QPixmap) -> np.ndarray:
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    bits = image.constBits()
    assert bits is not None
    rows = np.frombuffer(bits.asstring(image.sizeInBytes()), dtype=np.uint8)
    return rows.reshape(image.height(), -1)[:, : 3 * image.width()].reshape(
        image.height(), image.width(), 3
    )


def _luminance(colors: np.ndarray) -> np.ndarray:
    """Return the relative luminance of sRGB colors (WCAG 2)."""
    share = colors / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
