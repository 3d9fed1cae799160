"""Tests of engine.mrs.fringe_remarks."""

import numpy as np

from engine.mrs.fringe_families import FamilyFit, fringe_families
from engine.mrs.fringe_remarks import corrected_note, remarks_on_families

DETECTOR, DICHROIC = fringe_families()


def fit(family=DETECTOR, n=2, **how):
    periods = family.period_per_cm * (1.0 + 0.01 * np.arange(n))
    return FamilyFit(family, 1.0 / periods, 0.004 / (1.0 + np.arange(n)), np.full(n, 9.0), **how)


def test_the_strongest_sinusoid_is_named():
    (remark,) = remarks_on_families((fit(),))

    assert remark == "Detector fringes: 2 sinusoids, the strongest 0.4 % at 2.9 cm⁻¹."


def test_one_sinusoid_is_not_called_many():
    (remark,) = remarks_on_families((fit(DICHROIC, 1),))

    assert remark == "Dichroic fringes: 1 sinusoid, the strongest 0.4 % at 0.4 cm⁻¹."


def test_nothing_found_and_nothing_looked_for_are_told_apart():
    found = remarks_on_families((fit(n=0), fit(DICHROIC, 0, reason="It is too short")))

    assert found == (
        "No detector fringes stand out of the noise.",
        "It is too short: nothing was removed.",
    )


def test_using_all_sinusoids_is_told():
    remarks = remarks_on_families((fit(n=10),))

    assert "All 10 detector sinusoids that are allowed were used." in remarks


def test_the_note_says_how_many_near_which_period():
    note = corrected_note((fit(n=3), fit(DICHROIC, 0)))

    assert note == "Residual fringes were removed: 3 sinusoids near 2.9 cm-1."
