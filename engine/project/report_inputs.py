"""Which files results rest on: those that were read but count for nothing are none of them."""

from collections.abc import Iterable

from engine.analyses import RESPONSE
from engine.errors import EngineError
from engine.mrs.star_combination import StarCombination
from engine.project.chain import Chain
from engine.project.combine_step import COMBINATION, combined_segments
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.session import Session


def files_behind(session: Session, chain: Chain, keys: Iterable[NodeKey]) -> tuple[Entry, ...]:
    """Return the files that the results of ``keys`` rest on, in the order of opening.

    Parameters
    ----------
    session : Session
        Where the results belong.
    chain : Chain
        Where they come from; a combination is computed when it is missing.
    keys : iterable of NodeKey
        Results.

    Returns
    -------
    tuple of Entry
        Without those of stars whose factors are of another kind than those that are combined.
    """
    found = {
        entry.id
        for key in keys
        for node in (_combined(session, chain) if key == COMBINATION else (key,))
        for entry in chain.inputs(session, node)
    }
    return tuple(entry for entry in session.entries if entry.id in found)


def _combined(session: Session, chain: Chain) -> tuple[NodeKey, ...]:
    """Return the responses that are combined; the combination itself when there is none."""
    try:
        combination: StarCombination = chain.evaluate(session, COMBINATION)
    except EngineError:
        return (COMBINATION,)
    responses = (NodeKey(RESPONSE.name, one.id) for one in combined_segments(session))
    return tuple(key for key in responses if _kind(session, chain, key) == combination.kind)


def _kind(session: Session, chain: Chain, key: NodeKey) -> str:
    try:
        return str(chain.evaluate(session, key).kind)
    except EngineError:
        return ""
