"""Tests of guiapp.look.sentence_row."""

import pytest
from PyQt6.QtWidgets import QHBoxLayout, QPushButton

from guiapp.look.parts import ElidedLabel
from guiapp.look.sentence_row import SentenceRow

SAID = "4B is corrected by up to 5.0 % between 23 and 24.48 µm, where nothing is smooth"


@pytest.fixture
def row(qtbot):
    """Return a button, and a sentence of up to two rows beside it."""
    inside = QHBoxLayout()
    inside.addWidget(QPushButton("Overlap chain"))
    sentence = ElidedLabel("", "dim", rows=2)
    inside.addWidget(sentence, 1)
    row = SentenceRow(inside, sentence)
    qtbot.addWidget(row)
    row.resize(900, 60)
    with qtbot.waitExposed(row):
        row.show()
    sentence.set_full_text(SAID)
    qtbot.wait(1)
    return row


def _sentence(row):
    return row.findChild(ElidedLabel)


def test_a_sentence_with_room_stands_beside_the_controls(row):
    assert not row.is_below
    assert _sentence(row).x() > 50
    assert _sentence(row).text().replace("\n", " ") == SAID


def test_a_sentence_without_room_gets_a_row_of_its_own_and_is_whole(row, qtbot):
    row.resize(_sentence(row).fontMetrics().horizontalAdvance(SAID) * 6 // 10, 90)
    qtbot.waitUntil(lambda: _sentence(row).x() < 20)

    assert row.is_below
    assert _sentence(row).text().replace("\n", " ") == SAID

    row.resize(900, 60)
    qtbot.waitUntil(lambda: _sentence(row).x() > 50)

    assert not row.is_below


def test_a_shorter_sentence_comes_back_beside_the_controls(row, qtbot):
    row.resize(_sentence(row).fontMetrics().horizontalAdvance(SAID) * 6 // 10, 90)
    qtbot.waitUntil(lambda: row.is_below)

    _sentence(row).set_full_text("4B")

    qtbot.waitUntil(lambda: not row.is_below)


def test_no_sentence_takes_no_row(row, qtbot):
    _sentence(row).set_full_text("")
    row.resize(60, 60)

    qtbot.waitUntil(lambda: not row.is_below)
