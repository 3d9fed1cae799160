"""Photom references of imaging: rows, tables that follow C(t), and old forms."""

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.imaging.calibration_curve import published_curve
from engine.imaging.photom_tables import LossTables, factors_at, photom_of
from engine.imaging.published_factors import published_bands
from engine.model.imaging_photom import ImagingPhotom

CURVES = [published_curve(name) for name in published_bands()]
DATES = np.arange(59720.0, 59720.0 + 3650.0, 73.0)


@pytest.mark.parametrize("tables", ["both", "exponential"])
def test_the_tables_follow_equation_4_as_closely_as_is_said(tables: LossTables) -> None:
    made = photom_of(CURVES, {}, tables=tables)

    for curve in CURVES:
        row = made.reference.row(curve.filter_name, "SUB64")
        subarray = made.reference.subarrays[row]
        truth = curve.factor_at(DATES, "FULL" if subarray == "GENERIC" else subarray)
        found = np.array([factors_at(made.reference, float(day))[row] for day in DATES])
        allowed = 0.011 * made.worst_percent[curve.filter_name] + 1e-9
        assert np.max(np.abs(found / truth - 1.0)) <= allowed
        assert made.worst_percent[curve.filter_name] < 0.6


def test_both_tables_follow_closer_than_one_and_the_worst_is_told() -> None:
    both, one, other = (
        photom_of(CURVES, {}, tables=form) for form in ("both", "exponential", "power law")
    )

    worst = [made.worst_percent["F2550W"] for made in (both, one, other)]
    assert worst[0] < 0.25 < worst[1] < 0.6 < worst[2]
    assert "within 0.2 % (F2550W)" in both.messages[0]


def test_each_filter_has_a_row_for_each_subarray_and_one_for_all_others() -> None:
    reference = photom_of(CURVES, {"F770W": 0.0037}).reference

    own = [s for f, s in zip(reference.filters, reference.subarrays, strict=True) if f == "F770W"]
    masks = [
        s for f, s in zip(reference.filters, reference.subarrays, strict=True) if f == "F2300C"
    ]
    assert own == ["FULL", "BRIGHTSKY", "SUB256", "SUB128", "SUB64", "GENERIC"]
    assert masks == ["MASKLYOT", "GENERIC"]
    row = reference.row("F770W", "SUB64")
    assert reference.factor[row] == pytest.approx(0.2579 / 0.966)
    assert reference.error[row] == pytest.approx(0.0037 * 0.2579 / 0.966)
    assert np.isnan(reference.error[reference.row("F2550W", "FULL")])
    assert reference.row("F770W", "SLITLESSPRISM") == own.index("GENERIC") + 6
    assert reference.row("F200W", "FULL") == -1


def test_a_filter_without_a_loss_has_tables_that_say_one() -> None:
    reference = photom_of([published_curve("F560W")], {}).reference

    assert factors_at(reference, 59720.0) == pytest.approx(reference.factor, rel=1e-15)


def test_the_old_table_is_added_to_the_factor() -> None:
    old = ImagingPhotom(
        ("F2550W",), ("FULL",), frozen([0.9064]), frozen([0.009]),
        {"TIMECOEFF": {"amplitude": frozen([-0.2011]), "tau": frozen([235.4]),
                       "t0": frozen([59720.0])}},
    )  # fmt: skip

    for day in (59720.0, 60000.0):
        assert factors_at(old, day)[0] == pytest.approx(
            float(published_curve("F2550W").factor_at(day)), rel=1e-12
        )


def test_a_linear_loss_divides_the_factor() -> None:
    linear = ImagingPhotom(
        ("F770W",), ("FULL",), frozen([0.5]), frozen([0.01]),
        {"TIMECOEFF_LINEAR": {"lossperyear": frozen([0.1]), "t0": frozen([59720.0])}},
    )  # fmt: skip

    assert factors_at(linear, 59720.0 + 365.0)[0] == pytest.approx(0.5 / 0.9, rel=1e-12)


def test_a_power_law_has_no_value_before_its_pole() -> None:
    power = ImagingPhotom(
        ("F770W",), ("FULL",), frozen([0.5]), frozen([0.01]),
        {"TIMECOEFF_POWERLAW": {"year1value": frozen([0.9]), "tsoft": frozen([10.0]),
                                "alpha": frozen([-0.1]), "t0": frozen([59720.0])}},
    )  # fmt: skip

    assert np.isnan(factors_at(power, 59700.0)).all()
    assert factors_at(power, 59720.0 + 365.0)[0] == pytest.approx(0.5 / 0.9, rel=1e-12)


def test_nothing_to_write_is_refused() -> None:
    with pytest.raises(DataError, match="No filter"):
        photom_of([], {})
