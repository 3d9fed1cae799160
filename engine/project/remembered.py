"""What the chain found out about a session, and what of it an exclusion leaves as it is."""

from dataclasses import dataclass, field

from engine.errors import EngineError
from engine.project.asked_exclusions import ALL_EXCLUSIONS
from engine.project.keys import NodeKey
from engine.project.session import Session


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of a node, or why it has none.

    Attributes
    ----------
    text : str or EngineError
        The digest, or the reason.
    asked : frozenset of str
        The exclusions that it follows from, by subject; of all that it needs as well.
    """

    text: str | EngineError
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was found out about one session.

    Attributes
    ----------
    session : Session
        Kept, so that no other session can take its id.
    digests : dict
        By node.
    keys : dict
        Nodes of each step by its name, and the exclusions that they follow from.
    upstream : dict
        What a node depends on, the nearest to the files first, by node.
    inputs : dict
        Ids of the files that a node depends on, by node.
    """

    session: Session
    digests: dict[NodeKey, Digest] = field(default_factory=dict)
    keys: dict[str, tuple[tuple[NodeKey, ...], frozenset[str]]] = field(default_factory=dict)
    upstream: dict[NodeKey, tuple[NodeKey, ...]] = field(default_factory=dict)
    inputs: dict[NodeKey, frozenset[str]] = field(default_factory=dict)

    def holds_for(self, session: Session) -> bool:
        """Tell whether ``session`` differs in exclusions alone."""
        return self.session.beside_exclusions is session.beside_exclusions

    def carried_to(self, session: Session) -> "Remembered":
        """Return what holds for ``session`` too, which differs in exclusions alone."""
        changed = _changed(self.session, session)
        digests = self.digests.copy()  # at once, as other threads add to it
        keys = self.keys.copy()
        return Remembered(
            session,
            {key: one for key, one in digests.items() if changed.isdisjoint(one.asked)},
            {step: one for step, one in keys.items() if changed.isdisjoint(one[1])},
        )


def _changed(before: Session, after: Session) -> set[str]:
    """Return the subjects that are left out in one session only, or for another reason."""
    if before.exclusions == after.exclusions:
        return set()
    subjects = {one.subject for one in (*before.exclusions, *after.exclusions)}
    differing = {one for one in subjects if before.exclusion(one) != after.exclusion(one)}
    return differing | {ALL_EXCLUSIONS}
