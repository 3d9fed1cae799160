"""Results that tests of figures draw, and what stands in a figure that was written."""

from xml.etree import ElementTree

import numpy as np

from engine.arrays import frozen
from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.model.bands import junctions
from engine.model.cube import Cube
from engine.model.sky import SkyPlane
from engine.mrs.calibrated_spectra import CalibratedSpectrum
from engine.mrs.extraction import Extraction
from engine.mrs.star_response import SampleState, StarResponse
from tests.helpers.exports import band_spectrum


def texts(path):
    """Return the pieces of text in an SVG file."""
    root = ElementTree.parse(path).getroot()
    return [
        "".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")
    ]


def star_response(rng, *, n=540, kind="relative factor"):
    """Return a response with samples of every state, and gaps."""
    wave = np.linspace(17.7, 20.95, n)
    curve = 1.2 - 0.03 * np.sin(2.0 * (wave - 17.7))
    ratio = curve * rng.normal(1.0, 0.011, n)
    state = np.zeros(n, dtype=np.uint8)
    for value, where in (
        (SampleState.REJECTED, [25, 60, 95, 130, 200, 235, 270, 345, 380, 430, 470, 500]),
        (SampleState.MASKED, slice(150, 180)),
        (SampleState.EXCLUDED, slice(300, 302)),
        (SampleState.FLAGGED, slice(330, 333)),
        (SampleState.OUTSIDE, slice(0, 10)),
    ):
        state[where] = value
    ratio[state == SampleState.REJECTED] *= rng.choice([0.9, 1.12, 3.0], 12)
    ratio[400:404] = np.nan
    vector = curve.copy()
    vector[:10] = np.nan
    flags = np.zeros(n, dtype=np.uint32)
    flags[-25:] = 1
    points = np.array([18.2, 18.9, 19.5, 20.0, 20.5])
    return StarResponse(
        wave_um=frozen(wave),
        ratio=frozen(ratio),
        ratio_error=frozen(0.011 * curve),
        model_jy=frozen(np.full(n, 0.4)),
        state=frozen(state, dtype=np.uint8),
        vector=frozen(vector),
        stat_error=frozen(0.0015 * vector),
        sys_error=frozen(0.006 * vector),
        sys_terms=(),
        flags=frozen(flags, dtype=np.uint32),
        kind=kind,
        fitted_in="factor",
        breakpoints_um=frozen(points),
        breakpoint_values=frozen(np.interp(points, wave, curve)),
        scatter=0.0112,
        n_used=int((state == SampleState.USED).sum()),
        n_samples=n - 10,
        n_fits=3,
    )


def calibrated(rng, band, low, high, *, n=300, has_model=True):
    """Return one band of a calibrated spectrum beside its model."""
    wave = np.linspace(low, high, n)
    model = 3.0 * (wave / 10.0) ** -2
    flux = model * rng.normal(1.01, 0.01, n)
    flux[5:8] = np.nan
    spectrum = band_spectrum(band, n=n)
    spectrum = type(spectrum)(
        wave_um=frozen(wave),
        flux=frozen(flux),
        error=frozen(0.01 * model),
        flags=spectrum.flags,
        unit="Jy",
        identity=spectrum.identity,
    )
    shown = model if has_model else np.full(n, np.nan)
    return CalibratedSpectrum(
        spectrum=spectrum,
        sys_error=frozen(0.02 * model),
        model_jy=frozen(shown),
        ratio=frozen(flux / shown),
    )


def junction_measure(rng, name, *, ratio=1.026, n=60):
    """Return one measured junction; without a number when ``ratio`` is NaN."""
    junction = {one.name: one for one in junctions()}[name]
    low, high = junction.overlap_um
    wave = np.linspace(low, high, n)
    left = 0.42 * rng.normal(1.0, 0.005, n)
    has_number = np.isfinite(ratio)
    error = 0.004 if has_number else np.nan
    significance = abs(ratio - 1.0) / 0.004
    return JunctionMeasure(
        junction=name,
        limits_um=(low, high),
        wave_um=frozen(wave),
        left=frozen(left),
        right=frozen(left * (ratio if has_number else np.nan)),
        left_error=frozen(np.full(n, 0.002)),
        right_error=frozen(np.full(n, 0.002)),
        used=frozen(np.arange(n) > 10, dtype=bool),
        ratio=ratio,
        ratio_error=error,
        difference=0.42 * (ratio - 1.0),
        difference_error=0.42 * error,
        significance=significance,
        verdict="no overlap" if not has_number else "jump" if significance > 3.0 else "agrees",
        reason="" if has_number else "The bands do not overlap (5.66-5.74 um): no ratio.",
        unit="Jy",
    )


def source_junctions(rng, source, ratios):
    """Return all junctions of a source; ``ratios`` from left to right, NaN without a number."""
    names = [junction.name for junction in junctions()]
    measures = tuple(
        junction_measure(rng, name, ratio=ratio) for name, ratio in zip(names, ratios, strict=True)
    )
    return SourceJunctions(source=source, measures=measures, stitch_scales=())


def cube_and_extraction(*, n_wave=40, side=21):
    """Return a cube with a star in it, and an extraction of it."""
    spectrum = band_spectrum("4A", n=n_wave)
    y, x = np.mgrid[:side, :side]
    star = np.exp(-0.5 * ((x - 9.3) ** 2 + (y - 10.8) ** 2) / 1.8**2)
    data = (star[None] * np.linspace(1.0, 0.7, n_wave)[:, None, None] + 0.05).astype(np.float32)
    data[:, 0, :] = np.nan
    cube = Cube(
        wave_um=spectrum.wave_um,
        data=frozen(data, dtype=np.float32),
        error=frozen(0.01 * data, dtype=np.float32),
        flags=frozen(np.zeros(data.shape), dtype=np.uint32),
        weights=frozen(np.ones(data.shape), dtype=np.float32),
        unit="MJy/sr",
        pixel_area_sr=2.8e-12,
        spaxel_arcsec=0.35,
        sky=SkyPlane((10.0, 10.0), (295.0, 50.0), ((-1e-4, 2e-5), (2e-5, 1e-4))),
        identity=spectrum.identity,
    )
    radius = np.linspace(3.9, 4.5, n_wave)
    spread = frozen(np.full(n_wave, 0.01))
    extraction = Extraction(
        spectrum=spectrum,
        center_pixel=(9.3, 10.8),
        center_source="centroid",
        radius_pixels=frozen(radius),
        inner_pixels=frozen(1.5 * radius),
        outer_pixels=frozen(2.0 * radius),
        drift_wave_um=frozen(np.linspace(17.8, 20.9, 8)),
        drift_x_pixels=frozen([0.0, 0.01, np.nan, 0.0, -0.01, 0.02, 0.0, 0.01]),
        drift_y_pixels=frozen(np.zeros(8)),
        covered_fraction=frozen(np.ones(n_wave)),
        aperture_correction=frozen(np.ones(n_wave)),
        annulus_spread=spread,
        aperture_spread=spread,
        centroid_spread=spread,
        background_limited=frozen(np.arange(n_wave) > 33, dtype=bool),
    )
    return cube, extraction
