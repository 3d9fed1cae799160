"""Tables of channel 4: the levels with their errors, and the vectors."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.model.table import Column, ResultTable, in_row_units
from engine.model.vector import FACTOR_UNITS
from engine.mrs.channel4_vectors import Channel4

_Array = NDArray[Any]
_Rows = Sequence[tuple[object, Channel4]]


def channel4_level_table(rows: _Rows) -> ResultTable:
    """Return one row an overlap: the level that it gives, and what its error is made of."""
    pairs = [
        (link, vector)
        for _, one in rows
        for link, vector in zip(one.links, one.vectors, strict=False)
    ]
    links = [link for link, _ in pairs]
    vectors = [vector for _, vector in pairs]
    terms = list(dict.fromkeys(name for link in links for name, _ in link.terms))
    return ResultTable(
        "Levels of channel 4",
        (
            _text("junction", (link.junction for link in links)),
            _number("from", "um", (link.low_um for link in links), "First wavelength"),
            _number("to", "um", (link.high_um for link in links), "Last wavelength"),
            _count("n_samples", (link.n_samples for link in links)),
            _number("level", "", (link.level for link in links), "On the relative response"),
            _number(
                "level_error", "", (link.level * link.level_error for link in links), "Statistical"
            ),
            _number("level_sys", "", (link.level * link.level_sys for link in links), "Systematic"),
            _number("scale", "", (one.scale for one in vectors), "Of the asteroid to its model"),
            _number(
                "scale_error",
                "",
                (one.scale_error for one in vectors),
                "Of the level and the model",
            ),
            _number("scale_sys", "", (link.level_sys / link.level for link in links), "Systematic"),
            *(
                _number(
                    f"{name.replace(' ', '_')}_percent",
                    "percent",
                    (100.0 * dict(link.terms)[name] for link in links),
                    "Part of the error",
                )
                for name in terms
            ),
        ),
    )


def channel4_vector_table(rows: _Rows) -> ResultTable:
    """Return one row a sample: the final vectors with their errors."""
    vectors = [vector for _, one in rows for vector in one.vectors]

    def joined(values: Iterable[_Array]) -> _Array:
        found = list(values)
        return np.concatenate(found) if found else np.zeros(0)

    units = [
        FACTOR_UNITS[one.kind] for _, one in rows for part in one.vectors for _ in part.wave_um
    ]
    return ResultTable(
        "Vectors of channel 4",
        (
            _text("band", (one.band for one in vectors for _ in one.wave_um)),
            Column("wave", "um", joined(one.wave_um for one in vectors), "Of the sample"),
            in_row_units("vector", units, joined(one.vector for one in vectors), "Final"),
            in_row_units(
                "stat_error", units, joined(one.stat_error for one in vectors), "Statistical"
            ),
            in_row_units(
                "sys_error", units, joined(one.sys_error for one in vectors), "Systematic"
            ),
            in_row_units(
                "response",
                units,
                joined(one.response for one in vectors),
                "Before its level: relative",
            ),
            Column("correction", "", joined(one.correction for one in vectors), "Factor"),
            Column(
                "flags", "", joined(one.flags for one in vectors).astype(np.int64), "1: assumed"
            ),
        ),
    )


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=str), description)


def _count(name: str, values: Iterable[int]) -> Column:
    return Column(name, "", np.array(list(values), dtype=np.int64), "")


def _number(name: str, unit: str, values: Iterable[float], description: str = "") -> Column:
    return Column(name, unit, np.array(list(values), dtype=float), description)
