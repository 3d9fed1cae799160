"""Spectra as x1d files, which the JWST pipeline, specutils and jdaviz open.

The layout is that of the pipeline: `MRSMultiSpecModel` with 21 columns for MRS bands,
`MultiSpecModel` with 18 for everything else.
"""

import dataclasses
import re
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from engine.arrays import FloatArray
from engine.errors import FileError
from engine.files.atomic import IfExists
from engine.files.deterministic_fits import (
    Card,
    Value,
    primary_hdu,
    provenance_hdu,
    table_hdu,
    write_fits,
)
from engine.files.facts import identity_cards
from engine.model.bands import Band, band_named
from engine.model.identity import Identity
from engine.model.provenance import Provenance
from engine.model.spectrum import Spectrum
from engine.model.table import Column

_MODELS = {"MRS": "MRSMultiSpecModel", "other": "MultiSpecModel"}
_CHANNELS = {"1234", "123", "234", "12", "34", "1", "2", "3", "4"}
# Values that the pipeline's schema knows: it refuses files with any other.
_KNOWN = {
    "instrument": {"NIRCAM", "NIRSPEC", "MIRI", "FGS", "NIRISS"},
    "detector": {"MIRIMAGE", "MIRIFULONG", "MIRIFUSHORT", "NRS1", "NRS2", "NIS", "MULTIPLE"},
    "exp_type": {
        "MIR_MRS", "MIR_LRS-FIXEDSLIT", "MIR_LRS-SLITLESS", "MIR_IMAGE", "MIR_FLATMRS",
        "MIR_FLATMRS-EXT", "MIR_DARKMRS", "MIR_WFSS", "NRS_IFU", "NRS_FIXEDSLIT", "NRS_LAMP",
    },
    "subarray": {"FULL", "SUBPRISM", "SLITLESSPRISM", "SUBSLIT", "ALLSLITS"},
    "filter": {"P750L"},
    "source_type": set(),
}  # fmt: skip
# Tables of others may hold anything where keywords should be.
_STEP_KEYWORD = re.compile("S_[A-Z0-9_-]{1,6}")
_REFERENCE_KEYWORD = re.compile("R_[A-Z0-9_-]{1,6}")
_LARGEST_INTEGER = 2**31 - 1
_STATUS = {"COMPLETE", "SKIPPED", "FAILED"}

# Keywords that are carried over when the spectrum still knows them, with their type.
_PRIMARY_KEYWORDS: dict[str, type] = {
    "TARGPROP": str, "TARG_RA": float, "TARG_DEC": float, "MU_RA": float, "MU_DEC": float,
    "MU_EPOCH": str, "VISITGRP": str, "SEQ_ID": str, "ACT_ID": str, "EXPOSURE": str,
    "TIME-OBS": str, "DATE-BEG": str, "DATE-END": str, "EXPSTART": float, "EXPEND": float,
    "EFFINTTM": float, "EFFEXPTM": float, "DURATION": float, "NINTS": int, "NGROUPS": int,
    "NFRAMES": int, "TFRAME": float, "TGROUP": float, "TITLE": str, "PI_NAME": str,
    "OBS_ID": str, "VISIT_ID": str, "APERNAME": str,
}  # fmt: skip
_EXTENSION_KEYWORDS: dict[str, type] = {
    "EXTR_X": float, "EXTR_Y": float, "SLIT_RA": float, "SLIT_DEC": float, "PA_APER": float,
    "DISPAXIS": int, "SPORDER": int, "MJD-BEG": float, "MJD-END": float, "S_REGION": str,
}  # fmt: skip

# Readers know products of JWST by their extension ASDF; all that ours has to say is in the headers.
_ASDF = """#ASDF 1.0.0
#ASDF_STANDARD 1.5.0
%YAML 1.1
%TAG ! tag:stsci.edu:asdf/
--- !core/asdf-1.1.0
meta: {{model_type: {model}}}
...
"""

#: Column of a spectrum that holds the systematic error of each sample in Jy.
SYSTEMATIC = "sys_error_jy"
_VARIANCES = ("VAR_POISSON", "VAR_RNOISE", "VAR_FLAT")


