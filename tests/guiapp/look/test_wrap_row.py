"""Tests of guiapp.look.wrap_row."""

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QLabel, QWidget

from guiapp.look.wrap_row import WrapRow, together


class Block(QLabel):
    """A widget of one size."""

    def sizeHint(self):
        return QSize(100, 20)

    minimumSizeHint = sizeHint


@pytest.fixture
def row(qtbot):
    """Return two widgets at the left and one that is pushed right, in 400 pixels."""
    whole = QWidget()
    qtbot.addWidget(whole)
    layout = WrapRow(spacing=10)
    whole.setLayout(layout)
    whole.blocks = [Block(), Block(), Block()]
    for place, block in enumerate(whole.blocks):
        if place == 2:
            layout.push_right()
        layout.addWidget(block)
    whole.resize(400, 60)
    with qtbot.waitExposed(whole):
        whole.show()
    return whole


def places(row):
    return [(one.x(), one.y()) for one in row.blocks]


def test_with_room_all_stand_in_one_line_and_the_last_at_its_right_end(row):
    assert places(row) == [(0, 0), (110, 0), (300, 0)]
    assert row.layout().heightForWidth(400) == 20


def test_without_room_the_row_goes_on_in_the_next_line(row):
    row.resize(220, 60)

    assert places(row) == [(0, 0), (110, 0), (0, 25)]
    assert row.layout().heightForWidth(220) == 45


def test_the_row_needs_no_more_width_than_its_widest_part(row):
    assert row.minimumSizeHint().width() == 100
    assert row.layout().sizeHint().width() == 320


def test_what_is_hidden_takes_no_room(row):
    row.blocks[0].hide()
    row.layout().activate()

    assert places(row)[1] == (0, 0)
    assert row.layout().heightForWidth(220) == 20


def test_a_name_is_not_parted_from_what_it_names(qtbot):
    pair = together(Block(), Block(), spacing=10)
    qtbot.addWidget(pair)

    assert pair.minimumSizeHint().width() == 210
