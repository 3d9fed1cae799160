"""Plots of the NIRCam modules: sources on the sky, the plane of both patches, offsets by array."""

import re
from collections.abc import Sequence

import numpy as np
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray, IntArray
from engine.model.nircam import ARRAYS
from engine.nircam.matching import EpochPair
from engine.nircam.module_offsets import LIMITS_MAG, ArrayOffset, PatchOffset
from engine.nircam.sky_axis import SkyAxis, field_center
from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.caption import NoteLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.level_band import LevelBandLayer
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle, Symbol
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.sources_view import PICK_PIXELS, RING

_EPOCHS = re.compile(r"(?i:epochs) \S+ and ")
_FILTER = re.compile(r"\b(F\d{3}[A-Z]\d?)\b")
REACH_MAG = 0.06  #: of the colors, and of the axes at least
#: From too bright to too faint in the second epoch; legible on both themes.
COLORS = (
    "#1f5fa8", "#3f83c6", "#7fb0da", "#a9bccd", "#98a1ad", "#cfb0a3", "#df957a", "#cf5f4b",
    "#ae2537",
)  # fmt: skip
SYMBOLS: tuple[Symbol, ...] = ("circle", "square", "triangle", "diamond", "plus")
CONTEXT_COLORS = ("accent", "wrong", "ok", "care")  #: the last calibration first
_OUT = len(COLORS)
_NONE = np.zeros(0)


def color_kinds(delta: FloatArray) -> IntArray:
    """Return the color of each difference of magnitudes, by its place in `COLORS`."""
    share = (np.clip(delta / REACH_MAG, -1.0, 1.0) + 1.0) / 2.0
    kinds: IntArray = np.minimum((share * len(COLORS)).astype(np.int64), len(COLORS) - 1)
    return kinds


def place_of(pairs: Sequence[EpochPair], wanted: str) -> int:
    """Return which pair of epochs is shown: that of the title ``wanted``, else the most telling.

    That is one between which the field turned, of the last calibration and the first epochs.
    """
    titles = [one.title for one in pairs]
    if wanted in titles:
        return titles.index(wanted)
    turned = [one for one in pairs if one.turn != "same"] or list(pairs)
    latest = max(one.calibration for one in turned)
    own = [one for one in turned if one.calibration == latest]
    first = min((one.first, one.second) for one in own)
    return titles.index([one for one in own if (one.first, one.second) == first][-1].title)


def place_of_choice(
    pairs: Sequence[EpochPair], like: EpochPair, filter_name: str, sources: Sequence[str] = ()
) -> int:
    """Return which pair holds what is picked in a filter, of the epochs of ``like`` if one does.

    -1: none, or ``like`` itself.
    """

    def holds(one: EpochPair) -> bool:
        return one.filter == filter_name and (not sources or sources[-1] in one.ids)

    epochs = (like.first, like.second, like.calibration)
    found = [i for i, one in enumerate(pairs) if holds(one)]
    same = [i for i in found if (pairs[i].first, pairs[i].second, pairs[i].calibration) == epochs]
    return -1 if holds(like) or not found else (same or found)[0]


def messages_of(messages: Sequence[str], pair: EpochPair | None) -> tuple[str, ...]:
    """Return the messages that are not about other filters or epochs than those of ``pair``."""
    if pair is None:
        return tuple(messages)
    own = rf"(?i:epochs) {re.escape(pair.first)} and {re.escape(pair.second)}(?!\w)"
    return tuple(
        one
        for one in messages
        if not _EPOCHS.search(one)
        or (re.search(own, one) and (not (name := _FILTER.search(one)) or name[1] == pair.filter))
    )


