"""Tables of static fringe flats and of footprints."""

from collections.abc import Iterable, Sequence

import numpy as np

from engine.model.identity import Identity
from engine.model.table import Column, ResultTable
from engine.mrs.footprints import FootprintMap
from engine.mrs.fringe_flat import FringeFlatOverlay


def fringe_flat_table(rows: Sequence[tuple[Identity, FringeFlatOverlay]]) -> ResultTable:
    """Return one row a spectrum: whether a fringe flat was applied, which, and what is left."""
    done = [one for _, one in rows]
    return ResultTable(
        "Static fringe flats",
        (
            *(
                _text(name, (getattr(identity, name) for identity, _ in rows))
                for name in ("target", "program", "observation", "band")
            ),
            _text("applied", (one.applied for one in done), "As the header says"),
            _text("reference", (one.reference for one in done), "R_FRINGE"),
            _number("share", "", (one.share for one in done), "Of the flat's pattern"),
            _number("share_error", "", (one.share_error for one in done), "One sigma"),
            Column("column", "", np.array([one.column for one in done], dtype=np.int64), "-1: no"),
            _text("remarks", (" ".join(one.messages) for one in done)),
        ),
    )


def footprint_table(rows: Sequence[tuple[object, FootprintMap]]) -> ResultTable:
    """Return one row a corner of each field."""
    found = [(one, i) for _, m in rows for one in m.footprints for i in range(one.x.size)]
    return ResultTable(
        "Footprints on the sky",
        (
            _text("field", (one.title for one, _ in found)),
            _text("band", (one.band for one, _ in found)),
            _number("ra", "deg", (one.ra_deg[i] for one, i in found), "Corner"),
            _number("dec", "deg", (one.dec_deg[i] for one, i in found), "Corner"),
            _number("x", "pix", (one.x[i] for one, i in found), "In the image, from 0"),
            _number("y", "pix", (one.y[i] for one, i in found), "In the image, from 0"),
            _number("area", "arcsec2", (one.area_arcsec2 for one, _ in found), "With data"),
        ),
    )


def _text(name: str, values: Iterable[str], description: str = "") -> Column:
    return Column(name, "", np.array(list(values), dtype=np.str_), description)


def _number(name: str, unit: str, values: Iterable[float], description: str) -> Column:
    return Column(name, unit, np.array(list(values), dtype=np.float64), description)
