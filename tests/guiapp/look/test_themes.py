"""Tests of guiapp.look.themes, fonts, icons and parts."""

import gc
from pathlib import Path

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QFont, QPalette
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QMenuBar,
    QPushButton,
    QTabBar,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

import guiapp
from engine.resources import resource_path
from guiapp.look import icon, theme
from guiapp.look.fonts import interface_font
from guiapp.look.parts import ElidedLabel, Label, plain_tip
from guiapp.look.style import style_sheet
from guiapp.look.tokens import mixed, tokens_of


def test_choosing_a_theme_tells_who_draws_and_dresses_the_application(dressed, qtbot):
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark")

    assert theme.scheme == "dark"
    window = QApplication.palette().color(QPalette.ColorRole.Window)
    assert window == QColor(tokens_of("dark").window)
    assert tokens_of("dark").card in QApplication.instance().styleSheet()


def test_bands_have_the_colors_of_the_theme(dressed):
    light = theme.band("2B")
    theme.choose("dark")

    assert theme.band("2B") != light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_name_is_left_unfilled_in_the_style_sheet(scheme):
    assert "$" not in style_sheet(tokens_of(scheme))


def test_mixing_goes_from_one_color_to_the_other():
    assert mixed("#ffffff", "#000000", 0.0) == "#000000"
    assert mixed("#ffffff", "#000000", 1.0) == "#ffffff"
    assert mixed("#ff0000", "#0000ff", 0.5) == "#800080"


def test_an_icon_takes_the_color_of_the_theme_in_use(dressed):
    drawing = icon("running", "accent")

    for choice in ("light", "dark"):
        theme.choose(choice)
        middle = drawing.pixmap(QSize(16, 16)).toImage().pixelColor(8, 8)
        assert middle.name() == tokens_of(choice).accent


def test_every_drawing_can_be_drawn(dressed):
    names = sorted(path.stem for path in resource_path("icons").glob("*.svg"))

    for name in names:
        image = icon(name).pixmap(QSize(32, 32)).toImage()
        opaque = sum(image.pixelColor(x, y).alpha() > 128 for x in range(32) for y in range(32))
        assert opaque > 8, name


def test_figures_all_have_one_width(qapp):
    font = interface_font()

    assert font.featureValue(QFont.Tag("tnum")) == 1


def test_the_size_of_text_can_be_scaled(dressed):
    theme.choose("light", font_scale=1.5)
    large = QApplication.font().pointSizeF()
    theme.choose("light", font_scale=1.0)

    assert large == pytest.approx(1.5 * QApplication.font().pointSizeF())


def test_every_widget_follows_the_size_of_text(dressed, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    box = QVBoxLayout(window)
    parts = [QPushButton("Go"), QLineEdit("5"), QTabBar(), QTreeView(), QComboBox(), QMenuBar()]
    for part in parts:
        box.addWidget(part)
    window.show()
    before = [part.font().pointSizeF() for part in parts]

    theme.choose("light", font_scale=1.5)
    QApplication.processEvents()

    after = [part.font().pointSizeF() for part in parts]
    assert after == pytest.approx([1.5 * size for size in before])
    theme.choose("light", font_scale=1.0)


def test_no_widget_has_a_style_sheet_of_its_own():
    """With one, Qt would crash on widgets that ended while the application had no sheet."""
    package = Path(guiapp.__file__).parent
    setting = [p.name for p in package.rglob("*.py") if ".setStyleSheet(" in p.read_text("utf-8")]

    assert setting == ["themes.py"]


def test_widgets_may_end_while_the_theme_changes(dressed, qtbot):
    """Also those that were never shown, and asked how large they would be."""
    window = QWidget()
    qtbot.addWidget(window)
    box = QVBoxLayout(window)
    window.show()
    for turn in range(12):
        made = [QPushButton(f"{turn} {number}") for number in range(20)]
        for one in made[::2]:
            box.addWidget(one)
        assert all(one.sizeHint().isValid() for one in made)
        theme.choose("dark" if turn % 2 else "light", font_scale=1.0 + 0.1 * (turn % 3))
        for one in made:
            one.setParent(None)
        del made, one
        gc.collect()

    theme.choose("light", font_scale=1.0)

    assert window.isVisible()


def test_headings_follow_the_size_of_text_and_keep_their_look(dressed, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    label = Label("Data", "section")
    QVBoxLayout(window).addWidget(label)
    window.show()
    before = label.font().pointSizeF()

    theme.choose("dark", font_scale=1.5)
    QApplication.processEvents()

    assert label.font().pointSizeF() == pytest.approx(1.5 * before)
    assert label.font().capitalization() == QFont.Capitalization.AllUppercase
    theme.choose("light", font_scale=1.0)


@pytest.mark.parametrize("text", ["Lines of δ UMi", "S/N of Vega", "Radii (px)", "10 Lac in %"])
def test_a_headline_with_a_name_or_a_unit_keeps_its_case(qtbot, text):
    label = Label("Numbers", "section")
    qtbot.addWidget(label)
    assert label.font().capitalization() == QFont.Capitalization.AllUppercase

    label.setText(text)
    named = label.font().capitalization()
    label.setText("Pairs of epochs")

    assert named == QFont.Capitalization.MixedCase
    assert label.font().capitalization() == QFont.Capitalization.AllUppercase


def test_text_from_a_file_is_never_markup(qtbot):
    label = Label("<b>16 Cyg</b>")
    qtbot.addWidget(label)

    assert label.text() == "<b>16 Cyg</b>"
    assert label.textFormat() == label.textFormat().PlainText
    assert plain_tip("<img src=x>\nline") == "<qt>&lt;img src=x&gt;<br>line</qt>"


def test_a_line_without_room_is_elided_and_whole_in_its_tooltip(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()

    label.set_full_text("a long line that cannot fit")

    assert label.text().endswith("…")
    assert "cannot fit" in label.toolTip()
    assert label.full_text() == "a long line that cannot fit"


def test_an_icon_of_no_size_is_no_picture_and_no_trouble(qtbot):
    assert icon("running").pixmap(QSize(0, 0)).isNull()
