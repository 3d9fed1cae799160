"""Tests of guiapp.panels.jobs_strip."""

import pytest
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from guiapp.panels.jobs_strip import JobRow, JobsStrip, duration_text


@pytest.fixture
def strip(qtbot):
    strip = JobsStrip()
    qtbot.addWidget(strip)
    return strip


def test_nothing_is_shown_when_nothing_is_done(strip):
    strip.show_jobs((JobRow(1, "Extract"),))
    assert not strip.isHidden()

    strip.show_jobs(())
    assert strip.isHidden()


def test_the_first_job_is_shown_with_its_progress_and_estimate(strip):
    strip.show_jobs((JobRow(1, "Extract 10 Lac 3B", 12, 120, "plane 300", 42.0),))

    assert strip.label.full_text() == "Extract 10 Lac 3B"
    assert strip.said.text() == "12 of 120 · 42 s left"
    assert strip.bar.value() == strip.bar.maximum() // 10
    assert "plane 300" in strip.label.toolTip()


def test_bytes_and_pixels_are_told_as_a_share(strip):
    strip.show_jobs((JobRow(1, "Read", 4_000_000, 16_000_000, "", None),))

    assert strip.said.text() == "25 %"


def test_cancel_names_the_job_that_is_shown(strip, qtbot):
    strip.show_jobs((JobRow(7, "Extract"), JobRow(8, "Fit", is_waiting=True)))

    with qtbot.waitSignal(strip.cancel_wanted) as signal:
        strip.cancel.click()

    assert signal.args == [7]


def test_other_jobs_are_counted_and_can_be_cancelled_one_by_one(strip, qtbot):
    strip.show_jobs((JobRow(7, "Extract"), JobRow(8, "Fit", is_waiting=True), JobRow(9, "Open")))
    assert strip.more.text() == "+2"
    strip.more.click()

    with qtbot.waitSignal(strip.cancel_wanted) as signal:
        strip._popup._lines[8].stop.click()

    assert signal.args == [8]
    assert strip._popup._lines[8]._said.text() == "waiting"


def test_a_job_that_is_over_leaves_the_list(strip):
    strip.show_jobs((JobRow(7, "Extract"), JobRow(8, "Fit")))
    strip.more.click()

    strip.show_jobs((JobRow(8, "Fit"),))

    assert list(strip._popup._lines) == [8]
    assert strip.more.isHidden()


class _Painted(QWidget):
    """A plot that takes long to paint: counts how often."""

    times = 0

    def paintEvent(self, event):
        self.times += 1


def test_progress_makes_nothing_else_of_the_window_paint_at_once(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    plot, strip = _Painted(), JobsStrip()
    plot.setMinimumSize(50, 50)
    column.addWidget(plot)
    column.addWidget(strip)
    strip.show_jobs((JobRow(1, "Extract", 1, 10),))
    window.show()
    qtbot.waitUntil(lambda: plot.times > 0)
    before = plot.times
    plot.update()

    strip.show_jobs((JobRow(1, "Extract", 9, 10),))

    assert plot.times == before
    qtbot.waitUntil(lambda: plot.times > before)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (42.4, "42 s"), (200.0, "3 min"), (7300.0, "2 h")],
)
def test_durations_are_rough(seconds, said):
    assert duration_text(seconds) == said
