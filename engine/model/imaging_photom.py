"""A photom reference of MIRI imaging: a factor for each filter and subarray, and their losses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.arrays import FloatArray
from engine.model.identity import Identity, Origin

#: Columns of the tables of losses, beside ``t0``, by the name of their extension.
LOSS_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "TIMECOEFF_LINEAR": ("lossperyear",),
        "TIMECOEFF_EXPONENTIAL": ("amplitude", "tau", "const"),
        "TIMECOEFF_POWERLAW": ("year1value", "tsoft", "alpha"),
        "TIMECOEFF": ("amplitude", "tau"),
    }
)


def _no_tables() -> Mapping[str, Mapping[str, FloatArray]]:
    return MappingProxyType({})


@dataclass(frozen=True, eq=False, slots=True)
class ImagingPhotom:
    """One photom reference file of MIRI imaging (`MirImgPhotomModel`), old or new form.

    All columns have the length n.

    Attributes
    ----------
    filters, subarrays : tuple of str
        ``"F770W"``, ``"SUB64"``; ``"GENERIC"``: all others.
    factor, error : ndarray
        photmjsr and its uncertainty. Unit: MJy/sr per DN/s. NaN: not known.
    losses : mapping of str to mapping of str to ndarray
        Tables by the name of their extension: `LOSS_COLUMNS` and ``t0``, one value a row.
        ``"TIMECOEFF"`` is the old form.
    pixel_area_sr : float or None
        PIXAR_SR. Unit: sr.
    useafter, pedigree, description : str
        Keywords that reference files must have.
    identity : Identity
        Detector.
    origin : Origin
        Where the numbers come from.
    """

    filters: tuple[str, ...]
    subarrays: tuple[str, ...]
    factor: FloatArray
    error: FloatArray
    losses: Mapping[str, Mapping[str, FloatArray]] = field(default_factory=_no_tables)
    pixel_area_sr: float | None = None
    useafter: str = ""
    pedigree: str = ""
    description: str = ""
    identity: Identity = Identity()
    origin: Origin = Origin()

    def row(self, filter_name: str, subarray: str) -> int:
        """Return the row that the pipeline takes, -1 when there is none: that of GENERIC last."""
        for wanted in (subarray, "GENERIC"):
            for row, place in enumerate(zip(self.filters, self.subarrays, strict=True)):
                if place == (filter_name, wanted):
                    return row
        return -1
