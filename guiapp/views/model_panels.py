"""The two plots of the view of models: stars with class means, and ratios over wavelength."""

from typing import Literal

import numpy as np
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter

from engine.arrays import FloatArray
from engine.model.bands import band_named
from engine.model.star_names import shown_source_name, told_apart
from engine.mrs.model_choice import BandChange, ClassChange, ModelComparison, PairRatio, StarChange
from guiapp.look.fonts import resized
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.colors import color_of
from guiapp.plots.curves import CurveLayer, Dash
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle, Symbol
from guiapp.plots.themed_plot import ThemedPlot

Page = Literal["vectors", "pairs"]

_CLASSES = ("hot", "A", "G", "other")
_SYMBOLS: dict[str, Symbol] = {
    "hot": "circle", "A": "square", "G": "triangle", "other": "diamond",
}  # fmt: skip
_TITLES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs", "other": "others"}
_LEFT_OUT = len(_CLASSES)
_SIZE = 8.0
_CROSS = PointStyle("wrong", symbol="cross", size=8.0, line=1.6)
_RING = PointStyle("accent", symbol="circle", size=15.0, fill="open", line=1.8)
_DASHES: tuple[tuple[str, Dash], ...] = (("before", "dashed"), ("after", "solid"))
_HALF = 0.38  # of a star's place: how far a class mean reaches past its stars
_LEAST_PERCENT = 0.2  # a smaller range is not worth a zoom
_EMPTY = np.zeros(0)
_NO_PAIRS = "No star was observed twice in one band: open another observation of one of them."
_GAP = 8.0  # pixels
_NAME_SIZE = 0.92  # of the plot's font
_HUES = tuple(
    f"band {name}" for name in ("1B", "2B", "3B", "4B", "1A", "3C")
)  # that can be told apart


def ordered_stars(result: ModelComparison) -> tuple[StarChange, ...]:
    """Return the stars class by class, hot stars first."""
    rank = {name: at for at, name in enumerate(_CLASSES)}
    return tuple(sorted(result.stars, key=lambda one: rank.get(one.star_class, len(rank))))


def _styles(fill: Literal["filled", "open"]) -> tuple[PointStyle, ...]:
    own = (
        PointStyle(f"class {name}", symbol=_SYMBOLS[name], size=_SIZE, fill=fill, line=1.6)
        for name in _CLASSES
    )
    return (*own, _CROSS)


