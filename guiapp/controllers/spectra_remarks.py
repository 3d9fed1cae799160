"""What is to be known of calibrated bands beside their numbers."""

from collections.abc import Sequence

import numpy as np

from engine.arrays import FloatArray
from engine.model.identity import Identity
from engine.mrs.calibrated_spectra import VECTOR, CalibratedSpectrum
from guiapp.look.numbers import error_text

_FAR_WORSE = 3.0  # times the largest median: a systematic error that is said by itself


def errors_text(spectra: Sequence[CalibratedSpectrum]) -> str:
    """Return what the errors of the table are, and how large the systematic ones are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [100.0 * np.abs(one.sys_error / one.spectrum.flux) for one in spectra]
    medians = [float(np.median(one[known])) for one in shares if (known := np.isfinite(one)).any()]
    said = "± is statistical, of one sample (median of the band)"
    if not medians:
        return f"{said}."
    low, high = (f"{limit:.2g}" for limit in (min(medians), max(medians)))
    between = f"{low} %" if low == high else f"{low} to {high} %, the medians of the bands"
    worst = _worst(spectra, shares, max(medians))
    return f"{said}; systematic: {between}{worst}{_terms_text(spectra)}."


def _terms_text(spectra: Sequence[CalibratedSpectrum]) -> str:
    """Return what the systematic errors hold, and where they are those of the vector alone."""
    held = [[name for name, error in one.sys_terms if _has_any(error)] for one in spectra]
    names = list(dict.fromkeys(name for own in held for name in own))
    if not names:
        return ""
    alone = [
        one.spectrum.identity.band or "a spectrum"
        for one, own in zip(spectra, held, strict=True)
        if own == [VECTOR]
    ]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f"{names[0]} alone"
    where = f" ({', '.join(alone)}: {VECTOR} alone)" if alone and len(names) > 1 else ""
    return f", of {listed}{where}"


def _worst(
    spectra: Sequence[CalibratedSpectrum], shares: Sequence[FloatArray], typical: float
) -> str:
    """Return how large the systematic error becomes, where that is far from any median."""
    known = [(float(np.nanmax(one)), place) for place, one in enumerate(shares) if _has_any(one)]
    most, place = max(known)
    if most < _FAR_WORSE * typical:
        return ""
    spectrum = spectra[place].spectrum
    wave = float(spectrum.wave_um[int(np.nanargmax(shares[place]))])
    band = f" in {spectrum.identity.band}" if spectrum.identity.band else ""
    return f", but up to {error_text(most)} %{band} at {wave:.2f} µm"


def _has_any(values: FloatArray) -> bool:
    return bool(np.isfinite(values).any())


def remarks_text(spectra: Sequence[tuple[Identity, CalibratedSpectrum]]) -> str:
    """Return what is to be known about each calibrated band, a line each."""
    return "\n".join(
        f"{identity.band}: {message}".removeprefix(": ")
        for identity, one in spectra
        for message in one.messages
    )
