"""Applying the loss of count rate: when it is due, from what, and how sure (Law+2025, Sec. 3)."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.arrays import FloatArray, freeze, frozen
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.mrs.count_rate_loss import BandLoss, evaluate_loss
from engine.mrs.loss_application import already_corrected, correct_count_rate_loss
from engine.mrs.loss_models import LossForm, LossTable, loss_at

RateOutcome = Literal["corrected", "left as it is"]
_RATE = "DN/s"


@dataclass(frozen=True, slots=True)
class RateCorrectionParams:
    """What the user decides about the correction of one spectrum.

    Attributes
    ----------
    apply : {"automatic", "on", "off"}
        Automatic: where a loss is known and the spectrum, in DN/s, is not corrected already.
        On: the same, but what stands against it is an error. Off: the spectrum stays as it is.
    source : {"automatic", "lamps", "reference"}
        Where the loss comes from: the lamp spectra of the session, or the tables of an opened
        photom reference. Automatic: lamps if they give a loss, else the reference.
    """

    apply: Literal["automatic", "on", "off"] = "automatic"
    source: Literal["automatic", "lamps", "reference"] = "automatic"


@dataclass(frozen=True, eq=False, slots=True)
class KnownLoss:
    """A loss that can be applied, and where it comes from.

    Attributes
    ----------
    source : str
        ``"lamps"``, or the name of the reference file.
    table : LossTable
        Coefficients.
    fit : BandLoss or None
        The fit behind them, which knows errors and lamp dates; `None` for a reference file.
    """

    source: str
    table: LossTable
    fit: BandLoss | None = None


@dataclass(frozen=True, eq=False, slots=True)
class CorrectedRate:
    """A spectrum as it would have been on day zero, and what it was divided by.

    Attributes
    ----------
    spectrum : Spectrum
        Corrected, or as it was.
    loss : ndarray, shape (n,)
        Count rate over that of day zero. NaN: not known.
    loss_error : ndarray, shape (n,)
        One standard deviation. NaN: not known, as for a reference file.
    outcome : {"corrected", "left as it is"}
        What was done.
    source : str
        ``"lamps"``, the name of the reference file, or ``""``.
    form : str
        Form of the loss, or ``""``.
    is_extrapolated : bool
        Whether the observation lies outside the lamp dates.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    spectrum: Spectrum
    loss: FloatArray
    loss_error: FloatArray
    outcome: RateOutcome
    source: str = ""
    form: LossForm | Literal[""] = ""
    is_extrapolated: bool = False
    messages: tuple[str, ...] = ()

    @property
    def flux_before(self) -> FloatArray:
        """The flux without the correction, shape (n,), in the unit of the spectrum."""
        if self.outcome == "left as it is":
            return self.spectrum.flux
        before: FloatArray = self.spectrum.flux * self.loss
        return before

    @property
    def flux_after(self) -> FloatArray:
        """The flux with the correction, shape (n,), whether it is applied or not."""
        if self.outcome == "corrected":
            return self.spectrum.flux
        after: FloatArray = self.spectrum.flux / self.loss
        return after

    @property
    def relative_error(self) -> FloatArray:
        """One standard deviation of the correction, relative, shape (n,); 0 when none is applied.

        The errors of all samples go together: it is a systematic error of the spectrum.
        """
        if self.outcome == "left as it is":
            return freeze(np.zeros(self.loss.size))
        return freeze(np.nan_to_num(self.loss_error / self.loss))


