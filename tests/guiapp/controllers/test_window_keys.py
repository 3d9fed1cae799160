"""Keys of the window work while the keyboard is in a field."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit, QWidget

from guiapp.controllers.window_keys import WindowKeys

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def field(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    WindowKeys(window)
    field = QLineEdit("2.00", window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    return field


@pytest.mark.parametrize("key", ["E", "K"])
def test_a_key_of_the_window_is_left_to_it(field, key):
    heard = []
    action = QAction(field.window())
    action.setShortcut(QKeySequence(f"Ctrl+{key}"))
    action.triggered.connect(lambda: heard.append(key))
    field.window().addAction(action)
    field.setCursorPosition(0)

    QTest.keyClick(field, Qt.Key[f"Key_{key}"], CTRL)

    assert heard == [key]
    assert field.text() == "2.00"


def test_undo_is_of_the_window_once_no_typing_is_left_to_take_back(field):
    heard = []
    action = QAction(field.window())
    action.setShortcut(QKeySequence.StandardKey.Undo)
    action.triggered.connect(lambda: heard.append("undo"))
    field.window().addAction(action)
    QTest.keyClicks(field, "5")

    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert (field.text(), heard) == ("2.00", [])

    QTest.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert (field.text(), heard) == ("2.00", ["undo"])


def test_keys_of_the_field_stay_its_own(field):
    QTest.keyClick(field, Qt.Key.Key_A, CTRL)

    assert field.selectedText() == "2.00"
