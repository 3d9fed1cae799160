"""Units of files, told apart and turned into the canonical ones.

Canonical inside the engine: wavelength um (vacuum), flux density Jy, surface brightness MJy/sr,
count rate DN/s. Files spell units in many ways that no general parser knows; the aliases here
are the ones seen in JWST, CALSPEC and Spitzer products. A unit that is not recognized is kept as
written and never converted.
"""

import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray

FluxKind = Literal["flux", "surface brightness", "rate", "none", "unknown"]

CANONICAL: dict[FluxKind, str] = {
    "flux": "Jy",
    "surface brightness": "MJy/sr",
    "rate": "DN/s",
    "none": "",
}

_WAVE_ALIASES = {
    "um": "um", "micron": "um", "microns": "um", "micrometer": "um", "micrometers": "um",
    "µm": "um", "μm": "um",
    "angstrom": "Angstrom", "angstroms": "Angstrom", "a": "Angstrom", "aa": "Angstrom",
    "nm": "nm", "nanometer": "nm", "nanometers": "nm",
    "m": "m", "meter": "m", "mm": "mm", "cm": "cm",
}  # fmt: skip
_FLUX_ALIASES = {
    "jy": "Jy", "jansky": "Jy", "janskys": "Jy", "ujy": "uJy", "µjy": "uJy",
    "flam": "erg / (s cm2 Angstrom)",
    "dn/s": "DN / s", "dn/sec": "DN / s", "counts/s": "DN / s", "dn s-1": "DN / s",
}  # fmt: skip

_PREFIXED_JANSKY = re.compile(
    r"([mM])(?i:jy)\s*((?i:/\s*(?:sr|ster|steradian)|[\s.*]\s*sr\s*(?:-1|\^-1|\*\*-1)))?"
)
_SMALLEST_FACTOR, _SAME_FACTOR = 1e-15, 1e-14
_LONGEST = 60  # characters of a unit that is worth parsing
# Powers that no unit of a flux has, but that a parser may compute for minutes: 10**99999999.
_IMMENSE = re.compile(r"(\*\*|\^)[-+\s(]*\d{3}|\d{5}|(\).*){2}(\*\*|\^)")


@dataclass(frozen=True, slots=True)
class FluxUnit:
    """What a unit string of a flux column means.

    Attributes
    ----------
    kind : str
        ``"flux"``, ``"surface brightness"``, ``"rate"``, ``"none"`` (no unit) or ``"unknown"``.
    written : str
        The string as the file has it.
    parsed : object
        The `astropy.units` unit, or `None` when it is not known.
    """

    kind: FluxKind
    written: str
    parsed: Any = None

    @property
    def canonical(self) -> str:
        """Unit after `to_canonical`: the string as written when it is not known."""
        return CANONICAL.get(self.kind, self.written)


def converted(values: AnyFloatArray, factor: float) -> FloatArray:
    """Return ``values`` times the factor between two units, rounded once.

    Parameters
    ----------
    values : ndarray
        In the one unit. NaN stays NaN.
    factor : float
        Value of this unit in the other one.

    Returns
    -------
    ndarray
        In the other unit, float64.

    Notes
    -----
    0.001 is no binary number, 1000 is: a number that is divided by 1000 comes out as it was before
    somebody multiplied it by 1000, so that mJy and Jy, or Angstrom and um, give the same bits.
    """
    wide = np.asarray(values, dtype=np.float64)
    inverse = round(1.0 / factor) if _SMALLEST_FACTOR < factor < 1.0 else 0
    is_whole = inverse > 1 and abs(inverse * factor - 1.0) < _SAME_FACTOR
    return wide / inverse if is_whole else wide * factor


@cache
def wave_factor(written: str) -> float | None:
    """Return the factor from the unit ``written`` to um; `None` when it is not a length."""
    from astropy import units as u  # noqa: PLC0415  (slow to import)

    name = _WAVE_ALIASES.get(written.strip().lower())
    return None if name is None else float(u.Unit(name).to(u.um))


@cache
def flux_unit(written: str) -> FluxUnit:
    """Tell what the unit ``written`` of a flux column means.

    Case does not matter but for the prefix of Jy: ``mJy`` is milli and ``MJy`` is mega, with
    ``/sr`` too.
    """
    text = written.strip()
    if not text or text.lower() in {"none", "unitless", "dimensionless"}:
        return FluxUnit("none", written)
    parsed = _parse_flux(text)
    if parsed is None:
        return FluxUnit("unknown", written)
    return FluxUnit(_kind_of(parsed), written, parsed)


def to_canonical(values: FloatArray, unit: FluxUnit, wave_um: FloatArray) -> FloatArray:
    """Convert ``values`` from ``unit`` to the canonical unit of its kind.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Values in ``unit``. NaN stays NaN.
    unit : FluxUnit
        What `flux_unit` made of the string in the file.
    wave_um : ndarray, shape (n,)
        Wavelength of each value; flux per wavelength needs it. Unit: um.

    Returns
    -------
    ndarray, shape (n,)
        Jy, MJy/sr or DN/s; unchanged when the unit is not known or there is none.
    """
    from astropy import units as u  # noqa: PLC0415  (slow to import)

    if unit.parsed is None:
        return np.asarray(values, dtype=np.float64)
    target = {"flux": u.Jy, "surface brightness": u.MJy / u.sr, "rate": u.DN / u.s}[unit.kind]
    if unit.parsed.is_equivalent(target):  # no need of the wavelength, which makes it slow
        return converted(values, float(unit.parsed.to(target)))
    equivalencies = u.spectral_density(wave_um * u.um) if unit.kind == "flux" else []
    result: FloatArray = unit.parsed.to(
        target, np.asarray(values, dtype=np.float64), equivalencies=equivalencies
    )
    return result


def _parse_flux(text: str) -> Any:
    """Return the unit, or `None`; ``/A`` is refused because it parses as ampere."""
    from astropy import units as u  # noqa: PLC0415  (slow to import)

    if _is_per_ampere(text) or len(text) > _LONGEST or _IMMENSE.search(text):
        return None
    prefixed = _PREFIXED_JANSKY.fullmatch(text)
    if prefixed:
        name = f"{prefixed[1]}Jy" + (" / sr" if prefixed[2] else "")
    else:
        name = _FLUX_ALIASES.get(text.lower(), text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", u.UnitsWarning)  # several slashes: read left to right
            parsed = u.Unit(name)
        # A logarithmic unit would turn errors into nonsense; a factor of 0 or infinity, values.
        is_plain = isinstance(parsed, u.UnitBase) and 0.0 < parsed.decompose().scale < np.inf
    except (ValueError, TypeError, ArithmeticError):
        return None
    return parsed if is_plain and _kind_of(parsed) != "unknown" else None


def _is_per_ampere(text: str) -> bool:
    flat = text.replace(" ", "")
    return flat.endswith(("/A", "/cm2/A", "A-1", "A^-1", "A**-1"))


def _kind_of(parsed: Any) -> FluxKind:
    from astropy import units as u  # noqa: PLC0415  (slow to import)

    if parsed.is_equivalent(u.Jy, equivalencies=u.spectral_density(1.0 * u.um)):
        return "flux"
    if parsed.is_equivalent(u.MJy / u.sr):
        return "surface brightness"
    return "rate" if parsed.is_equivalent(u.DN / u.s) else "unknown"
