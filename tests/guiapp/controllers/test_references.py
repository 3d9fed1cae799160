"""From the mouse to the engine and back: photom references beside each other."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.mrs.photom_reference import PhotomParams
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.photom_step import MADE, versions_key
from guiapp.controllers.references import ReferencesController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, hover, type_key
from tests.helpers.open_files import OpenFiles
from tests.helpers.references import add_map, add_reference, add_vector

KEY = versions_key("34A")


def _controller(qtbot, runner, files):
    controller = ReferencesController(
        Workspace(Document(files.session), Selection(), files.chain, runner)
    )
    view = controller.references
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    return controller


@pytest.fixture
def controller(qtbot, runner):
    """Return the controller with 34A on the screen: two delivered references, one made."""
    files = OpenFiles()
    add_map(files)
    add_reference(files)
    add_reference(files, level=315.0, name="later.fits")
    add_vector(files, "4A")
    controller = _controller(qtbot, runner, files)
    controller.choose_frame("34A")
    qtbot.waitUntil(lambda: controller.references.result is not None)
    controller.references.plot.setFocus()
    return controller


def test_what_is_drawn_is_the_result(controller):
    view = controller.references
    result = controller.workspace.chain.result(controller.workspace.session, KEY)

    for curve in result.curves:
        rows = view.rows_of(curve.version, curve.band)
        assert_array_equal(rows.factor.ys, curve.factor)
        assert_array_equal(rows.ratio.ys, curve.ratio)
    assert_allclose(np.nanmedian(view.rows_of(MADE, "4A").ratio.ys), 1.155, rtol=1e-5)
    assert "made here over photom.fits: 4A 15.50 %" in view.summary.full_text()


def test_a_frame_without_a_map_says_what_to_open_and_the_choice_stays(controller):
    controller.references.frames.chosen.emit("12B")

    assert "cal file of MIRIFUSHORT, MEDIUM" in controller.references.empty.reason
    assert controller.references.frames.isVisible()
    assert controller.export_key() is None


def test_a_frame_with_a_map_alone_says_what_there_is_to_compare(qtbot, runner):
    files = OpenFiles()
    add_map(files)
    controller = _controller(qtbot, runner, files)

    controller.choose_frame("34A")

    assert "Nothing to compare yet for MIRIFULONG, SHORT" in controller.references.empty.reason


def test_a_clicked_curve_becomes_the_baseline_with_a_key(controller, qtbot):
    view, stack = controller.references, controller.workspace.document.undo_stack
    later = next(one for one, name in view.result.versions if name == "later.fits")
    curve = view.rows_of(later, "4A").ratio
    middle = curve.xs.size // 2

    click(view.plot, (curve.xs[middle], curve.ys[middle]))
    assert view.version == later
    type_key(view.plot, "b")
    qtbot.waitUntil(lambda: view.result.baseline == later)

    assert_allclose(np.nanmedian(view.rows_of(later, "4A").ratio.ys), 1.0)
    assert stack.text(0) == "Compare references of 34A with later.fits"
    stack.undo()
    qtbot.waitUntil(lambda: view.result.baseline != later)


def test_the_baseline_is_chosen_from_the_list(controller, qtbot):
    view = controller.references
    place = view.baseline.findText("made here")

    view.baseline.activated.emit(place)
    qtbot.waitUntil(lambda: view.result.baseline == MADE)

    assert view.baseline.currentText() == "made here"


def test_the_cursor_reads_the_version_under_it(controller):
    heard = []
    view = controller.references
    view.cursor_changed.connect(heard.append)
    curve = view.rows_of(MADE, "4A").ratio
    middle = curve.xs.size // 2

    hover(view.plot, (curve.xs[middle], curve.ys[middle]))

    assert any(text.startswith("made here") and "ratio 1.155" in text for text in heard)


def test_parameters_of_the_reference_are_set_from_the_form(controller, qtbot):
    controller.set_parameter("beyond", "hold")

    params = controller.workspace.params(NodeKey("photom", EVERYTHING))
    assert params == PhotomParams(beyond="hold")
    qtbot.waitUntil(lambda: not controller.workspace.runner.jobs)
    text = controller.workspace.document.undo_stack.text(0)
    assert text == "Set beyond the vector of photom references to hold"


def test_the_inspector_says_what_it_was_made_from(controller):
    content = controller.inspector()

    assert "Base: later.fits." in content.summary
    assert "no vector of 3A" in content.summary
    assert list(content.numbers.column("band").values) == ["4A", "3A"]
    assert controller.export_key() == KEY


def test_the_legend_hides_a_version(controller):
    view = controller.references
    first = view.result.versions[0][0]

    view.legend.switched.emit(first, False)

    assert not view.rows_of(first, "4A").ratio.isVisible()
    assert view.rows_of(MADE, "4A").ratio.isVisible()
