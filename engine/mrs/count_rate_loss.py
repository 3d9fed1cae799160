"""The loss of count rate with time, from lamp spectra of many dates (Law+2025, Sec. 3)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from engine.arrays import FloatArray, frozen
from engine.errors import DataError, EngineError
from engine.model.spectrum import Spectrum
from engine.mrs.loss_comparison import FormScore, compare_forms, preferred_form
from engine.mrs.loss_fit import NAMES, LossFit, constant_chi2, fit_loss
from engine.mrs.loss_models import (
    DAY_ZERO_MJD,
    LossForm,
    LossTable,
    interpolated,
    loss_at,
    table_of,
)
from engine.numerics.robust import noise_from_differences, robust_scatter

_OUTLIER = 6.0  # sigma
_NEIGHBORS = 9  # samples that a cosmic ray is compared with
_FLAT_GAIN = 11.8  # chi-square that two parameters more win by chance once in 370
_CLOSE = 2.0  # factor within which a bin's rate stays about the band's
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class LossParams:
    """What the user decides about the fit of the loss.

    Attributes
    ----------
    form : {"exponential", "power law", "linear"}
        Law+2025, Eq. 1; the form of pipeline 1.20 and later; a straight line.
    n_bins : int
        Equal bins of wavelength.
    """

    form: LossForm = "exponential"
    n_bins: int = 10


@dataclass(frozen=True, slots=True)
class LampDate:
    """The lamp spectrum of one date.

    Attributes
    ----------
    id : str
        Name that the caller knows it by.
    spectrum : Spectrum
        In one unit for all dates, with `mjd` in its identity.
    reason : str
        Why it is left out; ``""``: it is not.
    """

    id: str
    spectrum: Spectrum
    reason: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class DateRatio:
    """One date against the first.

    Attributes
    ----------
    id, program : str
        Of the lamp spectrum.
    mjd : float
        Unit: d.
    ratio, error : float
        At the median wavelength, and one standard deviation (NaN: not known).
    spectrum, spectrum_error : ndarray, shape (m,)
        Ratio at the wavelengths of the band. NaN: no measurement.
    reason : str
        Why it is left out; ``""``: it is not.
    """

    id: str
    program: str
    mjd: float
    ratio: float
    error: float
    spectrum: FloatArray
    spectrum_error: FloatArray
    reason: str = ""

    @property
    def is_used(self) -> bool:
        """Whether the fit rests on it."""
        return not self.reason and bool(np.isfinite(self.ratio))


@dataclass(frozen=True, eq=False, slots=True)
class BandLoss:
    """The loss of count rate of one band.

    Attributes
    ----------
    band : str
        ``"4A"``.
    median_um : float
        Median wavelength: where `fit` holds. Unit: um.
    wave_um : ndarray, shape (m,)
        Of the lamp spectra. Unit: um.
    dates : tuple of DateRatio
        In order of time; those left out say why.
    fit : LossFit
        Through the medians of all dates.
    bins : tuple of LossFit
        One for each bin of wavelength.
    table : LossTable
        The same as a reference table: 1 on day zero.
    comparison : tuple of FormScore
        The three forms beside each other.
    is_flat : bool
        No time dependence detected: the table says 1.
    first_mjd, last_mjd : float
        First and last date of the fit. Unit: d.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    band: str
    median_um: float
    wave_um: FloatArray
    dates: tuple[DateRatio, ...]
    fit: LossFit
    bins: tuple[LossFit, ...]
    table: LossTable
    comparison: tuple[FormScore, ...]
    is_flat: bool
    first_mjd: float
    last_mjd: float
    messages: tuple[str, ...] = ()

    @property
    def form(self) -> LossForm:
        """The form that was chosen."""
        return self.fit.form


@dataclass(frozen=True, eq=False, slots=True)
class Loss:
    """The loss at one time.

    Attributes
    ----------
    values : ndarray, shape (m,)
        Count rate over that of day zero; divide by it.
    error : ndarray, shape (m,)
        One standard deviation.
    is_extrapolated : bool
        Whether the time is outside the lamp dates.
    """

    values: FloatArray
    error: FloatArray
    is_extrapolated: bool


