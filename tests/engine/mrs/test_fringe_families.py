"""Tests of engine.mrs.fringe_families."""

import pytest

from engine.mrs.fringe_families import families_of, fewest_periods, fringe_families


def test_the_families_are_those_of_the_pipeline():
    detector, dichroic = fringe_families()

    assert (detector.period_per_cm, detector.half_range_per_cm) == (2.9, 1.5)
    assert (dichroic.period_per_cm, dichroic.half_range_per_cm) == (0.4, 0.15)
    assert (detector.most_sinusoids, dichroic.most_sinusoids) == (10, 15)
    assert fewest_periods() == 5


def test_frequencies_are_inverse_periods():
    low, high = fringe_families()[0].frequencies_cm

    assert low == pytest.approx(1 / 4.4)
    assert high == pytest.approx(1 / 1.4)


@pytest.mark.parametrize(
    ("channel", "choice", "names"),
    [
        (1, "automatic", ["detector"]),
        (2, "both", ["detector"]),
        (3, "automatic", ["detector", "dichroic"]),
        (4, "dichroic", ["dichroic"]),
        (2, "dichroic", []),
        (3, "detector", ["detector"]),
        (None, "automatic", []),
        (None, "both", ["detector", "dichroic"]),
    ],
)
def test_a_channel_has_the_families_that_it_shows(channel, choice, names):
    assert [family.name for family in families_of(channel, choice)] == names
