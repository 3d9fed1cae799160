"""The step that measures the encircled energy of a filter, and which apertures follow."""

from dataclasses import replace

import numpy as np

from engine.analysis_specs.imaging_photometry import ENERGY
from engine.errors import DataError, EngineError
from engine.figures.encircled_energy import draw_energies
from engine.figures.sizes import COLUMN
from engine.figures.writing import Draw
from engine.imaging.encircled_energy import (
    EncircledEnergies,
    EnergyParams,
    StarImage,
    measure_energy,
)
from engine.imaging.light_model import (
    LightModel,
    diffraction_model,
    nominal_wave_um,
    tabulated_model,
)
from engine.project.codec import plain_text
from engine.project.dithers_step import background_key, subtracted
from engine.project.entries import Entry, Segment
from engine.project.imaging_tables import energy_radius_table, energy_table
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.star_images import (
    coordinates_files,
    filters_of,
    found_place,
    image_title,
    pixel_arcsec,
    place_settings,
    short_title,
    star_images,
    used_images,
)
from engine.project.step import Needs, Shown, Step, Work

_KIND = "encircled energy"
_PIXEL_ARCSEC = 0.11


def energy_key(name: str) -> NodeKey:
    """Return the encircled energy of a filter."""
    return NodeKey(ENERGY.name, name)


def _images(session: Session, name: str) -> tuple[Segment, ...]:
    return used_images(
        session, (one for one in star_images(session) if one.identity.filter == name)
    )


def _params(session: Session, name: str) -> EnergyParams:
    own: EnergyParams | None = session.own_params(energy_key(name))
    return EnergyParams() if own is None else own


def _table(session: Session, name: str) -> tuple[Entry, int] | None:
    """Return the open table of encircled energy of a filter, if one is to be used.

    Raises
    ------
    DataError
        If one is wanted and none is open.
    """
    wanted = _params(session, name).outside
    if wanted == "diffraction":
        return None
    fitting = [
        (entry, part)
        for entry in session.entries
        if entry.kind == _KIND
        for part, identity in enumerate(entry.parts)
        if identity.filter == name
    ]
    if not fitting and wanted == "file":
        raise DataError(
            f"No table of encircled energy of {name} is open.",
            hint="Open one whose meta entry filter names it, or choose diffraction.",
        )
    return fitting[-1] if fitting else None


def _needs(session: Session, name: str) -> Needs:
    images, table = _images(session, name), _table(session, name)
    is_subtracted = _params(session, name).dithers == "subtract mean"
    return Needs(
        nodes=tuple(dict.fromkeys(background_key(one) for one in images if is_subtracted)),
        files=(
            *((one.entry, one.part) for one in images),
            *coordinates_files(session),
            *((table,) if table else ()),
        ),
        facts=tuple(f"{one.id} {plain_text(one.identity)}" for one in images),
        settings=tuple(place_settings(one) for one in images),
    )


def _run(work: Work, name: str) -> EncircledEnergies:
    params: EnergyParams = work.params
    images = _images(work.session, name) if params.join_px > 0 else ()
    stars, said = [], []
    scale = _PIXEL_ARCSEC
    for done, one in enumerate(images):
        work.progress.step(done, len(images), image_title(one))
        try:
            image = work.product(one.entry, one.part)
            if params.dithers == "subtract mean":
                image = subtracted(work, one)
            place = found_place(work, one, image)
        except EngineError as error:
            said.append(f"{image_title(one)} is left out: {error.what}")
            continue
        scale = pixel_arcsec(image)
        stars.append(StarImage(one.id, short_title(one), image, place, one.identity.source_key))
    if said and not stars:
        raise DataError(
            f"No image in {name} can be used. {said[0]}",
            hint="Or set the join radius to 0 for the model alone.",
        )
    model = _model(work, name, scale)
    found = measure_energy(name, stars, model, params, pixel_arcsec=scale, progress=work.progress)
    return replace(found, messages=(*said, *found.messages))


def _model(work: Work, name: str, scale: float) -> LightModel:
    wave = nominal_wave_um(name)
    table = _table(work.session, name)
    if table is not None:
        energy = work.product(*table)
        middle = float(np.median(energy.wave_um)) if np.isnan(wave) else wave
        return tabulated_model(energy, middle, scale)
    if np.isnan(wave):
        raise DataError(
            f"The wavelength of the filter {name!r} is not known.",
            hint="Open a table of its encircled energy.",
        )
    return diffraction_model(wave, scale)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_energies(figure, (shown.result,), title=shown.key.subject)


ENERGY_STEP = Step(
    ENERGY,
    filters_of,
    _needs,
    _run,
    tables=(("encircled-energy", energy_table), ("aperture-radii", energy_radius_table)),
    draw=_draw,
    figure_size=COLUMN,
)
