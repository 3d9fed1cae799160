"""Difference images before and after the correction, and the offsets (Ma+2023, Figs. 7 and 8)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.arrays import FloatArray
from engine.figures.labels import plain, signed
from engine.figures.module_offsets import draw_arrays, draw_plane
from engine.figures.palette import color
from engine.nircam.difference_images import DifferenceImage
from engine.nircam.module_correction import ModuleCorrection

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST = 4  # differences
_SIGMA = 4.0


def draw_module_correction(figure: "Figure", correction: ModuleCorrection) -> None:
    """Draw differences without and with the correction, then the offsets of the sources.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    correction : ModuleCorrection
        Shown are differences between which the field turned, then others.
    """
    differences = shown_differences(correction.differences)[:_MOST]
    has_offsets = bool(correction.before)
    parts = [bool(differences), has_offsets]
    figures = figure.subfigures(max(sum(parts), 1), 1, squeeze=False).ravel().tolist()
    if differences:
        _draw_differences(figures.pop(0), differences)
    if has_offsets:
        left, right = figures.pop(0).subplots(1, 2)
        for arrays, shade in ((correction.before, "accent"), (correction.after, "care")):
            shown = [one for one in arrays if one.calibration == arrays[-1].calibration]
            draw_plane(left, shown, shade=shade)
            draw_arrays(right, shown, shade=shade, is_named=shade == "accent")
        left.plot([], [], "s", color=color("accent"), label="before")
        left.plot([], [], "s", color=color("care"), label="after")
        left.legend(frameon=False, fontsize="small")
    figure.suptitle(plain(correction.messages[0]), x=0.01, ha="left", fontsize="medium")


def shown_differences(differences: Sequence[DifferenceImage]) -> list[DifferenceImage]:
    """Return the differences, those of turned epochs first."""
    return sorted(differences, key=lambda one: one.patch == "same module")


def _draw_differences(figure: "Figure", differences: Sequence[DifferenceImage]) -> None:
    panels = figure.subplots(2, len(differences), squeeze=False)
    for column, one in zip(panels.T, differences, strict=True):
        for axes, image, name, offset in (
            (column[0], one.before, "before", one.offset_before),
            (column[1], one.after, "after", one.offset_after),
        ):
            _draw_image(axes, image, one.level_mjy_sr)
            axes.set_label(f"{one.title} {name}")
            axes.set_xlabel(f"{name}: {signed(1e3 * offset, 1)} mmag", fontsize="small")
        column[0].set_title(plain(one.title), loc="left", fontsize="x-small", wrap=True)


def _draw_image(axes: "Axes", image: FloatArray, level: float) -> None:
    axes.imshow(image, origin="lower", cmap="RdBu_r", vmin=-_SIGMA * level, vmax=_SIGMA * level)
    axes.set_xticks([])
    axes.set_yticks([])
