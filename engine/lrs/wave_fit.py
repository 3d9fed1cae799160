"""One wave fitted to many pixels that were read at different times."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from engine.arrays import BoolArray, FloatArray, IntArray

ComplexArray = NDArray[np.complex128]

_LEAST_SEEN = 1e-3  # part of a wave that must be left when what each pixel has of its own is out
_TICK_S = 10e-6  # clock of the detector: all reads begin at whole ticks
_TABLE = 128  # ticks
_CHUNK = 64  # frequencies at a time: what bounds the memory


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """Values of p pixels in k frames, and when each was read.

    Attributes
    ----------
    values : ndarray, shape (p, k)
        Finite.
    place_s : ndarray, shape (p,)
        When each pixel is read within a frame. Unit: s.
    frame_s : ndarray, shape (k,)
        When each frame begins. Unit: s.
    nuisance : ndarray, shape (k, m)
        What every pixel has of its own: levels and slopes over the frames; m may be 0.
    integration : ndarray of int64, shape (k,)
        Integration of each frame.
    """

    values: FloatArray
    place_s: FloatArray
    frame_s: FloatArray
    nuisance: FloatArray
    integration: IntArray

    def only(self, pixels: BoolArray) -> "Samples":
        """Return the samples of some pixels."""
        return replace(self, values=self.values[pixels], place_s=self.place_s[pixels])

    def reduced(self) -> FloatArray:
        """Return the values without what every pixel has of its own, shape (p, k)."""
        return _without(self.values, self.nuisance)


@dataclass(frozen=True, slots=True)
class WaveFit:
    """A cosine and a sine, with their errors.

    Attributes
    ----------
    cosine, sine : float
        Of ``cosine cos(wt) + sine sin(wt)``, in the unit of the values.
    cosine_error, sine_error : float
        One standard deviation.
    amplitude, amplitude_error : float
        sqrt(cosine^2 + sine^2) and its error.
    chance : float
        How often noise alone gives as much.
    """

    cosine: float
    sine: float
    cosine_error: float
    sine_error: float
    amplitude: float
    amplitude_error: float
    chance: float


def fit_wave(samples: Samples, frequency_hz: float) -> WaveFit | None:
    """Fit one wave to all pixels.

    Parameters
    ----------
    samples : Samples
        Of many pixels.
    frequency_hz : float
        Unit: Hz.

    Returns
    -------
    WaveFit or None
        `None`: all frames see the same phase, which is then part of what a pixel has of its own.

    Notes
    -----
    Least squares with what each pixel has of its own projected out, which acts on the frames and
    is the same for all pixels. Covariance H^-1 (sum over pixels of g g^T) H^-1 with the gradient
    g of each pixel: pixels are independent, reads of one pixel need not be (Liang & Zeger 1986).
    """
    omega = 2.0 * np.pi * frequency_hz
    frames = np.exp(1j * omega * samples.frame_s)
    seen = _without(frames[None, :], samples.nuisance)[0]
    if float(np.sum(np.abs(seen) ** 2)) < _LEAST_SEEN * frames.size:
        return None
    turn = np.exp(1j * omega * samples.place_s)
    product = np.conj(turn) * (samples.reduced() @ np.conj(seen))
    gradient = np.stack([product.real, -product.imag])
    power, twice = float(np.sum(np.abs(seen) ** 2)), turn**2 * np.sum(seen**2)
    # Normal equations of each pixel, written with the wave and its complex conjugate.
    squares = 0.5 * np.stack([power + twice.real, twice.imag, power - twice.real])
    normal = squares.sum(axis=1)[[0, 1, 1, 2]].reshape(2, 2)
    if np.linalg.cond(normal) > 1.0 / _LEAST_SEEN:
        return None
    found = np.linalg.solve(normal, gradient.sum(axis=1))
    own = gradient - np.stack(
        [
            squares[0] * found[0] + squares[1] * found[1],
            squares[1] * found[0] + squares[2] * found[1],
        ]
    )
    inverse = np.linalg.inv(normal)
    covariance = inverse @ (own @ own.T) @ inverse
    amplitude = float(np.hypot(*found))
    direction = found / amplitude if amplitude > 0 else np.array([1.0, 0.0])
    return WaveFit(
        cosine=float(found[0]),
        sine=float(found[1]),
        cosine_error=float(np.sqrt(covariance[0, 0])),
        sine_error=float(np.sqrt(covariance[1, 1])),
        amplitude=amplitude,
        amplitude_error=float(np.sqrt(direction @ covariance @ direction)),
        chance=float(chi2.sf(found @ np.linalg.solve(covariance, found), 2)),
    )


def amplitude_spectrum(samples: Samples, frequency_hz: FloatArray) -> tuple[FloatArray, float]:
    """Return the amplitude at each frequency, and that of noise alone.

    Parameters
    ----------
    samples : Samples
        Of many pixels.
    frequency_hz : ndarray, shape (n,)
        Unit: Hz.

    Returns
    -------
    amplitude : ndarray, shape (n,)
        Of a wave that scatters as much as the best one explains, each integration with a phase
        of its own; in the unit of the values. It is too low where the frames see nearly the same
        phase, NaN where they see the same.
    noise : float
        What white noise with the scatter of the values gives.
    """
    reduced = samples.reduced()
    ticks, where = np.unique(np.rint(samples.place_s / _TICK_S), return_inverse=True)
    counts = np.bincount(where).astype(np.complex64)
    sums = np.stack(
        [np.bincount(where, weights=frame, minlength=ticks.size) for frame in reduced.T], axis=1
    ).astype(np.complex64)
    square = np.zeros(frequency_hz.size)
    blocks = [np.flatnonzero(samples.integration == i) for i in np.unique(samples.integration)]
    for start in range(0, frequency_hz.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        omega = 2.0 * np.pi * frequency_hz[part]
        turn = _turns(omega, ticks.astype(np.int64))
        in_frames = turn @ sums
        weight = np.conj((turn * turn) @ counts)
        for block in blocks:
            seen = _seen(omega, samples, block)
            product = np.sum(in_frames[:, block] * np.conj(seen), axis=1)
            square[part] += _square(product, seen, weight, float(where.size)) / len(blocks)
    own = [_own(samples, block) for block in blocks]
    freedom = reduced.size - sum(one.shape[1] for one in own) * reduced.shape[0]
    variance = float(np.sum(reduced**2)) / max(freedom, 1)
    return np.sqrt(square), float(np.sqrt(4.0 * variance * len(blocks) / reduced.size))


def _turns(omega: FloatArray, ticks: IntArray) -> NDArray[np.complex64]:
    """Return exp(-i omega t) at whole ticks as products of two short tables.

    Single precision is enough for a periodogram, and twice as fast.
    """
    fine = np.exp(-1j * _TICK_S * omega[:, None] * np.arange(_TABLE))
    steps = np.arange(int(ticks.max()) // _TABLE + 1)
    coarse = np.exp(-1j * _TICK_S * _TABLE * omega[:, None] * steps)
    turns: NDArray[np.complex64] = (
        fine.astype(np.complex64)[:, ticks % _TABLE]
        * coarse.astype(np.complex64)[:, ticks // _TABLE]
    )
    return turns


def _seen(omega: FloatArray, samples: Samples, block: IntArray) -> ComplexArray:
    """Return the wave in the frames of one integration without what a pixel has of its own."""
    return _without(
        np.exp(1j * omega[:, None] * samples.frame_s[None, block]), _own(samples, block)
    )


def _own(samples: Samples, block: IntArray) -> FloatArray:
    """Return what pixels have of their own in one integration, as far as it is of this one."""
    own = samples.nuisance[block]
    own = own[:, np.any(own != 0, axis=0)]
    return own if own.shape[0] > own.shape[1] else own[:, :0]


def _square(
    product: ComplexArray, seen: ComplexArray, weight: ComplexArray, count: float
) -> FloatArray:
    """Return the square of the amplitude whose wave scatters as much as the best one explains."""
    power = np.sum(np.abs(seen) ** 2, axis=1) * count
    twice = np.sum(seen**2, axis=1) * weight
    # Normal equations of cosine and sine, written with the wave and its complex conjugate.
    cc, ss, cs = 0.5 * (power + twice.real), 0.5 * (power - twice.real), 0.5 * twice.imag
    c, s = product.real, -product.imag
    determinant = cc * ss - cs**2
    well = determinant > (_LEAST_SEEN * seen.shape[1] * count) ** 2 / 4.0
    safe = np.where(well, determinant, 1.0)
    explained = (ss * c**2 - 2.0 * cs * c * s + cc * s**2) / safe
    return np.where(well, 2.0 * explained / (seen.shape[1] * count), np.nan)


def _without(values: NDArray[Any], nuisance: FloatArray) -> NDArray[Any]:
    """Project the columns of ``nuisance`` out of each row of ``values``."""
    if not nuisance.shape[1]:
        return values
    basis, _ = np.linalg.qr(nuisance)
    result: NDArray[Any] = values - (values @ basis) @ basis.T
    return result
