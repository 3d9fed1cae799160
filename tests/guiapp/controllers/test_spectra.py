"""Tests of guiapp.controllers.spectra."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.mrs.calibrated_spectra import CalibrationParams, add_systematics
from engine.project.calibrate_step import vector_source
from engine.project.chain import Chain
from engine.project.exports import DEFAULT_FORMATS
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.export_scopes import ExportScopes
from guiapp.controllers.spectra import SpectraController, vectors_text
from guiapp.controllers.spectra_remarks import errors_text, remarks_text
from guiapp.controllers.view_controller import SCOPE_ALL
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.figures import calibrated
from tests.helpers.sessions import star_session
from tests.helpers.workspaces import workspace

TEN_LAC = "10 Lac/1524-1"


@pytest.fixture
def space(runner):
    return workspace(runner)


@pytest.fixture
def controller(qtbot, space):
    controller = SpectraController(space)
    qtbot.addWidget(controller.view)
    controller.set_active(True)
    qtbot.waitUntil(lambda: len(controller.spectra._curves) == 2, timeout=20_000)
    return controller


def test_the_title_says_which_visit_and_which_vector(controller):
    assert controller.heading == (
        "Spectra · 16 Cyg B/1538-1 · 2022-08-08",
        "calibrated with own response · 2 bands",
    )


def test_the_title_says_that_the_source_or_a_band_of_it_is_left_out(controller, space):
    session, source = space.session, space.segment().identity.source_key
    shown = controller.heading[1]

    edit(space.document, session.with_exclusion(source, "a companion"), "Leave out")
    whole = controller.heading[1]
    edit(space.document, session.with_exclusion("e2", "saturated"), "Leave out")

    assert whole == f"left out: a companion · {shown}"
    assert controller.heading[1].endswith("1 band · 1 left out")


def test_every_curve_says_which_vector_it_was_calibrated_with(qtbot, controller, space):
    params = CalibrationParams(vector_of="10 Lac")
    space.set_params(NodeKey("calibrate", "e1"), params, "Apply 10 Lac")

    def vectors():
        return {one.band: one.vector for one in controller.spectra._curves}

    expected = {"1B": f"response of {TEN_LAC}", "1C": "own response"}
    qtbot.waitUntil(lambda: vectors() == expected, timeout=20_000)
    assert controller.heading[1] == "calibrated with 2 vectors · 2 bands"
    tip = controller.spectra.legend.buttons["e1"].toolTip()
    assert f"Band 1B and its model; calibrated with response of {TEN_LAC}" in tip


def test_the_form_chooses_whose_vectors_calibrate_the_source_as_one_edit(qtbot, controller, space):
    content = controller.inspector()
    [spec] = content.specs
    offered = dict(zip(spec.choices, spec.choice_words, strict=True))

    controller.set_parameter("vector_of", "10 Lac")

    assert content.values == {"vector_of": ""}
    assert offered == {
        "": "own response",
        "combined": "combined",
        "10 Lac": "10 Lac",
        "16 Cyg B": "16 Cyg B",
    }
    assert controller.inspector().values == {"vector_of": "10 Lac"}
    stack = space.document.undo_stack
    assert [stack.text(i) for i in range(stack.count())] == [
        "Calibrate 16 Cyg B/1538-1 with the response of 10 Lac"
    ]
    stack.undo()
    assert controller.inspector().values == {"vector_of": ""}


def test_the_form_of_all_observations_holds_for_every_star(controller, space):
    controller.scope = SCOPE_ALL

    controller.set_parameter("vector_of", "combined")

    wanted = {vector_source(space.session, one) for one in space.session.segments}
    assert wanted == {"combined"}
    assert controller.inspector().scope == SCOPE_ALL
    controller.set_parameter("vector_of", "a star that is not there")
    assert space.document.undo_stack.count() == 1


def test_the_inspector_says_what_comes_of_an_own_vector(controller, space):
    said = controller.inspector().summary
    common = space.session.with_params(
        NodeKey("calibrate", EVERYTHING), CalibrationParams(vector_of="10 Lac")
    )

    assert said.startswith("± is statistical, of one sample (median of the band); systematic: 0.")
    assert "\n1B, 1C: calibrated with own response." in said
    assert "by construction" in said
    assert "by construction" not in vectors_text(common, common.sources["16 Cyg B/1538-1"])


def test_a_systematic_error_far_above_the_medians_is_said_with_its_place(rng):
    usual, red = calibrated(rng, "4B", 20.69, 24.48), calibrated(rng, "4C", 24.4, 27.9)
    away = np.where(red.spectrum.wave_um > 27.0, 0.5, 0.02)
    away[-20] = 0.75  # of the flux, at 27.68 um
    limited = replace(red, sys_error=frozen(np.abs(red.spectrum.flux) * away))

    assert "up to" not in errors_text([usual, red])
    assert errors_text([usual, limited]).endswith(
        "systematic: 2 %, but up to 75 % in 4C at 27.68 µm."
    )


def test_what_the_systematic_errors_hold_is_said_and_where_it_is_the_vector_alone(rng):
    own, other = calibrated(rng, "1A", 4.9, 5.7), calibrated(rng, "1B", 5.7, 6.6)
    own = replace(own, sys_terms=(("vector", own.sys_error),))
    terms = [(name, frozen(np.full(other.spectrum.size, 0.01))) for name in ("annulus", "aperture")]
    other = add_systematics(replace(other, sys_terms=(("vector", other.sys_error),)), terms)

    assert errors_text([own, other]).endswith(
        ", of vector, annulus and aperture (1A: vector alone)."
    )
    assert errors_text([own]).endswith(", of vector alone.")


def test_what_is_known_of_a_band_is_said_beside_its_numbers(rng):
    one = calibrated(rng, "4C", 24.4, 27.9)
    said = replace(one, messages=("172 of 717 samples rest on a vector that is limited.", "B."))

    text = remarks_text([(one.spectrum.identity, one), (one.spectrum.identity, said)])

    assert text == "4C: 172 of 717 samples rest on a vector that is limited.\n4C: B."


def test_another_star_that_is_selected_too_is_overlaid(qtbot, controller, space):
    seen = space.selection.current
    other = next(one.id for one in space.session.segments if one.identity.source_key == TEN_LAC)

    space.selection.select((seen, other))

    qtbot.waitUntil(lambda: bool(controller.spectra.others.layers), timeout=20_000)
    assert controller.heading[0].startswith("Spectra · 16 Cyg B")
    assert controller.spectra.legend.buttons["other"].text() == TEN_LAC
    assert other in controller.spectra.others.layers


def test_what_is_no_longer_selected_is_no_longer_overlaid(qtbot, controller, space):
    seen = space.selection.current
    other = next(one.id for one in space.session.segments if one.identity.source_key == TEN_LAC)
    space.selection.select((seen, other))
    qtbot.waitUntil(lambda: bool(controller.spectra.others.layers), timeout=20_000)

    space.selection.select((seen,))

    assert controller.spectra.others.layers == {}


def test_all_bands_that_are_drawn_are_what_is_seen(controller, space):
    of_this = {f"calibrate:{one.id}" for one in space.session.sources["16 Cyg B/1538-1"]}
    other = next(one.id for one in space.session.segments if one.identity.source_key == TEN_LAC)

    alone = set(map(str, controller.seen()))
    space.selection.select((space.selection.current, other))
    [seen, *_] = ExportScopes(space, controller).offered

    assert alone == of_this
    assert alone < set(map(str, controller.seen()))
    assert (seen.id, seen.label) == ("seen", "What is seen")
    assert seen.said.startswith("Spectra: ")


def test_cubes_that_are_seen_as_extracted_are_exported_in_one_figure(qtbot, runner):
    space = Workspace(Document(star_session()), Selection(), Chain(), runner)
    space.selection.select(("e1",))
    controller = SpectraController(space)
    qtbot.addWidget(controller.view)
    controller.stage = "extracted"

    planned = ExportScopes(space, controller).amounts(("figures",), DEFAULT_FORMATS)

    assert set(map(str, controller.seen())) == {"extract:e1", "extract:e2", "extract:e3"}
    assert str(controller.export_key()) == "extract:e1"
    assert planned["seen"].startswith("1 file,")
    assert planned["step"].startswith("1 file,")


def test_the_bands_of_one_source_are_counted_in_what_is_seen(controller, space):
    scopes = ExportScopes(space, controller)

    planned = scopes.amounts(("spectra", "tables", "figures"), DEFAULT_FORMATS)

    assert scopes.offered[0].said == "Spectra: 2 bands of 16 Cyg B 1538-1"
    assert planned["seen"].startswith("4 files")  # two spectra, a table, a figure of both


def test_as_extracted_the_table_is_of_what_is_drawn_and_not_calibrated(qtbot, controller, space):
    controller.spectra.stage_chosen.emit("extracted")
    qtbot.waitUntil(lambda: len(controller._curves_of(controller._shown_source)) == 2)

    content = controller.inspector()
    flux = content.numbers.column("flux")
    drawn = controller.spectra._curves
    assert flux.values == pytest.approx([np.nanmedian(one.flux) for one in drawn])
    assert flux.unit == drawn[0].unit
    assert "alibrated with" not in content.summary
    assert "ratio" not in [one.name for one in content.numbers.columns]
    controller.select_rows((1,))
    assert space.selection.segments == (drawn[1].id,)
    assert controller.selected_rows() == (1,)


def test_what_was_read_is_forgotten_when_another_band_is_selected(controller, space):
    said = []
    controller.cursor_changed.connect(said.append)
    controller.spectra.cursor_changed.emit("1B   λ 6.0000 µm")

    space.selection.select(("e2",))

    assert said == ["1B   λ 6.0000 µm", ""]


def test_the_read_out_names_the_vector_only_where_the_heading_cannot(qtbot, controller, space):
    view = controller.spectra
    one = view._has_several_vectors()
    space.set_params(NodeKey("calibrate", "e1"), CalibrationParams(vector_of="10 Lac"), "Apply")
    qtbot.waitUntil(lambda: len({curve.vector for curve in view._curves}) == 2, timeout=20_000)

    assert (one, view._has_several_vectors()) == (False, True)
