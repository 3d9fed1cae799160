"""The lower graph of the response view: residuals, ratio, inverse, factor."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from engine.mrs.star_response import SampleState, StarResponse
from guiapp.plots.layers import Bounds
from guiapp.views.star_response_layers import NamedCurve

GraphKind = Literal["residual", "ratio", "inverse", "factor"]
_LONGEST_NAME = 14  # characters that an axis has room for; the legend has the whole name
_NO_OTHER = "Nothing to compare with: Inspect > Keep this version to compare with"
GRAPHS: tuple[GraphKind, ...] = ("residual", "ratio", "inverse", "factor")


@dataclass(frozen=True, eq=False, slots=True)
class Graph:
    """What the lower plot draws. Arrays have the shape of the result's.

    Attributes
    ----------
    label : str
        Name of the y axis, with its unit.
    points, curve : ndarray
        The samples, and the vector, in this graph.
    low, high : ndarray
        The statistical band.
    levels, scatter : tuple of float
        Lines that mean perfect agreement, and the scatter on both sides of it.
    problem : str
        Why nothing is drawn, and the way out; ``""``: it is.
    """

    label: str
    points: FloatArray
    curve: FloatArray
    low: FloatArray
    high: FloatArray
    levels: tuple[float, ...] = ()
    scatter: tuple[float, ...] = ()
    problem: str = ""


def graph_of(
    kind: GraphKind, result: StarResponse, vector: FloatArray, other: NamedCurve | None
) -> Graph:
    """Return the graph ``kind`` of a result, for a curve that may be a preview.

    Parameters
    ----------
    kind : str
        ``"residual"``: sample / curve - 1 in percent; ``"ratio"``: over another vector;
        ``"inverse"``: wavelength / factor, what is fitted in inverse-photon space; ``"factor"``.
    result : StarResponse
        The samples.
    vector : ndarray
        The curve, at the wavelengths of the result.
    other : NamedCurve or None
        What ``"ratio"`` divides by.
    """
    error = relative_error(result)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "residual":
            none = np.full(vector.size, np.nan)
            spread = 100.0 * error
            marks = (100.0 * result.scatter,) if np.isfinite(result.scatter) else ()
            return Graph(
                "Residual (%)",
                100.0 * (result.ratio / vector - 1.0),
                none,
                -spread,
                spread,
                (0.0,),
                (*(-m for m in marks), *marks),
            )
        if kind == "inverse":
            points, curve = result.wave_um / result.ratio, result.wave_um / vector
            return Graph("λ / C", points, curve, curve * (1 - error), curve * (1 + error))
        if kind == "ratio" and other is not None:
            base = resampled(other, result.wave_um)
            points, curve = result.ratio / base, vector / base
            name = other.name if len(other.name) <= _LONGEST_NAME else "other version"
            return Graph(
                f"C / {name}", points, curve, curve * (1 - error), curve * (1 + error), (1.0,)
            )
    if kind == "ratio":
        none = np.full(vector.size, np.nan)
        return Graph("Ratio", none, none, none, none, problem=_NO_OTHER)
    return Graph("C", result.ratio, vector, vector * (1 - error), vector * (1 + error))


def relative_error(result: StarResponse) -> FloatArray:
    """Return the statistical error over the curve."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative: FloatArray = result.stat_error / np.abs(result.vector)
    return relative


def resampled(curve: NamedCurve, wave_um: FloatArray) -> FloatArray:
    """Return ``curve`` at other wavelengths; NaN where it has no value."""
    known = np.isfinite(curve.vector) & np.isfinite(curve.wave_um)
    if not known.any():
        return np.full(wave_um.size, np.nan)
    return np.interp(wave_um, curve.wave_um[known], curve.vector[known], left=np.nan, right=np.nan)


def lower_bounds(graph: Graph, result: StarResponse, kind: GraphKind) -> Bounds | None:
    """Return what the lower plot shows at first."""
    used = (result.state == SampleState.USED) & np.isfinite(graph.points)
    curve = graph.curve[np.isfinite(graph.curve)]
    values = np.concatenate([graph.points[used], curve])
    if kind == "ratio" and curve.size:  # how the curves differ, however far the samples scatter
        edges = np.concatenate([graph.low, graph.high])
        values = np.concatenate([curve, edges[np.isfinite(edges)], graph.levels])
    if not values.size:
        return None
    if kind == "factor":
        finite = graph.points[np.isfinite(graph.points)]
        low, high = float(finite.min()), float(finite.max())
    else:
        low, high = (float(v) for v in np.percentile(values, [0.3, 99.7]))
    if kind == "residual":
        most = max(abs(low), abs(high), 1e-6)
        low, high = -most, most
    room = 0.3 * (high - low) or 0.05 * abs(high) or 1.0
    return float(result.wave_um[0]), float(result.wave_um[-1]), low - room, high + room
