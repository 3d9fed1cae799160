"""Stars and lamps in 4A that lose the same, and references that say how much."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from engine.model.bands import band_named
from engine.model.frames import SHAPE
from engine.model.identity import Identity
from engine.model.photom import PhotomReference
from engine.model.spectrum import Spectrum
from engine.simulate.lamps import DAY_ZERO_MJD, LampLoss, lamp_days, lamp_rates
from engine.simulate.spectra import simulate_response_spectrum

BAND = band_named("4A")
DAYS = {"e1": 20.0, "e2": 700.0}


def add_stars(files, *, unit="DN/s"):
    """Open the same star on two days, with the loss of its lamp: it is the same on day zero."""
    observed, model, _ = simulate_response_spectrum(
        np.random.default_rng(4), "4A", unit=unit, snr=2000.0, outlier_fraction=0.0
    )
    for number, day in enumerate(DAYS.values(), start=1):
        lost = LampLoss(BAND).value(DAY_ZERO_MJD + day, observed.wave_um)
        identity = replace(
            observed.identity, target="Star", program="1", observation=str(number),
            mjd=DAY_ZERO_MJD + day,
        )  # fmt: skip
        seen = replace(
            observed, flux=observed.flux * lost, error=observed.error * lost, identity=identity
        )
        files.add(seen, "spectrum", "standard star")
        entry = files.session.entries[-1]
        files.session = files.session.with_entries([replace(entry, units=(unit,))])
    files.add(replace(model, identity=Identity(target="Star")), "model spectrum", "model")
    return observed


def add_lamps(files, *, days=None):
    """Open the lamp spectra of 4A, a file a day."""
    wave, rates, errors = lamp_rates(BAND, np.random.default_rng(1))
    flags = np.zeros(wave.size, dtype=np.uint32)
    for day, rate, error in list(zip(lamp_days(BAND), rates, errors, strict=True))[:days]:
        identity = Identity(target="lamp", band="4A", mjd=DAY_ZERO_MJD + day)
        spectrum = Spectrum(wave, rate, np.array(error), flags, "DN/s", identity)
        files.add(spectrum, "spectrum", "lamp", name=f"lamp{day}.fits")


def add_loss_reference(files, **tables):
    """Open a photom reference of 34A with tables of the loss."""
    reference = PhotomReference(
        frame="34A",
        factor=np.ones(SHAPE, np.float32),
        error=np.ones(SHAPE, np.float32),
        flags=np.zeros(SHAPE, np.uint32),
        losses=MappingProxyType(tables),
        identity=Identity(band="4A", detector="MIRIFULONG"),
    )
    files.add(reference, "photom reference", "other", name="photom.fits")


def loss_columns(drop):
    """Return an exponential table that falls by ``drop``."""
    zero = np.full(2, 59680.0)
    return {
        "binwave": np.array([17.7, 20.9]),
        "acoeff": np.full(2, drop),
        "bcoeff": np.full(2, 0.5),
        "ccoeff": np.full(2, 1.0 - drop),
        "x0": zero,
    }
