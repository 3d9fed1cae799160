"""Eq. 4 with Tables 7 and 8 of Gordon+2025."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.calibration_curve import CalibrationCurve, published_curve
from engine.imaging.published_factors import published_bands, published_throughputs

# Worked by hand from Tables 7 and 8.
BY_HAND = (
    ("F2550W", 59720.0, "FULL", 0.9064 - 0.2011),
    ("F2550W", 59955.4, "SUB64", (0.9064 - 0.2011 * 0.36787944) / 0.966),
    ("F1280W", 59920.0, "SUB256", (0.4233 - 0.0140 * 0.36787944) / 0.98),
    ("F560W", 60500.0, "BRIGHTSKY", 0.4496 / 1.005),
    ("F1550C", 1e9, "MASK1550", 3.8974),
)


@pytest.mark.parametrize(("name", "mjd", "subarray", "expected"), BY_HAND)
def test_equation_4_with_tables_7_and_8(
    name: str, mjd: float, subarray: str, expected: float
) -> None:
    factor = published_curve(name).factor_at(mjd, subarray)

    assert float(factor) == pytest.approx(expected, rel=1e-7)


def test_the_two_amplitudes_have_two_names() -> None:
    curve = CalibrationCurve("F2550W", 0.9064, -0.2011, 235.4)

    assert curve.loss_fraction == pytest.approx(0.2219, abs=1e-4)  # A of Fig. 4
    assert curve.asymptote == 0.9064  # A of Eq. 4
    assert curve.start == pytest.approx(0.7053)


def test_the_loss_of_each_filter_is_that_which_table_8_prints() -> None:
    printed = {
        "F560W": 0.0, "F770W": 0.1, "F1000W": 1.1, "F1130W": 0.4, "F1280W": 3.3, "FND": 3.3,
        "F1500W": 2.9, "F1800W": 8.0, "F2100W": 12.7, "F2550W": 22.2, "F1065C": 0.8,
        "F1140C": 0.4, "F1550C": 3.7, "F2300C": 16.7,
    }  # fmt: skip

    losses = {name: 100.0 * one.loss_fraction for name, one in published_bands().items()}

    assert losses == pytest.approx(printed, abs=0.07)  # B has one digit in F770W


def test_a_date_that_is_not_known_gives_no_factor() -> None:
    factor = published_curve("F770W").factor_at(np.array([np.nan, 59800.0]))

    assert np.isnan(factor).tolist() == [True, False]


def test_an_unknown_subarray_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(DataError, match="SUB32 is not known") as caught:
        published_curve("F770W").factor_at(59800.0, "SUB32")

    assert "SUB64" in caught.value.hint


def test_an_unknown_filter_is_refused() -> None:
    with pytest.raises(DataError, match="no calibration factor of F200W"):
        published_curve("F200W")


@pytest.mark.real_data
def test_the_resource_holds_the_published_tables(real_data) -> None:
    tables = {
        number: [
            line.split()
            for line in real_data(f"published_tables/gordon2025_table{number}.ecsv")
            .read_text()
            .splitlines()
            if not line.startswith("#")
        ][1:]
        for number in ("6_zeropoints", "7_subarray", "8_calfactors")
    }

    assert published_throughputs() == {name: float(d) for name, d in tables["7_subarray"]}
    for name, a, b, _, tau, _, sigma, n_stars, repeat in tables["8_calfactors"]:
        one = published_bands()[name]
        assert (one.asymptote, one.amplitude, one.tau_days) == (float(a), float(b), float(tau))
        assert (one.sigma_factor_percent, one.n_stars) == (float(sigma), float(n_stars))
        assert np.array_equal(one.sigma_repeat_percent, float(repeat), equal_nan=True)
    for name, per_angstrom, jy in tables["6_zeropoints"]:
        pivot = np.sqrt(float(jy) * 1e-23 * 2.99792458e18 / float(per_angstrom)) * 1e-4
        assert published_bands()[name].pivot_um == pytest.approx(pivot, abs=6e-4)


@pytest.mark.real_data
def test_backgrounds_of_table_5_follow_from_equation_4(real_data) -> None:
    lines = real_data("published_tables/gordon2025_table5_portion.ecsv").read_text().splitlines()
    rows = [line.rsplit(maxsplit=14) for line in lines if not line.startswith("#")][1:]

    ratios = [
        float(row[14])
        / float(row[11])
        / float(published_curve(row[3]).factor_at(float(row[5]), row[4]))
        for row in rows
    ]

    assert len(ratios) >= 29
    assert np.max(np.abs(np.array(ratios) - 1.0)) < 0.006
