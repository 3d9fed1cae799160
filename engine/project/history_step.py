"""The step that makes C(t) of images, beside the photom references that were delivered."""

from pathlib import PurePath

from engine.analyses import HISTORY
from engine.figures import TALL, Draw
from engine.figures.imaging_time import draw_history
from engine.imaging.calibration_history import CalibrationHistory, Delivery, make_history
from engine.project.entries import Entry
from engine.project.factors_step import ALL_FACTORS
from engine.project.imaging_time_tables import delivery_table, history_table
from engine.project.keys import NodeKey
from engine.project.observations_step import ALL_OBSERVATIONS, OBSERVATIONS_STEP
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work
from engine.project.time_loss_step import ALL_TIME_LOSS, session_throughputs

ALL_HISTORY = NodeKey(HISTORY.name, ALL_OBSERVATIONS)  #: C(t) of all filters


def delivery_entries(session: Session) -> tuple[Entry, ...]:
    """Return the open photom references of imaging."""
    return tuple(one for one in session.entries if one.kind == "imaging photom reference")


def _subjects(session: Session) -> tuple[str, ...]:
    return OBSERVATIONS_STEP.subjects(session)


def _needs(session: Session, _subject: str) -> Needs:
    entries = delivery_entries(session)
    adopted = " ".join(f"{name} {value!r}" for name, value in session_throughputs(session).items())
    return Needs(
        nodes=(ALL_FACTORS, ALL_TIME_LOSS),
        files=tuple((one, 0) for one in entries),
        facts=(adopted, *(one.id for one in entries)),  # the result names the files by them
    )


def _run(work: Work, _subject: str) -> CalibrationHistory:
    deliveries = [
        Delivery(one.id, PurePath(one.path).name, work.product(one, 0))
        for one in delivery_entries(work.session)
    ]
    return make_history(
        work.result(ALL_FACTORS),
        work.result(ALL_TIME_LOSS),
        session_throughputs(work.session),
        deliveries,
        work.params,
    )


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_history(figure, shown.result)


HISTORY_STEP = Step(
    HISTORY,
    _subjects,
    _needs,
    _run,
    tables=(("calibration-factors", history_table), ("deliveries", delivery_table)),
    draw=_draw,
    figure_size=TALL,
)