def fit_count_rate_loss(
    band: str, dates: Sequence[LampDate], params: LossParams = LossParams()
) -> BandLoss:
    """Fit how the count rate of one band falls with time.

    Parameters
    ----------
    band : str
        ``"4A"``.
    dates : sequence of LampDate
        In any order; those with a reason take no part, their ratios are measured all the same.
    params : LossParams, optional
        Form and number of bins.

    Returns
    -------
    BandLoss
        Fit at the median wavelength, fits in bins, and the form of the reference tables.

    Raises
    ------
    DataError
        If a date is not known or comes twice, or units differ.
    FitError
        If there are too few dates for the form, or they span too little time.

    Notes
    -----
    Ratios are to the first date that is used. The level of the fitted curve on day zero (MJD
    59680) is free, so neither the noise of the first spectrum nor a late first date turns into
    loss: L = T / T(t0). The shape parameters in the bins stay within a factor 2 of the band's
    (Law+2025, Sec. 3: "vary only slightly"), or
    within three of its errors where that is more. A bin stands at the mean of its wavelengths.
    """
    ordered = _checked(band, dates)
    wave, ratios = _ratios(ordered)
    used = [one for one in ratios if one.is_used]
    days, values, errors = _columns(used)
    fit = fit_loss(days, values, errors, params.form, label=band)
    gain = constant_chi2(values, errors) - fit.chi2 if np.all(np.isfinite(errors)) else np.inf
    is_flat = bool(gain < _FLAT_GAIN * fit.error_scale**2)
    centers, bins = _bins(band, wave, used, fit, params.n_bins)
    shapes = np.array([[0.0, *one.values[2:]] if is_flat else one.values[1:] for one in bins])
    comparison = compare_forms(days, values, errors, label=band)
    return BandLoss(
        band=band,
        median_um=float(np.median(wave)),
        wave_um=frozen(wave),
        dates=ratios,
        fit=fit,
        bins=bins,
        table=table_of(params.form, frozen(centers), frozen(shapes)),
        comparison=comparison,
        is_flat=is_flat,
        first_mjd=used[0].mjd,
        last_mjd=used[-1].mjd,
        messages=_messages(fit, comparison, ratios, is_flat, used[0].mjd),
    )


def table_in_form(loss: BandLoss, form: LossForm) -> LossTable:
    """Return the reference table of another form, fitted to the same dates and bins.

    Parameters
    ----------
    loss : BandLoss
        A fit of any form.
    form : str
        The form that is wanted.

    Raises
    ------
    FitError
        If there are too few dates for the form, or they span too little time.
    """
    if form == loss.form:
        return loss.table
    used = [one for one in loss.dates if one.is_used]
    fit = fit_loss(*_columns(used), form, label=loss.band)
    centers, bins = _bins(loss.band, loss.wave_um, used, fit, len(loss.bins))
    shapes = np.array([[0.0, *one.values[2:]] if loss.is_flat else one.values[1:] for one in bins])
    return table_of(form, frozen(centers), frozen(shapes))


def evaluate_loss(loss: BandLoss, mjd: float, wave_um: FloatArray) -> Loss:
    """Return the loss with its error at one time.

    Parameters
    ----------
    loss : BandLoss
        The fit.
    mjd : float
        Unit: d.
    wave_um : ndarray, shape (m,)
        Unit: um.

    Returns
    -------
    Loss
        Outside the lamp dates flagged, and the error grows: with the covariance, and with the
        distance between the form and its rival since the nearest lamp date.
    """
    wave = np.asarray(wave_um, dtype=float)
    day = np.array([mjd - DAY_ZERO_MJD])
    errors = np.array([float(one.loss_error_at(day)[0]) for one in loss.bins])
    error = np.abs(interpolated(loss.table.wave_um, errors, wave))
    outside = mjd < loss.first_mjd or mjd > loss.last_mjd
    if outside:
        error = np.hypot(error, _disagreement(loss, mjd))
    return Loss(frozen(loss_at(loss.table, mjd, wave)), frozen(error), bool(outside))


