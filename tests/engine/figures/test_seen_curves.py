"""Tests of engine.figures.seen_curves, as a figure with the axes of a view draws them."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.figures import draw_calibrated_spectra, draw_star_response
from engine.figures.seen import SeenAxis, SeenPanel, as_seen, panels_of, panels_text
from engine.figures.seen_curves import band_outline, seen_curve
from tests.helpers.figures import calibrated, star_response

WAVE = SeenAxis(5.0, 6.5, label="Wavelength (µm)")


def drawn(draw, *panels):
    figure = Figure()
    as_seen(draw, panels)(figure)
    figure.draw_without_rendering()
    return figure.axes


def test_another_version_is_dashed_and_named_in_the_one_legend(rng):
    spectra = [calibrated(rng, "1A", 4.9, 5.74)]
    x = spectra[0].spectrum.wave_um
    above = seen_curve("before the edit", [(x, np.full(x.size, 2.0)), (x, np.full(x.size, 3.0))])
    below = seen_curve("this over it", [(x, np.full(x.size, 1.1))], shade="dim")
    flux = SeenPanel(WAVE, SeenAxis(0.0, 5.0), curves=(above,))
    ratio = SeenPanel(WAVE, SeenAxis(0.9, 1.2), curves=(below,))

    top, bottom = drawn(lambda figure: draw_calibrated_spectra(figure, spectra), flux, ratio)

    line = next(one for one in top.lines if one.get_label() == "before the edit")
    assert line.get_linestyle() == "--"
    assert np.isnan(line.get_ydata()).sum() == 1  # the gap between the pieces
    names = [text.get_text() for text in top.get_legend().get_texts()]
    assert names[-2:] == ["before the edit", "this over it"]
    assert_allclose(bottom.lines[-1].get_ydata(), 1.1)


def test_another_version_is_in_the_unit_that_is_seen(rng):
    spectra = [calibrated(rng, "1A", 4.9, 5.74)]
    one = spectra[0].spectrum
    same = seen_curve("same", [(one.wave_um, one.flux)])
    panel = SeenPanel(WAVE, SeenAxis(1e-14, 1e-12), "per wavelength", curves=(same,))

    top, _ = drawn(lambda figure: draw_calibrated_spectra(figure, spectra), panel)

    lines = {line.get_label(): line.get_ydata() for line in top.lines}
    assert_allclose(lines["same"], lines["1A"], rtol=2e-6)


def test_the_graph_that_is_seen_stands_in_place_of_the_residuals(rng):
    response = star_response(rng)
    wave = response.wave_um
    curves = (
        seen_curve("", [band_outline(wave, 0.99 * wave, 1.01 * wave)], style="band"),
        seen_curve("", [(wave, wave)], style="line"),
    )
    lower = SeenPanel(
        WAVE, SeenAxis(0.9, 1.1, label="C / before"), curves=curves, content="curves alone"
    )

    _, bottom = drawn(
        lambda figure: draw_star_response(figure, response), SeenPanel(WAVE, None), lower
    )

    [line] = bottom.lines
    assert_allclose(line.get_ydata(), wave, rtol=1e-6)
    assert len(bottom.patches) == 1
    assert bottom.get_ylabel() == "C / before"


def test_a_recipe_keeps_them_as_they_are_drawn():
    curve = seen_curve("old", [([5.0, 5.1], np.array([1 / 3, np.nan]))], shade="care")
    panels = (SeenPanel(WAVE, None, curves=(curve,), content="curves alone"), SeenPanel(WAVE, None))

    assert panels_of(panels_text(panels)) == panels
    assert seen_curve("nothing", [(np.zeros(2), np.full(2, np.nan))]) is None


@pytest.mark.parametrize(
    "changed",
    [
        ["x", "wavy", "text", [1], [1]],
        ["x", "line", "no color", [1], [1]],
        ["x", "line", "text", [1, 2], [1]],
        ["x", "line", "text", [1], [1e31]],
        ["x", "line", "text", "abc", "abc"],
    ],
)
def test_what_is_no_curve_is_refused(changed):
    text = panels_text(
        [SeenPanel(None, None, curves=(seen_curve("x", [(np.ones(1), np.ones(1))]),))]
    )
    known = '["x","dashed","text",[1.0],[1.0]]'
    assert known in text

    with pytest.raises(DataError):
        panels_of(text.replace(known, str(changed).replace("'", '"')))
