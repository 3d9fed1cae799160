"""Brightness temperatures of extended sources (Law+2025, Sec. 8.5, Fig. 24)."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray, freeze, frozen
from engine.counting import counted
from engine.errors import DataError
from engine.spectra.convolution import convolve_gaussian, convolved_error
from engine.spectra.planck import (
    brightness_temperature_k,
    per_wavenumber,
    planck_radiance,
    temperature_slope,
)

_NAN = float("nan")
_FEWEST = 3  # wavelengths
_UM_PER_CM = 1e4


@dataclass(frozen=True, slots=True)
class TemperatureParams:
    """What the user decides about brightness temperatures.

    Attributes
    ----------
    fwhm_per_cm : float
        FWHM of the Gaussian that the radiance is convolved with; 0: none. Unit: 1/cm.
    reference : str
        Name of the map or spectrum that it is compared with; ``""``: the one that fits.
    typical_k : float
        Temperature at which differences are turned into per cent of flux; 0: the measured one.
        Unit: K.
    ranges_um : tuple of (float, float)
        Ranges over which differences are averaged. Unit: um.
    """

    fwhm_per_cm: float = 15.0
    reference: str = ""
    typical_k: float = 0.0
    ranges_um: tuple[tuple[float, float], ...] = ((16.5, 17.5), (22.0, 27.5))


@dataclass(frozen=True, eq=False, slots=True)
class RadianceMap:
    """Surface brightness over latitude and wavelength; a spectrum is a map of one row.

    Attributes
    ----------
    name : str
        Of the source.
    wave_um : ndarray, shape (n,)
        Strictly increasing. Unit: um.
    latitude_deg : ndarray, shape (m,)
        Strictly increasing; NaN for a spectrum. Unit: deg.
    values : ndarray, shape (m, n)
        Surface brightness in MJy/sr, or brightness temperature in K. NaN: no measurement.
    error : ndarray, shape (m, n)
        One standard deviation. NaN: not known.
    quantity : {"surface brightness", "temperature"}
        What `values` are.
    """

    name: str
    wave_um: FloatArray
    latitude_deg: FloatArray
    values: FloatArray
    error: FloatArray
    quantity: str = "surface brightness"

    @property
    def is_spectrum(self) -> bool:
        """Whether it has no latitudes."""
        return self.latitude_deg.size == 1 and not np.isfinite(self.latitude_deg[0])


@dataclass(frozen=True, slots=True)
class RangeDifference:
    """The mean difference over a range of wavelengths and all latitudes.

    Attributes
    ----------
    low_um, high_um : float
        The range. Unit: um.
    temperature_k : float
        Mean brightness temperature. NaN: no measurement. Unit: K.
    difference_k : float
        Mean of measured minus reference. NaN: no common measurement. Unit: K.
    percent : float
        What the difference means for the flux at the middle of the range. Unit: per cent.
    n_samples : int
        Behind the difference, or behind the temperature when there is no reference.
    """

    low_um: float
    high_um: float
    temperature_k: float = _NAN
    difference_k: float = _NAN
    percent: float = _NAN
    n_samples: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class TemperatureMap:
    """Brightness temperatures over latitude and wavelength.

    Attributes
    ----------
    name, reference : str
        Of the source, and of what it is compared with; ``""``: nothing.
    wave_um : ndarray, shape (n,)
        Unit: um.
    latitude_deg : ndarray, shape (m,)
        NaN for a spectrum. Unit: deg.
    temperature_k, error_k : ndarray, shape (m, n)
        Brightness temperature and one standard deviation. NaN: no measurement. Unit: K.
    reference_k : ndarray, shape (m, n)
        That of the reference at the same places. NaN: none. Unit: K.
    difference_k : ndarray, shape (m, n)
        Measured minus reference. Unit: K.
    percent : ndarray, shape (m, n)
        What the difference means for the flux at the temperature of the reference. Unit: per cent.
    ranges : tuple of RangeDifference
        Means over ranges of wavelength.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    name: str
    reference: str
    wave_um: FloatArray
    latitude_deg: FloatArray
    temperature_k: FloatArray
    error_k: FloatArray
    reference_k: FloatArray
    difference_k: FloatArray
    percent: FloatArray
    ranges: tuple[RangeDifference, ...]
    messages: tuple[str, ...] = ()

    @property
    def is_spectrum(self) -> bool:
        """Whether it has no latitudes."""
        return self.latitude_deg.size == 1 and not np.isfinite(self.latitude_deg[0])


def measure_temperatures(
    source: RadianceMap,
    reference: RadianceMap | None = None,
    params: TemperatureParams = TemperatureParams(),
) -> TemperatureMap:
    """Turn surface brightness into brightness temperature, and compare it with a reference.

    Parameters
    ----------
    source : RadianceMap
        Surface brightness in MJy/sr.
    reference : RadianceMap, optional
        Another map or spectrum; temperatures, or surface brightness that is treated alike.
    params : TemperatureParams, optional
        Width of the convolution, ranges.

    Returns
    -------
    TemperatureMap
        On the wavelengths and latitudes of ``source``.

    Raises
    ------
    DataError
        If the source is no surface brightness, or has fewer than three wavelengths.

    Notes
    -----
    I_nu is turned into radiance per wavenumber, convolved with a Gaussian of constant width in
    wavenumber (Cassini/CIRS: 15/cm), and T = (h c k / k_B) / ln(1 + 2 h c^2 k^3 / I). The
    reference is interpolated linearly in temperature, inside its own range only.
    """
    if source.quantity != "surface brightness":
        raise DataError(
            f"{source.name} holds temperatures, not surface brightness.",
            hint="Use it as the reference.",
        )
    if source.wave_um.size < _FEWEST:
        raise DataError(f"{source.name} has fewer than {_FEWEST} wavelengths.")
    temperature, error = _temperatures(source, params.fwhm_per_cm)
    nothing = np.full(temperature.shape, np.nan)
    other = nothing if reference is None else _at_same_places(reference, source, params)
    difference = temperature - other
    at = other if params.typical_k <= 0.0 else np.full_like(other, params.typical_k)
    percent = percent_of_flux(source.wave_um, at, difference)
    return TemperatureMap(
        source.name,
        "" if reference is None else reference.name,
        source.wave_um,
        source.latitude_deg,
        freeze(temperature),
        freeze(error),
        frozen(other),
        freeze(difference),
        percent,
        tuple(
            _over_range(source.wave_um, temperature, difference, limits, params.typical_k)
            for limits in params.ranges_um
        ),
        _messages(source, temperature, reference, other),
    )


