"""The chain strip: every step of the calibration, its state, and why."""

from dataclasses import dataclass
from typing import Literal, get_args

from PyQt6.QtCore import QEvent, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from engine.counting import counted
from guiapp.look import theme
from guiapp.look.icons import Tint, icon
from guiapp.look.parts import Label, fitted, plain_tip, set_state, show_tip_above
from guiapp.look.tokens import GRID

StepState = Literal["fresh", "stale", "open", "off", "running", "failed", "missing"]
STEP_STATES: tuple[StepState, ...] = get_args(StepState)

_DRAWINGS: dict[StepState, tuple[str, Tint]] = {
    "fresh": ("fresh", "ok"),
    "stale": ("stale", "care"),
    "open": ("open_step", "dim"),
    "off": ("off", "dim"),
    "running": ("running", "accent"),
    "failed": ("wrong", "wrong"),
    "missing": ("missing", "dim"),
}
_WORDS: dict[StepState, str] = {
    "fresh": "up to date",
    "stale": "stale",
    "open": "not all computed yet",
    "off": "off",
    "running": "running",
    "failed": "failed",
    "missing": "nothing to work on",
}
# What is shown first where room is scarce, and what a menu of several steps says of them.
_RANKS: dict[StepState, int] = {
    "running": 1,
    "failed": 1,
    "stale": 2,
    "open": 2,
    "fresh": 2,
    "off": 3,
    "missing": 3,
}
_GRAVITY: tuple[StepState, ...] = (
    "failed",
    "running",
    "stale",
    "open",
    "fresh",
    "off",
    "missing",
)
_SPACING = 2 * GRID


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of the chain.

    Attributes
    ----------
    id : str
        Sent back when it is clicked.
    text : str
        One or two words.
    state : {"fresh", "stale", "open", "off", "running", "failed", "missing"}
        Where it stands: ``"stale"`` is what was computed and is out of date, ``"open"`` what was
        not computed yet, ``"off"`` what nothing uses.
    reason : str
        Why, in one sentence: ``"The radius of the aperture changed."``
    count : str
        How much of it, shown behind the name: ``"3/12"``; ``""`` for nothing.
    """

    id: str
    text: str
    state: StepState
    reason: str = ""
    count: str = ""


class ChainStrip(QWidget):
    """One chip a step. Steps for which there is no room are in a menu at the end."""

    clicked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Calibration chain")
        self.chips: dict[str, _Chip] = {}
        self._active = ""
        self._row = QHBoxLayout(self)
        fitted(self._row, spacing=_SPACING)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._title = Label("Chain", "dim")
        self.more = _MoreSteps(self)
        self.more.chosen.connect(self.clicked)
        self._row.addWidget(self._title)
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._settling = QTimer(self)  # until all chips have the size of text in use
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self._make_room)
        theme.changed.connect(self._settle)

    def _settle(self) -> None:
        self._settling.start(0)

    def show_steps(self, steps: tuple[ChainStep, ...]) -> None:
        """Show ``steps`` in their order."""
        if tuple(self.chips) != tuple(step.id for step in steps):
            self._rebuild(steps)
        for step in steps:
            self.chips[step.id].show_step(step)
        self._title.setVisible(bool(steps))
        self._make_room()

    def set_active(self, step_id: str) -> None:
        """Mark the step whose view is seen; ``""`` for none."""
        self._active = step_id
        for name, chip in self.chips.items():
            set_state(chip, "active", "true" if name == step_id else "false")
        self._make_room()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._make_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _rebuild(self, steps: tuple[ChainStep, ...]) -> None:
        for chip in self.chips.values():
            self._row.removeWidget(chip)
            chip.deleteLater()
        self.chips = {}
        for place, step in enumerate(steps, start=1):
            chip = _Chip(self)
            chip.clicked.connect(lambda _checked, name=step.id: self.clicked.emit(name))
            self.chips[step.id] = chip
            self._row.insertWidget(place, chip)
        self.set_active(self._active)

    def _make_room(self) -> None:
        """Show the steps that matter most, as many as fit with their names."""
        widths = {name: chip.sizeHint().width() + _SPACING for name, chip in self.chips.items()}
        room = self.width() - self._title.sizeHint().width() - _SPACING
        shown = set(self.chips)
        if sum(widths.values()) > room:
            room -= self.more.sizeHint().width() + _SPACING
            shown = set()
            for name in sorted(self.chips, key=self._rank):
                if widths[name] <= room or name == self._active:
                    shown.add(name)
                    room -= widths[name]
                else:
                    break
        for name, chip in self.chips.items():
            chip.setVisible(name in shown)
        hidden = {name: chip for name, chip in self.chips.items() if name not in shown}
        self.more.show_steps(hidden)
        self._row.activate()  # at once: a longer count would be cut until the next events

    def _rank(self, name: str) -> int:
        """Return how much a step matters now; those of one rank keep their order."""
        return 0 if name == self._active else _RANKS[self.chips[name].state]


class _MoreSteps(QToolButton):
    """The steps that found no room, with their states, as a menu."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIconSize(QSize(14, 14))
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._steps: dict[str, _Chip] = {}
        self._menu.aboutToShow.connect(self._fill)
        self.show_steps({})

    def show_steps(self, steps: dict[str, "_Chip"]) -> None:
        self._steps = steps
        self.setVisible(bool(steps))
        states = {chip.state for chip in steps.values()}
        worst = next((state for state in _GRAVITY if state in states), _GRAVITY[-1])
        self.setIcon(icon(*_DRAWINGS[worst]))
        self.setText(f" {len(steps)} more")
        self.setAccessibleName(counted(len(steps), "more step") + " of the chain")
        self.setToolTip(plain_tip("Steps that find no room here"))

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()  # as wide as for two digits: room is shared before it is known
        width = self.fontMetrics().horizontalAdvance(" 00 more ") + 14 + 8 * GRID
        return QSize(max(hint.width(), width), hint.height())

    def _fill(self) -> None:
        self._menu.clear()
        for name, chip in self._steps.items():
            action = self._menu.addAction(chip.icon(), chip.accessibleName())
            if action is not None:
                action.setToolTip(chip.toolTip())
                action.triggered.connect(lambda _checked, name=name: self.chosen.emit(name))


class _Chip(QPushButton):
    """One step: its state as a drawing and in words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(14, 14))
        self.state: StepState = "missing"

    def event(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.ToolTip:
            show_tip_above(self)  # the strip is low: below there is no room
            return True
        return super().event(event)

    def show_step(self, step: ChainStep) -> None:
        self.state = step.state
        self.setIcon(icon(*_DRAWINGS[step.state]))
        self.setText(f" {step.text} {step.count}".rstrip())
        words = f"{step.text}: {_WORDS[step.state]}"
        self.setAccessibleName(words)
        self.setAccessibleDescription(step.reason)
        self.setToolTip(plain_tip(f"{words}. {step.reason}".strip()))
