"""Tests of engine.compare.junction_causes: sources whose jumps have a known cause."""

from dataclasses import replace

import numpy as np
import pytest

from engine.compare.jumps import JumpSource, compare_jumps
from engine.compare.junction_causes import cause_over_sources, causes_in_source
from engine.compare.junction_steps import BandCentroid, measure_junction_steps
from engine.compare.junctions import measure_junctions
from tests.helpers.junctions import two_sides

JUNCTION = "2A|2B"


def jumping(rng, scales, *, vectors="10 Lac"):
    """Return sources whose 2B lies higher by `scales`, over the 3 % of the helper."""
    found = []
    for number, scale in enumerate(scales, start=1):
        left, right = two_sides(rng, 1.0, program=str(number), mjd=59700.0)
        right = replace(right, flux=right.flux * scale / 1.03)
        own = (("2A", vectors), ("2B", vectors))
        source = f"Star {number}/{number}-1"
        found.append(
            JumpSource(
                f"Star {number}", 59700.0, measure_junctions(source, [left, right]), vectors=own
            )
        )
    return found


def said_of_first(sources):
    jumps = compare_jumps(sources)
    return cause_over_sources(jumps.at(JUNCTION)[0], jumps)


def test_a_jump_of_all_stars_points_to_the_vectors(rng):
    said = said_of_first(jumping(rng, [1.03, 1.028, 1.032, 1.03, 1.035]))

    assert said.startswith("4 of 4 other stars with the same vectors jump like it (median +3.0")
    assert said.endswith("common, look at the vectors of 2A and 2B.")


def test_count_rates_have_their_throughput_in_common(rng):
    jumps = compare_jumps(jumping(rng, [1.2, 1.2, 1.21, 1.19], vectors=""))
    rate = replace(jumps.at(JUNCTION)[0], vectors="")
    points = tuple(replace(one, unit="DN/s", vectors="") for one in jumps.points)

    said = cause_over_sources(replace(rate, unit="DN/s"), replace(jumps, points=points))

    assert said.endswith("common, as the throughput is: count rates are not calibrated.")


def test_a_jump_of_one_star_is_its_own(rng):
    said = said_of_first(jumping(rng, [1.03, 1.0, 0.998, 1.001, 1.002]))

    assert said.startswith("0 of 4 other stars")
    assert said.endswith("of this source or visit.")


def test_a_jump_of_half_of_the_stars_is_called_neither(rng):
    said = said_of_first(jumping(rng, [1.03, 1.03, 1.03, 1.0, 0.97]))

    assert said.startswith("2 of 4 other stars")
    assert said.endswith("neither common nor of this source alone.")


def test_stars_with_other_vectors_say_nothing(rng):
    first, *others = jumping(rng, [1.03, 1.03, 1.03, 1.03])
    elsewhere = [replace(one, vectors=(("2A", "HD 1"), ("2B", "HD 1"))) for one in others]

    assert said_of_first([first, *elsewhere]) == ""


def test_an_asteroid_is_told_apart_from_the_stars_and_that_it_turns(rng):
    asteroid, *stars = jumping(rng, [0.86, 1.0, 0.998, 1.001, 1.002])
    names = ("515 Athalia/1-1", "10 Lac/2-1", "HD 2811/3-1", "mu Col/4-1", "16 Cyg B/5-1")
    asteroid, *stars = (
        replace(one, junctions=replace(one.junctions, source=name))
        for one, name in zip((asteroid, *stars), names, strict=True)
    )

    jumps = compare_jumps([replace(asteroid, role="asteroid"), *stars])
    said = cause_over_sources(jumps.at(JUNCTION)[0], jumps)

    assert not jumps.at(JUNCTION)[0].is_used
    assert said.startswith("0 of 4 other stars")
    assert "of this source or visit. An asteroid turns: its level differs" in said


def test_an_asteroid_with_vectors_of_its_own_turns_all_the_same(rng):
    asteroid, star = jumping(rng, [0.86, 1.0])
    asteroid = replace(asteroid, role="asteroid", vectors=(("2A", "own"), ("2B", "own")))

    jumps = compare_jumps([asteroid, star])

    assert cause_over_sources(jumps.at(JUNCTION)[0], jumps).startswith("An asteroid turns")


