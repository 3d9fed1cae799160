"""What a plot shows: its axes, its layers, and which range of the data is in view."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pyqtgraph as pg
from PyQt6 import sip
from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QResizeEvent
from PyQt6.QtWidgets import QWidget

from engine.figures.seen import SeenAxis, SeenPanel, Values
from guiapp.look import theme
from guiapp.look.units import shown_units
from guiapp.plots.axes import GridLayer
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap, Scale, from_axis, to_axis
from guiapp.plots.reading_axis import ReadingAxis
from guiapp.plots.zoom import Fitted, View, ZoomHistory

LEFT_WIDTH = 72  #: of the left axis in every plot, so that rows line up
LayerT = TypeVar("LayerT", bound=Layer)
_MARGIN = 0.04  # of the range, around everything


class PlotCanvas(pg.PlotWidget):
    """Axes, layers and a view of the data, in the colors of the theme; does not answer the mouse.

    Signals
    -------
    view_changed()
        The range shown changed.
    """

    view_changed = pyqtSignal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str,
        x_label: str = "",
        y_label: str = "",
        x_scale: Scale = "linear",
        y_scale: Scale = "linear",
    ) -> None:
        self._bottom, self._left = ReadingAxis("bottom"), ReadingAxis("left")
        axes = {"bottom": self._bottom, "left": self._left}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self._box = self.getViewBox()
        self._layers: list[Layer] = []
        self._x_partners: tuple[PlotCanvas, ...] = ()
        self.history = ZoomHistory()
        self.history.add(self)
        self.fitted_y: Fitted = None  #: the range of y that it last chose by itself
        #: What *show all* shows, when it is not the union of the layers: set by the view.
        self.all_bounds: Callable[[], Bounds | None] | None = None
        self._dress(name)
        self.set_labels(x_label, y_label)
        self.set_scales(x_scale, y_scale)
        self.add_layer(GridLayer(self._bottom, self._left))
        self._restyle()
        theme.changed.connect(self._restyle)
        shown_units.changed.connect(self._read_anew)

    # What is drawn

    def add_layer(self, layer: LayerT, *, z: float | None = None) -> LayerT:
        """Draw ``layer`` from now on; a higher ``z`` is nearer to the eye."""
        if z is not None:
            layer.setZValue(z)
        layer.attach(self)
        layer.setParentItem(self._box)
        self._layers.append(layer)
        return layer

    def remove_layer(self, layer: Layer) -> None:
        """Stop drawing ``layer``."""
        self._layers.remove(layer)
        layer.setParentItem(None)
        scene = layer.scene()
        if scene is not None:
            scene.removeItem(layer)

    def set_labels(self, x_label: str, y_label: str) -> None:
        """Write the axes' names, units included; an empty x label hides the x axis' numbers."""
        self._bottom.name(x_label)
        self._bottom.setStyle(showValues=bool(x_label))
        self._bottom.setHeight(40 if x_label else 4)
        self._left.name(y_label)

    def set_scales(self, x_scale: Scale, y_scale: Scale) -> None:
        """Scale the axes linearly or by the logarithm."""
        self._bottom.scale_kind, self._left.scale_kind = x_scale, y_scale
        for axis in (self._bottom, self._left):
            axis.read_anew()  # magnitudes are for log axes alone
        self._update_layers()

    # What is shown

    def seen_panel(self, values: Values = "as they are") -> SeenPanel:
        """Return the axes as they are seen now, for a figure of the same."""
        return SeenPanel(*self.seen_axes(), values)

    def seen_axes(self) -> tuple[SeenAxis, SeenAxis]:
        """Return x and y as they are seen now."""
        x, y = (
            SeenAxis(
                from_axis(low, axis.scale_kind),
                from_axis(high, axis.scale_kind),
                axis.scale_kind,
                axis.full_label,
                axis.marks(low, high),
            )
            for axis, (low, high) in zip((self._bottom, self._left), self.view, strict=True)
        )
        if self._box.yInverted():
            y = replace(y, low=y.high, high=y.low)
        return x, y

    @property
    def pixels(self) -> PixelMap:
        """How data map to pixels now."""
        (x_range, y_range), rect = self.view, self._box.rect()
        return PixelMap(
            x_range,
            y_range,
            rect.width(),
            rect.height(),
            self._bottom.scale_kind,
            self._left.scale_kind,
            y_down=self._box.yInverted(),
        )

    @property
    def view(self) -> View:
        """The range shown, in axis units: log10 on a log axis."""
        (x0, x1), (y0, y1) = self._box.state["viewRange"]
        return (x0, x1), (y0, y1)

    def set_view(self, view: View) -> None:
        """Show exactly ``view``, without an entry in the history."""
        if view != self.view and np.all(np.isfinite(view)):
            self._box.setRange(xRange=view[0], yRange=view[1], padding=0)

    def zoom_to(self, view: View) -> None:
        """Show ``view``; the history goes back to what is shown now."""
        self.history.remember()
        self.set_view(view)

    def show_all(self) -> None:
        """Show everything; pressed again, what the view left out as too far off, too."""
        wanted = self._all_of_it()
        if wanted is not None and _same(wanted, self.view):
            wanted = self._view_of(self._layer_bounds())
        if wanted is not None:
            self.fitted_y = wanted[1]
            self.zoom_to(wanted)

    def show_all_linked(self) -> None:
        """Show everything here and in the plots that share the x axis, as one step."""
        group = (*self._x_partners, self)  # its own range of x is the last word
        wanted = [plot._all_of_it() for plot in group]
        if all(
            one is None or _same(one, plot.view) for one, plot in zip(wanted, group, strict=True)
        ):
            wanted = [plot._view_of(plot._layer_bounds()) for plot in group]
        self.history.remember()
        for plot, view in zip(group, wanted, strict=True):
            if view is not None:
                plot.fitted_y = view[1]
                plot.set_view(view)

    def show_all_afresh(self) -> None:
        """Show everything and forget the history: the plot shows something else now."""
        wanted = self._all_of_it()
        if wanted is not None:
            self.fitted_y = wanted[1]
            self.set_view(wanted)
        self.history.clear()

    def show_all_unless_zoomed(self) -> None:
        """Show everything of what is drawn now, unless the user chose what is seen."""
        if self.history.is_empty:
            self.show_all_afresh()

    def fit_y_unless_zoomed(self) -> None:
        """Fit y to what is compared now, unless the user chose it; x and the history stay."""
        wanted = self._all_of_it()
        if wanted is not None and self.fitted_y in {None, self.view[1]}:
            self.fitted_y = wanted[1]
            self.set_view((self.view[0], wanted[1]))

    def widen_y_unless_zoomed(self) -> None:
        """Fit y anew where what is compared left it, unless the user chose it."""
        wanted, (low, high) = self._all_of_it(), self.view[1]
        if wanted is not None and not low <= wanted[1][0] < wanted[1][1] <= high:
            self.fit_y_unless_zoomed()

    def follow_y(self, other: "PlotCanvas") -> None:
        """Show the range of y that ``other`` shows, as chosen or fitted as it is there."""
        self.fitted_y = other.fitted_y
        self.set_view((self.view[0], other.view[1]))

    def restore(self, view: View, fitted_y: Fitted) -> None:
        """Show ``view`` again, chosen by the user or by the plot as it was then."""
        self.fitted_y = fitted_y
        self.set_view(view)

    def previous_zoom(self) -> None:
        """Show what was shown before the last zoom."""
        self.history.back()

    def pan_by(self, columns: float, rows: float) -> None:
        """Move what is shown by pixels, as if the hand had moved it."""
        pixels = self.pixels
        (x0, x1), (y0, y1) = self.view
        dx = -columns * (x1 - x0) / pixels.width
        dy = (-rows if pixels.y_down else rows) * (y1 - y0) / pixels.height
        self.set_view(((x0 + dx, x1 + dx), (y0 + dy, y1 + dy)))

    def scale_by(self, factors: tuple[float, float], mouse: PlotMouse) -> None:
        """Divide the range shown by ``factors``, keeping what is under ``mouse`` in place."""
        pixels = self.pixels
        down = mouse.row / pixels.height
        shares = (mouse.column / pixels.width, down if pixels.y_down else 1 - down)
        ranges = []
        for (low, high), share, factor in zip(self.view, shares, factors, strict=True):
            fixed = low + share * (high - low)
            ranges.append((fixed - (fixed - low) / factor, fixed + (high - fixed) / factor))
        self.set_view((ranges[0], ranges[1]))

    def link_x(self, other: "PlotCanvas") -> None:
        """Show the same x range as ``other`` from now on, with one history for both."""
        group = (self, *self._x_partners, other)
        for plot in group:
            plot._x_partners = tuple(one for one in group if one is not plot)
            plot._bottom.partners = tuple(one._bottom for one in plot._x_partners)
        other.history = self.history
        self.history.add(other)
        other.set_view((self.view[0], other.view[1]))

    # Qt

    def close(self) -> None:
        shown_units.changed.disconnect(self._read_anew)
        theme.changed.disconnect(self._restyle)  # what pyqtgraph leaves has no axes to dress
        super().close()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mark_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_layers"):  # Qt resizes the widget while it is being made
            self._update_layers()

    # Parts

    def _dress(self, name: str) -> None:
        self.setAccessibleName(name)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.hideButtons()
        self.setMenuEnabled(False)
        _drop_controls(self.getPlotItem())
        self.scene().contextMenu = []
        self.scene().setItemIndexMethod(self.scene().ItemIndexMethod.NoIndex)
        self._box.setMouseEnabled(x=False, y=False)
        self._box.disableAutoRange()
        self._box.setDefaultPadding(0)
        self.getPlotItem().setContentsMargins(0, 4, 12, 0)
        self.setMinimumSize(160, 80)
        self._left.setWidth(LEFT_WIDTH)
        self._box.sigRangeChanged.connect(self._on_range_changed)

    def _restyle(self) -> None:
        self.setBackground(color_of("card"))
        for axis in (self._bottom, self._left):
            axis.restyle()
        self._mark_focus()
        self._update_layers()

    def _read_anew(self) -> None:
        for axis in (self._bottom, self._left):
            axis.read_anew()
        for layer in self._layers:
            layer.mark_changed()  # the lines of the grid, for one, have other places

    def _mark_focus(self) -> None:
        color = color_of("accent") if self.hasFocus() else color_of("hairline")
        self._box.setBorder(pg.mkPen(color, width=1))

    def _update_layers(self) -> None:
        for layer in self._layers:
            layer.update()

    def _on_range_changed(self) -> None:
        self._update_layers()
        for partner in self._x_partners:
            partner.set_view((self.view[0], partner.view[1]))
        self.view_changed.emit()

    def _is_inside(self, mouse: PlotMouse) -> bool:
        pixels = self.pixels
        return 0 <= mouse.column <= pixels.width and 0 <= mouse.row <= pixels.height

    def _all_of_it(self) -> View | None:
        return self._view_of(self.all_bounds() if self.all_bounds else self._layer_bounds())

    def _layer_bounds(self) -> Bounds | None:
        found = [b for layer in self._layers if layer.isVisible() and (b := layer.bounds())]
        if not found:
            return None
        lows, highs = np.min(found, axis=0), np.max(found, axis=0)
        return float(lows[0]), float(highs[1]), float(lows[2]), float(highs[3])

    def _view_of(self, bounds: Bounds | None) -> View | None:
        if bounds is None:
            return None
        x = to_axis(np.array(bounds[:2]), self._bottom.scale_kind)
        y = to_axis(np.array(bounds[2:]), self._left.scale_kind)
        if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
            return None
        return _widened(float(x[0]), float(x[1])), _widened(float(y[0]), float(y[1]))


def _widened(low: float, high: float) -> tuple[float, float]:
    """Return the range with a margin; a single value gets room around it."""
    margin = _MARGIN * (high - low)
    if margin <= 0:
        margin = abs(low) * 0.1 or 1.0
    return low - margin, high + margin


def _same(one: View, other: View) -> bool:
    return all(
        np.allclose(a, b, rtol=0, atol=1e-6 * abs(a[1] - a[0]))
        for a, b in zip(one, other, strict=True)
    )


def _drop_controls(item: pg.PlotItem) -> None:
    """Delete the widgets of a menu that is never shown, some fifty for each plot.

    Every change of the theme would polish them; and as no one but Python owns them, they could
    be collected in the middle of it, which ends the process.
    """
    menu, item.ctrl, item.stateGroup = item.ctrlMenu, None, None
    item.ctrlMenu = QObject(item)  # an item without one takes itself for closed
    for action in [one for sub in menu.actions() for one in sub.menu().actions()]:
        sip.delete(action)  # and with it the widget that it shows
    sip.delete(menu)
