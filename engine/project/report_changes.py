"""What the user decided otherwise than the program would by itself, for people to read."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from engine.analyses import Analysis, FieldSpec
from engine.counting import counted
from engine.model.star_names import shown_star_name
from engine.project.keys import NodeKey
from engine.project.report_figures import title_of
from engine.project.session import Session
from engine.project.steps import step_named

_FEW = 4  # values that are written out
_AUTOMATIC = "automatic"


def changed_parameters(session: Session) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return what differs from the defaults: step, of what, parameter, value, default."""
    rows: list[tuple[str, str, str, str, str]] = []
    for key, params in sorted(session.params.items(), key=lambda item: item[0]):
        analysis = step_named(key.step).analysis
        about = title_of(session, NodeKey(key.step, key.subject)) or "all"
        rows += [(analysis.title, about, *row) for row in _differing(analysis, params)]
    for target, chosen in sorted(session.models.items()):
        entry = session.entry(chosen)
        if entry is not None:
            name = PurePath(entry.path).name
            rows.append(
                ("Models", shown_star_name(target), "model", name, "the first that is open")
            )
    return tuple(rows)


def _differing(analysis: Analysis, params: Any) -> Iterable[tuple[str, str, str]]:
    for spec in analysis.fields:
        value, default = getattr(params, spec.name), analysis.default(spec.name)
        if value != default:
            yield spec.label.lower(), parameter_text(value, spec), parameter_text(default, spec)


def parameter_text(value: Any, spec: FieldSpec) -> str:
    """Return a value as the form says it."""
    if value is None or value == "":
        return spec.automatic or _AUTOMATIC
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int | float):
        return f"{value:g} {spec.unit}".strip().replace("-", "−")
    if not isinstance(value, tuple):
        return str(value)
    if len(value) > _FEW or not all(one is None or isinstance(one, int | float) for one in value):
        return counted(len(value), "entry", "entries")
    parts = ("…" if one is None else f"{one:g}" for one in value)
    return f"{' to '.join(parts)} {spec.unit}".strip() if value else "none"
