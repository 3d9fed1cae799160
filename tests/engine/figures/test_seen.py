"""Tests of engine.figures.seen: a figure on the axes that a view shows."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.figures import draw_calibrated_spectra, draw_star_response
from engine.figures.seen import OWN, SeenAxis, SeenPanel, as_seen, panels_of, panels_text
from tests.helpers.figures import calibrated, star_response

WAVE = SeenAxis(5.0, 6.5, label="Wavelength (µm)")
RATIO = SeenPanel(WAVE, SeenAxis(0.9, 1.1, label="Obs. / model"))


def drawn(spectra, *panels):
    figure = Figure()
    as_seen(lambda empty: draw_calibrated_spectra(empty, spectra, title="10 Lac"), panels)(figure)
    figure.draw_without_rendering()
    return figure.axes


def test_scales_ranges_and_names_are_those_that_are_seen(rng):
    spectra = [calibrated(rng, "1A", 4.9, 5.74), calibrated(rng, "4C", 24.4, 27.9)]
    flux = SeenPanel(WAVE, SeenAxis(0.0, 2.0, label="Flux density (Jy)"))

    plain_top, _ = drawn(spectra)
    top, bottom = drawn(spectra, flux, RATIO)

    assert plain_top.get_yscale() == "log"
    assert top.get_yscale() == "linear"
    assert top.get_xlim() == bottom.get_xlim() == (5.0, 6.5)
    assert (top.get_ylim(), bottom.get_ylim()) == ((0.0, 2.0), (0.9, 1.1))
    assert bottom.get_ylabel() == "Obs. / model"
    assert bottom.get_xlabel() == "Wavelength (µm)"
    assert top.get_xlabel() == ""  # the name stands below the lowest panel alone


def test_a_logarithmic_axis_has_plain_numbers(rng):
    flux = SeenPanel(WAVE, SeenAxis(0.5, 20.0, "log", "Flux density (Jy)"))

    top, _ = drawn([calibrated(rng, "2A", 7.51, 8.77)], flux)

    assert top.get_yscale() == "log"
    assert {"1", "10"} <= {label.get_text() for label in top.get_yticklabels()}


def test_an_axis_that_is_read_in_another_unit_has_the_numbers_of_that_unit(rng):
    magnitudes = ((10.0, "6.4"), (1.0, "8.9"))
    flux = SeenPanel(WAVE, SeenAxis(0.0, 12.0, "linear", "Flux density (AB mag)", magnitudes))

    top, _ = drawn([calibrated(rng, "2A", 7.51, 8.77)], flux)

    assert [label.get_text() for label in top.get_yticklabels()] == ["6.4", "8.9"]
    assert_allclose(top.get_yticks(), [10.0, 1.0])


def test_flux_per_wavelength_is_drawn_as_such(rng):
    one = calibrated(rng, "2A", 7.51, 8.77)
    axis = SeenAxis(0.0, 1e-12, label="Fλ (W m⁻² µm⁻¹)")

    top, bottom = drawn([one], SeenPanel(WAVE, axis, "per wavelength"), RATIO)

    # F_lambda = F_nu c / lambda^2: 1 Jy at 8 um is 4.684e-14 W m-2 um-1
    line = next(line for line in top.lines if line.get_label() == "2A")
    wave, flux = one.spectrum.wave_um, one.spectrum.flux
    assert top.get_ylabel() == r"$\mathregular{F_λ}$ (W m⁻² µm⁻¹)"  # a subscript
    assert_allclose(line.get_ydata(), flux * 4.684257e-14 * (8.0 / wave) ** 2, rtol=1e-6)
    shade = top.collections[0].get_paths()[0].vertices
    assert np.nanmax(np.abs(shade[:, 1])) < 1e-9
    assert_allclose(bottom.lines[1].get_ydata(), one.ratio)  # a ratio has no unit


def test_arrows_do_not_stand_for_limits_that_hold_no_longer(rng):
    response = star_response(rng)
    seen = SeenPanel(SeenAxis(18.0, 20.0), SeenAxis(0.5, 1.5))
    one, own = Figure(), Figure()

    draw_star_response(own, response)
    as_seen(lambda empty: draw_star_response(empty, response), [seen, seen])(one)

    assert "beyond" in legend_of(own)
    assert "beyond" not in legend_of(one)
    assert "vector" in legend_of(one)


def test_a_recipe_keeps_the_axes_to_the_last_digit():
    ticks = ((0.1 + 0.2, "8.9"), (1.0 / 3.0, "9.0"))
    part = SeenPanel(SeenAxis(0.0, 1.0, reach="of what is drawn"), None, of="F560W")
    flux = SeenPanel(WAVE, SeenAxis(1e-3, 2.0, "log", "ν̃", ticks), "per wavelength")
    panels = (flux, RATIO, OWN, part)

    assert panels_of(panels_text(panels)) == panels
    assert panels_of(panels_text(())) == ()


def drawn_twice(*panels):
    """Draw two axes that are called A and B, from 0 to 10 both ways, as they are seen."""

    def draw(figure):
        for axes, name in zip(figure.subplots(1, 2), "AB", strict=True):
            axes.set_label(name)
            axes.set(xlim=(0.0, 10.0), ylim=(0.0, 10.0), xlabel="Own name")
            axes.text(9.0, 9.0, "a star")
            axes.text(0.5, 0.5, "in words", transform=axes.transAxes)

    figure = Figure()
    as_seen(draw, panels)(figure)
    return figure.axes


def test_axes_are_found_by_their_label_and_keep_what_is_not_seen():
    left, right = drawn_twice(SeenPanel(SeenAxis(2.0, 3.0, label="Name"), None, of="B"), OWN)

    assert (left.get_xlim(), left.get_ylim()) == ((0.0, 10.0), (0.0, 10.0))
    assert (right.get_xlim(), right.get_ylim()) == ((2.0, 3.0), (0.0, 10.0))
    assert (left.get_xlabel(), right.get_xlabel()) == ("Own name", "Name")
    assert [text.get_clip_on() for text in right.texts] == [True, False]


@pytest.mark.parametrize(
    ("seen", "limits"),
    [
        ((2.0, 3.0), (2.0, 3.0)),
        ((-5.0, 4.0), (0.0, 4.0)),
        ((-5.0, 50.0), (0.0, 10.0)),
        ((20.0, 30.0), (0.0, 10.0)),  # nothing of the figure is seen
    ],
)
def test_a_figure_of_a_part_goes_no_further_than_what_it_draws(seen, limits):
    axis = SeenAxis(*seen, reach="of what is drawn")

    left, right = drawn_twice(SeenPanel(axis, axis))

    assert left.get_xlim() == left.get_ylim() == limits
    assert right.get_xlim() == (0.0, 10.0)


def test_an_axis_is_moved_and_scaled_to_the_numbers_of_the_figure():
    axis = SeenAxis(0.5, 0.7, label="Energy + 0.1", ticks=((0.5, "a"),))

    assert_allclose((axis.moved(-0.1).low, axis.moved(-0.1).high), (0.4, 0.6))
    assert (axis.times(2.0).low, axis.times(2.0).high) == (1.0, 1.4)
    assert axis.moved(-0.1).label == axis.times(2.0).label == ""  # it is that of the figure
    assert axis.unnamed is axis  # read in another unit
    assert SeenAxis(0.0, 1.0, label="x").unnamed == SeenAxis(0.0, 1.0)


@pytest.mark.parametrize(
    "axis",
    [
        [0.0, 1.0, "log", "", []],
        [0.0, 0.0, "linear", "", []],
        [0.0, float("inf"), "linear", "", []],
        [0.0, 1e300, "linear", "", []],
        [0.0, 1.0, "cubic", "", []],
        [0.0, 1.0, "linear", "", [[0.5, "x"]] * 1000],
        [0.0, 1.0, "linear", "", [], "everywhere"],
        [0.0, 1.0],
        "axis",
    ],
)
def test_axes_that_no_figure_can_have_are_refused(axis):
    good = [0.0, 1.0, "linear", "", []]

    with pytest.raises(DataError, match="axes"):
        panels_of(json.dumps([[good, axis, "as they are"]]))


def test_a_figure_that_is_not_seen_keeps_its_own_axes(rng):
    top, bottom = drawn([calibrated(rng, "2A", 7.51, 8.77)])

    assert top.get_ylabel() == "Flux density (Jy)"
    assert bottom.get_ylabel() == "Obs. / model"


def legend_of(figure):
    legends = (one.get_legend() for one in figure.axes)
    return " ".join(text.get_text() for one in legends if one for text in one.texts)
