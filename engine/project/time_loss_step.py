"""The steps of the loss with time of images, and of the throughputs of subarrays."""

from collections.abc import Mapping

import numpy as np

from engine.analyses import FACTORS, SUBARRAYS, TIME_LOSS
from engine.figures import TALL, Draw
from engine.figures.imaging_time import draw_subarrays, draw_time_loss
from engine.imaging.factor_results import FactorStudy
from engine.imaging.observations import ImagingTable
from engine.imaging.subarray_results import (
    SubarrayParams,
    Subarrays,
    adopted_throughputs,
)
from engine.imaging.subarrays import measure_subarrays
from engine.imaging.time_loss import measure_time_loss
from engine.imaging.time_loss_results import TimeLoss
from engine.project.imaging_time_tables import (
    loss_point_table,
    ratio_table,
    throughput_table,
    time_loss_table,
)
from engine.project.keys import NodeKey
from engine.project.observations_step import (
    ALL_OBSERVATIONS,
    OBSERVATION_TABLE,
    OBSERVATIONS_STEP,
)
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

ALL_TIME_LOSS = NodeKey(TIME_LOSS.name, ALL_OBSERVATIONS)  #: the loss of all filters
ALL_SUBARRAYS = NodeKey(SUBARRAYS.name, ALL_OBSERVATIONS)  #: the throughputs of all subarrays
_FACTORS = NodeKey(FACTORS.name, ALL_OBSERVATIONS)


def session_throughputs(session: Session) -> Mapping[str, float]:
    """Return D_SA as adopted in this session: a decision, not a result."""
    params: SubarrayParams | None = session.own_params(ALL_SUBARRAYS)
    return adopted_throughputs(SubarrayParams() if params is None else params)


def _subjects(session: Session) -> tuple[str, ...]:
    return OBSERVATIONS_STEP.subjects(session)


def _loss_needs(session: Session, _subject: str) -> Needs:
    adopted = " ".join(f"{name} {value!r}" for name, value in session_throughputs(session).items())
    return Needs(nodes=(OBSERVATION_TABLE,), facts=(adopted,))


def _run_loss(work: Work, _subject: str) -> TimeLoss:
    table: ImagingTable = work.result(OBSERVATION_TABLE)
    throughputs = session_throughputs(work.session)
    # Leaving a row out of one filter leaves the fits of all others as they are.
    known = work.session.beside_exclusions
    place = (TIME_LOSS.name, work.params, tuple(throughputs.items()))
    memory = known.setdefault(place, {})
    return measure_time_loss(table, work.params, throughputs=throughputs, remembered=memory)


def _draw_loss(shown: Shown) -> Draw:
    return lambda figure: draw_time_loss(figure, shown.result)


TIME_LOSS_STEP = Step(
    TIME_LOSS,
    _subjects,
    _loss_needs,
    _run_loss,
    tables=(("time-loss", time_loss_table), ("time-loss-points", loss_point_table)),
    draw=_draw_loss,
    figure_size=TALL,
)


def _subarray_needs(_session: Session, _subject: str) -> Needs:
    return Needs(nodes=(OBSERVATION_TABLE, ALL_TIME_LOSS, _FACTORS))


def _run_subarrays(work: Work, _subject: str) -> Subarrays:
    table: ImagingTable = work.result(OBSERVATION_TABLE)
    study: FactorStudy = work.result(_FACTORS)
    # What deviates from the mean factors of its filter would draw the means of its subarray.
    reasons = dict(zip(table.ids, table.reasons, strict=True))
    for row in np.flatnonzero(study.is_deviant & ~study.is_used):
        reasons[table.ids[row]] = reasons[table.ids[row]] or "deviates"
    return measure_subarrays(table.without(reasons), work.result(ALL_TIME_LOSS), work.params)


def _draw_subarrays(shown: Shown) -> Draw:
    return lambda figure: draw_subarrays(figure, shown.result)


SUBARRAYS_STEP = Step(
    SUBARRAYS,
    _subjects,
    _subarray_needs,
    _run_subarrays,
    tables=(("subarrays", throughput_table), ("subarray-ratios", ratio_table)),
    draw=_draw_subarrays,
)
