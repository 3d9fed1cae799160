"""Axes of the plots of a view, as the figure of the same result takes them over."""

from collections.abc import Mapping
from dataclasses import replace

from engine.figures.seen import SeenPanel
from guiapp.plots.canvas import PlotCanvas


def seen_in(plot: PlotCanvas, of: str = "") -> SeenPanel:
    """Return the axes of ``plot`` for the axes ``of`` of a figure, which names them itself."""
    x, y = plot.seen_axes()
    return SeenPanel(x.unnamed, y.unnamed, of=of)


def x_seen_in(plot: PlotCanvas, of: str = "") -> SeenPanel:
    """Return the x axis of ``plot``, for axes that show something else over it."""
    return replace(seen_in(plot, of), y=None)


def y_seen_in(plot: PlotCanvas, of: str = "") -> SeenPanel:
    """Return the y axis of ``plot``, for axes that show it over something else."""
    return replace(seen_in(plot, of), x=None)


def seen_above(*plots: PlotCanvas) -> tuple[SeenPanel, ...]:
    """Return the axes of plots above each other: the lowest has the numbers of all."""
    panels = [seen_in(plot) for plot in plots]
    return tuple(replace(one, x=panels[-1].x) for one in panels)


def seen_in_each(plots: Mapping[str, PlotCanvas], end: str = "") -> tuple[SeenPanel, ...]:
    """Return the axes of ``plots``, each for the axes of its own name with ``end`` behind it."""
    return tuple(seen_in(plot, name + end) for name, plot in plots.items())


def seen_of_drawn(plot: PlotCanvas, of: str = "") -> SeenPanel:
    """Return the axes of ``plot`` for a figure of a part of it, which goes no further than that."""
    x, y = (replace(one.unnamed, reach="of what is drawn") for one in plot.seen_axes())
    return SeenPanel(x, y, of=of)
