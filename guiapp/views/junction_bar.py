"""What stands above the map of junctions: what is compared, in which order, what colors mean."""

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QComboBox, QWidget

from guiapp.look import theme
from guiapp.look.fonts import resized
from guiapp.look.parts import Label, plain_tip
from guiapp.look.tokens import GRID
from guiapp.look.wrap_row import WrapRow, together
from guiapp.plots.colors import color_of
from guiapp.views.junction_map import FULL_SCALE, jump_colors
from guiapp.views.junction_order import ORDERS, Order
from guiapp.views.spectra import STAGES

PAGES = {
    "close": "Close up",
    "flux": "Against flux",
    "date": "Against date",
    "chain": "Along the chain",
    "stitched": "Stitched",
}
#: What the mouse does on each page.
HINTS = {
    "close": "click a cell · drag an edge · double-click: whole overlap",
    "flux": "click a cell · click a point: its source · x leaves it out or brings it back",
    "date": "click a cell · click a point: its source · x leaves it out or brings it back",
    "chain": "click a cell: its junction",
    "stitched": "click a cell · click a band to keep its level",
}
_STRIP, _HEIGHT = 56, 8
_MEANING = (
    "Right side over left side minus 1, in per cent. Colored cells are jumps beyond 3 σ, and the "
    "color says how large (the worst junction is that of most σ); in gray ones none can be told. "
    "Count rates are gray: two bands differ in throughput and need not agree. "
    "“own”: both sides are calibrated with their own responses and meet where the model does; "
    "“–”: no number. Below the name of a junction, over all standard stars that count (without "
    "any, over all sources): × one factor, + one offset, = no jump beyond 3 σ, ~ differs between "
    "sources: they scatter by more than their errors and half the jump, so that no one factor or "
    "offset takes it out; ? not known."
)
_ORDERS = (
    "By flux and by jump: those at the chosen junction, the largest first. Worst first: by the "
    "largest σ of a source, as Ctrl+Alt+J does: how certain a jump is, not how large. The colors "
    "say how large."
)


class JunctionBar(QWidget):
    """A row of choices, and the scale of the colors at its end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage, self.below, self.order = QComboBox(), QComboBox(), QComboBox()
        row = WrapRow()
        self.setLayout(row)
        for text, name, box, choices in (
            ("Spectra", "Spectra compared", self.stage, STAGES.values()),
            ("Below", "Shown below the map", self.below, PAGES.values()),
            ("Order", "Order of the sources", self.order, ORDERS.values()),
        ):
            box.addItems(list(choices))
            box.setAccessibleName(name)
            row.addWidget(together(Label(text, "dim"), box))
        self.order.setToolTip(plain_tip(_ORDERS))
        row.push_right()
        row.addWidget(JumpScale())

    def chosen_order(self) -> Order:
        """Return the order that is chosen."""
        return list(ORDERS)[max(self.order.currentIndex(), 0)]

    def choose_order(self, order: str) -> None:
        """Choose an order and tell no one; one that is not known changes nothing."""
        if order in ORDERS:
            self.order.setCurrentIndex(list(ORDERS).index(order))


class JumpScale(QWidget):
    """A strip of the colors of the cells between their ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(resized(self.font(), 0.85))
        self.low, self.high = f"−{100 * FULL_SCALE:.0f}", f"+{100 * FULL_SCALE:.0f} %"
        self.setAccessibleName(f"Color scale of the jumps, {self.low} to {self.high}")
        self.setToolTip(plain_tip(_MEANING))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = metrics.horizontalAdvance(self.low) + metrics.horizontalAdvance(self.high)
        return QSize(words + 2 * GRID + _STRIP, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        metrics = self.fontMetrics()
        painter.setPen(color_of("dim"))
        middle = Qt.AlignmentFlag.AlignVCenter
        left = metrics.horizontalAdvance(self.low) + GRID
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | middle, self.low)
        painter.drawText(
            self.rect().adjusted(left + _STRIP + GRID, 0, 0, 0),
            Qt.AlignmentFlag.AlignLeft | middle,
            self.high,
        )
        top = (self.height() - _HEIGHT) // 2
        for at in range(_STRIP):
            jump = FULL_SCALE * (2.0 * at / (_STRIP - 1) - 1.0)
            painter.fillRect(QRect(left + at, top, 1, _HEIGHT), jump_colors(jump)[0])
        painter.setPen(color_of("hairline"))
        painter.drawRect(QRect(left, top, _STRIP - 1, _HEIGHT - 1))
