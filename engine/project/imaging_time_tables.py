"""Tables of time, subarrays, C(t) and errors of the calibration of images."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.compare.error_budget import TERMS, ErrorBudgets
from engine.imaging.calibration_history import CalibrationHistory
from engine.imaging.subarray_results import Subarrays
from engine.imaging.time_loss_results import TimeLoss
from engine.model.table import Column, ResultTable

_FACTOR = "MJy s / (DN sr)"


def time_loss_table(rows: Sequence[tuple[object, TimeLoss]]) -> ResultTable:
    """Return one row a filter: A, B, tau, and how well it repeats."""
    found = [one for _, loss in rows for one in loss.filters]
    return ResultTable(
        "Loss of response with time",
        (
            _text("filter", (one.filter_name for one in found)),
            _number("pivot_um", "um", (one.pivot_um for one in found), "Pivot wavelength"),
            _text("source", (one.source for one in found), "Fitted, or interpolated"),
            _number("loss_percent", "%", (100 * one.loss_fraction for one in found), "-B / A"),
            _number(
                "loss_error_percent",
                "%",
                (100 * one.amplitude_ratio_error for one in found),
                "One sigma",
            ),
            _number("tau", "d", (one.tau_days for one in found), "Time constant"),
            _number("tau_error", "d", (one.tau_error for one in found), "NaN: not fitted"),
            _number("asymptote", _FACTOR, (one.asymptote for one in found), "A of the monitor"),
            _number("asymptote_error", _FACTOR, (one.asymptote_error for one in found), "Sigma"),
            _number("amplitude", _FACTOR, (one.amplitude for one in found), "B of the monitor"),
            _number("amplitude_error", _FACTOR, (one.amplitude_error for one in found), "Sigma"),
            _number(
                "repeat_percent", "%", (100 * one.repeatability for one in found), "sigma(repeat)"
            ),
            _count("n_used", (one.n_used for one in found), "Observations"),
            _text("remarks", (" ".join(one.messages) for one in found)),
        ),
    )


def loss_point_table(rows: Sequence[tuple[object, TimeLoss]]) -> ResultTable:
    """Return one row an observation behind the loss."""
    found = [
        (one, i) for _, loss in rows for one in loss.filters for i in range(len(one.points.ids))
    ]
    points = [(one.points, i) for one, i in found]
    return ResultTable(
        "Observations behind the loss with time",
        (
            _text("filter", (one.filter_name for one, _ in found)),
            _text("id", (one.ids[i] for one, i in points)),
            _text("name", (one.stars[i] for one, i in points)),
            _text("subarray", (one.subarrays[i] for one, i in points)),
            _number("mjd", "d", (one.mjd[i] for one, i in points)),
            _number("response", "", (one.response[i] for one, i in points), "Over day zero"),
            _number("response_error", "", (one.error[i] for one, i in points), "One sigma"),
            _number("residual_percent", "%", (one.residual_percent[i] for one, i in points)),
            _number("deviation", "", (one.sigma[i] for one, i in points), "In sigma"),
            _text("used", ("yes" if one.is_used[i] else "" for one, i in points)),
            _text("left_out", (one.reasons[i] for one, i in points), "Why"),
        ),
    )


def throughput_table(rows: Sequence[tuple[object, Subarrays]]) -> ResultTable:
    """Return one row a subarray: what is adopted, and what the observations say."""
    found = [one for _, result in rows for one in result.throughputs]
    return ResultTable(
        "Throughput of the subarrays",
        (
            _text("subarray", (one.subarray for one in found)),
            _number("D_SA", "", (one.adopted for one in found), "Adopted, relative to FULL"),
            _text("adopted", ("here" if one.is_own else "Table 7" for one in found)),
            _number("D_SA_fitted", "", (one.fitted for one in found), "All observations together"),
            _number("D_SA_error", "", (one.fitted_error for one in found), "One sigma"),
            _number("relative", "", (one.adopted_relative for one in found), "To SUB256, adopted"),
            _number("relative_fitted", "", (one.fitted_relative for one in found), "To SUB256"),
            _number("relative_error", "", (one.fitted_relative_error for one in found), "Sigma"),
            _count("n_used", (one.n_used for one in found), "Observations"),
            _count("n_stars", (one.n_stars for one in found), "Stars"),
        ),
    )


def ratio_table(rows: Sequence[tuple[object, Subarrays]]) -> ResultTable:
    """Return one row a point of Fig. 5."""
    found = [one for _, result in rows for one in result.ratios]
    return ResultTable(
        "Flux in subarrays relative to SUB256",
        (
            _text("kind", (one.kind for one in found)),
            _text("filter", (one.filter_name for one in found)),
            _text("subarray", (one.subarray for one in found)),
            _text("name", (one.star for one in found), "Star of a dedicated pair"),
            _number("ratio", "", (one.ratio for one in found), "Over the flux in SUB256"),
            _number("ratio_error", "", (one.error for one in found), "NaN: 3 observations or less"),
            _count("n_used", (one.n_used for one in found), "Observations"),
            _count("n_reference", (one.n_reference for one in found), "Of them in SUB256"),
        ),
    )


def history_table(rows: Sequence[tuple[object, CalibrationHistory]]) -> ResultTable:
    """Return one row a filter: Table 8 of this session, beside the published one."""
    found = [(one, history) for _, history in rows for one in history.filters]
    curves = [one.curve for one, _ in found]
    published = [one.published for one, _ in found]
    return ResultTable(
        "Calibration factors",
        (
            _text("filter", (one.filter_name for one, _ in found)),
            _number("asymptote", _FACTOR, (one.asymptote for one in curves), "A of Eq. 4"),
            _number("amplitude", _FACTOR, (one.amplitude for one in curves), "B of Eq. 4"),
            _number("loss_percent", "%", (100 * one.loss_fraction for one in curves), "-B / A"),
            _number("tau", "d", (one.tau_days for one in curves), "Time constant"),
            _number("factor_percent", "%", (one.error_percent for one, _ in found), "sigma(CF)"),
            _number("n_stars", "", (one.n_stars for one, _ in found), "Stars"),
            _number(
                "repeat_percent", "%", (one.repeat_percent for one, _ in found), "sigma(repeat)"
            ),
            _number(
                "asymptote_published",
                _FACTOR,
                (np.nan if one is None else one.asymptote for one in published),
                "Gordon+2025, Table 8",
            ),
            _number(
                "table_percent",
                "%",
                (history.worst_percent[one.filter_name] for one, history in found),
                "How far the tables of the reference file are from C(t) at most",
            ),
        ),
    )


def delivery_table(rows: Sequence[tuple[object, CalibrationHistory]]) -> ResultTable:
    """Return one row a filter and delivery: Fig. 9."""
    found = [
        (one.filter_name, value)
        for _, history in rows
        for one in history.filters
        for value in one.delivered
    ]
    return ResultTable(
        "Delivered calibration factors",
        (
            _text("filter", (name for name, _ in found)),
            _text("file", (one.name for _, one in found)),
            _number("mjd", "d", (one.mjd for _, one in found), "Used from then on"),
            _number("start", _FACTOR, (one.start for _, one in found), "On MJD 59720"),
            _number("end", _FACTOR, (one.end for _, one in found), "Ten years later"),
        ),
    )


def budget_table(rows: Sequence[tuple[object, ErrorBudgets]]) -> ResultTable:
    """Return one row an observation: each term, and all of them in quadrature."""
    found = [one for _, result in rows for one in result.budgets]
    columns = [
        _text("id", (one.id for one in found)),
        _text("about", (one.title for one in found)),
        _text("band", (one.band for one in found)),
        _text("source", (one.source for one in found)),
    ]
    for name in TERMS:
        columns.append(
            _number(f"{name}_percent", "%", (one.term(name).percent for one in found), "One sigma")
        )
        columns.append(_text(f"{name}_from", (one.term(name).origin for one in found)))
    columns.append(_number("total_percent", "%", (one.total_percent for one in found), "All"))
    columns.append(_text("flag", (one.flag for one in found), "What is known against it"))
    return ResultTable("Error budgets", tuple(columns))


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[float], description: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
