"""The step that combines the responses of all standard stars."""

from dataclasses import replace

from engine.analyses import COMBINE, RESPONSE
from engine.counting import counted
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_star_combination
from engine.model.star_names import shown_source_name
from engine.mrs.calibrated_spectra import vector_from_response
from engine.mrs.star_combination import StarCombination, StarVector, combine_stars
from engine.mrs.star_response import StarResponse
from engine.progress import Part
from engine.project.codec import plain_text
from engine.project.combination_tables import combined_band_table, star_table
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.models import model_of
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

ALL_STARS = "all"  #: subject of the combination
_MOST_NAMED = 2  # in the title of the figure
COMBINATION = NodeKey(COMBINE.name, ALL_STARS)


def combined_segments(session: Session) -> tuple[Segment, ...]:
    """Return the observations of standard stars that have a model and a band.

    One that is left out by itself does not appear; one whose source is left out does, so that
    what it would say can still be seen. A calibrated copy of count rates does not either.
    """
    return tuple(
        one
        for one in session.segments
        if one.entry.role == "standard star"
        and one.identity.band
        and model_of(session, one) is not None
        and session.exclusion(one.id) is None
        and one.id not in session.copies
    )


def _subjects(session: Session) -> tuple[str, ...]:
    stars = {one.identity.target for one in combined_segments(session)}
    return (ALL_STARS,) if len(stars) > 1 else ()


def _reason(session: Session, segment: Segment) -> str:
    exclusion = session.exclusion(segment.identity.source_key)
    return "" if exclusion is None else exclusion.reason or "left out"


def _needs(session: Session, subject: str) -> Needs:
    segments = combined_segments(session) if subject == ALL_STARS else ()
    if not segments:
        raise DataError(
            "There is no standard star with a model to combine.",
            hint="Open observations of several standard stars and their models.",
        )
    facts = (f"{plain_text(one.identity)} {_reason(session, one)}" for one in segments)
    return Needs(
        options=tuple(NodeKey(RESPONSE.name, one.id) for one in segments), facts=tuple(facts)
    )


def _run(work: Work, _subject: str) -> StarCombination:
    segments = combined_segments(work.session)
    vectors: list[StarVector] = []
    missing: dict[str, list[str]] = {}
    for done, segment in enumerate(segments):
        part = Part(work.progress, done, len(segments))
        part.step(0, 1, segment.title)
        try:
            response: StarResponse = work.result(NodeKey(RESPONSE.name, segment.id))
        except EngineError as error:
            missing.setdefault(error.what, []).append(segment.title)
            continue
        vector = vector_from_response(response, segment.identity, recipe="")
        vectors.append(
            StarVector(vector, _n_free(work, segment, response), _reason(work.session, segment))
        )
    said = tuple(f"{', '.join(titles)}: {what}" for what, titles in missing.items())
    combined = combine_stars(vectors, work.params)
    return replace(combined, messages=(*combined.messages, *said))


def _n_free(work: Work, segment: Segment, response: StarResponse) -> int:
    """Return the number of coefficients of the spline."""
    params = work.session.own_params(NodeKey(RESPONSE.name, segment.id)) or RESPONSE.params()
    return int(response.breakpoints_um.size) + int(params.degree) + 1


def _title(result: StarCombination) -> str:
    """Return what is combined, with the observations that are left out of it."""
    left = [shown_source_name(one.source) for one in result.stars if one.excluded]
    if not left:
        return "All stars"
    if len(left) > _MOST_NAMED:
        return f"All stars but {counted(len(left), 'observation')}"
    return f"All stars but {', '.join(left)}"


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_star_combination(figure, shown.result, title=_title(shown.result))


COMBINE_STEP = Step(
    COMBINE,
    _subjects,
    _needs,
    _run,
    tables=(("combined-stars", star_table), ("combined-bands", combined_band_table)),
    draw=_draw,
)
