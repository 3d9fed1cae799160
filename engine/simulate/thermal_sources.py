"""An asteroid and a red disk: what they send, and what the MRS records of them.

The asteroid is a gray body that reflects sunlight; its level differs from band to band because it
turns while the gratings follow each other. The disk is warm dust around a star, smooth and rising
to the longest wavelengths.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.model.bands import Band, bands
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.simulate.fringes import Fringes
from engine.simulate.response import BandResponse, draw_response
from engine.simulate.signal import BandSignal, SignalUnit, signal_of_flux
from engine.simulate.spectra import observe_spectrum

Source = Literal["asteroid", "red disk"]

ASTEROID_TEMPERATURE_K = 193.9  #: 515 Athalia (Law+2025, Sec. 6, Fig. 15)
#: Reflected over thermal flux at 5 um: comparable at 3 au, and 8 % at 6 um.
REFLECTED_AT_5_UM = 0.8
LARGEST_SCALE = 0.10  #: by which the level of the asteroid differs from band to band
#: Where the asteroid of Law+2025 turns down in 4B, and by how much at its end.
DOWNTURN_FROM_UM = 23.0
DOWNTURN = 0.05

_SUN_K = 5772.0
_PLANCK_C2_UM_K = 14387.768775
_ASTEROID_10UM_JY = 0.9
#: Dust of the disk: temperature, exponent of its emissivity, flux at 18 um.
_WARM_DUST = (130.0, -0.5, 3.4)
_HOT_DUST = (600.0, 0.0, 0.6)


def _planck(wave_um: FloatArray, temperature_k: float) -> FloatArray:
    shape: FloatArray = wave_um**-3.0 / np.expm1(_PLANCK_C2_UM_K / (wave_um * temperature_k))
    return shape


def asteroid_flux_jy(
    wave_um: FloatArray,
    *,
    temperature_k: float = ASTEROID_TEMPERATURE_K,
    reflected_at_5_um: float = REFLECTED_AT_5_UM,
) -> FloatArray:
    """Return the flux of the asteroid, shape of ``wave_um``. Unit: Jy."""
    five, ten = np.array(5.0), np.array(10.0)
    thermal = _planck(wave_um, temperature_k) / _planck(ten, temperature_k)
    at_five = float(_planck(five, temperature_k) / _planck(ten, temperature_k))
    sunlight = _planck(wave_um, _SUN_K) / _planck(five, _SUN_K)
    flux: FloatArray = _ASTEROID_10UM_JY * (thermal + reflected_at_5_um * at_five * sunlight)
    return flux


def disk_flux_jy(wave_um: FloatArray) -> FloatArray:
    """Return the flux of the disk, shape of ``wave_um``. Unit: Jy."""
    flux: FloatArray = np.zeros_like(wave_um)
    for temperature_k, exponent, at_18_um in (_WARM_DUST, _HOT_DUST):
        shape = _planck(wave_um, temperature_k) * (wave_um / 18.0) ** exponent
        flux += at_18_um * shape / float(_planck(np.array(18.0), temperature_k))
    return flux


def draw_band_scales(rng: np.random.Generator) -> dict[str, float]:
    """Draw the level of the asteroid in each band relative to its mean: within 10 %."""
    return {band.name: 1.0 + float(rng.uniform(-LARGEST_SCALE, LARGEST_SCALE)) for band in bands()}


def downturn(band: Band, wave_um: FloatArray) -> FloatArray:
    """Return the factor by which a wrong background lowers the asteroid in 4B."""
    if band.name != "4B":
        return np.ones_like(wave_um)
    beyond = np.clip((wave_um - DOWNTURN_FROM_UM) / (band.wave_max_um - DOWNTURN_FROM_UM), 0, None)
    factor: FloatArray = 1.0 - DOWNTURN * beyond**2
    return factor


def source_signal(
    source: Source,
    response: BandResponse,
    fringes: Fringes,
    *,
    snr: float,
    scale: float = 1.0,
    unit: SignalUnit = "DN/s",
    background: Literal["right", "wrong"] = "wrong",
    temperature_k: float = ASTEROID_TEMPERATURE_K,
    reflected_at_5_um: float = REFLECTED_AT_5_UM,
) -> BandSignal:
    """Return what one of the two sources sends to a band.

    Parameters
    ----------
    source : {"asteroid", "red disk"}
        Which one.
    response : BandResponse
        The instrument.
    fringes : Fringes
        Residual fringes of this spectrum.
    snr : float
        Signal-to-noise ratio per wavelength element.
    scale : float, optional
        Level of the asteroid while this band was observed.
    unit : {"DN/s", "Jy"}, optional
        Count rate, or flux calibrated without error.
    background : {"right", "wrong"}, optional
        Whether the asteroid turns down in 4B.
    temperature_k, reflected_at_5_um : float, optional
        Of the asteroid.
    """

    def flux(wave: FloatArray) -> FloatArray:
        if source == "red disk":
            return disk_flux_jy(wave)
        sent = asteroid_flux_jy(
            wave, temperature_k=temperature_k, reflected_at_5_um=reflected_at_5_um
        )
        seen = downturn(response.band, wave) if background == "wrong" else 1.0
        return scale * sent * seen

    return signal_of_flux(flux, response, fringes, snr=snr, unit=unit)


@dataclass(frozen=True, eq=False, slots=True)
class SimulatedChannel4:
    """Spectra of both sources for one seed, with what was put in.

    Attributes
    ----------
    asteroid, disk : mapping of str to Spectrum
        By band: in Jy up to 3C, calibrated without error; in DN/s in channel 4.
    scales : mapping of str to float
        True level of the asteroid in each band.
    responses : mapping of str to BandResponse
        True responses.
    """

    asteroid: Mapping[str, Spectrum]
    disk: Mapping[str, Spectrum]
    scales: Mapping[str, float]
    responses: Mapping[str, BandResponse]


def simulate_channel4(
    rng: np.random.Generator,
    *,
    snr: Mapping[str, float],
    disk_snr: Mapping[str, float],
    fringe_amplitude: float = 0.0,
    outlier_fraction: float = 0.0,
    background: Literal["right", "wrong"] = "wrong",
    reflected_at_5_um: float = REFLECTED_AT_5_UM,
) -> SimulatedChannel4:
    """Simulate the spectra that channel 4 is calibrated with.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness; responses and scales are drawn from it too.
    snr, disk_snr : mapping of str to float
        Signal-to-noise ratio per element of the asteroid and of the disk, by band; bands that are
        not named are not observed.
    fringe_amplitude : float, optional
        Of the residual fringes of each spectrum.
    outlier_fraction : float, optional
        Fraction of the samples hit by cosmic rays.
    background : {"right", "wrong"}, optional
        Whether the asteroid turns down in 4B.
    reflected_at_5_um : float, optional
        Reflected over thermal flux of the asteroid at 5 um.

    Returns
    -------
    SimulatedChannel4
        Spectra and truth.
    """
    scales = draw_band_scales(rng)
    responses = {band.name: draw_response(rng, band) for band in bands()}

    def observe(source: Source, name: str, ratio: float) -> Spectrum:
        band = responses[name].band
        phase = rng.uniform(0.0, 2 * np.pi)
        signal = source_signal(
            source,
            responses[name],
            Fringes(((fringe_amplitude, 2.9, phase),)),
            snr=ratio,
            scale=scales[name] if source == "asteroid" else 1.0,
            unit="DN/s" if band.channel == 4 else "Jy",
            background=background,
            reflected_at_5_um=reflected_at_5_um,
        )
        identity = Identity(target=source, band=name, instrument="MIRI")
        return observe_spectrum(rng, signal, identity, outlier_fraction=outlier_fraction)

    return SimulatedChannel4(
        asteroid={name: observe("asteroid", name, ratio) for name, ratio in snr.items()},
        disk={name: observe("red disk", name, ratio) for name, ratio in disk_snr.items()},
        scales=scales,
        responses=responses,
    )


def asteroid_model(wave_um: FloatArray) -> Spectrum:
    """Return the true asteroid as a model spectrum in Jy."""
    return Spectrum(
        wave_um=frozen(wave_um),
        flux=frozen(asteroid_flux_jy(wave_um)),
        error=frozen(np.full(wave_um.size, np.nan)),
        flags=frozen(np.zeros(wave_um.size), dtype=np.uint32),
        unit="Jy",
        identity=Identity(target="asteroid"),
    )
