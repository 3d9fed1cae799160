"""The table of lines: equivalent widths of stars and their models."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.table import Column, ResultTable
from engine.mrs.normalized_spectra import NormalizedSource


def line_table(rows: Sequence[tuple[object, NormalizedSource]]) -> ResultTable:
    """Return one row a source, band and marked line."""
    found = [(source, line) for _, source in rows for line in source.lines]
    lines = [line for _, line in found]
    return ResultTable(
        "Equivalent widths of lines",
        (
            _text("star", (source.star for source, _ in found), ""),
            _text("source", (source.source for source, _ in found), "Target, program, observation"),
            _text("band", (one.band for one in lines), ""),
            _text("line", (one.line for one in lines), ""),
            _number("wave_um", (one.wave_um for one in lines), "At rest, vacuum"),
            _number("width_um", (one.width_um for one in lines), "Positive in absorption"),
            _number("width_error_um", (one.width_error for one in lines), "One sigma"),
            _number("model_width_um", (one.model_width_um for one in lines), "Of the model"),
        ),
    )


def _text(name: str, values: Iterable[str], description: str) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, values: Iterable[float], description: str) -> Column:
    return Column(name, "um", np.array(list(values), dtype=np.float64), description)
