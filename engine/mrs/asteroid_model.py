"""A model of an asteroid from its bands below 18 um (Law+2025, Sec. 6, Fig. 15)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze, frozen
from engine.errors import DataError, FitError
from engine.model.bands import band_named
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.mrs.asteroid_errors import VectorErrors, error_of_level
from engine.mrs.thermal_fit import (
    Reflected,
    ThermalFit,
    ThermalSamples,
    deviations,
    fit_thermal,
    outliers,
    raised_errors,
    shape_gradient,
    thermal_shape,
)
from engine.numerics.robust import noise_from_differences, running_median

#: Beyond this wavelength reflected sunlight is too faint to be told from thermal emission. um.
SUNLIGHT_BELOW_UM = 6.5
MODEL_RANGE_UM = (4.7, 29.2)
_MODEL_STEP_UM = 0.005
_ERROR_WINDOW = 51
_MOST_ROUNDS = 10
_FEWEST_SAMPLES = 20
_SHORT_UM = 10.0
_POOR = 0.02  # relative error of the temperature from which it is called poor
_NOTABLE_SPREAD = 3.0
_NOTHING: Mapping[str, FloatArray] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AsteroidParams:
    """What the user decides about the model of an asteroid.

    Attributes
    ----------
    fit_range_um : tuple of (float or None)
        Wavelengths that are fitted; `None`: all that is calibrated. Unit: um.
    reflected : {"fitted", "none"}
        Whether reflected sunlight is part of the model.
    anchor : str
        Band that keeps its level; ``""``: the longest one that is fitted.
    reject_sigma : float
        Samples farther off are not fitted. Unit: robust standard deviations of their band.
    """

    fit_range_um: tuple[float | None, float | None] = (None, None)
    reflected: Reflected = "fitted"
    anchor: str = ""
    reject_sigma: float = 5.0


@dataclass(frozen=True, eq=False, slots=True)
class AsteroidBand:
    """One band of the asteroid.

    Attributes
    ----------
    band : str
        Name.
    wave_um, flux_jy, error_jy : ndarray, shape (n,)
        As calibrated, before the band is scaled. NaN: no measurement.
    is_used : ndarray of bool, shape (n,)
        Samples of the fit.
    scale, scale_error : float
        What the band is multiplied by to meet the anchor band, whose error is 0. NaN: none of
        its samples is fitted.
    raised : float
        By what factor its errors were raised, for residuals that are slower than noise.
    scale_sys : float
        Systematic error of the scale: of the vectors of the band and of the anchor band. NaN: not
        known.
    """

    band: str
    wave_um: FloatArray
    flux_jy: FloatArray
    error_jy: FloatArray
    is_used: BoolArray
    scale: float
    scale_error: float
    raised: float
    scale_sys: float = float("nan")


@dataclass(frozen=True, eq=False, slots=True)
class AsteroidModel:
    """Temperature and band levels of an asteroid, and the smooth model that follows.

    Attributes
    ----------
    source : str
        Source key.
    bands : tuple of AsteroidBand
        In order of wavelength.
    anchor : str
        Band whose level the model has.
    temperature_k, temperature_error_k : float
        Statistical error. Unit: K.
    temperature_spread_k : float
        How far the temperature moves when one band is left out (jackknife), the statistical error
        apart. NaN with fewer than three bands.
    reflected, reflected_error : float
        Reflected over thermal flux at 5 um. The error is NaN when it was not fitted.
    names : tuple of str
        What `covariance` is of: ``"temperature_k"``, ``"share"`` and the fitted bands (natural
        logarithm of their levels).
    covariance : ndarray, shape (k, k)
        Of temperature, reflected share and levels together.
    values : ndarray, shape (k,)
        Their values.
    fit_range_um : tuple of float
        First and last fitted wavelength. Unit: um.
    chi2 : float
        With the errors raised.
    freedom : int
        Samples minus parameters.
    model : Spectrum
        The smooth model at the level of the anchor band. Unit: Jy.
    messages : tuple of str
        What the user should know, one sentence each.
    temperature_sys_k : float
        How far the temperature moves when each band is tilted by the systematic error of its
        vector, all bands in quadrature; 0 where those errors are not known. Unit: K.
    """

    source: str
    bands: tuple[AsteroidBand, ...]
    anchor: str
    temperature_k: float
    temperature_error_k: float
    temperature_spread_k: float
    reflected: float
    reflected_error: float
    names: tuple[str, ...]
    values: FloatArray
    covariance: FloatArray
    fit_range_um: tuple[float, float]
    chi2: float
    freedom: int
    model: Spectrum
    messages: tuple[str, ...] = ()
    temperature_sys_k: float = 0.0

    def band(self, name: str) -> AsteroidBand | None:
        """Return the band called ``name``, or `None`."""
        return next((one for one in self.bands if one.band == name), None)

    def flux_jy(self, wave_um: FloatArray) -> FloatArray:
        """Return the model at the level of the anchor band, shape of ``wave_um``. Unit: Jy."""
        level = np.exp(self.values[self.names.index(self.anchor)])
        flux: FloatArray = level * thermal_shape(wave_um, self.temperature_k, self._share)
        return flux

    def relative_error(self, wave_um: FloatArray, *, from_um: float | None = None) -> FloatArray:
        """Return the relative error of the model, shape of ``wave_um``.

        Parameters
        ----------
        wave_um : ndarray, shape (n,)
            Unit: um.
        from_um : float, optional
            Wavelength at which the model is taken as exact; by default it is nowhere.
        """
        gradient = np.zeros((len(self.names), wave_um.size))
        gradient[:2] = shape_gradient(wave_um, self.temperature_k, self._share)
        if from_um is None:
            gradient[self.names.index(self.anchor)] = 1.0
        else:
            at = shape_gradient(np.array([from_um]), self.temperature_k, self._share)
            gradient[:2] -= at
        variance = np.einsum("in,ij,jn->n", gradient, self._total_covariance(), gradient)
        error: FloatArray = np.sqrt(np.maximum(variance, 0.0))
        return error

    def level_error(self, wave_um: float) -> float:
        """Return the relative error of the flux at a wavelength (um) near the anchor band."""
        anchor = self.band(self.anchor)
        assert anchor is not None
        middle = float(np.median(anchor.wave_um[anchor.is_used]))
        shape = shape_gradient(np.array([wave_um, middle]), self.temperature_k, self._share)
        number = self.names.index(self.anchor)
        return error_of_level(self.covariance, number, shape, self._temperature_systematic_k)

    @property
    def _temperature_systematic_k(self) -> float:
        return float(max(np.nan_to_num(self.temperature_spread_k), self.temperature_sys_k))

    @property
    def _share(self) -> float:
        return float(self.values[1])

    def _total_covariance(self) -> FloatArray:
        """Return the covariance with the systematic error of the temperature in it.

        Vectors that are off show in the spread over bands too: the larger of the two counts.
        """
        total = self.covariance.copy()
        total[0, 0] += self._temperature_systematic_k**2
        return total


def model_asteroid(
    source: str,
    spectra: Sequence[Spectrum],
    params: AsteroidParams = AsteroidParams(),
    *,
    systematics: Mapping[str, FloatArray] = _NOTHING,
) -> AsteroidModel:
    """Fit temperature, reflected sunlight and the levels of all bands of an asteroid together.

    Parameters
    ----------
    source : str
        Source key.
    spectra : sequence of Spectrum
        Calibrated spectra of one band each, in Jy. NaN and flagged samples are not fitted; errors
        that are NaN throughout mean the scatter between neighbors.
    params : AsteroidParams, optional
        What the user decided.
    systematics : mapping of str to ndarray, optional
        Relative systematic error of the vector of a band, at the samples of its spectrum.

    Returns
    -------
    AsteroidModel
        Temperature, scales with their covariance, and the smooth model up to 29 um.

    Raises
    ------
    DataError
        If there is no spectrum to fit, a unit is not Jy, or the anchor band is not among them.
    FitError
        If the samples do not determine the temperature.

    Notes
    -----
    Law+2025, Sec. 6. F_b = level_b [B_nu(T) + share B_nu(5772 K)], with one temperature and one
    share for all bands and one level a band, for the asteroid turns while the gratings follow each
    other. The overlaps of bands are in the fit: both sides see the same model there. The errors of
    a band whose residuals vary slowly, by fringes or its calibration, are raised until the means
    of 25 blocks have a chi2 of 1 a degree of freedom.
    """
    bands = _checked(source, spectra)
    samples, owners = _samples(bands, params)
    reflected, remarks = _sunlight(samples, params)
    used, fit, raised = _fit(samples, reflected, params)
    names = tuple(bands[index].identity.band for index in owners)
    anchor = params.anchor or names[-1]
    if anchor not in names:
        raise DataError(
            f"The anchor band {anchor} has no fitted sample.", hint=f"Choose {', '.join(names)}."
        )
    final = samples.only(used).with_errors_raised(raised)
    spread = _spread(final, fit, reflected)
    vectors = VectorErrors(tuple(bands[index] for index in owners), systematics)
    share_error = _share_at_5um(fit)[1] if reflected == "fitted" else np.nan
    rows = tuple(
        replace(
            _band(spectrum, samples, used, fit, raised, names, anchor, owners.index(i)),
            scale_sys=vectors.of_scale(spectrum.identity.band, anchor),
        )
        if i in owners
        else _unused(spectrum)
        for i, spectrum in enumerate(bands)
    )
    fitted = samples.wave_um[used]
    return AsteroidModel(
        source=source,
        bands=rows,
        anchor=anchor,
        temperature_k=fit.temperature_k,
        temperature_error_k=float(np.sqrt(fit.covariance[0, 0])),
        temperature_spread_k=spread,
        reflected=_share_at_5um(fit)[0],
        reflected_error=share_error,
        names=("temperature_k", "share", *names),
        values=freeze(np.r_[fit.temperature_k, fit.reflected, np.log(fit.levels)]),
        covariance=frozen(fit.covariance),
        fit_range_um=(float(fitted.min()), float(fitted.max())),
        chi2=fit.chi2,
        freedom=int(np.count_nonzero(used)) - len(names) - (2 if reflected == "fitted" else 1),
        model=_model_spectrum(source, fit, float(fit.levels[names.index(anchor)])),
        messages=(*remarks, *_remarks(rows, fit, spread, samples.wave_um[used])),
        temperature_sys_k=vectors.of_temperature(final, fit),
    )


def _checked(source: str, spectra: Sequence[Spectrum]) -> list[Spectrum]:
    """Return the spectra of known bands in order of wavelength."""
    for one in spectra:
        if one.unit != "Jy":
            raise DataError(
                f"{source} {one.identity.band} is in {one.unit or 'no unit'}, not calibrated.",
                hint="Calibrate it with the vectors of standard stars.",
            )
    known = [(band_named(one.identity.band), one) for one in spectra]
    rows = sorted(
        ((band.wave_min_um, one) for band, one in known if band is not None), key=lambda row: row[0]
    )
    if not rows:
        raise DataError(
            f"{source} has no calibrated spectrum of 1A to 3C: its temperature cannot be fitted.",
            hint="Open them, and standard stars to calibrate them with.",
        )
    return [one for _, one in rows]


def _samples(
    bands: Sequence[Spectrum], params: AsteroidParams
) -> tuple[ThermalSamples, tuple[int, ...]]:
    """Return what can be fitted, and which spectra it comes from."""
    low = -np.inf if params.fit_range_um[0] is None else params.fit_range_um[0]
    high = np.inf if params.fit_range_um[1] is None else params.fit_range_um[1]
    parts: list[tuple[FloatArray, FloatArray, FloatArray, IntArray]] = []
    owners: list[int] = []
    for index, one in enumerate(bands):
        error = _smooth_error(one)
        keep = one.is_good & (error > 0) & (one.wave_um >= low) & (one.wave_um <= high)
        if np.count_nonzero(keep) < _FEWEST_SAMPLES:
            continue
        number = np.full(np.count_nonzero(keep), len(owners))
        parts.append((one.wave_um[keep], one.flux[keep], error[keep], number))
        owners.append(index)
    if not owners:
        raise FitError(
            f"No band has {_FEWEST_SAMPLES} good samples in the fit range.", hint="Widen the range."
        )
    wave, flux, error, number = (np.concatenate(column) for column in zip(*parts, strict=True))
    return ThermalSamples(wave, flux, error, number, len(owners)), tuple(owners)


def _smooth_error(one: Spectrum) -> FloatArray:
    """Return errors that do not follow the noise of their own samples; NaN: not valid."""
    valid = one.is_good & np.isfinite(one.error) & (one.error > 0)
    if valid.any():
        return np.where(valid, running_median(one.error, valid, _ERROR_WINDOW), np.nan)
    if np.isfinite(one.error[one.is_good]).any():
        return np.full(one.size, np.nan)
    return np.full(one.size, noise_from_differences(one.flux[one.is_good]))


def _sunlight(samples: ThermalSamples, params: AsteroidParams) -> tuple[Reflected, tuple[str, ...]]:
    """Return whether sunlight can be fitted, and what is to be said about it."""
    if params.reflected == "none" or samples.wave_um.min() < SUNLIGHT_BELOW_UM:
        return params.reflected, ()
    return "none", (
        f"Reflected sunlight is left out: nothing below {SUNLIGHT_BELOW_UM:g} µm is fitted.",
    )


def _fit(
    samples: ThermalSamples, reflected: Reflected, params: AsteroidParams
) -> tuple[BoolArray, ThermalFit, FloatArray]:
    """Fit until the rejected samples stay the same, then with the errors raised."""
    used: BoolArray = np.ones(samples.wave_um.size, dtype=bool)
    fit = fit_thermal(samples, reflected=reflected)
    for _ in range(_MOST_ROUNDS):
        kept = ~outliers(samples, deviations(samples, fit), params.reject_sigma)
        if np.array_equal(kept, used):
            break
        used = kept
        fit = fit_thermal(samples.only(used), reflected=reflected, start=fit)
    chosen = samples.only(used)
    raised = raised_errors(chosen, deviations(chosen, fit))
    if np.any(raised > 1.0):
        fit = fit_thermal(chosen.with_errors_raised(raised), reflected=reflected, start=fit)
    if not np.all(fit.levels > 0):
        raise FitError("A band has no flux above zero.", hint="Leave it out of the fit range.")
    return used, fit, raised


def _spread(samples: ThermalSamples, fit: ThermalFit, reflected: Reflected) -> float:
    """Return the jackknife error of the temperature over bands, without the statistical one."""
    count = samples.n_bands
    if count < 3:
        return float("nan")
    found = []
    for band in range(count):
        keep = samples.band != band
        rest = samples.only(keep)
        number = rest.band - (rest.band > band)
        part = ThermalSamples(rest.wave_um, rest.flux_jy, rest.error_jy, number, count - 1)
        # Without the shortest bands sunlight is not determined: it stays as it was found.
        is_short = bool(part.wave_um.min() < SUNLIGHT_BELOW_UM)
        try:
            again = fit_thermal(part, reflected=reflected if is_short else "none", start=fit)
        except FitError:
            continue
        found.append(again.temperature_k)
    values = np.array(found)
    jackknife = (values.size - 1) * float(np.var(values))
    return float(np.sqrt(max(jackknife - fit.covariance[0, 0], 0.0)))


def _share_at_5um(fit: ThermalFit) -> tuple[float, float]:
    """Return reflected over thermal flux at 5 um, and its error."""
    at = np.array([5.0])
    thermal = float(thermal_shape(at, fit.temperature_k, 0.0)[0])
    value = fit.reflected / thermal
    by_k = -value * float(shape_gradient(at, fit.temperature_k, 0.0)[0, 0])
    gradient = np.array([by_k, 1.0 / thermal])
    return value, float(np.sqrt(gradient @ fit.covariance[:2, :2] @ gradient))


def _band(
    spectrum: Spectrum,
    samples: ThermalSamples,
    used: BoolArray,
    fit: ThermalFit,
    raised: FloatArray,
    names: tuple[str, ...],
    anchor: str,
    number: int,
) -> AsteroidBand:
    fitted = samples.wave_um[used & (samples.band == number)]
    at = names.index(anchor)
    gradient = np.zeros(fit.covariance.shape[0])
    gradient[2 + number] += 1.0
    gradient[2 + at] -= 1.0
    scale = float(fit.levels[at] / fit.levels[number])
    return AsteroidBand(
        band=spectrum.identity.band,
        wave_um=spectrum.wave_um,
        flux_jy=spectrum.flux,
        error_jy=spectrum.error,
        is_used=freeze(np.isin(spectrum.wave_um, fitted)),
        scale=scale,
        scale_error=scale * math.sqrt(max(float(gradient @ fit.covariance @ gradient), 0.0)),
        raised=float(raised[number]),
    )


def _unused(spectrum: Spectrum) -> AsteroidBand:
    nothing = freeze(np.zeros(spectrum.size, dtype=bool))
    nan = float("nan")
    return AsteroidBand(
        spectrum.identity.band,
        spectrum.wave_um,
        spectrum.flux,
        spectrum.error,
        nothing,
        nan,
        nan,
        1.0,
    )


def _model_spectrum(source: str, fit: ThermalFit, level: float) -> Spectrum:
    wave = np.arange(*MODEL_RANGE_UM, _MODEL_STEP_UM)
    return Spectrum(
        wave_um=freeze(wave),
        flux=freeze(level * thermal_shape(wave, fit.temperature_k, fit.reflected)),
        error=freeze(np.full(wave.size, np.nan)),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        unit="Jy",
        identity=Identity(target=source),
        origin=Origin(notes=(f"Blackbody of {fit.temperature_k:.2f} K fitted below 18 µm.",)),
    )


def _remarks(
    rows: Sequence[AsteroidBand], fit: ThermalFit, spread: float, fitted_um: FloatArray
) -> tuple[str, ...]:
    said = []
    error = float(np.sqrt(fit.covariance[0, 0]))
    if fitted_um.min() > _SHORT_UM:
        said.append(
            f"Only wavelengths beyond {fitted_um.min():.1f} µm are fitted: shorter bands, to which "
            "the temperature is most sensitive, are missing."
        )
    whole = math.hypot(error, 0.0 if math.isnan(spread) else spread)
    if whole > _POOR * fit.temperature_k:
        said.append(
            f"The temperature is poorly determined: {fit.temperature_k:.1f} ± {whole:.1f} K."
        )
    if spread > _NOTABLE_SPREAD * error:
        said.append(
            f"Leaving out one band moves the temperature by {spread:.2f} K, more than its "
            f"statistical error of {error:.2f} K: the spectrum is no plain blackbody, or a "
            "vector is off."
        )
    raised = [f"{one.band} ×{one.raised:.1f}" for one in rows if one.raised > 1.0]
    if raised:
        said.append(f"Errors were raised for residuals slower than noise: {', '.join(raised)}.")
    return tuple(said)
