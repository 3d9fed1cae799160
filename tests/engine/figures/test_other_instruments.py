"""Tests of the figures of comparisons with imagers, spectrographs and planets."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from engine.figures.brightness_temperature import draw_temperatures
from engine.figures.filter_photometry import draw_filters
from engine.figures.spectrograph_ratios import draw_spectrographs
from engine.project.filters_step import filters_key
from engine.project.keys import NodeKey
from engine.project.spectrograph_step import spectrograph_key
from tests.helpers.filter_stars import RATIO, open_stars
from tests.helpers.open_files import OpenFiles
from tests.helpers.planets import open_planets
from tests.helpers.slit_stars import RATIOS, open_slit_stars


def drawn(draw, result):
    figure = Figure(layout="constrained")
    draw(figure, result, title="A title")
    figure.draw_without_rendering()
    return figure.axes


def result_of(files, key):
    return files.chain.evaluate(files.session, key)


def test_every_star_stands_at_its_ratio_and_the_mean_beside_them():
    files = open_stars(OpenFiles(), off=("16 Cyg B", 1.2))
    result = result_of(files, filters_key("extracted"))

    [axes] = drawn(draw_filters, result)

    points = [line for line in axes.lines if len(line.get_xdata()) == 1]
    shown = {round(float(line.get_ydata(orig=False)[0]), 9) for line in points}
    assert shown == {round(one.ratio, 9) for one in result.filters[0].stars} | {round(RATIO, 9)}
    [cross] = [line for line in points if line.get_marker() == "x"]
    assert float(cross.get_ydata()[0]) == pytest.approx(RATIO / 1.2)
    assert "F640W (6.58 µm)" in [label.get_text() for label in axes.get_xticklabels()]


def test_the_curves_are_the_ratios_of_the_stars():
    result = result_of(open_slit_stars(OpenFiles()), spectrograph_key("extracted"))

    [axes] = drawn(draw_spectrographs, result)

    named = {line.get_label(): line for line in axes.lines if line.get_label()[0] != "_"}
    for star, ratio in RATIOS.items():
        [line] = [line for label, line in named.items() if label.startswith(star)]
        values = line.get_ydata(orig=False)
        assert_allclose(values[np.isfinite(values)], ratio)
        assert f"{ratio:.3f}" in line.get_label()


def test_a_map_is_drawn_beside_its_difference():
    result = result_of(open_planets(OpenFiles()), NodeKey("temperature", "Saturn MIRI"))

    left, right, *bars = drawn(draw_temperatures, result)

    [mesh], [difference] = left.collections, right.collections
    assert_allclose(np.ma.filled(mesh.get_array(), np.nan), result.temperature_k)
    assert_allclose(np.ma.filled(difference.get_array(), np.nan), result.difference_k)
    assert "Saturn CIRS" in bars[1].get_xlabel()
    assert left.get_ylabel() == "Latitude (°)"


def test_a_spectrum_without_a_reference_is_one_curve():
    result = result_of(open_planets(OpenFiles()), NodeKey("temperature", "Uranus MIRI"))

    [axes] = drawn(draw_temperatures, result)

    assert_allclose(axes.lines[0].get_ydata(orig=False), result.temperature_k[0])
