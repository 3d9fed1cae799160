"""What the controllers of the NIRCam views have in common: forms of several steps, their keys."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.analyses import Analysis
from engine.project.keys import NodeKey
from guiapp.controllers.view_controller import InspectorContent, ViewController, origin_of, shown
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import PLOT_KEYS

NOTHING = (
    "Open catalogs of NIRCam sources of two epochs, or cal images of them, to compare the modules."
)


def keys_named(name: str) -> tuple[str, ...]:
    """Return the keys of a plot that are called ``name``."""
    return next(one.keys for one in PLOT_KEYS if one.id == name)


class NircamController(ViewController):
    """A view of the whole field: one form for the steps that it shows.

    Attributes
    ----------
    forms : mapping of NodeKey to Analysis
        The nodes whose parameters are edited here; no two share the name of a parameter.
    """

    group = "NIRCam"

    def __init__(
        self,
        workspace: Workspace,
        view: QWidget,
        forms: Mapping[NodeKey, Analysis],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(workspace, view, parent)
        self.forms = dict(forms)

    def form(self) -> InspectorContent:
        """Return the form of all steps of the view."""
        specs, defaults, values = [], {}, {}
        for key, analysis in self.forms.items():
            params = self.workspace.params(key)
            for spec in analysis.fields:
                specs.append(spec)
                defaults[spec.name] = analysis.default(spec.name)
                values[spec.name] = getattr(params, spec.name)
        return InspectorContent(specs=tuple(specs), defaults=defaults, values=values)

    def set_parameter(self, name: str, value: Any) -> None:
        for key, analysis in self.forms.items():
            spec = next((one for one in analysis.fields if one.name == name), None)
            if spec is not None:
                params = replace(self.workspace.params(key), **{name: value})
                text = f"Set {spec.label.lower()} of NIRCam to {shown(value, spec)}"
                self.workspace.set_params(key, params, text)
                return

    def origin_of_inputs(self, key: NodeKey) -> tuple[str, ...]:
        """Return the names of the files that a result is made of."""
        session = self.workspace.session
        entries = self.workspace.chain.inputs(session, key)
        if len(entries) > 3:
            return (*(one.path.rpartition("/")[2] for one in entries[:3]),
                    f"and {len(entries) - 3} more files")  # fmt: skip
        return tuple(line for one in entries for line in origin_of(self.workspace, one.id))
