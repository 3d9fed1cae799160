"""Tests of the controller and the view of the 12.2 um leak."""

from dataclasses import replace

import numpy as np
import pytest

from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.leak import LeakCurve
from engine.mrs.spectral_leak import LeakParams
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.leak_curve_step import LEAK_CURVE_KEY
from engine.simulate.leak import add_leak, cold_signal, leak_fraction
from engine.simulate.response import draw_response
from engine.simulate.spectra import observe_spectrum
from guiapp.controllers.spectral_leak import SpectralLeakController
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, drag
from tests.helpers.open_files import OpenFiles

_ALL = NodeKey("leak", EVERYTHING)


@pytest.fixture
def files(rng):
    """Open 3A and 1B of a hot body (e1, e2) and of a cold one (e3, e4)."""
    files = OpenFiles()
    responses = {name: draw_response(rng, band_named(name)) for name in ("3A", "1B")}
    for kelvin, target, role in (
        (8000.0, "HD 2811", "standard star"),
        (194.0, "515 Athalia", "asteroid"),
    ):
        signals = {
            name: cold_signal(one, temperature_k=kelvin, flux_12um_jy=1.0, snr=600.0, unit="Jy")
            for name, one in responses.items()
        }
        signals["3A"] = add_leak(signals["3A"], signals["1B"])
        for name, signal in signals.items():
            identity = Identity(target=target, program="1536", observation="22", band=name)
            spectrum = observe_spectrum(rng, signal, identity, outlier_fraction=0.0)
            files.add(spectrum, "spectrum", role)
    files.session = files.session.with_params(_ALL, LeakParams(curve="derived"))
    return files


def _controller(qtbot, runner, files):
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = SpectralLeakController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    return controller


@pytest.fixture
def controller(qtbot, runner, files):
    controller = _controller(qtbot, runner, files)
    qtbot.waitUntil(lambda: controller.leak.pair_of("e1") is not None)
    return controller


def _at_peak(curve):
    return float(np.nanmean(curve.ys[np.abs(curve.xs - 12.22) < 0.02]))


def test_several_sources_are_drawn_before_and_after(controller):
    blue, red = (controller.leak.pair_of(one) for one in ("e1", "e3"))

    assert _at_peak(blue.before) - _at_peak(blue.after) == pytest.approx(0.1, abs=0.01)
    assert abs(_at_peak(red.before) - _at_peak(red.after)) < 0.003


def test_the_derived_curve_is_that_of_the_engine(controller, files):
    fit = files.chain.result(files.session, LEAK_CURVE_KEY)

    np.testing.assert_array_equal(controller.leak.derived.ys, 100.0 * fit.curve.fraction)
    assert controller.leak.file.xs.size == 0


def test_the_curve_of_a_file_is_drawn_beside(qtbot, runner, files):
    wave = np.linspace(11.6, 13.4, 300)
    files.add(LeakCurve(wave, leak_fraction(wave), 0 * wave), "leak curve", "other")

    controller = _controller(qtbot, runner, files)

    qtbot.waitUntil(lambda: controller.leak.file.xs.size == 300)


def test_dragging_an_edge_derives_anew_and_one_undo_takes_it_back(qtbot, controller):
    document = controller.workspace.document
    before = controller.leak.derived.ys

    drag(controller.leak.curve_plot, (12.70, 1.0), (12.60, 1.0))

    low, high = controller.workspace.params(LEAK_CURVE_KEY).window_um
    assert (low, high) == (11.92, pytest.approx(12.60, abs=0.01))
    assert document.undo_stack.count() == 1
    qtbot.waitUntil(lambda: not np.array_equal(controller.leak.derived.ys, before))

    document.undo_stack.undo()

    qtbot.waitUntil(lambda: np.array_equal(controller.leak.derived.ys, before))
    assert controller.leak.edges.values == (11.92, 12.70)


def test_switching_it_off_is_a_command_for_all_sources(controller):
    controller.leak.apply_chosen.emit("none")

    assert controller.workspace.params(NodeKey("leak", "e1")).apply == "none"
    controller.workspace.document.undo_stack.undo()
    assert controller.workspace.params(NodeKey("leak", "e1")).apply == "when available"


def test_a_click_selects_the_source(controller):
    curve = controller.leak.pair_of("e3").after
    at = int(np.argmin(np.abs(curve.xs - 12.0)))

    click(controller.leak.plot, (curve.xs[at], curve.ys[at]))

    assert controller.workspace.selection.current == "e3"
    assert "515 Athalia" in controller.leak.summary.full_text()


def test_the_form_names_sources_of_the_curve(controller):
    controller.set_parameter("red", "HD 2811")

    assert controller.workspace.params(LEAK_CURVE_KEY).red == "HD 2811"
    names = [spec.name for spec in controller.inspector().specs]
    assert names[:3] == ["apply", "curve", "blue"]


def test_without_1b_the_view_says_why(qtbot, runner, files):
    files.session = files.session.without_entries(["e2"])
    controller = _controller(qtbot, runner, files)
    controller.workspace.selection.select(("e1",))

    qtbot.waitUntil(lambda: "no 1B" in controller.leak.summary.full_text())


def test_nothing_open_is_said(qtbot, runner, files):
    files.session = files.session.without_entries(["e1", "e3"])

    controller = _controller(qtbot, runner, files)

    assert "Open 3A and 1B" in controller.leak.empty.reason


def test_an_extended_source_says_why(qtbot, runner, files):
    entry = replace(files.session.entry("e1"), role="extended source")
    files.session = files.session.with_entries([entry])
    files.session = files.session.with_params(
        LEAK_CURVE_KEY, replace(files.chain.params(files.session, LEAK_CURVE_KEY), blue="HD 2811")
    )
    controller = _controller(qtbot, runner, files)
    controller.workspace.selection.select(("e1",))

    qtbot.waitUntil(lambda: "extended" in controller.leak.summary.full_text())


def test_each_row_has_the_name_of_its_star_and_the_legend_the_color_of_its_curve(controller):
    view = controller.leak
    view.choose("e1")

    names = [name for _, name, _ in view.names.rows]

    assert names == ["HD 2811", "515 Athalia"]
    assert view.names.selected == "HD 2811"
    levels = [level for level, *_ in view.names.rows]
    assert levels == list(view.levels.values)
    entries = view.legend.buttons
    assert entries["derived"].entry.color == view.derived.color != "accent"
    assert entries["derived"].entry.text == "derived: HD 2811/1536-22 over 515 Athalia/1536-22"
