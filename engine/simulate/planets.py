"""Giant planets of known temperature: surface brightness by the MRS, temperatures by others."""

import io
from typing import Any

import numpy as np
from astropy import constants

from engine.arrays import FloatArray
from engine.resources import read_toml
from engine.simulate.observations import Made

_WAVE_UM = np.arange(15.4, 27.9, 0.02)
_LATITUDES = np.arange(0.0, 90.1, 5.0)
_REFERENCE_LATITUDES = np.arange(-10.0, 90.1, 10.0)
_REFERENCE_PER_CM = np.arange(350.0, 660.0, 5.0)
_SIGMAS = 5.0  # of the response, on both sides
_LIGHT_UM = constants.c.si.value * 1e6
_SEEN = ("wave_um", "surf_bright_mjy_sr", "surf_bright_error_mjy_sr")
_C2_UM_K = (constants.h * constants.c / constants.k_B).si.value * 1e6


def planet_map(rng: np.random.Generator) -> Made:
    """Make the surface brightness of the planet over latitude and wavelength."""
    settings = read_toml("demo_comparisons.toml")["planet"]
    temperature = _before(_WAVE_UM, _LATITUDES) + warming(_WAVE_UM, _LATITUDES)
    bright = bright_mjy_sr(_WAVE_UM, temperature)
    error = settings["noise_percent"] / 100.0 * bright
    noisy = bright + error * rng.standard_normal(bright.shape)
    head = _HEAD.format(
        columns=_columns("latitude_deg", *_SEEN),
        target=settings["target"],
        instrument="MIRI",
    )  # fmt: skip
    rows = (
        f"{latitude:g} {wave:.3f} {noisy[i, j]:.6g} {error[i, j]:.3g}\n"
        for i, latitude in enumerate(_LATITUDES)
        for j, wave in enumerate(_WAVE_UM)
    )
    truth = {
        "kind": "map of surface brightness",
        "wave_um": _WAVE_UM[::25],
        "latitude_deg": _LATITUDES,
        "warmer_k": warming(_WAVE_UM[::25], _LATITUDES),
    }
    return Made(_text(head, rows), truth)


def reference_map(_rng: np.random.Generator) -> Made:
    """Make the brightness temperatures that another spacecraft measured before."""
    settings = read_toml("demo_comparisons.toml")["planet"]
    sigma = settings["response_per_cm"] / np.sqrt(8.0 * np.log(2.0))
    offsets = np.linspace(-_SIGMAS, _SIGMAS, 81) * sigma
    weight = np.exp(-0.5 * (offsets / sigma) ** 2)
    fine = 1e4 / (_REFERENCE_PER_CM[:, None] + offsets)  # wavelengths around each wavenumber
    wave = 1e4 / _REFERENCE_PER_CM
    head = _HEAD.format(
        columns=_columns("latitude_deg", "wave_um", "temperature_k"),
        target=settings["target"],
        instrument=settings["reference"],
    )
    lines = []
    for latitude in _REFERENCE_LATITUDES:
        before = _before(fine.ravel(), np.array([latitude]))[0]
        bright = bright_mjy_sr(fine.ravel(), before[np.newaxis])[0].reshape(fine.shape)
        seen = (bright * weight).sum(axis=1) / weight.sum()
        found = _temperature_of(wave, seen)
        lines += [f"{latitude:g} {w:.5f} {t:.4f}\n" for w, t in zip(wave, found, strict=True)]
    return Made(_text(head, lines), {"kind": "map of temperature"})


def cold_planet_spectrum(rng: np.random.Generator) -> Made:
    """Make the surface brightness of a cold planet that is slightly warmer than before."""
    settings = read_toml("demo_comparisons.toml")["cold_planet"]
    planet = read_toml("demo_comparisons.toml")["planet"]
    wave = _WAVE_UM[_WAVE_UM > 18.0]
    warm = np.full((1, wave.size), settings["temperature_k"] + settings["warmer_k"])
    bright = bright_mjy_sr(wave, warm)[0]
    error = planet["noise_percent"] / 100.0 * bright
    noisy = bright + error * rng.standard_normal(wave.size)
    head = _HEAD.format(
        columns=_columns(*_SEEN),
        target=settings["target"],
        instrument="MIRI",
    )
    rows = (f"{w:.3f} {b:.6g} {e:.3g}\n" for w, b, e in zip(wave, noisy, error, strict=True))
    return Made(_text(head, rows), {"kind": "surface brightness", **settings})


