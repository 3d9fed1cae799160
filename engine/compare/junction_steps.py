"""The junctions of one source after each step of the chain, and where its bands see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.compare.junctions import (
    JunctionMeasure,
    JunctionParams,
    SourceJunctions,
    measure_junctions,
)
from engine.errors import DataError
from engine.model.spectrum import Spectrum

_ARCSEC_PER_DEG = 3600.0
_MISALIGNED_FWHM = 0.1  # bands that are off by this part of the FWHM are told
_DEFAULTS = JunctionParams()


@dataclass(frozen=True, slots=True)
class BandCentroid:
    """Where one band sees the source.

    Attributes
    ----------
    band : str
        ``"4A"``.
    ra_deg, dec_deg : float
        Of the centroid. NaN: not known. Unit: deg.
    fwhm_arcsec : float
        Of a point source in the middle of the band. Unit: arcsec.
    """

    band: str
    ra_deg: float
    dec_deg: float
    fwhm_arcsec: float


@dataclass(frozen=True, slots=True)
class BandOffset:
    """Where one band sees the source, relative to the median of its bands.

    Attributes
    ----------
    band : str
        ``"4A"``.
    east_arcsec, north_arcsec : float
        Unit: arcsec.
    fwhm_arcsec : float
        Of a point source in the middle of the band. Unit: arcsec.
    """

    band: str
    east_arcsec: float
    north_arcsec: float
    fwhm_arcsec: float

    @property
    def in_fwhm(self) -> float:
        """Distance from the median, in units of the FWHM."""
        return float(np.hypot(self.east_arcsec, self.north_arcsec)) / self.fwhm_arcsec


@dataclass(frozen=True, slots=True)
class JunctionStepsParams:
    """What the user decides about junctions along the chain.

    Attributes
    ----------
    misaligned_fwhm : float
        Bands whose centroids are off by more than this are told. Unit: FWHM.
    """

    misaligned_fwhm: float = _MISALIGNED_FWHM


@dataclass(frozen=True, eq=False, slots=True)
class JunctionSteps:
    """The junctions of one source, step by step.

    Attributes
    ----------
    source : str
        Target, program and observation.
    steps : tuple of (str, SourceJunctions)
        Name of the step after which they were measured, in the order of the chain.
    offsets : tuple of BandOffset
        Of the bands with a centroid, in order of wavelength.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    source: str
    steps: tuple[tuple[str, SourceJunctions], ...]
    offsets: tuple[BandOffset, ...] = ()
    messages: tuple[str, ...] = ()

    def at(self, junction: str) -> tuple[tuple[str, JunctionMeasure], ...]:
        """Return the measures of ``junction``, step by step."""
        return tuple(
            (name, next(one for one in found.measures if one.junction == junction))
            for name, found in self.steps
        )

    def without(self, step: str) -> "JunctionSteps":
        """Return the same source without the row of ``step``."""
        return replace(self, steps=tuple(one for one in self.steps if one[0] != step))


def measure_junction_steps(
    source: str,
    stages: Mapping[str, Sequence[Spectrum]],
    params: JunctionStepsParams = JunctionStepsParams(),
    *,
    junction_params: JunctionParams = _DEFAULTS,
    centroids: Sequence[BandCentroid] = (),
) -> JunctionSteps:
    """Measure the junctions of a source after each step of the chain.

    Parameters
    ----------
    source : str
        Name for tables and axes.
    stages : mapping of str to sequence of Spectrum
        By the name of the step, in the order of the chain: one spectrum a band each.
    params : JunctionStepsParams, optional
        Limit of misalignment.
    junction_params : JunctionParams, optional
        As in `measure_junctions`: the same for all steps.
    centroids : sequence of BandCentroid, optional
        Of the bands that were extracted from cubes.

    Returns
    -------
    JunctionSteps
        Step by step, and the offsets of the centroids.

    Raises
    ------
    DataError
        If there is no step, or as in `measure_junctions`.

    Notes
    -----
    Law+2025, Sec. 8.1. A jump that a step takes away was what the step corrects: the loss of count
    rate, fringes, the calibration. Bands that see the source at different places have apertures
    that cut it differently; a jump may be that.
    """
    if not stages:
        raise DataError(f"{source} has no step of the chain to compare.")
    steps = tuple(
        (name, measure_junctions(source, spectra, junction_params))
        for name, spectra in stages.items()
    )
    offsets = centroid_offsets(centroids)
    off = [one for one in offsets if one.in_fwhm > params.misaligned_fwhm]
    said = []
    if off:
        named = ", ".join(f"{one.band} ({one.in_fwhm:.2f})" for one in off)
        said.append(f"Off the median of the bands, in units of the FWHM: {named}.")
    last = steps[-1][1]
    said += [one.remark for one in last.measures if one.remark]
    return JunctionSteps(source, steps, offsets, tuple(said))


def centroid_offsets(centroids: Sequence[BandCentroid]) -> tuple[BandOffset, ...]:
    """Return where each band sees the source, relative to the median of the bands.

    Parameters
    ----------
    centroids : sequence of BandCentroid
        Those that are not known are left out.

    Returns
    -------
    tuple of BandOffset
        Empty with fewer than two known centroids.
    """
    known = [one for one in centroids if np.isfinite(one.ra_deg) and np.isfinite(one.dec_deg)]
    if len(known) < 2:
        return ()
    dec = np.array([one.dec_deg for one in known])
    # Relative to the first one, so that 0 h is no edge.
    ra = np.array([(one.ra_deg - known[0].ra_deg + 180.0) % 360.0 - 180.0 for one in known])
    east = ra * np.cos(np.radians(np.median(dec))) * _ARCSEC_PER_DEG
    north = (dec - known[0].dec_deg) * _ARCSEC_PER_DEG
    east, north = east - np.median(east), north - np.median(north)
    return tuple(
        BandOffset(one.band, float(east[i]), float(north[i]), one.fwhm_arcsec)
        for i, one in enumerate(known)
    )