def correct_rate(
    spectrum: Spectrum,
    known: KnownLoss | None,
    params: RateCorrectionParams = RateCorrectionParams(),
) -> CorrectedRate:
    """Take the loss of count rate out of a spectrum, where that is due.

    Parameters
    ----------
    spectrum : Spectrum
        Before any other correction.
    known : KnownLoss or None
        The loss of its band; `None`: there is none.
    params : RateCorrectionParams, optional
        Whether it is applied.

    Returns
    -------
    CorrectedRate
        With the reason when it is left as it is.

    Raises
    ------
    DataError
        If the correction is on and cannot be made, or was made already: it is never made twice.

    Notes
    -----
    Flux and error are divided by the loss, which is clipped to 1 in each bin (Law+2025, Sec. 3).
    Outside the lamp dates the result is flagged, and the error of the loss grows.
    """
    trouble = _trouble(spectrum, known)
    if trouble or known is None:
        if params.apply == "on":
            raise DataError(trouble, hint="Leave the correction of the loss off, or automatic.")
        return _left(spectrum, trouble)
    loss, error, outside = _at(known, spectrum)
    if params.apply == "off":
        said = "The loss of count rate is switched off: it is not taken out."
        left = _left(spectrum, said)
        form = known.table.form
        return replace(left, loss=loss, loss_error=error, source=known.source, form=form)
    messages = _messages(known, spectrum, error / loss, is_extrapolated=outside)
    corrected = correct_count_rate_loss(spectrum, known.table)
    notes = (*corrected.origin.notes, *(messages if outside else ()))
    return CorrectedRate(
        spectrum=replace(corrected, origin=replace(corrected.origin, notes=notes)),
        loss=loss,
        loss_error=error,
        outcome="corrected",
        source=known.source,
        form=known.table.form,
        is_extrapolated=outside,
        messages=messages,
    )


def _trouble(spectrum: Spectrum, known: KnownLoss | None) -> str:
    """Return what stands against a correction; ``""``: nothing."""
    reason = already_corrected(spectrum)
    if reason:
        return reason
    if spectrum.unit != _RATE:
        return f"The loss is taken out of count rates alone; this is in {spectrum.unit or '?'}."
    if known is None:
        return f"No loss of count rate is known for band {spectrum.identity.band or '?'}."
    mjd = spectrum.identity.mjd
    if mjd is None or not np.isfinite(mjd):
        return "The time of the observation is not known, so its loss is not either."
    return _impossible(known.table, mjd, spectrum.wave_um)


def _impossible(table: LossTable, mjd: float, wave_um: FloatArray) -> str:
    """Return why ``table`` gives no loss at a time; ``""``: it does."""
    try:
        values = loss_at(table, mjd, wave_um)
    except DataError as error:
        return error.what
    if np.all(values > 0):
        return ""
    return f"The {table.form} form leaves {np.min(values):.3g} of the rate at MJD {mjd:.1f}."


def _at(known: KnownLoss, spectrum: Spectrum) -> tuple[FloatArray, FloatArray, bool]:
    mjd = float(spectrum.identity.mjd or 0.0)
    if known.fit is None:
        values = frozen(loss_at(known.table, mjd, spectrum.wave_um))
        return values, freeze(np.full(values.size, np.nan)), False
    found = evaluate_loss(known.fit, mjd, spectrum.wave_um)
    return found.values, found.error, found.is_extrapolated


def _left(spectrum: Spectrum, reason: str) -> CorrectedRate:
    unknown = freeze(np.full(spectrum.size, np.nan))
    return CorrectedRate(spectrum, unknown, unknown, "left as it is", messages=(reason,))


def _messages(
    known: KnownLoss, spectrum: Spectrum, error: FloatArray, *, is_extrapolated: bool
) -> tuple[str, ...]:
    if known.fit is None:
        return (f"The loss is that of {known.source}; its errors are not known.",)
    if not is_extrapolated:
        return ()
    fit, mjd = known.fit, float(spectrum.identity.mjd or 0.0)
    apart = mjd - fit.last_mjd if mjd > fit.last_mjd else mjd - fit.first_mjd
    place = "after the last" if apart > 0 else "before the first"
    worst = 100.0 * float(np.nanmax(error, initial=0.0))
    return (
        f"The loss is extrapolated: {abs(apart):.0f} d {place} lamp spectrum of {fit.band}, "
        f"with an error of up to {worst:.2g} %.",
    )
