"""Tables of the comparison of models: stars, classes, vectors, pairs of observations."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.model_choice import ModelComparison

_Rows = Sequence[tuple[object, ModelComparison]]


def model_star_table(rows: _Rows) -> ResultTable:
    """Return one row an observation of a star: its factor with either model."""
    found = [one for _, comparison in rows for one in comparison.stars]
    return ResultTable(
        "Factors of stars with either model",
        (
            _text("star", (one.star for one in found)),
            _text("source", (one.source for one in found), "Target, program and observation"),
            _text("class", (one.star_class for one in found)),
            _text("model_before", (one.model_before for one in found)),
            _text("model_after", (one.model_after for one in found)),
            _number("before", (one.before for one in found), "Over the final vector before"),
            _number("after", (one.after for one in found), "Over the same vector"),
            _number("error", (one.error for one in found), "One sigma, of either"),
            _number("ratio", (one.ratio for one in found), "After over before"),
            _text("left_out", (one.excluded for one in found), "Why it is in no mean"),
        ),
    )


def model_class_table(rows: _Rows) -> ResultTable:
    """Return one row a class of stars."""
    found = [one for _, comparison in rows for one in comparison.classes]
    return ResultTable(
        "Means of classes with either choice of models",
        (
            _text("class", (one.name for one in found)),
            Column("n_stars", "", np.array([one.n_stars for one in found], dtype=np.int64)),
            _number("before", (one.before for one in found), "Mean of the factors"),
            _number("before_error", (one.before_error for one in found), "By their scatter"),
            _number("after", (one.after for one in found), "Mean of the factors"),
            _number("after_error", (one.after_error for one in found), "By their scatter"),
            _number("ratio", (one.ratio for one in found), "After over before"),
        ),
    )


def final_change_table(rows: _Rows) -> ResultTable:
    """Return one row a band of the final vector, and one a band of each swapped observation."""
    found = [one for _, comparison in rows for one in comparison.bands]
    spans = [_span(one.ratio) for one in found]
    return ResultTable(
        "Vectors after over before",
        (
            _text("source", (one.source or "final vector" for one in found)),
            _text("band", (one.band for one in found)),
            _number("ratio", (one.level for one in found), "Mean over the band"),
            _number("smallest", (low for low, _ in spans)),
            _number("largest", (high for _, high in spans)),
        ),
    )


def pair_table(rows: _Rows) -> ResultTable:
    """Return one row a band of two observations of one star."""
    found = [one for _, comparison in rows for one in comparison.pairs]
    return ResultTable(
        "Observations of one star compared",
        (
            _text("star", (one.star for one in found)),
            _text("band", (one.band for one in found)),
            _text("source", (one.source for one in found)),
            _text("other", (one.other for one in found)),
            _number("well_depth_dn", (one.well_depth_dn for one in found), unit="DN"),
            _number("other_depth_dn", (one.other_depth_dn for one in found), unit="DN"),
            _number("ratio", (one.ratio for one in found), "Flux of the other over the first"),
            _number("ratio_error", (one.error for one in found), "One sigma"),
        ),
    )


def _span(values: np.ndarray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return float("nan"), float("nan")
    return float(finite.min()), float(finite.max())


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, values: Iterable[float], description: str = "", *, unit: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)
