"""The smooth spectrum of the red source, and what follows from it for a vector."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.vector import EXTRAPOLATED
from engine.mrs.response_params import StarResponseParams
from engine.mrs.star_response import StarResponse, fit_star_response

_BLOCK_SAMPLES = 20
_LEAST_ERROR = 5e-4  # relative, of a block: curves are not better than this
_OVERHANG_UM = 1.0  # that the extension shares with the vector it continues
_NEAR_UM = 0.6  # below the corrected range, where the correction is pinned to 1
_MEDIAN_LOSS = 1.2533  # error of a median over that of a mean


@dataclass(frozen=True, eq=False, slots=True)
class RedPiece:
    """A part of the red source's spectrum that the smooth curve goes through.

    Attributes
    ----------
    wave_um, flux_jy, error_jy : ndarray, shape (n,)
        Finite and above zero.
    is_level_known : bool
        Whether its level is part of the chain; otherwise it is a free parameter.
    """

    wave_um: FloatArray
    flux_jy: FloatArray
    error_jy: FloatArray
    is_level_known: bool


@dataclass(frozen=True, eq=False, slots=True)
class SmoothSource:
    """A polynomial through ln flux over ln wavelength.

    Attributes
    ----------
    coefficients : ndarray, shape (order + 1,)
        Of powers of ln(wavelength / 22 um), from the constant on.
    covariance : ndarray, shape (order + 1, order + 1)
        Of the coefficients.
    range_um : tuple of float
        What it was fitted to. Unit: um.
    """

    coefficients: FloatArray
    covariance: FloatArray
    range_um: tuple[float, float]

    def log_flux(self, wave_um: FloatArray) -> FloatArray:
        """Return ln flux, shape of ``wave_um``."""
        value: FloatArray = _powers(wave_um, self.coefficients.size) @ self.coefficients
        return value

    def flux_jy(self, wave_um: FloatArray) -> FloatArray:
        """Return the flux, shape of ``wave_um``. Unit: Jy."""
        flux: FloatArray = np.exp(self.log_flux(wave_um))
        return flux

    def error_from(self, wave_um: FloatArray, from_um: float) -> FloatArray:
        """Return the relative error of flux / flux at ``from_um``, shape of ``wave_um``."""
        powers = _powers(wave_um, self.coefficients.size)
        powers = powers - _powers(np.array([from_um]), self.coefficients.size)
        error: FloatArray = np.sqrt(np.einsum("ni,ij,nj->n", powers, self.covariance, powers))
        return error


def _powers(wave_um: FloatArray, count: int) -> FloatArray:
    powers: FloatArray = np.log(wave_um / 22.0)[:, None] ** np.arange(count)
    return powers


def fit_smooth_source(pieces: Sequence[RedPiece], order: int) -> SmoothSource:
    """Fit a polynomial through the red source.

    Parameters
    ----------
    pieces : sequence of RedPiece
        At least one with a known level.
    order : int
        Of the polynomial, 1 to 6.

    Returns
    -------
    SmoothSource
        The curve.

    Raises
    ------
    DataError
        If there are fewer blocks than parameters.

    Notes
    -----
    Medians of blocks of 20 samples, weighted by their scatter or their errors, the larger of the
    two. The covariance is raised by chi2 a degree of freedom where that exceeds 1.
    """
    free = [i for i, piece in enumerate(pieces) if not piece.is_level_known]
    rows = [(i, *_blocks(piece)) for i, piece in enumerate(pieces)]
    wave = np.concatenate([row[1] for row in rows])
    value = np.concatenate([row[2] for row in rows])
    error = np.concatenate([row[3] for row in rows])
    owner = np.concatenate([np.full(row[1].size, row[0]) for row in rows])
    count = order + 1
    if wave.size <= count + len(free):
        raise DataError(
            f"The red source has {wave.size} blocks of samples for a curve of order {order}.",
            hint="Lower the order.",
        )
    design = np.hstack([_powers(wave, count), *((owner == i).astype(float)[:, None] for i in free)])
    weighted = design / error[:, None]
    solved = np.linalg.lstsq(weighted, value / error, rcond=None)[0]
    residual = value / error - weighted @ solved
    freedom = wave.size - design.shape[1]
    raised = max(float(residual @ residual) / freedom, 1.0)
    covariance = np.linalg.pinv(weighted.T @ weighted) * raised
    return SmoothSource(
        freeze(solved[:count]),
        frozen(covariance[:count, :count]),
        (float(wave.min()), float(wave.max())),
    )


def _blocks(piece: RedPiece) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return wavelength, ln flux and its error of blocks of samples."""
    count = max(piece.wave_um.size // _BLOCK_SAMPLES, 1)
    wave, value, error = [], [], []
    for block in np.array_split(np.arange(piece.wave_um.size), count):
        if not block.size:
            continue
        log_flux = np.log(piece.flux_jy[block])
        middle = float(np.median(log_flux))
        scatter = 1.4826 * float(np.median(np.abs(log_flux - middle)))
        stated = float(np.median(piece.error_jy[block] / piece.flux_jy[block]))
        each = max(scatter, stated if np.isfinite(stated) else 0.0)
        wave.append(float(np.mean(piece.wave_um[block])))
        value.append(middle)
        error.append(max(_MEDIAN_LOSS * each / np.sqrt(block.size), _LEAST_ERROR))
    return np.array(wave), np.array(value), np.array(error)


@dataclass(frozen=True, eq=False, slots=True)
class VectorCorrection:
    """A polynomial factor on a vector.

    Attributes
    ----------
    low_um, high_um : float
        Where it acts. Unit: um.
    factor, error : ndarray, shape (n,)
        On the wavelengths of the vector: 1 outside the range; relative error, 0 outside.
    """

    low_um: float
    high_um: float
    factor: FloatArray
    error: FloatArray


def fit_correction(
    observed: Spectrum,
    smooth: SmoothSource,
    at_um: FloatArray,
    limits_um: tuple[float, float],
    order: int,
) -> VectorCorrection:
    """Fit the factor that makes the red source smooth inside a range.

    Parameters
    ----------
    observed : Spectrum
        The red source as the vector calibrates it without the factor. Unit: Jy.
    smooth : SmoothSource
        What it should be.
    at_um : ndarray, shape (n,)
        Wavelengths of the vector. Unit: um.
    limits_um : tuple of float
        The range. Unit: um.
    order : int
        Of the polynomial, 1 or more.

    Returns
    -------
    VectorCorrection
        ln factor is a polynomial in the distance from the lower end without a constant: the
        vector stays continuous there.

    Raises
    ------
    DataError
        If the range has too few samples.
    """
    low, high = limits_um
    inside = _valid(observed) & (observed.wave_um >= low) & (observed.wave_um <= high)
    near = _valid(observed) & (observed.wave_um < low) & (observed.wave_um >= low - _NEAR_UM)
    if np.count_nonzero(inside) < 3 * _BLOCK_SAMPLES or not near.any():
        raise DataError(
            f"The red source has {np.count_nonzero(inside)} good samples between {low:g} and "
            f"{high:g} µm: the vector is not corrected there.",
            hint="Change the range of the correction.",
        )
    wave, value, error = _blocks(_piece(observed, inside))
    near_wave, near_value, near_error = _blocks(_piece(observed, near))
    weight = near_error**-2.0
    offset = float(np.sum(weight * (near_value - smooth.log_flux(near_wave))) / np.sum(weight))
    x = ((wave - low) / (high - low))[:, None] ** np.arange(1, order + 1)
    weighted = x / error[:, None]
    target = (smooth.log_flux(wave) + offset - value) / error
    solved = np.linalg.lstsq(weighted, target, rcond=None)[0]
    residual = target - weighted @ solved
    raised = max(float(residual @ residual) / max(wave.size - order, 1), 1.0)
    covariance = np.linalg.pinv(weighted.T @ weighted) * raised
    acts = (at_um >= low) & (at_um <= high)
    powers = (np.clip((at_um - low) / (high - low), 0.0, 1.0))[:, None] ** np.arange(1, order + 1)
    own = np.einsum("ni,ij,nj->n", powers, covariance, powers)
    # The offset is common to the whole range, and the smooth curve has an error of its own.
    common = float(1.0 / np.sum(weight)) * np.where(acts, 1.0, 0.0)
    along = np.where(acts, smooth.error_from(at_um, low), 0.0)
    factor = np.where(acts, np.exp(powers @ solved), 1.0)
    return VectorCorrection(
        low, high, freeze(factor), freeze(np.where(acts, np.sqrt(own + common + along**2), 0.0))
    )


@dataclass(frozen=True, eq=False, slots=True)
class Extension:
    """How a vector continues where its own source fails.

    Attributes
    ----------
    from_um : float
        Where it begins. Unit: um.
    value : ndarray, shape (n,)
        The vector on its wavelengths; NaN before the beginning and where there are no data.
    stat_error, assumed_error : ndarray, shape (n,)
        Errors of the curve, and of the assumption on the source, in the unit of the vector.
    """

    from_um: float
    value: FloatArray
    stat_error: FloatArray
    assumed_error: FloatArray


def extend_vector(
    red: Spectrum,
    smooth: SmoothSource,
    lower: SmoothSource,
    at_um: FloatArray,
    vector: FloatArray,
    range_um: tuple[float, float],
) -> Extension:
    """Continue a vector so that the red source stays smooth.

    Parameters
    ----------
    red : Spectrum
        The red source, not calibrated.
    smooth, lower : SmoothSource
        The smooth source, and the same with one order less: their difference is the error of
        the assumption.
    at_um : ndarray, shape (n,)
        Wavelengths of the vector. Unit: um.
    vector : ndarray, shape (n,)
        The vector. NaN: not determined.
    range_um : tuple of float
        Where the extension begins and ends. Unit: um.

    Returns
    -------
    Extension
        Equal to the vector at the beginning.

    Raises
    ------
    DataError
        If the red source or the vector does not reach the beginning.
    """
    begin, end = range_um
    response = _red_response(red, smooth, (begin - _OVERHANG_UM, end))
    joint = np.interp(begin, at_um, vector) if begin < at_um[-1] else np.nan
    own = float(np.interp(begin, response.wave_um, response.vector))
    if not (np.isfinite(joint) and own > 0):
        raise DataError(
            f"Neither source determines the vector at {begin:g} µm: it is not extended.",
            hint="Begin the extension at a shorter wavelength.",
        )
    scale = float(joint) / own
    acts = at_um > begin
    # Beyond the last sample of the red source the curve would be a mere continuation.
    known = np.where(response.flags & EXTRAPOLATED, np.nan, response.vector)
    value = np.interp(at_um, response.wave_um, known, left=np.nan, right=np.nan)
    value = np.where(acts, scale * value, np.nan)
    stat = np.interp(at_um, response.wave_um, response.stat_error, left=np.nan, right=np.nan)
    difference = smooth.log_flux(at_um) - lower.log_flux(at_um)
    at_begin = np.array([begin])
    difference -= float((smooth.log_flux(at_begin) - lower.log_flux(at_begin))[0])
    assumed = np.hypot(difference, smooth.error_from(at_um, begin))
    return Extension(
        from_um=begin,
        value=freeze(value),
        stat_error=freeze(np.where(acts, scale * stat, np.nan)),
        assumed_error=freeze(value * assumed),
    )


def _red_response(
    red: Spectrum, smooth: SmoothSource, range_um: tuple[float, float]
) -> StarResponse:
    wave = np.arange(range_um[0] - 0.5, max(range_um[1], red.wave_um[-1]) + 0.5, 0.006)
    model = Spectrum(
        wave_um=freeze(wave),
        flux=freeze(smooth.flux_jy(wave)),
        error=freeze(np.full(wave.size, np.nan)),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        unit="Jy",
        identity=Identity(target=red.identity.target),
    )
    params = StarResponseParams(fit_in="inverse photon", cutoffs_um=range_um, line_windows="none")
    return fit_star_response(red, model, params)


def piece_of(spectrum: Spectrum, keep: BoolArray, *, is_level_known: bool) -> RedPiece:
    """Return the valid samples of a spectrum among ``keep``."""
    found = _piece(spectrum, keep & _valid(spectrum))
    return RedPiece(found.wave_um, found.flux_jy, found.error_jy, is_level_known)


def _piece(spectrum: Spectrum, keep: BoolArray) -> RedPiece:
    parts = (spectrum.wave_um[keep], spectrum.flux[keep], spectrum.error[keep])
    return RedPiece(*parts, is_level_known=True)


def _valid(spectrum: Spectrum) -> BoolArray:
    valid: BoolArray = spectrum.is_good & (spectrum.flux > 0)
    return valid
