"""From the mouse to the engine and back: the loss of count rate taken out of a spectrum."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.project.keys import NodeKey
from guiapp.controllers.corrected_rate import CorrectedRateController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.views.corrected_rate import sample_text
from tests.helpers.mouse import RIGHT, drag, hover, type_key
from tests.helpers.open_files import OpenFiles
from tests.helpers.rates import add_lamps, add_loss_reference, add_stars, loss_columns

KEY = NodeKey("rate", "e2")


def _controller(qtbot, runner, files):
    selection = Selection()
    selection.select(("e2",))
    controller = CorrectedRateController(
        Workspace(Document(files.session), selection, files.chain, runner)
    )
    view = controller.rate
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    return controller


@pytest.fixture
def controller(qtbot, runner):
    """Return the controller with a star of day 700 on the screen, and its lamps."""
    files = OpenFiles()
    add_stars(files)
    add_lamps(files)
    controller = _controller(qtbot, runner, files)
    qtbot.waitUntil(lambda: controller.rate.result is not None)
    controller.rate.plot.setFocus()
    return controller


def test_what_is_drawn_is_the_result(controller):
    view = controller.rate
    result = controller.workspace.chain.result(controller.workspace.session, KEY)

    assert_array_equal(view.before.ys, result.flux_before)
    assert_array_equal(view.after.ys, result.spectrum.flux)
    assert_array_equal(view.loss.ys, result.loss)
    assert_allclose(view.band.highs - view.band.lows, 2.0 * result.loss_error, rtol=1e-6)
    assert "% of the rate is left (exponential, lamps)" in view.summary.full_text()
    assert controller.heading[1] == "everything that follows uses the rate of day zero"


def test_a_click_on_off_switches_it_off_and_undo_brings_it_back(controller, qtbot):
    view, stack = controller.rate, controller.workspace.document.undo_stack
    applied = controller.workspace.chain.result(controller.workspace.session, KEY)

    view.apply.chosen.emit("off")
    qtbot.waitUntil(lambda: view.result.outcome == "left as it is")

    assert controller.workspace.params(KEY).apply == "off"
    assert view.apply.current == "off"
    assert view.after.dash == "dashed"
    assert_allclose(view.after.ys, applied.spectrum.flux, rtol=1e-12)
    assert stack.text(0) == "Set apply of Star 4A to off"
    stack.undo()
    qtbot.waitUntil(lambda: view.result is applied)
    assert view.after.dash == "solid"


def test_a_key_switches_it_off_and_on(controller, qtbot):
    type_key(controller.rate.plot, "a")
    qtbot.waitUntil(lambda: controller.rate.result.outcome == "left as it is")

    type_key(controller.rate.plot, "a")
    qtbot.waitUntil(lambda: controller.rate.result.outcome == "corrected")

    assert controller.workspace.params(KEY).apply == "automatic"


def test_another_source_of_the_loss_is_a_choice(qtbot, runner):
    files = OpenFiles()
    add_stars(files)
    add_lamps(files)
    add_loss_reference(files, TIMECOEFF_CH4=loss_columns(0.3))
    controller = _controller(qtbot, runner, files)
    qtbot.waitUntil(lambda: controller.rate.result is not None)

    controller.rate.source.chosen.emit("reference")
    qtbot.waitUntil(lambda: controller.rate.result.source == "photom.fits")

    assert controller.workspace.params(KEY).source == "reference"
    assert "errors are not known" in controller.rate.summary.full_text()


def test_keys_go_through_stars(controller):
    type_key(controller.rate.plot, "[")

    assert controller.workspace.selection.current == "e1"


def test_the_cursor_reads_a_sample(controller):
    heard = []
    controller.rate.cursor_changed.connect(heard.append)
    result = controller.rate.result
    i = 200

    hover(controller.rate.plot, (result.spectrum.wave_um[i], result.flux_before[i]))

    assert sample_text(result, i) in heard


def test_a_refit_keeps_the_zoom(controller, qtbot):
    view = controller.rate
    drag(view.plot, (18.5, 0.9 * np.nanmedian(view.before.ys)), (19.5, np.nanmedian(view.after.ys)),
         button=RIGHT)  # fmt: skip
    zoomed = view.plot.view

    view.apply.chosen.emit("off")
    qtbot.waitUntil(lambda: view.result.outcome == "left as it is")

    assert view.plot.view == zoomed


@pytest.mark.parametrize(
    ("unit", "lamps", "reason"),
    [("Jy", True, "is in Jy"), ("DN/s", False, "Open lamp spectra of several dates")],
)
def test_what_is_missing_is_said(qtbot, runner, unit, lamps, reason):
    files = OpenFiles()
    add_stars(files, unit=unit)
    if lamps:
        add_lamps(files)

    controller = _controller(qtbot, runner, files)

    assert reason in controller.rate.empty.reason


def test_the_inspector_says_what_is_left(controller):
    content = controller.inspector()

    assert "% of the rate is left" in content.summary
    assert controller.copy_table().column("loss").values[0] == pytest.approx(0.81, abs=0.02)
    assert [spec.name for spec in content.specs] == ["apply", "source"]
    assert controller.export_key() == KEY


def test_parameters_of_all_observations_are_set_from_the_form(controller, qtbot):
    controller.scope = "All observations"

    controller.set_parameter("apply", "off")
    qtbot.waitUntil(lambda: controller.rate.result.outcome == "left as it is")

    assert controller.workspace.params(NodeKey("rate", "e1")).apply == "off"
