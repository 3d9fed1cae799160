"""Makes products of text files: ECSV, IPAC, CSV, plain columns, session files."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.files.calculator_curves import read_calculator_curves
from engine.files.earlier_copy import way_out
from engine.files.encircled_energy import read_encircled_energy
from engine.files.gate import GatedFile
from engine.files.headers import absolute
from engine.files.json_size import TooManyValuesError, require_bearable
from engine.files.lamps import read_lamps
from engine.files.loaded import ColumnMapping, Kind, Product
from engine.files.notes import FileNotes
from engine.files.own_facts import identity_of, kind_of, origin_of, own_facts
from engine.files.raw_table import RawTable, warn_of_repeated_names
from engine.files.spectra_tables import Around, checked_table, read_table_product
from engine.files.text_tables import TextTable, read_ecsv, read_ipac, read_plain
from engine.files.vectors import read_vector_table
from engine.model.catalog_columns import is_module_terms, is_source_catalog
from engine.model.identity import Identity, Origin, Role
from engine.model.observation_names import is_observation_table, with_filters
from engine.model.spectrum import Spectrum
from engine.model.tabulated import Curve, DataTable

SESSION_FORMAT = "fluxknot session"  #: the entry ``format`` of a session file

# Tables of this meta kind are kept as they are, whatever their columns are called.
_KEPT_AS_TABLES = {
    "table",
    "etc curve",
    "observations",
    "parameters",
    "catalog",
    "photometry",
    "map",
    "module offsets",
    "coordinates",
}
# Those that an analysis looks for.
_KINDS: dict[str, Kind] = {
    "photometry": "photometry",
    "map": "map",
    "observations": "observations",
    "catalog": "source catalog",
    "module offsets": "module offsets",
    "coordinates": "coordinates",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds.

    Attributes
    ----------
    kind : str
        As `engine.files.Loaded.kind`.
    products : tuple
        Its products.
    role : str or None
        `None`: to be guessed from the products.
    """

    kind: Kind
    products: tuple[Product, ...]
    role: Role | None = None


def read_text_content(
    gated: GatedFile, notes: FileNotes, form: str, mapping: ColumnMapping | None
) -> Content:
    """Read a text file of the format ``form``: ``"ecsv"``, ``"ipac"``, ``"json"`` or ``"text"``.

    Raises
    ------
    FileError
        If the text is not what it seems, or its columns make no sense.
    """
    if form == "json":
        return _session(gated.read_text(), notes)
    table = read_text_table(gated, notes, form)
    origin = Origin(path=str(absolute(gated.path)), sha256=gated.sha256)
    return table_content(table, Around(Identity(), origin, stem_of(gated)), notes, mapping)


def read_text_table(gated: GatedFile, notes: FileNotes, form: str) -> TextTable:
    """Read a table of the format ``form``: ``"ecsv"``, ``"ipac"``, or anything else with columns.

    Raises
    ------
    FileError
        If the text is no table.
    """
    readers = {"ecsv": read_ecsv, "ipac": read_ipac}
    return readers.get(form, read_plain)(gated.read_text(), notes)


def table_content(
    table: TextTable, around: Around, notes: FileNotes, mapping: ColumnMapping | None
) -> Content:
    """Make of a table what its own facts say, else what its columns say."""
    warn_of_repeated_names(table.table, notes)
    facts, kind = own_facts(table), kind_of(table)
    own = _own_product(kind, table.table, facts, notes, around.origin)
    if own is not None:
        return own
    around = replace(
        around,
        identity=identity_of(facts, around.identity),
        origin=replace(origin_of(facts, around.origin), notes=notes.texts),
    )
    stated = kind
    if kind in {"", "table"}:
        kind = kind_of_columns(table.table.names) or kind
    if kind in _KEPT_AS_TABLES and mapping is None:
        kept = checked_table(table.table, around, notes, kind=stated, stated=facts)
        if kind == "etc curve":
            curves = read_calculator_curves(table.table, facts, notes, around.origin)
            return Content("curve", curves, "other")
        kept = replace(kept, meta=_plain_meta(facts))
        if kind == "observations":
            kept = with_filters(kept)
        return Content(_kind_of_table(kind, kept), (kept,), "other")
    product = read_table_product(table.table, around, notes, mapping=mapping, kind=kind)
    if not table.has_names and mapping is None:
        _note_unnamed(table, notes)
    if isinstance(product, Spectrum):
        return Content("spectrum", (_with_area(product, facts),))
    kind_found: Kind = "curve" if isinstance(product, Curve) else "table"
    return Content(kind_found, (product,), "other")


