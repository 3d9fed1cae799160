"""What is written can be opened again, and is the same."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.arrays import frozen
from engine.files import load
from engine.files.write_tables import write_spectrum_table, write_table
from engine.files.write_vectors import write_vector
from engine.files.write_x1d import write_x1d
from engine.model.spectrum import Spectrum
from engine.model.table import Column, ResultTable
from engine.model.vector import EXTRAPOLATED, CalibrationVector
from tests.helpers.exports import PROVENANCE, band_spectrum

KEPT = (
    "target",
    "program",
    "observation",
    "visit",
    "band",
    "mjd",
    "date",
    "instrument",
    "exp_type",
)


def assert_same_spectrum(read, written):
    assert isinstance(read, Spectrum)
    for name in ("wave_um", "flux", "error", "flags"):
        assert_array_equal(getattr(read, name), getattr(written, name))
    assert read.unit == written.unit
    assert {name: getattr(read.identity, name) for name in KEPT} == {
        name: getattr(written.identity, name) for name in KEPT
    }


@pytest.mark.parametrize("unit", ["Jy", "MJy/sr"])
def test_an_x1d_spectrum_comes_back(tmp_path, unit):
    written = band_spectrum(unit=unit)

    loaded = load(write_x1d(tmp_path / "a.fits", [written], provenance=PROVENANCE))

    (read,) = loaded.products
    assert_same_spectrum(read, written)
    assert_array_equal(read.columns["n_pixels"], written.columns["n_pixels"])
    assert read.pixel_area_sr == written.pixel_area_sr
    assert read.origin.cal_version == "1.11.4"
    assert read.origin.step("S_PHOTOM") == "COMPLETE"
    assert loaded.kind == "spectrum"
    assert loaded.warnings == ()


X1D_COLUMNS = [
    "flux_jy",
    "flux_error_jy",
    "background_mjy_sr",
    "background_error_mjy_sr",
    "n_pixels",
    "fringe_corrected_flux_jy",
    "fringe_corrected_surf_bright_mjy_sr",
    "fringe_corrected_background_mjy_sr",
]


@pytest.mark.parametrize("suffix", ["fits", "ecsv"])
def test_the_other_columns_of_an_extended_source_come_back(tmp_path, suffix, rng):
    spectrum = band_spectrum(unit="MJy/sr", source_type="EXTENDED")
    columns = {name: frozen(rng.uniform(size=spectrum.size)) for name in X1D_COLUMNS}
    written = replace(spectrum, columns=columns)
    path = tmp_path / f"a.{suffix}"

    if suffix == "fits":
        write_x1d(path, [written], provenance=PROVENANCE)
    else:
        write_spectrum_table(path, written, provenance=PROVENANCE)
    (read,) = load(path).products

    assert_same_spectrum(read, written)
    assert set(read.columns) == set(columns)
    for name, values in columns.items():
        assert_array_equal(read.columns[name], values)


def test_twelve_bands_of_one_x1d_come_back(tmp_path):
    bands = [f"{channel}{letter}" for channel in "1234" for letter in "ABC"]
    written = [band_spectrum(band) for band in bands]

    loaded = load(write_x1d(tmp_path / "a.fits", written, provenance=PROVENANCE))

    assert [read.identity.band for read in loaded.products] == bands
    for read, one in zip(loaded.products, written, strict=True):
        assert_same_spectrum(read, one)


@pytest.mark.parametrize("unit", ["Jy", "MJy/sr", "DN/s"])
def test_an_ecsv_spectrum_comes_back(tmp_path, unit):
    written = band_spectrum(unit=unit)

    loaded = load(write_spectrum_table(tmp_path / "a.ecsv", written, provenance=PROVENANCE))

    (read,) = loaded.products
    assert_same_spectrum(read, written)
    assert read.pixel_area_sr == written.pixel_area_sr
    for name, values in written.columns.items():
        assert_array_equal(read.columns[name], values)
    assert loaded.warnings == ()


@pytest.mark.parametrize("unit", ["Jy", "MJy/sr", "DN/s"])
def test_the_numbers_of_a_csv_spectrum_come_back(tmp_path, unit):
    written = band_spectrum(unit=unit)

    loaded = load(write_spectrum_table(tmp_path / "a.csv", written, provenance=PROVENANCE))

    (read,) = loaded.products
    for name in ("wave_um", "flux", "error", "flags"):
        assert_array_equal(getattr(read, name), getattr(written, name))
    assert read.unit == unit


@pytest.mark.parametrize("suffix", ["fits", "ecsv"])
@pytest.mark.parametrize("kind", ["calibration factor", "relative factor"])
def test_a_vector_comes_back_with_its_recipe(tmp_path, suffix, kind):
    spectrum = band_spectrum("4B")
    flags = np.zeros(spectrum.size, dtype=np.uint32)
    flags[-4:] = EXTRAPOLATED
    written = CalibrationVector(
        wave_um=spectrum.wave_um,
        value=spectrum.flux,
        stat_error=spectrum.error,
        sys_error=frozen(3.0 * spectrum.error),
        flags=frozen(flags, dtype=np.uint32),
        kind=kind,
        identity=spectrum.identity,
        recipe='{"breakpoints_um": [18.25, 19.5], "note": "a, b"}',
    )

    loaded = load(write_vector(tmp_path / f"a.{suffix}", written, provenance=PROVENANCE))

    (read,) = loaded.products
    assert isinstance(read, CalibrationVector)
    assert loaded.kind == "vector"
    for name in ("wave_um", "value", "stat_error", "sys_error", "flags"):
        assert_array_equal(getattr(read, name), getattr(written, name))
    assert (read.kind, read.recipe) == (written.kind, written.recipe)
    assert (read.identity.target, read.identity.band) == ("16 Cyg B", "4B")
    assert loaded.warnings == ()


any_text = st.text(st.characters(exclude_categories=["Cs"]))
any_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner) | st.dictionaries(any_text, inner),
    max_leaves=8,
)


@pytest.mark.parametrize("suffix", ["fits", "ecsv"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(recipe=any_json, layout=st.sampled_from([None, 2]), is_ascii=st.booleans())
def test_any_recipe_means_the_same_when_it_comes_back(
    tmp_path_factory, suffix, recipe, layout, is_ascii
):
    text = json.dumps(recipe, ensure_ascii=is_ascii, indent=layout)
    spectrum = band_spectrum(n=8)
    written = CalibrationVector(
        spectrum.wave_um, spectrum.flux, spectrum.error, spectrum.error,
        frozen(np.zeros(8), dtype=np.uint32), "relative factor", recipe=text,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("vector") / f"a.{suffix}"

    (read,) = load(write_vector(path, written, provenance=PROVENANCE)).products

    assert json.loads(read.recipe) == recipe


@pytest.mark.parametrize("suffix", ["ecsv", "csv"])
def test_a_table_of_results_comes_back(tmp_path, suffix):
    table = ResultTable(
        "Levels",
        (
            Column("source", "", np.array(["10 Lac", "VV 114"])),
            Column("level_jy", "Jy", np.array([0.1, np.nan])),
        ),
    )

    loaded = load(write_table(tmp_path / f"a.{suffix}", table, provenance=PROVENANCE))

    (read,) = loaded.products
    assert list(read.columns["source"]) == ["10 Lac", "VV 114"]
    assert_array_equal(read.columns["level_jy"], [0.1, np.nan])


def test_what_was_read_is_written_the_same_again(tmp_path):
    first = write_x1d(tmp_path / "one.fits", [band_spectrum()], provenance=PROVENANCE)
    (read,) = load(first).products

    again = replace(read, origin=replace(read.origin, header=band_spectrum().origin.header))
    second = write_x1d(tmp_path / "two.fits", [again], provenance=PROVENANCE)

    names = (b"one.fits", b"two.fits")
    assert load(second).products[0].identity == read.identity
    assert strip(first.read_bytes(), names) == strip(second.read_bytes(), names)


def strip(content, names):
    """Leave out the name of the file, and the checksum that it changes."""
    cards = [content[start : start + 80] for start in range(0, len(content), 80)]
    return [c for c in cards if not any(n in c for n in names) and not c.startswith(b"CHECKSUM")]
