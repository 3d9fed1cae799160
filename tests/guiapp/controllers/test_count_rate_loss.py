"""Tests of the controller and the view of the loss of count rate."""

import numpy as np
import pytest

from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.loss_step import loss_key
from engine.simulate.lamps import DAY_ZERO_MJD, lamp_days, lamp_rates
from guiapp.controllers.count_rate_loss import CountRateLossController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, type_key
from tests.helpers.open_files import OpenFiles


def _lamps(names, *, most=99):
    files = OpenFiles()
    for name in names:
        band = band_named(name)
        wave, rates, errors = lamp_rates(band, np.random.default_rng(1))
        flags = np.zeros(wave.size, dtype=np.uint32)
        for day, rate, error in list(zip(lamp_days(band), rates, errors, strict=True))[:most]:
            identity = Identity(target="lamp", band=name, mjd=DAY_ZERO_MJD + day)
            spectrum = Spectrum(wave, rate, np.array(error), flags, "DN/s", identity)
            files.add(spectrum, "spectrum", "lamp")
    return files


def _controller(qtbot, runner, files):
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = CountRateLossController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    return controller


@pytest.fixture
def controller(qtbot, runner):
    controller = _controller(qtbot, runner, _lamps(("4B", "4C")))
    qtbot.waitUntil(lambda: len(controller.loss.losses) == 2)
    return controller


def _click_date(controller, band, at):
    points = controller.loss.points_of(band)
    click(controller.loss.panels.plots[band], (points.xs[at], points.ys[at]))


def _leave_out(controller, reason):
    type_key(controller.loss.panels.plots["4B"], "x")
    dialog = controller.view.window().findChild(TextDialog)
    dialog.field.setText(reason)
    dialog.taken.emit(dialog.text)
    dialog.accept()


def test_each_band_shows_its_ratios_over_day_zero_and_the_fit(controller):
    loss = controller.loss.losses[0]

    points, fit = controller.loss.points_of("4B"), controller.loss.fit_of("4B")

    assert points.xs.size == 14
    np.testing.assert_allclose(points.ys[-1], 0.64, atol=0.005)
    np.testing.assert_allclose(fit.ys, loss.fit.loss_at(fit.xs))
    caption = controller.loss.panels.captions["4B"]
    assert caption.text.endswith(" %")
    assert caption.more == "day 742"
    assert controller.loss.panels.captions["1A"].reason == "no lamp spectra"


def test_residuals_are_about_zero(controller):
    controller.loss.pages.chosen.emit("residual")

    assert np.max(np.abs(controller.loss.points_of("4C").ys)) < 0.5
    assert controller.loss.fit_of("4C").xs.size == 0


def test_over_wavelength_bands_jump_where_they_meet(controller):
    controller.loss.pages.chosen.emit("wavelength")

    left = controller.loss.spectra.points_of("4B", 1).ys[-3:].mean()
    right = controller.loss.spectra.points_of("4C", 1).ys[:3].mean()
    assert left - right == pytest.approx(0.071, abs=0.01)


def test_one_day_can_be_chosen_over_wavelength(controller):
    controller.loss.pages.chosen.emit("wavelength")

    controller.loss.dates.setCurrentText("day 0")
    controller.loss.dates.activated.emit(controller.loss.dates.currentIndex())

    np.testing.assert_allclose(controller.loss.spectra.points_of("4B").ys, 1.0, atol=0.01)
    assert controller.loss.spectra.points_of("4B", 1).xs.size == 0


def test_a_date_is_left_out_with_a_reason_and_comes_back(controller, qtbot):
    workspace = controller.workspace
    _click_date(controller, "4B", 5)

    _leave_out(controller, "The lamp flickered.")
    qtbot.waitUntil(lambda: not controller.loss.losses[0].dates[5].is_used)

    lamp = workspace.session.lamps[5]
    assert workspace.session.exclusion(lamp.id).reason == "The lamp flickered."
    did = "Leave out the lamp of 4B of day 138: The lamp flickered."
    assert workspace.document.undo_stack.undoText() == did
    assert controller.loss.exclude.text() == "Bring date back"
    controller.loss.exclude.click()
    qtbot.waitUntil(lambda: controller.loss.losses[0].dates[5].is_used)
    assert workspace.session.exclusions == ()


def test_the_form_is_chosen_for_all_bands_or_for_the_one_clicked(controller, qtbot):
    workspace = controller.workspace
    controller.set_parameter("form", "power law")

    qtbot.waitUntil(lambda: controller.loss.losses[1].form == "power law")
    assert workspace.document.undo_stack.undoText() == (
        "Set form of the loss of all bands to power law"
    )
    _click_date(controller, "4C", 1)
    controller.scope = "This band"
    controller.set_parameter("form", "linear")
    qtbot.waitUntil(lambda: controller.loss.losses[1].form == "linear")
    assert NodeKey("loss", EVERYTHING) in workspace.session.params
    assert loss_key("4C") in workspace.session.params
    assert controller.loss.losses[0].form == "power law"


def test_the_inspector_lists_bands_and_forms(controller):
    _click_date(controller, "4C", 1)

    content = controller.inspector()

    assert list(content.numbers.column("band").values) == ["4B", "4C"]
    assert "power law: AIC" in content.summary
    assert controller.export_key() == loss_key("4C")


def test_without_lamps_the_view_says_what_to_open(qtbot, runner):
    controller = _controller(qtbot, runner, OpenFiles())

    assert "Open a table of lamp spectra" in controller.loss.empty.reason


def test_too_few_dates_say_what_can_be_chosen(qtbot, runner):
    controller = _controller(qtbot, runner, _lamps(("4B",), most=4))

    qtbot.waitUntil(lambda: "needs 5 dates" in controller.loss.empty.reason)
    assert "linear" in controller.loss.empty.reason
    controller.set_parameter("form", "linear")
    qtbot.waitUntil(lambda: controller.loss.losses != ())
    assert controller.loss.empty.reason == ""
