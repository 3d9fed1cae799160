"""The spline editor on the asteroid of channel 4: a model that is fitted, not opened."""

import numpy as np
import pytest

from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.project.keys import NodeKey
from engine.simulate.lamps import DAY_ZERO_MJD, lamp_days, lamp_rates
from guiapp.controllers.star_response import StarResponseController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.views.response_edits import MoveBreakpoint
from tests.helpers.red_sources import made_sources, open_sources


def _started(qtbot, runner, files):
    """Return the controller with the response of the asteroid in 4C."""
    segment = next(
        one
        for one in files.session.segments
        if (one.entry.role, one.identity.band) == ("asteroid", "4C")
    )
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    workspace.selection.select((segment.id,))
    controller = StarResponseController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: controller.response.result is not None, timeout=10_000)
    return controller


@pytest.fixture
def controller(qtbot, runner):
    return _started(qtbot, runner, open_sources(made_sources()))


def test_the_response_is_that_of_the_model_in_inverse_photons(controller):
    result = controller.response.result

    assert result.fitted_in == "inverse photon"
    assert controller.heading[0] == "Response · 515 Athalia · 4C"
    assert np.isfinite(result.vector).sum() > 500


def test_a_dragged_breakpoint_is_previewed_and_fitted(qtbot, controller):
    view, before = controller.response, controller.response.result
    place = float(before.breakpoints_um[0])

    preview = controller.preview(MoveBreakpoint(place, place + 0.2))
    view.edited.emit(MoveBreakpoint(place, place + 0.2), 0)

    qtbot.waitUntil(lambda: view.result is not before, timeout=10_000)
    key = NodeKey("response", controller.workspace.selection.current)
    assert controller.workspace.params(key).breakpoints_um[0] == pytest.approx(place + 0.2)
    seen = np.isfinite(preview.vector) & np.isfinite(view.result.vector)
    assert seen.sum() > 500
    np.testing.assert_allclose(preview.vector[seen], view.result.vector[seen], rtol=0.02)


def test_the_preview_sees_the_spectrum_without_the_loss_of_count_rate(qtbot, runner):
    files = open_sources(made_sources())
    band = band_named("4C")
    wave, rates, errors = lamp_rates(band, np.random.default_rng(1))
    flags = np.zeros(wave.size, dtype=np.uint32)
    for day, rate, error in zip(lamp_days(band), rates, errors, strict=True):
        identity = Identity(target="lamp", band="4C", mjd=DAY_ZERO_MJD + day)
        files.add(
            Spectrum(wave, rate, np.array(error), flags, "DN/s", identity), "spectrum", "lamp"
        )
    controller = _started(qtbot, runner, files)
    result = controller.response.result
    place = float(result.breakpoints_um[0])

    preview = controller.preview(MoveBreakpoint(place, place + 1e-4))

    seen = np.isfinite(preview.vector) & np.isfinite(result.vector)
    np.testing.assert_allclose(preview.vector[seen], result.vector[seen], rtol=0.02)
