"""The small parts that panels and dialogs are put together from, in one look."""

import html
import re
from collections.abc import Sequence
from typing import Literal

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from guiapp.look.fonts import resized
from guiapp.look.icons import Tint, icon
from guiapp.look.numbers import broken, unbroken
from guiapp.look.themes import theme
from guiapp.look.tokens import GRID

Tone = Literal["text", "dim", "ok", "care", "wrong", "section", "heading"]
ButtonKind = Literal["plain", "primary", "quiet"]

_ICON = 16
_SECTION_SIZE, _HEADING_SIZE = 0.85, 1.2
_SIZED = ("section", "heading")
_SCROLL_BAR = 10
_WIDEST_CHOICE = 280  # pixels of a box that is not cut
_POPUP_FRAME, _WIDEST_POPUP = 40, 640  # pixels of a list beside its texts, and at most
_LEAST_SENTENCE = 110  # pixels of a sentence in two rows
_BUTTON_MARGIN = 28  # pixels of a button that are neither icon nor text
_CUTS = {
    "end": Qt.TextElideMode.ElideRight,
    "middle": Qt.TextElideMode.ElideMiddle,
    "parts": Qt.TextElideMode.ElideRight,
}
_BETWEEN_PARTS = " · "
_TIP_ENDS = re.compile(r"^<qt>|</qt>$")
# In capitals δ UMi would be Δ UMI, and mmag MMAG: only plain words are shown so.
_MAY_HOLD_NAME = re.compile(r"[^\x00-\x7f]|[0-9%()]| of [^a-z]")


class Card(QFrame):
    """A surface with one hairline border that other parts lie on."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self.setObjectName("card")
        if name:
            self.setAccessibleName(name)
        self.box = column(self, margin=3 * GRID, spacing=2 * GRID)


class Label(QLabel):
    """Text that is never taken for markup, whatever file it comes from.

    No line of it ends between a number and its unit; `text` has plain spaces there.
    ``size`` is relative to the font of the window, and follows it.
    """

    def __init__(
        self,
        text: str = "",
        tone: Tone = "text",
        *,
        size: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size = size
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.set_tone(tone)
        if size is not None or tone in _SIZED:
            theme.changed.connect(self._fit_font)

    def setText(self, text: str | None) -> None:  # noqa: N802  (Qt's name)
        super().setText(unbroken(text or ""))
        if self.property("tone") == "section":
            self._fit_font()

    def text(self) -> str:
        return broken(super().text())

    def set_tone(self, tone: Tone) -> None:
        """Say what kind of text it is."""
        if self.property("tone") != tone:
            set_state(self, "tone", tone)
            self._fit_font()

    def _fit_font(self) -> None:
        tone = self.property("tone")
        if self._size is None and tone not in _SIZED:
            return
        size = self._size or (_SECTION_SIZE if tone == "section" else _HEADING_SIZE)
        weight = QFont.Weight.DemiBold if tone in _SIZED else QFont.Weight.Normal
        font = resized(QApplication.font(), size, weight=weight)
        if tone == "section":
            if not _MAY_HOLD_NAME.search(self.text()):
                font.setCapitalization(QFont.Capitalization.AllUppercase)
            font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        self.setFont(font)


class ElidedLabel(Label):
    """Lines that are cut with … where there is no room; the whole text is the tooltip.

    ``cut`` says which part of a line gives way: names of files differ at both ends; of parts that
    stand between dots the last ones go, each as a whole. A line may go on in a second and third
    one where there are as many ``rows``.
    """

    def __init__(
        self,
        text: str = "",
        tone: Tone = "text",
        *,
        size: float | None = None,
        cut: Literal["end", "middle", "parts"] = "end",
        rows: Literal[1, 2, 3] = 1,
        parent: QWidget | None = None,
    ) -> None:
        self._full = text
        self._rows = rows
        self._mode = _CUTS[cut]
        self._is_in_parts = cut == "parts"
        super().__init__(text, tone, size=size, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def full_text(self) -> str:
        """Return the text without elision."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Show ``text``, as much of it as fits."""
        self._full = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._elide()

    def fits(self, width: int) -> bool:
        """Tell whether the text fits in ``width`` without being cut."""
        metrics = self.fontMetrics()
        rows = [
            row for line in unbroken(self._full).split("\n")
            for row in _in_rows(line, metrics, width, self._rows)
        ]  # fmt: skip
        return not self._full or all(metrics.horizontalAdvance(row) <= width for row in rows)

    def sizeHint(self) -> QSize:
        lines = self._full.split("\n")
        width = max(self.fontMetrics().horizontalAdvance(line) for line in lines) + 2
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics, width = self.fontMetrics(), self.contentsRect().width()
        lines = unbroken(self._full).split("\n")
        if self._rows > 1:
            lines = [row for line in lines for row in _in_rows(line, metrics, width, self._rows)]
        fitting = [
            _whole_parts(line, metrics, width) if self._is_in_parts else line for line in lines
        ]
        shown = [  # a line that just fits may be a fraction of a pixel wider by its shape
            line
            if metrics.horizontalAdvance(line) <= width
            else metrics.elidedText(line, self._mode, width)
            for line in fitting
        ]
        if self._rows > 1 and shown != lines and width < _LEAST_SENTENCE:
            shown = ["…"]  # less than a few words say nothing
        self.setText("\n".join(shown))
        self.setToolTip(plain_tip(self._full) if shown != lines else "")


