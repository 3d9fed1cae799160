"""Tests of engine.figures.lrs_spectra."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.figures import draw_dropouts, draw_nods, draw_usable_range
from engine.project.keys import NodeKey
from tests.helpers.lrs_files import lrs_files


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return lrs_files(tmp_path_factory)


def drawn(draw, *results, **options):
    figure = Figure(layout="constrained")
    draw(figure, *results, **options)
    figure.draw_without_rendering()
    return figure.axes


def test_dropouts_are_marked_in_both_panels_on_one_axis(files):
    result = files.result("dropouts", "01536041", "00001", "s2d")

    top, bottom = drawn(draw_dropouts, result)

    [marks] = [line for line in top.lines if line.get_marker() == "s"]
    wave = np.asarray(marks.get_xdata())
    assert np.allclose(wave, result.wave_um[result.missing])
    [points] = [line for line in bottom.lines if line.get_marker() == "o"]
    assert np.count_nonzero(np.isfinite(points.get_ydata())) == np.count_nonzero(result.missing)
    assert top.get_xlim() == bottom.get_xlim()


def test_the_ratio_and_the_errors_are_those_of_the_result(files):
    result = files.chain.evaluate(files.session, NodeKey("nods", "BD+60 1753/1536-41"))

    top, bottom = drawn(draw_nods, result)

    [binned] = [line for line in top.lines if line.get_marker() == "s"]
    assert np.allclose(binned.get_ydata(), result.ratios[0].binned)
    dashed = [line for line in bottom.lines if line.get_linestyle() == "--"]
    assert np.allclose(dashed[0].get_ydata(), result.errors[0].stated)


def test_without_nods_the_reason_is_written(files):
    result = files.chain.evaluate(files.session, NodeKey("nods", "HD 2811/1536-43"))

    top, bottom = drawn(draw_nods, result)

    assert result.reason in [text.get_text() for text in top.texts]
    assert bottom.lines


def test_each_range_is_shaded_with_its_reason(files):
    entry = files.entry("01282057", "x1dints")
    segment = next(one for one in files.session.segments if one.entry is entry)
    result = files.chain.evaluate(files.session, NodeKey("usable_range", segment.id))
    spectrum = files.chain.library.product(entry, 0)

    [axes] = drawn(draw_usable_range, result, spectrum, title="red")

    said = [text.get_text() for text in axes.texts]
    assert "below 4.5 µm: fold-over" in said
    assert any("5.2 µm" in one for one in said)
    assert len(axes.patches) == 3
