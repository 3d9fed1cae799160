"""One form for the parameters of several steps that a view shows together."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.analyses import Analysis
from engine.counting import counted
from engine.project.keys import NodeKey
from guiapp.controllers.view_controller import InspectorContent, shown
from guiapp.controllers.workspace import Workspace

Forms = Iterable[tuple[Analysis, NodeKey]]  # no two share the name of a parameter


def joint_form(
    workspace: Workspace, forms: Forms, *, without: frozenset[str] = frozenset()
) -> InspectorContent:
    """Return the form of all steps, but for the parameters ``without``, set by another hand."""
    specs, defaults, values = [], {}, {}
    for analysis, key in forms:
        params = workspace.params(key)
        for spec in analysis.fields:
            if spec.name not in without:
                specs.append(spec)
                defaults[spec.name] = analysis.default(spec.name)
                values[spec.name] = getattr(params, spec.name)
    return InspectorContent(specs=tuple(specs), defaults=defaults, values=values)


def set_in_joint_form(
    workspace: Workspace, forms: Forms, name: str, value: Any, *, whose: str
) -> None:
    """Set the parameter ``name`` of the step that has it, undoably."""
    for analysis, key in forms:
        for spec in analysis.fields:
            if spec.name == name:
                params = replace(workspace.params(key), **{name: value})
                is_list = spec.kind == "list" and isinstance(value, tuple)
                said = counted(len(value), "observation") if is_list else shown(value, spec)
                text = f"Set {spec.label.lower()} of {whose} to {said}"
                workspace.set_params(key, params, text)
