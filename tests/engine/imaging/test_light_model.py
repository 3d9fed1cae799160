"""Models of encircled energy: textbook numbers of the Airy disk."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.imaging.light_model import (
    diffraction_fwhm_px,
    diffraction_model,
    nominal_wave_um,
    tabulated_model,
)
from engine.model.point_spread import EncircledEnergy


def test_names_of_filters_tell_their_wavelength():
    assert nominal_wave_um("F770W") == 7.7
    assert nominal_wave_um("f1065c") == 10.65
    assert nominal_wave_um("FND") == 12.9
    assert np.isnan(nominal_wave_um("CLEAR"))


def test_airy_disk_holds_what_every_textbook_says():
    # 83.8 % inside the first dark ring at 1.22 wavelength / D, 91.0 % inside the second.
    ring = 1e-6 * 10.0 / 6.5 * 206264.806 / 0.11

    model = diffraction_model(10.0, 0.11)

    assert_allclose(model.inside(np.array([1.2197, 2.2331]) * ring), [0.8378, 0.9099], atol=2e-4)
    assert_allclose(model.radius_of(0.8378), 1.2197 * ring, rtol=2e-2)


def test_width_is_that_of_an_airy_disk():
    assert_allclose(diffraction_fwhm_px(10.0, 0.11), 1.029e-5 / 6.5 * 206264.806 / 0.11)
    assert diffraction_fwhm_px(1.0, 0.11) == 1.5


def test_table_is_taken_between_its_wavelengths_and_scaled_to_pixels():
    table = EncircledEnergy(
        np.array([5.0, 7.0]), np.array([1.1, 2.2]), np.array([[0.6, 0.4], [1.0, 0.8]])
    )

    model = tabulated_model(table, 6.0, 0.11)

    assert_allclose(model.radius_px, [0.0, 10.0, 20.0])
    assert_allclose(model.energy, [0.0, 0.5, 0.9])
    assert_allclose(model.radius_of(0.7), 15.0)
    assert np.isnan(model.radius_of(0.95))


@pytest.mark.parametrize("part", [0.0, 1.1])
def test_part_that_no_radius_holds_has_none(part):
    assert np.isnan(diffraction_model(10.0, 0.11).radius_of(part))
