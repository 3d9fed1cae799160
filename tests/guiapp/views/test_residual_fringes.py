"""Tests of guiapp.views.residual_fringes and what it is made of."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PyQt6.QtCore import Qt

from engine.mrs.residual_fringes import ResidualFringeParams, correct_residual_fringes
from engine.mrs.response_params import Mask
from guiapp.settings.plot_keys import FRINGE_PLOT, PLOT_KEYS
from guiapp.views.range_gestures import AddRange, ChangeRange, RemoveRange
from guiapp.views.residual_fringes import ResidualFringesView
from tests.helpers.fringes import fringed_spectrum, spectrum_of
from tests.helpers.mouse import RIGHT, click, drag, hover, key, move, press, type_key

OWN = (Mask(11.8, 12.0, "H I"), Mask(12.6, 12.8))
MASKS = (Mask(13.1, 13.2, "bad"),)
PARAMS = ResidualFringeParams(protected=OWN)


@pytest.fixture
def result(rng):
    return correct_residual_fringes(fringed_spectrum("3A", rng)[0], PARAMS)


@pytest.fixture
def view(qtbot, result):
    """Return a view on the screen with a result, two own ranges and a mask of the response."""
    view = ResidualFringesView()
    qtbot.addWidget(view)
    view.resize(900, 640)
    view.bind_keys([(spec.id, spec.keys) for spec in PLOT_KEYS if spec.context == FRINGE_PLOT])
    view.show_subject("3A")
    view.show_params(PARAMS, MASKS)
    view.show_result(result)
    with qtbot.waitExposed(view):
        view.show()
    view.plot.setFocus()
    return view


@pytest.fixture
def edits(view):
    """Return the list that the edits of `view` are put into."""
    heard = []
    view.edited.connect(heard.append)
    return heard


# What is drawn


def test_what_is_drawn_is_the_result(view, result):
    plots, wave = view.plots, result.spectrum.wave_um

    assert_array_equal(plots.before.xs, wave)
    assert_array_equal(plots.before.ys, result.observed / result.continuum)
    assert_array_equal(plots.after.ys, result.spectrum.flux / result.continuum)
    assert_array_equal(plots.removed.ys, 100.0 * result.modulation)
    assert_array_equal(plots.power_before.ys, 100.0 * result.periodogram.before)
    assert_array_equal(plots.power_after.ys, 100.0 * result.periodogram.after)


def test_the_sinusoids_found_stand_in_the_periodogram(view, result):
    found = np.concatenate([fit.frequency_cm for fit in result.families])
    amplitude = np.concatenate([fit.amplitude for fit in result.families])

    assert_array_equal(np.sort(found), view.plots.found.xs)
    assert_allclose(view.plots.found.ys.max(), 100.0 * amplitude.max())
    assert {span.name for span in view.plots.families.spans} == {"detector", "dichroic"}
    strongest = float(found[np.argmax(amplitude)])
    assert view.plots.periods.ticks[0] == (strongest, f"{1 / strongest:.3g} cm⁻¹")


def test_samples_that_do_not_take_part_are_crossed(view, result):
    crossed = np.isfinite(view.plots.left_out.ys)

    assert_array_equal(crossed, (result.weight <= 0) & np.isfinite(result.continuum))


def test_protected_ranges_and_masks_are_told_apart(view):
    assert [(one.low, one.high, one.name) for one in view.ranges.spans] == [
        (11.8, 12.0, "H I"),
        (12.6, 12.8, ""),
    ]
    assert [one.name for one in view.fixed_ranges.spans] == ["bad"]
    assert {"protected", "masks"} <= set(view.legend.buttons)


def test_both_spectra_share_the_wavelengths(view):
    view.plot.set_view(((12.1, 12.3), (0.95, 1.05)))

    assert_allclose(view.plots.removed_plot.view[0], (12.1, 12.3))


def test_a_new_result_does_not_change_the_zoom(view, result):
    wanted = ((12.1, 12.3), (0.97, 1.02))
    view.plot.set_view(wanted)

    view.show_result(result)

    assert_allclose(view.plot.view, wanted)


def test_another_subject_is_shown_from_end_to_end(view, rng):
    view.plot.set_view(((12.1, 12.3), (0.97, 1.02)))
    other = correct_residual_fringes(fringed_spectrum("1A", rng)[0])

    view.show_subject("1A")
    view.show_result(other)

    low, high = view.plot.view[0]
    assert low < other.spectrum.wave_um[0] < other.spectrum.wave_um[-1] < high


def test_the_summary_says_what_became_of_the_spectrum(view, result):
    assert view.summary.full_text().startswith(f"{result.n_sinusoids} sinusoids · scatter 0.")


def test_a_spectrum_left_as_it_is_says_why(view, rng):
    spectrum, _ = fringed_spectrum("3A", rng)
    before = correct_residual_fringes(correct_residual_fringes(spectrum).spectrum)

    view.show_result(before)

    assert view.summary.full_text().startswith("left as it is")
    assert "twice" in view._note.text()
    assert view.empty.reason == ""


def test_a_spectrum_that_is_too_short_is_a_sentence_and_no_axes(view):
    wave = np.linspace(12.0, 12.01, 9)

    view.show_result(correct_residual_fringes(spectrum_of(wave, np.ones(9), band="3A")))

    assert "Fewer than 25 samples" in view.empty.reason


def test_a_problem_keeps_what_was_drawn(view, result):
    view.show_problem("The file is gone.", "Open it again.")

    assert view._note.text() == "The file is gone. Open it again."
    assert_array_equal(view.plots.after.ys, result.spectrum.flux / result.continuum)


def test_the_legend_hides_and_shows(view):
    view.legend.switch("before")
    assert not view.plots.before.isVisible()
    assert not view.plots.power_before.isVisible()

    view.legend.switch("before")
    assert view.plots.before.isVisible()


def test_clearing_leaves_nothing_and_the_reason(view):
    view.clear("Nothing is open.")

    assert view.empty.reason == "Nothing is open."
    assert view.plots.after.xs.size == 0
    assert view.result is None


# Mouse


def test_a_drag_in_protect_mode_adds_a_range(view, edits):
    view.set_mode("protect")

    drag(view.plot, (12.2, 1.0), (12.35, 1.0))

    [edit] = edits
    assert isinstance(edit, AddRange)
    assert (edit.low_um, edit.high_um) == pytest.approx((12.2, 12.35), abs=0.003)
    assert view.new_range.spans == ()


def test_a_drag_to_the_left_adds_the_same_range(view, edits):
    view.set_mode("protect")

    drag(view.plot, (12.35, 1.0), (12.2, 1.0))

    assert edits[0].low_um == pytest.approx(12.2, abs=0.003)


def test_a_drag_while_looking_adds_nothing(view, edits):
    drag(view.plot, (12.2, 1.0), (12.35, 1.0))

    assert edits == []


@pytest.mark.parametrize("mode", ["look", "protect"])
def test_a_drag_of_an_edge_moves_it(view, edits, mode):
    view.set_mode(mode)

    drag(view.plot, (12.0, 1.0), (12.1, 1.0))

    [edit] = edits
    assert edit == ChangeRange(0, 11.8, edit.high_um, "H I")
    assert edit.high_um == pytest.approx(12.1, abs=0.003)


@pytest.mark.parametrize("mode", ["look", "protect"])
def test_a_right_click_removes_a_range(view, edits, mode):
    view.set_mode(mode)

    click(view.plot, (12.7, 1.0), button=RIGHT)

    assert edits == [RemoveRange(1)]


def test_a_right_click_on_a_mask_of_the_response_says_where_to_go(view, edits):
    click(view.plot, (13.15, 1.0), button=RIGHT)

    assert edits == []
    assert "mask of the response" in view._note.text()


def test_a_right_drag_zooms_in_both_modes(view, edits):
    view.set_mode("protect")

    drag(view.plot, (12.2, 0.99), (12.5, 1.01), button=RIGHT)

    assert edits == []
    assert_allclose(view.plot.view[0], (12.2, 12.5), atol=0.01)


def test_a_click_in_a_range_asks_for_its_name(view, edits):
    view.set_mode("protect")

    click(view.plot, (12.7, 1.0))
    view._field.field.setText("[Ne II]")
    key(view._field.field, Qt.Key.Key_Return)

    assert edits == [ChangeRange(1, 12.6, 12.8, "[Ne II]")]


def test_escape_takes_back_the_drag_then_the_mode(view, edits):
    view.set_mode("protect")
    press(view.plot, (12.2, 1.0))
    move(view.plot, (12.2, 1.0), (12.3, 1.0))
    assert view.new_range.spans != ()

    key(view.plot, Qt.Key.Key_Escape)
    assert view.new_range.spans == ()
    assert view.mode == "protect"

    key(view.plot, Qt.Key.Key_Escape)
    assert view.mode == "look"
    assert edits == []


def test_the_pointer_reads_value_and_what_was_removed(view, result, qtbot):
    with qtbot.waitSignal(view.cursor_changed, check_params_cb=bool) as heard:
        hover(view.plot, (12.4, 1.0))

    assert "λ 12.4" in heard.args[0]
    assert "removed" in heard.args[0]


def test_the_pointer_reads_frequency_and_period(view, qtbot):
    with qtbot.waitSignal(view.cursor_changed, check_params_cb=bool) as heard:
        hover(view.plots.periodogram, (0.5, 0.1))

    assert "period 2.0" in heard.args[0]


# Keys


def test_p_changes_the_mode_and_says_so(view, qtbot):
    with qtbot.waitSignal(view.mode_changed) as heard:
        type_key(view.plot, "p")

    assert heard.args == ["Protect"]
    assert view.mode == "protect"


def test_s_twice_protects_what_lies_between(view, edits):
    hover(view.plot, (12.2, 1.0))
    type_key(view.plot, "s")
    assert view.plots.pending.values != ()

    hover(view.plot, (12.3, 1.0))
    type_key(view.plot, "s")

    [edit] = edits
    assert (edit.low_um, edit.high_um) == pytest.approx((12.2, 12.3), abs=0.003)
    assert view.plots.pending.values == ()


def test_d_removes_the_range_under_the_cursor(view, edits):
    hover(view.plot, (11.9, 1.0))

    type_key(view.plot, "d")

    assert edits == [RemoveRange(0)]


def test_a_asks_for_the_other_state(view, qtbot):
    with qtbot.waitSignal(view.apply_chosen) as first:
        type_key(view.plot, "a")
    view.show_params(replace(PARAMS, apply="on"))
    with qtbot.waitSignal(view.apply_chosen) as second:
        type_key(view.plot, "a")

    assert (first.args, second.args) == (["on"], ["off"])


def test_every_key_of_the_table_has_its_act(view):
    acts = view.acts()

    assert {spec.id for spec in PLOT_KEYS if spec.context == FRINGE_PLOT} <= set(acts)
