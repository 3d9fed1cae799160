"""Whose vectors calibrate spectra: what can be chosen for several of them together."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Self

from engine.analyses import CALIBRATE
from engine.model.star_names import shown_star_name
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.mrs.channel4_vectors import CHANNEL_4, CHANNEL_4_BANDS
from engine.mrs.star_combination import COMBINED
from engine.project.calibrate_step import (
    CALIBRATE_STEP,
    is_calibrated_already,
    vector_source,
)
from engine.project.combine_step import combined_segments
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.models import model_of
from engine.project.red_roles import RED_ROLES, sources_of_role, usual_vector
from engine.project.session import Session

OWN = ""  #: each spectrum has the vector of its own response
OPENED = "opened vectors"  #: each has the open vector of its band
SEVERAL = "several"  #: spectra have theirs in more than one way


@dataclass(frozen=True, slots=True)
class VectorChoice:
    """One way to calibrate spectra.

    Attributes
    ----------
    name : str
        `OWN`, ``"combined"``, ``"channel 4"``, `OPENED`, or the name of a star.
    title : str
        For people, in a sentence: ``"the response of 10 Lac"``.
    word : str
        The same in a form: ``"10 Lac"``.
    """

    name: str
    title: str
    word: str


_GENERAL = (
    VectorChoice(OWN, "its own response", "own response"),
    VectorChoice(COMBINED, "the combined vectors", "combined"),
    VectorChoice(CHANNEL_4, "the combined vectors and those of channel 4", "combined, channel 4"),
    VectorChoice(OPENED, "the opened vectors", "opened vectors"),
)


def vector_choices(session: Session, segments: Sequence[Segment]) -> tuple[VectorChoice, ...]:
    """Return how ``segments`` can be calibrated, as far as the session has what it takes.

    Parameters
    ----------
    session : Session
        What is open.
    segments : sequence of Segment
        Spectra and cubes, of any bands.

    Returns
    -------
    tuple of VectorChoice
        Own responses first, stars last in order of opening. A choice concerns every band that it
        has a vector of; the others stay as they are.
    """
    given = _Given.of(session)
    stars = [VectorChoice(one, f"the response of {one}", one) for one in given.stars]
    return tuple(
        choice
        for choice in (*_GENERAL, *stars)
        if _is_one(choice.name, {given.vector_of(choice.name, one) for one in segments})
    )


def _is_one(name: str, wanted: set[str | None]) -> bool:
    """Tell whether a choice changes anything that no other one does."""
    return CHANNEL_4 in wanted if name == CHANNEL_4 else bool(wanted - {None})


def vector_choice(session: Session, segments: Iterable[Segment]) -> str:
    """Return the name of the choice that holds for all ``segments``, or `SEVERAL`."""
    names = {_name(session, one) for one in segments}
    if names == {COMBINED, CHANNEL_4}:
        return CHANNEL_4
    return names.pop() if len(names) == 1 else SEVERAL


def usual_choice(session: Session, segments: Iterable[Segment]) -> str:
    """Return the choice that holds where nobody said anything."""
    names = {usual_vector(session, one) for one in segments}
    return CHANNEL_4 if CHANNEL_4 in names else names.pop() if len(names) == 1 else SEVERAL


def calibrated_together(session: Session) -> tuple[Segment, ...]:
    """Return what "all observations" are: those that something else than themselves calibrates.

    Asteroids and red disks, which have vectors of their own, are not among them.
    """
    given = _Given.of(session)
    names = (COMBINED, CHANNEL_4, OPENED, *given.stars)
    found = (session.segment(one) for one in CALIBRATE_STEP.subjects(session))
    return tuple(
        one
        for one in found
        if one is not None
        and one.entry.role not in RED_ROLES
        and any(given.vector_of(name, one) is not None for name in names)
    )


def with_vectors(session: Session, segments: Iterable[Segment], name: str) -> Session:
    """Return the session in which ``segments`` are calibrated as the choice ``name`` says.

    Spectra that are calibrated already, and bands that the choice has no vector of, stay as they
    are.
    """
    given, after = _Given.of(session), session
    for one in segments:
        wanted = given.vector_of(name, one)
        if wanted is not None:
            key = NodeKey(CALIBRATE.name, one.id)
            after = after.with_params(key, CalibrationParams(vector_of=wanted))
    return after


@dataclass(frozen=True, slots=True)
class _Given:
    """The vectors that a session has: what they are made from has the unit that they apply to."""

    session: Session
    opened: dict[str, str]  # id of the open vector by band
    stars: dict[str, dict[str, set[str]]]  # units by name and band
    combined: set[str]  # units
    channel4: set[str]  # units

    @classmethod
    def of(cls, session: Session) -> Self:
        stars: dict[str, dict[str, set[str]]] = {}
        for (_, band), segments in session.observations.items():
            for one in segments:
                if model_of(session, one) is not None and session.exclusion_of(one) is None:
                    name = shown_star_name(one.identity.target)
                    stars.setdefault(name, {}).setdefault(band, set()).add(one.unit)
        return cls(
            session,
            {
                part.band: entry.id
                for entry in session.entries_by_kind.get("vector", ())
                for part in entry.parts[:1]
            },
            stars,
            {one.unit for one in combined_segments(session)},
            _units_of_channel4(session),
        )

    def vector_of(self, name: str, segment: Segment) -> str | None:
        """Return what `CalibrationParams` has to say for the choice; `None`: it has no vector."""
        band = segment.identity.band
        if is_calibrated_already(self.session, segment):
            return None
        if name == OWN:
            return OWN
        if name == OPENED:
            return self.opened.get(band)
        if name == CHANNEL_4 and band in CHANNEL_4_BANDS:
            return CHANNEL_4 if _fits(segment, self.channel4) else None
        if name in {COMBINED, CHANNEL_4}:
            return COMBINED if band and _fits(segment, self.combined) else None
        return name if _fits(segment, self.stars.get(name, {}).get(band, set())) else None


def _units_of_channel4(session: Session) -> set[str]:
    """Return the units of the asteroid, if there is a red disk as well."""
    asteroids, disks = (sources_of_role(session, role) for role in ("asteroid", "red disk"))
    return {one.unit for name in asteroids for one in session.sources[name]} if disks else set()


def _fits(segment: Segment, units: Set[str]) -> bool:
    """Tell whether vectors made in ``units`` apply: in Jy only where nothing is in count rates."""
    if segment.unit == "Jy" and units - {"Jy", ""}:
        return False
    return bool(units) and (not segment.unit or segment.unit in units or "" in units)


def _name(session: Session, segment: Segment) -> str:
    """Return the choice that holds for one segment."""
    wanted = vector_source(session, segment)
    entry = session.entry(wanted)
    if entry is not None and entry.kind == "vector":
        return OPENED
    giver = session.segment(wanted)
    if giver is not None:
        wanted = giver.identity.target
    return wanted if wanted in {OWN, COMBINED, CHANNEL_4} else shown_star_name(wanted)
