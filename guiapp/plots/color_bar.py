"""The scale of an image: which color is which value."""

import math

import numpy as np
from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from guiapp.look import number_text, theme
from guiapp.look.fonts import resized
from guiapp.plots.color_maps import N_COLORS, MapName, color_table
from guiapp.plots.colors import color_of
from guiapp.plots.stretch import NO_LEVELS, Levels, Stretch, brightness, value_at
from guiapp.plots.ticks import multiples, nice_step

_BAR = 8
_TICK = 3
_GAP = 10.0  # between numbers
_TEXT_SIZE = 0.85
_FEWEST_VALUES = 4
_TINY = 1e-6  # of a digit: what rounding adds
_STEPS = (1.0, 5.0, 2.0)  # of a decade, the most important first


class ColorBar(QWidget):
    """A strip of the colors from faint to bright, with values below."""

    def __init__(self, parent: QWidget | None = None, *, left: int = 0, right: int = 0) -> None:
        super().__init__(parent)
        self.levels = NO_LEVELS
        self.stretch: Stretch = "arcsinh"
        self.map_name: MapName = "magma"
        self.unit = ""
        self._margins = (left, right)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(resized(self.font(), _TEXT_SIZE))
        theme.changed.connect(self.update)

    def show_scale(
        self, levels: Levels, stretch: Stretch, map_name: MapName, *, unit: str = ""
    ) -> None:
        """Show how values become colors."""
        self.levels, self.stretch, self.map_name, self.unit = levels, stretch, map_name, unit
        ends = f"{number_text(levels.low)} to {number_text(levels.high)} {unit}".strip()
        self.setAccessibleName(f"Color scale, {ends}" if levels.span else "Color scale")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, _BAR + _TICK + self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self.levels.span == 0.0:
            return
        painter = QPainter(self)
        left, right = self._margins
        beside = self.fontMetrics().horizontalAdvance(self.unit) + _GAP if self.unit else 0.0
        bar = QRectF(left + 0.5, 0.5, self.width() - left - right - beside - 1, _BAR)
        table = color_table(self.map_name)
        rows = np.repeat(table[np.newaxis], 2, axis=0)
        strip = QImage(rows.tobytes(), N_COLORS, 2, 3 * N_COLORS, QImage.Format.Format_RGB888)
        painter.drawImage(bar, strip)
        painter.setPen(QPen(color_of("hairline"), 1))
        painter.drawRect(bar)
        self._write(painter, bar)

    def _write(self, painter: QPainter, bar: QRectF) -> None:
        """Write the top value, round ones as far as there is room, and the unit beside them."""
        metrics = self.fontMetrics()
        top, height = bar.bottom() + _TICK, metrics.height()
        painter.setPen(QPen(color_of("dim"), 1))
        unit = QRectF(bar.right() + _GAP, top, metrics.horizontalAdvance(self.unit) + 1, height)
        painter.drawText(unit, Qt.AlignmentFlag.AlignLeft, self.unit)
        taken: list[tuple[float, float]] = []
        ends = end_values(self.levels)[: 2 if self.stretch == "linear" else 1]
        for value in (*ends, *round_values(self.levels)):
            share = float(brightness(np.array([value]), self.levels, self.stretch)[0])
            column = bar.left() + share * bar.width()
            text = number_text(value)
            half = metrics.horizontalAdvance(text) / 2
            middle = min(max(column, bar.left() + half), bar.right() - half)
            room = (middle - half - _GAP / 2, middle + half + _GAP / 2)
            if any(room[0] < end and begin < room[1] for begin, end in taken):
                continue
            taken.append(room)
            painter.drawLine(
                round(column), round(bar.bottom()), round(column), round(bar.bottom()) + _TICK
            )
            painter.drawText(
                QRectF(middle - half, top, 2 * half + 1, height), Qt.AlignmentFlag.AlignLeft, text
            )

    def value_at(self, share: float) -> float:
        """Return the value of the color at ``share`` of the strip."""
        return value_at(share, self.levels, self.stretch)


def end_values(levels: Levels) -> tuple[float, float]:
    """Return the values of the brightest and the faintest color, to three digits of the range."""
    step = 10.0 ** (math.floor(math.log10(levels.span)) - 2)
    top, bottom = math.floor(levels.high / step + _TINY), math.ceil(levels.low / step - _TINY)
    return float(f"{top * step:.12g}"), float(f"{bottom * step:.12g}")


def round_values(levels: Levels) -> list[float]:
    """Return round values between the levels, the most important first: 0, then 1, 5, 2 × 10ⁿ."""
    if levels.span == 0.0:
        return []
    top = math.floor(math.log10(max(abs(levels.low), abs(levels.high))))
    bottom = math.floor(math.log10(levels.span)) - 3
    found = [0.0]
    for step in _STEPS:
        for power in range(top, bottom - 1, -1):
            found += [sign * step * 10.0**power for sign in (1.0, -1.0)]
    kept = [value for value in found if levels.low <= value <= levels.high]
    if len(kept) < _FEWEST_VALUES:  # a narrow range far from zero
        kept += multiples(levels.low, levels.high, nice_step(levels.span, _FEWEST_VALUES + 1))
    return kept
