"""Tests of engine.compare.radiance_map."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.radiance_map import map_of_spectrum, map_of_table
from engine.errors import DataError
from engine.files import load
from engine.model.spectrum import Spectrum
from engine.model.tabulated import DataTable

HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: latitude_deg, unit: deg, datatype: float64}
# - {name: longitude_deg, unit: deg, datatype: float64}
# - {name: wave_um, unit: um, datatype: float64}
# - {name: surf_bright_mjy_sr, unit: MJy / sr, datatype: float64}
# - {name: surf_bright_error_mjy_sr, unit: MJy / sr, datatype: float64}
# meta: {kind: map, target: Saturn, instrument: MIRI}
# schema: astropy-2.0
latitude_deg longitude_deg wave_um surf_bright_mjy_sr surf_bright_error_mjy_sr
"""


def table(units=None, **columns):
    arrays = {name: frozen(values) for name, values in columns.items()}
    return DataTable("", arrays, units or {})


def test_a_file_is_read_as_a_map_and_longitudes_are_averaged(tmp_path):
    rows = [
        f"{lat} {lon} {wave} {10 * lat + wave + lon / 100} 0.2"
        for wave in (18.0, 17.0)
        for lat in (30.0, 0.0)
        for lon in (0.0, 10.0)
    ]
    path = tmp_path / "saturn.ecsv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")

    opened = load(path)
    found = map_of_table(opened.products[0], "Saturn")

    assert opened.kind == "map"
    assert opened.products[0].identity.target == "Saturn"
    assert_allclose(found.wave_um, [17.0, 18.0])
    assert_allclose(found.latitude_deg, [0.0, 30.0])
    assert_allclose(found.values, [[17.05, 18.05], [317.05, 318.05]])
    assert_allclose(found.error, 0.2 / np.sqrt(2.0))


def test_without_latitudes_it_is_a_spectrum():
    found = map_of_table(table(wave_um=[17.0, 18.0], surf_bright_mjy_sr=[1.0, 2.0]), "Uranus")

    assert found.is_spectrum
    assert_allclose(found.values, [[1.0, 2.0]])


def test_temperatures_are_told_from_brightness():
    found = map_of_table(
        table(latitude_deg=[0.0, 0.0], wave_um=[17.0, 18.0], temperature_k=[95.0, 96.0]), "CIRS"
    )

    assert found.quantity == "temperature"


def test_other_units_of_the_same_kind_are_converted():
    found = map_of_table(
        table({"surf_bright_mjy_sr": "Jy / sr"}, wave_um=[17.0], surf_bright_mjy_sr=[3e6]), "X"
    )

    assert_allclose(found.values, [[3.0]])


def test_places_without_a_measurement_are_empty():
    found = map_of_table(
        table(
            latitude_deg=[0.0, 30.0, 30.0],
            wave_um=[17.0, 17.0, 18.0],
            surf_bright_mjy_sr=[1.0, np.nan, 3.0],
        ),
        "X",
    )

    assert_allclose(found.values, [[1.0, np.nan], [np.nan, 3.0]])


@pytest.mark.parametrize(
    ("columns", "units", "word"),
    [
        ({"wave_um": [17.0]}, {}, "temperature_k"),
        ({"surf_bright_mjy_sr": [1.0]}, {}, "wave_um"),
        ({"wave_um": [17.0], "surf_bright_mjy_sr": [1.0]}, {"surf_bright_mjy_sr": "Jy"}, "no surf"),
        ({"wave_um": [np.nan], "surf_bright_mjy_sr": [1.0]}, {}, "no row"),
    ],
)
def test_what_is_no_map_is_refused_in_one_sentence(columns, units, word):
    with pytest.raises(DataError, match=word):
        map_of_table(table(units, **columns), "X")


def test_latitudes_each_on_its_own_wavelengths_are_refused(rng):
    n = 2500
    columns = {
        "latitude_deg": np.arange(n, dtype=float),
        "wave_um": np.linspace(15.0, 28.0, n),
        "surf_bright_mjy_sr": np.ones(n),
    }

    with pytest.raises(DataError, match="2500 latitudes and 2500 wavelengths"):
        map_of_table(table(**columns), "X")


def spectrum(unit, **columns):
    wave = np.array([17.0, 18.0, 19.0])
    flags = np.array([0, 1, 0], dtype=np.uint32)
    return Spectrum(wave, np.array([1.0, 2.0, 3.0]), np.full(3, 0.1), flags, unit, columns=columns)


def test_a_spectrum_of_surface_brightness_is_a_map_of_one_row():
    found = map_of_spectrum(spectrum("MJy/sr"), "Uranus")

    assert_allclose(found.values, [[1.0, np.nan, 3.0]])
    assert found.is_spectrum


def test_the_column_of_surface_brightness_is_used_when_the_flux_is_in_jy():
    bright = np.array([10.0, 20.0, 30.0])

    found = map_of_spectrum(spectrum("Jy", surf_bright_mjy_sr=bright), "Uranus")

    assert_allclose(found.values, [[10.0, np.nan, 30.0]])


def test_a_flux_without_surface_brightness_is_refused():
    with pytest.raises(DataError, match="need MJy/sr"):
        map_of_spectrum(spectrum("Jy"), "Uranus")
