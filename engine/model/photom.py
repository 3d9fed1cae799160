"""A photom reference of the MRS: the image of factors, and the tables of the loss of count rate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.arrays import AnyFloatArray, FlagArray, FloatArray
from engine.model.identity import Identity, Origin

LossColumns = Mapping[str, FloatArray]


def _no_tables() -> Mapping[str, LossColumns]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class PhotomReference:
    """One photom reference file of the MRS (`MirMrsPhotomModel`), old or new form.

    Attributes
    ----------
    frame : str
        Detector and setting: ``"12A"``, as `engine.model.frames` names them.
    factor : ndarray, shape (1024, 1032)
        SCI: calibration factor. Unit: (MJy/sr)/(DN/s). NaN: no light, or not determined.
    error : ndarray, shape (1024, 1032)
        One standard deviation, in the same unit. NaN: not known.
    flags : ndarray of uint32, shape (1024, 1032)
        Bits whose meaning `flag_names` gives.
    flag_names : tuple of (int, str)
        Value and name of each bit, from DQ_DEF.
    pixel_size : ndarray, shape (1024, 1032), or None
        PIXSIZ, as in the file.
    losses : mapping of str to mapping of str to ndarray
        Tables by the name of their extension (``"TIMECOEFF_CH1"``, ``"TIMECOEFF_POWERLAW_CH1"``),
        columns by their names.
    conversion_mjy_sr, pixel_area_sr : float or None
        PHOTMJSR and PIXAR_SR.
    useafter, pedigree, description : str
        Keywords that reference files must have.
    identity : Identity
        Detector, and the band of the half that this product stands for.
    origin : Origin
        Where the numbers come from.
    """

    frame: str
    factor: AnyFloatArray
    error: AnyFloatArray
    flags: FlagArray
    flag_names: tuple[tuple[int, str], ...] = ((1, "DO_NOT_USE"),)
    pixel_size: AnyFloatArray | None = None
    losses: Mapping[str, LossColumns] = field(default_factory=_no_tables)
    conversion_mjy_sr: float | None = None
    pixel_area_sr: float | None = None
    useafter: str = ""
    pedigree: str = ""
    description: str = ""
    identity: Identity = Identity()
    origin: Origin = Origin()
