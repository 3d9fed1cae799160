"""The covariance of a fitted curve when its residuals are correlated.

Neighboring planes of a drizzled cube share detector pixels, and residual fringes swing over many
samples: the residuals of a response are never white. The covariance here takes their power
spectrum as it is, except at the lowest frequencies, which the curve itself has absorbed: there it
takes the level next to them.
"""

import numpy as np
from scipy.fft import next_fast_len, rfft

from engine.arrays import BoolArray, FloatArray
from engine.numerics.periodic_residuals import periodic_part
from engine.numerics.spline_basis import SplineBasis
from engine.numerics.splines import SplineFit

_BLOCK_SAMPLES = 60  # fewest in which the local scatter is measured
_MOST_BLOCKS = 12
_WIDEST_LEVEL = 0.06  # cycles per sample: below it drizzle correlation is flat
_FEWEST_ORDINATES = 12
_TRIM = 0.75  # of the ordinates, the lowest: fringe lines stay out of the level
#: Mean of the lowest `_TRIM` of exponential ordinates over their true mean.
_TRIMMED_MEAN = 1.0 + (1.0 - _TRIM) * np.log(1.0 - _TRIM) / _TRIM


def local_scatter(deviation: FloatArray, used: BoolArray) -> FloatArray:
    """Return the scatter of residuals along the curve.

    Parameters
    ----------
    deviation : ndarray, shape (n,)
        Residuals over errors, in order.
    used : ndarray of bool, shape (n,)
        Samples that count; at least one.

    Returns
    -------
    ndarray, shape (n,)
        Root mean square in up to 12 blocks of 60 samples or more, linear in between, constant
        beyond the outer ones.
    """
    where = np.flatnonzero(used)
    n_blocks = int(np.clip(where.size // _BLOCK_SAMPLES, 1, _MOST_BLOCKS))
    each, rest = divmod(where.size, n_blocks)
    lengths = np.full(n_blocks, each) + (np.arange(n_blocks) < rest)
    edges = np.cumsum(lengths) - lengths
    centers = np.add.reduceat(where, edges) / lengths
    scatter = np.sqrt(np.add.reduceat(deviation[where] ** 2, edges) / lengths)
    along: FloatArray = np.interp(np.arange(used.size), centers, scatter)
    return along


def noise_power(
    deviation: FloatArray, used: BoolArray, n_free: int, *, periodic: FloatArray
) -> tuple[FloatArray, int]:
    """Return the power spectrum of residuals, with the part that the curve absorbed put back.

    Parameters
    ----------
    deviation : ndarray, shape (n,)
        Residuals over their scatter, in order; about evenly spaced.
    used : ndarray of bool, shape (n,)
        Samples that count; the others are taken as zero.
    n_free : int
        Free parameters of the curve: it absorbs frequencies up to about ``n_free / 2 n``.
    periodic : ndarray, shape (n,)
        What of the deviations is periodic: it does not count for the level that is put back.

    Returns
    -------
    power : ndarray, shape (length // 2 + 1,)
        Power at the frequencies of a real transform: 1 everywhere for white noise of unit scatter.
    length : int
        Length of the transform, at least 2 n: so long that the ends do not meet.
    """
    values = np.where(used, deviation, 0.0)
    length = next_fast_len(2 * values.size, real=True)
    power = np.abs(rfft(values, length)) ** 2 / max(int(np.count_nonzero(used)), 1)
    rest = np.abs(rfft(np.where(used, deviation - periodic, 0.0), length)) ** 2
    rest /= max(int(np.count_nonzero(used)), 1)
    frequency = np.arange(power.size) / length
    absorbed = min(n_free / values.size, 0.25)
    top = max(3.0 * absorbed, _WIDEST_LEVEL, absorbed + _FEWEST_ORDINATES / values.size)
    near = np.sort(rest[(frequency > absorbed) & (frequency <= top)])
    if near.size:
        lowest = near[: max(int(_TRIM * near.size), 1)]
        power[frequency <= absorbed] = lowest.mean() / _TRIMMED_MEAN
    return power, length


def curve_covariance(
    fit: SplineFit, x: FloatArray, y: FloatArray, error: FloatArray, weight: FloatArray
) -> FloatArray:
    """Return the covariance of spline coefficients for correlated residuals.

    Parameters
    ----------
    fit : SplineFit
        The fit; its mask says which samples count.
    x, y, error, weight : ndarray, shape (n,)
        What was fitted, in increasing order of ``x``, about evenly spaced; only the samples in use
        matter.

    Returns
    -------
    ndarray, shape (size, size)
        Covariance of the coefficients.

    Notes
    -----
    ``Q B' W G W B Q`` with Q the inverse normal matrix, B the basis, W the weights and G the
    covariance of the data: error times local scatter, correlated as the power spectrum of the
    residuals says (a sandwich estimate, White 1980, with a stationary correlation). The scatter
    is that of the residuals, so errors that are wrong by a factor do no harm.
    """
    inside = (x >= fit.knots[0]) & (x <= fit.knots[-1])
    used = fit.used[inside]
    sigma = np.where(used, error[inside], 1.0)
    deviation = np.where(used, (y[inside] - fit(x[inside])) / sigma, 0.0)
    scatter = local_scatter(deviation, used)
    positive = np.where(scatter > 0, scatter, 1.0)
    relative = deviation / positive
    periodic = periodic_part(x[inside], relative, used, fewest_cycles=fit.n_free / 2.0)
    power, length = noise_power(relative, used, fit.n_free, periodic=periodic.values)
    gain = np.where(used, weight[inside] / sigma * scatter, 0.0)
    columns = gain * SplineBasis(np.zeros(0), fit.knots, fit.degree).rows_at(x[inside]).T
    spectra = rfft(columns, length, axis=1)
    share = np.full(power.size, 2.0 / length)  # every frequency but the outermost stands for two
    share[0] = 1.0 / length
    if length % 2 == 0:
        share[-1] = 1.0 / length
    weighed = spectra * (share * power)
    middle = weighed.real @ spectra.real.T + weighed.imag @ spectra.imag.T
    covariance: FloatArray = fit.inverse_normal @ middle @ fit.inverse_normal
    return 0.5 * (covariance + covariance.T)