def cold_planet_reference(_rng: np.random.Generator) -> Made:
    """Make the temperatures of the cold planet before, at the wavelengths that were seen then."""
    settings = read_toml("demo_comparisons.toml")["cold_planet"]
    head = _HEAD.format(
        columns=_columns("wave_um", "temperature_k"),
        target=settings["target"],
        instrument=settings["reference"],
    )
    rows = (f"{wave:.3f} {settings['temperature_k']:.3f}\n" for wave in np.arange(24.6, 50.0, 0.2))
    return Made(_text(head, rows), {"kind": "temperature"})


def warming(wave_um: FloatArray, latitude_deg: FloatArray) -> FloatArray:
    """Return how much warmer the planet has become, shape (latitudes, wavelengths). Unit: K."""
    settings = read_toml("demo_comparisons.toml")["planet"]
    near_17 = np.exp(-0.5 * ((wave_um - 17.0) / 1.2) ** 2)
    long, at_17 = settings["warmer_long_k"], settings["warmer_17um_k"]
    over_wave = long + (at_17 - long) * near_17
    poleward = 1.0 + (settings["at_the_pole"] - 1.0) * (np.abs(latitude_deg) / 90.0) ** 3
    mean = float(np.mean(1.0 + (settings["at_the_pole"] - 1.0) * (_LATITUDES / 90.0) ** 3))
    result: FloatArray = poleward[:, None] * over_wave / mean
    return result


def bright_mjy_sr(wave_um: FloatArray, temperature_k: FloatArray) -> FloatArray:
    """Return the surface brightness of black bodies. Units: um, K, MJy/sr."""
    nu = _LIGHT_UM / wave_um
    bright: FloatArray = (
        2.0 * constants.h.si.value * nu**3 / constants.c.si.value**2
        / np.expm1(_C2_UM_K / (wave_um * temperature_k)) * 1e20
    )  # fmt: skip
    return bright


def _temperature_of(wave_um: FloatArray, mjy_sr: FloatArray) -> FloatArray:
    nu = _LIGHT_UM / wave_um
    top = 2.0 * constants.h.si.value * nu**3 / constants.c.si.value**2 * 1e20
    found: FloatArray = _C2_UM_K / (wave_um * np.log1p(top / mjy_sr))
    return found


def _before(wave_um: FloatArray, latitude_deg: FloatArray) -> FloatArray:
    """Return the temperatures before, shape (latitudes, wavelengths). Unit: K."""
    tropopause = 11.0 * np.exp(-0.5 * ((wave_um - 18.0) / 2.2) ** 2)
    over_wave = 97.5 - tropopause + 0.6 * (wave_um - 22.0)
    over_latitude = 2.5 * np.cos(np.radians(2.0 * latitude_deg)) * 0.6
    result: FloatArray = over_wave[np.newaxis] + over_latitude[:, np.newaxis]
    return result


_UNITS = {
    "latitude_deg": "deg", "wave_um": "um", "surf_bright_mjy_sr": "MJy / sr",
    "surf_bright_error_mjy_sr": "MJy / sr", "temperature_k": "K",
}  # fmt: skip
_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
{columns}
# meta: {{kind: map, target: {target}, instrument: {instrument}}}
# schema: astropy-2.0
"""


def _columns(*names: str) -> str:
    return "\n".join(f"# - {{name: {n}, unit: {_UNITS[n]}, datatype: float64}}" for n in names)


def _text(head: str, rows: Any) -> bytes:
    names = [
        line.split("name: ")[1].split(",")[0] for line in head.splitlines() if "name: " in line
    ]
    lines = io.StringIO()
    lines.write(head)
    lines.write(" ".join(names) + "\n")
    lines.writelines(rows)
    return lines.getvalue().encode()
