"""What the controllers of the NIRCam views have in common: forms of several steps, their keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.analyses import Analysis
from engine.model.nircam import array_of
from engine.model.table import Column, ResultTable
from engine.project.keys import NodeKey
from engine.project.nircam_inputs import OWN
from engine.project.session import Session
from guiapp.controllers.exposure_origin import exposure_origin
from guiapp.controllers.joint_form import joint_form, set_in_joint_form
from guiapp.controllers.view_controller import InspectorContent, ViewController, columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import PLOT_KEYS

CONTEXT = "context"  #: the column of the version of the calibration
NOTHING = (
    "Open catalogs of NIRCam sources of two epochs, or cal images of them, to compare the modules."
)


def _with_short_context(column: Column) -> Column:
    if column.name != CONTEXT:
        return column
    short = [one.removeprefix("jwst_").removesuffix(".pmap") for one in column.values.tolist()]
    return replace(column, values=np.array(short))


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """What is selected of a field of NIRCam.

    Attributes
    ----------
    sources : tuple of str
        Ids of sources.
    filter, array : str
        What they, or a file or an array, are of; ``""``: of no one.
    """

    sources: tuple[str, ...] = ()
    filter: str = ""
    array: str = ""


def field_choice(session: Session, points: Sequence[str]) -> FieldChoice:
    """Return what the selected ``points`` are: sources, an array, or the files of some."""
    if not points:
        return FieldChoice()
    owner, _, rest = points[-1].partition(".")
    if owner == OWN:
        filter_name, _, array = rest.partition(".")
        return FieldChoice((), filter_name, array)
    entry = session.entry(owner)
    if entry is None or not entry.parts:
        return FieldChoice(tuple(points))
    identity = entry.parts[0]
    _, array = array_of(identity.detector) or ("", "")
    sources = tuple(one for one in points if "." in one)
    return FieldChoice(sources, identity.filter.upper(), array)


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
        self._has_followed = False
        workspace.selection.points_changed.connect(self._follow_selection)

    def mark(self, choice: FieldChoice) -> None:
        """Show what is selected: overridden by each controller."""
        raise NotImplementedError

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        self._has_followed = False
        super().set_active(active)
        if active:
            self._follow_selection()

    def mark_shown(self) -> None:
        """Mark what is selected in a new result; the first one shows the filter that it is of."""
        if not self._has_followed:
            self._follow_selection()
        else:
            choice = field_choice(self.workspace.session, self.workspace.selection.points)
            self.mark(FieldChoice(choice.sources))

    def _follow_selection(self) -> None:
        """Show what was picked, here or elsewhere."""
        if self.is_active and self.export_key() is not None:
            self._has_followed = True
            self.mark(field_choice(self.workspace.session, self.workspace.selection.points))

    def form(self) -> InspectorContent:
        """Return the form of all steps of the view."""
        return joint_form(self.workspace, self._joint())

    def set_parameter(self, name: str, value: Any) -> None:
        set_in_joint_form(self.workspace, self._joint(), name, value, whose="NIRCam")

    def _joint(self) -> list[tuple[Analysis, NodeKey]]:
        return [(analysis, key) for key, analysis in self.forms.items()]

    def numbers_of(self, table: ResultTable, names: dict[str, str]) -> ResultTable:
        """Return some columns under short names; of a context, its number: it tells them apart."""
        shown_table = columns_of(table, names)
        return replace(
            shown_table, columns=tuple(_with_short_context(one) for one in shown_table.columns)
        )

    def origin_of_inputs(self, key: NodeKey) -> tuple[str, ...]:
        """Return where the files come from that a result is made of."""
        return exposure_origin(self.workspace, key)
