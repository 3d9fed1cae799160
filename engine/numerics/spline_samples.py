"""Whether samples determine a spline: the test of Schoenberg and Whitney, in words."""

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.errors import FitError
from engine.numerics.spline_basis import SplineBasis

_HINT = "Move or remove one, or reject fewer samples."


def require_determined(
    basis: SplineBasis, used: BoolArray, held_x: FloatArray, *, has_repeats: bool = True
) -> None:
    """Raise `FitError` unless the samples in use and the held points determine the spline.

    Parameters
    ----------
    basis : SplineBasis
        The basis at all samples.
    used : ndarray of bool, shape (n,)
        Samples in use.
    held_x : ndarray, shape (m,)
        Abscissae of the held points.
    has_repeats : bool, optional
        Whether two samples share an abscissa; without repeats a quick count can settle it.

    Raises
    ------
    FitError
        As `require_samples`.
    """
    if not has_repeats:
        counts = np.diff(np.concatenate([[0], np.cumsum(used)])[basis.bounds])
        if counts.min() > basis.degree:
            return  # so many in every interval: the full test cannot fail
    together = np.sort(np.concatenate([basis.x[used], held_x]))
    require_samples(together, basis.knots, basis.degree)


def require_samples(x: FloatArray, knots: FloatArray, degree: int) -> None:
    """Raise `FitError` naming the breakpoints that have no data to rest on.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissae of the samples and of the held points, not decreasing. Unit: um.
    knots : ndarray
        Knots, both ends ``degree + 1`` times. Unit: um.
    degree : int
        Degree of the pieces.

    Raises
    ------
    FitError
        If the spline has more freedom than the samples can fix, anywhere.

    Notes
    -----
    The condition (Schoenberg & Whitney 1953): to each basis function belongs a sample of its own
    inside its support. Going from left to right and always taking the first sample finds such a
    choice whenever there is one.
    """
    size = knots.size - degree - 1
    distinct = np.unique(x)
    failing = _first_without_sample(distinct, knots, degree, size)
    if failing is None:
        return
    if distinct.size < size and not _interior(knots).size:
        raise FitError(
            f"{_samples(distinct.size)} cannot determine a curve of degree {degree}.",
            hint=f"At least {size} are needed: lower the degree or use more samples.",
        )
    raise _without_data(distinct, knots, degree, failing)


def require_independent(points: FloatArray, knots: FloatArray, degree: int) -> None:
    """Raise `FitError` if a spline cannot pass any values at ``points``, sorted.

    Raises
    ------
    FitError
        If there are more points than freedom, anywhere.
    """
    size = knots.size - degree - 1
    taken = -1
    for at, point in enumerate(points):
        # Support is (knots[i], knots[i + degree + 1]); the outermost functions include the limits.
        first = int(np.searchsorted(knots[degree + 1 :], point, side="right"))
        first = min(first, size - 1)
        taken = max(taken + 1, first)
        # At a full knot (a limit, a break) the first function of the piece is not zero.
        inside = taken < size and (
            knots[taken] < point or knots[taken] == knots[taken + degree] == point
        )
        if not inside or (at and point == points[at - 1]):
            raise FitError(
                f"The curve cannot pass the held value at {point:.4g} µm and its neighbors "
                "at once.",
                hint="Release one of them, or add a breakpoint between them.",
                breakpoints_um=(float(point),),
            )


def _first_without_sample(x: FloatArray, knots: FloatArray, degree: int, size: int) -> int | None:
    """Return the first basis function for which no sample is left, or `None`."""
    lows = np.searchsorted(x, knots[:size], side="right")
    # A function that starts at a full knot is not zero there: its own sample may lie on it.
    full = knots[:size] == knots[degree : size + degree]
    lows = np.where(full, np.searchsorted(x, knots[:size], side="left"), lows)
    ends = knots[degree + 1 : degree + 1 + size]
    highs = np.searchsorted(x, ends, side="left")
    # Only at the upper limit does the last function reach its end; a break belongs to the right.
    highs = np.where(
        (ends == knots[-1]) & (np.arange(size) == size - 1),
        np.searchsorted(x, ends, side="right"),
        highs,
    )
    # The chosen sample of function i is max(low[i], chosen[i - 1] + 1): a running maximum.
    order = np.arange(size)
    chosen = np.maximum.accumulate(lows - order) + order
    failing = np.flatnonzero(chosen >= highs)
    return int(failing[0]) if failing.size else None


def _interior(knots: FloatArray) -> FloatArray:
    return np.unique(knots[(knots > knots[0]) & (knots < knots[-1])])


def _without_data(x: FloatArray, knots: FloatArray, degree: int, failing: int) -> FitError:
    """Describe the stretch around the failing function in which breakpoints outnumber samples."""
    inner = _interior(knots)
    low, high = knots[failing], knots[failing + degree + 1]
    walls = np.concatenate([[knots[0]], x[(x > knots[0]) & (x < knots[-1])], [knots[-1]]])
    held = np.searchsorted(inner, walls[1:], side="right") - np.searchsorted(
        inner, walls[:-1], side="left"
    )
    near = (walls[1:] > low) & (walls[:-1] < high)
    counts = np.where(near, held, -1)
    width = np.diff(walls)
    best = int(np.lexsort((width, counts))[-1])
    if counts[best] >= 1:
        start, end = walls[best], walls[best + 1]
        guilty = inner[(inner >= start) & (inner <= end)]
        return FitError(
            f"No data between {start:.2f} and {end:.2f} µm for the {_breakpoints(guilty)}.",
            hint=_HINT,
            breakpoints_um=tuple(float(v) for v in guilty),
        )
    guilty = inner[(inner >= low) & (inner <= high)]
    count = int(np.count_nonzero((x >= low) & (x <= high)))
    return FitError(
        f"Only {_samples(count)} between {low:.2f} and {high:.2f} µm for the "
        f"{_breakpoints(guilty)}.",
        hint=_HINT,
        breakpoints_um=tuple(float(v) for v in guilty),
    )


def _breakpoints(values: FloatArray) -> str:
    listed = ", ".join(f"{v:.2f}" for v in values[:6])
    more = f" and {values.size - 6} more" if values.size > 6 else ""
    return f"breakpoint{'s' if values.size > 1 else ''} at {listed}{more} µm"


def _samples(count: int) -> str:
    return "1 sample" if count == 1 else f"{count} samples"
