"""Tests of engine.simulate.planets: the warming that was put in comes out."""

import numpy as np
import pytest

from engine.compare.brightness_temperature import TemperatureParams, measure_temperatures
from engine.compare.radiance_map import map_of_table
from engine.files import load
from engine.simulate.planets import (
    cold_planet_reference,
    cold_planet_spectrum,
    planet_map,
    reference_map,
    warming,
)


def opened(tmp_path, make, seed=3):
    path = tmp_path / f"{make.__name__}.ecsv"
    path.write_bytes(make(np.random.default_rng(seed)).content)
    loaded = load(path)
    assert loaded.kind == "map"
    assert not loaded.warnings
    table = loaded.products[0]
    return map_of_table(table, f"{table.identity.target} {table.identity.instrument}")


def test_the_warming_of_the_map_comes_out_at_each_latitude(tmp_path):
    result = measure_temperatures(opened(tmp_path, planet_map), opened(tmp_path, reference_map))

    left = result.difference_k - warming(result.wave_um, result.latitude_deg)
    inside = np.isfinite(left)
    assert inside.mean() > 0.7
    assert np.abs(np.mean(left[inside])) < 0.02
    assert np.std(left[inside]) < 0.15


def test_the_two_ranges_of_the_paper_give_its_numbers(tmp_path):
    result = measure_temperatures(opened(tmp_path, planet_map), opened(tmp_path, reference_map))

    at_17, long = result.ranges
    assert at_17.difference_k == pytest.approx(3.2, abs=0.25)
    assert long.difference_k == pytest.approx(1.0, abs=0.05)
    assert long.percent == pytest.approx(6.0, abs=0.5)
    assert at_17.percent == pytest.approx(35.0, abs=8.0)  # colder there than 98 K


def test_the_cold_planet_is_warmer_by_what_was_put_in(tmp_path):
    params = TemperatureParams(ranges_um=((24.8, 27.0),))

    result = measure_temperatures(
        opened(tmp_path, cold_planet_spectrum), opened(tmp_path, cold_planet_reference), params
    )

    assert result.ranges[0].difference_k == pytest.approx(0.4, abs=0.05)
    assert result.ranges[0].percent == pytest.approx(7.6, abs=1.0)
