"""Fits of offset and gradient on both patches of sky (Ma+2023, Eqs. 9 and 10)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.figures.labels import plain, signed
from engine.figures.palette import color
from engine.nircam.gradient_model import ArrayGradient, GradientModels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 4
_PATCHES = (("p", "accent"), ("q", "care"))


def draw_module_gradients(figure: "Figure", models: GradientModels) -> None:
    """Draw one panel for each array and filter.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Empty.
    models : GradientModels
        Shown are the first epochs and the last calibration of each array.
    """
    shown = shown_gradients(models.arrays)
    columns = min(_COLUMNS, len(shown))
    panels = figure.subplots(-(-len(shown) // columns), columns, squeeze=False, sharey=True).ravel()
    for axes, one in zip(panels, shown, strict=False):
        _draw_array(axes, one)
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    figure.supxlabel("d along the long side (arcmin)", fontsize="medium")
    figure.supylabel("m(second epoch) − m(first) (mag)", fontsize="medium")


def shown_gradients(arrays: Sequence[ArrayGradient]) -> list[ArrayGradient]:
    """Return one model for each array and filter: of the last calibration, the first epochs."""
    chosen: dict[tuple[str, str], ArrayGradient] = {}
    for one in arrays:
        other = chosen.get((one.filter, one.array))
        if other is None or one.calibration > other.calibration:
            chosen[one.filter, one.array] = one
    return list(chosen.values())


def _draw_array(axes: "Axes", one: ArrayGradient) -> None:
    for patch, shade in _PATCHES:
        inside = one.is_p == (patch == "p")
        for which, marker, face in ((one.used, ".", shade), (~one.used, "x", "wrong")):
            points = inside & which
            axes.plot(one.d_arcmin[points], one.delta[points], marker, ms=3.0, color=color(face))
        if not one.reason and inside.any():
            d = np.linspace(one.d_arcmin[inside].min(), one.d_arcmin[inside].max(), 30)
            line, error = one.model(d, patch), one.model_error(d, patch)  # type: ignore[arg-type]
            axes.plot(d, line, color=color(shade), lw=1.0)
            axes.fill_between(d, line - error, line + error, color=color(shade), alpha=0.2, lw=0)
    axes.axhline(0.0, color=color("dim"), lw=0.5)
    axes.set_title(plain(f"{one.filter} {one.array}"), loc="left", fontsize="small")
    if not one.reason:
        text = f"{signed(1e3 * one.delta_ab, 1)} ± {1e3 * one.delta_ab_error:.1f} mmag"
        axes.set_title(text, loc="right", fontsize="small")
    if one.used.any():
        reach = 5.0 * max(float(np.std(one.delta[one.used])), 1e-3)
        axes.set_ylim(-reach, reach)