def _disagreement(loss: BandLoss, mjd: float) -> float:
    """Return how far the other forms move away from the chosen one since the nearest lamp date."""
    nearest = loss.last_mjd if mjd > loss.last_mjd else loss.first_mjd
    days = np.array([mjd, nearest]) - DAY_ZERO_MJD
    own = loss.fit.loss_at(days)
    moved = [0.0]
    for score in loss.comparison:
        rival = score.fit
        if rival is None or rival.form == loss.form or score.form == "linear":
            continue
        apart = rival.loss_at(days) - own
        moved.append(abs(float(apart[0] - apart[1])))
    return max(moved)


def _checked(band: str, dates: Sequence[LampDate]) -> list[LampDate]:
    """Return the dates in order of time, checked."""
    for one in dates:
        mjd = one.spectrum.identity.mjd
        if mjd is None or not np.isfinite(mjd):
            raise DataError(
                f"A lamp spectrum of {band} ({one.id}) has no date.", hint="Write its MJD."
            )
    units = sorted({one.spectrum.unit for one in dates})
    if len(units) > 1:
        raise DataError(f"The lamp spectra of {band} are in {units[0]} and in {units[1]}.")
    ordered = sorted(dates, key=lambda one: (_mjd(one), one.id))
    if not any(not one.reason for one in ordered):
        raise DataError(f"There is no lamp spectrum of {band} that is not left out.")
    return ordered


def _mjd(one: LampDate) -> float:
    mjd = one.spectrum.identity.mjd
    return _NAN if mjd is None else float(mjd)


def _ratios(dates: Sequence[LampDate]) -> tuple[FloatArray, tuple[DateRatio, ...]]:
    """Return the wavelengths of the first date that is used, and the ratios to it."""
    first = next(one for one in dates if not one.reason).spectrum
    wave = first.wave_um
    base = np.where(first.is_good & (first.flux > 0), first.flux, np.nan)
    found = []
    for one in dates:
        flux, error = _on(wave, one.spectrum)
        ratio = flux / base
        ratio_error = error / base
        good = np.isfinite(ratio)
        middle, middle_error = _middle(wave[good], ratio[good], ratio_error[good], np.median(wave))
        found.append(
            DateRatio(
                id=one.id,
                program=one.spectrum.identity.program,
                mjd=_mjd(one),
                ratio=middle,
                error=middle_error,
                spectrum=frozen(ratio),
                spectrum_error=frozen(ratio_error),
                reason=one.reason or ("" if good.any() else "No sample in common with the first."),
            )
        )
    return wave, tuple(found)


def _on(wave: FloatArray, spectrum: Spectrum) -> tuple[FloatArray, FloatArray]:
    """Return rates and errors at ``wave``; NaN where the spectrum does not reach."""
    flux = np.where(spectrum.is_good, spectrum.flux, np.nan)
    if np.array_equal(wave, spectrum.wave_um):
        return flux, spectrum.error
    return (
        np.interp(wave, spectrum.wave_um, flux, left=_NAN, right=_NAN),
        np.interp(wave, spectrum.wave_um, spectrum.error, left=_NAN, right=_NAN),
    )


def _middle(
    wave: FloatArray, ratio: FloatArray, error: FloatArray, middle_um: float
) -> tuple[float, float]:
    """Return the ratio at the median wavelength and its error: a straight line over the band."""
    if not ratio.size:
        return _NAN, _NAN
    is_stated = bool(np.all(np.isfinite(error) & (error > 0)))
    noise = float(noise_from_differences(ratio))
    sigma = error if is_stated else np.full(ratio.size, noise if noise > 0 else 1.0)
    x = wave - middle_um
    rest = ratio - median_filter(ratio, _NEIGHBORS, mode="nearest")
    kept = np.abs(rest) <= _OUTLIER * np.maximum(sigma, robust_scatter(rest))
    weights = np.where(kept, 1.0 / sigma, 0.0)  # without what stands out, e.g. a cosmic ray
    columns = np.column_stack([np.ones(x.size), x]) * weights[:, None]
    line, *_ = np.linalg.lstsq(columns, ratio * weights, rcond=None)
    variance = np.linalg.pinv(columns.T @ columns, hermitian=True)[0, 0]
    return float(line[0]), float(np.sqrt(variance)) if is_stated or noise > 0 else _NAN