def kind_of_columns(names: Iterable[str]) -> str:
    """Tell what a table is that does not say it; ``""``: its columns tell nothing."""
    names = tuple(names)
    if is_module_terms(names):
        return "module offsets"
    if is_observation_table(names):
        return "observations"
    return "catalog" if is_source_catalog(names) else ""


def kind_of_table(table: DataTable) -> Kind:
    """Tell the tables of FITS files that an analysis looks for from others."""
    return _KINDS.get(kind_of_columns(table.columns), "table")


def _plain_meta(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the meta entries that are one number or word."""
    plain = {name: value for name, value in facts.items() if isinstance(value, str | int | float)}
    return tuple(sorted((str(name), str(value)) for name, value in plain.items()))


def _kind_of_table(stated: str, table: DataTable) -> Kind:
    """Tell the tables that an analysis looks for from others."""
    if stated != "parameters":
        return _KINDS.get(stated, "table")
    return "factors" if any(name.lower() == "factor" for name in table.columns) else "parameters"


def _own_product(
    kind: str, table: RawTable, facts: Mapping[str, Any], notes: FileNotes, origin: Origin
) -> Content | None:
    """Read what a file of ours says that it is, if that is no plain table."""
    if kind == "vector":
        return Content("vector", (read_vector_table(table, facts, notes, origin),))
    if kind == "encircled energy":
        energy = read_encircled_energy(table, facts, notes, origin)
        return Content("encircled energy", (energy,), "other")
    if kind == "lamp":
        return Content("spectrum", read_lamps(table, facts, notes, origin), "lamp")
    return None


def stem_of(gated: GatedFile) -> str:
    """Return the name of the file without its endings."""
    return re.sub(r"\.(gz|fits?|ecsv|csv|txt|dat|tbl|ipac)$", "", gated.path.stem, flags=re.I)


def _note_unnamed(table: TextTable, notes: FileNotes) -> None:
    notes.note(
        f"The columns have no names and are called 1 to {len(table.table.names)}. Choose columns "
        "in the column dialog if they are a spectrum."
    )


def _with_area(spectrum: Spectrum, facts: Mapping[str, Any]) -> Spectrum:
    area, unit = facts.get("pixel_area_sr"), facts.get("unit")
    if spectrum.unit == "value" and isinstance(unit, str):
        spectrum = replace(spectrum, unit=unit)
    if isinstance(area, int | float) and not isinstance(area, bool) and 0.0 < area < 1.0:
        return replace(spectrum, pixel_area_sr=float(area))
    return spectrum


def _session(text: str, notes: FileNotes) -> Content:
    """Recognize a session; its content is read and checked where sessions are opened."""
    try:
        require_bearable(text)
        document = json.loads(text)
    except TooManyValuesError as error:
        raise notes.refused(f"This is no session: {error}.", "Is it the right file?") from error
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        where = f" in line {line}" if line else ""
        raise notes.refused(f"The JSON text is damaged{where}.", way_out(notes.path)) from error
    if isinstance(document, dict) and document.get("format") == SESSION_FORMAT:
        return Content("session", (), "other")
    raise notes.refused(
        "This JSON file is no session of Fluxknot.", "Open FITS, ECSV, CSV or IPAC tables."
    )
