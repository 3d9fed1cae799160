"""View of dropouts: the two-dimensional spectrum above the extracted one, on one axis."""

import numpy as np
from PyQt6.QtCore import pyqtSignal

from engine.arrays import FloatArray, IntArray
from engine.lrs.dropouts import DropoutSearch
from engine.numerics.robust import robust_scatter
from guiapp.look import number_text
from guiapp.look.parts import button, stacked
from guiapp.look.units import wave_text
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.mesh_layer import MeshLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.stretch import NO_LEVELS, Levels
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.lrs_view import LrsView
from guiapp.views.unusable_ranges import UnusableRanges, UsableEdges

_EMPTY = np.zeros(0)
_MARKS = (
    PointStyle("wrong", symbol="square", size=7.0, fill="open"),
    PointStyle("ok", symbol="square", size=7.0, fill="open"),
)
_POINTS = (PointStyle("wrong", size=5.0), PointStyle("ok", size=5.0))
_MISSING, _FILLED = 0, 1
_ROOM_ROWS = 25  # beside a dropout that is zoomed to


class DropoutsView(LrsView):
    """Draws a `DropoutSearch`; says when dropouts are to be filled.

    Signals
    -------
    repair_wanted(bool)
        Whether dropouts are to be filled.
    """

    repair_wanted = pyqtSignal(bool)

    hint = "a row of the table zooms to its dropout · drag an end of the usable range"

    def __init__(self) -> None:
        self.image_plot = ThemedPlot(name="Two-dimensional spectrum", y_label="Column")
        self.plot = ThemedPlot(
            name="Extracted spectrum", x_label="Wavelength (µm)", y_label="Flux (Jy)"
        )
        parts = stacked(self.image_plot, self.plot, sizes=(200, 320))
        super().__init__(name="Dropouts", plots=(self.plot, self.image_plot), content=parts)
        self.repair = button("Fill dropouts", tip="From the profile of the rows beside")
        self.repair.setCheckable(True)
        self.tools.addWidget(self.repair)
        self.result: DropoutSearch | None = None
        self.order: IntArray = np.zeros(0, dtype=np.int64)
        self.axis: FloatArray = _EMPTY
        self._make_layers()
        self.image_plot.link_x(self.plot)
        self.plot.all_bounds = self._bounds
        self.image_plot.all_bounds = self._image_bounds
        self.repair.clicked.connect(self.repair_wanted)
        for plot in (self.plot, self.image_plot):
            plot.cursor_moved.connect(lambda x, y, _index: self._on_cursor(x, y))

    def _make_layers(self) -> None:
        self.image = self.image_plot.add_layer(MeshLayer(), z=2)
        self.image.set_look(stretch="arcsinh", map_name="magma")
        self.marks = self.image_plot.add_layer(PointsLayer(_MARKS), z=5)
        self.ranges = UnusableRanges(self.plot)
        self.ends = UsableEdges(
            self.plot, chosen=self.limit_chosen.emit, reset=self.limits_reset.emit
        )
        self.before = self.plot.add_layer(CurveLayer("dim", dash="dotted"), z=3)
        self.curve = self.plot.add_layer(CurveLayer("text"), z=4)
        self.points = self.plot.add_layer(PointsLayer(_POINTS), z=5)

    def drawn(self) -> DropoutSearch | None:
        """Return the result that is drawn; `None`: none."""
        return self.result

    @property
    def has_wavelengths(self) -> bool:
        """Whether the axis is a wavelength; else rows are counted."""
        result = self.result
        return result is not None and int(np.count_nonzero(np.isfinite(result.wave_um))) >= 2

    def draw(self, result: DropoutSearch | None) -> None:
        """Draw ``result``; `None`: nothing."""
        self.result = result
        if result is None:
            for layer in (self.before, self.curve, self.marks, self.points):
                layer.set_data(_EMPTY, _EMPTY)
            self.image.set_mesh(_EMPTY, _EMPTY, np.zeros((0, 0)), NO_LEVELS)
            self.ranges.show(None)
            self.ends.show(None)
            self.repair.setEnabled(False)
            return
        self._order_rows(result)
        self._draw_image(result)
        self._draw_spectrum(result)
        usable = result.usable if self.has_wavelengths else None
        self.ranges.show(usable)
        self.ends.show(usable)
        self.repair.setEnabled(bool(result.dropouts) or result.repair == "profile")
        self.repair.setChecked(result.repair == "profile")
        self.summary.set_full_text(result.messages[0])

    def zoom_to(self, place: int) -> None:
        """Show dropout ``place`` with some rows beside it."""
        result = self.result
        if result is None or place >= len(result.dropouts):
            return
        one = result.dropouts[place]
        rows = np.arange(one.first_row - _ROOM_ROWS, one.last_row + _ROOM_ROWS + 1)
        inside = np.isin(self.order, rows)
        x = self.axis[inside]
        if not x.size:
            return
        flux = self.curve.ys[inside]
        known = flux[np.isfinite(flux)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        room = 0.1 * (high - low) or 1.0
        self.plot.zoom_to(((float(x[0]), float(x[-1])), (low - room, high + room)))

    def _order_rows(self, result: DropoutSearch) -> None:
        """Sort the rows along the axis: by wavelength, or as they are."""
        rows = np.arange(result.missing.size)
        x = result.wave_um if self.has_wavelengths else rows.astype(np.float64)
        known = np.flatnonzero(np.isfinite(x))
        self.order = known[np.argsort(x[known], kind="stable")]
        self.axis = x[self.order]
        label = "Wavelength (µm)" if self.has_wavelengths else "Row"
        unit = (
            "Flux (Jy)" if result.matched.n_rows else f"Sum over the trace ({result.unit or '?'})"
        )
        self.plot.set_labels(label, unit)

    def _draw_image(self, result: DropoutSearch) -> None:
        nodes = result.repaired[self.order].T
        columns = np.arange(nodes.shape[0], dtype=np.float64)
        known = nodes[np.isfinite(nodes)]
        ground, high = np.percentile(known, [50.0, 99.8]) if known.size else (0.0, 1.0)
        noise = robust_scatter(known) if known.size else 0.0
        low = float(ground) - 2.0 * noise  # the other nod is negative: it need not be told apart
        knee = max(5.0 * noise, 1e-3 * abs(float(high)))
        self.image.set_mesh(self.axis, columns, nodes, Levels(low, float(high), knee))
        missing = result.missing[self.order]
        kind = _FILLED if result.repair == "profile" else _MISSING
        x, y = self.axis[missing], result.trace[self.order][missing].astype(np.float64)
        self.marks.set_data(x, y, np.full(x.size, kind))

    def _draw_spectrum(self, result: DropoutSearch) -> None:
        is_extracted = bool(result.matched.n_rows)
        values = result.matched.on_rows if is_extracted else result.box_repaired
        shown = values[self.order]
        missing = result.missing[self.order]
        self.curve.set_data(self.axis, shown)
        kind = _FILLED if result.repair == "profile" else _MISSING
        self.points.set_data(self.axis[missing], shown[missing], np.full(int(missing.sum()), kind))
        before = np.full(shown.size, np.nan)
        if result.repair == "profile":
            sums = result.matched.expected(result.box) if is_extracted else result.box
            near = np.convolve(missing, np.ones(3), mode="same") > 0
            before = np.where(near, sums[self.order], np.nan)
        self.before.set_data(self.axis, before)

    def _bounds(self) -> Bounds | None:
        values = self.curve.ys[np.isfinite(self.curve.ys)]
        if not values.size:
            return None
        low, high = np.percentile(values, [0.5, 99.5])
        room = 0.08 * (high - low)
        return float(self.axis[0]), float(self.axis[-1]), min(low, 0.0) - room, high + room

    def _image_bounds(self) -> Bounds | None:
        bounds = self.image.bounds()
        if bounds is None or not self.axis.size:
            return None
        return float(self.axis[0]), float(self.axis[-1]), bounds[2], bounds[3]

    def _on_cursor(self, x: float, y: float) -> None:
        result = self.result
        if result is None or not self.axis.size:
            return
        at = int(np.argmin(np.abs(self.axis - x)))
        row = int(self.order[at])
        place = f"{wave_text(x)}   " if self.has_wavelengths else ""
        said = f"{place}row {row}   flux {number_text(float(self.curve.ys[at]))}"
        if result.missing[row]:
            said += "   filled" if result.repair == "profile" else "   peak missing"
        reason = self.ranges.reason_at(x) if self.has_wavelengths else ""
        self.cursor_changed.emit(f"{said}   {reason}".rstrip())
