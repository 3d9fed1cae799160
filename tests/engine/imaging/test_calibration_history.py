"""C(t) beside deliveries: what is borrowed, what is missing, and what deliveries say over time."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.calibration_curve import published_curve
from engine.imaging.calibration_history import (
    START_MJD,
    Delivery,
    delivered_factors,
    make_history,
)
from engine.imaging.factor_results import FactorParams
from engine.imaging.factors import measure_factors
from engine.imaging.photom_tables import photom_of
from engine.imaging.published_factors import published_throughputs
from tests.helpers.imaging_tables import imaging_table


def study(name: str = "F2550W", **params: str):
    table = imaging_table(4, filters=(name,) * 4, stars=("a", "b", "c", "d"), mjd=[6e4] * 4)
    return measure_factors(table, FactorParams(time="published", **params))  # type: ignore[arg-type]


def test_without_a_loss_that_of_table_8_is_taken_and_said() -> None:
    found = make_history(study(), None, published_throughputs())

    [own] = found.filters
    assert own.curve.loss_fraction == pytest.approx(0.2011 / 0.9064, rel=1e-12)
    assert own.curve.asymptote == pytest.approx(study().averages["F2550W"], rel=1e-12)
    assert "The loss of F2550W is that of Gordon+2025, Table 8." in found.messages


def test_a_filter_that_nobody_knows_is_constant_and_said() -> None:
    found = make_history(study("F200W"), None, published_throughputs())

    assert found.filters[0].curve.amplitude == 0.0
    assert any("F200W has no loss with time" in text for text in found.messages)


def test_factors_that_hold_the_loss_are_told() -> None:
    table = imaging_table(4, filters=("F770W",) * 4, stars=("a", "b", "c", "d"), mjd=[6e4] * 4)
    uncorrected = measure_factors(table, FactorParams(time="none", subarrays="none"))

    found = make_history(uncorrected, None, published_throughputs())

    assert any("still hold the loss with time" in text for text in found.messages)
    assert any("not corrected for subarrays" in text for text in found.messages)


def test_no_mean_factor_at_all_is_refused() -> None:
    table = imaging_table(2, stars=("a", "b"), mjd=[6e4, 6e4])
    empty = measure_factors(
        table.without(dict.fromkeys(table.ids, "tilt")), FactorParams(time="published")
    )

    with pytest.raises(DataError, match="No filter has a mean factor"):
        make_history(empty, None, published_throughputs())


def test_a_delivery_tells_its_factor_over_time_also_of_coronagraphs() -> None:
    curves = [published_curve("F2550W"), published_curve("F2300C")]
    reference = photom_of(curves, {}).reference
    only_mask = replace(
        reference,
        subarrays=tuple("MASKLYOT" if f == "F2300C" else s
                        for f, s in zip(reference.filters, reference.subarrays, strict=True)),
    )  # fmt: skip
    delivery = Delivery("e1", "photom.fits", only_mask)
    mjd = np.array([START_MJD, START_MJD + 400.0])

    for curve in curves:
        found = delivered_factors(delivery, curve.filter_name, mjd)
        assert found == pytest.approx(curve.factor_at(mjd), rel=3e-3)
    assert np.isnan(delivered_factors(delivery, "F770W", mjd)).all()


@pytest.mark.parametrize(
    ("date", "mjd"), [("2022-05-21T00:00:00", 59720.0), ("2023-07-01", 60126.0), ("soon", np.nan)]
)
def test_the_day_of_a_delivery_is_that_of_useafter(date: str, mjd: float) -> None:
    reference = replace(photom_of([published_curve("F770W")], {}).reference, useafter=date)

    assert Delivery("e1", "a", reference).mjd == pytest.approx(mjd, nan_ok=True)
