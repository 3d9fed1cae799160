"""Tests of the controller and the view of models."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.mrs.star_response import StarResponseParams
from engine.project.combine_step import COMBINATION
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.models import model_of
from guiapp.controllers.model_choice import ModelChoiceController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click
from tests.helpers.open_files import OpenFiles
from tests.helpers.responses import BREAKPOINTS_UM, spectra

STARS = ("10 Lac", "16 Cyg B", "HD 37962", "HD 2811")
BRIGHTER = 1.024


def _add_model(files, star, name, *, scale=1.0):
    _, model = spectra(np.random.default_rng(0), wave_um=np.linspace(5.0, 8.0, 3000))
    product = replace(model, flux=frozen(scale * model.flux), identity=Identity(target=star))
    files.add(product, "model spectrum", "model", name=name)


def _files(*, grids):
    files = OpenFiles()
    for seed, star in enumerate(STARS):
        files.spectrum(star, "1B", seed=seed)
    if grids > 1:
        for star in ("16 Cyg B", "HD 37962"):
            _add_model(files, star, f"{star[:3].strip()}_rieke.fits", scale=BRIGHTER)
    for star in STARS:
        _add_model(files, star, f"{star.replace(' ', '')}_stis_004.fits".lower())
    # Searching breakpoints takes most of the time.
    params = StarResponseParams(breakpoints_um=BREAKPOINTS_UM)
    files.session = files.session.with_params(NodeKey("response", EVERYTHING), params)
    return files


def _controller(qtbot, runner, files):
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = ModelChoiceController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.workspace.selection.select(("e2",))
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.comparison.result is not None)
    return controller


@pytest.fixture
def controller(qtbot, runner):
    """Return the controller on four stars; the CALSPEC models are in use, another grid is open."""
    return _controller(qtbot, runner, _files(grids=2))


def _ratios(controller):
    return {one.name: one.ratio for one in controller.comparison.result.classes}


def _swap(controller, name, reach):
    view = controller.comparison
    view.models.setCurrentText(name)
    view.reach.choose(reach)
    view.swap.click()


def _wait_for(qtbot, controller, **ratios):
    def is_there():
        found = _ratios(controller)
        return all(abs(found[name] - ratio) < 3e-4 for name, ratio in ratios.items())

    qtbot.waitUntil(is_there)


def test_swapping_a_class_is_one_edit_that_moves_its_mean_and_can_be_undone(controller, qtbot):
    workspace = controller.workspace
    controller.comparison.baseline_chosen.emit("grid stis")
    before = workspace.session

    _swap(controller, "grid rieke", "class")
    _wait_for(qtbot, controller, G=BRIGHTER, A=1.0, hot=1.0)

    stack = workspace.document.undo_stack
    assert stack.undoText() == "Use grid rieke as models of 16 Cyg B and HD 37962"
    assert set(workspace.session.models) == {"16 Cyg B", "HD 37962"}
    stack.undo()
    assert workspace.session is before
    _wait_for(qtbot, controller, G=1.0, A=1.0, hot=1.0)


def test_one_star_alone_moves_its_class_by_half(controller, qtbot):
    controller.comparison.baseline_chosen.emit("grid stis")

    _swap(controller, "grid rieke", "star")

    _wait_for(qtbot, controller, G=1.012)
    drawn = controller.comparison.stars
    at = [one.star for one in drawn.stars].index("16 Cyg B")
    ratio = (100 + drawn.after.ys[at]) / (100 + drawn.before.ys[at])
    assert ratio == pytest.approx(BRIGHTER, abs=3e-4)
    assert "16 Cyg B/1-1" in {name for name, _ in controller.comparison.ratios.curves}


def test_the_combination_follows(controller):
    chain, workspace = controller.workspace.chain, controller.workspace
    before = chain.evaluate(workspace.session, COMBINATION)

    _swap(controller, "grid rieke", "class")

    after = chain.evaluate(workspace.session, COMBINATION)
    moved = {one.star: (one.offset, was.offset)
             for one, was in zip(after.stars, before.stars, strict=True)}  # fmt: skip
    now, was = moved["16 Cyg B"]
    assert (1 + now) / (1 + was) == pytest.approx(BRIGHTER, abs=3e-4)


def test_stars_that_a_set_does_not_know_are_told_and_keep_their_model(controller):
    told = []
    controller.failed.connect(lambda what, hint: told.append(what))

    _swap(controller, "grid rieke", "all")

    assert told == ["grid rieke has no model of 10 Lac, HD 2811."]
    session = controller.workspace.session
    assert model_of(session, session.segment("e1")).path.endswith("10lac_stis_004.fits")


def test_a_set_without_the_star_says_so_and_changes_nothing(controller):
    controller.workspace.selection.select(("e1",))

    _swap(controller, "grid rieke", "star")

    assert "has no model of 10 Lac" in controller.comparison.sentence.text()
    assert controller.workspace.document.undo_stack.count() == 0


def test_models_by_name_come_back(controller, qtbot):
    _swap(controller, "grid rieke", "class")

    controller.comparison.reset.click()

    assert dict(controller.workspace.session.models) == {}
    assert "by name again" in controller.workspace.document.undo_stack.undoText()


def test_a_click_on_a_star_selects_it(controller):
    panel = controller.comparison.stars
    at = [one.star for one in panel.stars].index("HD 2811")

    click(panel.plot, (panel.after.xs[at], panel.after.ys[at]))

    assert controller.workspace.selection.current == "e4"
    assert panel.ring.xs.tolist() == [at]


def test_one_model_a_star_offers_nothing_to_swap(qtbot, runner):
    controller = _controller(qtbot, runner, _files(grids=1))

    assert not controller.comparison.swap.isEnabled()
    assert "open other versions" in controller.comparison.swap.toolTip()
    assert "nothing moves" in controller.comparison.sentence.text()


def test_two_observations_of_a_star_are_drawn_against_each_other(qtbot, runner):
    files = _files(grids=1)
    files.spectrum("10 Lac", "1B", program="3779", seed=0)
    controller = _controller(qtbot, runner, files)

    controller.comparison.pages.chosen.emit("pairs")

    [(points, _bars)] = controller.comparison.ratios.pairs.values()
    assert points.ys == pytest.approx([0.0], abs=1e-6)
    assert (
        "3779-1"
        in controller.comparison.ratios.legend.buttons["10 Lac/1-1\n10 Lac/3779-1"].accessibleName()
    )


def test_without_a_second_observation_the_page_says_what_is_missing(controller):
    controller.comparison.pages.chosen.emit("pairs")

    assert "observed twice" in controller.comparison.ratios.note.text()
    controller.comparison.pages.chosen.emit("vectors")
    assert not controller.comparison.ratios.note.isVisible()


def test_the_inspector_names_the_models_that_were_swapped(controller, qtbot):
    controller.comparison.baseline_chosen.emit("grid stis")
    _swap(controller, "grid rieke", "star")
    _wait_for(qtbot, controller, G=1.012)

    content = controller.inspector()

    assert "16 Cyg B: 16cygb_stis_004 → 16_rieke" in content.summary
    assert content.numbers.column("star").values[0] == "10 Lac"


def test_swapping_to_the_models_in_use_says_so_and_is_no_edit(controller):
    names = [controller.comparison.models.itemText(i) for i in range(4)]
    assert "grid stis" in names, names

    _swap(controller, "grid stis", "star")

    assert controller.workspace.document.undo_stack.count() == 0
    assert "Nothing is changed" in controller.comparison.sentence.text()


def test_the_legend_of_the_vectors_has_their_colors(controller, qtbot):
    _swap(controller, "grid rieke", "class")
    panel = controller.comparison.ratios
    qtbot.waitUntil(lambda: len({name for name, _ in panel.curves if name}) == 2)

    colors = {name: layer.color for (name, _), layer in panel.curves.items() if name}

    assert len(set(colors.values())) == 2
    for name, color in colors.items():
        assert panel.legend.buttons[name].entry.color == color
