"""Tests of guiapp.views.map_split."""

import pytest
from PyQt6.QtWidgets import QScrollArea, QWidget

from guiapp.views.junction_map import JunctionMap
from guiapp.views.map_split import MapSplit
from tests.helpers.figures import source_junctions


@pytest.fixture
def split(qtbot, rng):
    """Return a map of ten sources over something that is at least 200 pixels high."""
    source_map, lower = JunctionMap(), QWidget()
    source_map.show_sources(
        tuple(source_junctions(rng, f"S{i}/1-1", [1.02] * 11) for i in range(10))
    )
    lower.setMinimumHeight(200)
    split = MapSplit(source_map, lower)
    qtbot.addWidget(split)
    split.resize(600, 700)
    with qtbot.waitExposed(split):
        split.show()
    split.share(8)
    return split


def _rows(split):
    """Return how many rows fit exactly; 0: a row is cut."""
    source_map = split.widget(0)
    heights = [source_map.wanted_height(n) for n in range(1, 11)]
    return heights.index(source_map.height()) + 1 if source_map.height() in heights else 0


@pytest.mark.parametrize("height", [700, 443, 420, 380, 372])
def test_a_lower_window_shows_fewer_rows_and_each_of_them_whole(split, height):
    split.resize(600, height)

    rows, room = _rows(split), height - 200 - split.handleWidth()
    assert 4 <= rows <= 8
    assert split.widget(1).height() >= 200
    assert rows == 8 or split.widget(0).wanted_height(rows + 1) > room


def test_a_map_keeps_four_rows_where_there_is_room_for_none(qtbot, split):
    around = QScrollArea()  # as a view lies in the window
    around.setWidgetResizable(True)
    around.setWidget(split)
    qtbot.addWidget(around)
    around.resize(600, 230)
    with qtbot.waitExposed(around):
        around.show()
    n_rows, height_below = _rows(split), split.widget(1).height()
    around.takeWidget()  # each is closed by itself

    assert n_rows == 4
    assert height_below >= 200


def test_an_edge_that_the_user_moved_stays(split):
    split.moveSplitter(150, 1)

    split.resize(600, 650)

    assert split.widget(0).height() == pytest.approx(150, abs=20)
    assert _rows(split) == 0


def test_what_is_shown_anew_has_whole_rows_again(split):
    split.moveSplitter(150, 1)

    split.share(3)

    assert _rows(split) == 3
