"""From a click on a star to the combined vectors and back."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PyQt6.QtWidgets import QApplication

from engine.mrs.star_combination import StarWeight
from engine.project.combine_step import COMBINATION
from guiapp.controllers.star_combination import StarCombinationController
from guiapp.dialogs.ask import TextDialog
from tests.helpers.mouse import click, type_key
from tests.helpers.workspaces import workspace

SOURCE = "16 Cyg B/1538-1"


@pytest.fixture
def controller(qtbot, runner):
    """Return the controller with two stars in two bands combined."""
    controller = StarCombinationController(workspace(runner))
    view = controller.combination
    qtbot.addWidget(view)
    view.resize(900, 640)
    with qtbot.waitExposed(view):
        view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: view.result is not None, timeout=20_000)
    return controller


def answer(qtbot, text):
    """Type into the open question and confirm it."""
    qtbot.waitUntil(lambda: bool(_questions()))
    [dialog] = _questions()
    dialog.field.setText(text)
    dialog._ok.click()


def _questions():
    return [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, TextDialog) and one.isVisible()
    ]


def test_the_view_draws_the_mean_and_the_stars_of_the_result(controller):
    view = controller.combination
    result = view.result

    drawn = view.mean["even"].ys
    assert_array_equal(drawn, result.bands[0].mean)
    assert set(view.stars) == {one.source for one in result.stars}
    assert_array_equal(view.residuals.ys, [100 * one.residual for one in result.bands])


def test_a_click_on_a_curve_selects_the_star_everywhere(controller):
    view = controller.combination
    wave = float(view.result.bands[0].wave_um[300])
    [row] = [one for one in view.result.relative if one.source == SOURCE and one.band == "1B"]

    click(view.plot, (wave, float(row.ratio[300])))

    assert view.selected == SOURCE
    assert controller.workspace.segment().identity.source_key == SOURCE


def test_x_leaves_the_selected_star_out_with_a_reason_and_undo_brings_it_back(controller, qtbot):
    view, document = controller.combination, controller.workspace.document
    before = view.result
    controller._select(SOURCE)
    view.plot.setFocus()

    type_key(view.plot, "x")
    answer(qtbot, "a companion")

    qtbot.waitUntil(lambda: view.result is not before)
    rows = {one.source: one for one in view.result.stars}
    assert rows[SOURCE].excluded == "a companion"
    columns = controller.inspector().numbers.columns
    at = [one.source for one in view.result.stars].index(SOURCE)
    assert columns[0].values[at].endswith(" (out)")
    assert (columns[-1].name, columns[-1].values[at]) == ("left out", "a companion")
    assert document.undo_stack.undoText() == f"Leave out {SOURCE}: a companion"
    moved = {
        new.band: 100 * (new.vector / old.vector - 1)
        for new, old in zip(view.result.bands, before.bands, strict=True)
    }
    band = max(moved, key=lambda name: np.nanmax(np.abs(moved[name])))
    most = moved[band][np.nanargmax(np.abs(moved[band]))]
    said = f"The last change moved {len(moved)} final vectors, at most by {most:+.3f} % ({band})."
    assert controller.inspector().summary.startswith(said.replace("-", "−"))
    assert f"{SOURCE} is left out: a companion." in controller.inspector().summary
    assert f"last change moved {len(moved)} final vectors" in controller.heading[1]
    document.undo_stack.undo()
    assert view.result is before


def test_x_again_brings_a_star_back_without_asking(controller, qtbot):
    view = controller.combination
    controller._select(SOURCE)
    controller._set_excluded(SOURCE, "odd")
    qtbot.waitUntil(lambda: any(one.excluded for one in view.result.stars))

    controller.leave_out(SOURCE)

    qtbot.waitUntil(lambda: not any(one.excluded for one in view.result.stars))
    assert controller.workspace.session.exclusion(SOURCE) is None
    assert "left out" not in [one.name for one in controller.inspector().numbers.columns]


def test_the_weight_of_a_star_is_typed_and_can_be_undone(controller, qtbot):
    view, document = controller.combination, controller.workspace.document
    controller._select(SOURCE)

    controller.ask_weight(SOURCE)
    answer(qtbot, "3")

    assert controller.workspace.params(COMBINATION).weights == (StarWeight("16 Cyg B", 3.0),)
    qtbot.waitUntil(lambda: any(one.weight == pytest.approx(0.75) for one in view.result.stars))
    assert document.undo_stack.undoText() == "Set the weight of 16 Cyg B to 3"


def test_a_weight_that_is_no_number_is_refused_in_words(controller):
    controller.set_weight("16 Cyg B", "heavy")

    assert controller.workspace.params(COMBINATION).weights == ()
    assert "no weight" in controller.combination._note.text()


def test_the_order_in_the_form_changes_the_polynomial(controller, qtbot):
    view = controller.combination

    controller.set_parameter("order", 1)

    qtbot.waitUntil(lambda: view.result.order == 1)
    text = controller.workspace.document.undo_stack.undoText()
    assert text == "Set order of the combination to 1"
    assert np.ptp(view.polynomial.ys) > 0


def test_a_row_of_the_table_selects_its_star(controller):
    sources = [one.source for one in controller.combination.result.stars]

    controller.select_rows([sources.index(SOURCE)])

    assert controller.combination.selected == SOURCE
    numbers = controller.inspector().numbers
    assert str(numbers.column("star").values[0]) == "10 Lac"


def test_a_new_result_keeps_the_zoom(controller, qtbot):
    view = controller.combination
    view.plot.zoom_to(((5.8, 6.0), (0.9, 1.1)))

    controller.set_parameter("order", 1)

    qtbot.waitUntil(lambda: view.result.order == 1)
    assert view.plot.view == ((5.8, 6.0), (0.9, 1.1))


def test_one_star_alone_says_what_is_missing(controller):
    space = controller.workspace
    space.document.start_over(space.session.without_entries(["e3", "e4"]))

    controller.refresh()

    assert controller.combination.result is None
    assert not controller.combination.stars
