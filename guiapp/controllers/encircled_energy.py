"""From the chain to the view of encircled energies and back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import ENERGY
from engine.counting import counted
from engine.errors import EngineError
from engine.figures.seen import SeenPanel
from engine.imaging.aperture_correction import published_apertures
from engine.imaging.encircled_energy import EncircledEnergies
from engine.model.table import Column, ResultTable
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.energy_step import energy_key
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from engine.project.star_images import filters_of
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.latest_preview import LatestPreview
from guiapp.controllers.view_controller import SCOPE_ALL, AnalysisController, InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import new_gesture
from guiapp.look import number_text
from guiapp.views.encircled_energy import EncircledEnergyView

_NOTHING = "Open images of bright standard stars to measure encircled energies."


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """Encircled energies by filter, and why some filters have none."""

    energies: dict[str, EncircledEnergies]
    problems: dict[str, str]


class EncircledEnergyController(AnalysisController):
    """Shows the curves of all filters; the join radius becomes a command."""

    name = "energy"
    group = "Imaging"
    title = "Encircled energy"
    tip = "Encircled energy of filters and aperture corrections (Gordon+2025, Sec. 2.1, Fig. 2)"
    words = "psf aperture radius correction growth"
    step = ENERGY.name
    kept: ClassVar = {"filters": "shown"}
    analysis = ENERGY

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.energy = EncircledEnergyView()
        super().__init__(workspace, self.energy, parent)
        self._gathered = Gathered({}, {})
        self._gesture = (0, 0)  # of the view, of the document
        self._gatherer = Gatherer(workspace, "Measure encircled energies", self)
        self._gatherer.failed.connect(self.failed)
        view = self.energy
        view.filter_chosen.connect(lambda _name: self._follow())
        self._preview = LatestPreview(workspace, "Preview the join radius", self)
        self._preview.ready.connect(self._show_preview)
        view.join_moved.connect(self._on_join_moved)
        view.join_dragged.connect(self._on_join)
        view.join_cancelled.connect(self._drop_preview)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    # What the frame asks

    def key(self) -> NodeKey | None:
        return energy_key(self.energy.chosen) if self.energy.chosen else None

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.energy
        if not view.chosen:
            return ()
        x, y = view.plot.seen_axes()
        return (SeenPanel(x.unnamed, y.moved(-view.offset_of(view.chosen))),)

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        names = filters_of(session)
        self.say_heading("Encircled energy", counted(len(names), "filter") if names else "")
        if not names:
            self._gatherer.forget()
            self._gathered = Gathered({}, {})
            self.energy.clear(_NOTHING)
            self.inspector_changed.emit()
            return
        is_started = self._gatherer.gather(
            tuple(energy_key(one) for one in names),
            (names,),
            lambda progress, deliver: gather_energies(
                session, chain, names, progress=progress, deliver=deliver
            ),
            self._show,
        )
        if is_started and not self._gathered.energies:
            self.energy.clear("Measuring encircled energies …")
        self._follow()

    def inspector(self) -> InspectorContent:
        one = self._gathered.energies.get(self.energy.chosen)
        if one is None:
            problems = "\n".join(self._gathered.problems.values())
            return replace(self.form(), summary=problems or _NOTHING)
        return replace(
            self.form(),
            numbers=energy_numbers(one),
            numbers_title=f"Radii of {one.filter}",
            summary="\n\n".join((*one.messages, f"Outside: {one.outside}.")),
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.energy.plot.show_all,
            "view.zoom_previous": self.energy.plot.previous_zoom,
        }

    def subject_text(self) -> str:
        return "all filters" if self.scope == SCOPE_ALL else self.energy.chosen

    def origin_lines(self) -> tuple[str, ...]:
        one = self._gathered.energies.get(self.energy.chosen)
        return () if one is None else tuple(curve.title for curve in one.observed)

    # Parts

    def _on_join_moved(self, join_px: float) -> None:
        key = self.key()
        if key is None:
            return
        params = replace(self.workspace.params(key), join_px=join_px)
        self._preview.want(self.workspace.session.with_params(key, params), key)

    def _show_preview(self, one: EncircledEnergies) -> None:
        if one.filter == self.energy.chosen:
            self.energy.show_preview(one)
            self._say(one)

    def _drop_preview(self) -> None:
        self._preview.forget()
        self.energy.show_preview(None)
        self._follow()

    def _on_join(self, join_px: float, gesture: int) -> None:
        self._preview.forget()  # what is drawn stays until the result of the edit is there
        if join_px == self.energy.join_px and self.scope != SCOPE_ALL:
            self._drop_preview()  # it was put back: there is nothing to decide
            return
        key = self.key()
        if key is None:
            return
        if gesture != self._gesture[0]:
            self._gesture = (gesture, new_gesture())
        target = NodeKey(ENERGY.name, EVERYTHING) if self.scope == SCOPE_ALL else key
        params = replace(self.workspace.params(target), join_px=join_px)
        text = f"Set join radius of {self.subject_text()} to {join_px:g} px"
        self.workspace.set_params(target, params, text, gesture=self._gesture[1])

    def _show(self, gathered: Gathered) -> None:
        self._gathered = gathered
        if gathered.energies:
            self.energy.show_energies(gathered.energies)
        else:
            self.energy.clear(" ".join(gathered.problems.values()) or _NOTHING)
        self._follow()

    def _follow(self) -> None:
        key = self.key()
        if key is not None:
            self.energy.show_join(self.workspace.params(key).join_px)
        one = self._gathered.energies.get(self.energy.chosen)
        if one is not None:
            self._say(one)
        self.inspector_changed.emit()

    def _say(self, one: EncircledEnergies) -> None:
        row = published_apertures().get(one.filter)
        own = number_text(one.correction.value, one.correction.error)
        printed = f"; {row.printed:.3f} as printed, not used" if row is not None else ""
        self.energy.say(
            f"{one.filter}: A {own} from {counted(len(one.observed), 'image')}"
            f"{printed}. {one.error_from}"
        )


def gather_energies(
    session: Session,
    chain: Chain,
    names: tuple[str, ...],
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None],
) -> Gathered:
    """Measure the encircled energy of every filter."""
    energies: dict[str, EncircledEnergies] = {}
    problems: dict[str, str] = {}
    for done, name in enumerate(names):
        part = Part(progress, done, len(names))
        part.step(0, 1, name)
        try:
            energies[name] = chain.evaluate(session, energy_key(name), part)
        except EngineError as error:
            problems[name] = f"{name}: {error.sentence}"
            continue
        deliver(Gathered(dict(energies), dict(problems)))
    return Gathered(energies, problems)


def energy_numbers(one: EncircledEnergies) -> ResultTable:
    """Return the radii beside the published ones, for the inspector."""
    row = published_apertures().get(one.filter)
    known = {}
    if row is not None:
        radii = row.apertures
        known = {0.7: radii.radius_px, 0.8: radii.inner_px, 0.85: radii.outer_px}
    published = [known.get(round(float(part), 2), np.nan) for part in one.parts]
    return ResultTable(
        "Radii of encircled energy",
        (
            Column("part", "", one.parts, "Of all light, within the radius"),
            Column("radius", "pix", one.part_radius_px, "As measured"),
            Column("error", "pix", one.part_error_px, "One sigma"),
            Column("Table 4", "pix", np.array(published), "Radius of Gordon+2025, Table 4"),
        ),
    )
