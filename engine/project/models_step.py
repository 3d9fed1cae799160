"""The step that compares the models in use with another choice of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.analyses import COMBINE, MODELS, RESPONSE
from engine.compare.factor_columns import joined_parameters
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_model_choice
from engine.model.identity import Identity
from engine.model.star_names import star_key
from engine.mrs.model_choice import ModelComparison, compare_models
from engine.mrs.star_response import StarResponse
from engine.progress import Part, Progress
from engine.project.codec import plain_text
from engine.project.combine_step import ALL_STARS, COMBINATION, COMBINE_STEP, combined_segments
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.model_sets import choose_models, model_name, model_set
from engine.project.model_tables import (
    final_change_table,
    model_class_table,
    model_star_table,
    pair_table,
)
from engine.project.models import model_of, models
from engine.project.response_step import RESPONSE_STEP
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

MODEL_CHOICE = NodeKey(MODELS.name, ALL_STARS)
_WELL_DEPTH = "well_depth_dn"


def _subjects(session: Session) -> tuple[str, ...]:
    return (ALL_STARS,) if combined_segments(session) else ()


def baseline_session(session: Session, baseline: str) -> Session:
    """Return ``session`` with the models of the set ``baseline`` for the stars that it knows.

    Raises
    ------
    DataError
        If there is no such set.
    """
    chosen = model_set(session, baseline)
    targets = dict.fromkeys(one.identity.target for one in combined_segments(session))
    known = [one for one in targets if star_key(one) in chosen.entries]
    return choose_models(session, known, chosen)[0] if known else session


def _swapped(session: Session, before: Session) -> Iterator[tuple[Segment, Entry]]:
    """Yield the observations that have another model before, with that model."""
    for segment in combined_segments(session):
        was = model_of(before, segment)
        if was is not None and was != model_of(session, segment):
            yield segment, was


def _needs(session: Session, subject: str) -> Needs:
    segments = combined_segments(session) if subject == ALL_STARS else ()
    if not segments:
        raise DataError(
            "There is no standard star with a model.",
            hint="Open observations of standard stars and their models.",
        )
    params = session.own_params(MODEL_CHOICE) or MODELS.params()
    before = baseline_session(session, params.baseline)
    old = dict.fromkeys(entry for _, entry in _swapped(session, before))
    tables = (one for one in session.entries if one.kind == "parameters")
    names = _names(session, before, segments)
    return Needs(
        options=tuple(NodeKey(RESPONSE.name, one.id) for one in segments),
        files=tuple((entry, 0) for entry in (*old, *tables)),
        facts=(
            plain_text(_combination_params(session)),
            *(f"{source} {was} {now}" for source, (was, now) in names.items()),
            *(f"{plain_text(one.identity)} {_reason(session, one)}" for one in segments),
        ),
        settings=(COMBINATION,),
    )


def _reason(session: Session, segment: Segment) -> str:
    exclusion = session.exclusion(segment.identity.source_key)
    return "" if exclusion is None else exclusion.reason


def _names(
    session: Session, before: Session, segments: tuple[Segment, ...]
) -> dict[str, tuple[str, str]]:
    """Return the names of both models by source key."""
    told_apart = _told_apart(session)

    def name(where: Session, segment: Segment) -> str:
        entry = model_of(where, segment)
        return "" if entry is None else told_apart[entry.id]

    return {one.identity.source_key: (name(before, one), name(session, one)) for one in segments}


def _told_apart(session: Session) -> dict[str, str]:
    """Return the name of each model by id, with its place among those of the same name."""
    by_name: dict[str, list[str]] = {}
    for one in models(session):
        by_name.setdefault(model_name(one), []).append(one.id)
    return {
        entry_id: name if len(same) == 1 else f"{name} ({place})"
        for name, same in by_name.items()
        for place, entry_id in enumerate(same, start=1)
    }


def _combination_params(session: Session) -> Any:
    return session.own_params(COMBINATION) or COMBINE.params()


@dataclass(slots=True)
class _Elsewhere:
    """The work of a step in a session that differs in its models alone."""

    work: Work
    session: Session
    params: Any
    progress: Progress

    def product(self, entry: Entry, part: int) -> Any:
        return self.work.product(entry, part)

    def result(self, key: NodeKey) -> Any:
        """Return a result: what no model is in, and what has the same one, is that of now."""
        if key.step != RESPONSE.name or self._has_same_model(key.subject):
            return self.work.result(key)
        own = _Elsewhere(self.work, self.session, self._same_curve(key), self.progress)
        return RESPONSE_STEP.run(own, key.subject)

    def _same_curve(self, key: NodeKey) -> Any:
        """Return the parameters of a response with the breakpoints that it has now.

        What is compared is the model, not where a search puts breakpoints; and searching takes
        most of the time.
        """
        params = self.session.own_params(key) or RESPONSE.params()
        if params.breakpoints_um is not None:
            return params
        try:
            now: StarResponse = self.work.result(key)
        except EngineError:
            return params
        return replace(params, breakpoints_um=tuple(float(x) for x in now.breakpoints_um))

    def _has_same_model(self, subject: str) -> bool:
        segment = self.session.segment(subject)
        return segment is None or model_of(self.session, segment) == model_of(
            self.work.session, segment
        )


def _run(work: Work, subject: str) -> ModelComparison:
    now = work.session
    then = baseline_session(now, work.params.baseline)
    before, after = (
        COMBINE_STEP.run(
            _Elsewhere(work, session, _combination_params(now), Part(work.progress, part, 2)),
            subject,
        )
        for part, session in enumerate((then, now))
    )
    segments = combined_segments(now)
    return compare_models(
        before,
        after,
        _names(now, then, segments),
        work.params,
        well_depths_dn=_well_depths(work, [one.identity for one in segments]),
    )


def _well_depths(work: Work, identities: list[Identity]) -> dict[str, float]:
    """Return the largest well depth of each source that an open table gives."""
    tables = [
        work.product(entry, 0) for entry in work.session.entries if entry.kind == "parameters"
    ]
    for parameter in joined_parameters(tables, identities):
        if parameter.name == _WELL_DEPTH:
            pairs = zip(identities, parameter.numbers, strict=True)
            return {one.source_key: float(depth) for one, depth in pairs if np.isfinite(depth)}
    return {}


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_model_choice(figure, shown.result)


MODELS_STEP = Step(
    MODELS,
    _subjects,
    _needs,
    _run,
    tables=(
        ("model-stars", model_star_table),
        ("model-classes", model_class_table),
        ("model-vectors", final_change_table),
        ("observation-pairs", pair_table),
    ),
    draw=_draw,
)
