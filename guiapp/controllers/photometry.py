"""From the chain to the view of photometry and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import BACKGROUND, PHOTOMETRY, Analysis
from engine.errors import EngineError
from engine.figures.seen import OWN, SeenPanel
from engine.imaging.custom_background import CustomBackground
from engine.imaging.photometry import Photometry, PhotometryParams
from engine.model.image import Image
from engine.model.star_names import shown_star_name
from engine.model.table import Column, ResultTable
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.dithers_step import background_key
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.photometry_step import photometry_key
from engine.project.session import Session
from engine.project.star_images import image_title, observations, reason_for, star_images
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.leaving_out import leave_subject_out
from guiapp.controllers.seen_axes import seen_of_drawn
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    AnalysisController,
    InspectorContent,
    origin_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import new_gesture
from guiapp.jobs.runner import Job
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.cube_images import CenterMode, Cone
from guiapp.views.photometry import PhotometryView
from guiapp.views.star_gallery import Thumbnail
from guiapp.views.star_pane import PIXEL

_NOTHING = "Open images (cal, i2d) of standard stars to measure them."
_HALF = 18  # px: half the side of a picture in the gallery
_LIMITS = (0.5, 99.0)  # px
_ERRORS = (
    "± of a flux is that of this image alone; that of A to infinity comes to it, and is common to "
    "all stars of the filter."
)
_LONGEST = 36  # letters of a line of the inspector


class PhotometryController(AnalysisController):
    """Shows one image of a star; what the hand does becomes edits."""

    name = "photometry"
    group = "Imaging"
    title = "Photometry"
    tip = "Stars in images: aperture, annulus, gallery, background (Gordon+2025, Secs. 2, 2.2)"
    words = "aperture radius annulus flux image star centroid"
    step = PHOTOMETRY.name
    further_steps = (BACKGROUND.name,)
    analysis: Analysis = PHOTOMETRY  # of the form: that of the dithers while their mean is shown

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.star = PhotometryView()
        super().__init__(workspace, self.star, parent)
        self._current = ""
        self._wanted: tuple[str, ...] | None = None
        self._job: Job | None = None
        self._automatic = {"radius_px": "70 %", "annulus_px": "80 %–85 %"}
        self._gesture = (0, 0)  # of the view, of the document
        self._follower = self.follower_for(self.star)
        self._follower.shown.connect(lambda _result: self._on_result())
        self._gatherer = Gatherer(workspace, "Measure all images", self)
        self._gatherer.failed.connect(self.failed)
        view = self.star
        view.bind_keys([(key.id, key.keys) for key in PLOT_KEYS])
        view.center_dragged.connect(self._on_center)
        view.radius_dragged.connect(self._on_radius)
        view.annulus_dragged.connect(self._on_annulus)
        view.center_mode_wanted.connect(self._on_mode)
        view.image_chosen.connect(lambda one: workspace.selection.select((one,)))
        view.stepped.connect(self._step)
        view.exclusion_wanted.connect(self._on_exclusion)
        view.shown.chosen.connect(self._on_shown)
        view.cursor_changed.connect(self.cursor_changed)
        view.keys_wanted.connect(self.keys_wanted)
        self.texts["hint"] = view.hint

    # What the frame asks

    def key(self) -> NodeKey | None:
        segment = self._segment()
        if segment is None:
            return None
        is_mean = self.analysis is BACKGROUND
        return background_key(segment) if is_mean else photometry_key(segment)

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        is_of_star = self.star.shown.current != "mean"
        return (OWN, seen_of_drawn(self.star.sky.plot)) if is_of_star else ()

    def form(self) -> InspectorContent:
        self.analysis = BACKGROUND if self.star.shown.current == "mean" else PHOTOMETRY
        content = super().form()
        if self.analysis is BACKGROUND or not content.specs:
            return content
        result = self._follower.result
        if isinstance(result, Photometry):
            self._automatic |= automatic_radii(content.values, result)
        return replace(
            content,
            specs=tuple(
                replace(one, automatic=self._automatic[one.name]) if one.name in self._automatic
                else one
                for one in content.specs
            ),
            defaults={name: _empty(name, value) for name, value in content.defaults.items()},
            values={name: _empty(name, value) for name, value in content.values.items()},
        )  # fmt: skip

    def set_parameter(self, name: str, value: Any) -> None:
        if name == "radius_px":
            value = value or 0.0
        elif name == "annulus_px":
            value = tuple(one or 0.0 for one in value)
        super().set_parameter(name, value)

    def refresh(self) -> None:
        segment = self._segment()
        self._follower.is_active = False
        if segment is None:
            self._forget()
            self.star.show_subject("")
            self.star.show_thumbnails(())
            self._follower.follow(None, reason=_NOTHING)
            self.say_heading("Photometry")
            self.inspector_changed.emit()
            return
        self._current = segment.id
        self.star.show_subject(segment.id)
        self._prepare(segment)
        self._follower.follow(photometry_key(segment))
        self._show_cone()
        self._gather()
        left_out = reason_for(self.workspace.session, segment)
        detail = f"left out: {left_out}" if left_out else ""
        self.say_heading(image_title(segment), detail)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        result, form = self._follower.result, self.form()
        if self.key() is None:
            return InspectorContent(summary=_NOTHING)
        background = self.star.background
        if self.analysis is BACKGROUND and background is not None:
            return replace(form, summary="\n\n".join(background.messages))
        if not isinstance(result, Photometry):
            return form
        return replace(
            form,
            numbers=photometry_numbers(result),
            numbers_title="Photometry",
            summary="\n\n".join((*result.messages, *self._unit_said(), _ERRORS)),
        )

    def _unit_said(self) -> tuple[str, ...]:
        """Return why the numbers are in another unit than the image."""
        image = self.star.image
        if image is None or image.unit != "MJy/sr" or not image.conversion_mjy_sr:
            return ()
        factor = number_text(image.conversion_mjy_sr)
        return (
            "The file, so image and profile, is in MJy/sr; numbers are in DN/s, from which factors "
            f"are made: over PHOTMJSR = {factor} MJy/sr per DN/s.",
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.star.sky.plot.show_all,
            "view.zoom_previous": self.star.sky.plot.previous_zoom,
        }

    def subject_text(self) -> str:
        segment = self._segment()
        if self.scope == SCOPE_ALL or segment is None:
            return "all images"
        return image_title(segment)

    def origin_lines(self) -> tuple[str, ...]:
        segment = self._segment()
        lines = () if segment is None else origin_of(self.workspace, segment.entry.id)
        return tuple(_fitted(one) for one in lines)

    # What is shown

    def _segment(self) -> Segment | None:
        """Return the image that is selected, or the last one that was, or the first."""
        images = {one.id: one for one in star_images(self.workspace.session)}
        selected = images.get(self.workspace.selection.current) or images.get(self._current)
        return selected or next(iter(images.values()), None)

    def _prepare(self, segment: Segment) -> None:
        """Read the image in the background, unless it is here or on its way."""
        chain, session = self.workspace.chain, self.workspace.session
        mean = background_key(segment)
        key = mean if len(observations(session)[mean.subject]) > 1 else None
        background = "" if key is None else chain.digest_or_reason(session, key)
        wanted = (segment.id, segment.entry.sha256, segment.entry.path, background)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._job = self.workspace.runner.start(
            f"Show {image_title(segment)}",
            lambda progress: _prepared(chain, session, segment, key, progress),
            self._on_prepared,
        )

    def _on_prepared(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        if isinstance(job.result, _Prepared):
            self.star.show_image(job.result.image)
            self.star.show_background(job.result.background)
            self._show_cone()
        elif isinstance(job.error, EngineError):
            self.failed.emit(job.error.what, job.error.hint)
        else:
            self._wanted = None

    def _forget(self) -> None:
        self._current, self._wanted = "", None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_result(self) -> None:
        self._show_cone()
        self.inspector_changed.emit()

    def _on_shown(self, _name: str) -> None:
        """Show the parameters of the mean of the dithers beside it."""
        self.inspector_changed.emit()

    def _show_cone(self) -> None:
        segment, result = self._segment(), self._follower.result
        if segment is None or not isinstance(result, Photometry):
            return
        params = self.workspace.params(photometry_key(segment))
        self.star.show_cone(cone_of(params, result))

    def _gather(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        images = star_images(session)
        facts = tuple(reason_for(session, one) for one in images)
        self._gatherer.gather(
            tuple(photometry_key(one) for one in images),
            facts,
            lambda progress, deliver: gather_thumbnails(
                session, chain, images, progress=progress, deliver=deliver
            ),
            self.star.show_thumbnails,
        )

    # What the hand does

    def _on_center(self, x: float, y: float, gesture: int) -> None:
        place = f"({fixed_text(x, 2)}, {fixed_text(y, 2)})"
        self._edit(f"Move aperture of {{}} to {place}", gesture, center=(x, y))

    def _on_radius(self, radius_px: float, gesture: int) -> None:
        text = f"Set aperture of {{}} to {fixed_text(radius_px, 2)} px"
        self._edit(text, gesture, radius_px=radius_px)

    def _on_annulus(self, inner: float, outer: float, gesture: int) -> None:
        size = f"{fixed_text(inner, 2)}–{fixed_text(outer, 2)} px"
        self._edit(f"Set annulus of {{}} to {size}", gesture, annulus_px=(inner, outer))

    def _on_mode(self, mode: str) -> None:
        self._edit("Find the center of {}", 0, center=mode)

    def _edit(self, text: str, gesture: int, **changes: Any) -> None:
        """Change the parameters of the image that is shown, and of no other one."""
        segment = self._segment()
        if segment is None:
            return
        key = photometry_key(segment)
        if gesture and gesture != self._gesture[0]:
            self._gesture = (gesture, new_gesture())
        number = self._gesture[1] if gesture else 0
        params = replace(self.workspace.params(key), **changes)
        self.workspace.set_params(key, params, text.format(image_title(segment)), gesture=number)

    def _step(self, by: int) -> None:
        segment = self._segment()
        if segment is not None:
            ids = self.star.gallery.ids or tuple(one.id for one in self._all())
            place = ids.index(segment.id) + by if segment.id in ids else -1
            if 0 <= place < len(ids):
                self.workspace.selection.select((ids[place],))

    def _all(self) -> tuple[Segment, ...]:
        return star_images(self.workspace.session)

    def _on_exclusion(self) -> None:
        segment = self._segment()
        if segment is not None:
            title = image_title(segment)
            leave_subject_out(self.workspace, segment.id, title, self.star.window())


def automatic_radii(values: Mapping[str, Any], result: Photometry) -> dict[str, str]:
    """Return the radii that are taken where the user gives none, as the form says them."""
    radii, found = result.apertures, {}
    if not values["radius_px"]:
        found["radius_px"] = fixed_text(radii.radius_px, 2)
    if not any(values["annulus_px"]):
        found["annulus_px"] = f"{fixed_text(radii.inner_px, 2)}–{fixed_text(radii.outer_px, 2)}"
    return found


def _empty(name: str, value: Any) -> Any:
    """Return a value as the form shows it: nothing in place of a radius of 0."""
    if name == "radius_px":
        return value or None
    return tuple(one or None for one in value) if name == "annulus_px" else value


def _fitted(line: str) -> str:
    """Return a line that does not widen the inspector: names of files cannot be broken."""
    return line if len(line) <= _LONGEST else f"{line[:18]}…{line[-14:]}"


def cone_of(params: PhotometryParams, result: Photometry) -> Cone:
    """Return where the aperture lies, in pixels."""
    mode: CenterMode = "auto" if isinstance(params.center, str) else "pixel"
    center = (result.place.x, result.place.y) if isinstance(params.center, str) else params.center
    radii = result.apertures
    inner, outer = params.annulus_px
    return Cone(
        center=center,
        center_mode=mode,
        radius_fwhm=params.radius_px or radii.radius_px,
        annulus_fwhm=(inner or radii.inner_px, outer or radii.outer_px),
        fwhm_pixels=PIXEL,
        radius_limits=_LIMITS,
        annulus_limits=_LIMITS,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Prepared:
    """An image and the mean of its dithers, if there is one."""

    image: Image
    background: CustomBackground | None


def _prepared(
    chain: Chain, session: Session, segment: Segment, key: NodeKey | None, progress: Progress
) -> _Prepared:
    """Read an image and the mean of its dithers, if ``key`` gives one: for a job."""
    image = chain.library.product(segment.entry, segment.part, progress=progress)
    if key is None:
        return _Prepared(image, None)
    try:
        return _Prepared(image, chain.evaluate(session, key, progress))
    except EngineError:
        return _Prepared(image, None)  # its own parameters say why


def gather_thumbnails(
    session: Session,
    chain: Chain,
    images: tuple[Segment, ...],
    *,
    progress: Progress,
    deliver: Callable[[tuple[Thumbnail, ...]], None],
) -> tuple[Thumbnail, ...]:
    """Measure all images and cut out their stars; filters from short to long wavelengths."""
    found: list[Thumbnail] = []
    ordered = sorted(images, key=lambda one: (_digits(one.identity.filter), one.identity.target))
    for done, segment in enumerate(ordered):
        part = Part(progress, done, len(ordered))
        part.step(0, 1, image_title(segment))
        found.append(_thumbnail(session, chain, segment, part))
        deliver(tuple(found))
    return tuple(found)


def _thumbnail(session: Session, chain: Chain, segment: Segment, progress: Progress) -> Thumbnail:
    identity = segment.identity
    is_out = bool(reason_for(session, segment))
    title = f"{identity.filter}\n{shown_star_name(identity.target)}"
    try:
        result: Photometry = chain.evaluate(session, photometry_key(segment), progress)
        image = chain.library.product(segment.entry, segment.part)
        place = (result.place.x, result.place.y)
        value = number_text(result.flux_dn_s, result.flux_error, "DN/s")
        tip = "\n".join((image_title(segment), value, *result.messages))
        is_bad = not np.isfinite(result.flux_dn_s)
        return Thumbnail(segment.id, title, tip, _cut(image.data, place), is_out, is_bad)
    except EngineError as error:
        tip = f"{image_title(segment)}\n{error.sentence}"
        return Thumbnail(segment.id, title, tip, np.full((3, 3), np.nan), is_out, is_bad=True)


def _cut(data: Any, center: tuple[float, float]) -> Any:
    """Return a square around the star, NaN beyond the image."""
    side = 2 * _HALF + 1
    cut = np.full((side, side), np.nan)
    x_0, y_0 = round(center[0]) - _HALF, round(center[1]) - _HALF
    n_y, n_x = data.shape
    theirs = np.s_[max(0, y_0) : min(n_y, y_0 + side), max(0, x_0) : min(n_x, x_0 + side)]
    part = data[theirs]
    top, left = max(0, -y_0), max(0, -x_0)
    cut[top : top + part.shape[0], left : left + part.shape[1]] = part
    return cut


def _digits(name: str) -> int:
    digits = "".join(one for one in name if one.isdigit())
    return int(digits) if digits else 0


def photometry_numbers(result: Photometry) -> ResultTable:
    """Return the numbers of one image, a line each, for the inspector."""
    radii, place = result.apertures, result.place
    correction = number_text(result.correction.value, result.correction.error)
    flux = number_text(1e3 * result.flux_jy, 1e3 * result.flux_error_jy)
    level_error = result.background_error / (np.pi * radii.radius_px**2)
    shared = 1e3 * result.flux_jy * result.correction.error / result.correction.value
    lines = (
        ("Center (px)", f"{fixed_text(place.x, 2)}, {fixed_text(place.y, 2)}"),
        ("Measured as", place.how),
        ("Aperture (px)", fixed_text(radii.radius_px, 2)),
        ("Annulus (px)", f"{fixed_text(radii.inner_px, 2)}–{fixed_text(radii.outer_px, 2)}"),
        ("Flux (DN/s)", number_text(result.flux_dn_s, result.flux_error)),
        ("± by pixels (DN/s)", number_text(result.propagated_error)),
        ("± by level (DN/s)", number_text(result.background_error)),
        ("Level, a pixel (DN/s)", number_text(result.background_dn_s, level_error)),
        ("Scatter of pixels (DN/s)", number_text(result.scatter_dn_s)),
        ("Peak (DN/s)", number_text(result.peak_dn_s)),
        ("Well depth (DN)", number_text(result.well_depth_dn)),
        ("Integration (s)", number_text(result.integration_s)),
        ("A to infinity", correction),
        ("Flux (mJy)", flux),
        ("± by A, all stars (mJy)", number_text(shared)),
    )
    return ResultTable(
        "Photometry",
        (
            Column("quantity", "", np.array([name for name, _ in lines])),
            Column("value", "", np.array([value for _, value in lines])),
        ),
    )
