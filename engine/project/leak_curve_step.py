"""The step that derives the curve of the 12.2 um leak from a blue and a red source."""

from collections.abc import Iterable
from dataclasses import replace

from engine.analyses import LEAK_CURVE
from engine.errors import DataError
from engine.figures import Draw, draw_leak_curve
from engine.model.star_names import star_key
from engine.mrs.leak_curve import LeakFit, LeakSource, derive_leak_curve
from engine.mrs.spectral_leak import LEAKING_BAND, LEAKY_BAND, already_corrected
from engine.project.entries import Segment
from engine.project.fringe_step import spectrum_needs, spectrum_of
from engine.project.keys import NodeKey
from engine.project.leak_tables import leak_curve_table, leak_fit_table
from engine.project.models import model_of
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

LEAK_CURVE_KEY = NodeKey(LEAK_CURVE.name, "all")
_RED_ROLES = frozenset({"asteroid", "red disk"})
_BLUE_ROLES = frozenset({"standard star"})

Pair = tuple[Segment, Segment]  # 3A and 1B of one source


def leak_pairs(session: Session) -> dict[str, Pair]:
    """Return 3A and 1B of each source that has both, by source, in the order of opening."""
    found: dict[str, Pair] = {}
    for source, segments in session.sources.items():
        leaky, leaking = (chosen_band(session, segments, b) for b in (LEAKY_BAND, LEAKING_BAND))
        if leaky is not None and leaking is not None:
            found[source] = (leaky, leaking)
    return found


def chosen_band(session: Session, segments: Iterable[Segment], band: str) -> Segment | None:
    """Return the segment of ``band`` that counts: none left out, a cube before a spectrum."""
    fitting = [
        one
        for one in segments
        if one.identity.band == band
        and session.exclusion_of(one) is None
        and one.id not in session.copies
    ]
    return max(fitting, key=lambda one: one.is_cube) if fitting else None


def leak_sources(session: Session) -> tuple[str, str]:
    """Return the blue and the red source that the curve is derived from.

    Raises
    ------
    DataError
        If there is none, or the one that is named is not there.
    """
    params = session.own_params(LEAK_CURVE_KEY) or LEAK_CURVE.params()
    pairs = leak_pairs(session)
    blue = _chosen(session, pairs, params.blue, _BLUE_ROLES, "blue source (a standard star)")
    red = _chosen(session, pairs, params.red, _RED_ROLES, "red source (an asteroid or a red disk)")
    return blue, red


def _chosen(
    session: Session, pairs: dict[str, Pair], name: str, roles: frozenset[str], what: str
) -> str:
    if name:
        named = [one for one in session.sources if _is_named(session, one, name)]
        found = next((one for one in named if one in pairs), None)
        if found is None:
            is_left_out = any(session.exclusion(one) is not None for one in named)
            why = "is left out" if is_left_out else "has no pair of 1B and 3A in one observation"
            raise DataError(
                f"{name} {why}.", hint="Name another source in the form of the leak curve."
            )
        return found
    for source, (leaky, _) in pairs.items():
        if leaky.entry.role in roles:
            return source
    raise DataError(
        f"No {what} has both 1B and 3A.", hint="Open one, or open a leak curve from a file."
    )


def _is_named(session: Session, source: str, name: str) -> bool:
    target = session.sources[source][0].identity.target
    return source == name or star_key(target) == star_key(name)


def _subjects(session: Session) -> tuple[str, ...]:
    return (LEAK_CURVE_KEY.subject,) if len(leak_pairs(session)) >= 2 else ()


def _needs(session: Session, _subject: str) -> Needs:
    pairs = leak_pairs(session)
    needs = Needs()
    for source in leak_sources(session):
        for segment in pairs[source]:
            part = spectrum_needs(session, segment)
            needs = replace(
                needs,
                nodes=(*needs.nodes, *part.nodes),
                files=(*needs.files, *part.files),
                facts=(*needs.facts, source, *part.facts),
            )
        model = model_of(session, pairs[source][0])
        if model is not None:
            needs = replace(needs, files=(*needs.files, (model, 0)))
    return needs


def _run(work: Work, _subject: str) -> LeakFit:
    pairs = leak_pairs(work.session)
    found = []
    for source in leak_sources(work.session):
        leaky, leaking = pairs[source]
        spectrum = spectrum_of(work, leaky)
        if already_corrected(spectrum):
            raise DataError(
                f"The leak is out of 3A of {source} already: it shows none.",
                hint="Name another source in the form of the leak curve.",
            )
        model = model_of(work.session, leaky)
        found.append(
            LeakSource(
                source,
                spectrum,
                spectrum_of(work, leaking),
                None if model is None else work.product(model, 0),
            )
        )
    blue, red = found
    return derive_leak_curve(blue, red, work.params)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_leak_curve(figure, shown.result)


LEAK_CURVE_STEP = Step(
    LEAK_CURVE,
    _subjects,
    _needs,
    _run,
    tables=(("leak-fit", leak_fit_table), ("leak-curve", leak_curve_table)),
    draw=_draw,
)