def write_x1d(
    path: str | Path,
    spectra: Sequence[Spectrum],
    *,
    provenance: Provenance,
    history: Sequence[str] = (),
    exists: IfExists = "refuse",
) -> Path:
    """Write spectra in Jy or MJy/sr as an x1d file, one EXTRACT1D extension each.

    Parameters
    ----------
    path : path-like
        The file.
    spectra : sequence of Spectrum
        At least one. Values in Jy go to FLUX, values in MJy/sr to SURF_BRIGHT; SRCTYPE says
        POINT or EXTENDED accordingly, because that is how readers choose the column. NaN stays
        NaN, and fills what is not known, the split of variances among it. One with a column
        ``sys_error_jy`` gets an extension SYSTEMATIC of the same number, with that and its terms
        ``sys_..._jy``.
    provenance : Provenance
        Written to the extension FLUXKNOT.
    history : sequence of str, optional
        What was done to the spectra, a HISTORY entry each.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If there is no spectrum, a spectrum has another unit, or the file cannot be written.
    """
    if not spectra:
        raise FileError(path, "There is no spectrum to write.")
    for spectrum in spectra:
        _require_unit(path, spectrum)
    layout = "MRS" if all(_band_of(spectrum) for spectrum in spectra) else "other"
    cards = _primary_cards(Path(path).name, spectra, layout=layout)
    hdus = [primary_hdu([*cards, *(("HISTORY", said, "") for said in history)])]
    for number, spectrum in enumerate(spectra, start=1):
        columns = _columns(spectrum, layout=layout)
        hdus.append(table_hdu("EXTRACT1D", columns, _extension_cards(spectrum), version=number))
    for number, spectrum in enumerate(spectra, start=1):
        if SYSTEMATIC in spectrum.columns:
            columns = _systematic_columns(spectrum)
            hdus.append(table_hdu("SYSTEMATIC", columns, version=number))
    hdus += [provenance_hdu(provenance), _asdf_hdu(layout)]
    return write_fits(path, hdus, exists=exists)


def _require_unit(path: str | Path, spectrum: Spectrum) -> None:
    if spectrum.unit in {"Jy", "MJy/sr"}:
        return
    name = " ".join(part for part in (spectrum.identity.target, spectrum.identity.band) if part)
    unit = f"in {spectrum.unit}" if spectrum.unit else "without unit"
    raise FileError(
        path,
        f"The spectrum {name!r} is {unit}; an x1d file holds Jy or MJy/sr.",
        hint="Calibrate it first, or write it as ECSV.",
    )


def _band_of(spectrum: Spectrum) -> Band | None:
    return band_named(spectrum.identity.band)


def _columns(spectrum: Spectrum, *, layout: str) -> list[Column]:
    """Return the columns of EXTRACT1D in the order of the pipeline."""
    unknown = np.full(spectrum.size, np.nan)

    def held(name: str) -> FloatArray:
        return spectrum.columns.get(name, unknown)

    flux = held("flux_jy"), held("flux_error_jy")
    brightness = held("surf_bright_mjy_sr"), held("surf_bright_error_mjy_sr")
    background = held("background_mjy_sr"), held("background_error_mjy_sr")
    if spectrum.unit == "Jy":
        flux = spectrum.flux, spectrum.error
    else:
        brightness = spectrum.flux, spectrum.error
    columns = [Column("WAVELENGTH", "um", spectrum.wave_um)]
    columns += _group("FLUX", "FLUX", "Jy", *flux)
    columns += _group("SURF_BRIGHT", "SB", "MJy/sr", *brightness)
    columns.append(Column("DQ", "", spectrum.flags.astype(np.uint32)))
    columns += _group("BACKGROUND", "BKGD", "MJy/sr", *background)
    columns.append(Column("NPIXELS", "", held("n_pixels")))
    if layout == "MRS":
        columns += [
            Column("RF_FLUX", "Jy", held("fringe_corrected_flux_jy")),
            Column("RF_SURF_BRIGHT", "MJy/sr", held("fringe_corrected_surf_bright_mjy_sr")),
            Column("RF_BACKGROUND", "MJy/sr", held("fringe_corrected_background_mjy_sr")),
        ]
    return columns


def _systematic_columns(spectrum: Spectrum) -> list[Column]:
    """Return the systematic error and its terms; the schema of EXTRACT1D has no room for them."""
    named = {SYSTEMATIC: "SYS_ERROR"} | {
        name: name.removesuffix("_jy").upper()
        for name in spectrum.columns
        if name.startswith("sys_") and name.endswith("_jy") and name != SYSTEMATIC
    }
    columns = [Column(said, "Jy", spectrum.columns[name]) for name, said in named.items()]
    return [Column("WAVELENGTH", "um", spectrum.wave_um), *columns]


def _group(
    name: str, prefix: str, unit: str, values: FloatArray, errors: FloatArray
) -> list[Column]:
    """Return a quantity with its error and the unknown split of its variance."""
    squared = f"{unit}^2" if "/" not in unit else f"({unit})^2"
    unknown = np.full(values.size, np.nan)
    variances = [Column(f"{prefix}_{source}", squared, unknown) for source in _VARIANCES]
    return [Column(name, unit, values), Column(f"{prefix}_ERROR", unit, errors), *variances]


