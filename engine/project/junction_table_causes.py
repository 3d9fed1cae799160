"""Where the jumps in the table of junctions come from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.analyses import ANALYSES, CALIBRATE, JUNCTION_STEPS, JUNCTIONS
from engine.compare.junction_causes import causes_told
from engine.compare.junctions import SourceJunctions
from engine.errors import EngineError
from engine.model.table import Column, ResultTable
from engine.progress import Progress
from engine.project.chain import Chain
from engine.project.jumps_step import jumps_key
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.source_spectra import joined_sources

_TITLES = {one.name: one.title for one in ANALYSES}
_ABOUT = "What speaks for which cause of a jump: other stars, apertures, centroids, steps, samples"


def with_causes(
    session: Session,
    chain: Chain,
    keys: Sequence[NodeKey],
    table: ResultTable,
    progress: Progress,
) -> ResultTable:
    """Return the table of the junctions of ``keys`` with the causes of their jumps.

    What the other stars say is told where all sources of a stage are in the table: a table of
    some of them rests on nothing else.
    """
    jumps = {
        stage: _known(session, chain, jumps_key(stage), progress)
        for stage in dict.fromkeys(key.stage for key in keys)
        if _holds_all(session, keys, stage)
    }
    said: list[str] = []
    for key in keys:
        measured: SourceJunctions = chain.evaluate(session, key, progress)
        steps = None
        if any(one.verdict == "jump" for one in measured.measures):
            along = NodeKey(JUNCTION_STEPS.name, measured.source)
            steps = _known(session, chain, along, progress)
        if steps is not None and key.stage == "extracted":
            steps = steps.without(CALIBRATE.name)
        for one in measured.measures:
            causes = causes_told(measured.source, one, jumps.get(key.stage), steps, _TITLES)
            said.append(" ".join(filter(None, (one.remark, *causes))))
    column = Column("cause", "", np.array(said, dtype=np.str_), _ABOUT)
    return replace(table, columns=(*table.columns, column))


def _holds_all(session: Session, keys: Sequence[NodeKey], stage: str) -> bool:
    named = set(keys)
    return all(
        NodeKey(JUNCTIONS.name, f"{source}@{stage}") in named
        for source in joined_sources(session)
        if not session.exclusion(source)
    )


def _known(session: Session, chain: Chain, key: NodeKey, progress: Progress) -> Any | None:
    """Return a result; `None`: there is none."""
    try:
        return chain.evaluate(session, key, progress)
    except EngineError:
        return None
