"""Slitless integrations of the LRS demo: background, pattern noise, fold-over; and ramps."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.simulate.lrs_products import FRAME_S
from engine.simulate.lrs_scene import (
    Source,
    folded_light,
    profile,
    row_wavelengths_um,
)

N_ROWS, N_COLUMNS = 416, 72
SHORTEST_UM = 4.2
TRACE_COLUMN = 37.4
REFERENCE_COLUMNS = 4
_ROW_CLOCKS, _CLOCK_S, _OUTPUTS = 28, 1e-5, 4  # jwst 3.0.0, emicorr.py
_DN_S_PER_JY_5UM = 4.0e5
_BLOCKED_UM = 4.5


@dataclass(frozen=True, slots=True)
class Wave:
    """Pattern noise.

    Attributes
    ----------
    frequency_hz : float
        Unit: Hz.
    amplitude_dn : float
        Half of peak to peak, in one read. Unit: DN.
    phase : float
        At the first read of the exposure. Unit: radian.
    """

    frequency_hz: float
    amplitude_dn: float
    phase: float


@dataclass(frozen=True, slots=True)
class SlitlessTruth:
    """What is put into one slitless exposure.

    Attributes
    ----------
    level_dn_s : float
        Background in the middle of the subarray. Unit: DN/s.
    across : float
        Right edge minus left edge over the level.
    drift : float
        Relative change of the background from the first to the last integration.
    waves : tuple of Wave
        Pattern noise.
    read_noise_dn : float
        Of one read. Unit: DN.
    """

    level_dn_s: float
    across: float
    drift: float
    waves: tuple[Wave, ...]
    read_noise_dn: float


def rate_of_jy(wave_um: FloatArray) -> FloatArray:
    """Return the count rate of 1 Jy over the trace in one row. Unit: DN/s."""
    rate: FloatArray = _DN_S_PER_JY_5UM * np.exp(-0.28 * (wave_um - 5.0))
    return rate


def background(truth: SlitlessTruth, n_ints: int) -> FloatArray:
    """Return the background, shape (n_ints, N_ROWS, N_COLUMNS). Unit: DN/s."""
    wave = row_wavelengths_um(N_ROWS, SHORTEST_UM)
    along = 0.4 + 0.6 * (wave / 10.0) ** 2
    columns = np.arange(N_COLUMNS)
    across = 1.0 + truth.across * (columns / (N_COLUMNS - 1.0) - 0.5)
    drift = 1.0 + truth.drift * (np.arange(n_ints) / max(n_ints - 1, 1) - 0.5)
    level: FloatArray = truth.level_dn_s * (
        drift[:, None, None] * along[None, :, None] * across[None, None, :]
    )
    level[:, :, :REFERENCE_COLUMNS] = 0.0
    return level


def source_rate(source: Source) -> FloatArray:
    """Return the count rate of the source, folded light included. Unit: DN/s."""
    wave = row_wavelengths_um(N_ROWS, SHORTEST_UM)
    flux = source.flux_jy(wave) * (1.0 + folded_light(source, wave))
    flux = np.where(wave < _BLOCKED_UM, 0.02 * flux, flux)
    rate = (flux * rate_of_jy(wave))[:, None] * profile(N_COLUMNS, TRACE_COLUMN, wave)
    rate[:, :REFERENCE_COLUMNS] = 0.0
    return rate


def read_times_s(n_ints: int, n_groups: int) -> tuple[FloatArray, FloatArray]:
    """Return when frames begin, shape (n_ints, n_groups), and pixels in them, (rows, columns)."""
    row, column = np.arange(N_ROWS), np.arange(N_COLUMNS)
    clocks = row[:, None] * _ROW_CLOCKS + column // _OUTPUTS
    place = _CLOCK_S * clocks.astype(np.float64)
    # FASTR1 resets the detector for one frame between two integrations.
    frame = np.arange(n_ints, dtype=np.float64)[:, None] * (n_groups + 1) + np.arange(n_groups)
    begins: FloatArray = frame * FRAME_S
    return begins, place


def slitless_rates(
    source: Source,
    truth: SlitlessTruth,
    rng: np.random.Generator,
    *,
    n_ints: int,
    n_groups: int,
) -> tuple[FloatArray, FloatArray]:
    """Make the count rates of each integration and their true errors. Unit: DN/s.

    The pattern goes through the same straight-line fit as all reads of a ramp.
    """
    rates = source_rate(source)[None] + background(truth, n_ints)
    groups = np.arange(n_groups) - 0.5 * (n_groups - 1)
    weights = groups / np.sum(groups**2) / FRAME_S
    read = truth.read_noise_dn / (FRAME_S * np.sqrt(np.sum(groups**2)))
    duration = n_groups * FRAME_S
    gain = 5.5  # electrons for one DN
    sigma = np.hypot(read, np.sqrt(np.maximum(rates, 0.0) / duration / gain))
    frames, places = read_times_s(n_ints, n_groups)
    for wave in truth.waves:
        omega = 2.0 * np.pi * wave.frequency_hz
        kept = np.exp(1j * omega * frames) @ weights
        turn = np.exp(1j * (omega * places + wave.phase))
        rates = rates + wave.amplitude_dn * (kept[:, None, None] * turn[None]).real
    return rates + sigma * rng.standard_normal(rates.shape), sigma


def slitless_ramps(
    source: Source,
    truth: SlitlessTruth,
    rng: np.random.Generator,
    *,
    n_ints: int,
    n_groups: int,
) -> FloatArray:
    """Make ramps, shape (n_ints, n_groups, N_ROWS, N_COLUMNS): photons add up, reads do not."""
    rates = source_rate(source)[None] + background(truth, n_ints)
    frames, places = read_times_s(n_ints, n_groups)
    gain = 5.5
    electrons = np.broadcast_to(
        (rates * FRAME_S * gain)[:, None], (n_ints, n_groups, N_ROWS, N_COLUMNS)
    )
    ramps = np.cumsum(rng.poisson(np.maximum(electrons, 0.0)), axis=1) / gain
    ramps = ramps + 5000.0 + 30.0 * rng.standard_normal((N_ROWS, N_COLUMNS))
    ramps += truth.read_noise_dn * rng.standard_normal(ramps.shape)
    for wave in truth.waves:
        omega = 2.0 * np.pi * wave.frequency_hz
        turn = np.exp(1j * (omega * places + wave.phase))
        times = np.exp(1j * omega * frames)
        ramps += wave.amplitude_dn * (times[:, :, None, None] * turn).real
    return ramps


def slitless_spectra(
    source: Source, rng: np.random.Generator, *, n_ints: int, snr: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Make extracted spectra: wavelengths, flux and error (n_ints, n), and the true flux. Unit: Jy.

    The folded light is in them: calibrated away for a hot star, not for a red source.
    """
    wave = row_wavelengths_um(N_ROWS, SHORTEST_UM)
    true = source.flux_jy(wave)
    seen = true * (1.0 + folded_light(source, wave))
    if source.color == "blue":
        seen = true * (1.0 + folded_light(source, wave)) / (1.0 + _folded_of_standard(wave))
    noise = true * (1.0 + (wave / 9.0) ** 6.0) / snr
    flux = seen + noise * rng.standard_normal((n_ints, wave.size))
    return wave, flux, np.broadcast_to(noise, flux.shape).copy(), true


def _folded_of_standard(wave_um: FloatArray) -> FloatArray:
    """Return the folded part of a star with a Rayleigh-Jeans slope, which calibrates the others."""
    return folded_light(Source("", "blue", 1.0, "0", "0", 0.0), wave_um)