class ChoiceBox(QComboBox):
    """A box of choices that takes no more room than there is; a long choice is cut with ….

    What is cut is whole in the tip and in the list that opens. ``has_words``: the choices are
    words of the program, which should not be cut, and not names of data.
    """

    has_words = False

    def __init__(self, *, least: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumContentsLength(least)
        adjust = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(adjust)
        model = self.model()
        if model is not None:  # Qt takes the choices to be of no consequence here
            for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset):
                changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the size that shows the longest choice: there may be less room."""
        least, advance = super().sizeHint(), self.fontMetrics().horizontalAdvance
        if self.sizeAdjustPolicy() == QComboBox.SizeAdjustPolicy.AdjustToContents:
            return least
        frame = least.width() - self.minimumContentsLength() * advance("X")
        longest = max((advance(self.itemText(i)) for i in range(self.count())), default=0)
        wanted = min(frame + longest + GRID, _WIDEST_CHOICE)
        return QSize(max(wanted, least.width()), least.height())

    def width_of_choices(self) -> int:
        """Return how wide the box is that shows every choice whole."""
        advance = self.fontMetrics().horizontalAdvance
        longest = max((advance(self.itemText(i)) for i in range(self.count())), default=0)
        return self.width() - self._room() + longest

    def shown_text(self) -> str:
        """Return the choice as it is painted, cut where there is no room for it."""
        return self.fontMetrics().elidedText(self.currentText(), self._cut, self._room())

    def _room(self) -> int:
        """Return the width that there is for the choice."""
        option, style = QStyleOptionComboBox(), self.style()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return (
            self.width()
            if style is None
            else (style.subControlRect(control, option, part, self).width())
        )

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.shown_text()
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def event(self, event: QEvent | None) -> bool:
        """Say a choice that is cut above what the tip says otherwise."""
        is_tip = isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip
        if isinstance(event, QHelpEvent) and is_tip and self.shown_text() != self.currentText():
            said = _TIP_ENDS.sub("", self._inherited_tip())
            whole = html.escape(self.currentText(), quote=False)
            tip = f"<qt><b>{whole}</b>{'<br>' if said else ''}{said}</qt>"
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

    def _inherited_tip(self) -> str:
        """Return the tip of the box, or of what it lies in."""
        part: QWidget | None = self
        while part is not None and not part.toolTip() and not part.isWindow():
            part = part.parentWidget()
        return "" if part is None else part.toolTip()

    def showPopup(self) -> None:  # noqa: N802  (Qt's name)
        """Open the list, wide enough for every choice."""
        view, advance = self.view(), self.fontMetrics().horizontalAdvance
        if view is not None:
            longest = max((advance(self.itemText(i)) for i in range(self.count())), default=0)
            view.setMinimumWidth(min(longest + _POPUP_FRAME, _WIDEST_POPUP))
        super().showPopup()

    _cut = Qt.TextElideMode.ElideMiddle


class ElidedButton(QPushButton):
    """A quiet button whose text, the name of a file, is cut with … where it is long.

    Of ``tails``, what is said behind it, the first one is shown that fits, else the last one.
    """

    def __init__(
        self, text: str, *, icon_name: str, tip: str, tails: tuple[str, ...] = ("",)
    ) -> None:
        super().__init__(text + tails[0])
        self._name, self._tails = text, tails
        self.setProperty("kind", "quiet")
        self.setProperty("align", "left")
        self.setIcon(icon(icon_name, "text"))
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(self.text())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def shown_text(self) -> str:
        """Return what of the text is seen."""
        metrics = self.fontMetrics()
        room = self.width() - self.iconSize().width() - _BUTTON_MARGIN
        wide = metrics.horizontalAdvance
        fitting = (one for one in self._tails if wide(self._name + one) <= room)
        tail = next(fitting, self._tails[-1])
        cut = Qt.TextElideMode.ElideMiddle
        return metrics.elidedText(self._name, cut, room - wide(tail)) + tail

    def initStyleOption(self, option: QStyleOptionButton | None) -> None:  # noqa: N802  (Qt's name)
        super().initStyleOption(option)
        if option is not None:
            option.text = self.shown_text()


class Surface(QWidget):
    """A plain widget that is painted as the style sheet says for its object name."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        option = QStyleOption()
        option.initFrom(self)
        style = self.style()
        if style is not None:
            painter = QPainter(self)
            style.drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)


