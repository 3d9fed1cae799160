"""The step that takes the loss of count rate out of spectra, before all other corrections."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath

from engine.analyses import RATE
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_rate_correction
from engine.model.photom import PhotomReference
from engine.model.spectrum import Spectrum
from engine.mrs.count_rate_loss import BandLoss
from engine.mrs.loss_application import already_corrected
from engine.mrs.photom_losses import losses_of
from engine.mrs.rate_correction import (
    CorrectedRate,
    KnownLoss,
    RateCorrectionParams,
    correct_rate,
)
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.loss_step import loss_key
from engine.project.rate_tables import rate_table
from engine.project.session import Session
from engine.project.step import (
    Needs,
    Shown,
    Step,
    Work,
    extracted_needs,
    extracted_of,
    segment_of,
)

_RATE_UNIT = "DN/s"


def is_rate_corrected(session: Session, segment: Segment) -> bool:
    """Tell whether what follows uses the result of this step for ``segment``."""
    apply = _params(session, segment).apply
    if apply == "off" or not _may_be_rate(segment):
        return False
    return apply == "on" or _has_loss(session, segment)


def is_loss_corrected(
    session: Session, segment: Segment, result_of: Callable[[NodeKey], CorrectedRate | None]
) -> bool:
    """Tell whether the loss is known to be taken out of ``segment`` here.

    It is, where it was asked for, and the result at hand says that it was done: count rates alone
    are corrected, and lamps or a reference must give a loss.
    """
    if not is_rate_corrected(session, segment):
        return False
    found = result_of(NodeKey(RATE.name, segment.id))
    return found is not None and found.outcome == "corrected"


def corrected_needs(session: Session, segment: Segment) -> Needs:
    """Return what the spectrum of ``segment`` on day zero is computed from."""
    needs = extracted_needs(segment)
    if not is_rate_corrected(session, segment):
        return needs
    return Needs(nodes=(NodeKey(RATE.name, segment.id),), facts=needs.facts)


def corrected_of(work: Work, segment: Segment) -> Spectrum:
    """Return the spectrum of ``segment`` on day zero, named as the user named it."""
    if not is_rate_corrected(work.session, segment):
        return extracted_of(work, segment)
    found: CorrectedRate = work.result(NodeKey(RATE.name, segment.id))
    return replace(found.spectrum, identity=segment.identity)


def rate_of(work: Work, segment: Segment) -> CorrectedRate | None:
    """Return how the loss was taken out of ``segment``; `None`: it was not looked at."""
    if not is_rate_corrected(work.session, segment):
        return None
    found: CorrectedRate = work.result(NodeKey(RATE.name, segment.id))
    return found


def keeps_loss(work: Work, segment: Segment) -> bool:
    """Tell whether what follows uses count rates of ``segment`` with the loss still in them."""
    if not _may_be_rate(segment):
        return False
    rate = rate_of(work, segment)
    if rate is None:
        spectrum = extracted_of(work, segment)
    elif rate.outcome == "corrected":
        return False
    else:
        spectrum = rate.spectrum
    return spectrum.unit == _RATE_UNIT and not already_corrected(spectrum)


def loss_references(session: Session, band: str) -> tuple[tuple[Entry, int], ...]:
    """Return the opened photom references (file, product) of the frame with ``band``."""
    return session.photom_references.get(band, ())


def _params(session: Session, segment: Segment) -> RateCorrectionParams:
    own: RateCorrectionParams | None = session.own_params(NodeKey(RATE.name, segment.id))
    return RateCorrectionParams() if own is None else own


def _may_be_rate(segment: Segment) -> bool:
    """Tell whether ``segment`` is of an MRS band and may be in DN/s: older sessions do not say."""
    units = segment.entry.units
    unit = units[segment.part] if segment.part < len(units) else ""
    return bool(segment.identity.band) and unit in {"", _RATE_UNIT}


def _lamps_and_reference(
    session: Session, segment: Segment
) -> tuple[NodeKey | None, tuple[Entry, int] | None]:
    """Return where the loss of ``segment`` may come from, as the user wants it."""
    band, source = segment.identity.band, _params(session, segment).source
    lamps = loss_key(band) if source != "reference" and band in session.lamp_bands else None
    files = loss_references(session, band) if source != "lamps" else ()
    return lamps, (files[-1] if files else None)


def _has_loss(session: Session, segment: Segment) -> bool:
    return _lamps_and_reference(session, segment) != (None, None)


def _subjects(session: Session) -> tuple[str, ...]:
    """Return what has a loss, also where it is switched off: it is looked at then."""
    return tuple(
        one.id
        for one in session.segments
        if _may_be_rate(one) and (_has_loss(session, one) or is_rate_corrected(session, one))
    )


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    lamps, reference = _lamps_and_reference(session, segment)
    if lamps is None and reference is None:
        raise DataError(
            f"No loss of count rate is known for band {segment.identity.band or '?'}.",
            hint="Open lamp spectra of several dates or a photom reference, or switch the "
            "correction off.",
        )
    needs = extracted_needs(segment)
    return replace(
        needs,
        options=(lamps,) if lamps else (),
        files=(*needs.files, *((reference,) if reference else ())),
    )


def _run(work: Work, subject: str) -> CorrectedRate:
    segment = segment_of(work.session, subject)
    known, messages = _known(work, segment)
    found = correct_rate(extracted_of(work, segment), known, work.params)
    return replace(found, messages=(*found.messages, *messages))


def _known(work: Work, segment: Segment) -> tuple[KnownLoss | None, tuple[str, ...]]:
    """Return the loss that is applied, and why another one is not."""
    lamps, reference = _lamps_and_reference(work.session, segment)
    said = []
    if lamps is not None:
        try:
            fit: BandLoss = work.result(lamps)
        except EngineError as error:
            said.append(f"The lamps give no loss: {error.what}")
        else:
            return KnownLoss("lamps", fit.table, fit), ()
    if reference is not None:
        product: PhotomReference = work.product(*reference)
        name = PurePath(reference[0].path).name
        try:
            tables = losses_of(product, segment.identity.band)
        except EngineError as error:
            return None, (*said, f"{name}: {error.what}")
        if tables:
            return KnownLoss(name, tables[0]), tuple(said)
        said.append(f"{name} has no table of the loss of {segment.identity.band}.")
    return None, tuple(said)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_rate_correction(figure, shown.result, title=shown.title)


RATE_STEP = Step(
    RATE,
    _subjects,
    _needs,
    _run,
    tables=(("rates", rate_table),),
    draw=_draw,
    is_used=lambda session, subject: is_rate_corrected(session, segment_of(session, subject)),
)
