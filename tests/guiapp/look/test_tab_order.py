"""Tests of guiapp.look.tab_order."""

import pytest
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QWidget

from guiapp.look.tab_order import step_focus


class Window(QWidget):
    """Three buttons in a row, made from right to left."""

    def __init__(self):
        super().__init__()
        row = QHBoxLayout(self)
        self.parts = [QPushButton(name) for name in "cba"][::-1]
        for part in self.parts:
            row.addWidget(part)

    def focusNextPrevChild(self, next):  # noqa: N802  (Qt's)
        return step_focus(self, (self,), by=1 if next else -1)


@pytest.fixture
def window(qtbot):
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_it_goes_as_one_reads_however_widgets_were_made(window):
    window.parts[0].setFocus()

    window.focusNextPrevChild(True)
    assert QApplication.focusWidget() is window.parts[1]

    window.focusNextPrevChild(False)
    window.focusNextPrevChild(False)
    assert QApplication.focusWidget() is window.parts[2]


def test_what_vanishes_gives_the_focus_to_its_neighbor(window):
    window.parts[1].setFocus()

    window.parts[1].hide()

    assert QApplication.focusWidget() is window.parts[2]


def test_the_last_one_keeps_the_focus(window):
    window.parts[0].setFocus()
    for part in window.parts[1:]:
        part.hide()

    assert not step_focus(window, (window,), by=1)
    assert QApplication.focusWidget() is window.parts[0]
