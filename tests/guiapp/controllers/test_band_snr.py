"""Tests of the controller and the views of the signal-to-noise ratio per band."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from engine.mrs.band_snr import BandSnrParams
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.band_snr import BandSnrController
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.views.source_map import contrast, shaded
from tests.helpers.open_files import OpenFiles


@pytest.fixture
def controller(qtbot, runner):
    """Return the controller on two stars, one of them in two bands and in Table 1."""
    files = OpenFiles()
    files.spectrum("HD 2811", "1B", program="1536", seed=1)
    files.spectrum("HD 2811", "1C", program="1536", seed=2)
    files.spectrum("Star B", "1B", seed=3)
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = BandSnrController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 700)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.ratios.map.model().rowCount() == 2)
    return controller


def _click(controller, row, column):
    table = controller.ratios.map
    where = table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)


def _text(controller, row, column):
    return controller.ratios.map.model().index(row, column).data()


def test_the_table_says_the_ratio_of_every_star_and_band(controller):
    found = controller.workspace.chain.result(
        controller.workspace.session, NodeKey("band_snr", "HD 2811/1536-1")
    )

    assert _text(controller, 0, 1) == f"{found.band('1B').snr:.0f}"
    assert _text(controller, 0, 0) == ""  # 1A was not observed
    # The spectra of the helper have a relative noise of 0.004.
    assert float(_text(controller, 1, 1)) == pytest.approx(250, rel=0.1)


def test_the_other_numbers_of_the_cells(controller):
    found = controller.workspace.chain.result(
        controller.workspace.session, NodeKey("band_snr", "HD 2811/1536-1")
    ).band("1B")

    controller.ratios.quantities.chosen.emit("over")
    assert _text(controller, 0, 1) == f"{found.snr / 539:.2f}"  # Law+2025, Table 1
    assert _text(controller, 1, 1) == "–"
    controller.ratios.quantities.chosen.emit("correlation")
    assert float(_text(controller, 0, 1).replace("−", "-")) == pytest.approx(
        found.correlation, abs=0.005
    )


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_numbers_can_be_read_on_every_shade(dressed, name):
    dressed.choose(name)
    for share in np.linspace(0.0, 1.0, 21):
        fill, ink = shaded("accent", share)

        assert contrast(ink, fill) > 3.5, share


def test_a_click_opens_the_spectrum_and_selects_it_everywhere(controller):
    _click(controller, 0, 2)

    found = controller.workspace.chain.result(
        controller.workspace.session, NodeKey("band_snr", "HD 2811/1536-1")
    ).band("1C")
    assert controller.workspace.selection.current == "e2"
    view = controller.ratios
    np.testing.assert_array_equal(view.flux.ys, found.flux)
    np.testing.assert_array_equal(view.spline.ys, found.noise.continuum)
    assert np.nanstd(view.scatter.ys[found.noise.used]) == pytest.approx(
        100 * found.noise.rms, rel=0.05
    )
    assert "HD 2811 1C   S/N" in view.sentence.text()
    assert np.isfinite(view.left_out.ys).sum() == np.isfinite(found.flux).sum() - found.noise.n_used


def test_the_arrows_move_from_band_to_band(controller):
    _click(controller, 0, 1)

    QTest.keyClick(controller.ratios.map, Qt.Key.Key_Right)

    assert controller.ratios.one.band == "1C"
    assert controller.workspace.selection.current == "e2"


def test_what_is_selected_elsewhere_is_shown(controller):
    controller.workspace.selection.select(("e3",))

    assert controller.ratios.source == "Star B/1-1"
    assert controller.ratios.map.current() == ("Star B/1-1", "1B")


def test_the_inspector_lists_the_bands_of_the_star(controller):
    _click(controller, 0, 1)

    content = controller.inspector()

    assert content.numbers_title == "S/N of HD 2811"
    assert list(content.numbers.column("band").values) == ["1B", "1C"]
    assert content.numbers.column("Table 1").values[0] == 539
    assert "another observation" in content.summary


def test_another_spline_is_one_edit_and_can_be_undone(controller, qtbot):
    _click(controller, 0, 1)
    before = controller.ratios.one.noise.n_parameters

    controller.set_parameter("n_breakpoints", 5)
    qtbot.waitUntil(lambda: controller.ratios.one.noise.n_parameters == 9)

    stack = controller.workspace.document.undo_stack
    assert stack.undoText() == "Set breakpoints of the S/N of all sources to 5"
    key = NodeKey("band_snr", EVERYTHING)
    assert controller.workspace.params(key) == BandSnrParams(n_breakpoints=5)
    stack.undo()
    qtbot.waitUntil(lambda: controller.ratios.one.noise.n_parameters == before)


def test_what_is_left_out_is_marked_and_can_be_hidden(controller):
    view = controller.ratios

    view.legend.switch("left out")

    assert not view.left_out.isVisible()
    assert not view.left_out_below.isVisible()


def test_nothing_open_says_what_to_open(controller):
    workspace = controller.workspace

    edit(workspace.document, workspace.session.without_entries(["e1", "e2", "e3"]), "Close all")

    assert "Open a spectrum" in controller.ratios.empty.reason
