"""From the chain to the cube view and back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from engine.analyses import EXTRACT
from engine.arrays import FloatArray
from engine.counting import counted
from engine.errors import DataError, EngineError
from engine.figures.seen import SeenPanel
from engine.model.aperture import ApertureCorrection
from engine.model.cube import Cube
from engine.model.star_names import shown_star_name
from engine.model.table import Column, ResultTable
from engine.mrs.aperture import fwhm_arcsec
from engine.mrs.extraction import Extraction, ExtractionParams
from engine.mrs.extraction_preview import ExtractionPreview
from engine.mrs.extraction_remarks import CENTER_LIMIT_FWHM
from engine.mrs.growth_curve import GrowthCurve
from engine.progress import Progress
from engine.project.chain import Chain
from engine.project.entries import Segment
from engine.project.extract_step import reference_correction
from engine.project.growth_step import extraction_params, measured_correction
from engine.project.keys import NodeKey
from guiapp.controllers.leaving_out import left_out_words
from guiapp.controllers.seen_axes import seen_in, seen_of_drawn, x_seen_in
from guiapp.controllers.view_controller import AnalysisController, InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import new_gesture
from guiapp.jobs.runner import Job, State
from guiapp.look import number_text
from guiapp.look.numbers import NO_VALUE, fixed_text
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.settings.preferences import Preferences
from guiapp.views.cube import CubeView
from guiapp.views.cube_images import CenterMode, Cone, CubeImages, prepare_images

_NOTHING_OPEN = "Open a cube to see it here."
_MODE_WORDS = {"auto": "its centroid", "target": "the target of the header"}


@dataclass(frozen=True, eq=False, slots=True)
class PreparedCube:
    """A cube made ready for the view."""

    images: CubeImages
    preview: ExtractionPreview


class CubeController(AnalysisController):
    """Shows the current cube with its aperture; what the hand does becomes edits.

    Signals
    -------
    keys_wanted()
        The user asks for the list of keys.
    """

    keys_wanted = pyqtSignal()

    name = "cube"
    group = "MRS"
    title = "Cube"
    tip = "Aperture, annulus and spectrum of a cube (Law+2025, Sec. 4, Fig. 6)"
    words = "aperture radius annulus center centroid extract extraction spaxel image background"
    step = EXTRACT.name
    kept: ClassVar = {
        "shown": "shown_bar",
        "stretch": "stretch_bar",
        "color map": "map_choice",
        "graph": "spectra.lower_pane.graphs",
    }
    analysis = EXTRACT

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.cube = CubeView()
        super().__init__(workspace, self.cube, parent)
        self._prepared: PreparedCube | None = None
        self._table: ApertureCorrection | None = None
        self._gesture = (0, 0)  # of the view, of the document
        self._wanted: tuple[str, ...] | None = None
        self._job: Job | None = None
        self._follower = self.follower_for(self.cube)
        self._follower.shown.connect(self._on_result)
        self.cube.preview = self.preview
        self.cube.bind_keys([(key.id, key.keys) for key in PLOT_KEYS])
        self.cube.center_dragged.connect(self._on_center)
        self.cube.radius_dragged.connect(self._on_radius)
        self.cube.annulus_dragged.connect(self._on_annulus)
        self.cube.center_mode_wanted.connect(self._on_center_mode)
        self.cube.cursor_changed.connect(self.cursor_changed)
        self.cube.keys_wanted.connect(self.keys_wanted)
        self.texts["hint"] = self.cube.hint

    # What is shown

    def key(self) -> NodeKey | None:
        segment = self.workspace.segment()
        return NodeKey(EXTRACT.name, segment.id) if segment and segment.is_cube else None

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.cube
        lower = view.spectra.lower_pane
        is_drift = lower.graphs.current == "drift"
        below = (seen_in if is_drift else x_seen_in)(lower.plot)
        above = replace(seen_in(view.spectra.plot), x=below.x)
        return seen_of_drawn(view.sky.plot), above, below

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        self._follower.is_active = active
        super().set_active(active)
        if active:
            self._follower.refresh()

    def refresh(self) -> None:
        segment, key = self.workspace.segment(), self.key()
        if segment is None or key is None:
            self._show_nothing(segment)
            return
        identity = segment.identity
        self.cube.show_subject(segment.id, identity.band)
        self._prepare(segment)
        if key != self._follower.key:
            self._follower.follow(key)
        self._show_cone()
        names = (shown_star_name(identity.target) or "unnamed", identity.band)
        self.say_heading(" · ".join(["Cube", *(name for name in names if name)]), self._detail())
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        segment = self.workspace.segment()
        if self.key() is None:
            return InspectorContent(summary=_reason(segment))
        result = self._follower.result
        if not isinstance(result, Extraction):
            return self.form()
        return replace(
            self.form(),
            numbers=extraction_numbers(result),
            numbers_title="Extraction",
            summary="\n\n".join(result.messages),
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        """Return what the actions of the window do while this view is seen, by their ids."""
        return {
            "view.zoom_all": self.cube.plot.show_all_linked,
            "view.zoom_previous": self.cube.plot.previous_zoom,
            "view.errors": lambda: self.cube.spectra.legend.switch("band"),
        }

    @property
    def has_errors(self) -> bool:
        return self.cube.spectra.legend.is_on("band")

    def apply_preferences(self, preferences: Preferences) -> None:
        self.cube.spectra.legend.prefer("band", shown=preferences.is_on("show_errors"))

    def _show_nothing(self, segment: Segment | None) -> None:
        reason = _reason(segment)
        self._forget_cube()
        self.cube.show_subject("", "")
        self.cube.show_no_cube(reason)
        self._follower.follow(None, reason=reason if segment is not None else "")
        self.say_heading("Cube" if segment is None else f"Cube · {segment.title}")
        self.inspector_changed.emit()

    def _prepare(self, segment: Segment) -> None:
        """Read the cube in the background, unless it is here or on its way."""
        chain, entry = self.workspace.chain, segment.entry
        wanted = (segment.id, entry.sha256, entry.path)
        if wanted == self._wanted:
            return
        self._forget_cube()
        self._wanted = wanted
        self._job = self.workspace.runner.start(
            f"Show {segment.title}",
            lambda progress: prepare_cube(chain, segment, progress),
            self._on_prepared,
        )

    def _forget_cube(self) -> None:
        self._prepared, self._wanted, self._table = None, None, None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_prepared(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.state is State.SUCCEEDED and isinstance(job.result, PreparedCube):
            self._prepared = job.result
            self.cube.show_images(job.result.images)
        elif job.state is State.FAILED and isinstance(job.error, EngineError):
            self.cube.show_no_images(job.error.sentence)
        else:
            self._wanted = None  # cancelled: read it at the next occasion
        self._show_cone()
        self.say_heading(self.heading[0], self._detail())

    def _on_result(self, _result: object) -> None:
        self._table = self._correction_at_hand()
        self._show_cone()
        self.inspector_changed.emit()

    def _correction_at_hand(self) -> ApertureCorrection | None:
        """Return the table that the extraction takes its aperture correction from, if it is here.

        With it, the spectrum under the hand is corrected for the radius that the hand gives it.
        """
        segment, workspace = self.workspace.segment(), self.workspace
        if segment is None:
            return None
        session, chain = workspace.session, workspace.chain
        try:
            found = reference_correction(session, segment)
            if found is not None:
                table: ApertureCorrection = chain.library.product(*found)
                return table
            if extraction_params(session, segment).aperture_correction == "measured":
                growth = chain.result(session, measured_correction(session, segment))
                return growth.correction if isinstance(growth, GrowthCurve) else None
        except EngineError:
            pass  # the extraction itself says so
        return None

    def _show_cone(self) -> None:
        key, cube = self.key(), self._cube()
        if key is None or cube is None:
            self.cube.show_cone(None)
            return
        center = None
        if isinstance(self._follower.result, Extraction):
            center = self._follower.result.center_pixel
        self.cube.show_cone(cone_of(cube, self.workspace.params(key), center))

    def _detail(self) -> str:
        return " · ".join(one for one in (self._left_out(), self._size()) if one)

    def _left_out(self) -> str:
        """Say that the star is left out of what combines stars, and why."""
        segment = self.workspace.segment()
        found = None if segment is None else self.workspace.session.exclusion_of(segment)
        return left_out_words(found)

    def _size(self) -> str:
        cube = self._cube()
        if cube is None:
            return ""
        n_wave, n_y, n_x = cube.shape
        low, high = (fixed_text(float(cube.wave_um[i]), 2) for i in (0, -1))
        size = f"{n_x} × {n_y} spaxels of {cube.spaxel_arcsec:.2f}″"
        return f"{size} · {low}–{high} µm · {counted(n_wave, 'plane')}"

    def _cube(self) -> Cube | None:
        return None if self._prepared is None else self._prepared.images.cube

    # What the hand does

    def preview(self, cone: Cone) -> tuple[FloatArray, FloatArray] | None:
        """Return the spectrum in another aperture, within a frame; `None`: not known."""
        key = self.key()
        if key is None or self._prepared is None or cone.center is None:
            return None
        params = with_cone(self.workspace.params(key), cone)
        preview = self._prepared.preview
        wave, flux = preview.extract(params, cone.center, correction=self._table)
        result = self._follower.result
        if self._table is not None:
            return wave, flux
        if isinstance(result, Extraction) and result.aperture_correction.size == flux.size:
            flux = flux * result.aperture_correction
        return wave, flux

    def _on_center(self, x: float, y: float, gesture: int) -> None:
        place = f"({fixed_text(x, 1)}, {fixed_text(y, 1)})"
        self._edit(f"Move aperture of {self._subject()} to {place}", gesture, center=(x, y))

    def _on_radius(self, radius_fwhm: float, gesture: int) -> None:
        size = f"{fixed_text(radius_fwhm, 2)} FWHM"
        self._edit(f"Set radius of {self._subject()} to {size}", gesture, radius_fwhm=radius_fwhm)

    def _on_annulus(self, inner_fwhm: float, outer_fwhm: float, gesture: int) -> None:
        size = f"{fixed_text(inner_fwhm, 2)}–{fixed_text(outer_fwhm, 2)} FWHM"
        self._edit(
            f"Set annulus of {self._subject()} to {size}",
            gesture,
            annulus_fwhm=(inner_fwhm, outer_fwhm),
        )

    def _on_center_mode(self, mode: str) -> None:
        where = _MODE_WORDS[mode]
        self._edit(f"Center aperture of {self._subject()} on {where}", 0, center=mode)

    def _edit(self, text: str, gesture: int, **changes: Any) -> None:
        """Change the parameters of the cube that is shown, and of no other one."""
        key = self.key()
        if key is not None:
            params = replace(self.workspace.params(key), **changes)
            self.workspace.set_params(key, params, text, gesture=self._document_gesture(gesture))
            self._show_cone()

    def _document_gesture(self, gesture: int) -> int:
        """Return the document's number of the view's gesture: no two views share one."""
        if gesture and gesture != self._gesture[0]:
            self._gesture = (gesture, new_gesture())
        return self._gesture[1] if gesture else 0

    def _subject(self) -> str:
        segment = self.workspace.segment()
        identity = None if segment is None else segment.identity
        if identity is None:
            return ""
        return f"{shown_star_name(identity.target) or 'unnamed'} {identity.band}".strip()


def prepare_cube(chain: Chain, segment: Segment, progress: Progress) -> PreparedCube:
    """Read a cube and make it ready: for a job.

    Raises
    ------
    EngineError
        If the file cannot be read or holds no cube.
    """
    cube = chain.library.product(segment.entry, segment.part, progress=progress)
    if not isinstance(cube, Cube):
        raise DataError(f"{segment.title} is not a cube.")
    return PreparedCube(prepare_images(cube, progress=progress), ExtractionPreview(cube))


def cone_of(
    cube: Cube, params: ExtractionParams, measured: tuple[float, float] | None
) -> Cone | None:
    """Return where the aperture lies in ``cube``; ``measured``: the center that was found last."""
    try:
        fwhm = fwhm_arcsec(
            cube.wave_um,
            slope_arcsec_per_um=params.fwhm_slope_arcsec_per_um,
            offset_arcsec=params.fwhm_offset_arcsec,
        )
    except DataError:
        return None  # the extraction says why
    mode: CenterMode = params.center if isinstance(params.center, str) else "pixel"
    center = measured if isinstance(params.center, str) else params.center
    limits = {spec.name: (spec.low, spec.high) for spec in EXTRACT.fields}
    return Cone(
        center=center,
        center_mode=mode,
        radius_fwhm=params.radius_fwhm,
        annulus_fwhm=params.annulus_fwhm if params.background == "annulus" else None,
        fwhm_pixels=fwhm / cube.spaxel_arcsec,
        radius_limits=limits["radius_fwhm"],
        annulus_limits=limits["annulus_fwhm"],
    )


def with_cone(params: ExtractionParams, cone: Cone) -> ExtractionParams:
    """Return ``params`` with the radii of ``cone``."""
    annulus = params.annulus_fwhm if cone.annulus_fwhm is None else cone.annulus_fwhm
    return replace(params, radius_fwhm=cone.radius_fwhm, annulus_fwhm=annulus)


def extraction_numbers(result: Extraction) -> ResultTable:
    """Return the numbers of one extraction, a line each, for the inspector."""
    spectrum = result.spectrum
    x, y = result.center_pixel
    drift = np.hypot(result.drift_x_pixels, result.drift_y_pixels)
    n_limited = int(result.background_limited.sum())
    unit = spectrum.unit
    lines = (
        ("Center (spaxel)", f"{fixed_text(x, 2)}, {fixed_text(y, 2)}"),
        ("Aperture off the star", _distance(result)),
        ("Largest drift (spaxel)", fixed_text(_most(drift), 2)),
        ("Radius (spaxel)", _range(result.radius_pixels)),
        ("Annulus in (spaxel)", _range(result.inner_pixels)),
        ("Annulus out (spaxel)", _range(result.outer_pixels)),
        (
            f"Flux, median ({unit})",
            number_text(_middle(spectrum.flux), _middle(spectrum.error)),
        ),
        ("Aperture valid (%)", fixed_text(100 * _middle(result.covered_fraction), 1)),
        ("Annulus valid (%)", fixed_text(100 * _middle(result.annulus_covered_fraction), 1)),
        ("Aperture correction", _range(result.aperture_correction)),
        ("Annulus error (%)", fixed_text(100 * _middle(result.annulus_spread), 2)),
        ("Aperture error (%)", fixed_text(100 * _middle(result.aperture_spread), 2)),
        ("Center error (%)", fixed_text(100 * _middle(result.centroid_spread), 2)),
        ("Background-limited", f"{n_limited} of {spectrum.size} planes"),
    )
    return ResultTable(
        "Extraction",
        (
            Column("quantity", "", np.array([name for name, _ in lines])),
            Column("value", "", np.array([value for _, value in lines])),
        ),
    )


def _distance(result: Extraction) -> str:
    """Return how far the aperture is from the star, marked where that is too far."""
    if result.center_source.startswith("centroid"):
        return "0: on its centroid"
    if not np.isfinite(result.star_distance_arcsec):
        return NO_VALUE
    mark = "! " if result.star_distance_fwhm > CENTER_LIMIT_FWHM else ""
    arcsec, fwhm = result.star_distance_arcsec, result.star_distance_fwhm
    return f"{mark}{fixed_text(arcsec, 2)}″, {fixed_text(fwhm, 1)} FWHM"


def _reason(segment: Segment | None) -> str:
    if segment is None:
        return _NOTHING_OPEN
    return f"{segment.title} is a spectrum already: there is no cube to look into."


def _middle(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else np.nan


def _most(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if known.size else np.nan


def _range(values: FloatArray) -> str:
    """Return the smallest and the largest value, once if they read the same."""
    known = values[np.isfinite(values)]
    if not known.size:
        return NO_VALUE
    ends = dict.fromkeys(fixed_text(float(end), 2) for end in (known.min(), known.max()))
    return "–".join(ends)
