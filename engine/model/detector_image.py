"""A detector image of the MRS with the place and wavelength of each pixel."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FlagArray, FloatArray, IntArray
from engine.model.data_quality import DO_NOT_USE
from engine.model.identity import Identity, Origin


@dataclass(frozen=True, eq=False, slots=True)
class DetectorImage:
    """One exposure of one band on the detector; axes in the order y (dispersion), x.

    The pixels keep the precision of their file (float32 as a rule).

    Attributes
    ----------
    data : ndarray, shape (ny, nx)
        Values in `unit`. NaN: no measurement.
    error : ndarray, shape (ny, nx)
        One standard deviation, in `unit`. NaN: not known.
    flags : ndarray of uint32, shape (ny, nx)
        JWST data-quality bits.
    unit : str
        ``"DN/s"`` as a rule.
    alpha_arcsec, beta_arcsec : ndarray, shape (ny, nx)
        Place along and across the slices, the pointing included: two exposures that see the same
        spot have the same numbers. NaN: no light. Unit: arcsec.
    wave_um : ndarray, shape (ny, nx)
        Vacuum wavelength. NaN: no light, or light of another band. Unit: um.
    slices : ndarray of int64, shape (ny, nx)
        Number of the slice; 0: none.
    area : ndarray, shape (ny, nx), or None
        Solid angle of the pixels relative to the nominal one.
    identity : Identity
        What was observed.
    origin : Origin
        Where the numbers come from.
    """

    data: AnyFloatArray
    error: AnyFloatArray
    flags: FlagArray
    unit: str
    alpha_arcsec: AnyFloatArray
    beta_arcsec: AnyFloatArray
    wave_um: AnyFloatArray
    slices: IntArray
    area: AnyFloatArray | None = None
    identity: Identity = Identity()
    origin: Origin = Origin()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        n_y, n_x = self.data.shape
        return n_y, n_x

    @property
    def is_lit(self) -> BoolArray:
        """Where a slice puts light of this band."""
        places = np.isfinite(self.alpha_arcsec) & np.isfinite(self.beta_arcsec)
        lit: BoolArray = (self.slices > 0) & places & np.isfinite(self.wave_um)
        return lit

    def usable(self) -> FloatArray:
        """Return the pixels in float64; NaN where they are not to be used, or see no light."""
        good = (self.flags & DO_NOT_USE == 0) & np.isfinite(self.data) & self.is_lit
        return np.where(good, self.data, np.nan).astype(np.float64)
