"""Two versions of one calibration side by side, in every view that compares them."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from engine.mrs.response_params import StarResponseParams
from engine.mrs.star_combination import CombinationParams
from engine.project.combine_step import COMBINATION
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session_file import write_session
from guiapp.controllers.comparison import ComparisonController
from guiapp.controllers.junctions import JunctionsController
from guiapp.controllers.spectra import SpectraController
from guiapp.controllers.star_combination import StarCombinationController
from guiapp.controllers.star_response import StarResponseController
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.trends import TrendsController
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from tests.helpers.workspaces import workspace

RESPONSE = NodeKey("response", "e1")


@pytest.fixture
def space(runner):
    return workspace(runner)


@pytest.fixture
def versions(qtbot, space):
    window = QWidget()
    qtbot.addWidget(window)
    return ComparisonController(space, window, StartFolder())


def shown(qtbot, controller):
    """Return a controller whose view is seen."""
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    return controller


def refit(space):
    """Fit the response of e1 with one breakpoint."""
    params = StarResponseParams(breakpoints_um=(6.0,), line_windows="none")
    space.set_params(RESPONSE, params, "One breakpoint")


def test_a_version_is_named_after_the_time_when_it_is_kept_unless_one_types(space, versions):
    labels = []
    for typed in ("", "with three breakpoints"):
        versions.keep()
        [dialog] = versions.parent().findChildren(TextDialog)
        QTest.keyClicks(dialog.field, typed)
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        labels.append(space.other.label)
        dialog.setParent(None)
    refit(space)
    versions.stop()

    assert labels == ["as opened", "with three breakpoints"]
    versions.keep()
    [dialog] = versions.parent().findChildren(TextDialog)
    assert re.fullmatch(r"version \d\d:\d\d", dialog.text)
    dialog.reject()
    assert space.other.label == ""


def test_the_response_before_an_edit_stays_dashed(qtbot, space, versions):
    controller = shown(qtbot, StarResponseController(space))
    view = controller.response
    qtbot.waitUntil(lambda: view.result is not None, timeout=10_000)
    before = view.result

    versions.keep_as("as opened")
    kept = space.document.undo_stack.undoText()
    assert kept == "Keep this version to compare with: as opened"
    refit(space)
    qtbot.waitUntil(lambda: view.result is not before)

    assert_array_equal(view.canvas.layers.previous.ys, before.vector)
    assert view.canvas.previous.name == "as opened"
    versions.stop()
    assert view.canvas.previous.name == "previous"  # as before the last change
    assert_array_equal(view.canvas.layers.previous.ys, before.vector)


def test_the_ratio_graph_goes_on_with_the_other_version_at_each_edit(qtbot, space, versions):
    controller = shown(qtbot, StarResponseController(space))
    view = controller.response
    qtbot.waitUntil(lambda: view.result is not None, timeout=10_000)
    before = view.result
    view.set_graph("ratio")
    versions.keep_as("as opened")

    refit(space)
    qtbot.waitUntil(lambda: view.result is not before)

    known = np.isfinite(view.result.vector) & np.isfinite(before.vector)
    drawn = view.canvas.layers.lower_curve.ys
    assert_allclose(drawn[known], (view.result.vector / before.vector)[known], rtol=1e-9)


def test_the_ratio_graph_divides_by_the_other_version(qtbot, space, versions):
    controller = shown(qtbot, StarResponseController(space))
    view = controller.response
    qtbot.waitUntil(lambda: view.result is not None, timeout=10_000)
    before = view.result
    versions.keep_as("as opened")
    refit(space)
    qtbot.waitUntil(lambda: view.result is not before)

    view.set_graph("ratio")

    known = np.isfinite(view.result.vector) & np.isfinite(before.vector)
    drawn = view.canvas.layers.lower_curve.ys
    assert_allclose(drawn[known], (view.result.vector / before.vector)[known], rtol=1e-9)
    above, below = controller.seen_panels()
    assert [one.label for one in above.curves] == ["as opened"]
    assert below.content == "curves alone"
    assert_allclose(np.array(below.curves[-1].y, float), drawn, rtol=1e-6)


def test_the_combination_shows_the_other_mean_and_the_ratio_of_the_vectors(qtbot, space, versions):
    controller = shown(qtbot, StarCombinationController(space))
    view = controller.combination
    qtbot.waitUntil(lambda: view.result is not None, timeout=20_000)
    before = view.result

    versions.keep_as("as opened")
    space.set_params(COMBINATION, CombinationParams(reference_star="16 Cyg B"), "Reference")
    qtbot.waitUntil(lambda: view.result is not before, timeout=20_000)

    assert_array_equal(view.other_mean["even"].ys, before.bands[0].mean)
    now, then = view.result.bands[0], before.bands[0]
    inside = (view.other_ratio.xs >= now.wave_um[0]) & (view.other_ratio.xs < 6.4)
    expected = 100 * (now.vector / np.interp(now.wave_um, then.wave_um, then.vector) - 1)
    found = view.other_ratio.ys[inside]
    assert np.nanmedian(np.abs(found - expected[: found.size])) < 0.2
    assert view.legend.is_on("other mean")
    labels = [one.label for panel in controller.seen_panels() for one in panel.curves]
    assert labels == ["mean as opened", "final / as opened − 1 (below)"]
    view.legend.switch("other mean")
    assert not controller.seen_panels()[0].curves


def test_spectra_show_both_versions_and_their_ratio(qtbot, space, versions):
    controller = shown(qtbot, SpectraController(space))
    view = controller.spectra
    qtbot.waitUntil(lambda: len(view._curves) == 2, timeout=20_000)
    before = {curve.id: curve for curve in view._curves}

    versions.keep_as("as opened")
    refit(space)
    qtbot.waitUntil(lambda: view._curves and view._curves[0] is not before["e1"], timeout=20_000)
    qtbot.waitUntil(lambda: set(view.others.layers) == {"e1", "e2"}, timeout=20_000)
    qtbot.waitUntil(lambda: not np.array_equal(view._curves[0].flux, before["e1"].flux))

    flux, ratio = view.others.layers["e1"]
    assert_array_equal(flux.ys, before["e1"].flux)
    now = next(curve for curve in view._curves if curve.id == "e1")
    known = np.isfinite(now.flux) & np.isfinite(before["e1"].flux)
    assert_allclose(ratio.ys[known], (now.flux / before["e1"].flux)[known], rtol=1e-9)
    labels = [one.label for panel in controller.seen_panels() for one in panel.curves]
    assert labels == ["as opened", "this over as opened"]


def test_junctions_show_both_sides_of_the_other_version_and_its_jump(qtbot, space, versions):
    controller = shown(qtbot, JunctionsController(space))
    view = controller.junctions
    qtbot.waitUntil(lambda: view.measure is not None, timeout=20_000)
    controller._on_stage("calibrated")
    source = "16 Cyg B/1538-1"
    key = NodeKey("junctions", f"{source}@calibrated")
    qtbot.waitUntil(lambda: space.chain.result(space.session, key) is not None, timeout=20_000)
    before = space.chain.result(space.session, key)
    view.choose(source, "1B|1C")

    versions.keep_as("as opened")
    refit(space)
    qtbot.waitUntil(lambda: space.chain.result(space.session, key) is not None, timeout=20_000)
    qtbot.waitUntil(lambda: view.other.measure is not None, timeout=20_000)

    old = next(one for one in before.measures if one.junction == "1B|1C")
    assert_array_equal(view.other.curves["left"].ys, old.left)
    assert_array_equal(view.other.curves["right"].ys, old.right)
    assert "as opened: " in view.verdict.text()


def test_trends_show_the_factors_of_the_other_version(qtbot, space, versions):
    controller = shown(qtbot, TrendsController(space))
    view = controller.trends
    qtbot.waitUntil(lambda: view.result is not None, timeout=20_000)
    before = view.result

    versions.keep_as("as opened")
    space.set_params(COMBINATION, CombinationParams(order=0), "Order")
    qtbot.waitUntil(lambda: view.result is not before, timeout=20_000)

    drawn = view.panels[0].other
    assert sorted(drawn.ys) == pytest.approx(sorted(before.table.factor))
    assert view.versus.full_text().startswith("this / as opened: ")


def test_a_version_is_taken_from_a_session_file(qtbot, space, versions, tmp_path):
    file = tmp_path / "old.fluxknot"
    older = space.session.with_params(
        NodeKey("response", EVERYTHING), StarResponseParams(breakpoints_um=(6.0,))
    )
    write_session(older, file)
    controller = shown(qtbot, StarResponseController(space))
    qtbot.waitUntil(lambda: controller.response.result is not None, timeout=10_000)

    versions.compare_with(file)

    assert space.document.undo_stack.undoText() == "Compare with old.fluxknot"
    canvas = controller.response.canvas
    qtbot.waitUntil(
        lambda: canvas.previous is not None and canvas.previous.name == "old.fluxknot",
        timeout=10_000,
    )
    expected = space.chain.result(space.other.session, RESPONSE)
    assert_array_equal(canvas.layers.previous.ys, expected.vector)


def test_a_file_that_is_no_session_is_refused(qtbot, versions, tmp_path, space):
    file = tmp_path / "old.fluxknot"
    file.write_text("{}", encoding="utf-8")

    with qtbot.waitSignal(versions.failed) as said:
        versions.compare_with(file)

    assert "session" in said.args[0]
    assert space.session.other is None


def test_keeping_a_version_is_undone_like_any_edit(space, versions):
    start = space.session
    edit(space.document, start.with_exclusion("e2", "odd"), "Leave out")

    versions.keep_as("as opened")

    assert space.session.other.label == "as opened"
    space.document.undo_stack.undo()
    space.document.undo_stack.undo()
    assert space.session is start
