"""Patches in the response view: drawn, dragged, made from another star, taken back."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PyQt6.QtCore import Qt

from engine.analyses import RESPONSE
from engine.model.vector import PATCHED
from engine.mrs.response_params import Patch
from engine.mrs.star_response import StarResponseParams
from engine.project.keys import NodeKey
from guiapp.controllers.star_response import StarResponseController
from guiapp.views.response_patches import PatchBar
from tests.helpers.mouse import RIGHT, click, drag, hover, key, move, press, type_key
from tests.helpers.workspaces import workspace

KEY, DONOR = NodeKey(RESPONSE.name, "e1"), NodeKey(RESPONSE.name, "e3")
START = StarResponseParams(breakpoints_um=(5.85, 6.05, 6.25, 6.45), line_windows="none")
LEVEL = 1.02


@pytest.fixture
def controller(qtbot, runner):
    """Return the controller with 16 Cyg B 1B fitted, and the response of 10 Lac at hand."""
    space = workspace(runner)
    session = space.session.with_params(KEY, START).with_params(DONOR, START)
    space.document.start_over(session)
    space.chain.evaluate(session, DONOR)
    controller = StarResponseController(space)
    view = controller.response
    qtbot.addWidget(view)
    view.resize(1000, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.result is not None)
    view.plot.setFocus()
    view.set_mode("patch")
    return controller


def _patches(controller):
    return controller.workspace.params(KEY).patches


def _undo_texts(controller):
    stack = controller.workspace.document.undo_stack
    return [stack.text(i) for i in range(stack.count())]


def _patched(controller, *patches):
    controller.workspace.set_params(
        KEY, StarResponseParams(**{**_fields(START), "patches": patches}), "Patch"
    )


def _fields(params):
    return {name: getattr(params, name) for name in params.__dataclass_fields__}


def _wait(controller, qtbot):
    """Wait until what is shown is the result of the parameters."""
    chain, document = controller.workspace.chain, controller.workspace.document
    qtbot.waitUntil(
        lambda: (
            controller.response.result is not None
            and controller.response.result is chain.result(document.session, KEY)
        )
    )
    return controller.response.result


def test_a_drag_patches_a_range_by_interpolation_and_undo_is_exact(qtbot, controller):
    before = controller.response.result

    drag(controller.response.plot, (6.1, LEVEL), (6.2, LEVEL))

    made = _wait(controller, qtbot)
    [patch] = _patches(controller)
    assert (patch.low_um, patch.high_um) == pytest.approx((6.1, 6.2), abs=0.003)
    assert patch.donor == ""
    assert _undo_texts(controller) == ["Patch 1B at 6.10–6.20 µm by interpolation"]
    assert np.any(made.flags & PATCHED)
    controller.workspace.document.undo_stack.undo()
    assert controller.response.result is before


def test_a_donor_is_chosen_above_the_plot(qtbot, controller):
    bar = controller.response.canvas.patch_bar

    bar.donors.setCurrentIndex(bar.donors.findData("10 Lac"))
    bar.scalings.setCurrentIndex(1)
    drag(controller.response.plot, (6.1, LEVEL), (6.2, LEVEL))

    _wait(controller, qtbot)
    [patch] = _patches(controller)
    assert (patch.donor, patch.scaling) == ("10 Lac", "constant")
    assert _undo_texts(controller) == ["Patch 1B at 6.10–6.20 µm from 10 Lac"]


def test_only_other_stars_of_the_band_are_offered(controller):
    bar = controller.response.canvas.patch_bar

    assert [bar.donors.itemText(i) for i in range(bar.donors.count())] == [
        "interpolation",
        "10 Lac",
    ]
    assert not bar.scalings.isEnabled()


def test_a_star_is_offered_by_its_usual_name(qtbot):
    bar = PatchBar()
    qtbot.addWidget(bar)

    bar.offer(("mu Col",))

    assert bar.donors.itemText(1) == "μ Col"
    assert bar.donors.itemData(1) == "mu Col"


def test_the_vector_is_patched_under_the_hand(qtbot, controller):
    view = controller.response
    before = view.canvas.vector.copy()

    press(view.plot, (6.1, LEVEL))
    move(view.plot, (6.1, LEVEL), (6.25, LEVEL))

    qtbot.waitUntil(lambda: not np.array_equal(view.canvas.vector, before, equal_nan=True))
    wave = view.result.wave_um
    outside = (wave < 6.09) | (wave > 6.26)
    assert_array_equal(view.canvas.vector[outside], before[outside])
    key(view.plot, Qt.Key.Key_Escape)
    assert_array_equal(view.canvas.vector, before)
    assert _patches(controller) == ()


def test_an_edge_is_dragged_and_the_donor_stays(qtbot, controller):
    _patched(controller, Patch(6.1, 6.2, "10 Lac"))
    _wait(controller, qtbot)

    drag(controller.response.plot, (6.2, LEVEL), (6.3, LEVEL))

    _wait(controller, qtbot)
    assert _patches(controller) == (Patch(6.1, pytest.approx(6.3, abs=0.003), "10 Lac", "linear"),)


def test_a_right_click_removes_a_patch_and_beside_it_nothing(qtbot, controller):
    _patched(controller, Patch(6.1, 6.2))
    _wait(controller, qtbot)

    click(controller.response.plot, (6.4, LEVEL), button=RIGHT)
    assert len(_patches(controller)) == 1
    click(controller.response.plot, (6.15, LEVEL), button=RIGHT)

    assert _patches(controller) == ()


def test_a_patch_that_is_clicked_can_get_another_donor(qtbot, controller):
    _patched(controller, Patch(6.1, 6.2))
    _wait(controller, qtbot)
    bar = controller.response.canvas.patch_bar

    click(controller.response.plot, (6.15, LEVEL))
    bar.donors.setCurrentIndex(bar.donors.findData("10 Lac"))
    bar.donors.activated.emit(bar.donors.currentIndex())

    _wait(controller, qtbot)
    assert _patches(controller) == (Patch(6.1, 6.2, "10 Lac", "linear"),)
    assert _undo_texts(controller)[-1] == "Change a patch of 1B to 6.10–6.20 µm from 10 Lac"


def test_fitted_curve_and_donor_are_drawn_over_the_patch(qtbot, controller):
    _patched(controller, Patch(6.1, 6.2, "10 Lac"))

    made = _wait(controller, qtbot)

    layers = controller.response.canvas.layers
    [span] = layers.patches.spans
    assert (span.low, span.high, span.name) == (6.1, 6.2, "from 10 Lac")
    inside = (made.flags & PATCHED) != 0
    assert_array_equal(layers.unpatched.ys[inside], made.unpatched[inside])
    assert np.isnan(layers.unpatched.ys[~inside]).all()
    np.testing.assert_allclose(layers.donor.ys[inside], made.vector[inside], rtol=1e-9)
    assert "unpatched" in controller.response.legend.buttons
    controller.workspace.document.undo_stack.undo()
    assert layers.donor.ys.size == 0
    assert "unpatched" not in controller.response.legend.buttons


def test_keys_begin_end_and_remove_a_patch(qtbot, controller):
    plot = controller.response.plot
    for at in (6.1, 6.2):
        hover(plot, (at, LEVEL))
        type_key(plot, "p")
    _wait(controller, qtbot)
    assert len(_patches(controller)) == 1

    hover(plot, (6.15, LEVEL))
    type_key(plot, "P")

    assert _patches(controller) == ()


def test_the_bar_is_seen_in_patch_mode_only(controller):
    view = controller.response

    assert view.canvas.patch_bar.isVisible()
    assert not view.scope_choice.isVisible()
    view.set_mode("breakpoints")
    assert not view.canvas.patch_bar.isVisible()
    assert view.scope_choice.isVisible()


def test_outside_patch_mode_a_drag_patches_nothing(controller):
    controller.response.set_mode("breakpoints")

    drag(controller.response.plot, (6.12, 1.08), (6.18, 1.08))

    assert _patches(controller) == ()


def test_a_patch_beyond_the_vector_keeps_the_curve_and_says_why(qtbot, controller):
    before = controller.response.result

    _patched(controller, Patch(6.6, 6.9))

    qtbot.waitUntil(lambda: "beyond the vector" in controller.response.canvas.problem.text())
    assert controller.response.result is before
