"""Tests of engine.mrs.model_choice."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.mrs.model_choice import ModelChoiceParams, class_name, compare_models
from engine.mrs.star_combination import CombinationParams, combine_stars
from tests.helpers.star_vectors import BANDS, OFFSETS, star_vectors
from tests.helpers.swapped_models import with_models

BRIGHTER = 1.024
G_STARS = {star for star in OFFSETS if class_name(star) == "G"}
DEFAULT = ModelChoiceParams()
FIXED = CombinationParams(order=1)


def compared(rng, factors, *, params=DEFAULT, vectors=None, **options):
    vectors = star_vectors(rng) if vectors is None else vectors
    before = combine_stars(vectors, FIXED)
    after = combine_stars(with_models(vectors, factors), FIXED)
    names = {
        one.source: ("old", "new" if factors.get(one.star, 1.0) != 1.0 else "old")
        for one in before.stars
    }
    return before, after, compare_models(before, after, names, params, **options)


def rows(found):
    return {one.star: one for one in found.stars}


def classes(found):
    return {one.name: one for one in found.classes}


def test_a_class_whose_models_are_brighter_by_2_4_percent_moves_by_2_4_percent(rng):
    _, _, found = compared(rng, dict.fromkeys(G_STARS, BRIGHTER))

    moved = classes(found)
    assert moved["G"].ratio == pytest.approx(BRIGHTER, rel=1e-9)
    assert moved["G"].after - moved["G"].before == pytest.approx(0.024 * moved["G"].before)
    assert moved["A"].ratio == pytest.approx(1.0, abs=1e-12)
    assert moved["hot"].ratio == pytest.approx(1.0, abs=1e-12)
    assert moved["G"].n_stars == len(G_STARS) == 4


def test_one_star_moves_its_class_by_its_share(rng):
    _, _, found = compared(rng, {"16 Cyg B": BRIGHTER})

    assert rows(found)["16 Cyg B"].ratio == pytest.approx(BRIGHTER, rel=1e-9)
    share = rows(found)["16 Cyg B"].before / sum(rows(found)[star].before for star in G_STARS)
    assert classes(found)["G"].ratio == pytest.approx(1 + 0.024 * share, rel=1e-9)
    assert [one.star for one in found.stars if one.is_swapped] == ["16 Cyg B"]


def test_the_reference_star_does_not_take_the_yardstick_with_it(rng):
    _, _, found = compared(rng, {"10 Lac": BRIGHTER})

    assert rows(found)["10 Lac"].ratio == pytest.approx(BRIGHTER, rel=1e-9)
    for star in OFFSETS:
        if star != "10 Lac":
            assert rows(found)[star].ratio == pytest.approx(1.0, abs=1e-9)


def test_the_final_vector_moves_by_the_share_of_the_stars(rng):
    _, _, found = compared(rng, dict.fromkeys(OFFSETS, BRIGHTER))
    _, _, one = compared(rng, {"HD 2811": BRIGHTER})

    finals = [change for change in found.bands if not change.source]
    assert len(finals) == len(BANDS)
    assert [change.level for change in finals] == pytest.approx([BRIGHTER] * len(BANDS), rel=1e-9)
    finals = [change for change in one.bands if not change.source]
    assert np.mean([change.level for change in finals]) == pytest.approx(1.0024, abs=2e-4)


def test_the_vectors_of_swapped_stars_are_given_with_their_ratio(rng):
    _, _, found = compared(rng, {"16 Cyg B": BRIGHTER})

    own = [change for change in found.bands if change.source]
    assert {change.source.partition("/")[0] for change in own} == {"16 Cyg B"}
    for change in own:
        np.testing.assert_allclose(change.ratio[np.isfinite(change.ratio)], BRIGHTER, rtol=1e-9)


def test_the_factors_before_are_those_over_the_final_vector(rng):
    _, _, found = compared(rng, {"16 Cyg B": BRIGHTER})

    mean = np.mean(list(OFFSETS.values()))
    for star, one in rows(found).items():
        truth = (1 + OFFSETS[star]) / (1 + mean)
        assert one.before == pytest.approx(truth, abs=4 * one.error + 1e-3)


def test_nothing_swapped_moves_nothing_and_is_said(rng):
    _, _, found = compared(rng, {})

    assert all(one.ratio == 1.0 for one in found.stars)
    assert all(change.level == 1.0 for change in found.bands)
    assert "nothing moves" in found.messages[0]


def test_a_star_that_is_left_out_does_not_count_in_its_class(rng):
    vectors = [
        replace(one, excluded="variable") if one.vector.identity.target == "16 Cyg B" else one
        for one in star_vectors(rng)
    ]

    _, _, found = compared(rng, {"16 Cyg B": BRIGHTER}, vectors=vectors)

    assert rows(found)["16 Cyg B"].excluded == "variable"
    assert classes(found)["G"].n_stars == 3
    assert classes(found)["G"].ratio == pytest.approx(1.0, abs=1e-9)


def test_only_the_range_that_is_asked_for_counts(rng):
    _, _, found = compared(
        rng, {"16 Cyg B": BRIGHTER}, params=ModelChoiceParams(low_um=6.0, high_um=9.0)
    )

    assert rows(found)["16 Cyg B"].ratio == pytest.approx(BRIGHTER, rel=1e-9)
    with pytest.raises(DataError, match="No star has a factor between 30 and 40"):
        compared(rng, {}, params=ModelChoiceParams(low_um=30.0, high_um=40.0))
    with pytest.raises(DataError, match="no wavelength between 9 and 6"):
        compared(rng, {}, params=ModelChoiceParams(low_um=9.0, high_um=6.0))


# Law+2025, Sec. 8.2: 10 Lac at 26,000 and at 55,000 DN agrees within 0.5 % in 1A.
def test_two_observations_of_a_star_are_compared_at_their_well_depths(rng):
    first = star_vectors(rng)
    second = [
        replace(
            one,
            vector=replace(
                one.vector,
                identity=replace(one.vector.identity, program="3779", observation="1"),
                value=frozen(one.vector.value / 1.005),
            ),
        )
        for one in first
        if one.vector.identity.target == "10 Lac"
    ]
    sources = {one.vector.identity.source_key for one in second}
    other = sources.pop()
    [own] = {
        one.vector.identity.source_key for one in first if one.vector.identity.target == "10 Lac"
    }

    _, _, found = compared(
        rng, {}, vectors=[*first, *second], well_depths_dn={own: 26000.0, other: 55000.0}
    )

    assert len(found.pairs) == len(BANDS)
    for pair in found.pairs:
        assert (pair.source, pair.other) == (own, other)
        assert (pair.well_depth_dn, pair.other_depth_dn) == (26000.0, 55000.0)
        assert pair.ratio == pytest.approx(1.005, abs=1e-9)
        assert 0 < pair.error < 0.002


def test_one_observation_of_each_star_gives_no_pair(rng):
    _, _, found = compared(rng, {})

    assert found.pairs == ()


def test_combinations_of_different_reference_stars_are_not_compared(rng):
    vectors = star_vectors(rng)
    before = combine_stars(vectors, FIXED)
    after = combine_stars(vectors, replace(FIXED, reference_star="HD 2811"))

    with pytest.raises(DataError, match="before rest on 10 Lac"):
        compare_models(before, after, {})
