"""The tables that a session gives, over all of its results."""

from collections.abc import Callable
from typing import Any

from engine.analyses import (
    CALIBRATE,
    COMBINE,
    EXTRACT,
    FRINGE,
    JUNCTIONS,
    LOSS,
    NOISE,
    REPEATABILITY,
    RESPONSE,
)
from engine.errors import DataError, EngineError
from engine.model.identity import Identity
from engine.model.table import ResultTable
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.combination_tables import combined_band_table, star_table
from engine.project.fringe_step import is_used
from engine.project.fringe_tables import fringe_summary, sinusoid_table
from engine.project.keys import NodeKey
from engine.project.loss_tables import lamp_date_table, loss_bin_table, loss_table
from engine.project.session import Session
from engine.project.tables import (
    breakpoint_table,
    calibration_summary,
    extraction_summary,
    junction_table,
    response_summary,
)
from engine.project.visit_tables import noise_table, repeatability_table, visit_table

_Build = Callable[[Any], ResultTable]
_TABLES: dict[str, tuple[str, _Build]] = {
    "extractions": (EXTRACT.name, extraction_summary),
    "fringes": (FRINGE.name, fringe_summary),
    "fringe-sinusoids": (FRINGE.name, sinusoid_table),
    "loss": (LOSS.name, loss_table),
    "loss-bins": (LOSS.name, loss_bin_table),
    "lamp-dates": (LOSS.name, lamp_date_table),
    "responses": (RESPONSE.name, response_summary),
    "breakpoints": (RESPONSE.name, breakpoint_table),
    "combined-stars": (COMBINE.name, star_table),
    "combined-bands": (COMBINE.name, combined_band_table),
    "calibrated": (CALIBRATE.name, calibration_summary),
    "junctions": (JUNCTIONS.name, junction_table),
    "repeatability": (REPEATABILITY.name, repeatability_table),
    "visits": (REPEATABILITY.name, visit_table),
    "noise": (NOISE.name, noise_table),
}
TABLES = tuple(_TABLES)


def tables_of(step: str, session: Session, chain: Chain) -> tuple[str, ...]:
    """Return the tables of ``step``; for ``""`` those of all steps whose results are used."""
    used = {step} if step else {key.step for key in chain.keys(session) if is_used(session, key)}
    return tuple(name for name, (of_step, _) in _TABLES.items() if of_step in used)


def build_table(
    session: Session, chain: Chain, name: str, *, progress: Progress = SILENT
) -> ResultTable:
    """Return the table ``name`` of ``session``.

    Raises
    ------
    DataError
        If nothing in the session gives a row.
    """
    step, build = _TABLES[name]
    rows = []
    for key in sorted(chain.keys(session), key=lambda one: _place(session, one)):
        if key.step != step or session.exclusion(key.settings.subject):
            continue
        try:
            rows.append((_label(session, key), chain.evaluate(session, key, progress)))
        except EngineError:
            continue  # the reason is told where the result itself is asked for
    if not rows:
        raise DataError(f"Nothing in this session gives a row of the table “{name}”.")
    return build(rows)


def _place(session: Session, key: NodeKey) -> tuple[str, str, str]:
    """Return where a result stands in a table: by source, then by band."""
    segment = session.segment(key.subject)
    if segment is None:
        return key.subject, "", ""
    return segment.identity.source_key, segment.identity.band, segment.id


def _label(session: Session, key: NodeKey) -> Identity | str:
    segment = session.segment(key.subject)
    return key.stage if segment is None else segment.identity
