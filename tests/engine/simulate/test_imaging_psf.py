"""The point-spread function of the simulated imager holds what it says it holds."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from photutils.aperture import CircularAperture

from engine.simulate.imaging_psf import imager_spread


@pytest.mark.parametrize(
    ("name", "radii"),
    [
        ("F560W", (3.87, 10.78, 18.39)),
        ("F1000W", (4.6, 6.7, 11.58)),
        ("F2550W", (9.18, 14.03, 17.71)),
    ],
)
def test_radii_of_70_80_and_85_percent_are_those_of_table_4(name, radii):
    assert_allclose(imager_spread(name).inside(np.array(radii)), [0.70, 0.80, 0.85], atol=1e-3)


def test_sums_over_pixels_are_what_it_says_is_inside():
    spread = imager_spread("F1000W")
    image = spread.on_pixels((161, 161), (80.3, 79.6))

    for radius in (3.0, 4.6, 9.0, 20.0):
        found = CircularAperture((80.3, 79.6), radius).do_photometry(image)[0][0]
        assert_allclose(found, spread.inside(radius), atol=1.5e-3)


def test_all_of_the_light_is_somewhere():
    spread = imager_spread("F560W")

    assert_allclose(spread.inside(1e4), 1.0)
    assert_allclose(sum(spread.parts), 1.0)


def test_model_is_narrower_in_the_core_and_right_outside():
    truth = imager_spread("F560W")

    model = truth.as_modeled()

    assert model.inside(1.5) > 1.02 * truth.inside(1.5)
    assert_allclose(model.inside(np.array([25.0, 50.0])), truth.inside(np.array([25.0, 50.0])))
