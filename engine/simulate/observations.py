"""The products of the demo, one at a time, each with its truth."""

from typing import Any, NamedTuple

import numpy as np

from engine.model.bands import Band
from engine.model.identity import Identity
from engine.simulate.fits_products import s3d_bytes, x1d_bytes
from engine.simulate.fringes import Fringes, draw_fringes
from engine.simulate.instrument import Instrument
from engine.simulate.jwst_headers import product_name
from engine.simulate.lamps import LampLoss
from engine.simulate.leak import LEAKING_BAND, LEAKY_BAND, add_leak
from engine.simulate.program import Exposure, event_loss, noise_budget, visit_scatter
from engine.simulate.scene import Scene, frame_side, observe_cube
from engine.simulate.signal import (
    BandSignal,
    band_signal,
    dimmed,
    plane_wavelengths_um,
    require_band,
)
from engine.simulate.spectra import observe_spectrum
from engine.simulate.truth import rate_truth, truth_of_exposure

_OUTLIER_FRACTION = 0.015
_OFF_CENTER_PIXELS = 1.5
_LARGEST_VISIT_SIGMA = 2.5


class Made(NamedTuple):
    """The bytes of a file and what was put into them."""

    content: bytes
    truth: dict[str, Any]


def star_cube(
    instrument: Instrument, exposure: Exposure, band: Band, rng: np.random.Generator
) -> Made:
    """Make the cube of a standard star, in DN/s."""
    signal, truth = _star_signal(instrument, exposure, band, rng)
    side = frame_side(signal)
    middle = 0.5 * (side - 1)
    x, y = middle + rng.uniform(-_OFF_CENTER_PIXELS, _OFF_CENTER_PIXELS, size=2)
    scene = Scene(side=side, center_pixel=(float(x), float(y)), sky_deg=exposure.sky_deg)
    cube = observe_cube(rng, signal, scene, _identity(exposure, band))
    name = product_name(exposure, band, "s3d")
    content = s3d_bytes(cube, exposure, band, filename=name)
    return Made(content, truth | {"kind": "cube in DN/s", "center_pixel": [float(x), float(y)]})


def star_spectrum(
    instrument: Instrument, exposure: Exposure, band: Band, rng: np.random.Generator
) -> Made:
    """Make the extracted, aperture-corrected spectrum of a standard star, in DN/s."""
    signal, truth = _star_signal(instrument, exposure, band, rng)
    spectrum = observe_spectrum(
        rng, signal, _identity(exposure, band), outlier_fraction=_OUTLIER_FRACTION
    )
    name = product_name(exposure, band, "x1d")
    content = x1d_bytes(spectrum, exposure, band, filename=name)
    return Made(content, truth | {"kind": "spectrum in DN/s", "outliers": _OUTLIER_FRACTION})


def visit_spectrum(
    instrument: Instrument, exposure: Exposure, band: Band, rng: np.random.Generator
) -> Made:
    """Make the spectrum of one visit, in Jy by the earlier calibration."""
    wave = plane_wavelengths_um(band)
    budget = noise_budget(exposure, band)
    fringes = draw_fringes(rng, band, amplitude=budget.fringe_amplitude)
    limit = _LARGEST_VISIT_SIGMA
    drawn = float(np.clip(rng.standard_normal(), -limit, limit))
    level = 1.0 + visit_scatter()[band.name] * drawn
    seen = np.full(wave.size, level)
    if exposure.event == "mirror tilt":
        seen *= 1.0 - event_loss() * 5.0 / wave
    relative = instrument.star_factor(exposure.star, wave)
    relative = relative * instrument.earlier_factor(band, wave) / seen
    signal = band_signal(
        exposure.photosphere,
        instrument.responses[band.name],
        fringes,
        snr=budget.snr,
        unit="Jy",
        miscalibration=relative,
    )
    spectrum = observe_spectrum(
        rng,
        signal,
        _identity(exposure, band),
        outlier_fraction=_OUTLIER_FRACTION,
        error_scale=exposure.error_scale,
    )
    truth = truth_of_exposure(exposure, band, budget, fringes) | {
        "kind": "spectrum in Jy",
        "outliers": _OUTLIER_FRACTION,
        "level": level,
        "event": exposure.event,
        "error_scale": exposure.error_scale,
    }
    name = product_name(exposure, band, "x1d")
    return Made(x1d_bytes(spectrum, exposure, band, filename=name), truth)


def _star_signal(
    instrument: Instrument, exposure: Exposure, band: Band, rng: np.random.Generator
) -> tuple[BandSignal, dict[str, Any]]:
    budget = noise_budget(exposure, band)
    fringes = draw_fringes(rng, band, amplitude=budget.fringe_amplitude)
    signal = band_signal(
        exposure.photosphere,
        instrument.responses[band.name],
        fringes,
        snr=budget.snr,
        miscalibration=instrument.observed_factor(exposure, band, plane_wavelengths_um(band)),
    )
    if band.name == LEAKY_BAND:
        signal = add_leak(signal, _leaking_signal(instrument, exposure))
    lost = LampLoss(band).value(exposure.mjd(band), signal.wave_um)
    truth = truth_of_exposure(exposure, band, budget, fringes) | rate_truth(exposure, band)
    return dimmed(signal, lost), truth | {"level": instrument.level(exposure, band)}


def _leaking_signal(instrument: Instrument, exposure: Exposure) -> BandSignal:
    """Return what leaks into 3A, where it arises."""
    band = require_band(LEAKING_BAND)
    return band_signal(
        exposure.photosphere,
        instrument.responses[band.name],
        Fringes(()),
        snr=1.0,
        miscalibration=instrument.observed_factor(exposure, band, plane_wavelengths_um(band)),
    )


def _identity(exposure: Exposure, band: Band) -> Identity:
    return Identity(
        target=exposure.header_name,
        program=exposure.program,
        observation=exposure.observation,
        visit="1",
        band=band.name,
        mjd=exposure.mjd(band),
        date=exposure.date,
        instrument="MIRI",
        exp_type="MIR_MRS",
        source_type="POINT",
    )
