"""What is known about the error of an observation: measured, published, or not at all."""

import numpy as np
import pytest

from engine.compare.error_budget import budget_of
from engine.imaging.calibration_history import make_history
from engine.imaging.factor_results import FactorParams
from engine.imaging.factors import measure_factors
from engine.imaging.imaging_budget import known_of_images
from engine.imaging.published_factors import published_throughputs
from tests.helpers.imaging_tables import imaging_table


def known(name: str = "F560W", *, count: int = 1, **columns: object):
    stars = tuple(f"star {i}" for i in range(count))
    table = imaging_table(
        count, filters=(name,) * count, stars=stars, mjd=[6e4] * count,
        flux_error=[15.0] * count, **columns,
    )  # fmt: skip
    study = measure_factors(table, FactorParams(time="published"))
    return known_of_images(table, make_history(study, None, published_throughputs()))


def test_a_point_source_with_the_numbers_of_table_8_adds_up_by_hand() -> None:
    budget = budget_of(known()[0], "point source", model_percent=2.0)

    # 15 of 1e4, and of Table 8, F560W: 0.27 and 0.37 %
    assert [one.percent for one in budget.terms] == pytest.approx([0.15, 0.27, 0.37, 0.0, 0.0])
    assert budget.total_percent == pytest.approx(0.4820, abs=5e-5)


def test_an_extended_source_has_the_cruciform_and_the_scatter_of_apertures() -> None:
    one = known(aperture_correction_error=[0.03])[0]  # of 1.5: 2 %

    assert one.aperture[0] == pytest.approx(np.hypot(2.0, 3.0))
    assert "cruciform 3 %" in one.aperture[1]


def test_a_filter_whose_repeatability_nobody_measured_says_so() -> None:
    one = known("F1550C")[0]

    assert np.isnan(one.repeat[0])
    assert "never measured" in one.repeat[1]
    assert np.isnan(one.aperture[0])


def test_enough_stars_give_their_own_error_of_the_factor() -> None:
    model = [1.0e-3, 1.02e-3, 0.98e-3, 1.0e-3]
    one = known("F770W", count=4, model_jy=model)[0]

    scatter = np.std(model, ddof=1) / 1e-3
    assert one.factor[0] == pytest.approx(100.0 * scatter / 2.0, rel=1e-9)
    assert "4 stars" in one.factor[1]
