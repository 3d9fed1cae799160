"""Tables of trends: parameters, classes and subsets, and the observations behind them."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.compare.trend_results import FactorTrends, Level
from engine.model.table import Column, ResultTable

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
            _number("slope", [one.slope for one in trends], "Per unit, or per factor of ten"),
            _number("slope_error", [one.slope_error for one in trends], "One sigma"),
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
    found: list[tuple[str, str, Level]] = []
    for _, one in rows:
        found += [(one.table.title, "class", level) for level in one.classes]
        found += [(one.table.title, "subset", level) for level in one.subsets]
        found.append((one.table.title, "", one.all))
    levels = [level for *_, level in found]
    return ResultTable(
        "Mean factors of classes and subsets",
        (
            _text("factors", [title for title, *_ in found]),
            _text("kind", [kind for _, kind, _ in found]),
            _text("name", [one.name for one in levels]),
            _count("n_stars", [one.n_stars for one in levels], "Stars"),
            _count("n_used", [one.n_used for one in levels], "Observations"),
            _number("mean", [one.mean for one in levels], "Each star counts once"),
            _number("error", [one.error for one in levels], "One sigma"),
            _number("rms", [one.rms for one in levels], "Of the stars, N - 1"),
            _number("offset", [one.offset for one in levels], "From all others"),
            _number("offset_error", [one.offset_error for one in levels], "One sigma"),
            _number("significance", [one.significance for one in levels], "Of the offset, sigma"),
        ),
    )


def difference_table(rows: _Rows) -> ResultTable:
    """Return one row a pair of classes."""
    found = [(one.table.title, pair) for _, one in rows for pair in one.differences]
    pairs = [pair for _, pair in found]
    return ResultTable(
        "Differences between classes",
        (
            _text("factors", [title for title, _ in found]),
            _text("first", [one.first for one in pairs]),
            _text("second", [one.second for one in pairs]),
            _number("difference", [one.difference for one in pairs], "First minus second"),
            _number("error", [one.error for one in pairs], "One sigma"),
            _number("significance", [one.significance for one in pairs], "Sigma, for all pairs"),
            _number("chance", [one.chance for one in pairs], "Probability without an offset"),
        ),
    )


def factor_table(rows: _Rows) -> ResultTable:
    """Return one row an observation with its factor and all of its parameters."""
    tables = [one.table for _, one in rows]
    columns = [
        _text("factors", [one.title for one in tables for _ in one.ids]),
        _text("id", [name for one in tables for name in one.ids]),
        _text("name", [name for one in tables for name in one.stars]),
        _text("class", [name for one in tables for name in one.classes]),
        _text("about", [text for one in tables for text in one.notes]),
        _number("factor", np.concatenate([one.factor for one in tables]), "Relative, or as said"),
        _number("factor_error", np.concatenate([one.error for one in tables]), "One sigma"),
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
