"""Tests of engine.imaging.parameters: the eight panels of a filter."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.imaging.factor_results import FactorParams
from engine.imaging.factors import measure_factors
from engine.imaging.parameters import (
    all_trends,
    filter_table,
    filter_trends,
    parameter_kinds,
)
from tests.helpers.imaging_demo_table import demo_observations
from tests.helpers.imaging_tables import imaging_table

OUT = {"HD 180609": "debris disk", "C26202": "deviates"}


@pytest.fixture(scope="module")
def study():
    table, _ = demo_observations()
    reasons = {
        one: OUT[star] for one, star in zip(table.ids, table.stars, strict=True) if star in OUT
    }
    return measure_factors(table.without(reasons), FactorParams(time="published"))


def test_the_parameters_are_the_eight_of_the_paper_with_its_axes():
    kinds = parameter_kinds()

    assert [one.figure for one in kinds.values()] == [f"Fig. {n}" for n in range(10, 18)]
    assert [name for name, one in kinds.items() if one.scale == "log"] == [
        "model_flux_mjy", "background_dn_s", "peak_rate_dn_s", "integration_time_s",
    ]  # fmt: skip


def test_only_fnd_depends_on_anything_and_on_the_flux(study):
    reported = {
        name: [one.parameter for one in found.reported]
        for name, found in all_trends(study).items()
        if found.reported
    }

    assert set(reported) == {"FND"}
    assert "model_flux_mjy" in reported["FND"]
    slope = filter_trends(study, "FND").trend("model_flux_mjy")
    injected = 0.08 * study.of("FND").average.mean
    assert abs(slope.slope - injected) < 3 * slope.slope_error


def test_without_the_time_correction_the_date_matters_where_the_response_falls(study):
    uncorrected = measure_factors(study.table, FactorParams(time="none"))

    trend = filter_trends(uncorrected, "F2550W").trend("day")

    assert trend.is_reported
    assert trend.slope > 0  # the factor rises as the response falls


def test_without_the_subarray_correction_subarrays_differ(study):
    uncorrected = measure_factors(study.table, FactorParams(time="published", subarrays="none"))

    levels = {
        one.name: one for one in filter_trends(uncorrected, "F1280W").trend("subarray").levels
    }

    ratio = levels["SUB64"].mean / levels["FULL"].mean
    assert ratio == pytest.approx(1 / 0.966, abs=0.02)


def test_the_mean_of_the_panels_is_the_weighted_average(study):
    found, average = filter_trends(study, "F770W"), study.of("F770W").average

    assert (found.all.mean, found.all.rms) == (average.mean, average.scatter)
    assert np.count_nonzero(found.table.used) == average.n_used


def test_the_columns_have_the_units_of_their_labels(study):
    rows = [i for i, one in enumerate(study.table.filters) if one == "F560W"]

    table = filter_table(study, "F560W")

    assert np.allclose(
        table.parameter("model_flux_mjy").numbers, 1e3 * study.table.model_jy[rows], rtol=1e-14
    )
    assert np.allclose(table.parameter("day").numbers, study.table.mjd[rows] - 59720.0)
    assert table.parameter("subarray").categories == ("BRIGHTSKY", "FULL", "SUB128", "SUB256")


def test_what_deviates_is_left_out_with_its_own_reason(study):
    table = filter_table(study, "F560W")
    reasons = dict(zip(table.ids, table.reasons, strict=True))

    deviant = [study.table.ids[i] for i in np.flatnonzero(study.is_deviant)]
    own = [reasons[one] for one in deviant if one in reasons]
    assert own == ["more than 3.5 σ from the average"]
    assert "debris disk" in set(table.reasons)


def test_the_same_observations_are_not_fitted_again(study):
    again = measure_factors(study.table, study.params)

    first, second = filter_trends(study, "F770W"), filter_trends(again, "F770W")

    assert first.trends is second.trends


def test_a_filter_of_which_nothing_is_used_says_so(study):
    nothing = measure_factors(
        study.table.without(dict.fromkeys(study.table.of_filter("F2300C").ids, "test"))
    )

    with pytest.raises(DataError, match="No observation of F2300C"):
        filter_trends(nothing, "F2300C")


def test_one_observation_has_a_mean_and_no_trends():
    study = measure_factors(imaging_table(1, mjd=[59800.0]))

    found = filter_trends(study, "F770W")

    assert {one.reason for one in found.trends} == {"One observation is used: nothing to compare."}
    assert np.isfinite(found.all.mean)
