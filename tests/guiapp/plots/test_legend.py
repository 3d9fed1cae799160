"""Tests of guiapp.plots.legend and guiapp.plots.segments."""

import gc

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLayoutItem

from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot

CURVE = LegendEntry("curve", "vector", "line", "accent", tip="The <vector>.")
USED = LegendEntry("used", "used 12", "points", "dim", PointStyle("dim"))
BAND = LegendEntry("band", "± band", "solid band", "dim", shown=False)


@pytest.fixture
def legend(qtbot):
    legend = LegendBar()
    qtbot.addWidget(legend)
    legend.resize(400, 60)
    legend.set_entries((CURVE, USED, BAND))
    legend.show()
    return legend


def test_legend_choices_and_titles_follow_the_size_of_text(legend, qtbot, dressed):
    choices = SegmentBar("Graph", (("a", "Residual", ""), ("b", "Ratio", "")))
    plot = ThemedPlot(name="Flux")
    qtbot.addWidget(choices)
    qtbot.addWidget(plot)
    parts = (legend.buttons["curve"], choices._buttons["a"], plot._left.label)
    before = [one.font().pointSizeF() for one in parts]

    dressed.choose("light", font_scale=1.3)
    after = [one.font().pointSizeF() for one in parts]
    dressed.choose("light", font_scale=1.0)

    assert after == pytest.approx([1.3 * one for one in before], rel=0.02)
    assert [one.font().pointSizeF() for one in parts] == before


def test_a_click_switches_an_entry_off_and_on(legend, qtbot):
    heard = []
    legend.switched.connect(lambda *args: heard.append(args))

    for _ in range(2):
        qtbot.mouseClick(legend.buttons["curve"], Qt.MouseButton.LeftButton)

    assert heard == [("curve", False), ("curve", True)]


def test_the_keyboard_switches_too(legend, qtbot):
    qtbot.keyClick(legend.buttons["used"], Qt.Key.Key_Space)

    assert not legend.is_on("used")


def test_what_was_switched_off_stays_off_when_the_entries_are_renewed(legend):
    legend.switch("used")

    legend.set_entries((CURVE, LegendEntry("used", "used 13", "points", "dim", PointStyle("dim"))))

    assert not legend.is_on("used")
    assert legend.buttons["used"].text() == "used 13"
    assert "band" not in legend.buttons


def test_an_entry_may_be_off_at_first_and_says_so(qtbot):
    legend = LegendBar()
    qtbot.addWidget(legend)
    heard = []
    legend.switched.connect(lambda *args: heard.append(args))

    legend.set_entries((BAND,))

    assert heard == [("band", False)]
    assert not legend.is_on("band")


def test_entries_wrap_instead_of_being_cut(legend, qtbot):
    needed = [button.sizeHint().width() for button in legend.buttons.values()]
    legend.resize(max(needed) + 4, 100)
    legend.layout().activate()

    rows = {button.y() for button in legend.buttons.values()}
    right = max(button.x() + button.width() for button in legend.buttons.values())
    assert len(rows) == 3
    assert right <= legend.width()
    assert legend.heightForWidth(sum(needed)) < legend.heightForWidth(max(needed))


def test_every_entry_has_an_accessible_name_and_paints(legend):
    assert all(button.accessibleName() for button in legend.buttons.values())
    assert not legend.grab().isNull()


def test_one_segment_is_taken_and_only_the_user_is_heard(qtbot):
    bar = SegmentBar("Mode", (("a", "Alpha", ""), ("b", "Beta", "tip")))
    qtbot.addWidget(bar)
    heard = []
    bar.chosen.connect(heard.append)
    bar.show()

    bar.choose("b")
    assert (bar.current, heard) == ("b", [])
    qtbot.mouseClick(bar.findChildren(type(bar._buttons["a"]))[0], Qt.MouseButton.LeftButton)
    assert (bar.current, heard) == ("a", ["a"])


def test_a_row_that_was_taken_is_kept_until_the_legend_is_emptied(legend):
    needed = [button.sizeHint().width() for button in legend.buttons.values()]
    legend.resize(sum(needed[:2]) + 2, 100)
    two_rows = legend.minimumHeight()

    legend.set_entries((CURVE,))
    assert legend.minimumHeight() == two_rows
    legend.set_entries(())
    assert legend.minimumHeight() == 0


def test_an_entry_that_was_expected_takes_no_more_room_when_it_comes(legend):
    needed = [button.sizeHint().width() for button in legend.buttons.values()]
    legend.resize(sum(needed) + 2, 100)
    legend.set_entries(())

    legend.set_entries((CURVE, USED), later=(BAND, LegendEntry("late", "x", "line", "dim")))
    room = legend.minimumHeight()
    legend.set_entries((CURVE, USED, BAND, LegendEntry("late", "x", "line", "dim")))

    assert room == legend.minimumHeight() == 2 * 22


def test_long_names_are_cut_where_whole_ones_would_take_many_rows(legend):
    names = [f"2MASS J17571324+670340{n}" for n in range(6)]
    entries = tuple(LegendEntry(one, one, "line", "accent", tip="A star.") for one in names)

    legend.set_entries(entries)
    cut = [legend.buttons[one].shown_text() for one in names]
    rows = legend.minimumHeight()
    legend.resize(1600, 60)

    assert all("…" in one for one in cut)
    assert len(set(cut)) == len(names)
    assert names[0] in legend.buttons[names[0]].accessibleName()
    assert [legend.buttons[one].shown_text() for one in names] == names
    assert rows <= 3 * 22


def test_entries_that_are_gone_leave_nothing_behind(legend):
    def n_places():
        gc.collect()
        return sum(isinstance(one, QLayoutItem) for one in gc.get_objects())

    before, kept = n_places(), tuple(legend.buttons)

    for number in range(20):
        legend.set_entries((LegendEntry(f"other {number}", "Another", "line", "accent"),))

    assert n_places() <= before - len(kept) + 1
    assert list(legend.buttons) == ["other 19"]