def percent_of_flux(
    wave_um: FloatArray, temperature_k: FloatArray, difference_k: FloatArray
) -> FloatArray:
    """Return what a difference of temperature means for the flux, in per cent.

    Parameters
    ----------
    wave_um : ndarray
        Wavelength; broadcast against the others. Unit: um.
    temperature_k : ndarray
        Of the reference. Unit: K.
    difference_k : ndarray
        How much warmer. NaN gives NaN. Unit: K.

    Returns
    -------
    ndarray
        100 (B(T + dT) / B(T) - 1).
    """
    wavenumber = _UM_PER_CM / np.asarray(wave_um, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = planck_radiance(wavenumber, temperature_k + difference_k) / planck_radiance(
            wavenumber, temperature_k
        )
    return freeze(np.asarray(100.0 * (ratio - 1.0)))


def _temperatures(source: RadianceMap, fwhm_per_cm: float) -> tuple[FloatArray, FloatArray]:
    """Return temperatures and their errors, row by row."""
    order = slice(None, None, -1)  # wavenumbers increase where wavelengths fall
    wavenumber = (_UM_PER_CM / source.wave_um)[order]
    temperature, error = np.full(source.values.shape, np.nan), np.full(source.values.shape, np.nan)
    for row in range(source.values.shape[0]):
        radiance = per_wavenumber(source.values[row][order])
        sigma = per_wavenumber(source.error[row][order])
        if fwhm_per_cm > 0.0:
            sigma = convolved_error(wavenumber, sigma, wavenumber, fwhm=fwhm_per_cm)
            radiance = convolve_gaussian(wavenumber, radiance, wavenumber, fwhm=fwhm_per_cm)
        found = brightness_temperature_k(wavenumber, radiance)
        temperature[row] = found[order]
        error[row] = (sigma / temperature_slope(wavenumber, found))[order]
    return temperature, error


def _at_same_places(
    reference: RadianceMap, source: RadianceMap, params: TemperatureParams
) -> FloatArray:
    """Return the temperatures of the reference where ``source`` is measured."""
    values = reference.values
    if reference.quantity == "surface brightness":
        values, _ = _temperatures(reference, params.fwhm_per_cm)
    along = np.array([_inside(source.wave_um, reference.wave_um, row) for row in values])
    if reference.is_spectrum or source.is_spectrum:
        mean = along[0] if along.shape[0] == 1 else _mean_of_rows(along)
        return np.broadcast_to(mean, source.values.shape).copy()
    columns = [_inside(source.latitude_deg, reference.latitude_deg, one) for one in along.T]
    return np.array(columns).T


def _inside(at: FloatArray, x: FloatArray, values: FloatArray) -> FloatArray:
    """Interpolate inside the nodes only."""
    if x.size < 2:
        return np.where(at == x[0], values[0], np.nan)
    return np.where((at >= x[0]) & (at <= x[-1]), np.interp(at, x, values), np.nan)


def _mean_of_rows(values: FloatArray) -> FloatArray:
    good = np.isfinite(values)
    count = good.sum(axis=0)
    total = np.where(good, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _over_range(
    wave: FloatArray,
    temperature: FloatArray,
    difference: FloatArray,
    limits: tuple[float, float],
    typical_k: float,
) -> RangeDifference:
    low, high = min(limits), max(limits)
    inside = (wave >= low) & (wave <= high)
    values, apart = temperature[:, inside], difference[:, inside]
    good, common = np.isfinite(values), np.isfinite(apart)
    if not good.any():
        return RangeDifference(low, high)
    mean = float(np.mean(values[good]))
    if not common.any():
        return RangeDifference(low, high, mean, n_samples=int(good.sum()))
    warmer = float(np.mean(apart[common]))
    at = typical_k if typical_k > 0.0 else mean - warmer
    middle = np.array(0.5 * (low + high))
    percent = float(percent_of_flux(middle, np.array(at), np.array(warmer)))
    return RangeDifference(low, high, mean, warmer, percent, int(common.sum()))


def _messages(
    source: RadianceMap,
    temperature: FloatArray,
    reference: RadianceMap | None,
    other: FloatArray,
) -> tuple[str, ...]:
    said = []
    dark = np.isfinite(source.values) & (source.values <= 0.0)
    if dark.any():
        one, many = f"value of {source.name} is", f"values of {source.name} are"
        said.append(f"{counted(int(dark.sum()), one, many)} not positive.")
    if not np.isfinite(temperature).any():
        said.append(
            f"{source.name} has no temperature: no part of it is wide enough for the convolution."
        )
    if reference is not None and not np.isfinite(temperature - other).any():
        said.append(f"{source.name} and {reference.name} have no place in common: no difference.")
    return tuple(said)
