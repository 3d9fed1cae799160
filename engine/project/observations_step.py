"""The step that gathers photometry of stars in images: of tables, of images, or both."""

from dataclasses import replace

import numpy as np

from engine.analyses import OBSERVATIONS
from engine.errors import DataError, EngineError
from engine.figures import Draw
from engine.figures.imaging_factors import draw_observations
from engine.imaging.model_fluxes import ModelFluxes
from engine.imaging.observation_columns import read_observations
from engine.imaging.observations import ImagingTable, joined_tables
from engine.imaging.photometry_rows import with_model_fluxes
from engine.imaging.published_factors import published_bands
from engine.imaging.row_edits import edited_table
from engine.project.codec import plain_text
from engine.project.entries import Entry
from engine.project.fluxes_step import FLUXES_KEY, has_models
from engine.project.keys import NodeKey
from engine.project.observation_tables import observation_table
from engine.project.photometry_step import image_rows, row_needs
from engine.project.session import Session
from engine.project.star_images import star_images
from engine.project.step import Needs, Shown, Step, Work

ALL_OBSERVATIONS = "all"
OBSERVATION_TABLE = NodeKey(OBSERVATIONS.name, ALL_OBSERVATIONS)  #: the table of everything open


def observation_entries(session: Session) -> tuple[Entry, ...]:
    """Return the open tables of photometry of stars in images."""
    return tuple(one for one in session.entries if one.kind == "observations")


def observed_filters(session: Session) -> tuple[str, ...]:
    """Return the filters of all observations that are open, in the order of wavelength."""
    found = {name for one in observation_entries(session) for name in one.parts[0].filter.split()}
    found |= {one.identity.filter for one in star_images(session) if one.identity.filter}
    places = {name: place for place, name in enumerate(published_bands())}
    return tuple(sorted(found, key=lambda name: (places.get(name, len(places)), name)))


def _subjects(session: Session) -> tuple[str, ...]:
    is_any = observation_entries(session) or star_images(session)
    return (ALL_OBSERVATIONS,) if is_any else ()


def _needs(session: Session, _subject: str) -> Needs:
    entries = observation_entries(session)
    reasons = [plain_text(one) for entry in entries for one in session.exclusions_within(entry.id)]
    images = row_needs(session)
    fluxes = (FLUXES_KEY,) if entries and has_models(session) else ()
    return replace(
        images,
        options=tuple(dict.fromkeys((*images.options, *fluxes))),
        files=(*images.files, *((one, 0) for one in entries)),
        facts=(*images.facts, *(one.id for one in entries), *reasons),
    )


def _run(work: Work, _subject: str) -> ImagingTable:
    reasons = {one.subject: one.reason for one in work.session.exclusions}
    tables = [
        _with_models(work, _file_table(work, one)).without(reasons)
        for one in observation_entries(work.session)
    ]
    measured, said = image_rows(work)
    if len(measured):
        tables.append(measured)
    if not tables:
        raise DataError(
            said[0] if said else "No photometry of stars in images is open.",
            hint="Open a table of observations, or images of stars.",
        )
    return edited_table(joined_tables(tables), work.params.edits)


def _file_table(work: Work, entry: Entry) -> ImagingTable:
    """Return the rows of a file; read once, whatever is left out."""
    known = work.session.beside_exclusions
    place = (OBSERVATIONS.name, entry.id, entry.sha256)
    if place not in known:
        name = entry.path.rpartition("/")[2]
        known[place] = read_observations(work.product(entry, 0), name, f"{entry.id}.")
    table: ImagingTable = known[place]
    return table


def _with_models(work: Work, table: ImagingTable) -> ImagingTable:
    """Return the table with fluxes of open models where the file gives none."""
    if not (np.isnan(table.model_jy).any() and has_models(work.session)):
        return table
    try:
        fluxes: ModelFluxes = work.result(FLUXES_KEY)
    except EngineError:  # the rows say that they have no model flux
        return table
    return with_model_fluxes(table, fluxes)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_observations(figure, shown.result)


OBSERVATIONS_STEP = Step(
    OBSERVATIONS,
    _subjects,
    _needs,
    _run,
    tables=(("observations", observation_table),),
    draw=_draw,
)
