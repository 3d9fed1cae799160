"""The same measurements written in other ways: FITS files whose meaning does not change."""

import gzip
import io

import numpy as np
from astropy.io import fits

_PLACES = {"WAVELENGTH"}  # in float64 in all products


def hdus_of(content):
    """Return the HDUs in the bytes of a FITS file, packed or not."""
    plain = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    with fits.open(io.BytesIO(plain), memmap=False, uint=True) as hdus:
        return fits.HDUList([hdu.copy() for hdu in hdus])


def bytes_of(hdus):
    """Return the bytes of a FITS file without sums of its content."""
    for hdu in hdus:
        for keyword in ("CHECKSUM", "DATASUM"):
            hdu.header.remove(keyword, ignore_missing=True)
    stream = io.BytesIO()
    hdus.writeto(stream, output_verify="silentfix")
    return stream.getvalue()


def in_blocks(content, order=">"):
    """Return an ASDF file whose arrays lie in binary blocks of one byte order, in float64."""
    import asdf

    with asdf.open(io.BytesIO(content), memmap=False, lazy_load=False) as file:
        tree = {name: value for name, value in file.tree.items() if "library" not in name}
        table = dict(tree["apcorr_table"])
        for name, value in table.items():
            if hasattr(value, "shape"):
                table[name] = np.array(value).astype(f"{order}f8")
        stream = io.BytesIO()
        asdf.AsdfFile({**tree, "apcorr_table": table}).write_to(
            stream, all_array_storage="internal"
        )
    return stream.getvalue()


def packed(content):
    """Return the file packed with gzip, or unpacked when it was."""
    if content.startswith(b"\x1f\x8b"):
        return gzip.decompress(content)
    return gzip.compress(content, mtime=0)


def other_order(content):
    """Return the file with its extensions in reverse order; spectra keep theirs."""
    hdus = hdus_of(content)
    rest = list(hdus[1:])
    if len({hdu.name for hdu in rest}) < len(rest):
        return bytes_of(hdus)  # several of one name: their order is their meaning
    return bytes_of(fits.HDUList([hdus[0], *rest[::-1]]))


def wide(content):
    """Return the file with every float32 written as float64."""
    return _retyped(content, np.float32, np.float64)


def narrow(content):
    """Return the file with every float64 written as float32, apart from coordinates."""
    return _retyped(content, np.float64, np.float32)


def _retyped(content, old, new):
    hdus = hdus_of(content)
    for place, hdu in enumerate(hdus):
        if isinstance(hdu, fits.BinTableHDU) and hdu.name in {"EXTRACT1D", "SCI", "COMBINE1D"}:
            hdus[place] = _table(
                hdu, lambda name, array: array if name in _PLACES else _as(array, old, new)
            )
        elif hdu.is_image and hdu.data is not None and hdu.data.dtype.type is old:
            hdu.data = hdu.data.astype(new)
    return bytes_of(hdus)


def _as(array, old, new):
    return array.astype(new) if array.dtype.type is old else array


def scaled(content):
    """Return the file with SCI as integers, BSCALE and BZERO: exact for what `coarse` gives."""
    hdus = hdus_of(content)
    for hdu in hdus:
        if hdu.name == "SCI" and hdu.is_image and hdu.data.dtype.kind == "f":
            step, zero, whole = _steps(hdu.data)
            blank = -(2**31)
            hdu.header.remove("BLANK", ignore_missing=True)
            integers = np.where(np.isfinite(whole), whole, blank).astype(np.int32)
            header = hdu.header.copy()
            raw = fits.ImageHDU(integers, header, name="SCI")
            raw.header["BSCALE"], raw.header["BZERO"], raw.header["BLANK"] = step, zero, blank
            hdus[hdus.index_of("SCI")] = _RawImage(raw)
    return _with_raw(hdus)


class _RawImage(fits.ImageHDU):
    """An image whose integers are written as they are, with their scale in the header."""

    def __init__(self, hdu):
        super().__init__(hdu.data, hdu.header)
        self.scale_cards = {key: hdu.header[key] for key in ("BSCALE", "BZERO", "BLANK")}


def _with_raw(hdus):
    pieces = []
    for place, hdu in enumerate(hdus):
        cards = getattr(hdu, "scale_cards", {})
        for keyword in ("CHECKSUM", "DATASUM"):
            hdu.header.remove(keyword, ignore_missing=True)
        stream = io.BytesIO()
        lone = [hdu] if place == 0 else [fits.PrimaryHDU(), hdu]
        fits.HDUList(lone).writeto(stream, output_verify="silentfix")
        content = stream.getvalue()[0 if place == 0 else 2880 :]
        for keyword, value in cards.items():
            content = _with_card(content, keyword, value)
        pieces.append(content)
    return b"".join(pieces)


def _with_card(content, keyword, value):
    """Return an extension with one more card; astropy would apply a scale, not write it."""
    end = content.index(b"END" + b" " * 77)
    size = -(-(end + 80) // 2880) * 2880
    card = str(fits.Card(keyword, value)).encode("ascii")
    header = content[:end] + card + b"END"
    header += b" " * (-len(header) % 2880)
    return header + content[size:]


def _steps(data):
    finite = data[np.isfinite(data)].astype(np.float64)
    zero = float(np.median(finite))
    step = 2.0 ** np.ceil(np.log2(max(np.ptp(finite), 1e-300) / 2**30))
    zero = step * np.round(zero / step)
    return step, zero, np.round((data.astype(np.float64) - zero) / step)


def coarse(content):
    """Return the file with SCI in float64, on the levels that scaled integers can hold."""
    hdus = hdus_of(content)
    for hdu in hdus:
        if hdu.name == "SCI" and hdu.is_image and hdu.data.dtype.kind == "f":
            step, zero, whole = _steps(hdu.data)
            hdu.data = zero + step * whole
    return bytes_of(hdus)


def rows_reversed(content):
    """Return the file with the rows of its spectra in reverse order."""
    return _rows(content, lambda n: np.arange(n)[::-1])


def rows_shuffled(content):
    """Return the file with the rows of its spectra in no order."""
    return _rows(content, lambda n: np.random.default_rng(5).permutation(n))


def lines_shuffled(content):
    """Return an ECSV table with its rows in no order."""
    lines = content.decode().splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if not line.startswith("#")) + 1
    order = np.random.default_rng(3).permutation(len(lines) - start)
    return "".join([*lines[:start], *(lines[start + place] for place in order)]).encode()


