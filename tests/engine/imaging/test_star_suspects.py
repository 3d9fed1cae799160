"""Tests of engine.imaging.star_suspects: disks and stars that deviate everywhere."""

import numpy as np
import pytest
from scipy.stats import norm

from engine.imaging.published_factors import published_bands
from engine.imaging.star_suspects import find_suspects

FILTERS = [name for name, one in published_bands().items() if one.kind == "imaging"]


def star_levels(rng, *, n_stars=20, offset=0.012, color=0.005):
    offsets = rng.normal(0.0, offset, n_stars)
    return {
        f"star {i}": {name: 1.0 + offsets[i] + rng.normal(0.0, color) for name in FILTERS}
        for i in range(n_stars)
    }


def with_disk(own, excess_at_25um):
    pivots = {name: published_bands()[name].pivot_um for name in own}
    return {
        name: value / (1.0 + excess_at_25um * max(0.0, pivots[name] - 12.0) / 13.362)
        for name, value in own.items()
    }


def test_an_injected_disk_is_found_with_its_excess_and_nothing_else(rng):
    levels = star_levels(rng)
    levels["star 7"] = with_disk(levels["star 7"], 0.25)

    [suspect] = find_suspects(levels)

    assert (suspect.star, suspect.kind, suspect.reason) == ("star 7", "disk", "debris disk")
    assert suspect.significance > 8
    assert suspect.deviation_percent == pytest.approx(-20.0, abs=2.5)
    assert "25.4 µm" in suspect.words


def test_the_significance_of_the_slope_is_calibrated(rng):
    fewest = 2.0
    alarms = [
        sum(one.kind == "disk" for one in find_suspects(star_levels(rng), sigma=fewest))
        for _ in range(40)
    ]

    expected = norm.sf(fewest) * 20 * 40
    assert 0.4 * expected < sum(alarms) < 2.2 * expected


def test_a_star_that_brightens_shortward_of_12_um_alone_is_no_disk(rng):
    levels = star_levels(rng)
    levels["star 3"] = {
        name: value * (0.9 if published_bands()[name].pivot_um < 12 else 1.0)
        for name, value in levels["star 3"].items()
    }

    assert all(one.kind != "disk" or one.star != "star 3" for one in find_suspects(levels))


def test_a_star_that_is_off_in_all_filters_is_found(rng):
    levels = star_levels(rng)
    levels["star 2"] = dict.fromkeys(("F560W", "F770W", "F1000W"), 1.12)

    [suspect] = find_suspects(levels)

    assert (suspect.star, suspect.kind) == ("star 2", "deviant")
    assert suspect.deviation_percent == pytest.approx(12.0, abs=0.1)
    assert suspect.significance > 4


def test_two_filters_beyond_12_um_are_needed_for_a_disk(rng):
    levels = star_levels(rng)
    faint = with_disk(levels["star 5"], 0.3)
    levels["star 5"] = {name: faint[name] for name in ("F560W", "F1000W", "F1500W")}

    assert not [one for one in find_suspects(levels) if one.kind == "disk"]


def test_few_stars_are_not_judged(rng):
    assert find_suspects(star_levels(rng, n_stars=4)) == ()
    assert find_suspects({}) == ()


def test_fnd_takes_no_part(rng):
    levels = star_levels(rng)
    levels["star 1"] |= {"FND": 0.5}

    assert find_suspects(levels) == ()


def test_a_filter_that_a_star_lacks_is_no_deviation(rng):
    levels = star_levels(rng)
    del levels["star 4"]["F770W"]
    levels["star 6"] = {"F770W": levels["star 6"]["F770W"]}

    assert np.isfinite([one.significance for one in find_suspects(levels)]).all()
