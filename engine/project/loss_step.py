"""The step that fits the loss of count rate of a band."""

from engine.analyses import LOSS
from engine.errors import DataError
from engine.figures import Draw, draw_count_rate_loss
from engine.mrs.count_rate_loss import BandLoss, LampDate, fit_count_rate_loss
from engine.project.codec import plain_text
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.loss_tables import lamp_date_table, loss_bin_table, loss_table
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

_LAMPS = "@lamps"


def loss_key(band: str) -> NodeKey:
    """Return the node of the loss of ``band``."""
    return NodeKey(LOSS.name, f"{band}{_LAMPS}")


def band_of(subject: str) -> str:
    """Return the band of a subject of this step."""
    return subject.removesuffix(_LAMPS)


def lamps_of(session: Session, band: str) -> tuple[Segment, ...]:
    """Return the lamp spectra of ``band``, in the order of opening.

    Raises
    ------
    DataError
        If there is none.
    """
    found = tuple(one for one in session.lamps if one.identity.band == band)
    if not found:
        raise DataError(f"There is no lamp spectrum of {band}.", hint="Open a table of them.")
    return found


def _subjects(session: Session) -> tuple[str, ...]:
    names = sorted({one.identity.band for one in session.lamps if one.identity.band})
    return tuple(f"{name}{_LAMPS}" for name in names)


def _reason(session: Session, segment: Segment) -> str:
    exclusion = session.exclusion(segment.id)
    return "" if exclusion is None else exclusion.reason


def _needs(session: Session, subject: str) -> Needs:
    lamps = lamps_of(session, band_of(subject))
    return Needs(
        files=tuple((one.entry, one.part) for one in lamps),
        # The result names the lamps by their ids.
        facts=tuple(
            f"{one.id} {plain_text(one.identity)} {_reason(session, one)}" for one in lamps
        ),
    )


def _run(work: Work, subject: str) -> BandLoss:
    band = band_of(subject)
    dates = [
        LampDate(one.id, work.product(one.entry, one.part), _reason(work.session, one))
        for one in lamps_of(work.session, band)
    ]
    return fit_count_rate_loss(band, dates, work.params)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_count_rate_loss(figure, shown.result)


LOSS_STEP = Step(
    LOSS,
    _subjects,
    _needs,
    _run,
    tables=(
        ("loss", loss_table),
        ("loss-bins", loss_bin_table),
        ("lamp-dates", lamp_date_table),
    ),
    draw=_draw,
)
