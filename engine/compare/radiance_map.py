"""Maps of surface brightness, or of temperature, from tables and spectra (docs/formats.md)."""

import numpy as np

from engine.arrays import FloatArray, IntArray, freeze, frozen
from engine.compare.brightness_temperature import RadianceMap
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.model.tabulated import DataTable
from engine.spectra.overlaps import good_error, good_flux
from engine.units import flux_unit, to_canonical, wave_factor

_BRIGHT, _ERROR, _TEMPERATURE = "surf_bright_mjy_sr", "surf_bright_error_mjy_sr", "temperature_k"
_MOST_CELLS = 4_000_000
_DIGITS = 9  # wavelengths and latitudes that agree to this many are one


def map_of_table(table: DataTable, name: str) -> RadianceMap:
    """Make a map of a table with one row a sample.

    Parameters
    ----------
    table : DataTable
        Columns ``wave_um`` and ``surf_bright_mjy_sr`` or ``temperature_k``; ``latitude_deg`` and
        ``surf_bright_error_mjy_sr`` where there are some. Rows of one latitude and wavelength, as
        of several longitudes, are averaged.
    name : str
        What the map is called.

    Returns
    -------
    RadianceMap
        Without latitudes one row: a spectrum.

    Raises
    ------
    DataError
        If a column is missing, has another kind of unit, or the map is too large.
    """
    wave = _numbers(table, "wave_um")
    factor = wave_factor(table.units.get("wave_um") or "um")
    if factor is None:
        raise DataError(f"The unit of wavelength in {name} is not known.", hint="Use um.")
    is_temperature = _BRIGHT not in table.columns
    values = _numbers(table, _TEMPERATURE) if is_temperature else _bright(table, _BRIGHT, name)
    error = np.full(values.size, np.nan)
    if not is_temperature and _ERROR in table.columns:
        error = _bright(table, _ERROR, name)
    latitude = np.full(wave.size, np.nan)
    if "latitude_deg" in table.columns:
        latitude = _numbers(table, "latitude_deg")
    kept = np.isfinite(wave) & (np.isfinite(latitude) | ("latitude_deg" not in table.columns))
    waves, across = _axis(wave[kept] * factor)
    latitudes, down = _axis(latitude[kept])
    if waves.size * latitudes.size > _MOST_CELLS:
        raise DataError(
            f"{name} would be a map of {latitudes.size} latitudes and {waves.size} wavelengths.",
            hint="Give all latitudes on the same wavelengths.",
        )
    place = down * waves.size + across
    shape = latitudes.size, waves.size
    mean, sigma = _averaged(place, values[kept], error[kept], waves.size * latitudes.size)
    return RadianceMap(
        name,
        freeze(waves),
        freeze(latitudes),
        frozen(mean.reshape(shape)),
        frozen(sigma.reshape(shape)),
        "temperature" if is_temperature else "surface brightness",
    )


def map_of_spectrum(spectrum: Spectrum, name: str) -> RadianceMap:
    """Make a map of one row of a spectrum in MJy/sr, or of its column of surface brightness.

    Raises
    ------
    DataError
        If it has neither.
    """
    if spectrum.unit == "MJy/sr":
        values, error = good_flux(spectrum), good_error(spectrum)
    elif _BRIGHT in spectrum.columns:
        values = np.where(spectrum.flags & 1, np.nan, spectrum.columns[_BRIGHT])
        nothing = np.full(spectrum.size, np.nan)
        error = spectrum.columns.get(_ERROR, nothing)
    else:
        raise DataError(
            f"{name} is in {spectrum.unit or 'no unit'}: brightness temperatures need MJy/sr.",
            hint="Extract it as an extended source.",
        )
    return RadianceMap(
        name,
        spectrum.wave_um,
        frozen([np.nan]),
        frozen(values[np.newaxis]),
        frozen(np.asarray(error)[np.newaxis]),
    )


def _numbers(table: DataTable, column: str) -> FloatArray:
    values = table.columns.get(column)
    if not isinstance(values, np.ndarray):
        raise DataError(
            f"The map has no column “{column}” of numbers.",
            hint="See the page on formats for the columns it needs.",
        )
    return values


def _bright(table: DataTable, column: str, name: str) -> FloatArray:
    written = table.units.get(column) or "MJy/sr"
    unit = flux_unit(written)
    values = _numbers(table, column)
    if unit.kind != "surface brightness":
        raise DataError(
            f"“{column}” of {name} is in “{written}”, which is no surface brightness.",
            hint="Convert it to MJy/sr.",
        )
    return to_canonical(values, unit, np.ones(values.size))


def _axis(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the different values in increasing order, and which of them each one is."""
    if values.size == 0:
        raise DataError("The map has no row with a wavelength.", hint="Check the file.")
    if not np.isfinite(values).any():
        return np.array([np.nan]), np.zeros(values.size, dtype=np.int64)
    unique, which = np.unique(np.round(values, _DIGITS), return_inverse=True)
    return unique, which.astype(np.int64)


def _averaged(
    place: IntArray, values: FloatArray, error: FloatArray, size: int
) -> tuple[FloatArray, FloatArray]:
    """Return mean and error of the measured values at each place; NaN where there are none."""
    good = np.isfinite(values)
    count = np.bincount(place[good], minlength=size)
    total = np.bincount(place[good], values[good], size)
    variance = np.bincount(place[good], error[good] ** 2, size)
    some = np.maximum(count, 1)
    mean = np.where(count > 0, total / some, np.nan)
    return mean, np.where(count > 0, np.sqrt(variance) / some, np.nan)
