"""Which instrument a session is about: that whose steps have the most to do."""

from collections import Counter

from engine.analyses import ANALYSES
from engine.project.chain import Chain
from engine.project.session import Session

#: Groups of steps and views by instrument; inspecting belongs to the spectrograph.
_SPECTROGRAPH = frozenset({"MRS", "Inspect"})


def groups_in_use(session: Session, chain: Chain) -> tuple[str, ...]:
    """Return the groups of the instrument with the most steps at work, the first one first.

    Empty when no step has anything to do.
    """
    at_work = Counter(one.group for one in ANALYSES if chain.keys_of(session, one.name))
    if not at_work:
        return ()
    first = at_work.most_common(1)[0][0]
    return tuple(sorted(_SPECTROGRAPH, reverse=True)) if first in _SPECTROGRAPH else (first,)
