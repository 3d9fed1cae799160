"""The usable range of an LRS spectrum as a layer: what lies outside is shaded, with the reason."""

from typing import Literal

from engine.lrs.usable_range import UsableRange
from guiapp.plots.canvas import PlotCanvas
from guiapp.plots.marks import Span, SpansLayer

_FOLDED, _LIMITED = "wrong", "care"


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
