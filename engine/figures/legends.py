"""Legends beside the axes, or below a figure that is too narrow for that."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NARROW_INCHES = 5.0


def is_narrow(figure: "Figure") -> bool:
    """Tell whether a figure is as narrow as a column of a journal."""
    return bool(figure.get_figwidth() < _NARROW_INCHES)


def put_legend(figure: "Figure", axes: "Axes") -> None:
    """Put the legend of ``axes`` to their right; below everything in a narrow figure."""
    if not axes.get_legend_handles_labels()[0]:
        return
    if is_narrow(figure):
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    else:
        axes.legend(loc="upper left", bbox_to_anchor=(1.005, 1.0), borderaxespad=0.0)
