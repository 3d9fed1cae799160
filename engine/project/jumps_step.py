"""The step that compares jumps at junctions over all sources."""

from engine.analyses import JUMPS, JUNCTIONS
from engine.compare.jumps import Jumps, JumpSource, compare_jumps
from engine.compare.junctions import SourceJunctions
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_jumps
from engine.model.star_names import star_key
from engine.project.jump_tables import jump_table, jump_verdict_table
from engine.project.keys import STAGES, NodeKey
from engine.project.own_vectors import vector_title
from engine.project.session import Session
from engine.project.source_spectra import banded_segments, joined_sources
from engine.project.step import Needs, Shown, Step, Work

ALL_SOURCES = "all sources"
_NAN = float("nan")


def jumps_key(stage: str) -> NodeKey:
    """Return the node that compares all sources at ``stage``."""
    return NodeKey(JUMPS.name, f"{ALL_SOURCES}@{stage}")


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(f"{ALL_SOURCES}@{stage}" for stage in STAGES) if joined_sources(session) else ()


def _needs(session: Session, subject: str) -> Needs:
    sources, stage = joined_sources(session), subject.rpartition("@")[2]
    if not sources:
        raise DataError(
            "There is no source with two neighboring bands.",
            hint="Open spectra or cubes of two bands of one source.",
        )
    facts = (f"{one} {_star(session, one)} {_mjd(session, one)} {_reason(session, one)} "
             f"{_role(session, one)}"
             for one in sources)  # fmt: skip
    return Needs(
        options=tuple(NodeKey(JUNCTIONS.name, f"{one}@{stage}") for one in sources),
        facts=tuple(facts),
    )


def _star(session: Session, source: str) -> str:
    return star_key(session.sources[source][0].identity.target) or source


def _role(session: Session, source: str) -> str:
    return session.sources[source][0].entry.role


def _mjd(session: Session, source: str) -> float:
    """Return the mean date of the bands; NaN when none has one."""
    known = [one.identity.mjd for one in session.sources[source] if one.identity.mjd is not None]
    return sum(known) / len(known) if known else _NAN


def _reason(session: Session, source: str) -> str:
    exclusion = session.exclusion(source)
    return "" if exclusion is None else exclusion.reason or "left out"


def _run(work: Work, subject: str) -> Jumps:
    session, stage = work.session, subject.rpartition("@")[2]
    found, failed = [], None
    names = joined_sources(session)
    for done, name in enumerate(names):
        work.progress.step(done, len(names), name)
        try:
            measured = work.result(NodeKey(JUNCTIONS.name, f"{name}@{stage}"))
        except EngineError as error:
            failed = failed or error
            continue
        found.append(_jump_source(session, name, stage, measured))
    if failed is not None and not found:
        raise failed
    return compare_jumps(found, work.params)


def _jump_source(session: Session, name: str, stage: str, measured: SourceJunctions) -> JumpSource:
    """Return a source with its numbers, remembered as long as it was measured but once."""
    known, key = session.beside_exclusions, (JUMPS.name, "source", name, stage)
    held: JumpSource | None = known.get(key)
    if held is None or held.junctions is not measured:
        vectors = _vectors(session, name) if stage == "calibrated" else ()
        held = JumpSource(
            _star(session, name),
            _mjd(session, name),
            measured,
            vectors=vectors,
            role=_role(session, name),
        )
        known[key] = held
    reason = _reason(session, name)
    return held.left_out(reason) if reason else held


def _vectors(session: Session, name: str) -> tuple[tuple[str, str], ...]:
    """Return whose vector calibrates each band of a source."""
    segments = banded_segments(session, name)
    return tuple((one.identity.band, vector_title(session, one)) for one in segments)


def _draw(shown: Shown) -> Draw:
    title = f"{shown.title}, {shown.key.stage}"
    return lambda figure: draw_jumps(figure, shown.result, title=title)


JUMPS_STEP = Step(
    JUMPS,
    _subjects,
    _needs,
    _run,
    tables=(("jumps", jump_table), ("jump-verdicts", jump_verdict_table)),
    draw=_draw,
)
