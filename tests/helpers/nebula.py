"""Simulated exposures of a nebula as the analyses take them."""

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray
from engine.model.detector_image import DetectorImage
from engine.model.identity import Identity
from engine.simulate.nebula import (
    NebulaExposure,
    StripDetector,
    draw_exposure,
    feature,
    mosaic,
    strip_maps,
    true_flat,
)

#: Quick to work with: 60 rows, 5 slices of 10 columns.
SMALL = StripDetector("2A", 7.70, 0.0021, n_rows=60, n_slices=5, slice_columns=10)


def as_image(detector: StripDetector, exposure: NebulaExposure) -> DetectorImage:
    """Return a simulated exposure as a detector image."""
    maps = exposure.maps
    return DetectorImage(
        data=exposure.rate,
        error=exposure.error,
        flags=np.zeros(exposure.rate.shape, dtype=np.uint32),
        unit="DN/s",
        alpha_arcsec=maps.alpha_arcsec,
        beta_arcsec=maps.beta_arcsec,
        wave_um=maps.wave_um,
        slices=maps.slices,
        identity=Identity(band=detector.band, target="nebula"),
    )


def nebula_images(
    detector: StripDetector, seed: int, *, noise: float = 0.01
) -> tuple[list[DetectorImage], FloatArray]:
    """Return 18 exposures and the true flat, the feature of 11.6 um included."""
    rng = np.random.default_rng([seed, 77])
    flat = true_flat(detector, rng) * feature(strip_maps(detector, (0.0, 0.0)).wave_um)
    exposures = [
        as_image(detector, draw_exposure(detector, flat, pointing, rng, noise=noise))
        for pointing in mosaic(detector)
    ]
    return exposures, flat


def leveled(flat: FloatArray, wave_um: AnyFloatArray, bin_um: float) -> FloatArray:
    """Return a flat over its median at each wavelength, written without the engine's code."""
    result = np.full(flat.shape, np.nan)
    with np.errstate(invalid="ignore"):
        good = flat >= 0.5
    edges = np.arange(np.nanmin(wave_um), np.nanmax(wave_um) + bin_um, bin_um)
    middles, levels = [], []
    for low in edges:
        own = good & (wave_um >= low) & (wave_um < low + bin_um)
        if np.count_nonzero(own) >= 5:
            middles.append(float(wave_um[own].mean()))
            levels.append(float(np.median(flat[own])))
    lit = np.isfinite(wave_um)
    result[lit] = flat[lit] / np.interp(wave_um[lit], middles, levels)
    return result
