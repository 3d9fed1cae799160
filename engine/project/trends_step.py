"""The step that looks for what the factors of the stars depend on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.analyses import TRENDS
from engine.arrays import frozen
from engine.compare.factor_columns import (
    class_of,
    joined_parameters,
    read_factor_table,
    scale_of,
)
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.subsets import members_of
from engine.compare.trend_results import FactorTrends
from engine.compare.trends import measure_trends
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_trends
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.star_combination import StarCombination
from engine.mrs.star_factors import StarFactor, mean_star_factors
from engine.project.codec import plain_text
from engine.project.combine_step import COMBINATION, COMBINE_STEP, combined_segments
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.models import model_of
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work
from engine.project.trend_tables import difference_table, factor_table, level_table, trend_table

ALL_STARS = "all"
STAR_TRENDS = NodeKey(TRENDS.name, ALL_STARS)  #: the node of the stars of the spectrograph
_TITLE = "Stars over the adopted calibration"
_FLUX_UM = (9.9, 10.1)


def _subjects(session: Session) -> tuple[str, ...]:
    stars = (ALL_STARS,) if COMBINE_STEP.subjects(session) else ()
    return (*stars, *(one.id for one in session.entries if one.kind == "factors"))


def parameter_entries(session: Session) -> tuple[Entry, ...]:
    """Return the open tables that say more about open observations."""
    return tuple(one for one in session.entries if one.kind == "parameters")


def _needs(session: Session, subject: str) -> Needs:
    subsets = tuple(plain_text(one) for one in session.subsets)
    if subject != ALL_STARS:
        entry = _table_entry(session, subject)
        reasons = tuple(plain_text(one) for one in session.exclusions_within(entry.id))
        return Needs(files=((entry, 0),), facts=(entry.id, *reasons, *subsets))
    tables = tuple((one, 0) for one in parameter_entries(session))
    found = _observations(session)
    models = dict.fromkeys(model for one in found.values() if (model := model_of(session, one)))
    facts = tuple(plain_text(one.identity) for one in found.values())
    return Needs(
        nodes=(COMBINATION,),
        files=(*tables, *((one, 0) for one in models)),
        facts=(*facts, *subsets),
    )


def _table_entry(session: Session, subject: str) -> Entry:
    entry = session.entry(subject)
    if entry is None:
        raise DataError(f"There is no table {subject!r} in this session.")
    return entry


def _observations(session: Session) -> dict[str, Segment]:
    """Return one segment for each source that is combined."""
    found: dict[str, Segment] = {}
    for one in combined_segments(session):
        found.setdefault(one.identity.source_key, one)
    return found


def _run(work: Work, subject: str) -> FactorTrends:
    table = _star_table(work) if subject == ALL_STARS else _file_table(work, subject)
    members, messages = {}, []
    for one in work.session.subsets:
        try:
            members[one.name] = members_of(one, table)
        except DataError as error:
            messages.append(f"Subset {one.name}: {error.what}")
        else:
            if not members[one.name]:
                messages.append(f"Subset {one.name} holds none of these observations.")
    found = measure_trends(table, work.params, subsets=members)
    return _with_messages(found, messages)


def _with_messages(found: FactorTrends, messages: Sequence[str]) -> FactorTrends:
    return replace(found, messages=(*found.messages, *messages))


def _file_table(work: Work, subject: str) -> FactorTable:
    entry = _table_entry(work.session, subject)
    name = entry.path.rpartition("/")[2]
    table = read_factor_table(work.product(entry, 0), name, f"{entry.id}.")
    return table.without({one.subject: one.reason for one in work.session.exclusions})


def _star_table(work: Work) -> FactorTable:
    combination: StarCombination = work.result(COMBINATION)
    params = work.params
    factors = mean_star_factors(combination, low_um=params.low_um, high_um=params.high_um)
    segments = _observations(work.session)
    factors = tuple(one for one in factors if one.source in segments)
    if not factors:
        raise DataError(
            f"No star has a factor between {params.low_um:g} and {params.high_um:g} µm.",
            hint="Widen the range, or open more bands.",
        )
    own = [segments[one.source] for one in factors]
    return _filled(work, factors, own)


def _filled(
    work: Work, factors: tuple[StarFactor, ...], segments: Sequence[Segment]
) -> FactorTable:
    identities = [one.identity for one in segments]
    tables = [work.product(one, 0) for one in parameter_entries(work.session)]
    mjd = np.array([np.nan if one.mjd is None else one.mjd for one in identities])
    flux = np.array([_flux_10um(work, one) for one in segments])
    return FactorTable(
        title=_TITLE,
        unit="",
        ids=tuple(one.source for one in factors),
        stars=tuple(one.star for one in factors),
        classes=tuple(class_of(one.star) for one in factors),
        factor=frozen([one.factor for one in factors]),
        error=frozen([one.error for one in factors]),
        reasons=tuple(one.excluded for one in factors),
        flags=tuple(_flag(one) for one in factors),
        notes=tuple(_note(one) for one in identities),
        parameters=(
            Parameter("mjd", "Date", "MJD", frozen(mjd)),
            Parameter("flux_10um_jy", "Flux at 10 µm", "Jy", frozen(flux), scale=scale_of(flux)),
            *joined_parameters(tables, identities),
        ),
    )


def _flag(star: StarFactor) -> str:
    if not star.bands:
        return "no band in the range"
    return "" if len(star.bands) > 1 else f"only band {star.bands[0]}"


def _note(identity: Identity) -> str:
    parts = (
        f"PID {identity.program}" if identity.program else "",
        f"obs {identity.observation}" if identity.observation else "",
        identity.date,
    )
    return "   ".join(filter(None, parts))


def _flux_10um(work: Work, segment: Segment) -> float:
    """Return the flux of the model at 10 um; NaN when there is none."""
    entry = model_of(work.session, segment)
    if entry is None:
        return float("nan")
    try:
        model: Spectrum = work.product(entry, 0)
    except EngineError:
        return float("nan")
    inside = (model.wave_um >= _FLUX_UM[0]) & (model.wave_um <= _FLUX_UM[1]) & model.is_good
    if model.unit != "Jy" or not inside.any():
        return float("nan")
    return float(np.median(model.flux[inside]))


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_trends(figure, shown.result, title=shown.result.table.title)


TRENDS_STEP = Step(
    TRENDS,
    _subjects,
    _needs,
    _run,
    tables=(
        ("trends", trend_table),
        ("trend-classes", level_table),
        ("trend-class-differences", difference_table),
        ("trend-factors", factor_table),
    ),
    draw=_draw,
)