def test_of_what_the_user_left_out_no_cause_is_looked_for(rng):
    first, *others = jumping(rng, [1.03, 1.0, 0.998, 1.001, 1.002])

    assert said_of_first([first.left_out("variable"), *others]) == ""


def test_visits_of_one_star_are_one_voice(rng):
    first, *others = jumping(rng, [1.03, 1.03, 1.03, 1.03])

    assert said_of_first([first, *(replace(one, star="Star 2") for one in others)]) == ""


def test_what_is_no_jump_has_no_cause(rng):
    assert said_of_first(jumping(rng, [1.0, 1.03, 1.03, 1.03, 1.03])) == ""


def steps_of(rng, *scales, centroids=(), cut=None):
    left, right = two_sides(rng, 1.0, program="1", mjd=59700.0)
    if cut is not None:
        right = replace(
            right,
            **{
                name: getattr(right, name)[right.wave_um > cut]
                for name in ("wave_um", "flux", "error", "flags")
            },
        )
    names = ("extract", "leak", "calibrate")
    stages = {
        name: [left, replace(right, flux=right.flux * scale / 1.03)]
        for name, scale in zip(names, scales, strict=False)
    }
    return measure_junction_steps("Star 1/1-1", stages, centroids=centroids)


def test_a_step_that_makes_the_jump_is_named_with_both_numbers(rng):
    [said] = causes_in_source(JUNCTION, steps_of(rng, 1.0, 1.05), {"leak": "Leak"})

    assert said.startswith("The step “Leak” changes it from ")
    assert float(said.partition("to +")[2].partition(" %")[0]) == pytest.approx(5.0, abs=0.2)


def test_count_rates_jump_by_their_throughput_and_name_no_step(rng):
    steps = steps_of(rng, 1.2, 1.05)
    rates = tuple(
        (
            name,
            replace(found, measures=tuple(replace(one, unit="DN/s") for one in found.measures)),
        )
        for name, found in steps.steps
    )

    assert causes_in_source(JUNCTION, replace(steps, steps=rates)) == ()


def test_steps_that_leave_the_jump_as_it_is_are_not_named(rng):
    assert causes_in_source(JUNCTION, steps_of(rng, 1.05, 1.05)) == ()


@pytest.mark.parametrize(("apart", "is_told"), [(0.05, True), (0.001, False)])
def test_bands_that_see_the_source_apart_are_told(rng, apart, is_told):
    centroids = [
        BandCentroid("2A", 10.0, 0.0, 0.35),
        BandCentroid("2B", 10.0 + apart / 3600.0, 0.0, 0.4),
    ]

    said = causes_in_source(JUNCTION, steps_of(rng, 1.05, centroids=centroids))

    assert (said == ("2A and 2B see it 0.14 FWHM apart: their apertures cut it differently.",)) == (
        is_told
    )
    assert bool(said) == is_told


@pytest.mark.parametrize(
    ("jumps", "told"),
    [
        ((1.03, 0.97), "2B lies above 2A and 2C: +3.00 % at 2A|2B, −3.00 % at 2B|2C."),
        ((0.97, 1.04), "2B lies below 2A and 2C: −3.00 % at 2A|2B, +4.00 % at 2B|2C."),
        ((1.03, 1.03), ""),
        ((1.03, 0.99), ""),
        ((1.03, np.nan), ""),
    ],
)
def test_a_band_that_lies_off_both_of_its_neighbors_is_named(rng, jumps, told):
    steps = steps_of(rng, 1.05)
    ratios = dict(zip((JUNCTION, "2B|2C"), jumps, strict=True))
    measures = tuple(
        replace(one, ratio=ratios[one.junction], significance=20.0, verdict="jump", unit="Jy")
        if one.junction in ratios
        else one
        for one in steps.steps[-1][1].measures
    )
    last = (steps.steps[-1][0], replace(steps.steps[-1][1], measures=measures))

    said = causes_in_source(JUNCTION, replace(steps, steps=(last,)))

    assert said == ((told,) if told else ())


def test_few_samples_are_told(rng):
    [said] = causes_in_source(JUNCTION, steps_of(rng, 1.2, cut=8.757))

    assert said.startswith("It rests on ")


def test_a_source_without_a_jump_has_no_causes(rng):
    assert causes_in_source(JUNCTION, steps_of(rng, 1.05, 1.0)) == ()
    assert np.isfinite(steps_of(rng, 1.0).at(JUNCTION)[0][1].ratio)
