"""Zoom history of one plot, or of several whose x axes are linked."""

from typing import Protocol

View = tuple[tuple[float, float], tuple[float, float]]
_MOST = 100


class Zoomable(Protocol):
    """A plot whose view can be read and set."""

    @property
    def view(self) -> View:
        """The range shown, x and y, in axis units."""

    def set_view(self, view: View) -> None:
        """Show exactly ``view``."""


class ZoomHistory:
    """Remembers what was shown before each zoom."""

    def __init__(self) -> None:
        self._plots: list[Zoomable] = []
        self._past: list[tuple[View, ...]] = []

    def add(self, plot: Zoomable) -> None:
        """Remember the view of ``plot`` too; starts the history over."""
        self._plots.append(plot)
        self._past.clear()

    def remember(self) -> None:
        """Call before the view changes by the user's hand."""
        now = self._views()
        if not self._past or self._past[-1] != now:
            self._past.append(now)
            del self._past[:-_MOST]

    def back(self) -> bool:
        """Show the previous view; return whether there was one."""
        now = self._views()
        while self._past:
            before = self._past.pop()
            if before != now:
                for plot, view in zip(self._plots, before, strict=True):
                    plot.set_view(view)
                return True
        return False

    @property
    def is_empty(self) -> bool:
        """Whether the user has changed nothing."""
        return not self._past

    def clear(self) -> None:
        """Forget everything: the plot shows something else now."""
        self._past.clear()

    def _views(self) -> tuple[View, ...]:
        return tuple(plot.view for plot in self._plots)
