"""A plot whose x and y have one scale: for images of the sky."""

import pyqtgraph as pg
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QWidget

from guiapp.plots.axes import GridLayer
from guiapp.plots.colors import color_of
from guiapp.plots.field_ruler import BOTTOM, LEFT, FieldRuler
from guiapp.plots.layers import Bounds
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.themed_plot import ThemedPlot

_NOTCH = 120  # of a wheel
_MARGIN = 8.0  # pixels above and right of the field


class SkyPlot(ThemedPlot):
    """A `ThemedPlot` with square pixels, without frame and grid: the image is what is seen.

    The wheel zooms; with Shift or Ctrl it leafs through planes.

    Signals
    -------
    leafed(by)
        So many planes forward, by the wheel.
    """

    leafed = pyqtSignal(int)

    def __init__(
        self, parent: QWidget | None = None, *, name: str, x_label: str = "", y_label: str = ""
    ) -> None:
        super().__init__(parent, name=name)
        for side in ("left", "bottom"):
            self.getPlotItem().hideAxis(side)
        for layer in self._layers:
            if isinstance(layer, GridLayer):
                layer.setVisible(False)
        self.getPlotItem().setContentsMargins(0, 0, 0, 0)
        self.getViewBox().setAspectLocked(lock=True)
        self.ruler = self.add_layer(FieldRuler(x_label, y_label), z=100)
        self.all_bounds = self._field_with_ruler
        self._turned = 0
        #: Whether the key that is being answered is held down.
        self.is_repeating = False

    def scale_by(self, factors: tuple[float, float], mouse: PlotMouse) -> None:
        factor = next((one for one in factors if one != 1.0), 1.0)
        super().scale_by((factor, factor), mouse)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "ruler") and self.ruler.field is not None:
            self.show_all_unless_zoomed()  # the numbers need as many pixels as before

    def wheelEvent(self, event: QWheelEvent) -> None:
        keys = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        if not event.modifiers() & keys:
            super().wheelEvent(event)
            return
        event.accept()
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        planes = int(self._turned / _NOTCH)
        self._turned -= planes * _NOTCH
        if planes:
            self.leafed.emit(planes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.is_repeating = event.isAutoRepeat()
        super().keyPressEvent(event)

    def _mark_focus(self) -> None:
        focused = self.hasFocus()
        self._box.setBorder(pg.mkPen(color_of("accent") if focused else None, width=1))

    def _field_with_ruler(self) -> Bounds | None:
        return self.with_ruler(self.ruler.field)

    def with_ruler(self, field: Bounds | None) -> Bounds | None:
        """Return ``field`` and room for its numbers; `None` for `None`."""
        if field is None:
            return None
        left, right, low, high = field
        pixels = self.pixels
        free = (pixels.width - LEFT - _MARGIN, pixels.height - BOTTOM - _MARGIN)
        unit = max((right - left) / max(free[0], 1.0), (high - low) / max(free[1], 1.0))
        return (
            left - LEFT * unit,
            right + _MARGIN * unit,
            low - BOTTOM * unit,
            high + _MARGIN * unit,
        )
