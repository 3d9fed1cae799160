"""A detector or sky image."""

from dataclasses import dataclass

from engine.arrays import AnyFloatArray, FlagArray
from engine.model.identity import Identity, Origin
from engine.model.sky import SkyPlane


@dataclass(frozen=True, eq=False, slots=True)
class Image:
    """An image; axes in the order y, x.

    Attributes
    ----------
    data : ndarray, shape (ny, nx)
        Values in `unit`. NaN: no measurement.
    error : ndarray, shape (ny, nx)
        One standard deviation, in `unit`. NaN: not known.
    flags : ndarray of uint32, shape (ny, nx)
        JWST data-quality bits.
    unit : str
        ``"MJy/sr"``, ``"DN/s"`` or as written in the file.
    pixel_area_sr : float or None
        Solid angle of a pixel, PIXAR_SR. Unit: sr.
    conversion_mjy_sr : float or None
        PHOTMJSR: MJy/sr per DN/s.
    sky : SkyPlane or None
        Where the pixels lie.
    wave_um : ndarray, shape (ny, nx), or None
        WAVELENGTH extension of an MRS detector image. Unit: um.
    area : ndarray, shape (ny, nx), or None
        AREA extension: pixel area relative to the nominal one.
    kind : str
        ``"cal"``, ``"i2d"``, ``"s2d"``, ``"rate"``, or ``"image"`` when the file does not say.
    identity : Identity
        What was observed.
    origin : Origin
        Where the numbers come from.
    """

    data: AnyFloatArray
    error: AnyFloatArray
    flags: FlagArray
    unit: str
    pixel_area_sr: float | None = None
    conversion_mjy_sr: float | None = None
    sky: SkyPlane | None = None
    wave_um: AnyFloatArray | None = None
    area: AnyFloatArray | None = None
    kind: str = "image"
    identity: Identity = Identity()
    origin: Origin = Origin()
