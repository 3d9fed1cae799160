"""The steps that measure background and periodic noise of exposures without the slit."""

from dataclasses import replace

from engine.analyses import PERIODIC, SLITLESS_BACKGROUND
from engine.errors import DataError
from engine.figures import Draw, draw_periodic_noise, draw_slitless_background
from engine.lrs.periodic_noise import PeriodicNoise, noise_in_ramp, noise_in_rates
from engine.lrs.slitless_background import SlitlessBackground, subtract_background
from engine.project.entries import Entry
from engine.project.lrs_inputs import noisy_exposures, slitless_images, title_of
from engine.project.lrs_tables import background_table, periodic_table
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

_MOST = 200  # integrations of which periodic noise is sought: enough to find what there is


def _background_subjects(session: Session) -> tuple[str, ...]:
    return tuple(entry.id for entry in slitless_images(session))


def _noise_subjects(session: Session) -> tuple[str, ...]:
    return tuple(entry.id for entry in noisy_exposures(session))


def _entry(session: Session, subject: str) -> Entry:
    entry = session.entry(subject)
    if entry is None:
        raise DataError(f"There is no exposure {subject!r} in this session.")
    return entry


def _needs(session: Session, subject: str) -> Needs:
    entry = _entry(session, subject)
    parts = range(len(entry.parts))
    return Needs(files=tuple((entry, part) for part in parts), facts=(title_of(entry),))


def _run_background(work: Work, subject: str) -> SlitlessBackground:
    entry = _entry(work.session, subject)
    images = [work.product(entry, part) for part in range(len(entry.parts))]
    return replace(subtract_background(images, work.params), name=title_of(entry))


def _run_noise(work: Work, subject: str) -> PeriodicNoise:
    entry = _entry(work.session, subject)
    if entry.kind == "ramp":
        found = noise_in_ramp(work.product(entry, 0), work.params)
    else:
        parts = range(min(len(entry.parts), _MOST))
        found = noise_in_rates([work.product(entry, part) for part in parts], work.params)
    return replace(found, name=title_of(entry))


def _draw_background(shown: Shown) -> Draw:
    return lambda figure: draw_slitless_background(figure, shown.result)


def _draw_noise(shown: Shown) -> Draw:
    return lambda figure: draw_periodic_noise(figure, shown.result)


SLITLESS_BACKGROUND_STEP = Step(
    SLITLESS_BACKGROUND,
    _background_subjects,
    _needs,
    _run_background,
    tables=(("slitless-backgrounds", background_table),),
    draw=_draw_background,
)
PERIODIC_STEP = Step(
    PERIODIC,
    _noise_subjects,
    _needs,
    _run_noise,
    tables=(("periodic-noise", periodic_table),),
    draw=_draw_noise,
)
