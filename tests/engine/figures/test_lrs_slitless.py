"""Tests of engine.figures.lrs_slitless."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.figures import draw_periodic_noise, draw_slitless_background
from tests.helpers.lrs_files import lrs_files


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return lrs_files(tmp_path_factory)


def drawn(draw, result):
    figure = Figure(layout="constrained")
    draw(figure, result)
    figure.draw_without_rendering()
    return figure.axes


def test_before_and_after_have_one_scale_and_the_levels_of_the_result(files):
    result = files.result("slitless_background", "01536043", "rateints")

    before, after, across, level = drawn(draw_slitless_background, result)

    spans = [np.ptp(axes.images[0].get_clim()) for axes in (before, after)]
    assert np.isclose(*spans)
    assert np.allclose(level.lines[0].get_ydata(), result.level)
    assert len(across.lines) == 3


def test_the_periodogram_is_marked_at_the_known_frequencies(files):
    result = files.result("periodic_noise", "01536043", "ramp")

    [axes] = drawn(draw_periodic_noise, result)

    assert np.allclose(axes.lines[0].get_ydata(), result.amplitude, equal_nan=True)
    marked = [line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 2][1:]
    assert np.allclose(sorted(marked), [10.039216, 390.625])
    assert f"390.625 Hz: {result.wave('emi').amplitude:.3g}" in " ".join(
        one.get_text() for one in axes.get_legend().texts
    )
