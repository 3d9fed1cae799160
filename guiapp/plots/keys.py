"""Keys that a plot answers while it has the focus."""

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QKeyCombination, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence

_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


@dataclass(frozen=True, slots=True)
class _Binding:
    act: Callable[[], object]
    when: Callable[[], bool]
    repeats: bool


class KeyTable:
    """From keys to acts.

    A key is named by what it types (``"a"``, ``"A"``, ``"("``) or by its name (``"Backspace"``,
    ``"Ctrl+Left"``), so that it works on any keyboard layout.
    """

    def __init__(self) -> None:
        self._bindings: dict[str, _Binding] = {}

    def bind(
        self,
        key: str,
        act: Callable[[], object],
        *,
        when: Callable[[], bool] = lambda: True,
        repeats: bool = False,
    ) -> None:
        """Call ``act`` on ``key`` while ``when`` holds; ``repeats``: also while it is held."""
        self._bindings[key] = _Binding(act, when, repeats)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are bound."""
        return tuple(self._bindings)

    def knows(self, event: QKeyEvent) -> bool:
        """Return whether the key is answered here now, before any shortcut of the window."""
        binding = self._bindings.get(key_name(event))
        return binding is not None and binding.when()

    def press(self, event: QKeyEvent) -> bool:
        """Answer the key; return whether it meant something here."""
        binding = self._bindings.get(key_name(event))
        if binding is None or not binding.when():
            return False
        if binding.repeats or not event.isAutoRepeat():
            binding.act()
        return True


def key_name(event: QKeyEvent) -> str:
    """Return the name of a key: the character it types, or the sequence as Qt spells it."""
    text = event.text()
    if len(text) == 1 and text.isprintable() and text != " " and not event.modifiers() & _COMMANDS:
        return text
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    try:
        combination = QKeyCombination(modifiers, Qt.Key(event.key()))
    except ValueError:  # a key that Qt itself has no name for
        return ""
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)
