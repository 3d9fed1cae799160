"""Ramps: the reads of a detector before a count rate is fitted to them."""

from dataclasses import dataclass

from engine.arrays import AnyFloatArray, FlagArray
from engine.model.identity import Identity, Origin


@dataclass(frozen=True, eq=False, slots=True)
class Ramp:
    """All groups of all integrations of one exposure; axes: integration, group, y, x.

    Attributes
    ----------
    data : ndarray, shape (n_integrations, n_groups, ny, nx)
        Values in `unit`. NaN: no measurement.
    flags : ndarray of uint32, shape (ny, nx)
        JWST data-quality bits of the pixels (PIXELDQ); 0 where the file has none.
    unit : str
        ``"DN"`` as a rule.
    kind : str
        ``"ramp"``, or ``"uncal"`` before the first steps of the pipeline.
    identity : Identity
        What was observed.
    origin : Origin
        Where the numbers come from.
    """

    data: AnyFloatArray
    flags: FlagArray
    unit: str
    kind: str = "ramp"
    identity: Identity = Identity()
    origin: Origin = Origin()
