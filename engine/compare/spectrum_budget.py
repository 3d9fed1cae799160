"""What is known about the errors of MRS spectra (Law+2025, Secs. 4, 5.1 and 7)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray
from engine.compare.error_budget import Known
from engine.model.bands import band_named
from engine.model.spectrum import Spectrum
from engine.resources import read_toml

_NAN = float("nan")
_EXTRACTION = {"annulus", "aperture", "centroid"}
_PUBLISHED = "published/law2025_repeatability.toml"


def known_of_spectrum(
    id_: str,
    spectrum: Spectrum,
    *,
    repeats: Mapping[str, float],
    factors: Mapping[str, float],
    terms: Sequence[tuple[str, FloatArray]] = (),
) -> Known:
    """Return what is known about the error of one calibrated spectrum.

    Parameters
    ----------
    id_ : str
        What the caller knows it by.
    spectrum : Spectrum
        Calibrated, with errors.
    repeats : mapping of str to float
        Measured sigma_s by band. Unit: per cent.
    factors : mapping of str to float
        Median relative error of the calibration vector by band, statistical and systematic in
        quadrature. Unit: per cent.
    terms : sequence of (str, ndarray), optional
        Systematic errors of the spectrum by name, in its unit.

    Returns
    -------
    Known
        The median over the band; terms that nobody measured are those of Law+2025, or not known.
    """
    band = spectrum.identity.band
    good = spectrum.is_good & (spectrum.flux > 0) & np.isfinite(spectrum.error)
    pipeline = _NAN
    if good.any():
        pipeline = 100.0 * float(np.median(spectrum.error[good] / spectrum.flux[good]))
    own = [np.nan_to_num(error / spectrum.flux) for name, error in terms if name in _EXTRACTION]
    known = Known(
        id=id_,
        title=f"{spectrum.identity.target or 'unnamed'} · {band or 'spectrum'}",
        band=band,
        pipeline=(pipeline, "median error of a sample" if good.any() else "it has no errors"),
        repeat=_repeat(band, repeats.get(band, _NAN)),
        factor=_factor(factors.get(band, _NAN)),
        aperture=_aperture(band),
    )
    return replace(known, own_aperture=_own_aperture(own, spectrum)) if own else known


def _own_aperture(relative: Sequence[FloatArray], spectrum: Spectrum) -> tuple[float, str]:
    share = np.sqrt(np.sum(np.square(relative), axis=0))[spectrum.is_good]
    percent = 100.0 * float(np.median(share)) if share.size else _NAN
    return percent, "annulus, aperture and centroid of its own extraction, median"


def _repeat(band: str, measured: float) -> tuple[float, str]:
    if np.isfinite(measured):
        return measured, "σ_s of the visits in this session"
    channel = _channel(band)
    published = read_toml(_PUBLISHED)["repeatability"]
    if 1 <= channel <= 3:
        return float(published["scatter_below_percent"]), "below 1 % (Law+2025, Sec. 7, Fig. 16)"
    if channel == 4:
        return float(published["channel_4_percent"]), "a few per cent (Law+2025, Sec. 7)"
    return _NAN, "the band is not known"


def _factor(percent: float) -> tuple[float, str]:
    if np.isfinite(percent):
        return percent, "statistical and systematic error of the combined vector, median"
    return _NAN, "no vector with errors is combined in this session"


def _aperture(band: str) -> tuple[float, str]:
    channel = _channel(band)
    if not channel:
        return _NAN, "the band is not known"
    table = read_toml(_PUBLISHED)["self_subtraction_percent"]
    percent = float(table[f"channel_{channel}"])
    return percent, "light of the source in its annulus (Law+2025, fn. 15)"


def _channel(band: str) -> int:
    found = band_named(band)
    return 0 if found is None else found.channel