def _rows(content, order):
    hdus = hdus_of(content)
    for place, hdu in enumerate(hdus):
        if isinstance(hdu, fits.BinTableHDU) and _is_spectrum(hdu):
            index = order(len(hdu.data))
            hdus[place] = _table(hdu, lambda _name, array, index=index: array[index])
    return bytes_of(hdus)


def _is_spectrum(hdu):
    names = {name.upper() for name in hdu.columns.names}
    one_a_row = all(hdu.data[name].ndim == 1 for name in hdu.columns.names)
    return "WAVELENGTH" in names and "FLUX" in names and one_a_row


def short(content):
    """Return a file whose numbers have 38 bits: they can be multiplied by 10000 exactly."""
    hdus = hdus_of(content)
    for place, hdu in enumerate(hdus):
        for keyword in ("CRVAL3", "CDELT3"):  # in 12 bits, so that a card holds all digits
            if keyword in hdu.header:
                hdu.header[keyword] = round(hdu.header[keyword] * 2**12) / 2**12
        if isinstance(hdu, fits.BinTableHDU) and _is_spectrum(hdu):
            hdus[place] = _table(hdu, lambda _name, array: _shortened(array))
    return bytes_of(hdus)


def _shortened(array):
    if array.dtype.kind != "f" or array.dtype.itemsize < 8:
        return array
    mantissa, exponent = np.frexp(array)
    return np.ldexp(np.round(mantissa * 2.0**38), exponent - 38)


def in_angstrom(content):
    """Return spectra with wavelengths in Angstrom."""
    return _unit(content, {"WAVELENGTH": ("Angstrom", 1e4)})


def in_mjy(content):
    """Return spectra with flux and its error in mJy."""
    return _unit(content, {"FLUX": ("mJy", 1e3), "FLUX_ERROR": ("mJy", 1e3)})


def _unit(content, changes):
    hdus = hdus_of(content)
    for place, hdu in enumerate(hdus):
        if not isinstance(hdu, fits.BinTableHDU) or not _is_spectrum(hdu):
            continue
        known = {
            name: change
            for name, change in changes.items()
            if name in hdu.columns.names and hdu.columns[name].unit in {"um", "Jy"}
        }
        hdus[place] = _table(
            hdu,
            lambda name, array, known=known: _times(array, known.get(name, ("", 1))[1]),
            units={name: unit for name, (unit, _) in known.items()},
        )
    return bytes_of(hdus)


def _times(array, factor):
    return array if factor == 1 else array.astype(np.float64) * factor


def planes_reversed(content):
    """Return a cube with its planes from long to short wavelengths, and the axis to match."""
    hdus = hdus_of(content)
    header = hdus["SCI"].header
    if not str(header.get("CTYPE3", "")).startswith("WAVE") or "TAB" in header["CTYPE3"]:
        return bytes_of(hdus)
    n_planes = hdus["SCI"].data.shape[0]
    header["CRVAL3"] += (n_planes + 1 - 2 * header["CRPIX3"]) * header["CDELT3"]
    header["CDELT3"] = -header["CDELT3"]
    if "PC3_3" in header:
        header["PC3_3"] = abs(header["PC3_3"])
    for hdu in hdus:
        if hdu.is_image and hdu.data is not None and hdu.data.shape[:1] == (n_planes,):
            hdu.data = hdu.data[::-1].copy()
    return bytes_of(hdus)


def wave_axis_in_angstrom(content):
    """Return a cube with the axis of wavelengths in Angstrom."""
    hdus = hdus_of(content)
    header = hdus["SCI"].header
    if header.get("CUNIT3") == "um":
        header["CUNIT3"] = "Angstrom"
        header["CRVAL3"], header["CDELT3"] = 1e4 * header["CRVAL3"], 1e4 * header["CDELT3"]
    return bytes_of(hdus)


def _table(hdu, change, *, units=None):
    """Return a table with its columns changed and its further keywords kept."""
    columns = []
    for column in hdu.columns:
        array = change(column.name, np.array(hdu.data[column.name]))
        columns.append(
            fits.Column(
                column.name,
                _format(column.format, array),
                unit=(units or {}).get(column.name, column.unit),
                array=array,
            )
        )
    again = fits.BinTableHDU.from_columns(columns, name=hdu.name, ver=hdu.ver)
    taken = {*again.header, "CHECKSUM", "DATASUM"}
    for card in hdu.header.cards:
        if card.keyword not in taken and not card.keyword.startswith(("T", "NAXIS", "COMMENT")):
            again.header[card.keyword] = (card.value, card.comment)
    for keyword in ("TARG_RA", "TARG_DEC", "TELESCOP"):
        if keyword in hdu.header:
            again.header[keyword] = hdu.header[keyword]
    return again


def _format(old, array):
    if array.dtype.kind != "f":
        return old
    code = {4: "E", 8: "D"}[array.dtype.itemsize]
    count = int(np.prod(array.shape[1:]))
    return f"{count}{code}" if array.ndim > 1 else code