def _columns(used: Sequence[DateRatio]) -> tuple[FloatArray, FloatArray, FloatArray]:
    days = np.array([one.mjd - DAY_ZERO_MJD for one in used])
    return days, np.array([one.ratio for one in used]), np.array([one.error for one in used])


def _bins(
    band: str, wave: FloatArray, used: Sequence[DateRatio], fit: LossFit, n_bins: int
) -> tuple[FloatArray, tuple[LossFit, ...]]:
    """Return centers of the bins that hold samples of every date, and their fits."""
    edges = np.linspace(wave[0], wave[-1], n_bins + 1)
    place = np.clip(np.searchsorted(edges, wave, side="right") - 1, 0, n_bins - 1)
    days = np.array([one.mjd - DAY_ZERO_MJD for one in used])
    close = _close(fit)
    centers, bins = [], []
    for i in range(n_bins):
        means = [_mean(one, place == i) for one in used]
        values, errors = np.array(means).T
        try:
            found = fit_loss(days, values, errors, fit.form, last_range=close, label=band)
        except EngineError:
            continue  # an empty bin: its neighbors are interpolated
        centers.append(float(wave[place == i].mean()))
        bins.append(found)
    if not bins:
        return np.array([float(np.median(wave))]), (fit,)
    return np.array(centers), tuple(bins)


def _close(fit: LossFit) -> tuple[float, float] | None:
    """Return the range of a bin's last parameter: near the band's, as far as that is known."""
    if fit.form == "linear":
        return None
    last, error = float(fit.values[2]), float(np.sqrt(fit.covariance[2, 2]))
    factor = max(_CLOSE, float(np.exp(3.0 * min(error / last, 1.0))))
    return last / factor, last * factor


def _mean(date: DateRatio, inside: FloatArray) -> tuple[float, float]:
    """Return the mean ratio in one bin and its error."""
    ratio, error = date.spectrum[inside], date.spectrum_error[inside]
    good = np.isfinite(ratio)
    if not good.any():
        return _NAN, _NAN
    if np.all(np.isfinite(error[good]) & (error[good] > 0)):
        weights = 1.0 / error[good] ** 2
        return float(np.average(ratio[good], weights=weights)), float(weights.sum() ** -0.5)
    return float(ratio[good].mean()), _NAN


def _flat(fit: LossFit) -> str:
    """Return that nothing changes with time, and how well that is known."""
    name, error = NAMES[fit.form][1], float(fit.errors[1])
    known = f" ± {error:.2g}" if np.isfinite(error) else ""
    rest = "" if fit.form == "linear" else f", {NAMES[fit.form][2]} not determined"
    return (
        f"No time dependence detected: {name} = {float(fit.values[1]):.2g}{known}{rest}; "
        "the loss is 1."
    )


def _messages(
    fit: LossFit,
    comparison: Sequence[FormScore],
    ratios: Sequence[DateRatio],
    is_flat: bool,  # noqa: FBT001  (a fact)
    first_mjd: float,
) -> tuple[str, ...]:
    said = []
    if is_flat:
        said.append(_flat(fit))
    elif fit.undetermined:
        said.append(f"The data do not determine {', '.join(fit.undetermined)}.")
    best = preferred_form(comparison)
    if best and best != fit.form and not is_flat:
        said.append(f"By AIC the {best} form describes these dates better.")
    if fit.error_scale > 1.0 and np.isfinite(fit.chi2):
        said.append(
            f"The dates scatter {fit.error_scale:.1f} times more than their errors say; "
            "errors of the fit are raised by that."
        )
    if first_mjd - DAY_ZERO_MJD > 1.0:
        said.append(
            f"The first lamp spectrum is {first_mjd - DAY_ZERO_MJD:.0f} d after day zero: the "
            "loss before it is extrapolated."
        )
    said += [f"MJD {one.mjd:.1f} is left out: {one.reason}" for one in ratios if one.reason]
    return tuple(said)
