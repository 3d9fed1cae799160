"""Lamp spectra of two years, in which the count rate falls as it fell in flight.

The loss of each band levels off with a time of its own and rises with wavelength inside the band;
from band to band it jumps, for it arises in optics that each setting has to itself.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import FloatArray
from engine.model.bands import Band, bands

DAY_ZERO_MJD = 59680.0
#: Days after MJD 59680 (2022-04-11): none in autumn 2022, when the MRS was off.
DAYS = (0.0, 24.0, 51.0, 79.0, 112.0, 138.0, 268.0, 331.0, 392.0, 453.0, 516.0, 588.0, 661.0, 742.0)
#: The long settings have the first day, and then none before March 2023 (Law+2025, Fig. 5).
LONG_SINCE_DAY = 330.0
_PROGRAM = "4489"
_SAMPLES = 40
_SNR = 350.0
#: Loss at the middle of each band on the last day, and how fast it comes (days).
_LOSSES = {
    "1A": (0.012, 260.0), "1B": (0.014, 260.0), "1C": (0.018, 260.0),
    "2A": (0.022, 260.0), "2B": (0.026, 260.0), "2C": (0.030, 260.0),
    "3A": (0.045, 240.0), "3B": (0.060, 240.0), "3C": (0.085, 240.0),
    "4A": (0.200, 210.0), "4B": (0.360, 205.0), "4C": (0.500, 200.0),
}  # fmt: skip
_TILT = 0.08  # rise of the loss from the middle of a band to its end


@dataclass(frozen=True, slots=True)
class LampLoss:
    """The loss that was put into one band.

    Attributes
    ----------
    band : Band
        Where.
    """

    band: Band

    @property
    def days(self) -> float:
        """Days in which what is still to be lost falls to 1/e."""
        return _LOSSES[self.band.name][1]

    def value(self, mjd: float, wave_um: FloatArray) -> FloatArray:
        """Return count rate over that of day zero. Units: d, um."""
        final, scale = _LOSSES[self.band.name]
        middle = 0.5 * (self.band.wave_min_um + self.band.wave_max_um)
        half = 0.5 * (self.band.wave_max_um - self.band.wave_min_um)
        grown = -np.expm1(-(mjd - DAY_ZERO_MJD) / scale) / -np.expm1(-DAYS[-1] / scale)
        lost = final * (1.0 + _TILT * (wave_um - middle) / half)
        result: FloatArray = 1.0 - lost * grown
        return result


def lamp_days(band: Band) -> tuple[float, ...]:
    """Return the days after MJD 59680 on which the lamp was seen in ``band``."""
    if band.grating == "LONG":
        return tuple(day for day in DAYS if day == DAYS[0] or day > LONG_SINCE_DAY)
    return DAYS


def lamp_rates(
    band: Band, rng: np.random.Generator, *, snr: float = _SNR
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return wavelengths, rates of every date and their errors: DN/s, one row a date."""
    wave = np.linspace(band.wave_min_um, band.wave_max_um, _SAMPLES)
    lamp = 180.0 * np.exp(-0.5 * ((wave - 11.0) / 9.0) ** 2) * (1.0 + 0.05 * np.sin(40.0 / wave))
    loss = LampLoss(band)
    true = np.array([lamp * loss.value(DAY_ZERO_MJD + day, wave) for day in lamp_days(band)])
    error = np.broadcast_to(lamp / snr, true.shape)
    return wave, true + error * rng.standard_normal(true.shape), error


def lamp_table(rng: np.random.Generator) -> bytes:
    """Return lamp spectra of all bands and dates as one ECSV table."""
    lines = io.StringIO()
    lines.write(_HEAD)
    for band in bands():
        wave, rates, errors = lamp_rates(band, rng)
        for day, rate, error in zip(lamp_days(band), rates, errors, strict=True):
            for sample in zip(wave, rate, error, strict=True):
                numbers = " ".join(f"{one:.6g}" for one in sample)
                lines.write(f"{band.name} {DAY_ZERO_MJD + day:.1f} {_PROGRAM} {numbers}\n")
    return lines.getvalue().encode()


def lamp_truth() -> dict[str, Any]:
    """Return the loss that was put into each band."""
    truth: dict[str, Any] = {}
    for band in bands():
        wave = np.linspace(band.wave_min_um, band.wave_max_um, _SAMPLES)
        truth[band.name] = {
            "wave_um": wave,
            "days": list(lamp_days(band)),
            "loss_on_last_day": LampLoss(band).value(DAY_ZERO_MJD + DAYS[-1], wave),
            "loss_of_middle_and_days": list(_LOSSES[band.name]),
        }
    return truth


_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: band, datatype: string}
# - {name: mjd, unit: d, datatype: float64}
# - {name: program, datatype: string}
# - {name: wave_um, unit: um, datatype: float64}
# - {name: rate_dn_s, unit: DN / s, datatype: float64}
# - {name: rate_error_dn_s, unit: DN / s, datatype: float64}
# meta: {kind: lamp, target: lamp}
# schema: astropy-2.0
band mjd program wave_um rate_dn_s rate_error_dn_s
"""
