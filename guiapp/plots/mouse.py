"""What the mouse does on a plot, in data and in pixels, and who answers."""

from dataclasses import dataclass

from PyQt6.QtCore import QPointF, Qt


@dataclass(frozen=True, slots=True)
class PlotMouse:
    """Where the mouse is and what is pressed.

    Attributes
    ----------
    x, y : float
        In data units.
    column, row : float
        Inside the plot, from its top left corner. Unit: device-independent pixel.
    button : Qt.MouseButton
        The button that was pressed or released; none for a move.
    modifiers : Qt.KeyboardModifier
        Shift, Ctrl, Alt as held.
    """

    x: float
    y: float
    column: float
    row: float
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier

    @property
    def is_left(self) -> bool:
        """Whether it is about the left button."""
        return self.button == Qt.MouseButton.LeftButton

    @property
    def is_right(self) -> bool:
        """Whether it is about the right button."""
        return self.button == Qt.MouseButton.RightButton

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)

    @property
    def point(self) -> QPointF:
        """Place inside the plot, in pixels."""
        return QPointF(self.column, self.row)

    def distance(self, other: "PlotMouse") -> float:
        """Return how far ``other`` is, in pixels."""
        return float(((self.column - other.column) ** 2 + (self.row - other.row) ** 2) ** 0.5)


class MouseTool:
    """Answers the mouse on a plot. Tools are asked in the order they were added.

    A press that a tool claims begins a drag that is its own until the button is released, or
    until Esc. A press that nobody claims and that does not move is offered as a click.
    """

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        """Return the cursor to show when something here can be grabbed."""
        return None

    def leave(self) -> None:
        """Forget the hover: the mouse left the plot, or another tool answers."""

    def press(self, mouse: PlotMouse) -> bool:
        """Return whether a drag begins."""
        return False

    def move(self, mouse: PlotMouse) -> None:
        """Follow the drag."""

    def release(self, mouse: PlotMouse) -> None:
        """End the drag."""

    def cancel(self) -> None:
        """Take the drag back."""

    def click(self, mouse: PlotMouse) -> bool:
        """Return whether the click was answered."""
        return False

    def double_click(self, mouse: PlotMouse) -> bool:
        """Return whether the double click was answered."""
        return False


def chosen_after_click(mouse: PlotMouse, name: str, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is chosen after a click on ``name``: it alone, or with Shift it more or less."""
    if not mouse.shift:
        return (name,)
    others = tuple(one for one in chosen if one != name)
    return others if name in chosen else (*chosen, name)
