"""Slit nods of the LRS demo: two-dimensional and extracted spectra with known dropouts."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import FlagArray, FloatArray
from engine.simulate.lrs_scene import (
    PIXEL_AREA_SR,
    Source,
    pixel_noise_jy,
    profile,
    row_wavelengths_um,
)

N_ROWS, N_COLUMNS = 390, 44
SHORTEST_UM = 4.6
NOD_COLUMNS = (14.3, 29.6)  #: where the trace is, counted from 0
_DO_NOT_USE, _JUMP = 1, 4
_HALF_WIDTH = 4  # of the extraction. Unit: pixel
_BAD_PIXELS = 60  # off the trace
_MARGIN = 30  # rows at both ends without dropouts
_APERTURE = 1.12  # infinite over extracted, of a point source
_EMPTY_COLUMNS = 3  # beyond the slit, at the left


@dataclass(frozen=True, slots=True)
class NodTruth:
    """What is put into one nod.

    Attributes
    ----------
    level : float
        Of this nod over the true spectrum: light that the slit takes, or path loss gone wrong.
    stated_part : float
        Stated errors over true ones.
    runs : tuple of (int, int)
        First and last row of each dropout.
    """

    level: float
    stated_part: float
    runs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False, slots=True)
class NodImages:
    """One nod as the pipeline would have it.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Of the rows. Unit: um.
    data, error : ndarray, shape (n, m)
        Unit: MJy/sr.
    flags : ndarray, shape (n, m)
        Data-quality bits.
    flux_jy, flux_error_jy, true_jy : ndarray, shape (n,)
        Extracted, its stated error, and what would be extracted without noise and dropouts.
    spectrum_flags : ndarray, shape (n,)
        Data-quality bits.
    """

    wave_um: FloatArray
    data: FloatArray
    error: FloatArray
    flags: FlagArray
    flux_jy: FloatArray
    flux_error_jy: FloatArray
    true_jy: FloatArray
    spectrum_flags: FlagArray


def draw_runs(rng: np.random.Generator, count: int) -> tuple[tuple[int, int], ...]:
    """Draw runs of rows that do not touch, most where a blue source is brightest."""
    runs: list[tuple[int, int]] = []
    while len(runs) < count:
        length = int(rng.integers(1, 8))
        from_top = rng.integers(0, 200) if rng.random() < 0.7 else rng.integers(0, 320)
        last = N_ROWS - 1 - _MARGIN - int(from_top)
        first = last - length + 1
        if all(last < low - 3 or first > high + 3 for low, high in runs):
            runs.append((first, last))
    return tuple(sorted(runs))


def slit_nod(
    source: Source, nod: int, truth: NodTruth, rng: np.random.Generator, *, noise_jy: float
) -> NodImages:
    """Make one nod: positive trace, negative trace of the other nod, noise, bad pixels, dropouts.

    Parameters
    ----------
    source : Source
        What is seen.
    nod : int
        0 or 1.
    truth : NodTruth
        Level, errors, dropouts.
    rng : numpy.random.Generator
        For noise and bad pixels.
    noise_jy : float
        Noise of one pixel at 5 um. Unit: Jy.
    """
    wave = row_wavelengths_um(N_ROWS, SHORTEST_UM)
    flux = source.flux_jy(wave) * truth.level / _APERTURE
    here, there = NOD_COLUMNS[nod], NOD_COLUMNS[1 - nod]
    light = flux[:, None] * (profile(N_COLUMNS, here, wave) - profile(N_COLUMNS, there, wave))
    sigma = np.repeat(pixel_noise_jy(wave, noise_jy)[:, None], N_COLUMNS, axis=1)
    sigma = np.hypot(sigma, 0.004 * np.abs(light))
    data = light + sigma * rng.standard_normal(light.shape)
    flags = np.zeros(light.shape, dtype=np.uint32)
    _drop(flags, truth.runs, here, rng)
    _spoil(flags, rng)
    bad = (flags & _DO_NOT_USE) != 0
    data[bad] = np.nan
    data[:, :_EMPTY_COLUMNS] = np.nan
    flux_jy, flux_error = _extract(data, sigma, here)
    true_jy, _ = _extract(light, sigma, here)
    per_sr = 1e-6 / PIXEL_AREA_SR
    return NodImages(
        wave_um=wave,
        data=data * per_sr,
        error=np.where(np.isfinite(data), sigma * truth.stated_part * per_sr, np.nan),
        flags=flags,
        flux_jy=flux_jy * _APERTURE,
        flux_error_jy=flux_error * _APERTURE * truth.stated_part,
        true_jy=true_jy * _APERTURE,
        spectrum_flags=np.zeros(N_ROWS, dtype=np.uint32),
    )


def _drop(
    flags: FlagArray,
    runs: tuple[tuple[int, int], ...],
    center: float,
    rng: np.random.Generator,
) -> None:
    """Flag the brightest pixel of each row of a run, sometimes its neighbor too."""
    peak = round(center)
    beside = peak + (1 if center > peak else -1)
    for first, last in runs:
        flags[first : last + 1, peak] |= _DO_NOT_USE | _JUMP
        if rng.random() < 0.5:
            flags[first : last + 1, beside] |= _DO_NOT_USE | _JUMP


def _spoil(flags: FlagArray, rng: np.random.Generator) -> None:
    """Flag pixels that are bad for other reasons, all of them off both traces."""
    off = [
        column
        for column in range(_EMPTY_COLUMNS, N_COLUMNS)
        if all(abs(column - center) > 3 for center in NOD_COLUMNS)
    ]
    rows = rng.integers(0, N_ROWS, _BAD_PIXELS)
    flags[rows, rng.choice(off, _BAD_PIXELS)] |= _DO_NOT_USE


def _extract(data: FloatArray, sigma: FloatArray, center: float) -> tuple[FloatArray, FloatArray]:
    """Sum a box around the trace; what is missing is left out, as the pipeline does."""
    low = round(center) - _HALF_WIDTH
    cut = data[:, low : low + 2 * _HALF_WIDTH + 1]
    known = np.isfinite(cut)
    total: FloatArray = np.sum(np.where(known, cut, 0.0), axis=1)
    error: FloatArray = np.sqrt(
        np.sum(np.where(known, sigma[:, low : low + 2 * _HALF_WIDTH + 1], 0.0) ** 2, axis=1)
    )
    return total, error


def nod_truth(truth: NodTruth, images: NodImages) -> dict[str, Any]:
    """Return the entry of one nod in the truth file."""
    return {
        "level": truth.level,
        "stated_over_true_error": truth.stated_part,
        "dropout_rows": [list(run) for run in truth.runs],
        "dropout_um": [
            [float(images.wave_um[last]), float(images.wave_um[first])]
            for first, last in truth.runs
        ],
    }
