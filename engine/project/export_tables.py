"""The tables that a session gives, over all of its results."""

from collections.abc import Callable
from typing import Any

from engine.analyses import CALIBRATE, EXTRACT, JUNCTIONS, NOISE, REPEATABILITY, RESPONSE
from engine.errors import DataError, EngineError
from engine.model.identity import Identity
from engine.model.table import ResultTable
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.keys import NodeKey
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
    "responses": (RESPONSE.name, response_summary),
    "breakpoints": (RESPONSE.name, breakpoint_table),
    "calibrated": (CALIBRATE.name, calibration_summary),
    "junctions": (JUNCTIONS.name, junction_table),
    "repeatability": (REPEATABILITY.name, repeatability_table),
    "visits": (REPEATABILITY.name, visit_table),
    "noise": (NOISE.name, noise_table),
}
TABLES = tuple(_TABLES)


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
    for key in chain.keys(session):
        if key.step != step or session.exclusion(key.settings.subject):
            continue
        try:
            rows.append((_label(session, key), chain.evaluate(session, key, progress)))
        except EngineError:
            continue  # the reason is told where the result itself is asked for
    if not rows:
        raise DataError(f"Nothing in this session gives a row of the table “{name}”.")
    return build(rows)


def _label(session: Session, key: NodeKey) -> Identity | str:
    segment = session.segment(key.subject)
    return key.stage if segment is None else segment.identity
