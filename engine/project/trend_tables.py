"""Tables of trends: parameters, classes and subsets, and the observations behind them."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.compare.factor_table import FactorTable
from engine.compare.trend_results import FactorTrends, Level
from engine.model.table import Column, ResultTable, in_row_units

_PER = ", per unit of the parameter, or per factor of ten"
_Rows = Sequence[tuple[object, FactorTrends]]


def trend_table(rows: _Rows) -> ResultTable:
    """Return one row a parameter: slope, and how likely it is by chance."""
    found = [
        (one.table.parameter(trend.parameter), trend) for _, one in rows for trend in one.trends
    ]
    trends = [trend for _, trend in found]
    tried = [one.n_tried for _, one in rows for _ in one.trends]
    return ResultTable(
        "Trends of the factor with parameters",
        (
            _text("factors", [one.table.title for _, one in rows for _ in one.trends]),
            _text("parameter", [one.parameter for one in trends]),
            _text(
                "unit", ["" if one is None else one.unit for one, _ in found], "Of the parameter"
            ),
            _text("scale", ["" if one is None else one.scale for one, _ in found], "log: per dex"),
            _count("n_used", [one.n_used for one in trends], "Observations"),
            _count("n_stars", [one.n_stars for one in trends], "Stars"),
            _number("slope", [one.slope for one in trends], "Of the factor" + _PER),
            _number("slope_error", [one.slope_error for one in trends], "One sigma" + _PER),
            _number(
                "single_significance",
                [one.single_significance for one in trends],
                "In sigma, as if no other parameter had been tried",
            ),
            _number(
                "significance",
                [one.significance for one in trends],
                "In sigma, all parameters tried taken together",
            ),
            _number("chance", [one.chance for one in trends], "Probability without any trend"),
            _count("n_tried", tried, "Parameters tried"),
            _text("reported", ["yes" if one.is_reported else "" for one in trends]),
            _text("remarks", [one.reason for one in trends], "Why there is no number"),
        ),
    )


def level_table(rows: _Rows) -> ResultTable:
    """Return one row a class, a subset, and one for everything."""
    found: list[tuple[FactorTable, str, Level]] = []
    for _, one in rows:
        found += [(one.table, "class", level) for level in one.classes]
        found += [(one.table, "subset", level) for level in one.subsets]
        found.append((one.table, "", one.all))
    levels = [level for *_, level in found]
    units = [table.unit for table, *_ in found]
    return ResultTable(
        "Mean factors of classes and subsets",
        (
            _text("factors", [table.title for table, *_ in found]),
            _text("kind", [kind for _, kind, _ in found]),
            _text("name", [one.name for one in levels]),
            _count("n_stars", [one.n_stars for one in levels], "Stars"),
            _count("n_used", [one.n_used for one in levels], "Observations"),
            in_row_units("mean", units, [one.mean for one in levels], "Each star counts once"),
            in_row_units("error", units, [one.error for one in levels], "One sigma"),
            in_row_units("rms", units, [one.rms for one in levels], "Of the stars, N - 1"),
            in_row_units("offset", units, [one.offset for one in levels], "From all others"),
            in_row_units("offset_error", units, [one.offset_error for one in levels], "One sigma"),
            _number("significance", [one.significance for one in levels], "Of the offset, sigma"),
        ),
    )


def difference_table(rows: _Rows) -> ResultTable:
    """Return one row a pair of classes."""
    found = [(one.table, pair) for _, one in rows for pair in one.differences]
    pairs = [pair for _, pair in found]
    units = [table.unit for table, _ in found]
    return ResultTable(
        "Differences between classes",
        (
            _text("factors", [table.title for table, _ in found]),
            _text("first", [one.first for one in pairs]),
            _text("second", [one.second for one in pairs]),
            in_row_units(
                "difference", units, [one.difference for one in pairs], "First minus second"
            ),
            in_row_units("error", units, [one.error for one in pairs], "One sigma"),
            _number("significance", [one.significance for one in pairs], "Sigma, for all pairs"),
            _number("chance", [one.chance for one in pairs], "Probability without an offset"),
        ),
    )


def factor_table(rows: _Rows) -> ResultTable:
    """Return one row an observation with its factor and all of its parameters."""
    tables = [one.table for _, one in rows]
    units = [one.unit for one in tables for _ in one.ids]
    factors = np.concatenate([np.zeros(0), *(one.factor for one in tables)])
    columns = [
        _text("factors", [one.title for one in tables for _ in one.ids]),
        _text("id", [name for one in tables for name in one.ids]),
        _text("name", [name for one in tables for name in one.stars]),
        _text("class", [name for one in tables for name in one.classes]),
        _text("about", [text for one in tables for text in one.notes]),
        in_row_units("factor", units, factors, "Of the observation"),
        in_row_units(
            "factor_error",
            units,
            np.concatenate([np.zeros(0), *(one.error for one in tables)]),
            "One sigma",
        ),
        _text("left_out", [text for one in tables for text in one.reasons], "Why"),
        _text("flag", [text for one in tables for text in one.flags], "What is known against it"),
    ]
    taken = {column.name for column in columns}
    named = {p.name: p for one in tables for p in one.parameters if p.name not in taken}
    for name, shown in named.items():
        own = [(one, one.parameter(name)) for one in tables]
        if shown.kind == "category":
            texts = [
                text
                for one, p in own
                for text in (p.texts if p is not None and p.texts else ("",) * len(one))
            ]
            columns.append(_text(name, texts, shown.label))
            continue
        numbers = [
            p.numbers if p is not None and p.kind == "number" else np.full(len(one), np.nan)
            for one, p in own
        ]
        columns.append(Column(name, shown.unit, np.concatenate(numbers), shown.label))
    return ResultTable("Factors of the observations", tuple(columns))


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, values: Iterable[float], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.float64), description)


def _count(name: str, values: Iterable[int], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), description)
