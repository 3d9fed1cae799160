"""Tests of guiapp.look.parts."""

from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLabel, QStyleOptionButton, QToolTip, QWidget

from guiapp.look.parts import ChoiceBox, ElidedButton, ElidedLabel, Label


def test_each_line_is_cut_on_its_own_and_the_tip_has_it_whole(qtbot):
    label = ElidedLabel(cut="middle")
    qtbot.addWidget(label)
    label.resize(100, 40)

    label.set_full_text("jw01538001001_02101_00001_mirimage_cal.fits\nshort")

    first, second = label.text().split("\n")
    assert (first[:2], first[-4:]) == ("jw", "fits")
    assert "…" in first
    assert second == "short"
    assert "02101_00001" in label.toolTip()


def test_a_remark_goes_on_in_a_second_line_before_it_is_cut(qtbot):
    label = ElidedLabel(rows=2)
    qtbot.addWidget(label)
    said = "4 dropouts: 20 rows lack the peak of the trace"
    label.resize(label.fontMetrics().horizontalAdvance(said) * 2 // 3, 40)

    label.set_full_text(said)

    first, second = label.text().split("\n")
    assert f"{first} {second}" == said
    assert label.toolTip() == ""
    assert label.sizeHint().height() >= 2 * label.fontMetrics().height()


def test_a_row_never_ends_between_a_number_and_its_unit(qtbot):
    label = ElidedLabel(rows=2)
    qtbot.addWidget(label)
    label.resize(label.fontMetrics().horizontalAdvance("systematic up to 64") + 2, 40)

    label.set_full_text("systematic up to 64 % in 4C")

    assert label.text() == "systematic up to\n64 % in 4C"


def test_a_text_is_read_with_plain_spaces_however_it_is_held_together(qtbot):
    label = Label("held at 6.56 µm")
    qtbot.addWidget(label)

    assert QLabel.text(label) == "held at 6.56\N{NO-BREAK SPACE}µm"
    assert label.text() == "held at 6.56 µm"


def test_a_sentence_goes_on_in_a_third_line_before_it_is_cut(qtbot):
    label = ElidedLabel(rows=3)
    qtbot.addWidget(label)
    said = "4B is corrected by up to 5.0 % where the red source would not be smooth"
    label.resize(label.fontMetrics().horizontalAdvance(said) * 9 // 20, 60)

    label.set_full_text(said)

    rows = label.text().split("\n")
    assert len(rows) == 3
    assert " ".join(rows) == said
    assert label.toolTip() == ""


def test_a_hint_without_room_loses_whole_parts(qtbot):
    label = ElidedLabel(cut="parts")
    qtbot.addWidget(label)
    kept = "drag moves · double-click adds"
    label.resize(label.fontMetrics().horizontalAdvance(f"{kept} · right"), 20)

    label.set_full_text(f"{kept} · right-click deletes · right-drag zooms")

    assert label.text() == kept
    assert "right-drag zooms" in label.toolTip()


def test_of_a_remark_that_needs_more_lines_the_second_is_cut(qtbot):
    label = ElidedLabel(rows=2)
    qtbot.addWidget(label)
    said = "word " * 40
    label.resize(120, 40)

    label.set_full_text(said)

    first, second = label.text().split("\n")
    assert "…" not in first
    assert second.endswith("…")
    assert label.toolTip()


def test_a_choice_is_shown_whole_where_there_is_room_and_insists_on_none(qtbot):
    box = ChoiceBox(least=8)
    qtbot.addWidget(box)
    least, before = box.minimumSizeHint().width(), box.sizeHint().width()

    box.addItem("2MASS J17522536+6023462")
    wanted = box.sizeHint().width()
    box.addItem("SAO 206462 · jw01282055001_02101_00001 rateints, a very long subject")

    assert wanted > max(before, box.fontMetrics().horizontalAdvance("2MASS J17522536+6023462"))
    assert wanted < box.sizeHint().width() < 300
    assert box.minimumSizeHint().width() == least
    assert not box.grab().isNull()  # painted with the choice cut


def test_a_box_that_is_seen_takes_the_room_of_new_choices(qtbot):
    whole, box = QWidget(), ChoiceBox(least=8)
    row = QHBoxLayout(whole)
    row.addWidget(box)
    row.addStretch(1)
    qtbot.addWidget(whole)
    whole.resize(500, 60)
    whole.show()

    box.addItem("2MASS J17522536+6023462")
    QApplication.processEvents()

    assert box.width() == box.sizeHint().width()


def test_a_button_cuts_its_text_only_on_the_screen(qtbot):
    name = "a_session_of_the_commissioning_team_with_a_long_name"
    made = ElidedButton(name, icon_name="recent", tip="/data/" + name)
    qtbot.addWidget(made)
    made.resize(160, 28)
    option = QStyleOptionButton()

    made.initStyleOption(option)

    assert "…" in option.text
    assert (made.text(), made.accessibleName()) == (name, name)


def test_a_choice_that_is_cut_is_whole_in_its_tip_and_in_the_list(dressed, qtbot):
    whole, box = QWidget(), ChoiceBox(least=4)
    qtbot.addWidget(whole)
    whole.setToolTip("Which star")
    QHBoxLayout(whole).addWidget(box)
    box.addItems(["2MASS J17522536+6023462/1536-23", "10 Lac"])
    whole.resize(120, 60)
    with qtbot.waitExposed(whole):
        whole.show()
    assert "…" in box.shown_text()

    middle = box.rect().center()
    event = QHelpEvent(QEvent.Type.ToolTip, middle, box.mapToGlobal(middle))
    QApplication.sendEvent(box, event)
    tip = QToolTip.text()
    box.showPopup()

    assert "J17522536+6023462/1536-23" in tip
    assert "Which star" in tip
    assert box.view().width() >= box.fontMetrics().horizontalAdvance(box.currentText())
    box.hidePopup()


def test_a_sentence_with_room_for_no_words_is_only_a_sign(qtbot):
    label = ElidedLabel(rows=2)
    qtbot.addWidget(label)
    label.resize(40, 40)

    label.set_full_text("HD 180609 may have a debris disk")

    assert label.text() == "…"
    assert "debris disk" in label.toolTip()
