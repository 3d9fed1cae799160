"""Tests of guiapp.plots.message and guiapp.plots.inline_field."""

import pytest
from PyQt6.QtCore import QPointF, QRectF, Qt

from guiapp.plots.inline_field import InlineField
from guiapp.plots.message import PlotMessage


@pytest.mark.parametrize("place", ["top", "center", "cursor"])
@pytest.mark.parametrize("at", [QPointF(2, 2), QPointF(630, 390)])
def test_a_message_lies_inside_the_plot_wherever_the_cursor_is(plot, place, at):
    message = PlotMessage(plot, place)

    message.say("No samples are left between the breakpoints at 6.12 and 6.13 µm.", "wrong", at=at)

    assert message.isVisible()
    assert plot.rect().contains(message.geometry())


def test_a_long_message_wraps_and_stays_inside_when_the_plot_shrinks(plot):
    message = PlotMessage(plot, "top")
    message.say("Move or remove a breakpoint. " * 6, "care")

    plot.resize(300, 300)

    assert plot.rect().contains(message.geometry())
    assert message.height() > 2 * message.fontMetrics().height()


def test_text_from_data_is_never_markup(plot):
    message = PlotMessage(plot, "cursor")

    message.say("<b>16 Cyg B</b>", "tip")

    assert message.textFormat() == Qt.TextFormat.PlainText


def test_saying_nothing_hides_the_message(plot):
    message = PlotMessage(plot, "top")
    message.say("Something.", "care")

    message.say("", "care")

    assert not message.isVisible()


def test_an_answer_is_taken_with_enter_and_the_plot_gets_the_focus_back(plot, qtbot):
    field, answers = InlineField(plot), []
    field.ask("Name", "old", QPointF(1, 1), answers.append)
    assert plot.rect().contains(field.geometry())

    field.field.setText("  new ")
    qtbot.keyClick(field.field, Qt.Key.Key_Return)

    assert answers == ["new"]
    assert not field.isVisible()
    assert plot.hasFocus()


def test_a_question_that_loses_the_focus_is_given_up(plot, qtbot):
    field, answers = InlineField(plot), []
    field.ask("Name", "old", QPointF(100, 100), answers.append)
    qtbot.waitUntil(field.field.hasFocus)

    plot.setFocus()

    assert answers == []
    assert not field.isVisible()


def test_a_message_stands_below_what_must_stay_free(plot):
    message = PlotMessage(plot, "top")
    free = QRectF(300, 20, 60, 50)
    message.keep_clear_of(lambda: free)

    message.say("The plane has no measurement.", "care")

    assert message.geometry().top() > free.bottom()
    assert plot.rect().contains(message.geometry())


def test_a_tip_at_the_cursor_does_not_cover_what_must_stay_free(plot):
    message = PlotMessage(plot, "cursor")
    free = QRectF(120, 110, 60, 50)
    message.keep_clear_of(lambda: free)

    message.say("spaxel (3, 4)", "tip", at=QPointF(100, 100))

    assert not message.geometry().intersects(free.toAlignedRect())
