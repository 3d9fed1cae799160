"""The usable range of an LRS spectrum as a layer: what lies outside is shaded, with the reason."""

from collections.abc import Callable
from typing import Literal

from engine.lrs.usable_range import UsableRange
from guiapp.plots.canvas import PlotCanvas
from guiapp.plots.marks import EdgesLayer, Span, SpansLayer
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.edge_gestures import EdgeTool

_FOLDED, _LIMITED = "wrong", "care"
_LEAST_UM = 0.1  # width of a usable range

Side = Literal["blue", "red"]


class UnusableRanges:
    """Shades in one plot what of a spectrum cannot be used.

    Parameters
    ----------
    plot : PlotCanvas
        Its x axis is the wavelength in um.
    names : {"shown", "hidden"}
        Whether the reasons are written into it.
    """

    def __init__(self, plot: PlotCanvas, *, names: Literal["shown", "hidden"] = "shown") -> None:
        self.folded = plot.add_layer(SpansLayer(_FOLDED, opacity=0.12, names=names), z=1)
        self.limited = plot.add_layer(SpansLayer(_LIMITED, opacity=0.12, names=names), z=1)

    def show(self, usable: UsableRange | None) -> None:
        """Shade the ranges of ``usable``; `None`: nothing."""
        spans = () if usable is None else usable.unusable
        self.folded.set_spans(tuple(Span(one.low_um, one.high_um, one.reason) for one in spans[:1]))
        self.limited.set_spans(
            tuple(Span(one.low_um, one.high_um, one.reason) for one in spans[1:])
        )

    def reason_at(self, x: float) -> str:
        """Return why a wavelength cannot be used; ``""``: it can."""
        for layer in (self.folded, self.limited):
            for span in layer.spans:
                if span.low <= x <= span.high:
                    return span.name
        return ""


class UsableEdges:
    """Both ends of the usable range, to be dragged; a double click brings the default back.

    Parameters
    ----------
    plot : ThemedPlot
        Its x axis is the wavelength in um.
    chosen : callable
        Told of a new end: side, and place in um.
    reset : callable
        Told of a double click.
    """

    def __init__(
        self,
        plot: ThemedPlot,
        *,
        chosen: Callable[[Side, float], object],
        reset: Callable[[], object],
    ) -> None:
        self.layer = plot.add_layer(EdgesLayer(_LIMITED, style="grip"), z=8)
        self._chosen = chosen
        self._usable: UsableRange | None = None
        self._moved: Side | None = None
        plot.add_tool(EdgeTool(self.layer, self, reset=reset))

    def show(self, usable: UsableRange | None) -> None:
        """Draw the ends of ``usable``; `None`: none."""
        self._usable, self._moved = usable, None
        self.layer.set_values(() if usable is None else (usable.low_um, usable.high_um))

    def edge_moved(self, index: int, x: float) -> None:
        """Show an end where it is dragged to; they do not pass each other."""
        low, high = self.layer.values
        self._moved = "blue" if index == 0 else "red"
        if index == 0:
            self.layer.set_values((min(x, high - _LEAST_UM), high))
        else:
            self.layer.set_values((low, max(x, low + _LEAST_UM)))

    def edges_released(self) -> None:
        """Tell where the end is now."""
        if self._moved is not None:
            self._chosen(self._moved, self.layer.values[0 if self._moved == "blue" else 1])

    def edges_cancelled(self) -> None:
        """Put the ends back."""
        self.show(self._usable)
