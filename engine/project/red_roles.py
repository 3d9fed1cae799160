"""Which sources of a session calibrate channel 4, and which vectors they get by default."""

from engine.analyses import ASTEROID, CHANNEL4
from engine.errors import DataError
from engine.model.bands import bands
from engine.model.star_names import star_key
from engine.mrs.channel4_vectors import CHANNEL_4, CHANNEL_4_BANDS, Channel4Params
from engine.mrs.star_combination import COMBINED
from engine.project.combine_step import combined_segments
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.models import model_of
from engine.project.session import Session

CHANNEL4_KEY = NodeKey(CHANNEL4.name, CHANNEL_4)
BELOW_18_UM = tuple(band.name for band in bands() if band.channel < 4)
RED_ROLES = frozenset({"asteroid", "red disk"})  #: of sources with vectors of their own


def sources_of_role(session: Session, role: str) -> tuple[str, ...]:
    """Return the source keys with a segment of a known band in ``role``, in order of opening."""
    found = dict.fromkeys(
        one.identity.source_key
        for one in session.segments
        if one.entry.role == role and one.identity.band
    )
    return tuple(name for name in found if session.exclusion(name) is None)


def bands_of(session: Session, source: str) -> dict[str, Segment]:
    """Return one segment a band of ``source``: a cube before a spectrum, the last opened first.

    Bands that are left out by themselves are not among them; whether the whole source is, is for
    those to ask who choose it.
    """
    chosen: dict[str, Segment] = {}
    for segment in session.sources.get(source, ()):
        band = segment.identity.band
        if not band or session.exclusion(segment.id) is not None:
            continue
        held = chosen.get(band)
        if held is None or segment.is_cube >= held.is_cube:
            chosen[band] = segment
    return chosen


def chosen_source(session: Session, role: str, name: str) -> str:
    """Return the source key of the asteroid or the red disk that is used.

    Raises
    ------
    DataError
        If there is none, or the one that is named is not open.
    """
    found, is_left_out = sources_of_role(session, role), False
    if name:
        for source, segments in session.sources.items():
            is_named = source == name or star_key(segments[0].identity.target) == star_key(name)
            if is_named and session.exclusion(source) is None:
                return source
            is_left_out |= is_named
        state = "left out" if is_left_out else "not open"
        raise DataError(f"{name} is {state}.", hint=f"Name another {role} in the form.")
    if not found:
        raise DataError(
            f"There is no {role}.",
            hint="Open one, or give an observation that role in the browser.",
        )
    return found[0]


def channel4_sources(session: Session) -> tuple[str, str]:
    """Return the source keys of the asteroid and of the red source of channel 4.

    Raises
    ------
    DataError
        If one of them is missing.
    """
    params: Channel4Params = session.own_params(CHANNEL4_KEY) or Channel4Params()
    return (
        chosen_source(session, "asteroid", params.asteroid),
        chosen_source(session, "red disk", params.red_source),
    )


def asteroid_key(session: Session, segment: Segment) -> NodeKey | None:
    """Return the node of the model of an asteroid's channel 4, or `None` for all other segments.

    Below 18 um the model is fitted to the asteroid itself: there it can calibrate nothing.
    """
    if (
        segment.entry.role != "asteroid"
        or segment.identity.band not in CHANNEL_4_BANDS
        or model_of(session, segment) is not None
    ):
        return None
    return NodeKey(ASTEROID.name, segment.identity.source_key)


def usual_vector(session: Session, segment: Segment) -> str:
    """Return what calibrates an asteroid or a red disk when nobody said anything; ``""``: nothing.

    Up to 3C the vectors of all standard stars together, beyond them those of channel 4.
    """
    band = segment.identity.band
    if segment.entry.role not in RED_ROLES or model_of(session, segment) is not None:
        return ""
    if band in CHANNEL_4_BANDS:
        both = (sources_of_role(session, role) for role in ("asteroid", "red disk"))
        return CHANNEL_4 if all(both) else ""
    return COMBINED if band and combined_segments(session) else ""
