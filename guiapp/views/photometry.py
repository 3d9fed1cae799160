"""View of photometry: an image with aperture and annulus, its radial profile, a gallery."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from engine.arrays import AnyFloatArray
from engine.imaging.custom_background import CustomBackground
from engine.imaging.photometry import Photometry
from engine.model.image import Image
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, column, fitted, plain_tip
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import QUANTITIES
from guiapp.look.wrap_row import WrapRow
from guiapp.plots.color_maps import COLOR_MAPS
from guiapp.plots.marks import EdgesLayer, LevelsLayer, Span, SpansLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.cube_images import Cone
from guiapp.views.star_gallery import StarGallery, Thumbnail
from guiapp.views.star_pane import StarPane

_SHOWN = (
    ("before", "Image", "As it was opened"),
    ("mean", "Dithers", "The mean of the dithers of the observation, their star masked"),
    ("after", "Without", "The image without the mean of its dithers"),
)
_FIELDS = (
    ("star", "Star", "The surroundings of the star"),
    ("whole", "Whole", "The whole image"),
)
_STRETCHES = (
    ("arcsinh", "arcsinh", "Linear near the sky, logarithmic above: faint wings and the core."),
    ("linear", "linear", "Brightness proportional to the value."),
    ("log", "log", "Brightness grows with the logarithm."),
)
_CENTERS = (
    ("coordinates", "Coordinates", "Center of mass near the coordinates (a)."),
    ("pixel", "By hand", "Stay where the aperture is; drag it to move it."),
)
_PIXELS = PointStyle("accent", size=2.6, opacity=0.7)
_STEP, _BIG_STEP = 0.1, 1.0  # px
_RADIUS_STEP = 0.05  # px
_ARROWS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, 1), "Down": (0, -1)}
_PROFILE = 1.35  # of the annulus
_EMPTY = np.zeros(0)


class PhotometryView(QWidget):
    """Draws an image and what was measured in it; says what the user did.

    Signals
    -------
    center_dragged(x, y, gesture), radius_dragged(px, gesture), annulus_dragged(px, px, gesture)
        What the user wants; edits of one gesture belong together. Unit: pixel.
    center_mode_wanted(str)
        ``"coordinates"``.
    image_chosen(str)
        Id of the image that was picked in the gallery.
    stepped(int)
        So many images on.
    exclusion_wanted()
        Leave the image out, or bring it back.
    cursor_changed(str), keys_wanted()
        Text below the plots; the user asks for the list of keys.
    """

    center_dragged = pyqtSignal(float, float, int)
    radius_dragged = pyqtSignal(float, int)
    annulus_dragged = pyqtSignal(float, float, int)
    center_mode_wanted = pyqtSignal(str)
    image_chosen = pyqtSignal(str)
    stepped = pyqtSignal(int)
    exclusion_wanted = pyqtSignal()
    cursor_changed = pyqtSignal(str)
    keys_wanted = pyqtSignal()

    hint = "drag aperture, circles · double-click centers · a finds · x leaves out · [ ] images"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Photometry")
        self.shown = SegmentBar("What the image shows", _SHOWN)
        self.field = SegmentBar("Part of the image", _FIELDS)
        self.stretch = SegmentBar("Stretch of the image", _STRETCHES)
        self.center = SegmentBar("Center of the aperture", _CENTERS)
        self.map_choice = QComboBox()
        self.summary = ElidedLabel("", "dim", rows=3)
        self.sky = StarPane()
        self.profile = ThemedPlot(name="Radial profile", x_label="Radius (px)", y_label="Pixel")
        self.gallery = StarGallery()
        self.result: Photometry | None = None
        self._image: Image | None = None
        self.background: CustomBackground | None = None
        self._gestures = itertools.count(1)
        self._gesture = 0
        self._subject = ""
        self._make_layers()
        self._lay_out()
        self._connect()

    # What is shown

    def show_subject(self, image_id: str) -> None:
        """Show another image from now on; the same one again changes nothing."""
        if image_id != self._subject:
            self._subject = image_id
            self._image = self.background = self.result = None
            self.sky.clear("")
            self._draw_profile()
        self.gallery.choose(image_id)

    def show_image(self, image: Image) -> None:
        """Draw an image in place of the one that is drawn now."""
        is_new = self._image is None
        self._image = image
        self.empty.say("")
        self._draw_image(afresh=is_new)

    def show_background(self, background: CustomBackground | None) -> None:
        """Take the mean of the dithers; `None`: there is none."""
        self.background = background
        if background is None and self.shown.current != "before":
            self.shown.choose("before")
        self.shown.setEnabled(background is not None)
        self._draw_image(afresh=False)

    def show_cone(self, cone: Cone | None) -> None:
        """Draw the aperture as it is decided."""
        is_first = self.sky.cone is None and cone is not None
        self.sky.show_cone(cone)
        self.center.setEnabled(cone is not None)
        if cone is not None:
            self.center.choose("coordinates" if cone.center_mode == "auto" else "pixel")
        if is_first:
            self._draw_image(afresh=True)

    def show_result(self, result: Photometry) -> None:
        """Show what was measured."""
        self.empty.say("")
        self.result = result
        self.sky.show_result(result)
        if result.place.how == "by hand" and result.messages:
            self.sky.note.say(" ".join(result.messages), "care")
        self._draw_profile()
        value = number_text(result.flux_dn_s, result.flux_error, "DN/s")
        self.summary.set_full_text(f"{value} in the aperture")

    @property
    def image(self) -> Image | None:
        """The image that is measured."""
        return self._image

    def show_thumbnails(self, thumbnails: Sequence[Thumbnail]) -> None:
        """Show the gallery."""
        self.gallery.show_thumbnails(thumbnails)
        self.gallery.choose(self._subject)

    def show_stale(self) -> None:
        """Say that the photometry is being made anew."""
        self.summary.set_full_text("Measuring …")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no photometry."""
        self.summary.set_full_text("")
        self.sky.note.say(f"{what} {hint}".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw no photometry; without an image say why in its place."""
        self.result = None
        self.sky.show_result(None)
        self._draw_profile()
        self.summary.set_full_text("")
        self.empty.say(reason if self._image is None and not self._subject else "")

    # What the keys do

    def bind_keys(self, keys: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let keys do acts: (name of the act, its keys). Acts that are not here are left out."""
        acts, plot = self.acts(), self.sky.plot
        for act, names in keys:
            for name in names:
                if act == "photometry.nudge" and name in _ARROWS:
                    for prefix, step in (("", _STEP), ("Shift+", _BIG_STEP)):
                        plot.keys.bind(
                            prefix + name,
                            partial(self.sky.nudge, _ARROWS[name], step),
                            repeats=True,
                        )
                elif act in acts:
                    plot.keys.bind(name, acts[act], repeats=act.endswith("er"))

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return everything that a key can do here, by its name."""
        return {
            "photometry.larger": partial(self.sky.widen, _RADIUS_STEP),
            "photometry.smaller": partial(self.sky.widen, -_RADIUS_STEP),
            "photometry.find": partial(self.center_mode_wanted.emit, "coordinates"),
            "photometry.move": self.sky.move_to_cursor,
            "photometry.previous": partial(self.stepped.emit, -1),
            "photometry.next": partial(self.stepped.emit, 1),
            "photometry.exclude": self.exclusion_wanted.emit,
            "plot.keys": self.keys_wanted.emit,
        }

    # Parts

    def _make_layers(self) -> None:
        self.annulus = self.profile.add_layer(SpansLayer("dim", opacity=0.14, names="above"), z=1)
        self.level = self.profile.add_layer(LevelsLayer("dim", style="dashed"), z=2)
        self.pixels = self.profile.add_layer(PointsLayer((_PIXELS,)), z=3)
        self.edge = self.profile.add_layer(EdgesLayer("accent"), z=4)

    def _lay_out(self) -> None:
        self.map_choice.addItems([one.name for one in COLOR_MAPS])
        for place, one in enumerate(COLOR_MAPS):
            self.map_choice.setItemData(place, plain_tip(one.tip), Qt.ItemDataRole.ToolTipRole)
        self.map_choice.setAccessibleName("Color map")
        first, second = WrapRow(), QHBoxLayout()
        fitted(second, spacing=2 * GRID)
        for part in (self.shown, self.field, self.stretch, self.map_choice):
            first.addWidget(part)
        second.addWidget(Label("center", "dim"))
        second.addWidget(self.center)
        second.addWidget(self.summary, 1)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.profile)
        right.addWidget(self.gallery)
        right.setSizes([200, 260])
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.sky)
        split.addWidget(right)
        split.setSizes([560, 440])
        for splitter in (right, split):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(2 * GRID)
        content = QWidget()
        self.empty = EmptyState(self, content)
        whole = column(content, spacing=2 * GRID)
        whole.addLayout(first)
        whole.addWidget(SentenceRow(second, self.summary))
        whole.addWidget(split, 1)

    def _connect(self) -> None:
        sky = self.sky
        sky.committed.connect(lambda cone, part: self._tell(cone, part, next(self._gestures)))
        sky.asked.connect(self._take)
        sky.cursor_changed.connect(self.cursor_changed)
        self.shown.chosen.connect(lambda _name: self._draw_image(afresh=False))
        self.field.chosen.connect(sky.set_field)
        self.stretch.chosen.connect(lambda name: sky.set_look(stretch=name))
        self.map_choice.activated.connect(self._on_map)
        self.center.chosen.connect(self._on_center_chosen)
        self.gallery.chosen.connect(self.image_chosen)
        self.profile.cursor_moved.connect(self._on_profile)
        self.profile.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def _draw_image(self, *, afresh: bool) -> None:
        if self._image is None:
            return
        self.sky.show_image(self._image, self._values(self._image))
        if afresh:
            self.sky.frame_afresh()
        self._draw_profile()

    def _values(self, image: Image) -> AnyFloatArray:
        """Return what is drawn: the image, the mean of its dithers, or one without the other."""
        background, shown = self.background, self.shown.current
        if background is None or shown == "before":
            return image.data
        if shown == "mean":
            return background.mean
        known = np.isfinite(background.mean)
        level = float(np.median(background.mean[known])) if known.any() else 0.0
        return image.data - np.where(known, background.mean, level)

    def _draw_profile(self) -> None:
        image, result = self._image, self.result
        if image is None or result is None:
            self.pixels.set_data(_EMPTY, _EMPTY)
            self.annulus.set_spans(())
            self.level.set_values(())
            self.edge.set_values(())
            return
        values = self._values(image)
        radii = result.apertures
        reach = _PROFILE * radii.outer_px
        n_y, n_x = values.shape
        y = np.arange(n_y)[:, np.newaxis] - result.place.y
        distance = np.hypot(np.arange(n_x) - result.place.x, y)
        near = (distance <= reach) & np.isfinite(values)
        order = np.argsort(distance[near])
        self.pixels.set_data(
            distance[near][order].astype(np.float64), values[near][order].astype(np.float64)
        )
        self.annulus.set_spans((Span(radii.inner_px, radii.outer_px, "annulus"),))
        self.edge.set_values((radii.radius_px,))
        level = result.background_dn_s * _per_rate(image)
        self.level.set_values((level,) if np.isfinite(level) else ())
        unit = f" ({image.unit})" if image.unit else ""
        self.profile.set_labels("Radius (px)", QUANTITIES.get(image.unit, "Value") + unit)
        self.profile.show_all_afresh()

    def _tell(self, cone: Cone, part: str, gesture: int) -> None:
        if part == "radius":
            self.radius_dragged.emit(cone.radius_fwhm, gesture)
        elif part == "center" and cone.center is not None:
            self.center.choose("pixel")
            self.center_dragged.emit(*cone.center, gesture)
        elif cone.annulus_fwhm is not None:
            self.annulus_dragged.emit(*cone.annulus_fwhm, gesture)

    def _take(self, cone: Cone, part: str) -> None:
        self.sky.take(cone)
        if not (self.sky.plot.is_repeating and self._gesture):
            self._gesture = next(self._gestures)
        self._tell(cone, part, self._gesture)

    def _on_center_chosen(self, mode: str) -> None:
        cone = self.sky.cone
        if mode == "coordinates":
            self.center_mode_wanted.emit(mode)
        elif cone is not None and cone.center is not None:
            self._tell(replace(cone, center_mode="pixel"), "center", next(self._gestures))

    def _on_map(self, place: int) -> None:
        name = COLOR_MAPS[place].name
        self.sky.set_look(map_name=name)
        self.gallery.set_map(name)

    def _on_profile(self, x: float, y: float, _index: int) -> None:
        unit = "" if self._image is None else self._image.unit
        self.cursor_changed.emit(f"r {fixed_text(x, 2)} px   {number_text(y)} {unit}".strip())


def _per_rate(image: Image) -> float:
    """Return the unit of the image over DN/s."""
    if image.unit == "DN/s":
        return 1.0
    return float("nan") if image.conversion_mjy_sr is None else image.conversion_mjy_sr
