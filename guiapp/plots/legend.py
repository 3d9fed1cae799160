"""A legend of buttons: each shows how something is drawn, and hides or shows it."""

from dataclasses import dataclass
from typing import Literal

from PyQt6 import sip
from PyQt6.QtCore import QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QBrush, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QSizePolicy,
    QWidget,
)

from guiapp.look import theme
from guiapp.look.fonts import resized
from guiapp.look.parts import plain_tip
from guiapp.look.wrapped_layout import WrappedLayout
from guiapp.plots.colors import color_of
from guiapp.plots.stamps import PointStyle, draw_symbol

SwatchKind = Literal[
    "line", "dashed", "dotted", "points", "solid band", "hatched band", "bars", "edges"
]  # fmt: skip

_DASHES = {"dashed": [3.0, 2.0], "dotted": [1.0, 2.0]}
_SWATCH = 20
_PAD = 5
_HEIGHT = 22
_TEXT_SIZE = 0.92
_MOST_ROWS = 2  # of whole names
_SHORT = 112  # pixels of a name that is cut
_FAINT, _FAINT_TEXT = 0.38, 0.78  # of what is switched off: its name can still be read


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One thing that a plot draws.

    Attributes
    ----------
    name : str
        Name in code.
    text : str
        Name on the screen.
    kind : str
        How its swatch is drawn.
    color : str
        A name of `guiapp.plots.colors.color_of`.
    style : PointStyle or None
        The symbol, for ``"points"``.
    tip : str
        What it means, in a sentence.
    shown : bool
        Whether it is on at first.
    """

    name: str
    text: str
    kind: SwatchKind
    color: str
    style: PointStyle | None = None
    tip: str = ""
    shown: bool = True


class LegendBar(QWidget):
    """The entries in a row that wraps. What is switched off stays readable, but faint.

    Long names are cut where the whole ones would take many rows.
    """

    switched = pyqtSignal(str, bool)  # name, whether it is shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Legend")
        self._buttons: dict[str, LegendButton] = {}
        self._wishes: dict[str, bool] = {}  # of entries that are not listed now
        self._flow = FlowLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._refit)

    @property
    def buttons(self) -> dict[str, "LegendButton"]:
        """The entries by name."""
        return dict(self._buttons)

    def set_entries(
        self, entries: tuple[LegendEntry, ...], *, later: tuple[LegendEntry, ...] = ()
    ) -> None:
        """Show ``entries``, in this order; those that were switched off stay off.

        Room is kept for those that may come ``later``: they move nothing under the hand then.
        """
        wanted = [entry.name for entry in entries]
        for name in [name for name in self._buttons if name not in wanted]:
            gone = self._buttons.pop(name)
            self._wishes[name] = gone.isChecked()
            self._flow.drop(gone)
            gone.deleteLater()
        for entry in entries:
            if entry.name in self._buttons:
                self._buttons[entry.name].set_entry(entry)
            else:
                self._add(entry)
        self._flow.arrange([self._buttons[name] for name in wanted])
        metrics = QFontMetrics(resized(self.font(), _TEXT_SIZE))
        self._flow.kept = tuple(_width_of(entry.text, metrics) for entry in later)
        self._make_room()

    def is_on(self, name: str) -> bool:
        """Return whether an entry is shown; one that was never listed counts as shown."""
        button = self._buttons.get(name)
        return self._wishes.get(name, True) if button is None else button.isChecked()

    def prefer(self, name: str, *, shown: bool) -> None:
        """Show an entry or do not; one that is not listed yet begins so."""
        if name not in self._buttons:
            self._wishes[name] = shown
        elif self.is_on(name) != shown:
            self.switch(name)

    def switch(self, name: str) -> None:
        """Turn one entry off or on, as a click does."""
        if name in self._buttons:
            self._buttons[name].click()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self._cut()
            self.setMinimumHeight(self._flow.heightForWidth(self.width()))

    def _refit(self) -> None:
        """Take the size of text in use."""
        for one in self._buttons.values():
            one.setFont(resized(QApplication.font(), _TEXT_SIZE))
            one.updateGeometry()
        self._make_room()
        self.update()

    def _make_room(self) -> None:
        """Take another row when one is needed, but give none back: what is below stays in place."""
        self._cut()
        needed = self._flow.heightForWidth(self.width())
        if needed > self.minimumHeight() or not self._buttons:
            self.setMinimumHeight(needed)

    def _cut(self) -> None:
        """Cut long names if the whole ones take too many rows."""
        for one in self._buttons.values():
            one.set_limit(None)
        if self._flow.heightForWidth(self.width()) > _MOST_ROWS * _HEIGHT:
            for one in self._buttons.values():
                one.set_limit(_SHORT)

    def _add(self, entry: LegendEntry) -> None:
        shown = self._wishes.pop(entry.name, entry.shown)
        button = LegendButton(entry, self)
        button.setChecked(shown)
        button.toggled.connect(lambda on, name=entry.name: self.switched.emit(name, on))
        self._buttons[entry.name] = button
        self._flow.addWidget(button)
        button.show()
        if not shown:
            self.switched.emit(entry.name, False)  # noqa: FBT003  (a signal has no keywords)


class LegendButton(QAbstractButton):
    """One entry: a swatch and a name."""

    def __init__(self, entry: LegendEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(entry.shown)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(resized(self.font(), _TEXT_SIZE))
        self._limit: int | None = None
        self.set_entry(entry)

    def set_entry(self, entry: LegendEntry) -> None:
        """Take the text, the swatch and the tip of ``entry``."""
        self.entry = entry
        self.setText(entry.text)
        self.setAccessibleName(f"Show {entry.text}")
        self.updateGeometry()
        self.update()
        self._say_tip()

    def set_limit(self, limit: int | None) -> None:
        """Cut the name to ``limit`` pixels; `None`: show all of it."""
        if limit != self._limit:
            self._limit = limit
            self.updateGeometry()
            self.update()
            self._say_tip()

    def shown_text(self) -> str:
        """Return the name, as much of it as there is room for."""
        whole, cut = self.text(), Qt.TextElideMode.ElideMiddle
        return (
            whole if self._limit is None else self.fontMetrics().elidedText(whole, cut, self._limit)
        )

    def _say_tip(self) -> None:
        name = "" if self.shown_text() == self.text() else self.text()
        self.setToolTip(plain_tip("\n".join(filter(None, (name, self.entry.tip)))))

    def sizeHint(self) -> QSize:
        return QSize(_width_of(self.shown_text(), self.fontMetrics()), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(color_of("accent")) if self.hasFocus() else QPen(Qt.PenStyle.NoPen))
            painter.setBrush(color_of("hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setOpacity(1.0 if self.isChecked() else _FAINT)
        draw_swatch(painter, self.entry, QRectF(_PAD, 0, _SWATCH, self.height()))
        painter.setOpacity(1.0 if self.isChecked() else _FAINT_TEXT)
        painter.setPen(color_of("dim"))
        text = self.rect().adjusted(_SWATCH + 2 * _PAD, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.shown_text())
        if not self.isChecked():
            middle = self.height() / 2 + 1
            painter.drawLine(QPointF(text.left(), middle), QPointF(self.width() - _PAD, middle))


def _width_of(text: str, metrics: QFontMetrics) -> int:
    """Return the width of an entry of this name."""
    return metrics.horizontalAdvance(text) + _SWATCH + 3 * _PAD


def draw_swatch(painter: QPainter, entry: LegendEntry, rect: QRectF) -> None:
    """Draw how an entry looks in the plot."""
    middle = rect.center()
    color = color_of(entry.color)
    if entry.kind == "points" and entry.style is not None:
        size = max(entry.style.size, 5.0)
        style = PointStyle(entry.color, entry.style.symbol, size, entry.style.fill, line=1.4)
        draw_symbol(painter, style, middle, color)
    elif entry.kind in {"line", *_DASHES}:
        pen = QPen(color, 1.4 if entry.kind in _DASHES else 2.2)
        if entry.kind in _DASHES:
            pen.setDashPattern(_DASHES[entry.kind])
        painter.setPen(pen)
        painter.drawLine(QPointF(rect.left(), middle.y()), QPointF(rect.right(), middle.y()))
    elif entry.kind in {"bars", "edges"}:
        pen = QPen(color, 1.4)
        if entry.kind == "edges":
            pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        painter.drawLine(QPointF(middle.x(), middle.y() - 6), QPointF(middle.x(), middle.y() + 6))
    else:
        area = QRectF(rect.left(), middle.y() - 5, rect.width(), 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(area, color_of(entry.color, 0.25))
        if entry.kind == "hatched band":
            painter.fillRect(area, QBrush(color_of(entry.color, 0.6), Qt.BrushStyle.BDiagPattern))


class FlowLayout(WrappedLayout):
    """Widgets in rows that wrap like words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kept: tuple[int, ...] = ()  #: widths of what may be added: its room is measured too
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)

    def arrange(self, widgets: list[QAbstractButton]) -> None:
        """Put the widgets that are here already in this order."""
        place = {id(widget): i for i, widget in enumerate(widgets)}
        self._items.sort(key=lambda item: place.get(id(item.widget()), len(place)))
        self.invalidate()

    def drop(self, widget: QAbstractButton) -> None:
        """Take ``widget`` out. `removeWidget` would keep what Python knows of its place."""
        place = next(i for i, item in enumerate(self._items) if item.widget() is widget)
        sip.transferback(self._items.pop(place))  # it goes with the last reference
        self.invalidate()

    def sizeHint(self) -> QSize:
        return QSize(sum(i.sizeHint().width() for i in self._items), _HEIGHT)

    def minimumSize(self) -> QSize:  # noqa: N802  (Qt's name)
        return QSize(max((i.minimumSize().width() for i in self._items), default=0), _HEIGHT)

    def place(self, rect: QRect, act: Literal["measure", "move"]) -> int:
        x, y = rect.left(), rect.top()
        widths = [*(item.sizeHint().width() for item in self._items), *self.kept]
        for place, width in enumerate(widths):
            if x > rect.left() and x + width > rect.right() + 1:
                x, y = rect.left(), y + _HEIGHT
            if act == "move" and place < len(self._items):
                self._items[place].setGeometry(QRect(x, y, width, _HEIGHT))
            x += width
        return y + _HEIGHT - rect.top() if widths else 0
