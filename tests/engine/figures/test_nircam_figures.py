"""Tests of the figures of the NIRCam modules: epochs, offsets, gradients, correction."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from engine.figures.epochs import draw_epochs, draw_image_sources
from engine.figures.module_correction import draw_module_correction, shown_differences
from engine.figures.module_gradients import draw_module_gradients, shown_gradients
from engine.figures.module_offsets import draw_module_offsets, shown_pairs
from engine.nircam.detection import detect_sources
from engine.nircam.gradient_model import fit_gradients
from engine.nircam.matching import match_epochs
from engine.nircam.module_correction import correct_modules
from engine.nircam.module_offsets import measure_module_offsets
from engine.nircam.module_terms import fitted_terms
from tests.helpers.nircam import catalogs
from tests.helpers.nircam_images import open_images, write_images


@pytest.fixture(scope="module")
def matches():
    """Return the sources of three epochs in all filters."""
    return match_epochs(catalogs(1, labels=("1", "2", "3")))


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Return the long-wave images of two epochs."""
    return open_images(write_images(tmp_path_factory.mktemp("images"), 1))


def axes_of(figure):
    """Return all axes, those of figures inside among them."""
    return [axes for axes in figure.get_axes() if axes.axison]


def test_the_histograms_count_every_source_in_use(matches):
    figure = Figure()

    draw_epochs(figure, matches)

    shown = shown_pairs(matches.pairs)
    assert [one.turn for one in shown] == ["turned"] * 4
    drawn = axes_of(figure)
    assert [axes.get_title(loc="left") for axes in drawn] == [one.title for one in shown]
    words = [text.get_text() for text in drawn[0].get_legend().get_texts()]
    shift = shown[0].shift("north")
    assert words[1].replace("−", "-") == f"Dec {shift.median_mas:+.1f} ± {shift.mad_mas:.1f}"


def test_the_map_is_colored_by_the_difference_and_the_boxes_are_those_of_fig_6(matches):
    figure, offsets = Figure(), measure_module_offsets(matches)

    draw_module_offsets(figure, offsets)

    maps = [axes for axes in axes_of(figure) if axes.collections and axes.get_title(loc="left")]
    assert len(maps) == 4
    assert_allclose(maps[3].collections[0].get_array(), shown_pairs(matches.pairs)[3].delta)
    low, high = maps[0].get_xlim()
    assert low > high  # east is to the left
    [plane] = [axes for axes in axes_of(figure) if axes.get_ylabel().startswith("Δq")]
    boxes = [one.get_paths()[0].get_extents().x1 for one in plane.collections[:2]]
    assert_allclose(boxes, [0.05, 0.02])
    [arrays] = [axes for axes in axes_of(figure) if axes.get_ylabel() == "Δp (mag)"]
    assert [one.get_text() for one in arrays.get_xticklabels()] == ["1", "2", "3", "4", "long"]


def test_the_lines_are_those_of_the_fit(matches):
    figure, models = Figure(), fit_gradients(matches)

    draw_module_gradients(figure, models)

    shown = shown_gradients(models.arrays)
    assert len(shown) == 10
    assert {one.first for one in shown} == {"1"}
    for axes, one in zip(axes_of(figure), shown, strict=True):
        lines = [line for line in axes.lines if len(line.get_xdata()) == 30]
        for line, patch in zip(lines, "pq", strict=True):
            x = np.asarray(line.get_xdata())
            assert_allclose(line.get_ydata(), one.model(x, patch))


def test_an_array_without_a_fit_shows_its_sources(matches):
    from engine.nircam.gradient_model import GradientParams

    figure = Figure()
    most = max(len(one.of_array("1").nonzero()[0]) for one in matches.pairs)
    models = fit_gradients(matches, GradientParams(fewest=most))

    draw_module_gradients(figure, models)

    assert any(one.reason for one in models.arrays)
    assert len(axes_of(figure)) == 10


def test_the_differences_are_those_before_and_after(matches, images):
    figure, models = Figure(), fit_gradients(matches)
    found = correct_modules(fitted_terms(models), images, matches=matches, models=models)

    draw_module_correction(figure, found)

    pictures = [axes.images[0] for axes in axes_of(figure) if axes.images]
    shown = shown_differences(found.differences)
    assert len(pictures) == 2 * len(shown) == 4
    expected = [*(one.before for one in shown), *(one.after for one in shown)]
    for picture, image in zip(pictures, expected, strict=True):
        assert_allclose(picture.get_array().filled(np.nan), image)


def test_without_images_only_the_offsets_are_drawn(matches):
    figure, models = Figure(), fit_gradients(matches)
    found = correct_modules(fitted_terms(models), [], matches=matches, models=models)

    draw_module_correction(figure, found)

    assert not [axes for axes in axes_of(figure) if axes.images]
    assert len(axes_of(figure)) == 2


def test_errors_of_sources_are_drawn_for_each_image(images):
    figure, found = Figure(), detect_sources(images)

    draw_image_sources(figure, found)

    [axes] = axes_of(figure)
    assert len(axes.lines) == len(found.epochs) == 4
    assert_allclose(axes.lines[0].get_ydata(), found.epochs[0].mag_error)
