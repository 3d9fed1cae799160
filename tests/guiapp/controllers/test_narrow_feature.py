"""Tests of the controller and the view of narrow features."""

import numpy as np
import pytest

from engine.project.keys import NodeKey
from engine.simulate.nebula import StripDetector
from guiapp.controllers.narrow_feature import NarrowFeatureController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import drag, hover
from tests.helpers.nebula import nebula_images
from tests.helpers.open_files import OpenFiles

KEY = NodeKey("feature", "2C@pixels")
_STRIP = StripDetector("2C", 11.46, 0.0019, n_rows=120, n_slices=5, slice_columns=10)


@pytest.fixture(scope="module")
def images():
    return nebula_images(_STRIP, 1)[0]


@pytest.fixture
def controller(qtbot, runner, images):
    files = OpenFiles()
    for image in images[:4]:
        files.add(image, "detector image", "extended source")
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = NarrowFeatureController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.feature.feature is not None, timeout=20_000)
    return controller


def test_points_and_spline_are_those_of_the_result(controller):
    view = controller.feature
    result = view.feature

    assert view.points.xs.size == result.wave_um.size
    np.testing.assert_array_equal(view.points.xs, np.sort(result.wave_um))
    assert np.count_nonzero(view.points.kinds == 0) == np.count_nonzero(result.is_used)
    np.testing.assert_array_equal(view.curve.ys, result.curve)
    assert view.summary.full_text().startswith(f"depth {100 * result.depth:.2f} ± ")


def test_an_edge_that_is_dragged_changes_the_range_and_is_undone(qtbot, controller):
    view, document = controller.feature, controller.workspace.document
    before = view.feature

    drag(view.plot, (11.65, 0.99), (11.67, 0.99))

    qtbot.waitUntil(lambda: view.feature is not before, timeout=20_000)
    assert view.feature.range_um[1] == pytest.approx(11.67, abs=1e-3)
    assert document.undo_stack.undoText().startswith("Set the range of the feature of 2C to 11.55")
    document.undo_stack.undo()
    assert controller.workspace.params(KEY).range_um == (11.55, 11.65)
    qtbot.waitUntil(lambda: view.feature.range_um == (11.55, 11.65), timeout=20_000)


def test_edges_do_not_pass_each_other(controller):
    view = controller.feature

    view.edge_moved(0, 11.9)

    low, high = view.edges.values
    assert low < high == 11.65
    view.edges_cancelled()
    assert view.edges.values == (11.55, 11.65)


def test_the_default_range_comes_back(controller):
    view = controller.feature
    view.range_chosen.emit(11.54, 11.66)
    assert view.reset.isEnabled()

    view.reset.click()

    assert controller.workspace.params(KEY).range_um == (11.55, 11.65)
    assert not view.reset.isEnabled()


def test_the_cursor_reads_the_spline_inside_the_range(qtbot, controller):
    said = []
    controller.cursor_changed.connect(said.append)

    hover(controller.feature.plot, (11.60, 0.99))
    qtbot.waitUntil(lambda: any("spline" in text for text in said))
    hover(controller.feature.plot, (11.50, 0.99))
    qtbot.waitUntil(lambda: "spline" not in said[-1])


def test_residuals_are_about_zero(controller):
    view = controller.feature
    inside = view.rest.kinds == 0

    assert abs(float(np.median(view.rest.ys[inside]))) < 0.1


def test_the_inspector_gives_depth_and_place(controller):
    content = controller.inspector()

    result = controller.feature.feature
    assert content.numbers.column("depth").values[0] == result.depth
    assert content.values["range_um"] == (11.55, 11.65)
    assert controller.export_key() == KEY


def test_a_range_outside_the_band_leaves_nothing_to_show(qtbot, controller):
    controller.set_parameter("range_um", (5.0, 5.1))

    assert controller.key() is None
    assert "2C" in controller.feature.empty.reason
    controller.workspace.document.undo_stack.undo()
    assert controller.key() == KEY


def test_without_exposures_the_view_says_what_to_open(qtbot, runner):
    files = OpenFiles()
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = NarrowFeatureController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert "nebula in 2C" in controller.feature.empty.reason
