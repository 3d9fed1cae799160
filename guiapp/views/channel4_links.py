"""One overlap of the chain of channel 4, seen from close by."""

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from engine.mrs.channel4_links import ChainLink
from guiapp.look.numbers import fixed_text
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.caption import CaptionLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import EdgesLayer, Span, SpansLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.edge_gestures import EdgeTool

_EMPTY = np.zeros(0)
_ROOM = 0.3  # of the overlap, beside it
_GAP_UM = 0.005
_SIDES = ("left", "right")


class LinkPanel(QObject):
    """Both bands in one overlap, once the level is applied.

    Signals
    -------
    dragged(float, float)
        New range in um, once, when the mouse is released.
    reset()
        The usual range is wanted.
    """

    dragged = pyqtSignal(float, float)
    reset = pyqtSignal()

    def __init__(self, junction: str) -> None:
        super().__init__()
        self.junction = junction
        self.link: ChainLink | None = None
        self._range = (np.nan, np.nan)
        names = dict(zip(_SIDES, junction.split("|"), strict=True))
        self.plot = ThemedPlot(
            name=f"Overlap {junction}",
            x_label="Wavelength (µm)",
            y_label="Flux density (Jy)" if junction.startswith("3C") else "",
        )
        self.range = self.plot.add_layer(SpansLayer("accent", opacity=0.08, names="hidden"), z=1)
        self.bars = {
            side: self.plot.add_layer(ErrorBarsLayer(f"band {name}", opacity=0.6), z=3)
            for side, name in names.items()
        }
        symbols = {"left": "circle", "right": "square"}
        self.points = {
            side: self.plot.add_layer(
                PointsLayer((PointStyle(f"band {name}", symbol=symbols[side], size=6.0),)),  # type: ignore[arg-type]
                z=4,
            )
            for side, name in names.items()
        }
        self.edges = self.plot.add_layer(EdgesLayer("accent", style="grip"), z=5)
        self.caption = self.plot.add_layer(CaptionLayer(f"band {names['right']}"), z=20)
        self.plot.add_tool(EdgeTool(self.edges, self, reset=self.reset.emit))
        self.plot.all_bounds = self._bounds

    def show(self, link: ChainLink | None) -> None:
        """Draw an overlap; `None`: the chain does not reach it."""
        self.link = link
        if link is None:
            for side in _SIDES:
                self.points[side].set_data(_EMPTY, _EMPTY)
                self.bars[side].set_data(_EMPTY, _EMPTY, _EMPTY)
            self.edges.set_values(())
            self.range.set_spans(())
            self.caption.say("", reason="the chain does not reach it")
            return
        for side, flux, error in (
            ("left", link.left_jy, link.left_error),
            ("right", link.right_jy, link.right_error),
        ):
            self.points[side].set_data(link.wave_um, flux)
            self.bars[side].set_data(link.wave_um, flux, error)
        self._show_range((link.low_um, link.high_um))
        percent = 100.0 * link.level_error
        self.caption.say(f"× {fixed_text(link.level, 4)}", more=f"± {fixed_text(percent, 2)} %")

    def edge_moved(self, index: int, x: float) -> None:
        """Show one edge while it is dragged; it stops at the other."""
        low, high = self._range
        moved = (min(x, high - _GAP_UM), high) if index == 0 else (low, max(x, low + _GAP_UM))
        self._show_range(moved)

    def edges_released(self) -> None:
        """Tell the new range, if it is one."""
        if self.link is not None and self._range != (self.link.low_um, self.link.high_um):
            self.dragged.emit(*self._range)

    def edges_cancelled(self) -> None:
        """Put the range back."""
        if self.link is not None:
            self._show_range((self.link.low_um, self.link.high_um))

    def _show_range(self, ends: tuple[float, float]) -> None:
        self._range = ends
        self.edges.set_values(ends)
        self.range.set_spans((Span(*ends),))

    def _bounds(self) -> Bounds | None:
        link = self.link
        if link is None:
            return None
        room = _ROOM * (link.high_um - link.low_um)
        lows = [side.ys - np.nan_to_num(side.errors) for side in self.bars.values()]
        highs = [side.ys + np.nan_to_num(side.errors) for side in self.bars.values()]
        low, high = float(np.min(np.concatenate(lows))), float(np.max(np.concatenate(highs)))
        margin = 0.1 * (high - low)
        above = high + 3 * margin  # for the caption
        return link.low_um - room, link.high_um + room, low - margin, above
