"""Reference files of the pipeline: photom, flat, fringe, aperture corrections, leak, distortions.

What a reference means is known by the analyses; here its images and tables are read as they are,
old forms and new ones alike.
"""

from types import MappingProxyType

import numpy as np

from engine.arrays import freeze
from engine.files.fits_arrays import constant
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.raw_table import RawTable
from engine.files.spectra_tables import Around, data_table, read_table_product
from engine.model.image import Image
from engine.model.tabulated import Curve, DataTable

_IMAGES = ("SCI", "PIXSIZ")
_CURVES = {"LEAKCOR"}
_NOT_TABLES = {"DQ_DEF"}
_MAX_ROWS_OF_CURVES = 500


def read_reference(file: FitsFile) -> tuple[Image | Curve | DataTable, ...]:
    """Read the images and tables of a reference file.

    Parameters
    ----------
    file : FitsFile
        A file with the keyword REFTYPE.

    Returns
    -------
    tuple
        Images (``SCI``, ``PIXSIZ``), then tables in the order of the file; the name of a table is
        that of its extension. A table of vectors gives one curve a row.

    Raises
    ------
    FileError
        If nothing can be read, or the shapes of SCI, ERR and DQ differ.
    """
    products: list[Image | Curve | DataTable] = []
    for name in _IMAGES:
        hdu = file.find(name)
        if hdu is not None and hdu.kind == "image" and len(hdu.shape) == 2:
            products.append(_image(file, hdu))
    for hdu in file.tables():
        if hdu.name not in _NOT_TABLES:
            products.extend(_table(file, hdu))
    if not products:
        raise file.notes.refused(
            "The reference file has no image and no table.", "Fetch the file again."
        )
    return tuple(products)


def _image(file: FitsFile, hdu: Hdu) -> Image:
    error = file.companion("ERR", hdu, shape=hdu.shape) if hdu.name == "SCI" else None
    return Image(
        data=file.values(hdu),
        error=constant(np.nan, hdu.shape) if error is None else error,
        flags=file.companion_flags(hdu, shape=hdu.shape),
        unit=hdu.header.text("BUNIT"),
        pixel_area_sr=file.primary.number("PIXAR_SR") or hdu.header.number("PIXAR_SR"),
        conversion_mjy_sr=file.primary.number("PHOTMJSR") or hdu.header.number("PHOTMJSR"),
        kind=f"{file.primary.text('REFTYPE').lower()} {hdu.name}",
        identity=file.identity(hdu),
        origin=file.origin(hdu),
    )


def _table(file: FitsFile, hdu: Hdu) -> tuple[Curve | DataTable, ...]:
    table = file.table(hdu)
    around = Around(file.identity(hdu), file.origin(hdu), "")
    if hdu.name in _CURVES:
        product = read_table_product(table, around, file.notes)
        return (product,) if isinstance(product, Curve) else (data_table(table, around),)
    plain = data_table(table, around)
    return (plain, *_row_curves(table, around))


def _row_curves(table: RawTable, around: Around) -> tuple[Curve, ...]:
    """Return a curve for each row that holds a vector of wavelengths and others as long."""
    if "wavelength" not in table or table.n_rows > _MAX_ROWS_OF_CURVES:
        return ()
    waves = table.numbers("wavelength")
    if waves is None or waves.ndim != 2:
        return ()
    curves = []
    for row in range(table.n_rows):
        wave = waves[row]
        good = np.isfinite(wave) & (wave > 0.0)
        order = np.argsort(wave[good], kind="stable")
        increasing = wave[good][order]
        if increasing.size < 2 or np.any(np.diff(increasing) <= 0.0):
            continue
        values = {
            name: freeze(column[row][good][order])
            for name in table.names
            if name.lower() != "wavelength"
            and (column := table.numbers(name)) is not None
            and column.shape == waves.shape
        }
        curves.append(
            Curve(
                wave_um=freeze(increasing),
                values=MappingProxyType(values),
                units=MappingProxyType({name: table.unit(name) for name in values}),
                identity=around.identity,
                origin=around.origin,
            )
        )
    return tuple(curves)
