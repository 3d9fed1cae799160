"""The step of error budgets: of photometry of images, and of calibrated MRS spectra."""

from dataclasses import replace

import numpy as np

from engine.analyses import BUDGET, CALIBRATE, REPEATABILITY
from engine.compare.error_budget import ErrorBudgets, Known, make_budgets
from engine.compare.repeatability import StarRepeatability
from engine.compare.spectrum_budget import known_of_spectrum
from engine.counting import counted
from engine.errors import DataError, EngineError
from engine.figures import TALL, Draw
from engine.figures.error_budget import draw_error_budgets
from engine.imaging.factor_results import FactorStudy
from engine.imaging.imaging_budget import known_of_images
from engine.mrs.calibrated_spectra import CalibratedSpectrum
from engine.mrs.star_combination import StarCombination
from engine.project.calibrate_step import CALIBRATE_STEP
from engine.project.combine_step import COMBINATION, COMBINE_STEP
from engine.project.factors_step import ALL_FACTORS
from engine.project.history_step import ALL_HISTORY
from engine.project.imaging_time_tables import budget_table
from engine.project.keys import NodeKey
from engine.project.observations_step import (
    ALL_OBSERVATIONS,
    OBSERVATION_TABLE,
    OBSERVATIONS_STEP,
    observed_filters,
)
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work
from engine.project.visit_steps import REPEATABILITY_STEP

SPECTRA = "mrs"  #: subject of the budgets of MRS spectra
IMAGES_BUDGET = NodeKey(BUDGET.name, ALL_OBSERVATIONS)
SPECTRA_BUDGET = NodeKey(BUDGET.name, SPECTRA)


def _subjects(session: Session) -> tuple[str, ...]:
    images = OBSERVATIONS_STEP.subjects(session)
    return (*images, *((SPECTRA,) if CALIBRATE_STEP.subjects(session) else ()))


def _needs(session: Session, subject: str) -> Needs:
    if subject != SPECTRA:
        return Needs(nodes=(OBSERVATION_TABLE, ALL_HISTORY, ALL_FACTORS))
    return Needs(options=(*_calibrated(session), *_repeats(session), *_combination(session)))


def _calibrated(session: Session) -> tuple[NodeKey, ...]:
    return tuple(NodeKey(CALIBRATE.name, one) for one in CALIBRATE_STEP.subjects(session))


def _repeats(session: Session) -> tuple[NodeKey, ...]:
    found = REPEATABILITY_STEP.subjects(session)
    return tuple(NodeKey(REPEATABILITY.name, one) for one in found if one.endswith("@calibrated"))


def _combination(session: Session) -> tuple[NodeKey, ...]:
    return (COMBINATION,) if COMBINE_STEP.subjects(session) else ()


def _run(work: Work, subject: str) -> ErrorBudgets:
    if subject != SPECTRA:
        flags = flags_of(work.result(ALL_FACTORS))
        known = known_of_images(work.result(OBSERVATION_TABLE), work.result(ALL_HISTORY), flags)
        places = {name: place for place, name in enumerate(observed_filters(work.session))}
        known = tuple(sorted(known, key=lambda one: places.get(one.band, len(places))))
        return make_budgets(known, work.params)
    spectra, missing = _known_of_spectra(work)
    if not spectra:
        raise DataError(missing or "No spectrum is calibrated.", hint="Give its star a model.")
    budgets = make_budgets(spectra, work.params)
    return replace(budgets, messages=(*((missing,) if missing else ()), *budgets.messages))


def flags_of(study: FactorStudy) -> dict[str, str]:
    """Return by id what is known against the observations: deviating, or left out and why."""
    rows = zip(study.table.ids, study.notes, study.table.reasons, strict=True)
    return {
        name: "; ".join(filter(None, (note, f"left out: {reason}" if reason else "")))
        for name, note, reason in rows
    }


def _known_of_spectra(work: Work) -> tuple[list[Known], str]:
    repeats, factors = _measured_repeats(work), _measured_factors(work)
    found, failed = [], []
    keys = _calibrated(work.session)
    for done, key in enumerate(keys):
        work.progress.step(done, len(keys), key.subject)
        try:
            one: CalibratedSpectrum = work.result(key)
        except EngineError as error:
            failed.append(error.what)
            continue
        found.append(
            known_of_spectrum(
                key.subject, one.spectrum, repeats=repeats, factors=factors, terms=one.sys_terms
            )
        )
    found.sort(key=lambda one: one.band)
    said = (
        f"{counted(len(failed), 'spectrum has', 'spectra have')} no calibration: {failed[0]}"
        if failed
        else ""
    )
    return found, said


def _measured_repeats(work: Work) -> dict[str, float]:
    """Return sigma_s by band in per cent, the quadratic mean where several stars were repeated."""
    found: dict[str, list[float]] = {}
    for key in _repeats(work.session):
        try:
            star: StarRepeatability = work.result(key)
        except EngineError:
            continue
        for one in star.bands:
            if np.isfinite(one.scatter):
                found.setdefault(one.band, []).append(100.0 * one.scatter)
    return {band: float(np.sqrt(np.mean(np.square(own)))) for band, own in found.items()}


def _measured_factors(work: Work) -> dict[str, float]:
    """Return the median relative error of the combined vector by band in per cent."""
    found: dict[str, float] = {}
    for key in _combination(work.session):
        try:
            combination: StarCombination = work.result(key)
        except EngineError:
            continue
        for band in combination.bands:
            error = np.hypot(np.nan_to_num(band.stat_error), np.nan_to_num(band.sys_error))
            relative = np.abs(error / band.vector)
            if np.isfinite(relative).any():
                found[band.band] = 100.0 * float(np.nanmedian(relative))
    return found


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_error_budgets(figure, shown.result)


BUDGET_STEP = Step(
    BUDGET,
    _subjects,
    _needs,
    _run,
    tables=(("error-budget", budget_table),),
    draw=_draw,
    figure_size=TALL,
)
