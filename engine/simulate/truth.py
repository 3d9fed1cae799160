"""What was put into the demo data, for everybody to check against."""

import json
from typing import Any

import numpy as np

from engine.arrays import FloatArray
from engine.model.bands import Band, bands
from engine.simulate.fringes import Fringes
from engine.simulate.instrument import Instrument
from engine.simulate.lamps import LampLoss, lamp_truth
from engine.simulate.leak import leak_truth
from engine.simulate.point_spread import (
    FWHM_OFFSET_ARCSEC,
    FWHM_SLOPE_ARCSEC_PER_UM,
    point_spread,
)
from engine.simulate.program import Exposure, NoiseBudget, standard_stars, visit_scatter
from engine.simulate.scene import ANNULUS, APERTURE_FWHM
from engine.simulate.signal import spaxel_area_sr

_GRID = 61
_DIGITS = 9
_ABOUT = {
    "calibration_factor": "C = F_model / (N_ap A_cor Omega), (MJy/sr)/(DN/s): the mean over stars",
    "star_factor": "factor of a star over the mean of the ten stars, on the grid of its band",
    "level": "what an observation shows in a band over what a perfect one would",
    "earlier_factor": "true over earlier calibration: the visits in Jy were made with the earlier",
    "relative_factor": "model over observed of a visit: star_factor x earlier_factor / level",
    "encircled_energy": "sum of fraction x (1 - exp(-r^2 / 2 sigma^2)), sigma in units of FWHM",
    "snr": "published, of noise, fringes and CO together; snr_noise: of the noise alone",
    "rate_over_day_zero": "what is left of the rate of a product in DN/s: at both ends of the "
    "nominal range of its band, and linear between",
    "loss_on_last_day": "count rate of the lamp over day zero, MJD 59680, on wave_um",
    "loss_of_middle_and_days": "loss at the middle of the band on the last day, and e-folding days",
    "leak": "fraction of the flux at half the wavelength that is added to 3A, both in Jy",
    "center_pixel": "x, y of the star, counted from 0 at the center of the first spaxel",
}


def truth_of_exposure(
    exposure: Exposure, band: Band, budget: NoiseBudget, fringes: Fringes
) -> dict[str, Any]:
    """Return what all products of one band have in their truth."""
    return {
        "star": exposure.star,
        "program": exposure.program,
        "observation": exposure.observation,
        "date": exposure.date,
        "mjd": exposure.mjd(band),
        "band": band.name,
        "snr": dict(exposure.snr)[band.name],
        "snr_noise": budget.snr,
        "fringe_rms": budget.fringe_rms,
        "fringes_amplitude_period_per_cm_phase": [list(wave) for wave in fringes.waves],
    }


def rate_truth(exposure: Exposure, band: Band) -> dict[str, Any]:
    """Return what is left of a count rate, at both ends of the band, linear between."""
    ends = np.array([band.wave_min_um, band.wave_max_um])
    return {"rate_over_day_zero": LampLoss(band).value(exposure.mjd(band), ends)}


def truth_bytes(
    seed: int, size: str, instrument: Instrument, products: dict[str, dict[str, Any]]
) -> bytes:
    """Return the truth as the bytes of a JSON file.

    Parameters
    ----------
    seed : int
        Of the demo.
    size : str
        Of the demo.
    instrument : Instrument
        All that was drawn once.
    products : dict
        Truth of each file, by its name.
    """
    truth = {
        "about": _ABOUT,
        "seed": seed,
        "size": size,
        "bands": {band.name: _band_truth(instrument, band) for band in bands()},
        "point_spread": {
            "fwhm_slope_arcsec_per_um": FWHM_SLOPE_ARCSEC_PER_UM,
            "fwhm_offset_arcsec": FWHM_OFFSET_ARCSEC,
            "channels": {str(channel): _spread_truth(channel) for channel in range(1, 5)},
        },
        "stars": {exposure.star: _star_truth(exposure) for exposure in standard_stars()},
        "visit_scatter": visit_scatter(),
        "lamps": lamp_truth(),
        "leak": leak_truth(),
        "products": products,
    }
    text = json.dumps(_rounded(truth), indent=1, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode()


def _band_truth(instrument: Instrument, band: Band) -> dict[str, Any]:
    grid = np.linspace(band.wave_min_um, band.wave_max_um, _GRID)
    return {
        "wave_um": grid,
        "calibration_factor": instrument.responses[band.name].factor(grid),
        "star_factor": {
            exposure.star: instrument.star_factor(exposure.star, grid)
            for exposure in standard_stars()
        },
        "earlier_factor": instrument.earlier_factor(band, grid),
        "pixel_area_sr": spaxel_area_sr(band),
    }


def _spread_truth(channel: int) -> dict[str, Any]:
    spread = point_spread(channel)
    wave = np.array(10.0)
    return {
        "fractions": list(spread.fractions),
        "sigmas_fwhm": list(spread.sigmas_fwhm),
        "aperture_correction_2_fwhm": spread.aperture_correction(APERTURE_FWHM, wave),
        "aperture_correction_2_fwhm_annulus_3_4": spread.aperture_correction(
            APERTURE_FWHM, wave, annulus=ANNULUS
        ),
    }


def _star_truth(exposure: Exposure) -> dict[str, Any]:
    star = exposure.photosphere
    return {
        "class": star.star_class,
        "temperature_k": star.temperature_k,
        "flux_10um_jy": star.flux_10um_jy,
        "wind_features": star.wind_features,
        "carbon_monoxide_rms": star.carbon_monoxide_rms,
        "offset": exposure.offset,
        "trend": exposure.trend,
    }


def _rounded(value: Any) -> Any:
    """Return ``value`` with plain numbers of nine significant digits."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    if isinstance(value, np.ndarray):
        return _rounded(_list(value))
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def _list(values: FloatArray) -> Any:
    return values.tolist()
