"""What a product shows, and where it comes from."""

from dataclasses import dataclass, field
from typing import Literal, get_args

Role = Literal["standard star", "lamp", "asteroid", "red disk", "extended source", "model", "other"]
ROLES: tuple[Role, ...] = get_args(Role)
_WEBB = {"", "MIRI", "NIRCAM", "NIRSPEC", "NIRISS", "FGS"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What was observed, when, and with what. Empty text and `None` mean "not said".

    Attributes
    ----------
    target : str
        Name of the source, as the header spells it.
    program, observation, visit : str
        Without leading zeros: ``"1538"``, ``"1"``, ``"1"``.
    band : str
        MRS band ``"4A"``, or ``""``.
    mjd : float or None
        Middle of the exposure. Unit: day (MJD).
    date : str
        ``"2022-08-08"``.
    instrument, detector, filter, exp_type, subarray : str
        As in the header.
    source_type : str
        ``"POINT"``, ``"EXTENDED"``, ``"UNKNOWN"`` or ``""``.
    """

    target: str = ""
    program: str = ""
    observation: str = ""
    visit: str = ""
    band: str = ""
    mjd: float | None = None
    date: str = ""
    instrument: str = ""
    detector: str = ""
    filter: str = ""
    exp_type: str = ""
    subarray: str = ""
    source_type: str = ""

    @property
    def is_of_webb(self) -> bool:
        """Whether JWST observed it, as far as is said: others are only compared with."""
        return self.instrument.upper() in _WEBB

    @property
    def source_key(self) -> str:
        """Target, program and observation in one readable key: ``"16 Cyg B/1538-1"``."""
        place = "-".join(part for part in (self.program, self.observation) if part)
        return f"{self.target or 'unnamed'}/{place}" if place else self.target or "unnamed"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the numbers of a product come from.

    Attributes
    ----------
    path : str
        File it was read from; ``""`` for what was computed.
    sha256 : str
        Hash of the file's bytes as read; ``""`` for what was computed.
    cal_version, crds_context : str
        CAL_VER and CRDS_CTX.
    references : tuple of (str, str)
        Reference files: ``("R_PHOTOM", "jwst_miri_photom_0092.fits")``, sorted.
    steps : tuple of (str, str)
        Step status: ``("S_PHOTOM", "COMPLETE")``, sorted.
    header : tuple of (str, str)
        Other keywords worth keeping, sorted, values as text.
    notes : tuple of str
        What was done to the data on reading, one sentence each.
    """

    path: str = ""
    sha256: str = ""
    cal_version: str = ""
    crds_context: str = ""
    references: tuple[tuple[str, str], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    header: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def reference(self, keyword: str) -> str:
        """Return the reference file of ``keyword`` (``"R_PHOTOM"``), or ``""``."""
        return dict(self.references).get(keyword, "")

    def step(self, keyword: str) -> str:
        """Return the status of the step ``keyword`` (``"S_PHOTOM"``), or ``""``."""
        return dict(self.steps).get(keyword, "")
