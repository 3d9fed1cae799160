"""In which units wavelengths and fluxes are read on the screen.

Results, tables and files keep theirs: a choice made here changes what axes and the cursor say, and
nothing else. Axes take it by their label (`reading_of`), read-outs by `wave_text` and `flux_text`.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from engine.arrays import FloatArray
from guiapp.look.numbers import NO_VALUE, fixed_text, number_text

WaveUnit = Literal["µm", "cm⁻¹", "km/s"]
FluxUnit = Literal["Jy", "mJy", "Fλ", "mag"]
WAVE_UNITS: tuple[WaveUnit, ...] = get_args(WaveUnit)
FLUX_UNITS: tuple[FluxUnit, ...] = get_args(FluxUnit)
#: What is measured in a unit of the data, as axes call it.
QUANTITIES = {"Jy": "Flux density", "DN/s": "Count rate", "MJy/sr": "Surface brightness"}
FLAM = "W m⁻² µm⁻¹"  #: unit of flux per wavelength
FIRST_LINE_UM = 12.3719  #: H I 7–6

_AMONG = 99.0  # percent of the samples that are below what counts as the largest
_C_KM_S = 299_792.458
_FLAM_PER_JY = 2.99792458e-12  # W m^-2 um^-1 at 1 um; falls with the square of the wavelength
_ZERO_JY = 10.0 ** (-0.4 * 48.60) * 1e23  # of AB magnitudes (Oke & Gunn 1983)
_MJY_ARCSEC2 = 1e9 * (math.pi / 648_000.0) ** 2  # mJy/arcsec^2 in 1 MJy/sr
_ZERO_MJY_SR = _ZERO_JY * 1e3 / _MJY_ARCSEC2
_POWER = re.compile(rf"Fλ \(10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+) {FLAM}\)")
_SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_UPRIGHT = str.maketrans(_SUPERSCRIPTS, "-0123456789")
_RAISED = str.maketrans("-0123456789", _SUPERSCRIPTS)
_LABEL = re.compile(r"(?P<name>.*?) ?\((?P<unit>µm|Jy|MJy/sr)\)")

Convert = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Reading:
    """How numbers along an axis are read.

    Attributes
    ----------
    label : str
        Name of the axis, unit included.
    to_shown, to_data : callable
        From the unit of the data to the one that is shown, and back.
    suits_log : bool
        Whether the shown values are above zero, so that a log axis of them has decades.
    needs_log : bool
        Whether a linear axis is not read so: its numbers would be crowded at one end.
    is_even : bool
        Whether equal steps of what is shown are equal steps of the data.
    """

    label: str
    to_shown: Convert
    to_data: Convert
    suits_log: bool = True
    needs_log: bool = False
    is_even: bool = True


class ShownUnits(QObject):
    """The units in use. There is one in a process, as there is one theme.

    Attributes
    ----------
    wave : str
        One of `WAVE_UNITS`.
    line_um : float
        Where the velocity is zero. Unit: um.
    flux : str
        One of `FLUX_UNITS`; surface brightness is read in what belongs to it.

    Signals
    -------
    changed()
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.wave: WaveUnit = "µm"
        self.line_um = FIRST_LINE_UM
        self.flux: FluxUnit = "Jy"

    def choose(
        self,
        *,
        wave: WaveUnit | None = None,
        flux: FluxUnit | None = None,
        line_um: float | None = None,
    ) -> None:
        """Read in other units from now on; what is not given stays."""
        before = (self.wave, self.flux, self.line_um)
        self.wave = self.wave if wave is None else wave
        self.flux = self.flux if flux is None else flux
        self.line_um = self.line_um if line_um is None else line_um
        if (self.wave, self.flux, self.line_um) != before:
            self.changed.emit()


shown_units = ShownUnits()


def reading_of(label: str) -> Reading | None:
    """Return how an axis called ``label`` is read; `None`: as its data are."""
    power = _POWER.fullmatch(label)
    if power is not None:
        return _in_powers(label, float(f"1e{power['power'].translate(_UPRIGHT)}"))
    found = _LABEL.fullmatch(label)
    if found is None:
        return None
    if found["unit"] == "µm":
        return _wave_reading() if found["name"] == "Wavelength" else None
    return _flux_reading(found["name"], found["unit"])


def wave_text(wave_um: float, decimals: int = 4) -> str:
    """Return a wavelength, with ``decimals`` decimals in um, as it is read now, sign included."""
    if shown_units.wave == "µm":
        return f"λ {fixed_text(wave_um, decimals)} µm"
    if not (math.isfinite(wave_um) and wave_um > 0):
        return NO_VALUE
    if shown_units.wave == "cm⁻¹":
        finest = 1e4 / wave_um**2 * 10.0**-decimals
        return f"ν̃ {fixed_text(1e4 / wave_um, _decimals(finest))} cm⁻¹"
    finest = _C_KM_S / shown_units.line_um * 10.0**-decimals
    velocity = _C_KM_S * (wave_um / shown_units.line_um - 1.0)
    return f"v {fixed_text(velocity, _decimals(finest))} km/s"


