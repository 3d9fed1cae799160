"""An extracted spectrum laid onto the rows of the image that it was extracted from."""

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze, frozen
from engine.counting import counted
from engine.model.data_quality import DO_NOT_USE
from engine.model.spectrum import Spectrum
from engine.numerics.robust import running_median

_SLACK = 0.6  # of a row: a sample farther from the wavelength of a row is not of that row
_CLEAR = 0.05  # by which one direction must fit better than the other
_WINDOW = 61  # rows over which extracted flux and sum over the trace keep their ratio


@dataclass(frozen=True, eq=False, slots=True)
class MatchedSpectrum:
    """Which sample of a spectrum is which of n rows.

    Attributes
    ----------
    spectrum : Spectrum or None
        The spectrum; `None`: there is none.
    sample : ndarray of int64, shape (n,)
        Sample of each row, -1: none. Empty when they cannot be matched.
    on_rows : ndarray, shape (n,)
        Its flux; NaN: no sample, or flagged. Empty when they cannot be matched.
    wave_um : ndarray, shape (n,)
        Its wavelengths. NaN: no sample. Empty when they cannot be matched. Unit: um.
    per_sum : ndarray, shape (n,)
        Extracted flux over sum of the pixels, smooth along the rows.
    reason : str
        Why they cannot be matched; ``""``: they are.
    """

    spectrum: Spectrum | None
    sample: IntArray
    on_rows: FloatArray
    wave_um: FloatArray
    per_sum: FloatArray
    reason: str = ""

    @property
    def n_rows(self) -> int:
        """Rows that are matched; 0: none."""
        return int(np.count_nonzero(self.sample >= 0))

    def expected(self, box: FloatArray) -> FloatArray:
        """Return the flux that sums over the trace stand for; NaN: not known."""
        return box * self.per_sum if self.per_sum.size else np.full(box.size, np.nan)


NO_SPECTRUM = MatchedSpectrum(
    None, freeze(np.zeros(0, dtype=np.int64)), frozen([]), frozen([]), frozen([])
)


def match_spectrum(spectrum: Spectrum, wave_um: FloatArray, box: FloatArray) -> MatchedSpectrum:
    """Lay a spectrum onto rows by wavelength, or, without wavelengths, one sample a row.

    Parameters
    ----------
    spectrum : Spectrum
        Extracted from the image.
    wave_um : ndarray, shape (n,)
        Wavelengths of the rows. NaN: not known. Unit: um.
    box : ndarray, shape (n,)
        Sum over the trace: without wavelengths its likeness tells which way round the rows run.

    Returns
    -------
    MatchedSpectrum
        With a reason instead when there is no telling.
    """
    known = np.isfinite(wave_um)
    reason = ""
    if np.count_nonzero(known) >= 2:
        sample = _by_wavelength(spectrum.wave_um, wave_um)
        if not np.any(sample >= 0):
            reason = (
                f"it covers {spectrum.wave_um[0]:.2f}–{spectrum.wave_um[-1]:.2f} µm, the image "
                f"{np.nanmin(wave_um):.2f}–{np.nanmax(wave_um):.2f} µm."
            )
    else:
        sample, reason = _by_count(spectrum, box)
    if reason:
        return replace(NO_SPECTRUM, spectrum=spectrum, reason=reason)
    has, at = sample >= 0, np.maximum(sample, 0)
    good = spectrum.is_good
    flux = np.where(has & good[at], spectrum.flux[at], np.nan)
    return MatchedSpectrum(
        spectrum=spectrum,
        sample=freeze(sample),
        on_rows=freeze(flux),
        wave_um=freeze(np.where(has, spectrum.wave_um[at], np.nan)),
        per_sum=freeze(_per_sum(flux, box)),
    )


def mended_spectrum(
    matched: MatchedSpectrum, rows: BoolArray, expected: FloatArray, flag: int
) -> MatchedSpectrum:
    """Return the match with the flux of some rows replaced by what is expected, and flagged.

    Parameters
    ----------
    matched : MatchedSpectrum
        Without a match it stays as it is.
    rows : ndarray of bool, shape (n,)
        Rows to be mended.
    expected : ndarray, shape (n,)
        Flux there. NaN: the sample stays as it is.
    flag : int
        Bit that is set; DO_NOT_USE is cleared.
    """
    spectrum = matched.spectrum
    if spectrum is None or not matched.n_rows:
        return matched
    use = rows & (matched.sample >= 0) & np.isfinite(expected)
    at = matched.sample[use]
    flux, flags, error = spectrum.flux.copy(), spectrum.flags.copy(), spectrum.error.copy()
    gone = ~np.isfinite(flux[at])
    flux[at] = expected[use]
    flags[at] = (flags[at] & np.uint32(0xFFFFFFFF ^ DO_NOT_USE)) | np.uint32(flag)
    error[at[gone]] = np.nan  # nothing was measured there
    filled = counted(at.size, "sample was", "samples were")
    note = f"{filled} filled from the profile of the trace (FLUX_ESTIMATED)."
    origin = replace(spectrum.origin, notes=(*spectrum.origin.notes, note))
    mended = replace(
        spectrum, flux=freeze(flux), flags=freeze(flags), error=freeze(error), origin=origin
    )
    on_rows = np.where(use, expected, matched.on_rows)
    return replace(matched, spectrum=mended if at.size else spectrum, on_rows=freeze(on_rows))


def _by_wavelength(samples_um: FloatArray, rows_um: FloatArray) -> IntArray:
    """Return the nearest sample of each row, -1 where none is near."""
    if samples_um.size < 2:
        return np.full(rows_um.size, -1, dtype=np.int64)
    step = np.abs(np.gradient(samples_um))
    wave = np.where(np.isfinite(rows_um), rows_um, -1.0)
    right = np.clip(np.searchsorted(samples_um, wave), 1, samples_um.size - 1)
    left_is_nearer = wave - samples_um[right - 1] < samples_um[right] - wave
    nearest = np.where(left_is_nearer, right - 1, right)
    near = np.abs(samples_um[nearest] - wave) <= _SLACK * step[nearest]
    return np.where(near, nearest, -1).astype(np.int64)


def _by_count(spectrum: Spectrum, box: FloatArray) -> tuple[IntArray, str]:
    """Return one sample a row, the way round that resembles the sums more, or why not."""
    nothing = np.zeros(0, dtype=np.int64)
    if spectrum.size != box.size:
        return nothing, (
            f"it has {spectrum.size} samples, the image {box.size} rows without wavelengths."
        )
    rising = np.arange(box.size)
    fits = [_likeness(spectrum.flux[order], box) for order in (rising, rising[::-1])]
    if not abs(fits[0] - fits[1]) > _CLEAR:
        return nothing, "the rows have no wavelengths, and both directions fit as well."
    return (rising if fits[0] > fits[1] else rising[::-1]).astype(np.int64), ""


def _likeness(flux: FloatArray, box: FloatArray) -> float:
    both = np.isfinite(flux) & np.isfinite(box)
    if np.count_nonzero(both) < 3 or not (np.std(flux[both]) > 0 and np.std(box[both]) > 0):
        return 0.0
    return float(np.corrcoef(flux[both], box[both])[0, 1])


def _per_sum(flux: FloatArray, box: FloatArray) -> FloatArray:
    """Return the running median of flux over sum; dropouts do not change it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = flux / box
    use = np.isfinite(ratio) & (box > 0)
    return running_median(np.where(use, ratio, 0.0), use, _WINDOW)
