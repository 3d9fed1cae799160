"""Tests of guiapp.views.source_map."""

import pytest
from PyQt6.QtCore import QModelIndex, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication

from guiapp.plots.colors import color_of
from guiapp.views.junction_map import JunctionMap
from guiapp.views.source_map import (
    CellLook,
    SourceMap,
    SourceMapModel,
    contrast,
    fitted_name,
    shaded,
)
from tests.helpers.figures import source_junctions


class Grid(SourceMapModel):
    """Two sources, two columns; it counts how often it is asked."""

    def __init__(self, parent):
        super().__init__(parent, ("1A", "1B"))
        self.sources = ("DELUMI/1-1", "Star/2-1")
        self.asked = []

    def look_of(self, source, column):
        self.asked.append((source, column))
        return CellLook(column, *shaded("wrong", 0.5))

    def sentence_of(self, source, column):
        return f"{source} in {column}"


class GridMap(SourceMap):
    """A map of the grid."""

    def new_model(self):
        return Grid(self)


@pytest.fixture
def table(qtbot):
    table = GridMap(name="Grid")
    qtbot.addWidget(table)
    table.resize(400, 200)
    with qtbot.waitExposed(table):
        table.show()
    return table


def test_a_cell_says_what_it_holds_in_words_too(table):
    index = table.cells.index(1, 0)

    assert table.cells.data(index) == "1A"
    assert table.cells.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Star/2-1 in 1A"
    assert table.cells.cell(QModelIndex()) is None


def test_sources_are_named_as_everywhere(table):
    assert table.cells.headerData(0, Qt.Orientation.Vertical) == "δ UMi/1-1"


def test_looks_are_asked_for_once_until_they_change(table):
    table.grab()
    table.grab()
    once = list(table.cells.asked)

    table.repaint_cells()
    table.grab()

    assert len(once) == len(set(once)) == 4
    assert len(table.cells.asked) == 8


def test_choosing_by_program_tells_no_one_and_by_hand_does(qtbot, table):
    told = []
    table.chosen.connect(lambda *cell: told.append(cell))

    table.choose("Star/2-1", "1B")
    assert table.current() == ("Star/2-1", "1B")
    assert told == []
    table.choose("Nobody", "1B")
    qtbot.keyClick(table, Qt.Key.Key_Up)

    assert told == [("DELUMI/1-1", "1B")]


@pytest.mark.parametrize("ink", ["text", "dim"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("name", ["wrong", "accent", "care"])
def test_text_is_read_on_every_shade(qapp, name, share, ink):
    fill, found = shaded(name, share, ink=ink)

    assert contrast(found, fill) >= 3.5
    assert contrast(found, fill) >= contrast(color_of(ink), fill) or share < 0.2


def test_names_of_columns_are_whole_and_long_names_of_sources_take_the_rest(dressed, table):
    name = "2MASS J17571324+6703409/1536-24"
    table.cells.sources = (name,)
    table.cells.columns = tuple(f"{n}A|{n}B" for n in "01234567890")
    table.resize(680, 200)
    table.cells.beginResetModel()
    table.cells.endResetModel()

    across, down = table.horizontalHeader(), table.verticalHeader()

    assert across.sectionSize(0) >= across.fontMetrics().horizontalAdvance("4A|4B")
    assert across.length() <= table.viewport().width()
    assert 150 < down.width() < down.fontMetrics().horizontalAdvance(name)
    tip = table.cells.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert name in tip


def test_without_room_the_texts_shrink_until_all_columns_are_seen(qtbot, dressed):
    table = JunctionMap()
    qtbot.addWidget(table)
    table.resize(900, 200)
    with qtbot.waitExposed(table):
        table.show()
    scales = [table.text_scale]

    table.resize(540, 200)
    scales.append(table.text_scale)
    scroll = table.horizontalScrollBar()

    assert scales[0] == 1.0
    assert scales[1] < 1.0
    assert scroll.maximum() == 0


def test_what_is_marked_is_written_in_its_color(qtbot, dressed):
    shown = JunctionMap()
    qtbot.addWidget(shown)
    shown.resize(900, 200)
    with qtbot.waitExposed(shown):
        shown.show()

    before = colors_in(shown.horizontalHeader())
    shown.mark((), ("3A", "3B"))

    accent = color_of("accent").name()
    assert accent not in before
    assert accent in colors_in(shown.horizontalHeader())


def colors_in(widget):
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_the_row_of_a_cell_that_is_chosen_elsewhere_comes_into_sight(table):
    cells = table.cells
    cells.beginResetModel()
    cells.sources = tuple(f"Star {at}/1-1" for at in range(40))
    cells.endResetModel()

    table.choose("Star 30/1-1", "1B")

    seen = table.visualRect(table.currentIndex())
    assert table.viewport().rect().contains(seen.center())
    assert table.verticalScrollBar().value() > 0


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        (300, "2MASS J19415198+5031032/1538-1"),
        (150, "2MASS J19415198+5031032\n1538-1"),
        (80, "…\n1538-1"),
    ],
)
def test_a_long_name_goes_on_in_a_second_line_before_it_is_cut(qapp, room, shown):
    font, text = fitted_name("2MASS J19415198+5031032/1538-1", QApplication.font(), room)

    lines = text.split("\n")
    assert text == shown or (room == 80 and "…" in lines[0] and lines[1] == "1538-1")
    assert all(QFontMetrics(font).horizontalAdvance(one) <= room for one in lines)


def test_names_of_sources_are_whole_in_a_narrow_window(qtbot, rng):
    names = ("2MASS J19415198+5031032/1538-1", "2MASS J22391567+3903009/1524-16")
    table = JunctionMap()
    table.show_sources(tuple(source_junctions(rng, one, [1.02] * 11) for one in names))
    qtbot.addWidget(table)
    table.resize(540, 200)
    with qtbot.waitExposed(table):
        table.show()

    room = table.verticalHeader().width() - 12
    for one in names:
        _, text = fitted_name(one, table.verticalHeader().font(), room)
        assert text == one.replace("/", "\n")
    assert table.horizontalScrollBar().maximum() == 0
