"""Tests of the views and controllers of the asteroid and of channel 4."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.mrs.channel4_links import OverlapLimits
from engine.project.red_roles import CHANNEL4_KEY
from guiapp.controllers.asteroid import AsteroidController
from guiapp.controllers.channel4 import Channel4Controller
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import double_click, drag, key, move, press
from tests.helpers.open_files import OpenFiles
from tests.helpers.red_sources import made_sources, open_sources

ESCAPE = 0x01000000


@pytest.fixture(scope="module")
def made():
    return made_sources()


def _started(qtbot, runner, files, kind):
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = kind(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(1000, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    return controller


@pytest.fixture
def asteroid(qtbot, runner, made):
    controller = _started(qtbot, runner, open_sources(made), AsteroidController)
    qtbot.waitUntil(lambda: controller.asteroid.result is not None)
    return controller


@pytest.fixture
def channel4(qtbot, runner, made):
    controller = _started(qtbot, runner, open_sources(made), Channel4Controller)
    qtbot.waitUntil(lambda: controller.channel4.result is not None, timeout=10_000)
    return controller


# The asteroid


def test_the_asteroid_is_drawn_aligned_with_its_model(asteroid):
    view, result = asteroid.asteroid, asteroid.asteroid.result

    band = result.band("2B")
    points = view.points["2B"]
    shown = np.isfinite(points.ys)
    assert_allclose(points.ys[shown], (band.scale * band.flux_jy)[shown])
    assert_allclose(view.curve.ys, result.flux_jy(view.curve.xs))
    ratio = view.ratios["2B"].ys
    assert np.nanmedian(ratio) == pytest.approx(1.0, abs=0.001)
    assert view.edges.values == result.fit_range_um
    assert view.said.text().startswith("T = 193.")


def test_the_jumps_between_bands_can_be_seen(asteroid, made):
    view = asteroid.asteroid

    view.levels.chosen.emit("calibrated")

    level = np.nanmedian(view.ratios["2B"].ys)
    assert level == pytest.approx(made.scales["2B"] / made.scales["3C"], abs=0.002)


def test_a_drag_changes_the_fit_range_and_one_undo_takes_it_back(qtbot, asteroid):
    view, before = asteroid.asteroid, asteroid.asteroid.result
    low, _ = view.edges.values

    drag(view.plot, (low, 1.0), (8.0, 1.0))

    qtbot.waitUntil(lambda: view.result is not before)
    stack = asteroid.workspace.document.undo_stack
    assert stack.count() == 1
    params = asteroid.workspace.params(asteroid.key())
    assert params.fit_range_um[0] == pytest.approx(8.0, abs=0.1)
    assert params.fit_range_um[1] is None
    assert view.result.fit_range_um[0] >= 7.9
    stack.undo()
    assert view.result is before
    assert view.edges.values == before.fit_range_um


def test_a_double_click_on_an_edge_fits_everything_again(qtbot, asteroid):
    view = asteroid.asteroid
    asteroid.set_parameter("fit_range_um", (8.0, 17.0))
    qtbot.waitUntil(lambda: view.result.fit_range_um[0] > 7.5)

    double_click(view.plot, (view.edges.values[0], 1.0))

    assert asteroid.workspace.params(asteroid.key()).fit_range_um == (None, None)


def test_escape_puts_a_dragged_edge_back(asteroid):
    view = asteroid.asteroid
    start = view.edges.values

    press(view.plot, (start[0], 1.0))
    move(view.plot, (start[0], 1.0), (9.0, 1.0))
    key(view.plot, ESCAPE)

    assert view.edges.values == start
    assert asteroid.workspace.document.undo_stack.count() == 0


def test_the_inspector_has_scales_and_temperature(asteroid):
    content = asteroid.inspector()

    assert next(spec.name for spec in content.specs) == "fit_range_um"
    assert len(content.numbers.column("scale").values) == 9
    assert "when one band is left out" in content.summary
    assert asteroid.heading[0] == "Asteroid · 515 Athalia/1549-6"
    assert asteroid.export_key() == asteroid.key()


def test_without_an_asteroid_the_view_says_what_to_open(qtbot, runner):
    files = OpenFiles()
    files.spectrum()

    controller = _started(qtbot, runner, files, AsteroidController)

    assert "Open an asteroid" in controller.asteroid.empty.reason
    assert controller.export_key() is None


def test_a_range_without_samples_keeps_the_last_fit_and_says_why(qtbot, asteroid):
    view, before = asteroid.asteroid, asteroid.asteroid.result

    asteroid.set_parameter("fit_range_um", (18.2, 18.4))

    qtbot.waitUntil(lambda: view._note.isVisible() and "good samples" in view._note.text())
    assert view.result is before


# Channel 4


def test_the_overlaps_are_drawn_with_the_level_applied(channel4):
    view, result = channel4.channel4, channel4.channel4.result

    for link in result.links:
        panel = view.links[link.junction]
        assert_array_equal(panel.points["left"].ys, link.left_jy)
        assert_array_equal(panel.points["right"].ys, link.right_jy)
        assert panel.edges.values == (link.low_um, link.high_um)
    assert view.said.text().startswith("3C → 4A ± ")
    assert channel4.heading == ("Channel 4", "515 Athalia/1549-6, level by SAO 206462/1282-55")


def test_dragging_an_overlap_changes_the_levels_undoably(qtbot, channel4):
    view, before = channel4.channel4, channel4.channel4.result
    panel = view.links["3C|4A"]
    middle = float(np.mean(panel.points["left"].ys))

    drag(panel.plot, (17.95, middle), (17.88, middle))

    qtbot.waitUntil(lambda: view.result is not before)
    [limits] = channel4.workspace.params(CHANNEL4_KEY).overlaps
    assert limits.junction == "3C|4A"
    assert limits.high_um == pytest.approx(17.88, abs=0.01)
    assert view.result.links[0].n_samples < before.links[0].n_samples
    channel4.workspace.document.undo_stack.undo()
    assert view.result is before


def test_a_double_click_brings_the_usual_overlap_back(qtbot, channel4):
    channel4.set_overlap("4A|4B", 20.75, 20.9)
    view = channel4.channel4
    qtbot.waitUntil(lambda: view.result.links[1].low_um == 20.75)
    panel = view.links["4A|4B"]

    double_click(panel.plot, (20.75, float(np.mean(panel.points["left"].ys))))

    assert channel4.workspace.params(CHANNEL4_KEY).overlaps == ()


def test_the_corrected_range_is_dragged_in_the_red_source(qtbot, channel4):
    view, before = channel4.channel4, channel4.channel4.result
    view.show_page("red")

    drag(view.red.plot, (23.0, 5.0), (22.5, 5.0))

    qtbot.waitUntil(lambda: view.result is not before)
    low, high = channel4.workspace.params(CHANNEL4_KEY).corrected_um
    assert low == pytest.approx(22.5, abs=0.05)
    assert high is None
    assert view.red.range.spans[0].low == low


def test_the_assumed_part_is_dragged_in_the_vectors(qtbot, channel4):
    view, before = channel4.channel4, channel4.channel4.result
    view.show_page("vectors")

    drag(view.vectors.plot, (27.5, 1000.0), (27.0, 1000.0))

    qtbot.waitUntil(lambda: view.result is not before)
    assert channel4.workspace.params(CHANNEL4_KEY).assumed_from_um == pytest.approx(27.0, abs=0.05)
    dotted = view.vectors.dotted
    assert dotted.xs[np.isfinite(dotted.ys)].min() == pytest.approx(27.0, abs=0.06)


def test_what_is_drawn_are_the_vectors(channel4):
    view, result = channel4.channel4, channel4.channel4.result

    one = result.vector("4B")
    assert_array_equal(view.vectors.curves["4B"].ys, one.vector)
    assert view.vectors.plot.accessibleName()
    for spectrum in result.red:
        assert_array_equal(view.red.curves[spectrum.identity.band].ys, spectrum.flux)


def test_levels_stand_in_the_inspector(channel4):
    content = channel4.inspector()

    values = content.numbers.column("level").values
    assert_array_equal(values, [link.level for link in channel4.channel4.result.links])
    assert "flagged as extrapolated" in content.summary
    channel4.set_parameter("correction_order", 0)
    assert channel4.workspace.params(CHANNEL4_KEY).correction_order == 0
    assert channel4.workspace.document.undo_stack.undoText().startswith("Set correction order")


def test_without_sources_the_view_says_what_to_open(qtbot, runner):
    files = OpenFiles()
    files.spectrum()

    controller = _started(qtbot, runner, files, Channel4Controller)

    assert "Open an asteroid and a red disk" in controller.channel4.empty.reason


def test_a_chain_that_ends_early_says_where(qtbot, runner, made):
    files = open_sources(made, without=("SAO 206462 4B",))

    controller = _started(qtbot, runner, files, Channel4Controller)

    view = controller.channel4
    qtbot.waitUntil(lambda: view.result is not None, timeout=10_000)
    assert view.links["4A|4B"].caption.reason == "the chain does not reach it"
    assert "no spectrum in 4B" in view.remark.full_text()


def test_a_chosen_overlap_is_compared_by_value():
    assert OverlapLimits("3C|4A", 17.7, 17.9) == OverlapLimits("3C|4A", 17.7, 17.9)
