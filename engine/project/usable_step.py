"""The step that tells the usable range of LRS spectra."""

from dataclasses import replace

from engine.analyses import USABLE
from engine.figures import Draw, draw_usable_range
from engine.lrs.usable_range import UsableRange, find_usable_range
from engine.project.codec import plain_text
from engine.project.lrs_inputs import lrs_segments
from engine.project.lrs_tables import usable_table
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of


def _subjects(session: Session) -> tuple[str, ...]:
    """Return the spectra of the LRS; of the integrations of one file the first alone."""
    return tuple(one.id for one in lrs_segments(session) if one.part == 0)


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    return Needs(files=((segment.entry, segment.part),), facts=(plain_text(segment.identity),))


def _run(work: Work, subject: str) -> UsableRange:
    segment = segment_of(work.session, subject)
    spectrum = replace(work.product(segment.entry, segment.part), identity=segment.identity)
    return find_usable_range(spectrum, work.params)


def _draw(shown: Shown) -> Draw:
    segment = segment_of(shown.session, shown.key.subject)
    spectrum = shown.product(segment.entry, segment.part)
    return lambda figure: draw_usable_range(
        figure, shown.result, spectrum, title=segment.identity.source_key
    )


USABLE_STEP = Step(
    USABLE,
    _subjects,
    _needs,
    _run,
    tables=(("usable-ranges", usable_table),),
    draw=_draw,
)
