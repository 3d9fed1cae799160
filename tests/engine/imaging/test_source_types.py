"""Tests of engine.imaging.source_types (Gordon+2025, Fig. 7)."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.factor_results import FactorParams
from engine.imaging.factors import measure_factors
from engine.imaging.source_types import TypeParams, compare_source_types
from tests.helpers.imaging_tables import imaging_table

FILTERS = ("F560W", "F770W", "F1000W", "F1500W", "F1800W")
RAW = FactorParams(time="none", subarrays="none")


def study_of(rng, offsets, *, scatter=0.012, noise=0.004, n_stars=9):
    """Factors of ``n_stars`` stars of each class in five filters; a class may be off."""
    rows = [
        (f"{one} {number}", one, name, off + offset)
        for one, off in offsets.items()
        for number in range(n_stars)
        for offset in [rng.normal(0.0, scatter)]
        for name in FILTERS
    ]
    factor = np.array([1.0 + row[3] for row in rows]) + rng.normal(0.0, noise, len(rows))
    table = imaging_table(
        len(rows),
        stars=tuple(row[0] for row in rows),
        classes=tuple(row[1] for row in rows),
        filters=tuple(row[2] for row in rows),
        model_jy=1e-3 * factor,
    )
    return measure_factors(table, RAW)


def test_an_injected_offset_of_a_class_is_recovered(rng):
    found = compare_source_types(study_of(rng, {"hot": 0.06, "A": 0.0, "G": 0.0}))

    means = {one.star_class: one for one in found.means}
    # the average of all contains the hot stars: 1.06 / 1.02
    assert means["hot"].ratio == pytest.approx(1.06 / 1.02, abs=4 * means["hot"].error)
    assert means["hot"].significance > 5
    assert any("Class hot differs" in one for one in found.messages)
    assert [one.star_class for one in found.means] == ["hot", "A", "G"]


def test_the_errors_of_the_means_cover_what_chance_makes(rng):
    pulls = []
    for _ in range(30):
        found = compare_source_types(study_of(rng, {"hot": 0.0, "A": 0.0, "G": 0.0}))
        pulls += [one.significance for one in found.means]

    # Each class is a third of the average that it is compared with: sqrt(2/3) of its own error.
    width = float(np.std(pulls))
    assert abs(np.mean(pulls)) < 0.35
    assert 0.6 < width < 1.15


def test_ratios_are_those_of_averages_in_which_each_star_counts_once(rng):
    study = study_of(rng, {"hot": 0.0, "G": 0.02})
    own = np.array([c == "G" and f == "F770W" for c, f in zip(
        study.table.classes, study.table.filters, strict=True)])  # fmt: skip

    found = compare_source_types(study)

    [ratio] = [one for one in found.of("G") if one.filter_name == "F770W"]
    by_hand = study.factor[own & study.is_used].mean() / study.of("F770W").average.mean
    assert ratio.ratio == pytest.approx(by_hand, rel=1e-12)
    assert ratio.pivot_um == pytest.approx(7.639)


def test_filters_with_three_stars_of_a_class_are_not_shown(rng):
    study = study_of(rng, {"hot": 0.0, "A": 0.0}, n_stars=3)

    with pytest.raises(DataError, match="No filter has 4 stars"):
        compare_source_types(study)
    assert compare_source_types(study_of(rng, {"A": 0.0}, n_stars=4), TypeParams()).ratios


def test_three_stars_observed_twice_are_three_stars(rng):
    table = study_of(rng, {"hot": 0.0, "A": 0.0}, n_stars=6).table
    merged = tuple(f"{one[:-1]}{int(one[-1]) // 2}" for one in table.stars)
    twice = replace(table, stars=merged)

    with pytest.raises(DataError, match="No filter has 4 stars"):
        compare_source_types(measure_factors(twice, RAW))
    assert compare_source_types(measure_factors(twice, RAW), TypeParams(fewest=3)).ratios


def test_a_class_without_enough_stars_is_named(rng):
    study = study_of(rng, {"hot": 0.0, "A": 0.0}, n_stars=6)
    few = study.table.rows(
        np.array([s not in {"hot 0", "hot 1", "hot 2"} for s in study.table.stars])
    )

    found = compare_source_types(measure_factors(few, RAW))

    assert any("Class hot has no filter with 4" in one for one in found.messages)
