"""Tests of engine.simulate.imaging_program."""

from collections import Counter
from itertools import pairwise

import pytest

from engine.model.stars import star_named
from engine.simulate.imaging_program import imager_stars, pivot_um, program_visits


def test_the_stars_are_the_29_of_the_paper_with_their_classes():
    stars = imager_stars()

    assert Counter(one.star_class for one in stars.values()) == {"hot": 8, "A": 11, "G": 10}
    for name, star in stars.items():
        listed = star_named(star.header_name)
        assert listed is not None
        assert (listed.name, listed.star_class) == (name, star.star_class)


@pytest.mark.parametrize(
    ("star", "filter_name", "model_mjy"),
    [  # Gordon+2025, Table 5
        ("16 Cyg B", "F1130W", 414.0),
        ("16 Cyg B", "F2550W", 81.2),
        ("2MASS J17430448+6655015", "F560W", 0.876),
        ("G 191-B2B", "F1500W", 0.129),
    ],
)
def test_the_models_are_as_bright_as_the_published_fluxes(star, filter_name, model_mjy):
    assert imager_stars()[star].model_jy(filter_name) == pytest.approx(1e-3 * model_mjy, rel=0.08)


def test_pivots_follow_from_both_columns_of_table_6():
    # F1500W: 2.249e-14 erg/s/cm2/A and 17.020 Jy
    pivot = (2.99792458e18 * 17.020e-23 / 2.249e-14) ** 0.5 * 1e-4

    assert pivot_um("F1500W") == pytest.approx(pivot, abs=0.001)


def test_all_filters_and_subarrays_of_the_paper_are_observed():
    visits = list(program_visits())

    assert len({one.filter_name for one in visits}) == 14
    assert len({one.subarray for one in visits}) == 9
    assert {one.star.name for one in visits} == set(imager_stars())
    assert 400 < len(visits) < 700


def test_the_monitor_is_seen_every_month_and_no_visit_comes_twice():
    visits = list(program_visits())
    months = [one.mjd for one in visits if (one.program, one.filter_name) == ("4499", "F2550W")]
    places = Counter((v.star.name, v.program, v.subarray, v.filter_name, v.number) for v in visits)

    assert [b - a for a, b in pairwise(months)] == pytest.approx([28.0] * 11)
    assert max(places.values()) == 1
