"""Patches in the response view: what the mouse does to them, and what they are made from."""

from collections.abc import Sequence
from typing import Literal, Protocol

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.model.star_names import shown_star_name
from engine.mrs.response_params import Patch
from guiapp.look.parts import ChoiceBox, Label, plain_tip
from guiapp.plots.marks import Span
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.views.response_edits import AddPatch, ChangePatch, RemovePatch, ResponseEdit
from guiapp.views.star_response_layers import ResponseLayers

_STILL = 1.0  # pixels; a drag that ends nearer to its start than this is a click
_EDGE_SHARE = 0.6  # of the pick tolerance
_SCALINGS: tuple[Literal["linear", "constant"], ...] = ("linear", "constant")
INTERPOLATED = "interpolation"


class PatchBar(QWidget):
    """What a new patch, or the one that was clicked, is made from.

    Signals
    -------
    chosen(str, str)
        Donor (``""``: interpolation) and scaling, chosen by the user.
    """

    chosen = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.donors = ChoiceBox(least=14)
        self.scalings = QComboBox()
        self.donors.setAccessibleName("What a patch is made from")
        self.donors.setToolTip(
            plain_tip("A range of the vector is interpolated, or taken from another star.")
        )
        self.scalings.setAccessibleName("How the donor is scaled")
        self.scalings.setToolTip(
            plain_tip("Linear meets both edges exactly; constant bends only next to the edges.")
        )
        self.donors.addItem(INTERPOLATED, "")
        self.scalings.addItems(list(_SCALINGS))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (Label("patch from", "dim"), self.donors, Label("scaled", "dim")):
            row.addWidget(part)
        row.addWidget(self.scalings)
        row.addStretch(1)
        for choice in (self.donors, self.scalings):
            choice.activated.connect(lambda _index: self._tell())
        self._enable()

    @property
    def donor(self) -> str:
        """Star whose vector is used; ``""``: interpolation."""
        return str(self.donors.currentData() or "")

    @property
    def scaling(self) -> Literal["linear", "constant"]:
        """How it is scaled."""
        return _SCALINGS[max(self.scalings.currentIndex(), 0)]

    def offer(self, donors: Sequence[str]) -> None:
        """Offer these stars; a choice that is still possible stays."""
        wanted = ["", *donors]
        if [self.donors.itemData(i) for i in range(self.donors.count())] == wanted:
            return
        before = self.donor
        self.donors.clear()
        for name in wanted:
            self.donors.addItem(shown_star_name(name) if name else INTERPOLATED, name)
        self.donors.setCurrentIndex(wanted.index(before) if before in wanted else 0)
        self._enable()

    def show_patch(self, patch: Patch) -> None:
        """Show what a patch is made from."""
        index = self.donors.findData(patch.donor)
        if index < 0:
            self.donors.addItem(shown_star_name(patch.donor), patch.donor)
            index = self.donors.count() - 1
        self.donors.setCurrentIndex(index)
        self.scalings.setCurrentIndex(_SCALINGS.index(patch.scaling))
        self._enable()

    def _tell(self) -> None:
        self._enable()
        self.chosen.emit(self.donor, self.scaling)

    def _enable(self) -> None:
        self.scalings.setEnabled(bool(self.donor))


class PatchHost(Protocol):
    """What the gestures need of the view that they work in."""

    layers: ResponseLayers
    pick_tolerance: float
    patch_bar: PatchBar

    @property
    def patches(self) -> tuple[Patch, ...]:
        """The patches as decided."""

    @property
    def is_patching(self) -> bool:
        """Whether the mouse makes patches."""

    def patch_selected(self, index: int) -> None:
        """Say which patch was clicked; -1: none."""

    def commit(self, edit: ResponseEdit, gesture: int = 0) -> None:
        """Say that the user did ``edit``."""

    def preview_edit(self, edit: ResponseEdit) -> None:
        """Draw what ``edit`` would give."""

    def drop_preview(self) -> None:
        """Draw what is true again."""


class PatchTool(MouseTool):
    """In patch mode a drag adds a patch or moves an edge; the vector is patched under the hand.

    A click picks a patch, a right click removes it.
    """

    def __init__(self, host: PatchHost) -> None:
        self._host = host
        self._start: PlotMouse | None = None
        self._edge: tuple[int, Literal["low", "high"]] | None = None
        self._edit: ResponseEdit | None = None

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        spans = self._host.layers.patches
        if not self._host.is_patching:
            return None
        spans.highlight(spans.span_at(mouse.x))
        near = self._near(mouse)
        return Qt.CursorShape.IBeamCursor if near is None else Qt.CursorShape.SizeHorCursor

    def leave(self) -> None:
        self._host.layers.patches.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        if not self._host.is_patching or not mouse.is_left:
            return False
        self._start, self._edge, self._edit = mouse, self._near(mouse), None
        return True

    def move(self, mouse: PlotMouse) -> None:
        edit = self._edit_for(mouse)
        low, high = self._range(mouse)
        self._host.layers.new_span.color = "ok"
        self._host.layers.new_span.set_spans((Span(low, high),))
        if edit is not None and edit != self._edit:
            self._host.preview_edit(edit)
        self._edit = edit

    def release(self, mouse: PlotMouse) -> None:
        edit = self._edit_for(mouse)
        self._hide()
        if edit is not None:
            self._host.commit(edit)
        elif self._edit is not None:
            self._host.drop_preview()
        else:
            self._host.patch_selected(self._host.layers.patches.span_at(mouse.x))
        self._edit = None

    def cancel(self) -> None:
        self._hide()
        if self._edit is not None:
            self._host.drop_preview()
        self._edit = None

    def click(self, mouse: PlotMouse) -> bool:
        if not self._host.is_patching or not mouse.is_right:
            return False
        index = self._host.layers.patches.span_at(mouse.x)
        if index >= 0:
            self._host.commit(RemovePatch(index))
        return index >= 0

    def double_click(self, mouse: PlotMouse) -> bool:
        return self._host.is_patching

    def _near(self, mouse: PlotMouse) -> tuple[int, Literal["low", "high"]] | None:
        tolerance = _EDGE_SHARE * self._host.pick_tolerance
        return self._host.layers.patches.edge_at(mouse.column, tolerance)

    def _edit_for(self, mouse: PlotMouse) -> ResponseEdit | None:
        """Return what the drag means now; `None` while it is a click."""
        assert self._start is not None
        if abs(mouse.column - self._start.column) < _STILL:
            return None
        low, high = self._range(mouse)
        if self._edge is None:
            bar = self._host.patch_bar
            return AddPatch(low, high, bar.donor, bar.scaling)
        index = self._edge[0]
        before = self._host.patches[index]
        return ChangePatch(index, low, high, before.donor, before.scaling)

    def _range(self, mouse: PlotMouse) -> tuple[float, float]:
        """Return the range from the press, or from the other edge, to the mouse."""
        assert self._start is not None
        first = self._start.x
        if self._edge is not None:
            span = self._host.layers.patches.spans[self._edge[0]]
            first = span.high if self._edge[1] == "low" else span.low
        low, high = sorted((first, mouse.x))
        return low, high

    def _hide(self) -> None:
        self._host.layers.new_span.set_spans(())


def followed_patch(index: int, before: Sequence[Patch], after: Sequence[Patch]) -> int:
    """Return where patch ``index`` of ``before`` is in ``after``; -1: it is gone."""
    if not 0 <= index < len(before):
        return -1
    if before[index] in after:
        return after.index(before[index])
    return index if len(before) == len(after) else -1  # it was changed
