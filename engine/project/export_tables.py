"""The tables that a session gives, over all of its results."""

from engine.errors import DataError, EngineError
from engine.model.identity import Identity
from engine.model.table import ResultTable
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import BuildTable
from engine.project.steps import STEPS, step_named

_TABLES: dict[str, tuple[str, BuildTable]] = {
    name: (step.analysis.name, build) for step in STEPS for name, build in step.tables
}
TABLES = tuple(_TABLES)


def is_used(session: Session, key: NodeKey) -> bool:
    """Tell whether something follows from a result; a correction that is off is only looked at."""
    return step_named(key.step).is_used(session, key.subject)


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
