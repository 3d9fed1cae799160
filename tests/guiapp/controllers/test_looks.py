"""The window as it is seen: nothing cut, covered, raw or empty, in a small window."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from engine.model.table import Column, ResultTable
from guiapp.look import theme
from guiapp.look.parts import ChoiceBox, ElidedLabel
from guiapp.look.result_table import ResultTableView
from guiapp.plots.canvas import PlotCanvas
from guiapp.plots.themed_plot import ThemedPlot

_CHECKS = Path(__file__).resolve().parents[3] / "docs" / "guide" / "look_checks.py"


@pytest.fixture(scope="module")
def findings():
    """Return what lists the findings: a script of the guide."""
    spec = importlib.util.spec_from_file_location("look_checks", _CHECKS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module.findings
    sys.modules.pop("look_checks", None)


@pytest.fixture
def box(qtbot, dressed):
    """Return a window of a given size with parts in a column."""

    def make(*parts, width=400):
        window = QWidget()
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        for part in parts:
            column.addWidget(part)
        window.resize(width, 300)
        with qtbot.waitExposed(window):
            window.show()
        QApplication.processEvents()
        return window

    return make


def test_a_text_without_room_is_found_unless_it_says_so(box, findings):
    long = "2MASS J17571324+6703409 and further names"
    narrow, honest = QLabel(long), ElidedLabel(long)
    narrow.setMaximumWidth(60)
    honest.setMaximumWidth(60)

    found = findings(box(narrow, honest))

    assert len(found) == 1
    assert found[0].startswith("clipped: QLabel")


def test_a_choice_of_words_a_mark_and_a_title_without_room_are_found(box, findings, monkeypatch):
    choice, mark = ChoiceBox(), QCheckBox("Correct what deviates")
    monkeypatch.setattr(choice, "has_words", True)
    choice.addItems(["own", "own and masks of the response"])
    choice.setMaximumWidth(80)
    mark.setMaximumWidth(60)
    table = QTableWidget(1, 1)
    table.setHorizontalHeaderLabels(["the largest of all offsets"])
    table.setColumnWidth(0, 40)

    found = findings(box(choice, mark, table))

    assert [one for one in found if "ChoiceBox 'own and masks of the response'" in one]
    assert [one for one in found if "QCheckBox 'Correct what deviates'" in one]
    assert [one for one in found if "column 'the largest of all offsets'" in one]


def test_a_table_that_scrolls_sideways_is_found(box, findings):
    table = ResultTableView()
    names = [f"quantity{i}" for i in range(12)]
    columns = tuple(Column(name, "", np.array([1.25])) for name in names)
    table.show_table(ResultTable("Wide", columns))

    window = box(table, width=300)
    assert [one for one in findings(window) if one.startswith("scrolls")]
    window.resize(900, 300)
    QApplication.processEvents()
    assert not [one for one in findings(window) if one.startswith("scrolls")]


def test_parts_over_each_other_and_names_of_code_are_found(box, findings):
    one, other = QPushButton("open_file"), QPushButton("Close")
    window = box(one, other)
    other.move(one.pos())

    found = findings(window)

    assert [text.partition(":")[0] for text in found] == ["overlap", "raw name"]


def test_a_plot_without_unit_or_content_is_found(box, findings):
    plot = PlotCanvas(name="Empty", x_label="Wavelength", y_label="Flux (Jy)")
    plot.setMinimumSize(380, 250)

    found = findings(box(plot))

    assert "no unit: axis 'Wavelength' of 'Empty'" in found
    assert "empty: plot 'Empty' has axes, but shows nothing" in found


def test_a_ratio_needs_no_unit_however_it_is_written(box, findings):
    plot = PlotCanvas(name="Ratios", x_label="Wavelength (µm)", y_label="Ratio to baseline")
    other = PlotCanvas(name="Levels", x_label="Wavelength (µm)", y_label="Over the mean level")

    found = findings(box(plot, other))

    assert not [one for one in found if one.startswith("no unit")]


def test_a_label_longer_than_its_plot_is_found(box, findings, monkeypatch):
    monkeypatch.setattr("guiapp.plots.axes.fitted_label", lambda label, _room: label)
    plot = PlotCanvas(name="Low", x_label="Wavelength (µm)", y_label="A label of many words (Jy)")
    plot.setFixedHeight(90)

    found = findings(box(plot))

    assert "clipped: axis 'A label of many words (Jy)' of 'Low'" in found


def test_what_is_scrolled_out_of_sight_but_for_an_edge_is_not_pale(box, findings):
    area, content = QScrollArea(), QWidget()
    column = QVBoxLayout(content)
    for _ in range(12):
        label = QLabel("none")
        label.setFixedHeight(20)
        column.addWidget(label)
    area.setWidget(content)
    window = box(area)
    bar = area.verticalScrollBar()
    found = []

    for value in range(0, bar.maximum()):
        bar.setValue(value)
        found += findings(window)

    assert not found


def test_a_pale_text_is_found(box, findings):
    pale = QLabel("hardly seen")
    pale.setStyleSheet("color: #d0d4da; background: #ffffff;")

    found = findings(box(pale))

    assert len(found) == 1
    assert found[0].startswith("pale: QLabel")


def test_views_of_a_small_window_have_nothing_wrong(star, findings):
    star.window.resize(1280, 720)
    wrong = []
    for name, scheme in (("cube", "light"), ("response", "dark"), ("junctions", "dark")):
        theme.choose(scheme)
        star.view(name)
        wrong += [f"{name}: {one}" for one in findings(star.window)]

    assert wrong == []
    assert star.window.findChildren(ThemedPlot)
