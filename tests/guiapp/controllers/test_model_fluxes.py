"""Tests of the view of model fluxes and its controller."""

import pytest
from numpy.testing import assert_allclose

from engine.project.keys import NodeKey
from guiapp.controllers.model_fluxes import ModelFluxesController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.imaging_sessions import ImagingFiles
from tests.helpers.mouse import hover


@pytest.fixture
def workspace(runner):
    files = ImagingFiles()
    files.image(filter="F1065C")
    files.star_model()
    files.star_model("Sirius", 130.0)
    return Workspace(Document(files.session), Selection(), files.chain, runner)


@pytest.fixture
def controller(qtbot, workspace, dressed):
    controller = ModelFluxesController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(700, 520)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.fluxes.result is not None)
    return controller


def test_stars_and_bandpasses_are_drawn(controller):
    view = controller.fluxes

    assert set(view._stars) == {"BD+60 1753", "Sirius"}
    assert len(view._responses) == 9
    assert_allclose(view._stars["Sirius"][1].ys / view._stars["BD+60 1753"][1].ys, 6500.0)
    assert view.summary.full_text() == "2 stars in 9 filters with a bandpass"


def test_each_curve_has_the_name_of_its_star_until_it_is_hidden(controller):
    view = controller.fluxes
    named = {text: (x, y) for x, y, text, _ in view.star_names.names}
    sirius = view._stars["Sirius"][1]

    view.legend.switched.emit("Sirius", False)

    assert named["Sirius"] == (sirius.xs[-1], sirius.ys[-1])
    assert [text for _, _, text, _ in view.star_names.names] == ["BD+60 1753"]


def test_fluxes_and_bandpasses_share_their_wavelengths(controller):
    view = controller.fluxes

    view.bands.set_view(((8.0, 12.0), (0.0, 1.0)))

    assert view.plot.view[0] == (8.0, 12.0)


def test_inspector_has_zero_points_and_names_what_has_no_bandpass(controller):
    content = controller.inspector()

    assert content.numbers.column("Table 6").values[0] == 115.439
    assert "No bandpass of F1065C is known" in content.summary


def test_cursor_names_the_nearest_star_and_filter(controller):
    said = []
    controller.cursor_changed.connect(said.append)
    curve = controller.fluxes._stars["Sirius"][1]

    hover(controller.fluxes.plot, (curve.xs[3], curve.ys[3]))

    assert said[-1].startswith("Sirius   F1130W")


def test_another_magnitude_of_sirius_moves_the_zero_points(qtbot, controller, workspace):
    before = controller.fluxes.result.zero_points[0].fnu_jy

    controller.set_parameter("sirius_mag", -1.0)

    qtbot.waitUntil(lambda: controller.fluxes.result.zero_points[0].fnu_jy != before)
    after = controller.fluxes.result.zero_points[0].fnu_jy
    assert_allclose(after / before, 10 ** (0.4 * 0.395))
    assert workspace.params(NodeKey("fluxes", "all")).sirius_mag == -1.0


def test_session_without_models_says_what_to_open(qtbot, runner):
    files = ImagingFiles()
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = ModelFluxesController(workspace)
    qtbot.addWidget(controller.view)

    controller.set_active(True)

    assert controller.fluxes.empty.reason.startswith("Open images or a table")
