"""Twelve panels, one a band: channels down, gratings across."""

from typing import TYPE_CHECKING

from engine.model.bands import bands

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3


def band_panels(figure: "Figure", *, x_label: str, y_label: str) -> "tuple[Axes, ...]":
    """Make the panels of the twelve bands in order of wavelength, with the labels outside.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    x_label, y_label : str
        Written once, below and at the left.

    Returns
    -------
    tuple of Axes
        Twelve of them.
    """
    rows = len(bands()) // _COLUMNS
    panels = figure.subplots(rows, _COLUMNS)
    for axes in panels[-1]:
        axes.set_xlabel(x_label)
    figure.supylabel(y_label, fontsize=panels[-1][0].xaxis.label.get_size())
    return tuple(panels.ravel())
