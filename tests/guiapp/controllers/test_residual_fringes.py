"""From the mouse to the engine and back: residual fringes."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.mrs.residual_fringes import ResidualFringeParams, correct_residual_fringes
from engine.mrs.response_params import Mask, StarResponseParams
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.residual_fringes import ResidualFringesController, edited_ranges
from guiapp.controllers.view_controller import SCOPE_ALL
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.views.range_gestures import AddRange, ChangeRange, RemoveRange
from tests.helpers.fringes import fringed_spectrum
from tests.helpers.mouse import RIGHT, click, drag, type_key
from tests.helpers.open_files import OpenFiles

KEY = NodeKey("fringe", "e2")


@pytest.fixture
def controller(qtbot, runner, rng):
    """Return the controller, with 10 Lac 1C of 1B, 1C (e1, e2) on the screen and corrected."""
    files = OpenFiles()
    for band in ("1B", "1C"):
        spectrum, _ = fringed_spectrum(band, rng, amplitude=0.02)
        identity = replace(spectrum.identity, program="1524", observation="16")
        files.add(replace(spectrum, identity=identity), "spectrum", "standard star")
    files.model("10 Lac")
    selection = Selection()
    selection.select(("e2",))
    controller = ResidualFringesController(
        Workspace(Document(files.session), selection, files.chain, runner)
    )
    view = controller.fringes
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.result is not None)
    view.plot.setFocus()
    return controller


def params_of(controller, key=KEY):
    return controller.workspace.params(key)


def undo_texts(controller):
    stack = controller.workspace.document.undo_stack
    return [stack.text(i) for i in range(stack.count())]


def drawn(controller):
    return controller.fringes.plots.removed.ys


def wait_until_drawn(controller, qtbot):
    """Wait for what the engine gives for the parameters as they are now."""
    spectrum = controller.workspace.chain.library.product(
        controller.workspace.session.entry("e2"), 0
    )
    expected = 100.0 * correct_residual_fringes(spectrum, params_of(controller)).modulation
    qtbot.waitUntil(lambda: np.array_equal(drawn(controller), expected))


def test_a_drag_protects_a_range_and_one_undo_takes_it_back(controller, qtbot):
    before = drawn(controller)
    controller.fringes.set_mode("protect")

    drag(controller.fringes.plot, (7.40, 1.0), (7.52, 1.0))

    [text] = undo_texts(controller)
    [protected] = params_of(controller).protected
    assert text == "Protect 7.40–7.52 µm in 1C of 10 Lac"
    assert (protected.low_um, protected.high_um) == pytest.approx((7.40, 7.52), abs=0.003)
    wait_until_drawn(controller, qtbot)
    wave = controller.fringes.plots.removed.xs
    inside = (wave >= protected.low_um) & (wave <= protected.high_um)
    assert_array_equal(drawn(controller)[inside], 0.0)

    controller.workspace.document.undo_stack.undo()

    assert params_of(controller).protected == ()
    assert controller.fringes.ranges.spans == ()
    assert_array_equal(drawn(controller), before)


def test_a_right_click_takes_the_protection_away(controller, qtbot):
    controller.workspace.set_params(KEY, ResidualFringeParams(protected=(Mask(7.1, 7.2),)), "x")
    wait_until_drawn(controller, qtbot)

    click(controller.fringes.plot, (7.15, 1.0), button=RIGHT)

    assert params_of(controller).protected == ()
    assert undo_texts(controller)[-1] == "No longer protect 7.10–7.20 µm in 1C of 10 Lac"


def test_the_ranges_stay_drawn_when_a_view_is_opened_anew(controller, qtbot):
    controller.workspace.set_params(KEY, ResidualFringeParams(protected=(Mask(7.1, 7.2),)), "x")
    wait_until_drawn(controller, qtbot)

    controller.workspace.selection.select(("e1",))
    qtbot.waitUntil(lambda: controller.fringes.result is not None)
    assert controller.fringes.ranges.spans == ()
    controller.workspace.selection.select(("e2",))
    qtbot.waitUntil(lambda: controller.fringes.result is not None)

    assert [(one.low, one.high) for one in controller.fringes.ranges.spans] == [(7.1, 7.2)]


def test_masks_of_the_response_are_shown_and_protected(controller, qtbot):
    before = drawn(controller)
    masks = StarResponseParams(masks=(Mask(7.0, 7.1, "odd"),))

    controller.workspace.set_params(NodeKey("response", "e2"), masks, "Mask")

    assert [one.name for one in controller.fringes.fixed_ranges.spans] == ["odd"]
    qtbot.waitUntil(lambda: not np.array_equal(drawn(controller), before))
    wave = controller.fringes.plots.removed.xs
    assert_array_equal(drawn(controller)[(wave >= 7.0) & (wave <= 7.1)], 0.0)


def test_the_switch_changes_what_the_response_is_made_of(controller):
    chain, space = controller.workspace.chain, controller.workspace
    response = NodeKey("response", "e2")
    before = chain.digest(space.session, response)

    type_key(controller.fringes.plot, "a")

    assert undo_texts(controller) == ["Set apply of 10 Lac 1C to on"]
    assert controller.fringes.apply.current == "on"
    assert "use the corrected spectrum" in controller.heading[1]
    assert chain.digest(space.session, response) != before

    space.document.undo_stack.undo()

    assert controller.fringes.apply.current == "off"
    assert chain.digest(space.session, response) == before


def test_in_the_scope_of_all_the_switch_holds_for_all(controller):
    controller.scope = SCOPE_ALL

    controller.fringes.apply_chosen.emit("on")

    assert params_of(controller, NodeKey("fringe", EVERYTHING)).apply == "on"
    assert params_of(controller, NodeKey("fringe", "e1")).apply == "on"


def test_the_inspector_lists_sinusoids_and_messages(controller):
    content = controller.inspector()

    assert [spec.name for spec in content.specs][:2] == ["apply", "families"]
    assert list(content.numbers.column("family").values) == ["detector"] * 2
    assert "Detector fringes: 2 sinusoids" in content.summary


def test_brackets_go_from_band_to_band(controller):
    type_key(controller.fringes.plot, "(")
    assert controller.workspace.selection.current == "e1"

    type_key(controller.fringes.plot, "(")
    assert controller.workspace.selection.current == "e1"

    type_key(controller.fringes.plot, ")")
    assert controller.workspace.selection.current == "e2"


def test_the_figure_of_this_view_is_that_of_the_result(controller):
    assert controller.export_key() == KEY


def test_without_an_observation_the_view_says_what_to_open(controller):
    controller.workspace.selection.select(())

    assert "Open a cube or a spectrum" in controller.fringes.empty.reason
    assert controller.export_key() is None


@pytest.mark.parametrize(
    ("edit", "ranges", "text"),
    [
        (AddRange(5.1, 5.2), (Mask(5.1, 5.2), Mask(5.3, 5.4, "a")), "Protect 5.10–5.20 µm"),
        (RemoveRange(0), (), "No longer protect 5.30–5.40 µm"),
        (
            ChangeRange(0, 5.3, 5.4, "CO"),
            (Mask(5.3, 5.4, "CO"),),
            "Name the protected range 5.30–5.40 µm",
        ),
        (
            ChangeRange(0, 5.3, 5.45, "a"),
            (Mask(5.3, 5.45, "a"),),
            "Protect 5.30–5.45 µm, not 5.30–5.40 µm,",
        ),
        (
            AddRange(5.5, 5.5012),
            (Mask(5.3, 5.4, "a"), Mask(5.5, 5.5012)),
            "Protect 5.5000–5.5012 µm",
        ),
    ],
)
def test_every_edit_has_its_words(edit, ranges, text):
    assert edited_ranges((Mask(5.3, 5.4, "a"),), edit) == (ranges, text)
