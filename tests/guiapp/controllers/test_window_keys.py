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


def test_keys_of_the_field_stay_its_own(field):
    QTest.keyClick(field, Qt.Key.Key_A, CTRL)

    assert field.selectedText() == "2.00"
