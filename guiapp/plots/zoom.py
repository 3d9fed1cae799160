"""Zoom history of one plot, or of several whose x axes are linked."""

from typing import Protocol

View = tuple[tuple[float, float], tuple[float, float]]
Fitted = tuple[float, float] | None  #: the range of y that a plot last chose by itself
_MOST = 100


class Zoomable(Protocol):
    """A plot whose view can be read and set."""

    @property
    def view(self) -> View:
        """The range shown, x and y, in axis units."""

    @property
    def fitted_y(self) -> Fitted:
        """The range of y that it last chose by itself."""

    def restore(self, view: View, fitted_y: Fitted) -> None:
        """Show ``view`` again, chosen by the user or by the plot as it was then."""


class ZoomHistory:
    """Remembers what was shown before each zoom."""

    def __init__(self) -> None:
        self._plots: list[Zoomable] = []
        self._past: list[tuple[tuple[View, Fitted], ...]] = []

    def add(self, plot: Zoomable) -> None:
        """Remember the view of ``plot`` too; starts the history over."""
        self._plots.append(plot)
        self._past.clear()

    def remember(self) -> None:
        """Call before the view changes by the user's hand."""
        now = tuple((plot.view, plot.fitted_y) for plot in self._plots)
        if not self._past or _views(self._past[-1]) != _views(now):
            self._past.append(now)
            del self._past[:-_MOST]

    def back(self) -> bool:
        """Show the previous view; return whether there was one."""
        now = tuple(plot.view for plot in self._plots)
        while self._past:
            before = self._past.pop()
            if _views(before) != now:
                for plot, (view, fitted_y) in zip(self._plots, before, strict=True):
                    plot.restore(view, fitted_y)
                return True
        return False

    @property
    def is_empty(self) -> bool:
        """Whether the user has changed nothing."""
        return not self._past

    def clear(self) -> None:
        """Forget everything: the plot shows something else now."""
        self._past.clear()


def _views(shown: tuple[tuple[View, Fitted], ...]) -> tuple[View, ...]:
    return tuple(view for view, _ in shown)
