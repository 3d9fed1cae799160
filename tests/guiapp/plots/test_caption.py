"""Tests of guiapp.plots.caption."""

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from guiapp.plots.caption import CaptionLayer, NoteLayer
from guiapp.plots.pixels import PixelMap

RED = QColor("#ff0000")
REASON = "Only one visit of 1B can be used: nothing to compare."


def drawn(layer, width, height):
    """Return a picture of a caption over a red plot, and the height of a line of its text."""
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(RED)
    painter = QPainter(picture)
    layer.draw(painter, PixelMap((0.0, 1.0), (-1.0, 1.0), width, height))
    line = QFontMetricsF(painter.font()).height()
    painter.end()
    return picture, line


def covered(picture, column):
    """Return how many rows are covered at a column."""
    rows = range(picture.height())
    return sum(picture.pixelColor(column, row).saturation() < 128 for row in rows)


@pytest.fixture
def caption(qtbot):
    return CaptionLayer("band 1B")


def test_a_long_reason_stands_in_several_lines_on_a_plate(caption):
    caption.say("", reason=REASON)

    picture, line = drawn(caption, 220, 120)

    assert covered(picture, 1) > 2.7 * line  # the name, and two lines or more
    assert covered(picture, 1) < 120


def test_a_reason_without_room_is_cut_to_a_line(caption):
    caption.say("", reason=REASON)

    picture, line = drawn(caption, 220, 38)

    assert 1.7 * line < covered(picture, 1) < 2.7 * line


def test_a_caption_without_a_reason_covers_its_own_corner_alone(caption):
    caption.say("σs 0.2 %")

    picture, line = drawn(caption, 220, 120)

    assert covered(picture, 1) < 1.7 * line


@pytest.mark.parametrize(
    ("values", "is_above"), [([0.0, 0.0], True), ([0.0, 0.95], False), ([-0.95, -0.95], True)]
)
def test_a_note_takes_the_corner_where_no_curve_is(qtbot, values, is_above):
    note = NoteLayer("text")
    note.say("rms 0.03 %", "text")
    x = np.linspace(0.0, 1.0, 200)
    note.keep_clear_of([(x, np.interp(x, [0.5, 1.0], values))])

    picture, line = drawn(note, 220, 80)

    assert (covered(picture, 218) > 0.7 * line) is True
    assert (picture.pixelColor(218, 2).saturation() < 128) is is_above
