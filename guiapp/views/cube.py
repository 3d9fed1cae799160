"""View of a cube: its image with the aperture to drag, and what is extracted from it.

It draws what it is given, says what the user did, and changes nothing itself.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QSplitter, QWidget

from engine.arrays import FloatArray
from engine.model.data_quality import DO_NOT_USE
from engine.mrs.extraction import Extraction
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import Label, plain_tip
from guiapp.look.tokens import GRID
from guiapp.look.wrap_row import WrapRow, together
from guiapp.plots.color_maps import COLOR_MAPS
from guiapp.plots.segments import SegmentBar
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.cube_images import Cone, CubeImages
from guiapp.views.cube_lower import GRAPHS, SpaxelCurve
from guiapp.views.cube_sky import Shown, SkyPane
from guiapp.views.cube_spectra import SpectraPane
from guiapp.views.cube_words import HINT, change_text

Preview = Callable[[Cone], tuple[FloatArray, FloatArray] | None]

_SHOWN: tuple[tuple[str, str, str], ...] = (
    ("collapsed", "Collapsed", "Median over wavelength."),
    ("plane", "Plane", "One plane: choose it with the slider, [ and ], or Shift and the wheel."),
)
_STRETCHES: tuple[tuple[str, str, str], ...] = (
    ("arcsinh", "arcsinh", "Linear near the sky, logarithmic above: faint wings and the core."),
    ("linear", "linear", "Brightness proportional to the value."),
    ("log", "log", "Brightness grows with the logarithm."),
)
_CENTERS: tuple[tuple[str, str, str], ...] = (
    ("auto", "Auto", "Centroid of the brightest source (a)."),
    ("target", "Target", "Position of the target in the header (t)."),
    ("pixel", "Pixel", "Stay where the aperture is; drag it to move it."),
)
_STEP, _BIG_STEP = 0.1, 1.0  # spaxel
_RADIUS_STEP = 0.05  # FWHM
_ARROWS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, 1), "Down": (0, -1)}
_MANY_PLANES = 10


class CubeView(QWidget):
    """Draws a cube and its extraction; says what the user did.

    Signals
    -------
    center_dragged(x, y, gesture), radius_dragged(radius_fwhm, gesture)
        What the user wants; edits of one gesture belong together. Unit: spaxel; FWHM.
    annulus_dragged(inner_fwhm, outer_fwhm, gesture)
        Likewise.
    center_mode_wanted(mode)
        ``"auto"`` or ``"target"``.
    cursor_changed(text), hint_changed(text)
        For the status line.
    keys_wanted()
        The user asks for the list of keys.
    """

    center_dragged = pyqtSignal(float, float, int)
    radius_dragged = pyqtSignal(float, int)
    annulus_dragged = pyqtSignal(float, float, int)
    center_mode_wanted = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)
    hint_changed = pyqtSignal(str)
    keys_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Cube")
        self.sky = SkyPane()
        self.spectra = SpectraPane()
        self.shown_bar = SegmentBar("What the image shows", _SHOWN)
        self.stretch_bar = SegmentBar("Stretch of the image", _STRETCHES)
        self.map_choice = QComboBox()
        self.center_bar = SegmentBar("Center of the aperture", _CENTERS)
        #: Computes the spectrum of an aperture within a frame; set by the controller.
        self.preview: Preview | None = None
        self._before: FloatArray | None = None
        self._gestures = itertools.count(1)
        self._gesture = 0
        self._is_frozen = False
        self._subject = ""
        self._lay_out()
        self._connect()

    # Parts that others look at

    @property
    def plot(self) -> ThemedPlot:
        """The image."""
        return self.sky.plot

    @property
    def hint(self) -> str:
        """What the mouse does."""
        return HINT

    @property
    def plots(self) -> tuple[ThemedPlot, ...]:
        """All plots: image, spectrum, lower graph."""
        return self.sky.plot, self.spectra.plot, self.spectra.lower_pane.plot

    # What is shown

    def show_subject(self, name: str, band: str) -> None:
        """Show another observation from now on; the same one again changes nothing."""
        if name == self._subject:
            return
        self._subject = name
        if name:
            self.empty.say("")
        self.sky.clear("")
        self.spectra.start_afresh(f"band {band}" if band else "accent")
        self._show_spaxel((-1, -1))

    def show_images(self, images: CubeImages) -> None:
        """Draw a cube in place of the one that is drawn now."""
        self.empty.say("")
        self.sky.show_images(images)
        self.spectra.show_waves(images.cube.wave_um)
        self._mark_wave()
        self._show_spaxel((-1, -1))

    def show_no_cube(self, reason: str) -> None:
        """Show nothing but the reason: axes and colors would be those of another star."""
        self.show_no_images(reason)
        self.empty.say(reason)

    def show_no_images(self, reason: str) -> None:
        """Draw no cube, and say why."""
        self.sky.clear(reason)
        self._show_spaxel((-1, -1))
        self.spectra.set_wave(np.nan)

    def show_cone(self, cone: Cone | None) -> None:
        """Draw the aperture as it is decided."""
        self.sky.show_cone(cone)
        self.center_bar.setEnabled(cone is not None)
        if cone is not None:
            self.center_bar.choose(cone.center_mode)
        if self.sky.pinned is None:
            self._show_spaxel((-1, -1))

    def show_result(self, result: Extraction) -> None:
        """Draw an extraction in place of the one that is drawn now."""
        self.sky.show_result(result)
        self.spectra.show_result(result)
        self._mark_wave()

    def show_stale(self) -> None:
        """Say that what is drawn is out of date and a new extraction runs."""
        self.spectra.show_stale()

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new extraction; the last good one stays drawn."""
        self.spectra.show_problem(what, hint)

    def clear(self, reason: str) -> None:
        """Draw no extraction, and say why."""
        self.sky.show_result(None)
        self.spectra.clear(reason)

    # What the keys do

    def bind_keys(self, keys: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let keys do acts: (name of the act, its keys). Acts that are not here are left out."""
        acts = self.acts()
        repeating = {"cube.next_plane", "cube.previous_plane", "cube.larger", "cube.smaller"}
        for act, names in keys:
            for name in names:
                if act == "cube.nudge":
                    self._bind_arrow(name)
                for plot in self.plots if act in acts else ():
                    plot.keys.bind(name, acts[act], repeats=act in repeating)

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return everything that a key can do here, by its name."""
        return {
            "cube.larger": partial(self.sky.widen, _RADIUS_STEP),
            "cube.smaller": partial(self.sky.widen, -_RADIUS_STEP),
            "cube.previous_plane": partial(self._step_plane, -1),
            "cube.next_plane": partial(self._step_plane, 1),
            "cube.planes_back": partial(self._step_plane, -_MANY_PLANES),
            "cube.planes_on": partial(self._step_plane, _MANY_PLANES),
            "cube.auto": partial(self.center_mode_wanted.emit, "auto"),
            "cube.target": partial(self.center_mode_wanted.emit, "target"),
            "cube.move": self.sky.move_to_cursor,
            "cube.collapse": self._toggle_shown,
            "cube.next_graph": self._next_graph,
            "plot.freeze_cursor": self._toggle_frozen,
            "plot.keys": self.keys_wanted.emit,
        }

    # Parts

    def _lay_out(self) -> None:
        self.map_choice.addItems([one.name for one in COLOR_MAPS])
        for place, one in enumerate(COLOR_MAPS):
            self.map_choice.setItemData(place, plain_tip(one.tip), Qt.ItemDataRole.ToolTipRole)
        self.map_choice.setAccessibleName("Color map")
        tools = WrapRow()
        for part in (self.shown_bar, self.stretch_bar, self.map_choice):
            tools.addWidget(part)
        tools.push_right()
        tools.addWidget(together(Label("center", "dim"), self.center_bar))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(2 * GRID)
        split.addWidget(self.sky)
        split.addWidget(self.spectra)
        split.setSizes([1000, 1000])
        self.empty = EmptyState.over(self, tools, split)

    def _connect(self) -> None:
        sky, spectra = self.sky, self.spectra
        sky.proposed.connect(self._on_proposed)
        sky.dropped.connect(self._on_dropped)
        sky.committed.connect(self._on_committed)
        sky.asked.connect(self._take)
        sky.plane_chosen.connect(lambda _index: self._mark_wave())
        sky.shown_changed.connect(self.shown_bar.choose)
        sky.spaxel_hovered.connect(self._on_hovered)
        sky.spaxel_pinned.connect(self._on_pinned)
        sky.cursor_changed.connect(self._say_cursor)
        spectra.cursor_changed.connect(self._say_cursor)
        spectra.wave_picked.connect(self._on_wave_picked)
        self.shown_bar.chosen.connect(self._on_shown)
        self.stretch_bar.chosen.connect(lambda name: sky.set_look(stretch=name))
        self.map_choice.activated.connect(lambda i: sky.set_look(map_name=COLOR_MAPS[i].name))
        self.center_bar.chosen.connect(self._on_center_chosen)
        for plot in self.plots:
            plot.keys.bind("Esc", self._escape, when=self._can_escape)

    def _bind_arrow(self, name: str) -> None:
        if name not in _ARROWS:
            return
        for prefix, step in (("", _STEP), ("Shift+", _BIG_STEP)):
            act = partial(self.sky.nudge, _ARROWS[name], step)
            self.sky.plot.keys.bind(prefix + name, act, repeats=True)

    # The aperture

    def _on_proposed(self, cone: Cone) -> None:
        self._remember()
        self._show_change(cone)

    def _remember(self) -> None:
        """Keep the spectrum of the decided aperture, made as that under the hand is."""
        decided = self.sky.decided
        if self._before is None and decided is not None and self.preview is not None:
            found = self.preview(decided)
            self._before = None if found is None else found[1]

    def _show_change(self, cone: Cone) -> None:
        """Draw what another aperture gives, and say by how much that is more or less."""
        found = self.preview(cone) if self.preview is not None else None
        if found is None:
            return
        self.spectra.show_preview(*found)
        if self._before is not None and self._before.size == found[1].size:
            self._say_cursor(change_text(self._before, found[1]))

    def _on_dropped(self) -> None:
        self._before = None
        self.spectra.drop_preview()
        self._say_cursor("")

    def _on_committed(self, cone: Cone, part: str) -> None:
        self._tell(cone, part, next(self._gestures))

    def _tell(self, cone: Cone, part: str, gesture: int) -> None:
        self._show_change(cone)
        self._before = None
        if part == "radius":
            self.radius_dragged.emit(cone.radius_fwhm, gesture)
        elif part == "center" and cone.center is not None:
            self.center_bar.choose(cone.center_mode)
            self.center_dragged.emit(*cone.center, gesture)
        elif cone.annulus_fwhm is not None:
            self.annulus_dragged.emit(*cone.annulus_fwhm, gesture)

    def _key_gesture(self) -> int:
        """Return the number of this key press; a key that is held down goes on with its first."""
        if not (self.sky.plot.is_repeating and self._gesture):
            self._gesture = next(self._gestures)
        return self._gesture

    def _take(self, cone: Cone, part: str) -> None:
        self._remember()
        self.sky.take(cone)
        self._tell(cone, part, self._key_gesture())

    def _on_center_chosen(self, mode: str) -> None:
        cone = self.sky.cone
        if mode != "pixel":
            self.center_mode_wanted.emit(mode)
        elif cone is not None and cone.center is not None:
            self._tell(cone.moved_to(*cone.center), "center", next(self._gestures))

    # Planes and spaxels

    def _on_shown(self, shown: Shown) -> None:
        self.sky.set_shown(shown)

    def _toggle_shown(self) -> None:
        shown: Shown = "plane" if self.sky.shown == "collapsed" else "collapsed"
        self.sky.set_shown(shown)
        self.shown_bar.choose(shown)

    def _step_plane(self, by: int) -> None:
        self.sky.choose_plane(self.sky.plane + by)

    def _on_wave_picked(self, wave_um: float) -> None:
        if self.sky.images is not None:
            self.sky.choose_plane(self.sky.images.nearest_plane(wave_um))

    def _mark_wave(self) -> None:
        images = self.sky.images
        at = np.nan if images is None else float(images.cube.wave_um[self.sky.plane])
        self.spectra.set_wave(at)

    def _toggle_frozen(self) -> None:
        """Keep the read-out and the spaxel shown while the mouse goes on, or let them follow."""
        self._is_frozen = not self._is_frozen

    def _say_cursor(self, text: str) -> None:
        if not self._is_frozen:
            self.cursor_changed.emit(text)

    def _on_hovered(self, column_index: int, row_index: int) -> None:
        if not self._is_frozen:
            self._show_spaxel((column_index, row_index))

    def _on_pinned(self, column_index: int, row_index: int) -> None:
        spaxel = (column_index, row_index)
        is_same = spaxel == self.sky.pinned
        self.sky.pin(None if is_same or column_index < 0 else spaxel)
        self._show_spaxel(spaxel)

    def _show_spaxel(self, hovered: tuple[int, int]) -> None:
        """Draw the spaxel under the cursor; else the pinned one; else the one at the center."""
        images, cone = self.sky.images, self.sky.cone
        if images is None:
            self.spectra.lower_pane.show_spaxel(None)
            return
        words, spaxel = "cursor", hovered
        if hovered[0] < 0 and self.sky.pinned is not None:
            words, spaxel = "pinned", self.sky.pinned
        elif hovered[0] < 0 and cone is not None and cone.center is not None:
            x, y = self.sky.inside(*cone.center)
            words, spaxel = "center", self.sky.image.pixel_at(x, y) or (-1, -1)
        elif hovered == self.sky.pinned:
            words = "pinned"
        curve = spaxel_curve(images, spaxel, words) if spaxel[0] >= 0 else None
        self.spectra.lower_pane.show_spaxel(curve)

    def _next_graph(self) -> None:
        lower, names = self.spectra.lower_pane, [name for name, *_ in GRAPHS]
        lower.set_graph(names[(names.index(lower.graph) + 1) % len(names)])

    def _can_escape(self) -> bool:
        return any(plot.is_dragging for plot in self.plots) or self.sky.pinned is not None

    def _escape(self) -> None:
        """Give up the innermost thing: a drag, else the pinned spaxel."""
        if not any(plot.cancel_gesture() for plot in self.plots):
            self.sky.pin(None)
            self._show_spaxel((-1, -1))


def spaxel_curve(images: CubeImages, spaxel: tuple[int, int], words: str) -> SpaxelCurve:
    """Return the spectrum of one spaxel (column, row) of a cube."""
    cube = images.cube
    place = (slice(None), spaxel[1], spaxel[0])
    flags = cube.flags[place].astype(np.int64)
    return SpaxelCurve(
        name=f"({spaxel[0]}, {spaxel[1]}) {words}",
        wave_um=cube.wave_um,
        values=cube.data[place].astype(np.float64),
        errors=cube.error[place].astype(np.float64),
        flags=flags,
        flagged=(flags & DO_NOT_USE) != 0,
        unit=cube.unit,
    )