def _asdf_hdu(layout: str) -> Any:
    text = _ASDF.format(model=_MODELS[layout]).encode("ascii")
    content = np.frombuffer(text, dtype=np.uint8)[np.newaxis]
    return table_hdu("ASDF", [Column("ASDF_METADATA", "", content)])


def _primary_cards(name: str, spectra: Sequence[Spectrum], *, layout: str) -> list[Card]:
    cards: list[Card] = [
        ("FILENAME", name, "Name of the file"),
        ("DATAMODL", _MODELS[layout], "Type of data model"),
        ("TELESCOP", "JWST", "Telescope used to acquire the data"),
        *identity_cards(_shared_identity(spectra)),
        *_band_cards(spectra, layout=layout),
        *_origin_cards(spectra),
    ]
    return cards


def _shared_identity(spectra: Sequence[Spectrum]) -> Identity:
    """Return the facts that hold for all spectra, as far as the pipeline knows their values."""
    shared = {}
    for field in dataclasses.fields(Identity):
        name = field.name
        value = _shared(spectra, attrgetter(f"identity.{name}"))
        if value is not None and value in _KNOWN.get(name, {value}):
            shared[name] = value
    return Identity(**shared)


def _band_cards(spectra: Sequence[Spectrum], *, layout: str) -> list[Card]:
    """Return CHANNEL and BAND as the pipeline names products of one or more bands."""
    if layout != "MRS":
        return []
    bands = [band for band in map(_band_of, spectra) if band]
    channel = "".join(sorted({str(band.channel) for band in bands}))
    gratings = {band.grating for band in bands}
    return [
        ("INSTRUME", "MIRI", "Instrument"),
        ("EXP_TYPE", "MIR_MRS", "Type of exposure"),
        ("CHANNEL", channel if channel in _CHANNELS else None, "Instrument channel"),
        ("BAND", gratings.pop() if len(gratings) == 1 else "MULTIPLE", "MRS wavelength band"),
    ]


def _origin_cards(spectra: Sequence[Spectrum]) -> list[Card]:
    cards: list[Card] = [
        ("CAL_VER", _shared(spectra, lambda s: s.origin.cal_version), "Calibration software"),
        ("CRDS_CTX", _shared(spectra, lambda s: s.origin.crds_context), "CRDS context"),
    ]
    steps = _shared(spectra, lambda s: s.origin.steps) or ()
    references = _shared(spectra, lambda s: s.origin.references) or ()
    header = _shared(spectra, lambda s: s.origin.header) or ()
    cards += [
        (keyword, value, "")
        for keyword, value in steps
        if _STEP_KEYWORD.fullmatch(keyword) and value in _STATUS
    ]
    cards += [
        (keyword, _reference(name), "")
        for keyword, name in references
        if _REFERENCE_KEYWORD.fullmatch(keyword)
    ]
    cards += _typed_cards(header, _PRIMARY_KEYWORDS)
    return cards


def _reference(name: str) -> str:
    """Return the name of a reference file as the pipeline writes it."""
    return f"crds://{name}" if name.startswith("jwst_") else name


def _extension_cards(spectrum: Spectrum) -> list[Card]:
    identity, band = spectrum.identity, _band_of(spectrum)
    cards: list[Card] = [
        ("SRCTYPE", "POINT" if spectrum.unit == "Jy" else "EXTENDED", "Type of the source"),
        ("SLTNAME", "MIR_MRS" if band else identity.exp_type, "Slit name"),
        ("SRCNAME", identity.target, "Source name"),
        ("DETECTOR", identity.detector, "Detector"),
        ("MJD-AVG", identity.mjd, "[d] mid time in MJD"),
        ("PIXAR_SR", spectrum.pixel_area_sr, "[sr] Solid angle of a spaxel"),
    ]
    if band:
        cards.append(("CHANNEL", str(band.channel), "Instrument channel"))
        cards.append(("BAND", band.grating, "MRS wavelength band"))
    return cards + _typed_cards(spectrum.origin.header, _EXTENSION_KEYWORDS)


def _typed_cards(header: Sequence[tuple[str, str]], keywords: dict[str, type]) -> list[Card]:
    """Return the cards whose keyword is known and whose text can be read as its type."""
    cards: list[Card] = []
    for keyword, text in header:
        kind = keywords.get(keyword)
        if kind is None:
            continue
        try:
            value: Value = kind(text)
        except ValueError:
            continue
        if not isinstance(value, int) or abs(value) <= _LARGEST_INTEGER:
            cards.append((keyword, value, ""))
    return cards


def _shared(spectra: Sequence[Spectrum], fact: Callable[[Spectrum], Any]) -> Any:
    """Return a fact that holds for all spectra, or `None`."""
    values = [fact(spectrum) for spectrum in spectra]
    return values[0] if all(value == values[0] for value in values) else None
