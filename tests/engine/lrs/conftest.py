"""Slit nods and ramps of the simulation, small enough for the fast tier."""

import numpy as np
import pytest

from engine.model.identity import Identity, Origin
from engine.model.image import Image
from engine.model.spectrum import Spectrum
from engine.simulate.lrs_scene import Source
from engine.simulate.lrs_slit import NodTruth, slit_nod

BLUE = Source("BD+60 1753", "blue", 0.016, "1536", "41", 59742.2)
RED = Source("SAO 206462", "red", 0.060, "1282", "55", 60013.7)
SLIT = Identity(exp_type="MIR_LRS-FIXEDSLIT", instrument="MIRI")
SLITLESS = Identity(exp_type="MIR_LRS-SLITLESS", instrument="MIRI", subarray="SLITLESSPRISM")
READ = Origin(header=(("NFRAMES", "1"), ("NGROUPS", "10"), ("READPATT", "FASTR1")))


class Nods:
    """Makes nods with a known truth."""

    blue, red = BLUE, RED

    def make(self, seed=1, *, source=BLUE, nod=0, level=1.0, runs=(), stated=0.25, noise=3e-5):
        """Return the simulated arrays of one nod."""
        rng = np.random.default_rng([seed, nod])
        truth = NodTruth(level, stated, tuple(runs))
        return slit_nod(source, nod, truth, rng, noise_jy=noise)

    def image(self, made, *, wave=True, flags=True):
        """Return the s2d image of one nod."""
        waves = np.repeat(made.wave_um[:, None], made.data.shape[1], axis=1)
        return Image(
            data=made.data.astype(np.float32),
            error=made.error.astype(np.float32),
            flags=made.flags if flags else np.zeros_like(made.flags),
            unit="MJy/sr",
            wave_um=waves if wave else None,
            kind="s2d",
            identity=SLIT,
        )

    def spectrum(self, made, *, exp_type="MIR_LRS-FIXEDSLIT"):
        """Return the extracted spectrum of one nod."""
        order = np.argsort(made.wave_um)
        return Spectrum(
            made.wave_um[order],
            made.flux_jy[order],
            made.flux_error_jy[order],
            made.spectrum_flags,
            "Jy",
            identity=Identity(exp_type=exp_type, instrument="MIRI"),
        )


@pytest.fixture(scope="session")
def nods():
    """Return the maker of nods."""
    return Nods()
