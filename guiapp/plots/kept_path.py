"""The path of a curve, kept while the hand moves the plot: what only moves is not made again."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PyQt6.QtGui import QPainterPath

from engine.arrays import FloatArray
from guiapp.plots.columns import envelope_of, is_dense, visible_slice
from guiapp.plots.pixels import PixelMap
from guiapp.plots.shapes import path_through

Kind = Literal["columns", "samples"]

_SAME_PIXELS = 1e-6  #: what rounding may move on the screen
_MARGIN = 0.5  #: of the width, made beyond either side once a plot has been moved that far


@dataclass(frozen=True, eq=False, slots=True)
class MovedPath:
    """A path, and where it lies now.

    Attributes
    ----------
    path : QPainterPath
        In pixels of the view that it was made for.
    right, down : float
        How far it has been moved since. Unit: device-independent pixel.
    kind : {"columns", "samples"}
        Whether it has a stroke for every pixel column, or a line between samples.
    """

    path: QPainterPath
    right: float
    down: float
    kind: Kind


@dataclass(frozen=True, eq=False, slots=True)
class _Made:
    version: int
    pixels: PixelMap
    seen: slice
    kind: Kind
    path: QPainterPath


class KeptPath:
    """The path of one curve; it is made again when the data, the zoom or the size change."""

    def __init__(self) -> None:
        self._made: _Made | None = None
        self._order: tuple[int, bool] = (-1, False)

    def path_in(self, pixels: PixelMap, x: FloatArray, y: FloatArray, *, version: int) -> MovedPath:
        """Return the path of ``y(x)`` in a view; ``version`` tells data from earlier ones."""
        if self._order[0] != version:
            self._order = version, bool(np.all(x[1:] >= x[:-1]))
        increases = self._order[1]
        seen = _samples_seen(x, pixels) if increases else slice(0, x.size)
        kind: Kind = "columns" if is_dense(seen.stop - seen.start, pixels) else "samples"
        made, margin = self._made, 0.0
        move = None if made is None or made.version != version else _move(made.pixels, pixels)
        if made is not None and move is not None:
            if made.kind == kind and _holds(made.seen, seen) and _is_on_grid(move[0], kind):
                return MovedPath(made.path, *move, kind)
            margin = _MARGIN * pixels.width
        wide = _samples_seen(x, pixels, margin=margin) if increases else seen
        path = _curve_path(x[wide], y[wide], pixels, kind=kind)
        self._made = _Made(version, pixels, wide, kind, path)
        return MovedPath(path, 0.0, 0.0, kind)


def whole_path(pixels: PixelMap, x: FloatArray, y: FloatArray) -> MovedPath:
    """Return the path through all samples, or the columns in view where samples are denser."""
    seen = _samples_seen(x, pixels)
    if is_dense(seen.stop - seen.start, pixels):
        return MovedPath(_curve_path(x[seen], y[seen], pixels, kind="columns"), 0.0, 0.0, "columns")
    return MovedPath(_curve_path(x, y, pixels, kind="samples"), 0.0, 0.0, "samples")


def _curve_path(x: FloatArray, y: FloatArray, pixels: PixelMap, *, kind: Kind) -> QPainterPath:
    if kind == "samples":
        columns, rows = pixels.x_pixels(x), pixels.y_pixels(y)
    else:
        envelope = envelope_of(x, y, pixels)
        columns = np.repeat(envelope.columns, 2)
        rows = np.stack([envelope.first, envelope.last], axis=1).ravel()
    return path_through(columns, rows, limit=pixels.reach)


def _samples_seen(x: FloatArray, pixels: PixelMap, *, margin: float = 0.0) -> slice:
    """Return which samples of increasing ``x`` are in view or beside it."""
    seen = visible_slice(x, pixels, margin=margin)
    return slice(min(seen.start, x.size), min(seen.stop, x.size))


def _move(old: PixelMap, new: PixelMap) -> tuple[float, float] | None:
    """Return how many pixels to the right and down a view has moved; `None`: not only that."""
    if (old.width, old.height, old.x_scale, old.y_scale, old.y_down) != (
        new.width,
        new.height,
        new.x_scale,
        new.y_scale,
        new.y_down,
    ):
        return None
    moves = []
    for before, after, size in (
        (old.x_range, new.x_range, new.width),
        (old.y_range, new.y_range, new.height),
    ):
        span = after[1] - after[0]
        if abs((before[1] - before[0]) / span - 1.0) * size > _SAME_PIXELS:
            return None
        moves.append((before[0] - after[0]) * size / span)
    right, up = moves
    down = up if new.y_down else -up
    return None if abs(down) > new.height else (right, down)


def _holds(made: slice, seen: slice) -> bool:
    return bool(made.start <= seen.start and seen.stop <= made.stop)


def _is_on_grid(right: float, kind: Kind) -> bool:
    """Tell whether columns of a path are still columns of pixels."""
    return kind == "samples" or abs(right - round(right)) < _SAME_PIXELS
