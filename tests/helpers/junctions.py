"""Sources with a known jump between two bands, made without the engine's numerics."""

import numpy as np

from engine.arrays import frozen
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from tests.helpers.open_files import OpenFiles

JUMP_LEVELS = np.geomspace(0.05, 5.0, 6)
JUMP = 1.03
_SIDES = (("2A", 7.51, 8.77, 1.0), ("2B", 8.67, 10.13, JUMP))


def two_sides(rng, level, *, program, mjd):
    """Return 2A and 2B of a source; 2B lies 3 % above."""
    found = []
    for band, low_um, high_um, scale in _SIDES:
        wave = np.arange(low_um, high_um, 0.0015)
        error = np.full(wave.size, level / 300.0)
        identity = Identity(
            target=f"Star {program}", program=program, observation="1", band=band, mjd=mjd
        )
        found.append(
            Spectrum(
                frozen(wave),
                frozen(scale * level + error * rng.standard_normal(wave.size)),
                frozen(error),
                frozen(np.zeros(wave.size), dtype=np.uint32),
                "Jy",
                identity,
            )
        )
    return found


def jumping_stars(rng, levels=JUMP_LEVELS):
    """Open one star for each level, 100 days apart: Star 1 with e1 and e2, and so on."""
    files = OpenFiles()
    for number, level in enumerate(levels):
        mjd = 59700.0 + 100.0 * number
        for one in two_sides(rng, level, program=str(number + 1), mjd=mjd):
            files.add(one, "spectrum", "standard star")
    return files
