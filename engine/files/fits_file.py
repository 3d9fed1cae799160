"""An open FITS file with its checked structure: what the readers of products work on."""

from dataclasses import dataclass

from engine.arrays import AnyFloatArray, FlagArray
from engine.files.fits_arrays import find_hdu, no_flags, read_flags, read_values
from engine.files.fits_headers import Header
from engine.files.fits_structure import Hdu
from engine.files.fits_tables import column_names, read_table
from engine.files.gate import GatedFile
from engine.files.headers import read_identity, read_origin
from engine.files.notes import FileNotes, quoted
from engine.files.raw_table import RawTable, warn_of_repeated_names
from engine.model.identity import Identity, Origin


@dataclass(frozen=True, eq=False, slots=True)
class FitsFile:
    """A FITS file whose structure was checked.

    Attributes
    ----------
    gated : GatedFile
        The open file.
    hdus : tuple of Hdu
        Its extensions.
    notes : FileNotes
        Takes what the user should know.
    """

    gated: GatedFile
    hdus: tuple[Hdu, ...]
    notes: FileNotes

    @property
    def primary(self) -> Header:
        """The header of the file."""
        return self.hdus[0].header

    @property
    def model_name(self) -> str:
        """DATAMODL: the class of the JWST product, or ``""``."""
        return self.primary.text("DATAMODL")

    def find(self, name: str, *, version: int | None = None) -> Hdu | None:
        """Return the first extension called ``name``, or `None`."""
        return find_hdu(self.hdus, name, version=version)

    def all_named(self, name: str) -> tuple[Hdu, ...]:
        """Return all extensions called ``name``."""
        return tuple(hdu for hdu in self.hdus if hdu.name == name)

    def tables(self) -> tuple[Hdu, ...]:
        """Return the binary tables with data, apart from the meta data of the pipeline."""
        return tuple(
            hdu
            for hdu in self.hdus
            if hdu.kind == "table" and hdu.size and hdu.name not in {"ASDF", "HDRTAB", "FLUXKNOT"}
        )

    def values(self, hdu: Hdu) -> AnyFloatArray:
        """Read an image."""
        return read_values(self.gated, hdu, self.notes)

    def table(self, hdu: Hdu) -> RawTable:
        """Read a table."""
        table = read_table(self.gated, hdu, self.notes)
        warn_of_repeated_names(table, self.notes)
        return table

    def columns(self, hdu: Hdu) -> tuple[str, ...]:
        """Return the names of the columns of a table in capitals."""
        return column_names(hdu.header)

    def identity(self, data: Hdu | None = None) -> Identity:
        """Return what was observed."""
        return read_identity(self.primary, None if data is None else data.header)

    def origin(self, data: Hdu | None = None) -> Origin:
        """Return where the numbers come from, with what was noted so far."""
        header = None if data is None else data.header
        return read_origin(self.gated, self.primary, header, notes=self.notes.texts)

    def companion(self, name: str, data: Hdu, *, shape: tuple[int, ...]) -> AnyFloatArray | None:
        """Read the image ``name`` that goes with ``data``; `None` when there is none.

        Raises
        ------
        FileError
            If its shape differs: numpy would stretch it without a word.
        """
        hdu = self._companion_hdu(name, data, shape)
        return None if hdu is None else self.values(hdu)

    def companion_flags(self, data: Hdu, *, shape: tuple[int, ...], name: str = "DQ") -> FlagArray:
        """Read the flags that go with ``data``; all good when there are none."""
        hdu = self._companion_hdu(name, data, shape)
        return no_flags(shape) if hdu is None else read_flags(self.gated, hdu, self.notes)

    def _companion_hdu(self, name: str, data: Hdu, shape: tuple[int, ...]) -> Hdu | None:
        hdu = self.find(name, version=data.version)
        if hdu is None or not hdu.shape:
            return None
        if hdu.shape != shape:
            raise self.notes.refused(
                f"The shapes of {quoted(name)} {_axes(hdu.shape)} and {quoted(data.name)} "
                f"{_axes(shape)} differ.",
                "The file is damaged; make it again, or remove the extension.",
            )
        return hdu


def _axes(shape: tuple[int, ...]) -> str:
    return "(" + " x ".join(str(size) for size in reversed(shape[-4:])) + ")"
