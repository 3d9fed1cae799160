"""The steps that measure, model and correct the offset between the NIRCam modules."""

from contextlib import suppress
from dataclasses import replace

from engine.analyses import MODULE_CORRECTION, MODULE_GRADIENTS, MODULE_OFFSETS
from engine.errors import DataError, EngineError
from engine.figures import Draw
from engine.figures.module_correction import draw_module_correction
from engine.figures.module_gradients import draw_module_gradients
from engine.figures.module_offsets import draw_module_offsets
from engine.figures.sizes import PAGE, TALL
from engine.nircam.gradient_model import GradientModels, fit_gradients
from engine.nircam.matching import EpochMatches
from engine.nircam.module_correction import CorrectionParams, ModuleCorrection, correct_modules
from engine.nircam.module_offsets import ModuleOffsets, measure_module_offsets
from engine.nircam.module_terms import (
    ModuleTerms,
    fitted_terms,
    published_terms,
    read_module_terms,
)
from engine.project.epochs_step import EPOCHS_STEP
from engine.project.keys import NodeKey
from engine.project.module_tables import (
    correction_table,
    difference_table,
    file_table,
    gradient_table,
    offset_table,
)
from engine.project.nircam_inputs import (
    ALL,
    CORRECTION_KEY,
    EPOCHS_KEY,
    GRADIENTS_KEY,
    image_entries,
    images_of,
    left_out_arrays,
    left_out_facts,
    term_entries,
)
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work


def _epoch_subjects(session: Session) -> tuple[str, ...]:
    return EPOCHS_STEP.subjects(session)


def _epoch_needs(_session: Session, _subject: str) -> Needs:
    return Needs(nodes=(EPOCHS_KEY,))


def _run_offsets(work: Work, _subject: str) -> ModuleOffsets:
    return measure_module_offsets(work.result(EPOCHS_KEY), work.params)


def _run_gradients(work: Work, _subject: str) -> GradientModels:
    return fit_gradients(work.result(EPOCHS_KEY), work.params)


def _correction_subjects(session: Session) -> tuple[str, ...]:
    return (ALL,) if image_entries(session) or EPOCHS_STEP.subjects(session) else ()


def _correction_needs(session: Session, _subject: str) -> Needs:
    params: CorrectionParams = session.own_params(CORRECTION_KEY) or CorrectionParams()
    images = image_entries(session)
    sources = (EPOCHS_KEY, GRADIENTS_KEY) if EPOCHS_STEP.subjects(session) else ()
    facts = (*(entry.id for entry, _ in images), *left_out_facts(session))
    if params.terms == "fitted":
        if not sources:
            raise DataError(
                "There is no fit: no sources of two epochs are open.",
                hint="Open catalogs or images of two epochs, or apply Table 2.",
            )
        return Needs(nodes=sources, files=images, facts=facts)
    files = images
    if params.terms == "file":
        tables = term_entries(session)
        if not tables:
            raise DataError(
                "No table of module offsets is open.", hint="Open one, or apply Table 2."
            )
        files = (*images, (tables[-1], 0))
    return Needs(files=files, facts=facts, options=sources)


def _terms(work: Work, models: GradientModels | None) -> ModuleTerms:
    left_out = left_out_arrays(work.session)
    if work.params.terms == "fitted":
        assert models is not None
        return fitted_terms(models, left_out=left_out)
    if work.params.terms == "file":
        entry = term_entries(work.session)[-1]
        terms = read_module_terms(work.product(entry, 0), entry.path.rpartition("/")[2])
    else:
        terms = published_terms()
    kept = tuple(one for one in terms.terms if (one.filter, one.array) not in set(left_out))
    return replace(terms, terms=kept)


def _optional(work: Work, key: NodeKey) -> object | None:
    """Return a result that the correction can do without, or `None`."""
    found: object | None = None
    if work.params.terms == "fitted":
        found = work.result(key)
    elif EPOCHS_STEP.subjects(work.session):
        with suppress(EngineError):
            found = work.result(key)
    return found


def _run_correction(work: Work, _subject: str) -> ModuleCorrection:
    matches, models = (_optional(work, key) for key in (EPOCHS_KEY, GRADIENTS_KEY))
    return correct_modules(
        _terms(work, models if isinstance(models, GradientModels) else None),
        images_of(work),
        work.params,
        matches=matches if isinstance(matches, EpochMatches) else None,
        models=models if isinstance(models, GradientModels) else None,
        progress=work.progress,
    )


def _draw_offsets(shown: Shown) -> Draw:
    return lambda figure: draw_module_offsets(figure, shown.result)


def _draw_gradients(shown: Shown) -> Draw:
    return lambda figure: draw_module_gradients(figure, shown.result)


def _draw_correction(shown: Shown) -> Draw:
    return lambda figure: draw_module_correction(figure, shown.result)


MODULE_OFFSETS_STEP = Step(
    MODULE_OFFSETS,
    _epoch_subjects,
    _epoch_needs,
    _run_offsets,
    tables=(("nircam-offsets", offset_table),),
    draw=_draw_offsets,
    figure_size=TALL,
)

MODULE_GRADIENTS_STEP = Step(
    MODULE_GRADIENTS,
    _epoch_subjects,
    _epoch_needs,
    _run_gradients,
    tables=(("nircam-gradients", gradient_table),),
    draw=_draw_gradients,
    figure_size=PAGE,
)

MODULE_CORRECTION_STEP = Step(
    MODULE_CORRECTION,
    _correction_subjects,
    _correction_needs,
    _run_correction,
    tables=(
        ("nircam-correction", correction_table),
        ("nircam-files", file_table),
        ("nircam-differences", difference_table),
    ),
    draw=_draw_correction,
    figure_size=TALL,
)
