"""The asteroid and the red disk of the demo, as products with their truth."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from engine.model.bands import Band
from engine.model.identity import Identity
from engine.resources import read_toml
from engine.simulate.fits_products import x1d_bytes
from engine.simulate.fringes import Fringes, draw_fringes
from engine.simulate.instrument import Instrument
from engine.simulate.jwst_headers import product_name
from engine.simulate.lamps import LampLoss
from engine.simulate.leak import LEAKING_BAND, LEAKY_BAND, add_leak
from engine.simulate.observations import Made
from engine.simulate.photospheres import Photosphere
from engine.simulate.program import Exposure, noise_budget
from engine.simulate.signal import dimmed
from engine.simulate.spectra import observe_spectrum
from engine.simulate.thermal_sources import (
    ASTEROID_TEMPERATURE_K,
    DOWNTURN,
    DOWNTURN_FROM_UM,
    REFLECTED_AT_5_UM,
    Source,
    draw_band_scales,
    source_signal,
)
from engine.simulate.truth import rate_truth, truth_of_exposure

_OUTLIER_FRACTION = 0.015
_SCALE_SEED = 3  # of the levels of the asteroid: they are drawn once a demo
_SUN = Photosphere("G", 5772.0, 1.0)
_STAR_OF_DISK = Photosphere("A", 6600.0, 1.0)


@cache
def red_exposures() -> tuple[Exposure, ...]:
    """Return the observations of 515 Athalia and SAO 206462 (Law+2025, Table 1)."""
    table = read_toml("published/law2025_table1.toml")
    published = {row["star"]: row for row in table["observation"]}
    found = []
    for row in read_toml("demo.toml")["red_source"]:
        observed = published[row["name"]]
        measured = {
            band: float(value)
            for band, value in zip(table["bands"], observed["snr"], strict=True)
            if np.isfinite(value)
        }
        is_asteroid = row["role"] == "asteroid"
        found.append(
            Exposure(
                star=row["name"],
                header_name=row["name"],
                photosphere=_SUN if is_asteroid else _STAR_OF_DISK,
                program=observed["program"],
                observation=observed["observation"],
                date=row["date"],
                sky_deg=(float(row["sky_deg"][0]), float(row["sky_deg"][1])),
                snr=tuple(measured.items()),
                offset=0.0,
                trend=0.0,
                source=row["role"],
                names=tuple(measured),
            )
        )
    return tuple(found)


def red_spectrum(
    instrument: Instrument, seed: int, exposure: Exposure, band: Band, rng: np.random.Generator
) -> Made:
    """Make the extracted spectrum of the asteroid or the disk, in DN/s.

    Parameters
    ----------
    instrument : Instrument
        Its response is what the mean over the standard stars gives.
    seed : int
        Of the demo: the levels of the asteroid follow from it.
    exposure, band
        What is observed.
    rng : numpy.random.Generator
        Of this spectrum.
    """
    source: Source = "asteroid" if exposure.source == "asteroid" else "red disk"
    scales = draw_band_scales(np.random.default_rng([seed, _SCALE_SEED]))
    scale = scales[band.name] if source == "asteroid" else 1.0
    budget = noise_budget(replace(exposure, photosphere=_STAR_OF_DISK), band)
    fringes = draw_fringes(rng, band, amplitude=budget.fringe_amplitude)
    signal = source_signal(
        source, instrument.responses[band.name], fringes, snr=budget.snr, scale=scale
    )
    if band.name == LEAKY_BAND and LEAKING_BAND in exposure.names:
        level = scales[LEAKING_BAND] if source == "asteroid" else 1.0
        leaking = source_signal(
            source, instrument.responses[LEAKING_BAND], Fringes(()), snr=1.0, scale=level
        )
        signal = add_leak(signal, leaking)
    signal = dimmed(signal, LampLoss(band).value(exposure.mjd(band), signal.wave_um))
    identity = Identity(
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
    spectrum = observe_spectrum(rng, signal, identity, outlier_fraction=_OUTLIER_FRACTION)
    name = product_name(exposure, band, "x1d")
    truth: dict[str, Any] = {
        **truth_of_exposure(exposure, band, budget, fringes),
        **rate_truth(exposure, band),
        "kind": f"{source} in DN/s",
        "outliers": _OUTLIER_FRACTION,
    }
    if source == "asteroid":
        truth |= {
            "scale": scale,
            "temperature_k": ASTEROID_TEMPERATURE_K,
            "reflected_at_5_um": REFLECTED_AT_5_UM,
        }
        if band.name == "4B":
            truth |= {"downturn": DOWNTURN, "downturn_from_um": DOWNTURN_FROM_UM}
    return Made(x1d_bytes(spectrum, exposure, band, filename=name), truth)