class SideScroll(QScrollArea):
    """Scrolls up and down; its bar lies in a margin that is kept free for it."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        content.setObjectName("scrolled")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._keep_margin()

    def _keep_margin(self) -> None:
        content, bar = self.widget(), self.verticalScrollBar()
        layout = None if content is None else content.layout()
        if layout is None or bar is None:
            return
        margins = layout.contentsMargins()
        wanted = 0 if bar.isVisible() else _SCROLL_BAR
        if margins.right() != wanted:
            layout.setContentsMargins(margins.left(), margins.top(), wanted, margins.bottom())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


def column(parent: QWidget | None = None, *, margin: int = 0, spacing: int = GRID) -> QVBoxLayout:
    """Return a vertical layout on the grid, set on ``parent`` if one is given."""
    layout = QVBoxLayout(parent) if parent is not None else QVBoxLayout()
    fitted(layout, margin=margin, spacing=spacing)
    return layout


def stacked(*parts: QWidget, sizes: Sequence[int], stretch: Sequence[int] = ()) -> QSplitter:
    """Return ``parts`` below each other: the hand may move the edges, and hides none of them."""
    splitter = QSplitter(Qt.Orientation.Vertical)
    for part in parts:
        splitter.addWidget(part)
    for place, share in enumerate(stretch):
        splitter.setStretchFactor(place, share)
    splitter.setSizes(sizes)
    splitter.setChildrenCollapsible(False)
    return splitter


def show_tip_above(part: QWidget) -> None:
    """Show the tip of ``part`` just above it, so that it covers nothing of it."""
    QToolTip.showText(part.mapToGlobal(part.rect().topLeft()), part.toolTip(), part)
    for tip in QApplication.topLevelWidgets():
        if tip.inherits("QTipLabel") and tip.isVisible():
            tip.move(tip.x(), part.mapToGlobal(part.rect().topLeft()).y() - tip.height() - GRID)


def fitted(layout: QLayout, *, margin: int = 0, spacing: int = GRID) -> None:
    """Give ``layout`` margins and spacing of the grid instead of the style's."""
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)


def button(
    text: str, kind: ButtonKind = "plain", *, icon_name: str = "", tip: str = ""
) -> QPushButton:
    """Return a button with a text."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(text.rstrip("…"))
    if icon_name:
        tint: Tint = "on_accent" if kind == "primary" else "text"
        made.setIcon(icon(icon_name, tint))
    if tip:
        made.setToolTip(plain_tip(tip))
    return made


def icon_button(icon_name: str, tip: str, *, tint: Tint = "dim") -> QToolButton:
    """Return a small button with a drawing; ``tip`` says in words what it does."""
    made = QToolButton()
    made.setIcon(icon(icon_name, tint))
    made.setIconSize(QSize(_ICON, _ICON))
    made.setToolTip(plain_tip(tip))
    made.setAccessibleName(tip)
    made.setAutoRaise(True)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


def _in_rows(line: str, metrics: QFontMetrics, width: int, most: int) -> tuple[str, ...]:
    """Return a line whole if it fits, else in rows of words; the last of ``most`` has the rest."""
    if most == 1 or metrics.horizontalAdvance(line) <= width:
        return (line,)
    ends = [i for i, sign in enumerate(line) if sign == " "]
    fitting = [i for i in ends if metrics.horizontalAdvance(line[:i].rstrip()) <= width]
    first = line[: fitting[-1]].rstrip() if fitting else ""
    if not first:
        return (line,)
    return (first, *_in_rows(line[fitting[-1] :].lstrip(), metrics, width, most - 1))


def _whole_parts(line: str, metrics: QFontMetrics, width: int) -> str:
    """Return the first parts of a line, as many as fit, but at least one."""
    parts = line.split(_BETWEEN_PARTS)
    while len(parts) > 1 and metrics.horizontalAdvance(_BETWEEN_PARTS.join(parts)) > width:
        parts.pop()
    return _BETWEEN_PARTS.join(parts)


def hairline(parent: QWidget | None = None) -> QFrame:
    """Return a horizontal line of one pixel."""
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line


def plain_tip(text: str) -> str:
    """Return ``text`` for a tooltip: wrapped into lines, and never taken for markup."""
    if not text:
        return ""
    return f"<qt>{html.escape(unbroken(text), quote=False).replace(chr(10), '<br>')}</qt>"


def set_state(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet looks at, and draw the widget by it."""
    widget.setProperty(name, value)
    style = widget.style()
    # Before it is first shown a widget has no style to undo, and undoing it would take its font.
    if style is not None and widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        style.unpolish(widget)
        style.polish(widget)
    widget.update()
