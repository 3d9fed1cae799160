"""Painter paths from arrays, without a Python loop over points."""

import numpy as np
from PyQt6.QtGui import QPainterPath
from pyqtgraph.functions import arrayToQPath

from engine.arrays import BoolArray, FloatArray


def path_through(columns: FloatArray, rows: FloatArray, *, limit: float = 1e5) -> QPainterPath:
    """Return the path through points in pixels; NaN interrupts it.

    Coordinates beyond ``limit`` are cut to it: the raster engine is slow with huge ones.
    """
    finite = np.isfinite(columns) & np.isfinite(rows)
    if not finite.any():
        return QPainterPath()
    first = int(np.argmax(finite))
    last = finite.size - int(np.argmax(finite[::-1]))
    columns = np.clip(columns[first:last], -limit, limit)
    rows = np.clip(rows[first:last], -limit, limit)
    whole = bool(finite[first:last].all())
    path: QPainterPath = arrayToQPath(columns, rows, connect="all" if whole else "finite")
    if not whole or last == first + 1:
        _add_lonely_points(path, finite[first:last], columns, rows)
    return path


def _add_lonely_points(
    path: QPainterPath, finite: BoolArray, columns: FloatArray, rows: FloatArray
) -> None:
    """Draw a point between two gaps as a short stroke: else nothing would show it."""
    padded = np.concatenate([[False], finite, [False]])
    for i in np.flatnonzero(padded[1:-1] & ~padded[:-2] & ~padded[2:]):
        path.moveTo(columns[i] - 1.0, rows[i])
        path.lineTo(columns[i] + 1.0, rows[i])


def strokes(
    columns: FloatArray, first: FloatArray, last: FloatArray, *, limit: float = 1e5
) -> QPainterPath:
    """Return one vertical stroke per point, from ``first`` to ``last``; NaN: none."""
    kept = np.isfinite(columns) & np.isfinite(first) & np.isfinite(last)
    if not kept.any():
        return QPainterPath()
    across = np.repeat(columns[kept], 2)
    along = np.clip(np.stack([first[kept], last[kept]], axis=1).ravel(), -limit, limit)
    path: QPainterPath = arrayToQPath(across, along, connect="pairs")
    return path


def area_between(
    columns: FloatArray, lower: FloatArray, upper: FloatArray, *, limit: float = 1e5
) -> QPainterPath:
    """Return the closed area between two edges; NaN in either cuts it in pieces."""
    path = QPainterPath()
    finite = np.isfinite(columns) & np.isfinite(lower) & np.isfinite(upper)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], finite.astype(np.int8), [0]])))
    for start, stop in edges.reshape(-1, 2):
        piece = slice(start, stop)
        across = np.concatenate([columns[piece], columns[piece][::-1]])
        along = np.concatenate([lower[piece], upper[piece][::-1]])
        outline = arrayToQPath(across, np.clip(along, -limit, limit), connect="all")
        outline.closeSubpath()
        path.addPath(outline)
    return path
