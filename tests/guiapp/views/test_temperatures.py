"""Tests of guiapp.views.temperatures."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PyQt6.QtCore import Qt

from engine.project.keys import NodeKey
from guiapp.views.range_gestures import AddRange, ChangeRange, RemoveRange
from guiapp.views.temperatures import Offered, TemperaturesView, place_text, range_text
from tests.helpers.mouse import RIGHT, click, drag, hover, key
from tests.helpers.open_files import OpenFiles
from tests.helpers.planets import LATITUDES, open_planets


@pytest.fixture(scope="module")
def results():
    files = open_planets(OpenFiles())
    return [
        files.chain.evaluate(files.session, NodeKey("temperature", name))
        for name in ("Saturn MIRI", "Uranus MIRI")
    ]


@pytest.fixture
def view(qtbot, results):
    view = TemperaturesView()
    qtbot.addWidget(view)
    view.resize(820, 620)
    view.offer(Offered(("Saturn MIRI", "Uranus MIRI"), "Saturn MIRI", ("Saturn CIRS",)))
    with qtbot.waitExposed(view):
        view.show()
    view.show_result(results[0])
    return view


def test_the_map_and_one_latitude_are_those_of_the_result(view, results):
    assert_array_equal(view.mesh.nodes, results[0].temperature_k)
    assert_array_equal(view.curve.ys, results[0].temperature_k[1])
    assert_array_equal(view.other.ys, results[0].reference_k[1])
    assert view.row_mark.values == (30.0,)


def test_a_click_on_the_map_shows_that_latitude_below(view, results):
    click_at = (20.0, 58.0)

    drag(view.map, click_at, click_at)

    assert view.row == 2
    assert_array_equal(view.curve.ys, results[0].temperature_k[2])
    assert view.row_mark.values == (LATITUDES[2],)


def test_arrows_walk_over_the_latitudes_and_stop_at_the_ends(view):
    view.map.setFocus()
    for _ in range(5):
        key(view.map, Qt.Key.Key_Up)

    assert view.row == 2
    key(view.map, Qt.Key.Key_Down)
    assert view.row == 1


def test_the_difference_and_its_flux_can_be_shown(view, results):
    view.pages.chosen.emit("difference_k")
    assert_array_equal(view.mesh.nodes, results[0].difference_k)
    assert view._zero.values == (0.0,)

    view.pages.chosen.emit("percent")

    assert_array_equal(view.curve.ys, results[0].percent[1])


def test_a_spectrum_has_no_map(view, results):
    view.show_result(results[1])

    assert not view.map.isVisible()
    assert_array_equal(view.curve.ys, results[1].temperature_k[0])


def test_dragging_an_edge_changes_a_range(view, qtbot, results):
    low, high = results[0].ranges[1].low_um, results[0].ranges[1].high_um
    level = float(np.nanmedian(results[0].temperature_k[1]))

    with qtbot.waitSignal(view.range_edited) as signal:
        drag(view.profile, (high, level), (25.0, level))

    [edit] = signal.args
    assert isinstance(edit, ChangeRange)
    assert (edit.index, edit.low_um) == (1, low)
    assert edit.high_um == pytest.approx(25.0, abs=0.05)


def test_a_range_is_added_only_in_the_mode_for_it(view, qtbot, results):
    level = float(np.nanmedian(results[0].temperature_k[1]))
    with qtbot.assertNotEmitted(view.range_edited):
        drag(view.profile, (19.0, level), (20.0, level))
    view.adding.setChecked(True)

    with qtbot.waitSignal(view.range_edited) as signal:
        drag(view.profile, (19.0, level), (20.0, level))

    assert isinstance(signal.args[0], AddRange)
    assert not view.adding.isChecked()


def test_a_right_click_removes_a_range(view, qtbot, results):
    level = float(np.nanmedian(results[0].temperature_k[1]))

    with qtbot.waitSignal(view.range_edited) as signal:
        click(view.profile, (25.0, level), button=RIGHT)

    assert signal.args == [RemoveRange(1)]


def test_choosing_a_reference_says_which(view, qtbot):
    for index, name in ((0, ""), (1, "none"), (2, "Saturn CIRS")):
        with qtbot.waitSignal(view.reference_chosen) as signal:
            view.reference.activated.emit(index)
        assert signal.args == [name]


def test_hovering_the_map_reads_it(view, qtbot, results):
    said = []
    view.cursor_changed.connect(said.append)

    hover(view.map, (25.0, 0.0))

    qtbot.waitUntil(lambda: any("difference" in text for text in said))
    at = int(np.argmin(np.abs(results[0].wave_um - 25.0)))
    assert "1.0" in place_text(results[0], at, 0)
    assert "flux +" in range_text(results[0].ranges[1])


def test_a_new_result_keeps_zoom_and_latitude(view, results):
    view.choose_row(0)
    view.map.set_view(((18.0, 22.0), (0.0, 40.0)))
    before = view.map.view

    view.show_result(replace(results[0], messages=("Said.",)))

    assert view.map.view == before
    assert view.row == 0
    assert view.remark.full_text() == "Said. The differences of ranges are means of all latitudes."


def test_nothing_to_show_is_said_in_place_of_the_plots(view):
    view.clear("Open a map.")

    assert view.empty.reason == "Open a map."
    assert view.curve.xs.size == 0
