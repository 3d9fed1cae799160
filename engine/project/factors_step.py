"""The steps of calibration factors of images: averages, panels, types of stars."""

from engine.analyses import DEPENDENCIES, FACTORS, SOURCE_TYPES
from engine.errors import DataError, EngineError
from engine.figures import TALL, Draw
from engine.figures.imaging_factors import (
    draw_factor_averages,
    draw_factor_panels,
    draw_source_types,
)
from engine.imaging.factor_results import FactorParams, FactorStudy
from engine.imaging.factors import measure_factors
from engine.imaging.observations import ImagingTable
from engine.imaging.panel_sets import PanelSet, panel_set
from engine.imaging.parameters import parameter_kinds
from engine.imaging.source_types import SourceTypes, compare_source_types
from engine.imaging.time_loss_results import TimeLoss
from engine.project.keys import NodeKey
from engine.project.observation_tables import (
    average_table,
    flag_table,
    imaging_factor_table,
    panel_table,
    type_table,
)
from engine.project.observations_step import (
    ALL_OBSERVATIONS,
    OBSERVATION_TABLE,
    OBSERVATIONS_STEP,
    observed_filters,
)
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work
from engine.project.time_loss_step import ALL_TIME_LOSS, session_throughputs

ALL_FACTORS = NodeKey(FACTORS.name, ALL_OBSERVATIONS)  #: the factors of everything open


def _subjects(session: Session) -> tuple[str, ...]:
    return OBSERVATIONS_STEP.subjects(session)


def _needs(session: Session, _subject: str) -> Needs:
    adopted = " ".join(f"{name} {value!r}" for name, value in session_throughputs(session).items())
    own: FactorParams | None = session.own_params(ALL_FACTORS)
    is_measured = own is None or own.time == "measured"
    return Needs(
        nodes=(OBSERVATION_TABLE,),
        facts=(adopted,),
        options=(ALL_TIME_LOSS,) if is_measured else (),
    )


def _run(work: Work, _subject: str) -> FactorStudy:
    table: ImagingTable = work.result(OBSERVATION_TABLE)
    loss: TimeLoss | None = None
    if work.params.time == "measured":
        try:
            loss = work.result(ALL_TIME_LOSS)
        except EngineError:  # one date alone: the published loss is taken, which is said
            loss = None
    throughputs = session_throughputs(work.session)
    return measure_factors(table, work.params, loss=loss, throughputs=throughputs)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_factor_averages(figure, shown.result)


FACTORS_STEP = Step(
    FACTORS,
    _subjects,
    _needs,
    _run,
    tables=(
        ("factor-averages", average_table),
        ("imaging-factors", imaging_factor_table),
        ("factor-flags", flag_table),
    ),
    draw=_draw,
)


def _panel_subjects(session: Session) -> tuple[str, ...]:
    filters = observed_filters(session)
    return (*filters, *parameter_kinds()) if filters else ()


def _of_factors(_session: Session, subject: str) -> Needs:
    return Needs(nodes=(ALL_FACTORS,), facts=(subject,))


def _run_panels(work: Work, subject: str) -> PanelSet:
    study: FactorStudy = work.result(ALL_FACTORS)
    if subject not in parameter_kinds() and study.of(subject) is None:
        raise DataError(f"There is no filter or parameter {subject!r}.")
    return panel_set(study, subject, work.params)


def _draw_panels(shown: Shown) -> Draw:
    return lambda figure: draw_factor_panels(figure, shown.result)


DEPENDENCIES_STEP = Step(
    DEPENDENCIES,
    _panel_subjects,
    _of_factors,
    _run_panels,
    tables=(("dependencies", panel_table),),
    draw=_draw_panels,
    figure_size=TALL,
)


def _run_types(work: Work, _subject: str) -> SourceTypes:
    return compare_source_types(work.result(ALL_FACTORS), work.params)


def _draw_types(shown: Shown) -> Draw:
    return lambda figure: draw_source_types(figure, shown.result)


SOURCE_TYPES_STEP = Step(
    SOURCE_TYPES,
    _subjects,
    _of_factors,
    _run_types,
    tables=(("source-types", type_table),),
    draw=_draw_types,
)
