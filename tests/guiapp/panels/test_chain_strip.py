"""Tests of guiapp.panels.chain_strip."""

import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QApplication, QToolTip

from guiapp.panels.chain_strip import STEP_STATES, ChainStep, ChainStrip

STEPS = (
    ChainStep("loss", "Loss", "stale", "The lamp of 2024-02 was excluded."),
    ChainStep("extract", "Extract", "fresh"),
    ChainStep("fringe", "Fringe", "fresh"),
    ChainStep("response", "Response", "running", count="3/12"),
    ChainStep("combine", "Combine", "failed", "No vector of 10 Lac."),
    ChainStep("calibrate", "Calibrate", "missing"),
)


@pytest.fixture
def strip(qtbot):
    strip = ChainStrip()
    qtbot.addWidget(strip)
    strip.resize(1000, 40)
    strip.show_steps(STEPS)
    with qtbot.waitExposed(strip):
        strip.show()
    return strip


def test_a_click_opens_the_view_of_a_step(strip, qtbot):
    with qtbot.waitSignal(strip.clicked) as signal:
        qtbot.mouseClick(strip.chips["fringe"], Qt.MouseButton.LeftButton)

    assert signal.args == ["fringe"]


def test_every_chip_says_state_and_reason_in_words(strip):
    chip = strip.chips["loss"]

    assert "stale" in chip.accessibleName()
    assert "2024-02 was excluded" in chip.toolTip()
    assert strip.chips["response"].text().strip() == "Response 3/12"


def test_the_tip_of_a_chip_covers_nothing_of_it(strip):
    chip = strip.chips["loss"]
    strip.move(0, 300)
    QApplication.sendEvent(chip, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), QPoint(5, 5)))

    [tip] = [one for one in QApplication.topLevelWidgets() if one.inherits("QTipLabel")]
    top = chip.mapToGlobal(QPoint(0, 0)).y()

    assert tip.isVisible()
    assert tip.geometry().bottom() < top
    QToolTip.hideText()


@pytest.mark.parametrize("state", STEP_STATES)
def test_each_state_has_a_drawing_and_a_word_of_its_own(strip, state):
    strip.show_steps((ChainStep("one", "One", state),))

    chip = strip.chips["one"]
    assert not chip.icon().isNull()
    assert chip.accessibleName() != "One: "


def test_the_same_steps_keep_their_chips(strip):
    before = dict(strip.chips)

    strip.show_steps(tuple(ChainStep(one.id, one.text, "fresh") for one in STEPS))

    assert strip.chips == before
    assert "up to date" in strip.chips["combine"].accessibleName()


def shown(strip):
    return [name for name, chip in strip.chips.items() if chip.isVisible()]


def listed(strip):
    strip.more._menu.aboutToShow.emit()
    return [action.text() for action in strip.more._menu.actions()]


def test_where_there_is_room_every_step_is_shown_with_its_name(strip):
    assert shown(strip) == list(strip.chips)
    assert all(chip.text() for chip in strip.chips.values())
    assert not strip.more.isVisible()


def test_a_longer_count_has_its_room_at_once(strip):
    longer = (*STEPS[:3], ChainStep("response", "Response", "running", count="1234/5678"))

    strip.show_steps((*longer, *STEPS[4:]))

    chip = strip.chips["response"]
    assert chip.width() >= chip.sizeHint().width()


def test_where_there_is_little_room_the_rest_is_in_a_menu(strip, qtbot):
    strip.set_active("extract")
    strip.resize(strip.layout().minimumSize().width() - 4, 40)
    qtbot.wait(1)

    hidden = [name for name in strip.chips if name not in shown(strip)]

    assert hidden
    assert "calibrate" in hidden  # nothing to work on: the first to go
    assert {"extract", "response", "combine"} <= set(shown(strip))
    assert strip.more.text().strip() == f"{len(hidden)} more"
    assert "Calibrate: nothing to work on" in listed(strip)
    assert len(listed(strip)) == len(hidden)


def test_a_step_of_the_menu_opens_its_view(strip, qtbot):
    strip.resize(320, 40)
    qtbot.wait(1)
    listed(strip)

    with qtbot.waitSignal(strip.clicked) as signal:
        strip.more._menu.actions()[-1].trigger()

    assert signal.args[0] not in shown(strip)


def test_the_menu_says_when_one_of_its_steps_failed(strip, qtbot):
    steps = tuple(ChainStep(f"s{i}", f"Step number {i}", "failed") for i in range(9))
    strip.show_steps(steps)
    strip.resize(400, 40)
    qtbot.wait(1)

    assert strip.more.isVisible()
    assert any("failed" in text for text in listed(strip))


def test_the_step_that_is_seen_is_always_shown(strip, qtbot):
    strip.set_active("calibrate")

    strip.resize(120, 40)
    qtbot.wait(1)

    assert shown(strip) == ["calibrate"]
    assert all(chip.toolTip() for chip in strip.chips.values())


def test_the_step_whose_view_is_seen_is_marked(strip):
    strip.set_active("fringe")

    active = {name: chip.property("active") for name, chip in strip.chips.items()}
    assert [name for name, is_active in active.items() if is_active == "true"] == ["fringe"]
