"""Tests of engine.project.temperature_step, its tables and figures."""

from dataclasses import replace

import numpy as np
import pytest

from engine.compare.brightness_temperature import TemperatureParams
from engine.errors import DataError
from engine.project.export_tables import build_table
from engine.project.exports import plan_exports, write_exports
from engine.project.keys import EVERYTHING, NodeKey
from tests.helpers.filter_stars import star_band
from tests.helpers.open_files import OpenFiles
from tests.helpers.planets import open_planets, planet_table

SATURN, URANUS = NodeKey("temperature", "Saturn MIRI"), NodeKey("temperature", "Uranus MIRI")
ALL = NodeKey("temperature", EVERYTHING)


@pytest.fixture
def files():
    return open_planets(OpenFiles())


def test_maps_of_the_telescope_are_subjects_and_those_of_others_are_references(files):
    keys = [key.subject for key in files.chain.keys(files.session) if key.step == "temperature"]

    assert keys == ["Saturn MIRI", "Uranus MIRI"]


def test_the_map_of_the_same_target_is_the_reference(files):
    result = files.chain.evaluate(files.session, SATURN)

    assert result.reference == "Saturn CIRS"
    difference = np.nanmean(result.difference_k, axis=1)
    assert difference == pytest.approx([1.0, 1.0, 3.0], abs=0.05)


def test_without_one_there_are_temperatures_alone(files):
    result = files.chain.evaluate(files.session, URANUS)

    assert result.reference == ""
    assert result.is_spectrum
    assert np.nanmedian(result.temperature_k) == pytest.approx(55.0, abs=0.1)


def test_another_reference_can_be_chosen_and_none(files):
    chosen = files.session.with_params(URANUS, TemperatureParams(reference="Saturn CIRS"))
    none = files.session.with_params(ALL, TemperatureParams(reference="none"))

    assert files.chain.evaluate(chosen, URANUS).reference == "Saturn CIRS"
    assert files.chain.evaluate(none, SATURN).reference == ""


def test_a_reference_that_is_not_open_is_said(files):
    chosen = files.session.with_params(URANUS, TemperatureParams(reference="Voyager"))

    with pytest.raises(DataError, match="Voyager is not open"):
        files.chain.evaluate(chosen, URANUS)


def test_two_maps_of_one_name_are_told_apart(files):
    files.add(planet_table([80.0], target="Uranus"), "map", "other", name="uranus2.ecsv")

    names = [key.subject for key in files.chain.keys(files.session) if key.step == "temperature"]

    assert len(set(names)) == 3


def test_an_extended_source_with_spectra_in_mjy_per_sr_is_one_too():
    files = OpenFiles()
    spectrum = star_band("NGC 7027", "1B", level=500.0, unit="MJy/sr")
    identity = replace(spectrum.identity, source_type="EXTENDED")
    files.add(replace(spectrum, identity=identity), "spectrum", "extended source")
    key = NodeKey("temperature", "NGC 7027/1-1")

    result = files.chain.evaluate(files.session, key)

    assert np.isfinite(result.temperature_k).any()


def test_one_in_jy_is_refused_with_the_way_out():
    files = OpenFiles()
    files.add(star_band("NGC 7027", "1B"), "spectrum", "extended source")

    with pytest.raises(DataError, match="need MJy/sr"):
        files.chain.evaluate(files.session, NodeKey("temperature", "NGC 7027/1-1"))


def test_tables_and_figures_are_written(files, tmp_path):
    ranges = build_table(files.session, files.chain, "temperature-ranges")
    samples = build_table(files.session, files.chain, "temperatures")
    plan = plan_exports(files.session, files.chain, ("tables", "figures"), step="temperature")

    written = write_exports(files.session, files.chain, tmp_path, plan)

    assert list(ranges.column("source").values) == ["Saturn MIRI"] * 2 + ["Uranus MIRI"] * 2
    assert np.all(np.isfinite(samples.column("temperature_k").values))
    assert np.isnan(samples.column("latitude_deg").values).any()
    assert not written.skipped
    assert sorted(path.name for path in written.paths) == [
        "Saturn-MIRI_temperature.pdf",
        "Uranus-MIRI_temperature.pdf",
        "temperature-ranges.ecsv",
        "temperatures.ecsv",
    ]
