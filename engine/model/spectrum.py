"""One spectrum of one band, observed or model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from engine.arrays import BoolArray, FlagArray, FloatArray
from engine.model.identity import Identity, Origin

_NO_COLUMNS: Mapping[str, FloatArray] = MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class Spectrum:
    """A spectrum with strictly increasing wavelengths.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Vacuum wavelength, strictly increasing, finite. Unit: um.
    flux : ndarray, shape (n,)
        Values in `unit`. NaN: no measurement.
    error : ndarray, shape (n,)
        One standard deviation, in `unit`. NaN: not known.
    flags : ndarray of uint32, shape (n,)
        JWST data-quality bits; 0 is good.
    unit : str
        ``"Jy"``, ``"MJy/sr"``, ``"DN/s"``, or the unit of the file as written when it is none of
        these; such values are shown but never converted.
    identity : Identity
        What was observed.
    origin : Origin
        Where the numbers come from.
    pixel_area_sr : float or None
        Solid angle of the spaxels it was extracted from: what turns DN/s into a factor. Unit: sr.
    columns : mapping of str to ndarray, shape (n,)
        Further columns, by canonical name: ``surf_bright_mjy_sr``, ``surf_bright_error_mjy_sr``,
        ``background_mjy_sr``, ``background_error_mjy_sr``, ``n_pixels`` (a sum of fractions),
        ``fringe_corrected_flux_jy``, ``fwhm_um``.
    """

    wave_um: FloatArray
    flux: FloatArray
    error: FloatArray
    flags: FlagArray
    unit: str
    identity: Identity = Identity()
    origin: Origin = Origin()
    pixel_area_sr: float | None = None
    columns: Mapping[str, FloatArray] = field(default_factory=lambda: _NO_COLUMNS)

    @property
    def is_good(self) -> BoolArray:
        """Where there is a measurement that is not flagged DO_NOT_USE."""
        good: BoolArray = np.isfinite(self.flux) & ((self.flags & 1) == 0)
        return good

    @property
    def size(self) -> int:
        """Number of samples."""
        return self.wave_um.size
