"""Tests of the controller and the view of normalized spectra."""

import numpy as np
import pytest

from engine.arrays import frozen
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.normalized_spectra import NormalizedParams
from engine.project.keys import EVERYTHING, NodeKey
from engine.simulate.photospheres import Photosphere, mean_over_bins
from engine.simulate.signal import plane_wavelengths_um
from guiapp.controllers.normalized_spectra import NormalizedController
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.mouse import click, type_key
from tests.helpers.open_files import OpenFiles

STARS = {"HD 2811": ("A", 8100.0), "10 Lac": ("hot", 35000.0)}


def _spectrum(star, band, rng, *, program="1"):
    kind, temperature = STARS[star]
    limits = band_named(band)
    wave = plane_wavelengths_um(limits)
    photosphere = Photosphere(
        kind, temperature, 0.1, "high ionization" if kind == "hot" else "none"
    )
    flux = mean_over_bins(photosphere, wave, limits.step_um, of="star")
    flux = flux * rng.normal(1.0, 0.001, wave.size)
    flags = frozen(np.zeros(wave.size), dtype=np.uint32)
    identity = Identity(target=star, program=program, observation="1", band=band)
    return Spectrum(frozen(wave), frozen(flux), frozen(0.001 * flux), flags, "Jy", identity)


@pytest.fixture
def controller(qtbot, runner, rng):
    """Return the controller on two stars in 1B and 3B (e1 to e4), and a second visit (e5)."""
    files = OpenFiles()
    for star in STARS:
        for band in ("1B", "3B"):
            files.add(_spectrum(star, band, rng), "spectrum", "standard star")
    files.add(_spectrum("HD 2811", "1B", rng, program="2"), "spectrum", "standard star")
    workspace = Workspace(Document(files.session), Selection(), files.chain, runner)
    controller = NormalizedController(workspace)
    qtbot.addWidget(controller.view)
    controller.view.resize(900, 640)
    with qtbot.waitExposed(controller.view):
        controller.view.show()
    controller.set_active(True)
    qtbot.waitUntil(lambda: len(controller.normalized.stack.levels()) == 2)
    return controller


def _stars(controller):
    return [(one.source, level) for one, level in controller.normalized.stack.levels()]


def test_one_observation_of_each_star_is_stacked_hot_stars_first(controller):
    (first, top), (second, below) = _stars(controller)

    assert (first, second) == ("10 Lac/1-1", "HD 2811/1-1")
    assert top == 1.0
    assert below < top
    [(data, _model)] = controller.normalized.stack.curves(second)
    assert np.nanmedian(data.ys) == pytest.approx(below, abs=1e-3)


def test_the_pages_of_the_appendix_show_other_bands(controller):
    view = controller.normalized
    assert view.plot.view[0] == pytest.approx((4.9, 6.7), abs=0.2)

    type_key(view.plot, ")")
    type_key(view.plot, ")")

    assert view.page == (10.5, 16.0)
    [(data, _model)] = view.stack.curves("10 Lac/1-1")
    assert data.xs[0] > 13.0
    type_key(view.plot, "(")
    assert view.page == (6.7, 10.5)
    assert view.stack.levels() == ()


def test_n_jumps_from_line_to_line_and_shows_each_from_close_by(controller):
    view = controller.normalized

    type_key(view.plot, "n")
    first = view.line
    low, high = view.plot.view[0]
    type_key(view.plot, "n")

    assert low < first.wave_um < high
    assert high - low < 0.03 * first.wave_um
    assert view.line.wave_um > first.wave_um
    type_key(view.plot, "p")
    assert view.line == first


def test_a_line_can_be_chosen_by_its_name_on_another_page(controller):
    view = controller.normalized
    at = next(i for i in range(view.lines.count()) if view.lines.itemText(i).startswith("[Ne V]"))

    view.lines.setCurrentIndex(at)
    view.lines.activated.emit(at)

    assert view.page == (10.5, 16.0)
    assert view.line.wave_um == 14.3217
    assert view.marks["ions"].chosen == 14.3217


def test_only_lines_that_were_observed_are_offered(controller):
    waves = [line.wave_um for line in controller.normalized.known_lines()]

    assert all(5.66 <= wave <= 6.63 or 13.3 <= wave <= 15.6 for wave in waves)


def test_models_stand_on_the_data_or_below(controller):
    files = controller.workspace
    view = controller.normalized
    assert view.places.current == "over"

    view.places.choose("below")
    view.places.chosen.emit("below")

    assert view.stack.apart > 0
    assert files.document.undo_stack.count() == 0  # a way to look, not an edit


def test_stars_stand_as_far_apart_as_was_chosen(controller):
    view = controller.normalized

    view.spacing.setCurrentText("10 %")
    view.spacing.activated.emit(view.spacing.currentIndex())

    (_, top), (_, below) = _stars(controller)
    assert top - below == pytest.approx(0.10)


def test_a_click_on_a_curve_selects_its_star(controller):
    view = controller.normalized
    _, level = _stars(controller)[1]

    click(view.plot, (6.0, level))

    assert controller.workspace.segment().identity.target == "HD 2811"
    assert controller.inspector().numbers_title == "Lines of HD 2811"


def test_the_visit_that_is_selected_stands_for_its_star(controller, qtbot):
    controller.workspace.selection.select(("e5",))

    qtbot.waitUntil(lambda: ("HD 2811/2-1") in dict(_stars(controller)))

    assert len(_stars(controller)) == 2


def test_a_row_of_the_numbers_shows_its_line(controller):
    controller.workspace.selection.select(("e3",))
    names = list(controller.inspector().numbers.column("line").values)

    controller.select_rows([names.index("[Ne V]")])

    assert controller.normalized.line.name == "[Ne V]"
    assert "W " in controller.normalized.sentence.full_text()


def test_marks_can_be_hidden_and_stay_hidden(controller):
    view = controller.normalized

    view.legend.switch("He II")
    type_key(view.plot, ")")

    assert not view.marks["He II"].isVisible()
    assert view.marks["H I"].isVisible()


def test_another_continuum_is_one_edit(controller, qtbot):
    controller.set_parameter("n_breakpoints", 2)

    stack = controller.workspace.document.undo_stack
    assert stack.undoText() == "Set breakpoints of the continua to 2"
    key = NodeKey("normalize", EVERYTHING)
    assert controller.workspace.params(key) == NormalizedParams(n_breakpoints=2)


def test_nothing_open_says_what_to_open(controller):
    workspace = controller.workspace
    ids = [one.id for one in workspace.session.entries]

    edit(workspace.document, workspace.session.without_entries(ids), "Close all")

    assert "Open spectra" in controller.normalized.empty.reason
