"""Ties the view of photom references to the document and the chain."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import PHOTOM, VERSIONS
from engine.figures.seen import SeenPanel
from engine.model.frames import frames
from engine.model.table import ResultTable
from engine.mrs.photom_reference import MadeReference
from engine.mrs.reference_versions import ReferenceVersions
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.photom_step import photom_key, versions_key
from engine.project.photom_tables import reference_table
from guiapp.controllers.seen_axes import seen_of_drawn
from guiapp.controllers.view_controller import (
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.settings.plot_keys import PLOT_KEYS, REFERENCES_PLOT
from guiapp.views.references import ReferencesView

_NO_MAP = (
    "Open a cal file of {detector}, {grating}, with its WAVELENGTH extension: it says which "
    "wavelength each pixel sees."
)
_NO_VERSION = (
    "Nothing to compare yet for {detector}, {grating}: open a photom reference of it. The one that "
    "this session makes is written by the export of photom references."
)
_COLUMNS = {"band": "band", "n_pixels": "pixels", "n_beyond": "beyond"}
_ALL_FRAMES = NodeKey(PHOTOM.name, EVERYTHING)
_OF_PHOTOM = {spec.name for spec in PHOTOM.fields}


class ReferencesController(ViewController):
    """Shows the versions of the reference of one frame, the one that is made here among them."""

    name = "references"
    group = "Detector"
    title = "References"
    tip = "Photom references: the one made here beside delivered ones (Law+2025, Sec. 6)"
    words = "crds photom delivered pipeline reference file"
    step = VERSIONS.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.references = ReferencesView([one.name for one in frames()])
        super().__init__(workspace, self.references, parent)
        self.frame = frames()[0]
        view = self.references
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self.inspector_changed.emit())
        keys = (spec for spec in PLOT_KEYS if spec.context == REFERENCES_PLOT)
        view.bind_keys([(spec.id, spec.keys) for spec in keys])
        view.frame_chosen.connect(self.choose_frame)
        view.baseline_chosen.connect(self._on_baseline)
        view.picked.connect(self._on_picked)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def choose_frame(self, name: str) -> None:
        """Show another frame."""
        self.frame = next(one for one in frames() if one.name == name)
        self.references.show_frame(name)
        if self.is_active:
            self.refresh()

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        key = versions_key(self.frame.name)
        detail = f"{self.frame.left.name} and {self.frame.right.name}"
        self.say_heading(f"Photom references · {self.frame.name}", detail)
        if key in chain.keys(session):
            self._follower.follow(key)
        else:
            text = _NO_VERSION if self.frame.name in session.wave_maps else _NO_MAP
            place = {"detector": self.frame.detector, "grating": self.frame.grating}
            self._follower.follow(None, reason=text.format(**place))
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        both = (
            (PHOTOM, self.workspace.params(_ALL_FRAMES)),
            (VERSIONS, self.workspace.params(self._versions_params())),
        )
        made = self._made()
        return InspectorContent(
            specs=(*PHOTOM.fields, *VERSIONS.fields),
            defaults={spec.name: one.default(spec.name) for one, _ in both for spec in one.fields},
            values={spec.name: getattr(p, spec.name) for one, p in both for spec in one.fields},
            numbers=self._numbers(made),
            numbers_title="Made here",
            summary=self._summary(made),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        analysis = PHOTOM if name in _OF_PHOTOM else VERSIONS
        key = _ALL_FRAMES if name in _OF_PHOTOM else self._versions_params()
        spec = {one.name: one for one in analysis.fields}[name]
        params = replace(self.workspace.params(key), **{name: value})
        text = f"Set {spec.label.lower()} of photom references to {shown(value, spec)}"
        self.workspace.set_params(key, params, text)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def export_key(self) -> NodeKey | None:
        return None if self._result() is None else versions_key(self.frame.name)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view, names = self.references, ("factor", "ratio", "loss")
        curves = () if view.result is None else view.result.curves
        return tuple(
            seen_of_drawn(plot, f"{band} {name}")
            for band in dict.fromkeys(one.band for one in curves)
            for name, plot in zip(names, view.plots, strict=True)
        )

    # Parts

    def _versions_params(self) -> NodeKey:
        """Return where baseline and day are kept: ids of versions are those of one frame."""
        return versions_key(self.frame.name)

    def _on_baseline(self, version: str) -> None:
        result = self._result()
        if result is None or version == result.baseline:
            return
        key = self._versions_params()
        params = replace(self.workspace.params(key), baseline=version)
        name = dict(result.versions).get(version, version)
        text = f"Compare references of {self.frame.name} with {name}"
        self.workspace.set_params(key, params, text)

    def _on_picked(self, version: str) -> None:
        self.references.pick(version)
        self.inspector_changed.emit()

    def _result(self) -> ReferenceVersions | None:
        result: ReferenceVersions | None = self._follower.result
        return result

    def _made(self) -> MadeReference | None:
        """Return the reference that is made here, if it is at hand."""
        found: MadeReference | None = self.workspace.chain.result(
            self.workspace.session, photom_key(self.frame.name)
        )
        return found

    def _numbers(self, made: MadeReference | None) -> ResultTable | None:
        return None if made is None else columns_of(reference_table([("", made)]), _COLUMNS)

    def _summary(self, made: MadeReference | None) -> str:
        result = self._result()
        lines = list(result.messages) if result is not None else []
        if made is not None:
            lines = [f"Base: {made.base}.", *made.messages, *lines]
        return "\n".join(lines)

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        for plot in self.references.plots:
            act(plot)
