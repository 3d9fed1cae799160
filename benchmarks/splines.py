"""Speed of the spline fit beside PyDL and SciPy, in one run: ratios, not seconds, are the point.

Run with the reference environment: ``python -m benchmarks.splines``. Without PyDL its columns are
empty. PyDL's `iterfit` fits once and rejects once; "iterated" drives it until its mask is stable,
which is what Law+2025 describe and what `engine.numerics.splines.fit_spline` does.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np
from scipy.interpolate import make_lsq_spline

from benchmarks.line import Line
from engine.arrays import FloatArray
from engine.numerics.breakpoints import even
from engine.numerics.spline_drag import SplineDrag
from engine.numerics.splines import Rejection, SplineSpace, fit_spline

_LIMITS = (5.0, 7.0)
_SIGMA = 0.005
_REJECT_AT = 3.5
_SEED = 20250113


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; NaN: not measured here.

    Attributes
    ----------
    n_samples, n_breakpoints : int
        Size of the problem.
    ours_ms : float
        Clipped fit, iterated to convergence.
    pydl_ms : float
        PyDL `iterfit` driven to convergence.
    scipy_ms : float
        One `make_lsq_spline` without any rejection.
    drag_ms : float
        Median time of one step of a dragged breakpoint, mask frozen.
    """

    n_samples: int
    n_breakpoints: int
    ours_ms: float
    pydl_ms: float
    scipy_ms: float
    drag_ms: float

    @property
    def pydl_over_ours(self) -> float:
        return self.pydl_ms / self.ours_ms

    @property
    def scipy_over_ours(self) -> float:
        return self.scipy_ms / self.ours_ms


def rows(sizes: tuple[tuple[int, int], ...] = ((1000, 40), (10000, 40), (100000, 40))) -> list[Row]:
    """Measure each (samples, breakpoints); best of five."""
    return [_measure(n, m) for n, m in sizes]


def _measure(n: int, n_breakpoints: int) -> Row:
    rng = np.random.default_rng(_SEED)
    x = np.linspace(*_LIMITS, n)
    y = 2.0 + 0.3 * np.sin(3.0 * x) + rng.normal(0, _SIGMA, n)
    hit = rng.random(n) < 0.03
    hit[[0, -1]] = False
    y[hit] += 0.3
    error = np.full(n, _SIGMA)
    space = SplineSpace(_LIMITS, even(_LIMITS, n_breakpoints))
    rejection = Rejection(_REJECT_AT, _REJECT_AT, scale="errors", max_fits=100)
    ours = _best(lambda: fit_spline(x, y, space, error=error, rejection=rejection))
    scipy_ms = _best(lambda: make_lsq_spline(x, y, space.knots(), 3, w=1 / error))
    pydl = float("nan")
    if find_spec("pydl"):
        pydl = _best(lambda: _pydl_converged(x, y, error, space.breakpoints))
    return Row(n, n_breakpoints, ours, pydl, scipy_ms, _drag_ms(x, y, error, space))


def _pydl_converged(
    x: FloatArray, y: FloatArray, error: FloatArray, breakpoints: tuple[float, ...]
) -> None:
    from pydl.pydlutils.bspline import iterfit  # noqa: PLC0415  (only in the reference environment)

    mask = np.ones(x.size, dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while True:
            ends = np.array([_LIMITS[0], *breakpoints, _LIMITS[1]])
            spline, _ = iterfit(
                x,
                y,
                invvar=mask / error**2,
                bkpt=ends,
                maxiter=0,
                upper=_REJECT_AT,
                lower=_REJECT_AT,
            )
            kept = np.abs(y - spline.value(x)[0]) <= _REJECT_AT * error
            if np.array_equal(kept, mask):
                return
            mask = kept


def _drag_ms(x: FloatArray, y: FloatArray, error: FloatArray, space: SplineSpace) -> float:
    used = np.ones(x.size, dtype=bool)
    drag = SplineDrag(
        x, y, replace(space, breakpoints=()), used, error=error, weight=np.ones(x.size)
    )
    drag.move(space.breakpoints)
    middle = len(space.breakpoints) // 2
    gap = space.breakpoints[1] - space.breakpoints[0]
    times = []
    for step in range(101):
        moved = list(space.breakpoints)
        moved[middle] += 0.4 * gap * np.sin(0.3 * step)
        began = time.perf_counter()
        drag.move(tuple(moved))
        times.append(time.perf_counter() - began)
    return 1e3 * float(np.median(times))


def _best(work: Callable[[], object], repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1e3 * min(times)


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    (row,) = rows(((100_000, 40),))
    what = "spline, 1e5 samples, 40 breakpoints, iterated to a stable mask"
    return (Line(what, row.ours_ms, "ms", "PyDL iterfit, iterated", row.pydl_ms, 10),)


def main() -> None:
    """Print the table."""
    print(
        "samples breakpoints   ours ms   PyDL iterated ms (ratio)   SciPy once ms (ratio)   "
        "drag step ms"
    )
    for row in rows():
        print(
            f"{row.n_samples:7d} {row.n_breakpoints:11d} {row.ours_ms:9.2f} "
            f"{row.pydl_ms:18.1f} ({row.pydl_over_ours:4.1f}x) "
            f"{row.scipy_ms:15.2f} ({row.scipy_over_ours:4.1f}x) {row.drag_ms:14.2f}"
        )


if __name__ == "__main__":
    main()
