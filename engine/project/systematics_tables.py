"""The table of systematic errors: every term of every response."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.model.identity import Identity
from engine.model.table import Column, ResultTable
from engine.mrs.star_response import StarResponse

_NAN = float("nan")


def systematic_table(rows: Sequence[tuple[Identity, StarResponse]]) -> ResultTable:
    """Return one row a response: statistical and systematic error, and each of its terms.

    Errors are relative, in per cent: medians over the vector, and the largest of the total. A term
    that was not measured for a response is NaN: unknown, not zero.
    """
    names = dict.fromkeys(name for _, response in rows for name, _ in response.sys_terms)
    return ResultTable(
        "Systematic errors of the responses",
        (
            _text("target", (one.target for one, _ in rows)),
            _text("program", (one.program for one, _ in rows)),
            _text("observation", (one.observation for one, _ in rows)),
            _text("band", (one.band for one, _ in rows)),
            _percent("statistical", (_median(r, r.stat_error) for _, r in rows)),
            _percent("systematic", (_median(r, r.sys_error) for _, r in rows)),
            _percent("largest_systematic", (_largest(r) for _, r in rows)),
            *(
                _percent(name.replace(" ", "_"), (_term(r, name) for _, r in rows))
                for name in names
            ),
        ),
    )


def _term(response: StarResponse, name: str) -> float:
    found = dict(response.sys_terms).get(name)
    return _NAN if found is None else _median(response, found)


def _relative(response: StarResponse, error: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = 100.0 * np.abs(error / response.vector)
    return relative[np.isfinite(relative)]


def _median(response: StarResponse, error: FloatArray) -> float:
    relative = _relative(response, error)
    return float(np.median(relative)) if relative.size else _NAN


def _largest(response: StarResponse) -> float:
    relative = _relative(response, response.sys_error)
    return float(np.max(relative)) if relative.size else _NAN


def _text(name: str, values: Iterable[str]) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_))


def _percent(name: str, values: Iterable[float]) -> Column:
    return Column(name, "%", np.array(list(values), dtype=np.float64), "Of the factor, one sigma")
