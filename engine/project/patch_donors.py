"""Which observations give the vectors that patches are made from."""

from engine.analyses import RESPONSE
from engine.errors import DataError
from engine.model.star_names import star_key
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.session import Session


def donor_segments(session: Session, segment: Segment) -> dict[str, Segment]:
    """Return the observations that patch the vector of ``segment``, by the name of their star.

    Raises
    ------
    DataError
        If a donor is not open in this band or is left out, or if stars patch each other.
    """
    found = _named(session, segment)
    _require_no_circle(session, segment, (segment,))
    return found


def _named(session: Session, segment: Segment) -> dict[str, Segment]:
    params = session.own_params(NodeKey(RESPONSE.name, segment.id))
    names = () if params is None else [one.donor for one in params.patches if one.donor]
    return {name: _observation(session, name, segment) for name in dict.fromkeys(names)}


def _observation(session: Session, star: str, segment: Segment) -> Segment:
    """Return the observation of ``star`` in the band of ``segment``: a cube before a spectrum."""
    key, band = star_key(star), segment.identity.band
    if key == star_key(segment.identity.target):
        raise DataError(
            f"{star} cannot patch its own vector.", hint="Choose another star, or interpolation."
        )
    found = session.observations.get((key, band), ()) if key else ()
    fitting = [one for one in found if session.exclusion_of(one) is None]
    if not fitting:
        state = "left out" if found else "not open"
        raise DataError(
            f"The observation of {star} in {band or 'this band'}, which patches the vector, is "
            f"{state}.",
            hint="Bring it in, or choose another donor.",
        )
    return fitting[0]


def _require_no_circle(session: Session, segment: Segment, path: tuple[Segment, ...]) -> None:
    for donor in _named(session, segment).values():
        if any(donor.id == one.id for one in path):
            stars = " and ".join(dict.fromkeys(one.identity.target for one in path))
            raise DataError(
                f"{stars} patch each other's vectors in {segment.identity.band}.",
                hint="Take one of the patches away.",
            )
        _require_no_circle(session, donor, (*path, donor))
