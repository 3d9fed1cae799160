"""What opening a file gives: products, a guessed role, and what the user should know."""

from dataclasses import dataclass
from typing import Literal

from engine.model.aperture import ApertureCorrection
from engine.model.cube import Cube
from engine.model.detector_image import DetectorImage
from engine.model.identity import Role
from engine.model.image import Image
from engine.model.imaging_photom import ImagingPhotom
from engine.model.leak import LeakCurve
from engine.model.photom import PhotomReference
from engine.model.point_spread import EncircledEnergy
from engine.model.ramp import Ramp
from engine.model.spectrum import Spectrum
from engine.model.tabulated import Curve, DataTable
from engine.model.vector import CalibrationVector

Product = (
    Cube
    | Spectrum
    | Image
    | DetectorImage
    | Ramp
    | CalibrationVector
    | ApertureCorrection
    | LeakCurve
    | EncircledEnergy
    | PhotomReference
    | ImagingPhotom
    | Curve
    | DataTable
)
Kind = Literal[
    "cube",
    "spectrum",
    "model spectrum",
    "image",
    "detector image",
    "ramp",
    "vector",
    "aperture correction",
    "leak curve",
    "encircled energy",
    "fringe flat",
    "curve",
    "table",
    "factors",
    "parameters",
    "photometry",
    "observations",
    "map",
    "coordinates",
    "source catalog",
    "module offsets",
    "reference",
    "photom reference",
    "imaging photom reference",
    "flat reference",
    "session",
]
Level = Literal["note", "warning"]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence about a file that was opened.

    Attributes
    ----------
    level : {"note", "warning"}
        A note says what was done; a warning says that a number may be wrong.
    text : str
        File name, cause, next step; at most 300 characters, plain text.
    """

    level: Level
    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Loaded:
    """A file that was opened.

    Attributes
    ----------
    path : str
        Absolute path.
    sha256 : str
        Hash of the bytes of the file, as they lie on the disk.
    size : int
        Unit: byte.
    kind : str
        What the content is; the name of the file has no say.
    products : tuple
        One or more of `Cube`, `Spectrum`, `Image`, ...; empty for a session.
    role : str
        Guessed; the user changes it.
    messages : tuple of Message
        What the user should know; empty for a clean file.
    """

    path: str
    sha256: str
    size: int
    kind: Kind
    products: tuple[Product, ...]
    role: Role
    messages: tuple[Message, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Texts of the warnings."""
        return tuple(message.text for message in self.messages if message.level == "warning")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which columns of a table make a spectrum: what the column dialog asks for.

    Empty text means "guess". Names are compared without regard to case.

    Attributes
    ----------
    wave, flux, error, flags : str
        Names of the columns; for a table without names ``"1"``, ``"2"``, ...
    wave_unit, flux_unit : str
        Units that replace those of the file, as `engine.units` spells them.
    target, band : str
        What was observed, where the file does not say.
    """

    wave: str = ""
    flux: str = ""
    error: str = ""
    flags: str = ""
    wave_unit: str = ""
    flux_unit: str = ""
    target: str = ""
    band: str = ""
