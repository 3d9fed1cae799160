"""Tests of engine.simulate.imaging_table."""

import numpy as np
import pytest

from engine.files import load
from engine.simulate.imaging_table import aperture_correction, observation_table, true_factor

OMEGA_SR = 2.8606e-13  # SPEC, I1


@pytest.fixture(scope="module")
def made():
    return observation_table(np.random.default_rng(3))


@pytest.fixture(scope="module")
def columns(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "observations.ecsv"
    path.write_bytes(made[0])
    loaded = load(path)
    assert loaded.messages == ()
    return loaded.products[0].columns


def test_the_true_factor_is_eq_4_with_tables_7_and_8():
    by_hand = (0.9064 - 0.2011 * np.exp(-235.4 / 235.4)) / 0.966

    assert true_factor("F2550W", 59720.0 + 235.4, "SUB64") == pytest.approx(by_hand, rel=1e-12)
    assert true_factor("F1065C", 80000.0, "MASK1065") == pytest.approx(3.1125, rel=1e-9)


def test_the_aperture_correction_is_that_of_the_equations_not_the_printed_one():
    assert aperture_correction("F560W") == pytest.approx(1.4355, abs=5e-5)  # SPEC, I1


def test_factors_of_the_rows_are_the_injected_ones(made, columns):
    truth = made[1].rows
    correction = np.array([aperture_correction(one) for one in columns["filter"]])
    factor = 1e-6 * columns["model_jy"] / (columns["rate_dn_s"] * correction * OMEGA_SR)
    injected = np.array([one["factor"] for one in truth])
    brighter = np.array([one["offset_percent"] + one["disk_percent"] for one in truth])
    brighter = (1 + brighter / 100) * (
        1 + np.array([one["deviant_percent"] for one in truth]) / 100
    )

    residual = factor * brighter / injected - 1.0

    # repeatability of at most 1.2 % and errors of at most 0.5 %
    assert np.abs(residual).max() < 0.05
    assert 0.002 < residual.std() < 0.008
    assert abs(residual.mean()) < 4 * residual.std() / np.sqrt(residual.size)


def test_the_disk_shines_only_beyond_12_um_and_grows(made):
    disk = {one["filter"]: one["disk_percent"] for one in made[1].rows if one["disk_percent"]}

    assert list(disk) == ["F1280W", "F1500W", "F1800W", "F2100W", "F2550W"]
    assert np.all(np.diff(list(disk.values())) > 0)


def test_four_observations_deviate_alone_and_one_star_everywhere(made):
    deviant = [one for one in made[1].rows if one["deviant_percent"]]
    others = [value for star, value in made[1].offsets.items() if star != "C26202"]

    assert len(deviant) == 4
    assert len({one["star"] for one in deviant}) == 4
    assert made[1].offsets["C26202"] == -0.12
    assert np.abs(others).max() < 0.05


def test_wells_stay_below_saturation(columns):
    assert np.all(columns["well_depth_dn"] < 55_000)
    assert np.allclose(
        columns["well_depth_dn"],
        columns["peak_rate_dn_s"] * columns["integration_time_s"],
        rtol=1e-3,
    )


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(made):
    again, _ = observation_table(np.random.default_rng(3))
    other, _ = observation_table(np.random.default_rng(4))

    assert again == made[0]
    assert other != made[0]
