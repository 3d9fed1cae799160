"""Tables of narrow features: depth and place, and the splines."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.narrow_feature import NarrowFeature

_Rows = Sequence[tuple[object, NarrowFeature]]


def feature_table(rows: _Rows) -> ResultTable:
    """Return one row a band: how deep the feature is, and where."""
    found = [one for _, one in rows]
    return ResultTable(
        "Narrow features",
        (
            _text("band", (one.band for one in found)),
            _number("low_um", "um", (one.range_um[0] for one in found), "Range"),
            _number("high_um", "um", (one.range_um[1] for one in found), "Range"),
            _number("depth", "", (one.depth for one in found), "1 minus the lowest point"),
            _number("depth_error", "", (one.depth_error for one in found), "One sigma"),
            _number("wave_um", "um", (one.depth_um for one in found), "Of the lowest point"),
            _number("width_um", "um", (one.width_um for one in found), "Equivalent width"),
            _number("scatter", "", (one.scatter for one in found), "Of single pixels"),
            _count("n_pixels", (int(one.is_used.sum()) for one in found)),
            _count("n_exposures", (one.n_exposures for one in found)),
            _text("remarks", (" ".join(one.messages) for one in found)),
        ),
    )


def feature_curve_table(rows: _Rows) -> ResultTable:
    """Return the splines, one row a sample."""
    found = [one for _, one in rows]
    empty: list[np.ndarray] = [np.zeros(0)]
    return ResultTable(
        "Splines of narrow features",
        (
            _text("band", (one.band for one in found for _ in range(one.curve.size))),
            _number("wave_um", "um", np.concatenate(empty + [one.curve_wave_um for one in found])),
            _number(
                "throughput", "", np.concatenate(empty + [one.curve for one in found]),
                "Relative to its surroundings",
            ),
            _number(
                "throughput_error", "", np.concatenate(empty + [one.curve_error for one in found]),
                "One sigma",
            ),
        ),
    )  # fmt: skip


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=str), description)


def _number(name: str, unit: str, values: Iterable[float], description: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=float), description)


def _count(name: str, values: Iterable[int], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
