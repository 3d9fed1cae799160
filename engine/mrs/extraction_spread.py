"""How much the choices of an extraction move its flux: its systematic errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.model.aperture import ApertureCorrection
from engine.mrs.aperture import ConicalAperture, box_around, overlap_in_box, weighted_sum
from engine.mrs.aperture_correction import interpolate_correction
from engine.mrs.aperture_sums import MIN_ANNULUS_SPAXELS
from engine.mrs.wavelength_bins import BinnedCube
from engine.numerics.clipping import median_of_rows

ANNULUS_SHIFT_FWHM = 0.5
RADIUS_STEP_FWHM = 0.25
_SMOOTHED_BINS = 5


@dataclass(frozen=True, eq=False, slots=True)
class Spreads:
    """Relative systematic errors, smoothed over wavelength.

    Attributes
    ----------
    annulus, aperture, centroid : ndarray, shape (nw,)
        From three annuli, three apertures and a center that is off. NaN: not measurable.
    """

    annulus: FloatArray
    aperture: FloatArray
    centroid: FloatArray


class _BinFluxes:
    """Fluxes of the bins of a cube in varying apertures, without clipping."""

    def __init__(self, binned: BinnedCube, aperture: ConicalAperture, fwhm: FloatArray) -> None:
        self.wave_um = binned.wave_um
        self.fwhm = binned.average(fwhm)
        self.radius = binned.average(aperture.radius)
        self._inner = binned.average(aperture.inner)
        self._outer = binned.average(aperture.outer)
        self._center = aperture.center
        reach = float(np.nanmax(np.r_[self.radius, self._outer]) + np.max(self.fwhm))
        self._box = box_around(self._center, reach, binned.shape[1:])
        data = self._box.cut(binned.data, slice(None))
        self._valid = np.isfinite(data).astype(np.float64)
        self._data = np.where(self._valid > 0.0, data, 0.0)
        self.chosen_level = self.level()
        self.has_annulus = bool(np.isfinite(self.chosen_level).any())

    def inward_shift_fwhm(self) -> float:
        """Return how far the annulus can move inward before it reaches the aperture."""
        return float(np.nanmin((self._inner - self.radius) / self.fwhm))

    def level(self, *, shift_fwhm: float = 0.0) -> FloatArray:
        """Return the mean of the annulus moved outward; NaN where too little of it is valid."""
        shift = shift_fwhm * self.fwhm
        ring = self._overlap(self._outer + shift) - self._overlap(self._inner + shift)
        area = weighted_sum(ring, self._valid)
        enough = area >= MIN_ANNULUS_SPAXELS
        return np.where(
            enough, weighted_sum(ring, self._data) / np.where(enough, area, 1.0), np.nan
        )

    def flux(
        self,
        level: FloatArray,
        *,
        larger_fwhm: float = 0.0,
        offset: tuple[float, float] = (0.0, 0.0),
    ) -> FloatArray:
        """Return the sum over an aperture that is larger or off the center, minus the level."""
        inside = self._overlap(self.radius + larger_fwhm * self.fwhm, offset)
        area = weighted_sum(inside, self._valid)
        return np.where(area > 0.0, weighted_sum(inside, self._data) - level * area, np.nan)

    def _overlap(self, radius: FloatArray, offset: tuple[float, float] = (0.0, 0.0)) -> FloatArray:
        center = self._center[0] + offset[0], self._center[1] + offset[1]
        return overlap_in_box(radius, center, self._box)


def measure_spreads(
    binned: BinnedCube,
    aperture: ConicalAperture,
    *,
    wave_um: FloatArray,
    fwhm_pixels: FloatArray,
    spaxel_arcsec: float,
    center_error: float,
    correction: ApertureCorrection | None = None,
) -> Spreads:
    """Measure how much annulus, aperture and center move the flux.

    Parameters
    ----------
    binned : BinnedCube
        Means of runs of planes.
    aperture : ConicalAperture
        The aperture used; annulus radii NaN where none is subtracted.
    wave_um, fwhm_pixels : ndarray, shape (nw,)
        Wavelength and width of the point-spread function of every plane. Units: um, spaxel.
    spaxel_arcsec : float
        Side of a spaxel. Unit: arcsec.
    center_error : float
        How far the center may be off; NaN: not known. Unit: spaxel.
    correction : ApertureCorrection, optional
        Table that is applied to each aperture.

    Returns
    -------
    Spreads
        Mean size of the changes of the flux, over the flux.

    Notes
    -----
    The fluxes are those of 36 wavelength bins; changes and flux are each smoothed by a running
    median over five bins before the ratio is taken, so noise does not count as spread.

    * annulus: as chosen, and moved by 0.5 FWHM to both sides, never into the aperture;
    * aperture: as chosen, and 0.25 FWHM smaller and larger. With a table each flux is corrected
      for its own radius, and all of the change is systematic. Without one each flux is divided by
      its median ratio to the chosen one, over the half of the bins that depend least on the
      annulus: what remains is how the *shape* of the spectrum depends on the aperture;
    * center: moved by ``center_error`` to four sides, the annulus staying.
    """
    fluxes = _BinFluxes(binned, aperture, fwhm_pixels)
    level = fluxes.chosen_level if fluxes.has_annulus else np.zeros(binned.wave_um.size)
    flux = fluxes.flux(level)
    annulus = _mean_change(flux, _with_other_annuli(fluxes))
    resized = [
        other
        / (
            _steady_ratio(other, flux, annulus)
            if correction is None
            else _expected_ratio(fluxes, correction, spaxel_arcsec, step)
        )
        for other, step in _with_other_radii(fluxes, level)
    ]
    moved = _with_other_centers(fluxes, level, center_error)
    spreads = annulus, _mean_change(flux, resized), _mean_change(flux, moved)
    return Spreads(*(_at_planes(wave_um, binned.wave_um, spread) for spread in spreads))


def _with_other_annuli(fluxes: _BinFluxes) -> list[FloatArray]:
    """Return the fluxes with the annulus moved outward and inward."""
    if not fluxes.has_annulus:
        return []
    inward = min(ANNULUS_SHIFT_FWHM, fluxes.inward_shift_fwhm())
    shifts = [ANNULUS_SHIFT_FWHM] + ([-inward] if inward > 0.0 else [])
    return [fluxes.flux(fluxes.level(shift_fwhm=shift)) for shift in shifts]


def _with_other_radii(fluxes: _BinFluxes, level: FloatArray) -> list[tuple[FloatArray, float]]:
    """Return the fluxes in a larger and a smaller aperture, each with its step in FWHM."""
    smallest = float(np.min(fluxes.radius / fluxes.fwhm))
    steps = (RADIUS_STEP_FWHM, -min(RADIUS_STEP_FWHM, 0.5 * smallest))
    return [(fluxes.flux(level, larger_fwhm=step), step) for step in steps]


def _expected_ratio(
    fluxes: _BinFluxes, correction: ApertureCorrection, spaxel_arcsec: float, step: float
) -> FloatArray:
    """Return how much more light the table expects in a radius changed by ``step`` FWHM."""
    chosen, changed = (
        interpolate_correction(correction, fluxes.wave_um, radius * spaxel_arcsec)
        for radius in (fluxes.radius, fluxes.radius + step * fluxes.fwhm)
    )
    ratio: FloatArray = chosen / changed
    return ratio


def _with_other_centers(
    fluxes: _BinFluxes, level: FloatArray, center_error: float
) -> list[FloatArray]:
    """Return the fluxes with the aperture moved to four sides."""
    if not np.isfinite(center_error):
        return []
    sides = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))
    return [fluxes.flux(level, offset=(center_error * x, center_error * y)) for x, y in sides]


def _steady_ratio(other: FloatArray, flux: FloatArray, spread: FloatArray) -> float:
    """Return the median of ``other / flux`` over the half of the bins with the least spread."""
    good = (flux > 0.0) & (other > 0.0)
    if not good.any():
        return 1.0
    unsteady = np.nan_to_num(spread, nan=np.inf)
    steady = good & (unsteady <= np.median(unsteady[good]))
    return float(np.median(other[steady] / flux[steady]))


def _mean_change(flux: FloatArray, others: Sequence[FloatArray]) -> FloatArray:
    """Return the mean of ``|other - flux| / flux``, smoothed; NaN where it is not measurable."""
    smooth_flux = _smooth(flux)
    scale = np.where(smooth_flux > 0.0, smooth_flux, np.nan)
    total, count = np.zeros(flux.size), np.zeros(flux.size)
    for other in others:
        change = np.abs(_smooth(other - flux)) / scale
        count += np.isfinite(change)
        total += np.nan_to_num(change)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _smooth(values: FloatArray) -> FloatArray:
    """Return the running median, leaving NaN out; NaN where ``values`` is."""
    half = _SMOOTHED_BINS // 2
    padded = np.pad(values, half, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHED_BINS)
    return np.where(np.isfinite(values), median_of_rows(windows), np.nan)


def _at_planes(wave_um: FloatArray, bin_wave_um: FloatArray, values: FloatArray) -> FloatArray:
    """Interpolate from bins to planes; NaN where the nearest bin is."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(wave_um.size, np.nan)
    between = 0.5 * (bin_wave_um[1:] + bin_wave_um[:-1])
    nearest_known = known[np.searchsorted(between, wave_um)]
    return np.where(nearest_known, np.interp(wave_um, bin_wave_um[known], values[known]), np.nan)