def flux_text(
    value: float, error: float | None = None, unit: str = "", wave_um: float | None = None
) -> str:
    """Return a value with its error as it is read now; other units than Jy and MJy/sr stay.

    Parameters
    ----------
    value, error : float
        In ``unit``.
    unit : str
        Unit of the data.
    wave_um : float, optional
        Without it there is no flux per wavelength. Unit: um.
    """
    if unit == "Jy" and shown_units.flux == "Fλ" and wave_um is not None:
        scale = _FLAM_PER_JY / wave_um**2
        return number_text(value * scale, None if error is None else error * scale, FLAM)
    reading = reading_of(f"Flux ({unit})") if unit in {"Jy", "MJy/sr"} else None
    if reading is None:
        return number_text(value, error, unit)
    shown = float(reading.to_shown(np.array([value]))[0])
    if shown_units.flux == "mag":
        known = error is not None and value > 0
        error = 2.5 / math.log(10.0) * error / value if known and error is not None else None
        return number_text(shown, error, _unit_in(reading.label))
    return number_text(
        shown, None if error is None else error * shown / value, _unit_in(reading.label)
    )


def flux_factor(unit: str, wave_um: FloatArray) -> FloatArray | float:
    """Return what spectra in ``unit`` are multiplied with to be drawn: flux per wavelength or 1.

    A factor that is the same at all wavelengths is left to the axis.
    """
    if unit == "Jy" and shown_units.flux == "Fλ":
        factor: FloatArray = _FLAM_PER_JY / np.asarray(wave_um, dtype=np.float64) ** 2
        return factor
    return 1.0


def flux_label(name: str, unit: str, largest: float = math.nan) -> str:
    """Return the name of an axis of spectra that are drawn with `flux_factor`.

    Flux per wavelength is read in the power of ten of ``largest``, the largest value that is drawn:
    numbers with powers of their own have no room beside a plot.
    """
    if unit == "Jy" and shown_units.flux == "Fλ":
        power = math.floor(math.log10(largest)) if 0.0 < largest < math.inf else 0
        return f"Fλ (10{str(power).translate(_RAISED)} {FLAM})" if power else f"Fλ ({FLAM})"
    return f"{name} ({unit})" if unit else name


def largest_of(values: Iterable[FloatArray]) -> float:
    """Return the largest of all values, but for the few that ran away; NaN: there is none."""
    known = [one[np.isfinite(one)] for one in values]
    peaks = [float(np.percentile(one, _AMONG)) for one in known if one.size]
    return max(peaks, default=math.nan)


def _in_powers(label: str, unit: float) -> Reading:
    return Reading(label, lambda v: v / unit, lambda v: v * unit)


def _wave_reading() -> Reading | None:
    if shown_units.wave == "cm⁻¹":
        return Reading("Wavenumber (cm⁻¹)", _inverse, _inverse, is_even=False)
    if shown_units.wave == "km/s":
        line = shown_units.line_um
        return Reading(
            f"Velocity around {fixed_text(line, 4)} µm (km/s)",
            lambda wave: _C_KM_S * (wave / line - 1.0),
            lambda speed: line * (1.0 + speed / _C_KM_S),
            suits_log=False,
        )
    return None


def _flux_reading(name: str, unit: str) -> Reading | None:
    is_bright = unit == "MJy/sr"
    if shown_units.flux == "mJy":
        factor = _MJY_ARCSEC2 if is_bright else 1e3
        shown = "mJy/arcsec²" if is_bright else "mJy"
        return Reading(f"{name} ({shown})", lambda v: v * factor, lambda v: v / factor)
    if shown_units.flux == "mag" and "rror" not in name:
        zero = _ZERO_MJY_SR if is_bright else _ZERO_JY
        shown = "AB mag/arcsec²" if is_bright else "AB mag"
        return Reading(
            f"{name} ({shown})",
            lambda v: _magnitude(v / zero),
            lambda v: zero * 10.0 ** (-0.4 * v),
            suits_log=False,
            needs_log=True,
        )
    return None


def _inverse(values: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        inverse: FloatArray = 1e4 / np.asarray(values, dtype=np.float64)
    return inverse


def _magnitude(ratio: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: FloatArray = -2.5 * np.log10(ratio)
    return found


def _decimals(finest: float) -> int:
    return max(0, math.ceil(-math.log10(finest) - 1e-9)) if finest > 0 else 0


def _unit_in(label: str) -> str:
    return label.rpartition("(")[2].rstrip(")")
