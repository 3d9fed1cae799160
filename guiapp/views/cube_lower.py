"""The lower graph of the cube view: a spaxel, the centroid's drift, or systematic errors."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import BoolArray, FloatArray
from engine.mrs.extraction import Extraction
from guiapp.look.parts import ElidedLabel, column
from guiapp.look.tokens import GRID
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import EdgesLayer, LevelsLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle, Symbol
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.cube_words import sample_text, spaxel_text

Graph = Literal["spaxel", "drift", "systematics"]
GRAPHS: tuple[tuple[Graph, str, str], ...] = (
    ("spaxel", "Spaxel", "Spectrum of the spaxel under the cursor, or of the one clicked."),
    ("drift", "Drift", "Centroid minus center of the aperture along wavelength."),
    (
        "systematics",
        "Systematics",
        "How much the flux moves with the annulus (0.5 FWHM in or out), with the radius "
        "(±0.25 FWHM) and with the error of the center.",
    ),
)
_DRIFTS: tuple[tuple[str, str, Symbol], ...] = (
    ("Δx", "class hot", "circle"),
    ("Δy", "class G", "square"),
)
_SPREADS = (("annulus", "class hot"), ("aperture", "class A"), ("center", "class G"))
_LEFT_OUT: dict[Graph, float] = {"spaxel": 1.0, "drift": 0.0, "systematics": 2.0}  # percent
_EMPTY = np.zeros(0)


@dataclass(frozen=True, eq=False, slots=True)
class SpaxelCurve:
    """The spectrum of one spaxel.

    Attributes
    ----------
    name : str
        Which spaxel it is, in words.
    wave_um, values, errors : ndarray, shape (n,)
        NaN is not drawn.
    flags : ndarray of int, shape (n,)
        Data-quality bits.
    flagged : ndarray of bool, shape (n,)
        Where DO_NOT_USE is set.
    unit : str
        Unit of the values.
    """

    name: str
    wave_um: FloatArray
    values: FloatArray
    errors: FloatArray
    flags: np.ndarray
    flagged: BoolArray
    unit: str


class LowerPane(QWidget):
    """Draws one of three graphs along wavelength."""

    cursor_changed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.graph: Graph = "spaxel"
        self.curve: SpaxelCurve | None = None
        self.result: Extraction | None = None
        self.plot = ThemedPlot(name="Lower graph", x_label="Wavelength (µm)")
        self.graphs = SegmentBar("Lower graph", GRAPHS)
        self.caption = ElidedLabel("", "dim")
        self.legend = LegendBar()
        self._automatic: tuple[float, float] | None = None
        self._add_layers()
        self._lay_out()
        self._connect()
        self.set_graph("spaxel")

    # What is shown

    def set_graph(self, graph: Graph) -> None:
        """Draw another graph."""
        self.graph = graph
        self.graphs.choose(graph)
        self._label()
        entries = {
            "spaxel": (),
            "drift": tuple((name, color) for name, color, _ in _DRIFTS),
            "systematics": _SPREADS,
        }[graph]
        self.legend.set_entries(
            tuple(LegendEntry(name, name, "line", color) for name, color in entries)
        )
        self.legend.setVisible(bool(entries))
        self._show_layers()
        self._scale()

    def show_result(self, result: Extraction | None) -> None:
        """Take drift and systematic errors from ``result``."""
        self.result = result
        drifts = (_EMPTY, _EMPTY) if result is None else _drifts(result)
        waves = _EMPTY if result is None else result.drift_wave_um
        for curve, points, values in zip(self.drifts, self.drift_points, drifts, strict=True):
            curve.set_data(waves, values)
            points.set_data(waves, values)
        spreads = (_EMPTY,) * 3 if result is None else _spreads(result)
        waves = _EMPTY if result is None else result.spectrum.wave_um
        for curve, values in zip(self.spreads, spreads, strict=True):
            curve.set_data(waves, values)
        self._follow()

    def show_spaxel(self, curve: SpaxelCurve | None) -> None:
        """Draw the spectrum of a spaxel; `None`: of none."""
        self.curve = curve
        if curve is None:
            self.spaxel.set_data(_EMPTY, _EMPTY)
            self.spaxel_band.set_data(_EMPTY, _EMPTY, _EMPTY)
            self.spaxel_flags.set_data(_EMPTY, _EMPTY)
        else:
            wave, values, errors = curve.wave_um, curve.values, curve.errors
            self.spaxel.set_data(wave, values)
            self.spaxel_band.set_data(wave, values - errors, values + errors)
            self.spaxel_flags.set_data(wave, np.where(curve.flagged, values, np.nan))
        self._label()
        if self.graph == "spaxel":
            self._follow()

    def start_afresh(self) -> None:
        """Scale to whatever comes: another band is shown."""
        self._automatic = None
        self._scale()

    # Parts

    def _add_layers(self) -> None:
        add = self.plot.add_layer
        self.zero = add(LevelsLayer("dim", style="dashed"), z=0)
        self.zero.set_values((0.0,))
        self.spaxel_band = add(BandLayer("text", opacity=0.14), z=2)
        self.spaxel = add(CurveLayer("text"), z=3)
        flagged = PointStyle("care", "cross", 7.0)
        self.spaxel_flags = add(PointsLayer((flagged,), counts=()), z=4)
        self.drifts = tuple(add(CurveLayer(color), z=3) for _, color, _ in _DRIFTS)
        self.drift_points = tuple(
            add(PointsLayer((PointStyle(color, symbol, 6.0),)), z=4) for _, color, symbol in _DRIFTS
        )
        self.spreads = tuple(add(CurveLayer(color), z=3) for _, color in _SPREADS)
        for still in (self.spaxel_band, self.spaxel, *self.spreads):
            still.keeps_picture = True  # the line moves over them
        self.line = add(EdgesLayer("accent", opacity=0.8), z=5)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.caption, 1)
        row.addWidget(self.graphs)
        box = column(self, spacing=GRID)
        box.addLayout(row)
        box.addWidget(self.legend)
        box.addWidget(self.plot, 1)

    def _connect(self) -> None:
        self.plot.all_bounds = self._bounds
        self.graphs.chosen.connect(self.set_graph)
        self.legend.switched.connect(lambda _name, _on: self._show_layers())
        self.plot.cursor_moved.connect(lambda x, _y, _i: self.cursor_changed.emit(self._read(x)))
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def _show_layers(self) -> None:
        for part in (self.spaxel_band, self.spaxel, self.spaxel_flags):
            part.setVisible(self.graph == "spaxel")
        named: list[tuple[Graph, str, Layer]] = []
        for (name, *_), drift, points in zip(_DRIFTS, self.drifts, self.drift_points, strict=True):
            named += [("drift", name, drift), ("drift", name, points)]
        for (name, _), spread in zip(_SPREADS, self.spreads, strict=True):
            named.append(("systematics", name, spread))
        for graph, name, layer in named:
            layer.setVisible(self.graph == graph and self.legend.is_on(name))

    def _label(self) -> None:
        unit = "" if self.curve is None else self.curve.unit
        nothing = "Point at a spaxel to see its spectrum."
        label, caption = {
            "spaxel": (
                f"Spaxel ({unit})" if unit else "Spaxel",
                nothing if self.curve is None else self.curve.name,
            ),
            "drift": ("Drift (spaxel)", "Centroid − center"),
            "systematics": ("Flux moves by (%)", "Change of the flux"),
        }[self.graph]
        self.plot.set_labels("Wavelength (µm)", label)
        self.caption.set_full_text(caption)

    def _bounds(self) -> Bounds | None:
        curves: tuple[CurveLayer, ...] = {
            "spaxel": (self.spaxel,),
            "drift": self.drifts,
            "systematics": self.spreads,
        }[self.graph]
        return bounds_of_most(
            curves[0].xs, tuple(one.ys for one in curves), left_out=_LEFT_OUT[self.graph]
        )

    def _follow(self) -> None:
        """Scale to what is shown, unless the hand has zoomed."""
        now = self.plot.view[1]
        if self._automatic is None or np.allclose(now, self._automatic, rtol=1e-6, atol=0.0):
            self._scale()

    def _scale(self) -> None:
        bounds = self._bounds()
        if bounds is None:
            return
        low, high = bounds[2:]
        margin = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
        self.plot.set_view((self.plot.view[0], (low - margin, high + margin)))
        self._automatic = self.plot.view[1]

    def _read(self, x: float) -> str:
        if self.graph == "spaxel":
            return "" if self.curve is None else _spaxel_reading(self.curve, x)
        if self.result is None:
            return ""
        return sample_text(self.result, int(np.argmin(np.abs(self.result.spectrum.wave_um - x))))


def bounds_of_most(
    x: FloatArray, ys: tuple[FloatArray, ...], *, left_out: float = 0.0
) -> Bounds | None:
    """Return the range of all but ``left_out`` percent of the values at either end."""
    if not x.size:
        return None
    values = np.concatenate([y[np.isfinite(y)] for y in ys])
    if not values.size:
        return None
    low, high = np.percentile(values, [left_out, 100.0 - left_out]).tolist()
    margin = 0.06 * (high - low)
    return float(x[0]), float(x[-1]), low - margin, high + margin


def _drifts(result: Extraction) -> tuple[FloatArray, ...]:
    return result.drift_x_pixels, result.drift_y_pixels


def _spreads(result: Extraction) -> tuple[FloatArray, ...]:
    spreads = (result.annulus_spread, result.aperture_spread, result.centroid_spread)
    return tuple(100.0 * spread for spread in spreads)


def _spaxel_reading(curve: SpaxelCurve, x: float) -> str:
    index = int(np.argmin(np.abs(curve.wave_um - x)))
    return spaxel_text(
        float(curve.wave_um[index]),
        (float(curve.values[index]), float(curve.errors[index])),
        curve.unit,
        int(curve.flags[index]),
    )
