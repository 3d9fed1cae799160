"""Tests of guiapp.panels.status_line."""

from guiapp.panels.status_line import StatusLine


def test_what_is_said_last_is_shown_for_a_while(qtbot):
    line = StatusLine()
    qtbot.addWidget(line)
    assert line.isHidden()

    line.say("Saved night.fluxknot")
    line.say("Saved day.fluxknot")
    assert not line.isHidden()
    assert line.full_text() == "Saved day.fluxknot"

    line.timer.timeout.emit()
    assert line.isHidden()
