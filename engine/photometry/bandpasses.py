"""Bandpasses from curves against wavelength, and the names of filters."""

import re
from collections.abc import Mapping
from typing import Literal

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.errors import DataError
from engine.model.bandpass import Bandpass
from engine.model.identity import Origin
from engine.model.tabulated import Curve

Weighting = Literal["photon", "energy"]

_RESPONSE = re.compile(
    r"(trans(mission)?|throughput|(spectral_?)?response|band_?pass|pce|rsr|efficiency)", re.I
)
_PER_ENERGY = re.compile(r"energy|per erg|/\s*(erg|w|j)\b", re.I)
_PER_PHOTON = re.compile(r"photon|electron", re.I)
_FILTER = re.compile(r"F\d{3,4}(?:W2|[WMNCX])|FND", re.I)
_IRAC = re.compile(r"IRAC\D*?(?:ch(?:annel)?[_ ]?)?(\d(?:\.\d)?)", re.I)
_IRAC_CHANNELS = {"3.6": "1", "4.5": "2", "5.8": "3", "8.0": "4"}
_IRAC_FILE = re.compile(r"irac_\d+ch(\d)trans", re.I)


def filter_name(text: str) -> str:
    """Return one spelling for the many names of a filter.

    Parameters
    ----------
    text : str
        ``"MIRI_F770W"``, ``"jwst_f770w"``, ``"IRAC 5.8"``, ``"irac_201125ch3trans_full"``.

    Returns
    -------
    str
        ``"F770W"``, ``"IRAC3"``; a name that is not known without case, blanks and punctuation.
    """
    found = _FILTER.search(text)
    if found:
        return found[0].upper()
    irac = _IRAC_FILE.search(text) or _IRAC.search(text)
    if irac:
        channel = _IRAC_CHANNELS.get(irac[1], irac[1])
        if channel in _IRAC_CHANNELS.values():
            return f"IRAC{channel}"
    return re.sub(r"[\W_]+", "", text).upper()


def bandpass_of(curve: Curve, name: str, *, weighting: Weighting | None = None) -> Bandpass:
    """Make a bandpass of a curve.

    Parameters
    ----------
    curve : Curve
        One column, or one that is called transmission, throughput, response, bandpass or PCE.
    name : str
        Of the filter, in any spelling.
    weighting : {"photon", "energy"}, optional
        What the response counts. `None`: what the unit or the column says, else photons.

    Returns
    -------
    Bandpass
        The response per photon: a response per energy divided by the wavelength.

    Raises
    ------
    DataError
        If no column is a response, or it is zero or not finite throughout.
    """
    column = _column(curve, name)
    response = np.array(curve.values[column], dtype=np.float64)
    wave = curve.wave_um
    good = np.isfinite(response)
    if weighting is None:
        weighting = stated_weighting(curve, column) or "photon"
    if weighting == "energy":
        response = response / wave
    return make_bandpass(name, wave[good], response[good], curve.origin)


def make_bandpass(
    name: str, wave_um: FloatArray, response: FloatArray, origin: Origin = Origin()
) -> Bandpass:
    """Return the bandpass ``name``, cut to where it is not zero.

    Raises
    ------
    DataError
        If fewer than two wavelengths are left, or the response adds up to nothing.
    """
    shown = np.flatnonzero(response)
    first, last = (max(shown[0] - 1, 0), shown[-1] + 2) if shown.size else (0, 0)
    wave, kept = wave_um[first:last], response[first:last]
    if wave.size < 2 or not np.sum(kept) > 0.0:
        raise DataError(
            f"The bandpass {name} has no response at two wavelengths or more.",
            hint="Check the columns of its file.",
        )
    return Bandpass(filter_name(name), frozen(wave), frozen(kept), origin)


def stated_weighting(curve: Curve, column: str) -> Weighting | None:
    """Return what the column says that its response counts, or `None` when it does not say."""
    said = f"{column} {curve.units.get(column, '')}"
    if _PER_ENERGY.search(said):
        return "energy"
    return "photon" if _PER_PHOTON.search(said) else None


def is_bandpass(curve: Curve) -> bool:
    """Tell whether a curve may be the bandpass of a filter: one response, that ends in nothing."""
    column = _response_column(curve.values)
    if not column:
        return False
    response = curve.values[column]
    if not np.isfinite(response).any() or curve.wave_um.size < 3:
        return False
    top = float(np.nanmax(response))
    return top > 0.0 and bool(max(abs(response[0]), abs(response[-1])) < 0.2 * top)


def _column(curve: Curve, name: str) -> str:
    column = _response_column(curve.values)
    if not column:
        raise DataError(
            f"None of the columns of {name} is a response: {', '.join(curve.values)}.",
            hint="Call the one that is “response”.",
        )
    return column


def _response_column(columns: Mapping[str, FloatArray]) -> str:
    if len(columns) == 1:
        return next(iter(columns))
    named = [name for name in columns if _RESPONSE.search(name)]
    return named[0] if len(named) == 1 else ""
