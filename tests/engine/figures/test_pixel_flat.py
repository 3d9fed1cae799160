"""Tests of engine.figures.pixel_flat and narrow_feature."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from engine.figures.narrow_feature import draw_narrow_feature
from engine.figures.pixel_flat import draw_pixel_flat
from engine.model.identity import Identity
from engine.mrs.flat_factoring import factor_reference
from engine.mrs.narrow_feature import NarrowFeatureParams, fit_narrow_feature
from engine.mrs.pixel_flat import PixelFlatParams, fit_pixel_flat
from tests.helpers.nebula import SMALL, nebula_images


@pytest.fixture(scope="module")
def images():
    return nebula_images(SMALL, 0)[0]


def _drawn(draw, result):
    figure = Figure()
    draw(figure, result, title="NGC 7027")
    figure.draw_without_rendering()
    return figure.axes


def test_dirty_and_clean_stand_side_by_side_with_one_scale(images):
    params = PixelFlatParams(passes=1, patches=((7.74, 7.75),))
    flat = fit_pixel_flat("2A", images, params)

    left, right, *others = _drawn(draw_pixel_flat, flat)

    np.testing.assert_array_equal(left.images[0].get_array().filled(np.nan), flat.dirty)
    np.testing.assert_array_equal(right.images[0].get_array().filled(np.nan), flat.clean)
    assert left.images[0].get_clim() == right.images[0].get_clim()
    curve = next(axes for axes in others if axes.get_xlabel() == "Wavelength (µm)")
    np.testing.assert_array_equal(curve.lines[0].get_ydata(), flat.curve)
    assert curve.patches[0].get_x() == pytest.approx(7.74)


def test_a_factored_reference_shows_its_spline(images):
    reference = replace(images[0], data=2.0 * images[0].wave_um, identity=Identity(band="1A"))
    flat = factor_reference(reference)

    axes = _drawn(draw_pixel_flat, flat)

    curve = next(one for one in axes if one.get_xlabel() == "Wavelength (µm)")
    np.testing.assert_allclose(curve.lines[1].get_ydata(), 2.0 * flat.curve_wave_um, rtol=1e-3)
    assert axes[0].get_title(loc="left") == "1A, reference over its median"


def test_the_feature_shows_every_pixel_and_the_spline(images):
    params = NarrowFeatureParams(range_um=(7.74, 7.78), margin_um=0.03)
    feature = fit_narrow_feature("2A", images[:3], params=params)

    [axes] = _drawn(draw_narrow_feature, feature)

    used, others = axes.lines[0], axes.lines[1]
    assert used.get_xdata().size == np.count_nonzero(feature.is_used)
    assert used.get_xdata().size + others.get_xdata().size == feature.wave_um.size
    np.testing.assert_array_equal(axes.lines[2].get_ydata(), feature.curve)
    assert "depth" in axes.get_title(loc="left")
