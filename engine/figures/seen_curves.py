"""Curves that a view shows beside its results: another version, or the graph that was chosen."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from engine.arrays import FloatArray
from engine.figures.labels import plain
from engine.figures.palette import color

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Places = tuple[float | None, ...]
CurveStyle = Literal["line", "dashed", "behind", "points", "rings", "crosses", "band"]
_DIGITS = 7  # that a recipe keeps: more than a figure can show
_MOST_POINTS = 200_000
_LARGEST = 1e30
_LOOKS: dict[str, dict[str, Any]] = {
    "line": {"lw": 0.9},
    "dashed": {"lw": 0.8, "ls": "--", "zorder": 3.5},
    "behind": {"lw": 0.8, "ls": "--", "zorder": 1.9},
    "points": {"ls": "none", "marker": "o", "markersize": 1.2, "markeredgewidth": 0.3},
    "rings": {
        "ls": "none", "marker": "o", "markersize": 2.8, "markeredgewidth": 0.6,
        "markerfacecolor": "none",
    },
    "crosses": {"ls": "none", "marker": "x", "markersize": 3.2, "markeredgewidth": 0.6},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeenCurve:
    """One curve.

    Attributes
    ----------
    label : str
        What the legend calls it; ``""``: it is not in the legend.
    x, y : tuple of (float or None)
        In the units of what is drawn, with the digits that a recipe keeps. `None`: a gap.
    style : {"line", "dashed", "behind", "points", "rings", "crosses", "band"}
        ``"behind"``: dashed, behind what is compared with it; ``"band"``: an area, by its outline.
    shade : str
        Name of a color.
    """

    label: str
    x: Places
    y: Places
    style: CurveStyle = "dashed"
    shade: str = "text"


def seen_curve(
    label: str,
    pieces: Iterable[tuple[FloatArray, FloatArray]],
    *,
    style: CurveStyle = "dashed",
    shade: str = "text",
) -> SeenCurve | None:
    """Return one curve of ``pieces``, pairs of x and y, with gaps between them; `None`: empty."""
    gap = np.full(1, np.nan)
    known = [(x, y) for x, y in pieces if np.isfinite(y).any()]
    if not known:
        return None
    xs, ys = ([part for one in known for part in (one[at], gap)][:-1] for at in (0, 1))
    return SeenCurve(label, _places(np.concatenate(xs)), _places(np.concatenate(ys)), style, shade)


def band_outline(x: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the outline of the area between ``low`` and ``high``, where both are known."""
    known = np.isfinite(low) & np.isfinite(high)
    return (
        np.concatenate([x[known], x[known][::-1]]),
        np.concatenate([low[known], high[known][::-1]]),
    )


def draw_curves(axes: "Axes", named_in: "Axes", curves: Sequence[SeenCurve]) -> None:
    """Draw ``curves``, with their names among those of ``named_in``."""
    for one in curves:
        shade, label = color(one.shade), plain(one.label)
        x, y = np.array(one.x, dtype=np.float64), np.array(one.y, dtype=np.float64)  # None: NaN
        if one.style == "band":
            axes.fill(x, y, color=shade, alpha=0.25, lw=0.0)
            continue
        look = _LOOKS[one.style] | {"color": shade}
        axes.plot(x, y, label=label if label and axes is named_in else "_", **look)
        if label and axes is not named_in:
            named_in.plot([], [], label=label, **look)


def curve_parts(curve: SeenCurve) -> list[Any]:
    """Return ``curve`` as a recipe keeps it."""
    return [curve.label, curve.style, curve.shade, list(curve.x), list(curve.y)]


def curve_of(label: Any, style: Any, shade: Any, x: Any, y: Any) -> SeenCurve:
    """Return the curve that `curve_parts` gave; raise `ValueError` if it is none."""
    known: CurveStyle | None = next((one for one in get_args(CurveStyle) if one == style), None)
    xs, ys = (np.array(values, dtype=np.float64) for values in (x, y))  # None: NaN
    with np.errstate(invalid="ignore"):
        is_sound = not ((np.abs(xs) > _LARGEST).any() or (np.abs(ys) > _LARGEST).any())
    if known is None or xs.ndim != 1 or xs.shape != ys.shape or xs.size > _MOST_POINTS:
        raise ValueError("not a curve")
    if not is_sound:
        raise ValueError("a curve beyond all axes")
    try:
        color(str(shade))
    except KeyError:
        raise ValueError(f"no color {shade!r}") from None
    return SeenCurve(str(label), _places(xs), _places(ys), known, str(shade))


def _places(values: FloatArray) -> Places:
    return tuple(
        float(f"{one:.{_DIGITS}g}") if math.isfinite(one) else None for one in values.tolist()
    )
