"""An asteroid and a red disk in a session, a file a band."""

from dataclasses import replace

import numpy as np

from engine.model.bands import bands
from engine.model.identity import Identity
from engine.simulate.thermal_sources import simulate_channel4
from tests.helpers.open_files import OpenFiles

#: Signal-to-noise ratios of 515 Athalia and SAO 206462 (Law+2025, Table 1).
ASTEROID_SNR = dict(
    zip(
        [band.name for band in bands()],
        [13, 43, 127, 252, 377, 485, 727, 799, 737, 658, 464, 165],
        strict=True,
    )
)
DISK_SNR = {"3C": 943, "4A": 711, "4B": 713, "4C": 310}


def made_sources(seed=21):
    """Return simulated spectra of both with their truth."""
    return simulate_channel4(np.random.default_rng(seed), snr=ASTEROID_SNR, disk_snr=DISK_SNR)


def open_sources(made, *, without=()):
    """Return both sources, a file a band: calibrated in Jy up to 3C, in DN/s beyond."""
    files = OpenFiles()
    for role, target, program, observation, spectra in (
        ("asteroid", "515 Athalia", "1549", "6", made.asteroid),
        ("red disk", "SAO 206462", "1282", "55", made.disk),
    ):
        for band, spectrum in spectra.items():
            if f"{target} {band}" in without:
                continue
            identity = Identity(
                target=target,
                program=program,
                observation=observation,
                band=band,
                mjd=60000.0,
                instrument="MIRI",
            )
            files.add(replace(spectrum, identity=identity), "spectrum", role)
    return files
