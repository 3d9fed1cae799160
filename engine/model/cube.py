"""An IFU cube."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloatArray, FlagArray, FloatArray
from engine.model.identity import Identity, Origin
from engine.model.sky import SkyPlane


@dataclass(frozen=True, eq=False, slots=True)
class Cube:
    """A cube of spectra; axes in the order wavelength, y, x.

    The voxels keep the precision of their file (float32 as a rule); sums are made in float64.

    Attributes
    ----------
    wave_um : ndarray, shape (nw,)
        Vacuum wavelength of each plane, strictly increasing. Unit: um.
    data : ndarray, shape (nw, ny, nx)
        Values in `unit`. NaN: no measurement.
    error : ndarray, shape (nw, ny, nx)
        One standard deviation, in `unit`. NaN: not known.
    flags : ndarray of uint32, shape (nw, ny, nx)
        JWST data-quality bits.
    weights : ndarray, shape (nw, ny, nx)
        WMAP: how many detector pixels reach the voxel (drizzle); 0: none.
    unit : str
        ``"MJy/sr"`` or ``"DN/s"``.
    pixel_area_sr : float
        Solid angle of a spaxel, PIXAR_SR. Unit: sr.
    spaxel_arcsec : float
        Side of a spaxel. Unit: arcsec.
    sky : SkyPlane or None
        Where the spaxels lie; `None` for instrument coordinates.
    target_deg : tuple of float or None
        TARG_RA, TARG_DEC: the source at the time of the exposure. Unit: deg.
    identity : Identity
        What was observed.
    origin : Origin
        Where the numbers come from.
    """

    wave_um: FloatArray
    data: AnyFloatArray
    error: AnyFloatArray
    flags: FlagArray
    weights: AnyFloatArray
    unit: str
    pixel_area_sr: float
    spaxel_arcsec: float
    sky: SkyPlane | None = None
    target_deg: tuple[float, float] | None = None
    identity: Identity = Identity()
    origin: Origin = Origin()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Planes, rows, columns."""
        n_wave, n_y, n_x = self.data.shape
        return n_wave, n_y, n_x

    def target_pixel(self) -> tuple[float, float] | None:
        """Return the target's pixel (x, y), counted from 0; `None` when it is not known."""
        if self.sky is None or self.target_deg is None or not np.all(np.isfinite(self.target_deg)):
            return None
        place = self.sky.sky_to_pixel(*self.target_deg)
        return place if np.all(np.isfinite(place)) else None
