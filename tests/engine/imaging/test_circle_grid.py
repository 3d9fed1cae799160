"""The overlap of a circle against the areas of our own exact sums."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.imaging.circle_grid import overlap_of_circle
from engine.numerics.circles import circle_overlap


@pytest.mark.parametrize("center", [(6.0, 7.0), (5.5, 6.5), (6.31, 7.78)])
@pytest.mark.parametrize("radius", [0.2, 1.0, 4.4])
def test_overlaps_are_exact(center, radius):
    found = overlap_of_circle((15, 13), center, radius)

    assert_allclose(found, circle_overlap(np.array([radius]), center, (15, 13))[0], atol=1e-12)
    assert_allclose(found.sum(), np.pi * radius**2)


def test_circle_of_nothing_holds_nothing():
    assert not overlap_of_circle((5, 5), (2.0, 2.0), 0.0).any()