class SourceMap:
    """The sources of two epochs on the sky, colored by their difference.

    Attributes
    ----------
    plot : ThemedPlot
        West is to the right, north is up.
    order : ndarray of int
        Row of the pair of each point, by x.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plot = ThemedPlot(
            parent, name="Sources on the sky", x_label="West (arcmin)", y_label="North (arcmin)"
        )
        self.plot.getViewBox().setAspectLocked(lock=True)
        styles = [PointStyle(one, "circle", 7.0) for one in COLORS]
        self.points = self.plot.add_layer(
            PointsLayer((*styles, PointStyle("dim", "cross", 7.0))), z=5
        )
        self.ring = self.plot.add_layer(PointsLayer((RING,), counts=()), z=7)
        note = self.plot.add_layer(NoteLayer(), z=20)
        note.say(f"blue −{REACH_MAG:g} … red +{REACH_MAG:g} mag", "dim")
        self.order: IntArray = np.zeros(0, dtype=np.int64)

    def show_pair(self, pair: EpochPair | None) -> None:
        """Draw the sources of ``pair``; `None`: none."""
        if pair is None:
            self.order = np.zeros(0, dtype=np.int64)
            self.points.set_data(_NONE, _NONE)
            self.ring.set_data(_NONE, _NONE)
            return
        axis = SkyAxis(*(pair.center_deg or field_center(pair)), 0.0)
        east, north = axis.offsets(pair.ra_deg, pair.dec_deg)
        self.order = np.argsort(-east, kind="stable")
        kinds = np.where(pair.used, color_kinds(pair.delta), _OUT)
        self.points.set_data(-east[self.order], north[self.order], kinds[self.order])

    def mark(self, rows: Sequence[int]) -> None:
        """Ring the sources in ``rows`` of the pair."""
        chosen = np.isin(self.order, np.asarray(rows, dtype=np.int64))
        self.ring.set_data(self.points.xs[chosen], self.points.ys[chosen])

    def row_at(self, mouse: PlotMouse) -> int:
        """Return the row of the pair under the mouse; -1: none."""
        at = self.points.point_at(mouse, PICK_PIXELS)
        return int(self.order[at]) if at >= 0 else -1


class _OffsetPlot:
    """One point an array, with its error; points are drawn in the order of their x."""

    def __init__(self, plot: ThemedPlot) -> None:
        self.plot = plot
        self.bars = plot.add_layer(ErrorBarsLayer("dim"), z=4)
        self.points = plot.add_layer(PointsLayer(()), z=5)
        self.ring = plot.add_layer(PointsLayer((RING,), counts=()), z=6)
        self.order: IntArray = np.zeros(0, dtype=np.int64)

    def mark(self, rows: Sequence[int]) -> None:
        """Ring the arrays in ``rows``."""
        chosen = np.isin(self.order, np.asarray(rows, dtype=np.int64))
        self.ring.set_data(self.points.xs[chosen], self.points.ys[chosen])

    def hide(self, rows: frozenset[int]) -> None:
        """Leave out the arrays in ``rows``."""
        kinds = frozenset(place for place, row in enumerate(self.order.tolist()) if row in rows)
        self.points.hide_kinds(kinds)
        shown = ~np.isin(np.arange(self.order.size), list(kinds))
        self.bars.set_data(
            self.points.xs, np.where(shown, self.points.ys, np.nan), self.bars.errors
        )

    def row_at(self, mouse: PlotMouse) -> int:
        """Return the row of the array under the mouse; -1: none."""
        at = self.points.point_at(mouse, PICK_PIXELS)
        return int(self.order[at]) if at >= 0 else -1

    def _draw(
        self, x: FloatArray, offsets: Sequence[PatchOffset], styles: Sequence[PointStyle]
    ) -> None:
        self.order = np.argsort(x, kind="stable")
        y = np.array([one.median for one in offsets])[self.order]
        mad = np.array([one.mad for one in offsets])[self.order]
        self.points.set_styles([styles[i] for i in self.order])
        self.points.set_data(x[self.order], y, np.arange(x.size))
        self.bars.set_data(x[self.order], y, mad)


class PatchPlane(_OffsetPlot):
    """Both patches of each array against each other, with the boxes of 0.02 and 0.05 mag."""

    def __init__(self, parent: QWidget | None = None) -> None:
        plot = ThemedPlot(
            parent,
            name="Offsets of both patches",
            x_label="Δp: B first, then A (mag)",
            y_label="Δq: A first, then B (mag)",
        )
        super().__init__(plot)
        plot.getViewBox().setAspectLocked(lock=True)
        for limit, opacity in zip(LIMITS_MAG[::-1], (0.07, 0.09), strict=True):
            box = plot.add_layer(BandLayer("text", opacity=opacity), z=1)
            edges = np.array([-limit, limit])
            box.set_data(edges, np.full(2, -limit), np.full(2, limit))
        diagonal = plot.add_layer(CurveLayer("dim", counts="no bounds"), z=2)
        diagonal.set_data(np.array([-1.0, 1.0]), np.array([1.0, -1.0]))
        plot.all_bounds = self._bounds

    def show_offsets(self, arrays: Sequence[ArrayOffset], styles: Sequence[PointStyle]) -> None:
        """Draw one point an array, looking as its style."""
        self._draw(np.array([one.p.median for one in arrays]), [one.q for one in arrays], styles)

    def _bounds(self) -> Bounds:
        reach = max(REACH_MAG, 1.15 * _largest(self.points.xs), 1.15 * _largest(self.points.ys))
        return -reach, reach, -reach, reach


class ArrayPlot(_OffsetPlot):
    """The offset of patch p by array, filters beside each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        plot = ThemedPlot(parent, name="Offsets by array", x_label="Array", y_label="Δp (mag)")
        super().__init__(plot)
        for limit, opacity in zip(LIMITS_MAG[::-1], (0.07, 0.09), strict=True):
            band = plot.add_layer(LevelBandLayer("text", opacity=opacity), z=1)
            band.set_range(-limit, limit)
        plot.add_layer(LevelsLayer("dim"), z=2).set_values((0.0,))
        plot.getPlotItem().getAxis("bottom").names = ARRAYS
        plot.all_bounds = self._bounds

    def show_offsets(self, arrays: Sequence[ArrayOffset], styles: Sequence[PointStyle]) -> None:
        """Draw one point an array, looking as its style."""
        names = sorted({one.filter for one in arrays})
        x = np.array(
            [
                ARRAYS.index(one.array) + 0.15 * (names.index(one.filter) - (len(names) - 1) / 2)
                for one in arrays
            ]
        )
        self._draw(x, [one.p for one in arrays], styles)

    def _bounds(self) -> Bounds:
        reach = max(REACH_MAG, 1.15 * _largest(self.points.ys))
        return -0.5, len(ARRAYS) - 0.5, -reach, reach


def offset_styles(arrays: Sequence[ArrayOffset]) -> list[PointStyle]:
    """Return how arrays look: symbol by filter, color by calibration, open: not trusted."""
    names = sorted({one.filter for one in arrays})
    contexts = sorted({one.calibration for one in arrays}, reverse=True)
    return [
        PointStyle(
            CONTEXT_COLORS[contexts.index(one.calibration) % len(CONTEXT_COLORS)],
            SYMBOLS[names.index(one.filter) % len(SYMBOLS)],
            8.0,
            "filled" if one.is_trusted else "open",
        )
        for one in arrays
    ]


def _largest(values: FloatArray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))
