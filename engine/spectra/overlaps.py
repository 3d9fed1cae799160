"""Where two spectra overlap, and how they are brought onto one grid there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.spectra.resample import bin_edges, rebin_with_error


@dataclass(frozen=True, eq=False, slots=True)
class CommonGrid:
    """Two spectra on the wavelengths of the coarser one.

    Attributes
    ----------
    wave_um : ndarray, shape (m,)
        Wavelengths of the coarser side, inside the range asked for. Unit: um.
    left, right : ndarray, shape (m,)
        Flux of both sides. NaN: no measurement.
    left_error, right_error : ndarray, shape (m,)
        One standard deviation. NaN: not known.
    finer : {"left", "right"}
        The side that was rebinned.
    """

    wave_um: FloatArray
    left: FloatArray
    right: FloatArray
    left_error: FloatArray
    right_error: FloatArray
    finer: str


def find_overlap(first_um: FloatArray, second_um: FloatArray) -> tuple[float, float] | None:
    """Return the range that two sets of wavelengths both cover.

    Parameters
    ----------
    first_um, second_um : ndarray
        Wavelengths in any order; those that are not finite do not count. Unit: um.

    Returns
    -------
    tuple of float or None
        Low and high end; `None` when there is no common range, or nothing to compare.
    """
    first, second = first_um[np.isfinite(first_um)], second_um[np.isfinite(second_um)]
    if not first.size or not second.size:
        return None
    low, high = max(first.min(), second.min()), min(first.max(), second.max())
    return (float(low), float(high)) if low <= high else None


def interpolate_inside(wave_um: FloatArray, values: FloatArray, at_um: FloatArray) -> FloatArray:
    """Interpolate linearly, inside the range of the nodes only.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Nodes, strictly increasing. Unit: um.
    values : ndarray, shape (n,)
        Values at the nodes. A value that is not finite spoils the two intervals at its sides,
        not the neighboring nodes.
    at_um : ndarray, shape (m,)
        Where values are wanted. Unit: um.

    Returns
    -------
    ndarray, shape (m,)
        NaN outside the nodes, where `numpy.interp` would hold the value of the edge.
    """
    result = np.full(np.shape(at_um), np.nan)
    if not wave_um.size:
        return result
    inside = (at_um >= wave_um[0]) & (at_um <= wave_um[-1])
    upper = np.searchsorted(wave_um, at_um[inside], side="left")
    lower = np.where(wave_um[upper] == at_um[inside], upper, upper - 1)
    step = wave_um[upper] - wave_um[lower]
    part = np.divide(at_um[inside] - wave_um[lower], step, out=np.zeros(step.shape), where=step > 0)
    difference = np.where(part > 0, values[upper] - values[lower], 0.0)
    result[inside] = values[lower] + part * difference
    return result


def on_common_grid(left: Spectrum, right: Spectrum, limits_um: tuple[float, float]) -> CommonGrid:
    """Bring two spectra onto the wavelengths of the coarser one, conserving flux.

    Parameters
    ----------
    left, right : Spectrum
        Flagged samples count as no measurement.
    limits_um : tuple of float
        Range of the result, both ends included. Unit: um.

    Returns
    -------
    CommonGrid
        Empty when one side has fewer than two wavelengths: they have no bins.
    """
    left_is_finer = _step_inside(left, limits_um) < _step_inside(right, limits_um)
    fine, coarse = (left, right) if left_is_finer else (right, left)
    finer = "left" if left_is_finer else "right"
    if fine.size < 2 or coarse.size < 2:
        nothing = freeze(np.zeros(0))
        return CommonGrid(nothing, nothing, nothing, nothing, nothing, finer)
    flux, error = rebin_with_error(fine.wave_um, good_flux(fine), good_error(fine), coarse.wave_um)
    inside = (coarse.wave_um >= limits_um[0]) & (coarse.wave_um <= limits_um[1])
    fine_side = freeze(flux[inside]), freeze(error[inside])
    coarse_side = freeze(good_flux(coarse)[inside]), freeze(good_error(coarse)[inside])
    first, second = (fine_side, coarse_side) if left_is_finer else (coarse_side, fine_side)
    wave = freeze(coarse.wave_um[inside])
    return CommonGrid(wave, first[0], second[0], first[1], second[1], finer)


def stitch_segments(spectra: Sequence[Spectrum], scales: Sequence[float]) -> Spectrum:
    """Join spectra of neighboring bands into one.

    Parameters
    ----------
    spectra : sequence of Spectrum
        In order of wavelength, one or more.
    scales : sequence of float
        Factor of each. NaN: none is known, the spectrum stays as it is and the notes say so.

    Returns
    -------
    Spectrum
        Where two overlap, the first holds up to the middle and the second from there. Columns
        are dropped; the notes state each scale.

    Raises
    ------
    DataError
        If there is no spectrum, or their units differ.
    """
    if not spectra:
        raise DataError("There is no spectrum to stitch.", hint="Choose one or more bands.")
    units = sorted({spectrum.unit or "no unit" for spectrum in spectra})
    if len(units) > 1:
        raise DataError(
            f"Spectra in {' and '.join(units)} cannot be stitched.", hint="Choose one unit."
        )
    known = [scale if np.isfinite(scale) else 1.0 for scale in scales]
    keeps = [_own_part(spectra, at) for at in range(len(spectra))]
    parts = list(zip(spectra, known, keeps, strict=True))
    first = spectra[0]
    return Spectrum(
        wave_um=freeze(np.concatenate([s.wave_um[keep] for s, _, keep in parts])),
        flux=freeze(np.concatenate([s.flux[keep] * factor for s, factor, keep in parts])),
        error=freeze(np.concatenate([s.error[keep] * factor for s, factor, keep in parts])),
        flags=freeze(np.concatenate([s.flags[keep] for s, _, keep in parts])),
        unit=first.unit,
        identity=replace(first.identity, band=""),
        origin=replace(first.origin, path="", sha256="", notes=_stitch_notes(spectra, scales)),
    )


def _own_part(spectra: Sequence[Spectrum], at: int) -> BoolArray:
    """Return the samples of one spectrum between the middles of its overlaps."""
    wave = spectra[at].wave_um
    keep: BoolArray = np.ones(wave.size, dtype=bool)
    if at > 0:
        keep &= wave > _middle(spectra[at - 1], spectra[at])
    if at < len(spectra) - 1:
        keep &= wave <= _middle(spectra[at], spectra[at + 1])
    return keep


def _middle(left: Spectrum, right: Spectrum) -> float:
    return 0.5 * float(left.wave_um[-1] + right.wave_um[0])


def _stitch_notes(spectra: Sequence[Spectrum], scales: Sequence[float]) -> tuple[str, ...]:
    notes = []
    for spectrum, scale in zip(spectra, scales, strict=True):
        name = spectrum.identity.band or f"{spectrum.wave_um[0]:.2f} µm"
        is_known = bool(np.isfinite(scale))
        notes.append(
            f"Stitched: {name} times {scale:.6g}." if is_known else f"Stitched: {name} unscaled."
        )
    return tuple(notes)


def error_of_sum(
    wave_um: FloatArray, error: FloatArray, grid_um: FloatArray, weights: FloatArray
) -> float:
    """Return the error of a weighted sum over the bins that a spectrum was rebinned to.

    Parameters
    ----------
    wave_um, error : ndarray, shape (n,)
        The spectrum before rebinning, samples independent. Unit of the wavelengths: um.
        An error that is not finite counts as none: the caller gives its bins no weight.
    grid_um : ndarray, shape (m,)
        Centers of the bins, strictly increasing, two or more. Unit: um.
    weights : ndarray, shape (m,)
        Weight of each bin in the sum; 0 for bins that do not take part.

    Returns
    -------
    float
        One standard deviation, in the unit of ``error`` times that of ``weights``.

    Notes
    -----
    Neighboring bins share samples, so their errors do not add in quadrature. What counts is the
    weight that each sample has in the whole sum: the integral of weight per bin width over the
    sample's own width.
    """
    edges = bin_edges(grid_um)
    running = np.concatenate(([0.0], np.cumsum(weights)))
    sample_weight = np.diff(np.interp(bin_edges(wave_um), edges, running))
    return float(np.sqrt(np.nansum((sample_weight * error) ** 2)))


def good_flux(spectrum: Spectrum) -> FloatArray:
    """Return the flux with NaN where a sample is flagged."""
    return np.where(spectrum.is_good, spectrum.flux, np.nan)


def good_error(spectrum: Spectrum) -> FloatArray:
    """Return the error with NaN where it is not a positive number: zero is no error."""
    valid: BoolArray = np.isfinite(spectrum.error) & (spectrum.error > 0)
    return np.where(valid, spectrum.error, np.nan)


def _step_inside(spectrum: Spectrum, limits_um: tuple[float, float]) -> float:
    """Return the median step next to the range; infinite when there is none."""
    wave = spectrum.wave_um
    if wave.size < 2:
        return float("inf")
    low = max(int(np.searchsorted(wave, limits_um[0])) - 1, 0)
    high = min(int(np.searchsorted(wave, limits_um[1], side="right")) + 1, wave.size)
    part = wave[low:high]
    return float(np.median(np.diff(part))) if part.size > 1 else float(np.median(np.diff(wave)))
