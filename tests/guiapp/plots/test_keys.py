"""Tests of guiapp.plots.keys."""

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent

from guiapp.plots.keys import KeyTable, key_name
from tests.helpers.mouse import CTRL, NO_KEYS, SHIFT


def pressed(code, text="", keys=NO_KEYS, *, repeat=False):
    return QKeyEvent(QEvent.Type.KeyPress, code, keys, text, repeat)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (pressed(Qt.Key.Key_A, "a"), "a"),
        (pressed(Qt.Key.Key_A, "A", SHIFT), "A"),
        (pressed(Qt.Key.Key_ParenLeft, "(", SHIFT), "("),
        (
            pressed(Qt.Key.Key_BracketLeft, "[", CTRL | Qt.KeyboardModifier.AltModifier),
            "Ctrl+Alt+[",
        ),
        (pressed(Qt.Key.Key_Backspace, "\b"), "Backspace"),
        (pressed(Qt.Key.Key_Left, "", CTRL), "Ctrl+Left"),
        (pressed(Qt.Key.Key_Up, "", Qt.KeyboardModifier.KeypadModifier), "Up"),
        (pressed(Qt.Key.Key_Delete, "\x7f"), "Del"),
        (pressed(Qt.Key.Key_Z, "\x1a", CTRL), "Ctrl+Z"),
    ],
)
def test_keys_are_named_by_what_they_type_or_what_they_are(event, name):
    assert key_name(event) == name


def test_a_bound_key_acts_once_however_long_it_is_held():
    table, done = KeyTable(), []
    table.bind("a", lambda: done.append("a"))
    table.bind("Left", lambda: done.append("left"), repeats=True)

    for repeat in (False, True, True):
        assert table.press(pressed(Qt.Key.Key_A, "a", repeat=repeat))
        assert table.press(pressed(Qt.Key.Key_Left, repeat=repeat))

    assert done == ["a", "left", "left", "left"]


def test_a_key_means_nothing_where_it_does_not_apply():
    table, done = KeyTable(), []
    table.bind("Esc", lambda: done.append("esc"), when=lambda: False)

    event = pressed(Qt.Key.Key_Escape, "\x1b")

    assert not table.knows(event)
    assert not table.press(event)
    assert not table.press(pressed(Qt.Key.Key_Q, "q"))
    assert done == []
