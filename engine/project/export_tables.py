"""The tables that a session gives, over all of its results."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from engine.analyses import JUNCTIONS
from engine.errors import DataError, EngineError
from engine.model.identity import Identity
from engine.model.table import ResultTable
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.export_limits import Only, is_wanted, limits_in_words
from engine.project.junction_table_causes import with_causes
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import BuildTable
from engine.project.steps import STEPS

_TABLES: dict[str, tuple[str, BuildTable]] = {
    name: (step.analysis.name, build) for step in STEPS for name, build in step.tables
}
TABLES = tuple(_TABLES)


def tables_of(
    step: str, session: Session, chain: Chain, only: Only | None = None
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the tables of `is_wanted` results, each with the results that it is limited to.

    A table that all results of its step are in is not limited: it has none.
    """
    rows: dict[str, list[str]] = {step: []} if step and only is None else {}
    count = Counter(key.step for key in chain.keys(session))
    for key in chain.keys(session):
        if is_wanted(session, key, only, step):
            rows.setdefault(key.step, []).append(str(key))
    whole = {name for name, nodes in rows.items() if only is None or len(nodes) == count[name]}
    return tuple(
        (name, () if of_step in whole else tuple(rows[of_step]))
        for name, (of_step, _) in _TABLES.items()
        if of_step in rows
    )


def build_table(
    session: Session,
    chain: Chain,
    name: str,
    *,
    of: Collection[str] = (),
    progress: Progress = SILENT,
) -> ResultTable:
    """Return the table ``name`` of ``session``.

    Parameters
    ----------
    session : Session
        What the table is about.
    chain : Chain
        Where its results come from.
    name : str
        One of `TABLES`.
    of : collection of str, optional
        Results that it is limited to, as its title says; by default it is of all.
    progress : Progress, optional
        Told where the work is.

    Raises
    ------
    DataError
        If nothing in the session gives a row.
    """
    step, build = _TABLES[name]
    rows, kept = [], []
    for key in sorted(chain.keys(session), key=lambda one: place_of(session, one)):
        if key.step != step or session.exclusion(key.settings.subject):
            continue
        if of and str(key) not in of:
            continue
        try:
            rows.append((_label(session, key), chain.evaluate(session, key, progress)))
        except EngineError:
            continue  # the reason is told where the result itself is asked for
        kept.append(key)
    if not rows:
        raise DataError(f"Nothing in this session gives a row of the table “{name}”.")
    table = build(rows)
    if step == JUNCTIONS.name:
        table = with_causes(session, chain, kept, table, progress)
    limits = limits_in_words(session, of)
    return replace(table, title=f"{table.title}: limited to {limits}") if limits else table


def place_of(session: Session, key: NodeKey) -> tuple[str, str, str]:
    """Return where a result stands in a table: by source, then by band."""
    segment = session.segment(key.subject)
    if segment is None:
        return key.subject, "", ""
    return segment.identity.source_key, segment.identity.band, segment.id


def _label(session: Session, key: NodeKey) -> Identity | str:
    segment = session.segment(key.subject)
    return key.stage if segment is None else segment.identity
