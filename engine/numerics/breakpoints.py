"""Breakpoints of a spline: even, halved, doubled, added; and the fewest that the data ask for."""

import numpy as np


def even(limits: tuple[float, float], count: int) -> tuple[float, ...]:
    """Return ``count`` equally spaced breakpoints strictly between two limits."""
    inner = np.linspace(limits[0], limits[1], count + 2)[1:-1]
    return tuple(float(v) for v in inner)
