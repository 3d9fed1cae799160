"""Tables of the combination of stars."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.model.table import Column, ResultTable
from engine.mrs.star_combination import StarCombination


def star_table(combinations: Sequence[tuple[object, StarCombination]]) -> ResultTable:
    """Return one row an observation: its offset from the reference star and the final vector."""
    rows = [one for _, combination in combinations for one in combination.stars]
    return ResultTable(
        "Stars of the combination",
        (
            _text("star", [one.star for one in rows], ""),
            _text("source", [one.source for one in rows], "Target, program and observation"),
            _percent("offset_percent", [100 * one.offset for one in rows], "To the reference star"),
            _percent("offset_error", [100 * one.error for one in rows], "One sigma"),
            _percent("final_percent", [100 * one.after for one in rows], "To the final vector"),
            _percent("final_error", [100 * one.after_error for one in rows], "One sigma"),
            _percent(
                "systematic_percent", [100 * one.sys_error for one in rows], "Of the factor itself"
            ),
            _number("weight", [one.weight for one in rows], "Share in the mean"),
            Column("n_bands", "", np.array([one.n_bands for one in rows], dtype=np.int64), ""),
            _text("excluded", [one.excluded for one in rows], "Why it is left out"),
        ),
    )


def combined_band_table(combinations: Sequence[tuple[object, StarCombination]]) -> ResultTable:
    """Return one row a band: the mean of the stars, and what the polynomial leaves of it."""
    rows = [one for _, combination in combinations for one in combination.bands]
    return ResultTable(
        "Bands of the combination",
        (
            _text("band", [one.band for one in rows], ""),
            Column("n_stars", "", np.array([one.n_stars for one in rows], dtype=np.int64), ""),
            _number("level", [one.level for one in rows], "Mean over stars and wavelengths"),
            _number(
                "level_error",
                [one.level_scatter_error for one in rows],
                "From the scatter of the stars, one sigma; nan: fewer than two stars",
            ),
            _number(
                "level_statistical_error",
                [one.level_error for one in rows],
                "Of the noise of their vectors alone, one sigma",
            ),
            _percent("residual_percent", [100 * one.residual for one in rows], "Star / final - 1"),
            _percent("residual_error", [100 * one.residual_error for one in rows], "One sigma"),
            _percent("scatter_percent", [100 * one.scatter for one in rows], "Of the stars"),
            _percent(
                "systematic_percent",
                [100 * _median(one.sys_error / one.vector) for one in rows],
                "Of the combined vector, median",
            ),
        ),
    )


def _median(values: FloatArray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else float("nan")


def _text(name: str, values: Sequence[str], description: str) -> Column:
    return Column(name, "", np.array(values, dtype=np.str_), description)


def _number(name: str, values: Sequence[float], description: str) -> Column:
    return Column(name, "", np.array(values, dtype=np.float64), description)


def _percent(name: str, values: Sequence[float], description: str) -> Column:
    return Column(name, "percent", np.array(values, dtype=np.float64), description)
