"""Axes with proper numbers: a real minus, decimals that fit the ticks, log ticks, a fixed width."""

import html
import math
import re
from itertools import pairwise
from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QApplication, QGraphicsSceneResizeEvent

from guiapp.look.fonts import resized
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.pixels import PixelMap, Scale
from guiapp.plots.ticks import TickLevels, powers_of, tick_levels, tick_text

_PIXELS_PER_LABEL = {"bottom": 96.0, "top": 96.0, "left": 40.0, "right": 40.0}

_OVERHANG = 10  # pixels
_UPRIGHT_OVERHANG = 3  # of a label beside a plot: there are four above it
_UNIT = re.compile(r"(?P<name>.*\S)(?P<unit>\s+\(.*)")
_LEAST_SHARE = 0.5  # of a name that is cut: less says nothing
_SHORTER: dict[str, tuple[str, ...]] = {
    "Aperture correction": ("Correction", "A"),
    "Count rate": ("Rate",),
    "Encircled energy": ("Energy", "E"),
    "Error": ("σ",),
    "Flux": ("F",),
    "Flux density": ("Flux", "F"),
    "Relative factor": ("Factor", "C"),
    "Spaxel": (),
    "Surface brightness": ("Brightness", "I"),
    "Wavelength": ("λ",),
}
_RATIO = ("Ratio",)  # of two quantities that are named
_SYMBOL = 2  # letters
_GAP = 6.0  # pixels between labels beside each other
_LIFT = 1.0  # pixel
_LEAST_SIZE = 0.75  # of the names of categories, where they lie close
_LABEL_SIZES = (1.0, 0.92, 0.85, 0.78)  # of a label of an axis: the first that has room for it


