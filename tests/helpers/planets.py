"""Maps of black bodies, open in a session."""

import numpy as np

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.model.tabulated import DataTable

WAVE = np.linspace(15.0, 27.9, 700)
LATITUDES = np.array([0.0, 30.0, 60.0])
_C2 = 14387.768775


def body(temperature, wave=WAVE):
    """Return I_nu of a black body in MJy/sr: constants of CODATA 2018."""
    nu = 2.99792458e14 / wave
    return (
        2.0 * 6.62607015e-34 * nu**3 / 2.99792458e8**2 / np.expm1(_C2 / wave / temperature) * 1e20
    )


def planet_table(temperatures, *, target="Saturn", instrument="MIRI", kind="bright"):
    """Return a map with one temperature a latitude; one temperature alone makes a spectrum."""
    is_spectrum = len(temperatures) == 1
    latitude = np.repeat(LATITUDES[: len(temperatures)], WAVE.size)
    values = np.concatenate(
        [body(t) if kind == "bright" else np.full(WAVE.size, t) for t in temperatures]
    )
    columns = {"wave_um": frozen(np.tile(WAVE, len(temperatures)))}
    if not is_spectrum:
        columns["latitude_deg"] = frozen(latitude)
    columns["surf_bright_mjy_sr" if kind == "bright" else "temperature_k"] = frozen(values)
    return DataTable("", columns, {}, identity=Identity(target=target, instrument=instrument))


def open_planets(files):
    """Open a map of Saturn by MIRI and by CIRS, and a spectrum of Uranus; return ``files``."""
    files.add(planet_table([91.0, 95.0, 99.0]), "map", "other", name="saturn.ecsv")
    cirs = planet_table([90.0, 94.0, 96.0], instrument="CIRS", kind="kelvin")
    files.add(cirs, "map", "other", name="cirs.ecsv")
    files.add(planet_table([55.0], target="Uranus"), "map", "other", name="uranus.ecsv")
    return files
