"""Curves of several stars over their continua, one above the other."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from engine.model.stars import star_named
from engine.mrs.normalized_spectra import NormalizedBand, NormalizedSource
from guiapp.plots.curves import CurveLayer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.themed_plot import ThemedPlot

ModelPlace = Literal["over", "below"]

_SCATTERS = 8.0  # that two stars stand apart
_LEAST = 0.005  # apart
_MARGIN = 0.8  # of the distance, above the first and below the last star
_OTHERS = 0.55  # opacity of the stars that are not selected
_MODEL_DROP = 0.45  # of the distance, when models stand below


def class_of(star: str) -> str:
    """Return the class that decides the color of a star."""
    found = star_named(star)
    return found.star_class if found is not None and found.is_standard else "other"


class Stack:
    """Draws each source at a level of its own.

    Parameters
    ----------
    plot : ThemedPlot
        Where it draws.
    """

    def __init__(self, plot: ThemedPlot) -> None:
        self._plot = plot
        self._sources: tuple[NormalizedSource, ...] = ()
        self._levels: dict[str, float] = {}
        self._layers: dict[str, list[tuple[CurveLayer, CurveLayer]]] = {}
        self._selected = ""
        self._is_shown = {"data": True, "model": True}
        self._page = (0.0, 0.0)
        self.apart = _LEAST

    def show(
        self,
        sources: Sequence[NormalizedSource],
        page: tuple[float, float],
        *,
        spacing: float | None,
        place: ModelPlace,
    ) -> None:
        """Draw the bands of a page; ``spacing`` in units of the continuum, `None`: automatic."""
        self._drop()
        self._page = page
        self._sources = tuple(
            one for one in sources if any(_is_on(band, page) for band in one.bands)
        )
        self.apart = _apart(self._sources, page) if spacing is None else spacing
        self._levels = {one.source: 1.0 - at * self.apart for at, one in enumerate(self._sources)}
        drop = _MODEL_DROP * self.apart if place == "below" else 0.0
        for one in self._sources:
            color = f"class {class_of(one.star)}"
            self._layers[one.source] = [
                self._new_layers(band, self._levels[one.source] - 1.0, drop, color)
                for band in one.bands
                if _is_on(band, page)
            ]

    def levels(self) -> tuple[tuple[NormalizedSource, float], ...]:
        """Return the sources with the level of their continuum."""
        return tuple((one, self._levels[one.source]) for one in self._sources)

    def curves(self, source: str) -> tuple[tuple[CurveLayer, CurveLayer], ...]:
        """Return the curves of data and model of a source, band by band."""
        return tuple(self._layers.get(source, ()))

    def select(self, source: str) -> None:
        """Draw one source stronger than the others."""
        self._selected = source
        is_there = source in self._layers
        for name, pairs in self._layers.items():
            strong = name == source or not is_there
            for data, model in pairs:
                data.set_look(opacity=1.0 if strong else _OTHERS)
                model.set_look(opacity=1.0 if strong else _OTHERS)

    def switch(self, which: Literal["data", "model"], *, is_on: bool) -> None:
        """Show or hide data or models."""
        self._is_shown[which] = is_on
        for pairs in self._layers.values():
            for data, model in pairs:
                (data if which == "data" else model).setVisible(is_on)

    def range_of(self, low_um: float, high_um: float) -> tuple[float, float] | None:
        """Return the range of the curves between two wavelengths, without hits."""
        if not self._sources:
            return None
        tops, bottoms = [], []
        for one in self._sources:
            values = _values(one, (low_um, high_um))
            if values.size:
                shift = self._levels[one.source] - 1.0
                low, high = np.percentile(values, [0.3, 99.7])
                tops.append(float(high) + shift)
                bottoms.append(float(low) + shift)
        if not tops:
            return None
        room = _MARGIN * self.apart if len(self._sources) > 1 else 0.4 * (tops[0] - bottoms[0])
        return min(bottoms) - room, max(tops) + 1.6 * room

    def source_at(self, mouse: PlotMouse, within: float) -> NormalizedSource | None:
        """Return the source whose curve is nearest to the mouse, within some pixels."""
        best: tuple[float, NormalizedSource] | None = None
        for one in self._sources:
            value = self.value_at(one.source, mouse.x) + self._levels[one.source] - 1.0
            away = abs(self._plot.pixels.y_pixel(value) - mouse.row) if np.isfinite(value) else 1e9
            if away <= within and (best is None or away < best[0]):
                best = away, one
        return None if best is None else best[1]

    def value_at(self, source: str, wave_um: float) -> float:
        """Return flux over continuum of a source; NaN where there is none."""
        for one in self._sources:
            if one.source != source:
                continue
            for band in one.bands:
                if band.wave_um[0] <= wave_um <= band.wave_um[-1]:
                    value = float(band.data[int(np.argmin(np.abs(band.wave_um - wave_um)))])
                    if np.isfinite(value):
                        return value
        return float("nan")

    def _new_layers(
        self, band: NormalizedBand, shift: float, drop: float, color: str
    ) -> tuple[CurveLayer, CurveLayer]:
        data = self._plot.add_layer(CurveLayer(color), z=4)
        model = self._plot.add_layer(CurveLayer("text"), z=5)
        data.set_data(band.wave_um, band.data + shift)
        model.set_data(band.wave_um, band.model + shift - drop)
        data.setVisible(self._is_shown["data"])
        model.setVisible(self._is_shown["model"])
        return data, model

    def _drop(self) -> None:
        for pairs in self._layers.values():
            for pair in pairs:
                for layer in pair:
                    self._plot.remove_layer(layer)
        self._layers = {}


def _is_on(band: NormalizedBand, page: tuple[float, float]) -> bool:
    return not band.reason and band.wave_um[-1] >= page[0] and band.wave_um[0] <= page[1]


def _values(source: NormalizedSource, page: tuple[float, float]) -> FloatArray:
    kept = [
        one.data[(one.wave_um >= page[0]) & (one.wave_um <= page[1])]
        for one in source.bands
        if _is_on(one, page)
    ]
    values = np.concatenate(kept) if kept else np.zeros(0)
    return values[np.isfinite(values)]


def _apart(sources: Sequence[NormalizedSource], page: tuple[float, float]) -> float:
    """Return how far the stars stand apart: by what most of them scatter on this page."""
    found = [_values(one, page) for one in sources]
    scatters = [float(np.percentile(np.abs(v - 1.0), 75.0)) for v in found if v.size]
    return max(_SCATTERS * float(np.median(scatters)), _LEAST) if scatters else _LEAST
