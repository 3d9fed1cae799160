"""Puts the samples of a spectrum in order: the same rules for every kind of file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from engine.arrays import BoolArray, FlagArray, FloatArray, IntArray
from engine.counting import counted
from engine.files.notes import FileNotes

_NO_COLUMNS: Mapping[str, FloatArray] = MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """A spectrum before it is trusted; all arrays of shape (n,).

    Attributes
    ----------
    wave_um : ndarray
        Unit: um.
    flux, error : ndarray
        In one unit, whatever it is. NaN: not known.
    flags : ndarray of uint32
        JWST data-quality bits.
    columns : mapping of str to ndarray
        Whatever else belongs to each sample.
    """

    wave_um: FloatArray
    flux: FloatArray
    error: FloatArray
    flags: FlagArray
    columns: Mapping[str, FloatArray] = field(default_factory=lambda: _NO_COLUMNS)

    def taken(self, which: IntArray | BoolArray) -> "Samples":
        """Return the samples that an index or a mask picks."""
        return Samples(
            self.wave_um[which],
            self.flux[which],
            self.error[which],
            self.flags[which],
            {name: values[which] for name, values in self.columns.items()},
        )


def ordered(samples: Samples, notes: FileNotes, *, label: str = "") -> Samples:
    """Drop, sort and merge until the wavelengths increase strictly.

    Parameters
    ----------
    samples : Samples
        As read. Wavelengths may be NaN, unordered or repeated.
    notes : FileNotes
        Told what was done, with counts.
    label : str, optional
        Which spectrum of the file, in front of each message.

    Returns
    -------
    Samples
        Wavelengths finite, positive, strictly increasing; errors positive or NaN.

    Raises
    ------
    FileError
        If no wavelength is left.
    """
    prefix = f"{label}: " if label else ""
    samples = _without_infinities(samples, notes, prefix)
    samples = _without_fillers(samples, notes, prefix)
    samples = _without_bad_wavelengths(samples, notes, prefix)
    samples = _sorted(samples, notes, prefix)
    samples = _merged(samples, notes, prefix)
    _check_flags(samples, notes, prefix)
    return _with_valid_errors(samples, notes, prefix)


def _without_bad_wavelengths(samples: Samples, notes: FileNotes, prefix: str) -> Samples:
    good = np.isfinite(samples.wave_um) & (samples.wave_um > 0.0)
    n_bad = int(np.count_nonzero(~good))
    if n_bad == good.size:
        raise notes.refused(
            f"{prefix}All {n_bad} wavelengths are NaN or not positive.",
            "Make the file again, or choose another column of wavelengths.",
        )
    if not n_bad:
        return samples
    notes.warn(f"{prefix}{n_bad} of {good.size} samples have no valid wavelength and were dropped.")
    return samples.taken(good)


def _sorted(samples: Samples, notes: FileNotes, prefix: str) -> Samples:
    steps = np.diff(samples.wave_um)
    if np.all(steps >= 0.0):
        return samples
    falls = bool(np.all(steps <= 0.0))
    how = "decrease" if falls else "are in no order"
    notes.warn(f"{prefix}The wavelengths {how}: the samples were sorted.")
    if falls:
        return samples.taken(np.arange(samples.wave_um.size)[::-1])
    return samples.taken(np.argsort(samples.wave_um, kind="stable"))


def _merged(samples: Samples, notes: FileNotes, prefix: str) -> Samples:
    """Average samples of one wavelength, by their errors where all of them have one."""
    wave, group = np.unique(samples.wave_um, return_inverse=True)
    n_merged = samples.wave_um.size - wave.size
    if not n_merged:
        return samples
    merged = counted(
        n_merged, "sample repeats a wavelength and was", "samples repeat a wavelength and were"
    )
    notes.warn(f"{prefix}{merged} merged with it, weighted by their errors where they have any.")
    weight = _merge_weights(samples, group)
    total = np.bincount(group, weights=weight)

    def mean(values: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore", divide="ignore"):
            averages: FloatArray = np.bincount(group, weights=weight * values) / total
        return averages

    variance = np.where(weight > 0.0, (weight * samples.error) ** 2, 0.0)
    flags = np.full(wave.size, 0xFFFFFFFF, dtype=np.uint32)
    np.bitwise_and.at(flags, group, samples.flags)
    return Samples(
        wave_um=wave,
        flux=mean(np.where(weight > 0.0, samples.flux, 0.0)),
        error=np.sqrt(np.bincount(group, weights=variance)) / total,
        flags=flags,
        columns={name: mean(values) for name, values in samples.columns.items()},
    )


def _merge_weights(samples: Samples, group: IntArray) -> FloatArray:
    """Return weights that leave out flagged and missing samples unless there are no others."""
    usable = np.isfinite(samples.flux) & ((samples.flags & 1) == 0)
    has_usable = np.bincount(group, weights=usable) > 0
    with_error = np.isfinite(samples.error) & (samples.error > 0.0)
    by_error = np.bincount(group, weights=with_error | ~usable) == np.bincount(group)
    taken = usable | ~has_usable[group]
    inverse_variance = 1.0 / np.where(with_error, samples.error, 1.0) ** 2
    return np.where(taken, np.where(by_error[group] & with_error, inverse_variance, 1.0), 0.0)


def _check_flags(samples: Samples, notes: FileNotes, prefix: str) -> None:
    if samples.flags.size and np.all(samples.flags & 1):
        notes.warn(
            f"{prefix}All {samples.flags.size} samples are flagged DO_NOT_USE (DQ): none will be "
            "used in a fit. Find out what flagged them, or make the file again."
        )
    elif not np.any(np.isfinite(samples.flux)):
        notes.warn(f"{prefix}All values are NaN: there is no measurement.")


def _without_infinities(samples: Samples, notes: FileNotes, prefix: str) -> Samples:
    n_infinite = int(np.count_nonzero(np.isinf(samples.flux)))
    if n_infinite:
        infinite = counted(
            n_infinite, "value is infinite: it counts", "values are infinite: they count"
        )
        notes.warn(f"{prefix}{infinite} as no measurement.")
    if not n_infinite and not np.any(np.isinf(samples.error)):
        return samples
    return replace(
        samples,
        flux=np.where(np.isinf(samples.flux), np.nan, samples.flux),
        error=np.where(np.isinf(samples.error), np.nan, samples.error),
    )


def _without_fillers(samples: Samples, notes: FileNotes, prefix: str) -> Samples:
    """Turn values of exactly 0 with an error of exactly 0 into NaN: that is how gaps are filled."""
    filler = (samples.flux == 0.0) & (samples.error == 0.0)
    n_fillers = int(np.count_nonzero(filler))
    if not n_fillers:
        return samples
    fillers = counted(
        n_fillers,
        "sample with value 0 and error 0 counts",
        "samples with value 0 and error 0 count",
    )
    notes.note(f"{prefix}{fillers} as no measurement.")
    return replace(
        samples,
        flux=np.where(filler, np.nan, samples.flux),
        error=np.where(filler, np.nan, samples.error),
    )


def _with_valid_errors(samples: Samples, notes: FileNotes, prefix: str) -> Samples:
    """Turn errors that are zero or negative into NaN, counting those of good samples."""
    invalid = samples.error <= 0.0
    if not np.any(invalid):
        return samples
    n_good = int(np.count_nonzero(invalid & np.isfinite(samples.flux) & ((samples.flags & 1) == 0)))
    if n_good:
        notes.warn(
            f"{prefix}{n_good} of {invalid.size} errors are zero or negative: they count as not "
            "known. Fits will need unit weights there."
        )
    return replace(samples, error=np.where(invalid, np.nan, samples.error))
