"""Grids of small plots with captions: the twelve bands, or any other names."""

from collections.abc import Callable, Collection, Sequence
from typing import Literal

from PyQt6.QtWidgets import QGridLayout, QWidget

from engine.model.bands import bands
from guiapp.look.parts import fitted
from guiapp.look.tokens import GRID
from guiapp.plots.caption import CaptionLayer
from guiapp.plots.themed_plot import ThemedPlot

_COLUMNS = 3
_LEFT_WIDTH = 46
_LEAST = 60  # inside of a plot in the smallest window
_NUMBERS_HEIGHT = 22
_LABELED_HEIGHT = 36
_PIXELS_PER_LABEL = {"lowest row": 90.0, "every row": 52.0}
_PIXELS_PER_ROW_LABEL = 30.0
_STRETCH = {"lowest row": (100, 130), "every row": (100, 113)}  # upper rows, lowest row


class PlotGroup(QWidget):
    """Several plots that are shown together.

    Attributes
    ----------
    plots : dict of str to ThemedPlot
        By name.
    """

    plots: dict[str, ThemedPlot]

    def for_each(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with every plot."""
        for plot in self.plots.values():
            act(plot)


class NamedPanels(PlotGroup):
    """A grid of plots with captions.

    Parameters
    ----------
    name : str
        What the plots show, for people who cannot see them.
    names : sequence of str
        Of the plots, row by row; drawn in the text color unless ``colors`` says another.
    x_label : str
        Written below the lowest plots.
    x_numbers : {"lowest row", "every row"}
        Which rows have numbers along x: the lowest alone where all plots share their x range.
    colors : sequence of str, optional
        Of the names: names of `guiapp.plots.colors.color_of`.
    columns : int, optional
        Plots in a row.

    Attributes
    ----------
    plots : dict of str to ThemedPlot
        By name.
    captions : dict of str to CaptionLayer
        The same.
    """

    def __init__(
        self,
        name: str,
        names: Sequence[str],
        *,
        x_label: str,
        x_numbers: Literal["lowest row", "every row"],
        colors: Sequence[str] = (),
        columns: int = _COLUMNS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.plots: dict[str, ThemedPlot] = {}
        self.captions: dict[str, CaptionLayer] = {}
        grid = QGridLayout(self)
        fitted(grid, spacing=GRID)
        n_rows = -(-len(names) // columns)
        for at, (own, color) in enumerate(
            zip(names, colors or ("text",) * len(names), strict=True)
        ):
            row, across = divmod(at, columns)
            is_lowest = bool(x_label) and at + columns >= len(names)
            plot = ThemedPlot(name=f"{name} {own}", x_label=x_label if is_lowest else "")
            _fit_axes(plot, is_lowest=is_lowest, x_numbers=x_numbers)
            plot.setMinimumSize(_LEFT_WIDTH + _LEAST, _LEAST)
            self.plots[own] = plot
            self.captions[own] = plot.add_layer(CaptionLayer(own, color=color), z=20)
            grid.addWidget(plot, row, across)
        upper, lowest = _STRETCH[x_numbers]
        for row in range(n_rows):
            grid.setRowStretch(row, lowest if row == n_rows - 1 else upper)
        for across in range(columns):
            grid.setColumnStretch(across, 1)

    def mark(self, names: Collection[str]) -> None:
        """Draw the panels ``names`` as selected."""
        for own, caption in self.captions.items():
            caption.mark(own in names)


class BandPanels(NamedPanels):
    """Twelve plots, one a band of the spectrograph: channels down, gratings across; see above."""

    def __init__(
        self,
        name: str,
        *,
        x_label: str,
        x_numbers: Literal["lowest row", "every row"],
        parent: QWidget | None = None,
    ) -> None:
        names = [band.name for band in bands()]
        super().__init__(
            name,
            names,
            x_label=x_label,
            x_numbers=x_numbers,
            colors=[f"band {one}" for one in names],
            parent=parent,
        )


def _fit_axes(
    plot: ThemedPlot, *, is_lowest: bool, x_numbers: Literal["lowest row", "every row"]
) -> None:
    """Give the axes of a small plot no more room than they need."""
    item = plot.getPlotItem()
    item.getAxis("left").setWidth(_LEFT_WIDTH)
    bottom = item.getAxis("bottom")
    bottom.pixels_per_label = _PIXELS_PER_LABEL[x_numbers]
    item.getAxis("left").pixels_per_label = _PIXELS_PER_ROW_LABEL
    if is_lowest:
        bottom.setHeight(_LABELED_HEIGHT)
    elif x_numbers == "every row":
        bottom.setStyle(showValues=True)
        bottom.setHeight(_NUMBERS_HEIGHT)
