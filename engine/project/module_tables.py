"""Tables of the NIRCam modules: offsets, gradients in the layout of Table 2, and the correction."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.model.nircam import detector_name
from engine.model.table import Column, ResultTable
from engine.nircam.gradient_model import ArrayGradient, GradientModels
from engine.nircam.module_correction import ModuleCorrection
from engine.nircam.module_offsets import ArrayOffset, ModuleOffsets


def offset_table(rows: Sequence[tuple[object, ModuleOffsets]]) -> ResultTable:
    """Return one row an array, filter and pair of epochs (Ma+2023, Table 1 and Fig. 6)."""
    found = [one for _, result in rows for one in result.arrays]
    columns = [*_names(found)]
    for patch in ("p", "q"):
        sides = [getattr(one, patch) for one in found]
        seen = "B first, then A" if patch == "p" else "A first, then B"
        columns += [
            _count(f"n_{patch}", [one.n for one in sides], f"Sources seen by {seen}"),
            _number(f"delta_{patch}", "mag", [one.median for one in sides], "Median"),
            _number(f"delta_{patch}_mad", "mag", [one.mad for one in sides], "Median deviation"),
            _number(f"delta_{patch}_error", "mag", [one.error for one in sides], "Of the median"),
        ]
    return ResultTable(
        "Median offsets between epochs, array by array",
        (
            *columns,
            _number("delta_ab", "mag", [one.delta_ab for one in found], "m_A - m_B (Eq. 7)"),
            _number("delta_ab_error", "mag", [one.delta_ab_error for one in found], "One sigma"),
            _number("time", "mag", [one.time for one in found], "Shared by both patches (Eq. 8)"),
            _number("time_error", "mag", [one.time_error for one in found], "One sigma"),
            _text("left_out", [one.left_out for one in found], "Why"),
            _text("remarks", [one.remark for one in found]),
        ),
    )


def gradient_table(rows: Sequence[tuple[object, GradientModels]]) -> ResultTable:
    """Return one row an array and filter in the layout of Table 2; the last calibration first."""
    found = gradients_in_order([result for _, result in rows])
    return ResultTable(
        "Linear model of the offsets between modules",
        (
            _text("array", [one.array for one in found]),
            _text("filter", [one.filter for one in found]),
            _number("delta_ab", "mag", [one.delta_ab for one in found], "m_A - m_B"),
            _number("delta_ab_error", "mag", [one.delta_ab_error for one in found], "One sigma"),
            _number(
                "slope", "mag / arcmin", [_slope(one) for one in found],
                "Sum of the gradients of both modules; empty: taken as zero",
            ),
            _number(
                "slope_error", "mag / arcmin", [one.slope_error for one in found], "One sigma"
            ),
            _number(
                "correlation", "", [_correlation(one) for one in found], "Of offset and slope"
            ),
            _number("time", "mag", [_fitted(one.time, one.time_error) for one in found],
                    "Constant of both patches; empty: not fitted"),
            _number("time_error", "mag", [one.time_error for one in found], "One sigma"),
            _number("scatter", "mag", [one.scatter for one in found], "About the model, robust"),
            _count("n_p", [_used(one, patch=True) for one in found], "Sources, B first"),
            _count("n_q", [_used(one, patch=False) for one in found], "Sources, A first"),
            _count("n_rejected", [one.n_rejected for one in found], "Off the model"),
            _text("first", [one.first for one in found], "Epoch"),
            _text("second", [one.second for one in found], "Epoch"),
            _text("calibration", [one.calibration for one in found], "Context"),
            _text("remarks", [one.reason for one in found], "Why there is no number"),
        ),
    )  # fmt: skip


def gradients_in_order(results: Sequence[GradientModels]) -> tuple[ArrayGradient, ...]:
    """Return the arrays in the order of the rows of `gradient_table`."""
    found = [one for result in results for one in result.arrays]
    found.sort(key=lambda one: (one.first, one.second, one.array, one.filter))
    return tuple(sorted(found, key=lambda one: one.calibration, reverse=True))


def correction_table(rows: Sequence[tuple[object, ModuleCorrection]]) -> ResultTable:
    """Return one row an array, filter and pair of epochs: before and after (Ma+2023, Fig. 8)."""
    pairs = [
        (result, before, after)
        for _, result in rows
        for before, after in zip(result.before, result.after, strict=True)
    ]
    before, after = [one for _, one, _ in pairs], [one for *_, one in pairs]
    values: tuple[tuple[str, Callable[[ArrayOffset], float], str], ...] = (
        ("delta_p", lambda one: one.p.median, "Median of patch p"),
        ("delta_q", lambda one: one.q.median, "Median of patch q"),
        ("delta_ab", lambda one: one.delta_ab, "m_A - m_B"),
    )
    return ResultTable(
        "Offsets before and after the correction",
        (
            *_names(before),
            _text("terms", [one.terms.source for one, *_ in pairs], "Where they come from"),
            _text("baseline", [one.baseline for one, *_ in pairs], "Module that stays"),
            *(
                _number(f"{name}_{when}", "mag", [value(one) for one in side], description)
                for name, value, description in values
                for when, side in (("before", before), ("after", after))
            ),
            _number("error", "mag", [one.delta_ab_error for one in before], "Of m_A - m_B"),
        ),
    )


def file_table(rows: Sequence[tuple[object, ModuleCorrection]]) -> ResultTable:
    """Return one row an open image: what it is multiplied by, or why it is not."""
    found = [(result, one) for _, result in rows for one in result.files]
    files = [one for _, one in found]
    terms = [one.term for one in files]
    return ResultTable(
        "Files that are corrected",
        (
            _text("file", [one.title for one in files]),
            _text("filter", [one.filter for one in files]),
            _text("array", [detector_name(one.module, one.array) for one in files]),
            _text("epoch", [one.epoch for one in files]),
            _number("delta_ab", "mag", [np.nan if t is None else t.delta_ab for t in terms], ""),
            _number("slope", "mag / arcmin", [np.nan if t is None else t.slope for t in terms], ""),
            _number("factor", "", [one.factor for one in files], "Median of the pixels"),
            _number("lowest", "", [one.lowest for one in files], "Of the pixels"),
            _number("highest", "", [one.highest for one in files], "Of the pixels"),
            _text("terms", [one.terms.source for one, _ in found], "Where they come from"),
            _text("remarks", [one.reason for one in files], "Why it is not corrected"),
        ),
    )


def difference_table(rows: Sequence[tuple[object, ModuleCorrection]]) -> ResultTable:
    """Return one row a difference image."""
    found = [one for _, result in rows for one in result.differences]
    return ResultTable(
        "Differences of images of two epochs",
        (
            _text("filter", [one.filter for one in found]),
            _text("array", [one.array for one in found]),
            _text("first", [one.first for one in found], "Epoch"),
            _text("second", [one.second for one in found], "Epoch"),
            _text("patch", [one.patch for one in found]),
            _number("before", "mag", [one.offset_before for one in found], "Of bright pixels"),
            _number("after", "mag", [one.offset_after for one in found], "Of bright pixels"),
            _number("error", "mag", [one.error for one in found], "One sigma"),
            _number("scatter", "MJy / sr", [one.level_mjy_sr for one in found], "Of the pixels"),
        ),
    )


def _names(found: Sequence[ArrayOffset]) -> tuple[Column, ...]:
    return (
        _text("filter", [one.filter for one in found]),
        _text("array", [one.array for one in found]),
        _text("first", [one.first for one in found], "Epoch"),
        _text("second", [one.second for one in found], "Epoch"),
        _text("calibration", [one.calibration for one in found], "Context"),
    )


def _fitted(value: float, error: float) -> float:
    return value if np.isfinite(error) else float("nan")


def _slope(one: ArrayGradient) -> float:
    return _fitted(one.slope, one.slope_error)


def _correlation(one: ArrayGradient) -> float:
    product = one.delta_ab_error * one.slope_error
    return float(one.covariance[0, 1]) / product if product > 0.0 else float("nan")


def _used(one: ArrayGradient, *, patch: bool) -> int:
    return int(np.count_nonzero(one.used & (one.is_p == patch)))


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[float], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