class StarNamesLayer(Layer):
    """Names of the places 0, 1, 2 ... at the top, in two rows so that all of them have room."""

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Write ``names`` in place of those written now."""
        self.names = names
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setFont(resized(painter.font(), _NAME_SIZE))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(color_of("text"))
        room = abs(pixels.x_pixel(1.0) - pixels.x_pixel(0.0))
        widest = max((metrics.horizontalAdvance(name) for name in self.names), default=0.0)
        n_rows = 1 if widest + _GAP < room else 2
        for at, name in enumerate(self.names):
            column = pixels.x_pixel(float(at))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, n_rows * room - _GAP)
            half = 0.5 * metrics.horizontalAdvance(text) + 1.0
            if 0 <= column <= pixels.width:
                top = _GAP / 2 + (at % n_rows) * metrics.height()
                box = QRectF(column - half, top, 2.0 * half, metrics.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class StarsPanel:
    """Stars along x, their factors before (open) and after (filled), with class means."""

    def __init__(self) -> None:
        self.plot = ThemedPlot(name="Stars", y_label="Star / final before − 1 (%)")
        self.legend = LegendBar()
        plot = self.plot
        self.zero = plot.add_layer(LevelsLayer("dim"), z=1)
        self.links = plot.add_layer(CurveLayer("dim", counts="no bounds"), z=2)
        self.means = {
            which: {
                name: plot.add_layer(CurveLayer(f"class {name}", width=2.0, dash=dash), z=3)
                for name in _CLASSES
            }
            for which, dash in _DASHES
        }
        self.bars = plot.add_layer(ErrorBarsLayer("dim", opacity=0.8), z=4)
        self.before = plot.add_layer(PointsLayer(_styles("open")), z=5)
        self.after = plot.add_layer(PointsLayer(_styles("filled")), z=6)
        self.ring = plot.add_layer(PointsLayer((_RING,), counts=()), z=7)
        self.names = plot.add_layer(StarNamesLayer(), z=8)
        self.stars: tuple[StarChange, ...] = ()
        self._marked = ""
        self.zero.set_values((0.0,))
        self.legend.switched.connect(self._on_switched)
        plot.all_bounds = self._bounds
        plot.getPlotItem().getAxis("bottom").setStyle(showValues=False)

    def show(self, result: ModelComparison | None) -> None:
        """Draw stars and means."""
        self.stars = () if result is None else ordered_stars(result)
        x = np.arange(len(self.stars), dtype=np.float64)
        before, after = (_percent([getattr(s, w) for s in self.stars]) for w in ("before", "after"))
        kinds = np.array([_kind(one) for one in self.stars], dtype=np.int64)
        self.before.set_data(x, before, kinds)
        self.after.set_data(x, after, kinds)
        self.bars.set_data(x, after, 100.0 * np.array([one.error for one in self.stars]))
        self.links.set_data(*_strokes(x, before, after))
        self.names.set_names(told_apart([one.source for one in self.stars]))
        self._show_means(() if result is None else result.classes)
        self.mark(self._marked)

    def _show_means(self, classes: tuple[ClassChange, ...]) -> None:
        found = {one.name: one for one in classes}
        for which, layers in self.means.items():
            for name, layer in layers.items():
                places = [i for i, one in enumerate(self.stars) if one.star_class == name]
                if name not in found or not places:
                    layer.set_data(_EMPTY, _EMPTY)
                    continue
                level = 100.0 * (float(getattr(found[name], which)) - 1.0)
                ends = np.array([places[0] - _HALF, places[-1] + _HALF])
                layer.set_data(ends, np.full(2, level))
        self.legend.set_entries(
            (
                LegendEntry("before", "before", "points", "text",
                            PointStyle("text", size=_SIZE, fill="open", line=1.6)),
                LegendEntry("after", "after", "points", "text", PointStyle("text", size=_SIZE)),
                *(LegendEntry(one.name, f"mean of {_TITLES[one.name]}", "line",
                              f"class {one.name}", tip="Dashed: before; solid: after")
                  for one in classes),
            )
        )  # fmt: skip

    def mark(self, source: str) -> None:
        """Ring a star."""
        self._marked = source
        chosen = np.array([one.source == source for one in self.stars], dtype=bool)
        self.ring.set_data(self.after.xs[chosen], self.after.ys[chosen])

    def star_at(self, mouse: PlotMouse, within: float) -> StarChange | None:
        """Return the star within some pixels of the mouse."""
        pixels = self.plot.pixels
        best: tuple[float, StarChange] | None = None
        for i, one in enumerate(self.stars):
            for layer in (self.before, self.after):
                if not np.isfinite(layer.ys[i]):
                    continue
                away = float(
                    np.hypot(
                        pixels.x_pixel(float(layer.xs[i])) - mouse.column,
                        pixels.y_pixel(float(layer.ys[i])) - mouse.row,
                    )
                )
                if away <= within and (best is None or away < best[0]):
                    best = away, one
        return None if best is None else best[1]

    def _bounds(self) -> Bounds | None:
        if not self.stars:
            return None
        bars = np.nan_to_num(self.bars.errors)
        values = np.concatenate([self.before.ys, self.after.ys - bars, self.after.ys + bars])
        values = values[np.isfinite(values)]
        low = min(float(np.min(values, initial=0.0)), -_LEAST_PERCENT)
        high = max(float(np.max(values, initial=0.0)), _LEAST_PERCENT)
        room = 0.1 * (high - low)
        top = high + 3.0 * room  # for the names
        return -0.6, len(self.stars) - 0.4, low - room, top

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layers: tuple[Layer, ...] = {
            "before": (self.before, self.links),
            "after": (self.after, self.bars),
        }.get(name, tuple(self.means[which][name] for which in self.means if name in _CLASSES))
        for layer in layers:
            layer.setVisible(is_on)


class RatiosPanel:
    """Vectors after over before, or observations of one star over its first one."""

    def __init__(self) -> None:
        self.plot = ThemedPlot(name="Ratios", x_label="Wavelength (µm)", y_label="")
        self.legend = LegendBar()
        self.page: Page = "vectors"
        self.note = PlotMessage(self.plot, "center")
        self.zero = self.plot.add_layer(LevelsLayer("dim"), z=1)
        self.zero.set_values((0.0,))
        self.curves: dict[tuple[str, str], CurveLayer] = {}
        self.pairs: dict[tuple[str, str], tuple[PointsLayer, ErrorBarsLayer]] = {}
        self._marked = ""
        self.legend.switched.connect(self._on_switched)
        self.plot.all_bounds = self._bounds

    def show(self, result: ModelComparison | None) -> None:
        """Draw what the page is about."""
        self._drop()
        if result is None:
            self.legend.set_entries(())
        elif self.page == "vectors":
            self._show_vectors(result.bands)
        else:
            self._show_pairs(result.pairs)
        lacks_pairs = result is not None and self.page == "pairs" and not result.pairs
        self.note.say(_NO_PAIRS if lacks_pairs else "", "quiet")
        self.mark(self._marked)

    def mark(self, source: str) -> None:
        """Draw the vectors of one star stronger."""
        self._marked = source
        is_there = any(name == source for name, _ in self.curves)
        for (name, _), layer in self.curves.items():
            layer.set_look(opacity=1.0 if not name or name == source or not is_there else 0.35)

    def _show_vectors(self, changes: tuple[BandChange, ...]) -> None:
        self.plot.set_labels("Wavelength (µm)", "Change (%)")
        sources = dict.fromkeys(one.source for one in changes if one.source)
        hues = {name: _HUES[at % len(_HUES)] for at, name in enumerate(sources)}
        for one in changes:
            color = hues.get(one.source, "text")
            width = 1.0 if one.source else 2.0
            layer = self.plot.add_layer(CurveLayer(color, width=width), z=3 if one.source else 4)
            layer.set_data(one.wave_um, 100.0 * (one.ratio - 1.0))
            self.curves[one.source, one.band] = layer
        entries = [LegendEntry("", "final vector", "line", "text")] if changes else []
        entries += [
            LegendEntry(
                name,
                shown_source_name(name),
                "line",
                hue,
                tip="Vector with the model now, over before",
            )
            for name, hue in hues.items()
        ]
        self.legend.set_entries(tuple(entries))

    def _show_pairs(self, pairs: tuple[PairRatio, ...]) -> None:
        self.plot.set_labels("Wavelength (µm)", "Flux / first − 1 (%)")
        groups = dict.fromkeys((one.source, one.other) for one in pairs)
        entries = []
        for at, key in enumerate(groups):
            own = [one for one in pairs if (one.source, one.other) == key]
            color = _HUES[at % len(_HUES)]
            style = PointStyle(color, symbol="square", size=7.0)
            points = self.plot.add_layer(PointsLayer((style,)), z=4)
            bars = self.plot.add_layer(ErrorBarsLayer(color, opacity=0.9), z=3)
            x = np.array([_middle_um(one.band) for one in own])
            order = np.argsort(x)
            y = _percent([one.ratio for one in own])[order]
            points.set_data(x[order], y)
            bars.set_data(x[order], y, 100.0 * np.array([one.error for one in own])[order])
            self.pairs[key] = points, bars
            entries.append(LegendEntry("\n".join(key), _pair_title(own[0]), "points", color, style))
        self.legend.set_entries(tuple(entries))

    def _drop(self) -> None:
        for layer in self.curves.values():
            self.plot.remove_layer(layer)
        for layers in self.pairs.values():
            for one in layers:
                self.plot.remove_layer(one)
        self.curves, self.pairs = {}, {}

    def _bounds(self) -> Bounds | None:
        drawn = [(one.xs, one.ys) for one in self.curves.values()]
        drawn += [(points.xs, points.ys) for points, _ in self.pairs.values()]
        waves = np.concatenate([x for x, _ in drawn]) if drawn else _EMPTY
        values = np.concatenate([y for _, y in drawn]) if drawn else _EMPTY
        values = values[np.isfinite(values)]
        if not values.size:
            return None
        low = min(float(values.min()), -_LEAST_PERCENT)
        high = max(float(values.max()), _LEAST_PERCENT)
        room = 0.12 * (high - low)
        return float(waves.min()), float(waves.max()), low - room, high + room

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        for (source, _), layer in self.curves.items():
            if source == name:
                layer.setVisible(is_on)
        for key, layers in self.pairs.items():
            if "\n".join(key) == name:
                for one in layers:
                    one.setVisible(is_on)


def _kind(one: StarChange) -> int:
    return _LEFT_OUT if one.excluded else _CLASSES.index(one.star_class)


def _percent(factors: list[float]) -> FloatArray:
    return 100.0 * (np.array(factors, dtype=np.float64) - 1.0)


def _strokes(x: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return vertical strokes as one curve with gaps."""
    gap = np.full(x.size, np.nan)
    return np.repeat(x, 3), np.stack([low, high, gap], axis=1).ravel()


def _middle_um(band: str) -> float:
    found = band_named(band)
    return np.nan if found is None else 0.5 * (found.wave_min_um + found.wave_max_um)


def _pair_title(one: PairRatio) -> str:
    """Return both observations with their well depths."""
    depths = [
        f"{depth:.0f} DN" if np.isfinite(depth) else ""
        for depth in (one.well_depth_dn, one.other_depth_dn)
    ]
    places = [name.partition("/")[2] or name for name in (one.source, one.other)]
    first, other = (f"{p} ({d})" if d else p for p, d in zip(places, depths, strict=True))
    return f"{one.star} {other} / {first}"
