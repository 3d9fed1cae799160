"""The step that predicts model fluxes in filters, and zero points."""

from engine.analysis_specs.imaging_photometry import FLUXES
from engine.errors import DataError
from engine.figures.model_fluxes import draw_model_fluxes
from engine.figures.writing import Draw
from engine.files.packaged_bandpasses import PACKAGED_FILTERS
from engine.imaging.model_fluxes import ModelFluxes, predict_fluxes, published_zero_points
from engine.model.star_names import shown_star_name
from engine.project.bandpass_choice import (
    bandpass_curves,
    chosen_bandpasses,
    curve_facts,
    curve_filter,
)
from engine.project.entries import Entry
from engine.project.imaging_tables import flux_table, zero_point_table
from engine.project.keys import NodeKey
from engine.project.models import models
from engine.project.session import Session
from engine.project.star_images import filters_of, star_images
from engine.project.step import Needs, Shown, Step, Work

FLUXES_KEY = NodeKey(FLUXES.name, "all")
_OBSERVATIONS = "observations"


def has_models(session: Session) -> bool:
    """Tell whether a model of a star is open."""
    return bool(models(session))


def _models(session: Session) -> tuple[Entry, ...]:
    """Return one model of each star: the chosen one, else the one that was opened last."""
    chosen = {
        entry.parts[0].target: entry
        for entry in map(session.entry, session.models.values())
        if entry is not None and entry.is_model
    }
    return tuple(chosen.get(entry.parts[0].target, entry) for entry in session.star_models.values())


def _filters(session: Session) -> tuple[str, ...]:
    """Return the imaging filters of MIRI, those of the images, and those of open bandpasses."""
    packaged = tuple(name for name in PACKAGED_FILTERS if name in published_zero_points())
    opened = (curve_filter(entry, part) for entry, part in bandpass_curves(session))
    known = {*published_zero_points(), *filters_of(session)}
    return tuple(
        dict.fromkeys((*packaged, *filters_of(session), *(one for one in opened if one in known)))
    )


def _subjects(session: Session) -> tuple[str, ...]:
    is_imaging = star_images(session) or any(one.kind == _OBSERVATIONS for one in session.entries)
    return (FLUXES_KEY.subject,) if is_imaging and has_models(session) else ()


def _needs(session: Session, _subject: str) -> Needs:
    found = _models(session)
    if not found:
        raise DataError("No model of a star is open.", hint="Open CALSPEC spectra of the stars.")
    return Needs(
        files=(*((one, 0) for one in found), *bandpass_curves(session)),
        facts=(
            *curve_facts(session),
            *_filters(session),
            *(f"{one.id} {one.parts[0].target}" for one in found),
        ),
    )


def _run(work: Work, _subject: str) -> ModelFluxes:
    names = _filters(work.session)
    found = _models(work.session)
    spectra = []
    for done, entry in enumerate(found):
        work.progress.step(done, len(found), entry.parts[0].target)
        spectra.append((shown_star_name(entry.parts[0].target), work.product(entry, 0)))
    bandpasses, said = chosen_bandpasses(work, names)
    result = predict_fluxes(spectra, bandpasses, work.params, wanted=names)
    return ModelFluxes(
        result.fluxes, result.zero_points, result.bandpasses, (*said, *result.messages)
    )


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_model_fluxes(figure, shown.result)


FLUXES_STEP = Step(
    FLUXES,
    _subjects,
    _needs,
    _run,
    tables=(("model-fluxes", flux_table), ("zero-points", zero_point_table)),
    draw=_draw,
)
