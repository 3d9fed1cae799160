"""Breakpoints of a spline: even, added, halved, doubled."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from engine.errors import FitError

Breakpoints = tuple[float, ...]


@lru_cache(maxsize=4096)
def even(limits: tuple[float, float], count: int) -> Breakpoints:
    """Return ``count`` equally spaced breakpoints strictly between two limits.

    Raises
    ------
    FitError
        If the count is negative.
    """
    if count < 0:
        raise FitError(f"{count} breakpoints cannot be placed.", hint="Give 0 or more.")
    inner: list[float] = np.linspace(limits[0], limits[1], count + 2)[1:-1].tolist()
    return tuple(inner)


def add(breakpoints: Breakpoints, at: float) -> Breakpoints:
    """Return the breakpoints with one more; the same when there is one at ``at`` already."""
    return breakpoints if at in breakpoints else tuple(sorted((*breakpoints, at)))


def halve(breakpoints: Breakpoints) -> Breakpoints:
    """Return every second breakpoint, beginning with the second: n become n // 2.

    Halving undoes `double`.
    """
    return breakpoints[1::2]


def double(breakpoints: Breakpoints, limits: tuple[float, float]) -> Breakpoints:
    """Return the breakpoints with one more in the middle of each interval: n become 2 n + 1."""
    inner = tuple(at for at in breakpoints if limits[0] < at < limits[1])
    walls = (limits[0], *inner, limits[1])
    middles = tuple(0.5 * (left + right) for left, right in pairwise(walls))
    return tuple(sorted((*breakpoints, *middles)))