class NumberAxis(pg.AxisItem):
    """An axis whose ticks follow `guiapp.plots.ticks`.

    The view gets log10 of the values on a log axis: pyqtgraph's own log mode is not used, most of
    its items ignore it.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=4)
        self.scale_kind: Scale = "linear"
        self.pixels_per_label = _PIXELS_PER_LABEL[orientation]
        #: Names of the places 0, 1, 2, ...: what an axis of categories says in place of numbers.
        self.names: tuple[str, ...] = ()
        self.enableAutoSIPrefix(enable=False)
        self.setStyle(maxTextLevel=0, tickTextOffset=4, autoExpandTextSpace=False)
        if orientation in {"bottom", "top"}:  # a number at the end of an axis may stick out
            self.setStyle(hideOverlappingLabels=_OVERHANG)

    def levels(self, low: float, high: float, size: float) -> TickLevels:
        """Return where the ticks lie on an axis of ``size`` pixels."""
        most = size / self.pixels_per_label
        if self.names:
            return [(1.0, [float(i) for i in range(len(self.names)) if low <= i <= high])]
        found = tick_levels(low, high, most, self.scale_kind)
        if not found or (self.orientation in {"left", "right"} and self.scale_kind == "log"):
            return found
        apart = self._apart if self.scale_kind == "linear" else self._apart_on_log
        return apart(found, size / (high - low))

    def _apart(self, levels: TickLevels, pixels: float) -> TickLevels:
        """Return the levels without labels that would overprint each other."""
        (step, values), *others = levels
        metrics = QFontMetricsF(QApplication.font())
        if self.orientation in {"bottom", "top"}:
            texts = (tick_text(value, step, self.scale_kind) for value in values)
            room = max((metrics.horizontalAdvance(text) for text in texts), default=0.0) + _GAP
        else:
            room = metrics.height()
        every = math.ceil(room / (step * pixels))
        if every <= 1 or len(values) < 2:
            return levels
        kept = [value for value in values if round(value / step) % every == 0] or values[:1]
        return [(step * every, kept), *others]

    def _apart_on_log(self, levels: TickLevels, pixels: float) -> TickLevels:
        """Return the levels of a log axis without labels in the way of rounder numbers."""
        (step, values), *others = levels
        metrics = QFontMetricsF(QApplication.font())
        kept: list[tuple[float, float]] = []
        for value in sorted(values, key=_roundness):
            half = metrics.horizontalAdvance(tick_text(value, step, "log")) / 2
            if all(abs(value - one) * pixels >= half + own + _GAP for one, own in kept):
                kept.append((value, half))
        return [(step, sorted(value for value, _ in kept)), *others]

    def labelString(self) -> str:  # noqa: N802  (pyqtgraph's name)
        is_across, size = self.orientation in {"bottom", "top"}, self._length()
        overhang = _OVERHANG if is_across else _UPRIGHT_OVERHANG  # there is a gap at either end
        room = size + 2 * overhang if size > 0 else 0.0
        # pyqtgraph shows labels as HTML; names and units in them come from files.
        label, size = sized_label(self.labelText, room)
        style = ";".join(f"{name}: {value}" for name, value in self.labelStyle.items())
        if size < 1.0:
            points = resized(QApplication.font(), size).pointSizeF()
            style = f"{style};font-size: {points:.2f}pt"
        shown = html.escape(label, quote=False).replace("Fλ", "F<sub>λ</sub>")
        return f"<span style='{style}'>{shown}</span>"

    def _updateLabel(self) -> None:  # noqa: N802  (pyqtgraph's name)
        super()._updateLabel()
        if self.label is not None:
            super().resizeEvent(None)  # another text has another middle
            self._lift_label()

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None = None) -> None:
        if self.label is not None and self.labelText:
            self.label.setHtml(self.labelString())
        super().resizeEvent(event)
        self._lift_label()

    def _lift_label(self) -> None:
        """Keep what descends below a line of text off the edge of the plot."""
        if self.label is not None and self.orientation == "bottom":
            self.label.moveBy(0.0, -_LIFT)

    def tickValues(self, low: float, high: float, size: float) -> TickLevels:
        low, high = sorted((low, high))
        return self.levels(low, high, self._length() or size)

    def _length(self) -> float:
        """Return the length that the grid has too: pyqtgraph counts two pixels more."""
        is_across = self.orientation in {"bottom", "top"}
        return float(self.size().width() if is_across else self.size().height())

    def generateDrawSpecs(self, p: QPainter) -> Any:  # noqa: N802  (pyqtgraph's name)
        # Settled here, where the length of the axis is; numbers have the font of the window.
        self.style["tickFont"] = self._font_of_names() if self.names else None
        return super().generateDrawSpecs(p)

    def _font_of_names(self) -> QFont:
        """Return a font in which the names of neighbors do not touch."""
        font, low, high = QApplication.font(), *sorted(self.range)
        widths = [QFontMetricsF(font).horizontalAdvance(name) for name in self.names]
        widest = max((a + b for a, b in pairwise(widths)), default=0.0) / 2
        if self.orientation in {"left", "right"} or not widest:
            return font
        room = self.size().width() / (high - low) - _GAP
        return resized(font, min(max(room / widest, _LEAST_SIZE), 1.0))

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.names:
            return [self.names[round(value)] for value in values]
        style = "plain" if self.scale_kind == "linear" else powers_of(values, spacing)
        return [tick_text(value, spacing, self.scale_kind, style) for value in values]

    def restyle(self) -> None:
        """Take the colors of the theme in use."""
        self.setPen(color_of("hairline"))
        self.setTickPen(color_of("hairline"))
        self.setTextPen(color_of("dim"))
        self.labelStyle = {"color": color_of("dim").name()}
        self.label.setFont(QApplication.font())  # it keeps the one that it was made with
        self._updateLabel()


def sized_label(label: str, room: float) -> tuple[str, float]:
    """Return a label that takes at most ``room`` pixels, and its size as a share of that of text.

    A label is made smaller before any of its words, or the unit of a symbol, is left out.
    """
    for size in _LABEL_SIZES:
        shown = fitted_label(label, room / size)
        if shown in _whole_forms(label):
            return shown, size
    return fitted_label(label, room), 1.0


def fitted_label(label: str, room: float) -> str:
    """Return a label that takes at most ``room`` pixels, with its unit as long as that fits.

    A quantity gets a shorter name or its symbol; any other name is cut, or left out where less
    than half of it would be left. A symbol is not cut: its unit is left out.
    """
    advance = QFontMetricsF(QApplication.font()).horizontalAdvance
    if room <= 0:
        return label
    name, unit = _name_and_unit(label)
    forms = _whole_forms(label)
    if unit and advance(unit.strip()) > room:  # the heading says it
        forms, unit = (*forms, *_names_of(name)), ""
    found = next((form for form in forms if advance(form) <= room), None)
    if found is not None:
        return found
    return name.strip() if len(name.strip()) <= _SYMBOL else _cut(name, unit, room)


def _cut(name: str, unit: str, room: float) -> str:
    """Return as much of a name as leaves room for its unit, or the unit alone."""
    metrics = QFontMetricsF(QApplication.font())
    left = room - metrics.horizontalAdvance(unit)
    if unit and (name in _SHORTER or left < _LEAST_SHARE * metrics.horizontalAdvance(name)):
        return unit.strip()
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, left) + unit


def _whole_forms(label: str) -> tuple[str, ...]:
    """Return the label, and what says the same in less room: all of them with the unit."""
    name, unit = _name_and_unit(label)
    return tuple(shorter + unit for shorter in _names_of(name))


def _names_of(name: str) -> tuple[str, ...]:
    return (name, *_SHORTER.get(name, _RATIO if " / " in name else ()))


def _name_and_unit(label: str) -> tuple[str, str]:
    found = _UNIT.fullmatch(label)
    return (found["name"], found["unit"]) if found else (label, "")


def _roundness(value: float) -> int:
    """Return a rank for a number by its log10: 1 before 5, 3 and 2, and these before the rest."""
    first = round(10.0 ** (value - math.floor(value + 1e-9)), 6)
    return {1.0: 0, 5.0: 1, 3.0: 2, 2.0: 3}.get(first, 4)


class GridLayer(Layer):
    """The lines of the labeled ticks: there, and no more."""

    keeps_picture = True

    def __init__(self, bottom: NumberAxis, left: NumberAxis) -> None:
        super().__init__()
        self._bottom = bottom
        self._left = left
        self.setZValue(-50)

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setPen(QPen(color_of("grid"), 1))
        low, high = pixels.x_range
        for _, values in self._bottom.levels(low, high, pixels.width)[:1]:
            for value in values:
                column = round((value - low) / (high - low) * pixels.width)
                painter.drawLine(column, 0, column, round(pixels.height))
        low, high = pixels.y_range
        for _, values in self._left.levels(low, high, pixels.height)[:1]:
            for value in values:
                up = (value - low) / (high - low) * pixels.height
                row = round(up if pixels.y_down else pixels.height - up)
                painter.drawLine(0, row, round(pixels.width), row)
