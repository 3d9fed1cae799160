"""FITS files whose structure lies, and files that are no FITS at all."""

import gzip
import io
import zlib

import numpy as np
from astropy.io import fits

from tests.hazards import baselines
from tests.hazards.baselines import written
from tests.hazards.hazard import Hazard

BLOCK = 2880


def content_of(hdus):
    """Return the bytes of a FITS file."""
    buffer = io.BytesIO()
    hdus.writeto(buffer, output_verify="ignore")
    return buffer.getvalue()


def cards(*lines, blocks=1):
    """Return a header of raw cards, END included."""
    text = "".join(line.ljust(80) for line in (*lines, "END"))
    return text.encode("latin-1").ljust(blocks * BLOCK)


def number(keyword, value):
    """Return a card with a number."""
    return f"{keyword:<8}= {value!s:>20}"


def lying_header(*axes, bitpix=-32):
    """Return a header that promises more data than follow."""
    lines = [number("SIMPLE", "T"), number("BITPIX", bitpix), number("NAXIS", len(axes))]
    lines += [number(f"NAXIS{n}", size) for n, size in enumerate(axes, 1)]
    return cards(*lines) + b"\0" * BLOCK


def replaced(hdus, old, new, *, count=1):
    """Return the bytes of a file with a card changed in place."""
    content = content_of(hdus)
    assert old in content
    return content.replace(old, new.ljust(len(old)), count)


def truncated(fraction):
    """Return a function that writes the front part of a cube."""

    def make(path):
        content = content_of(baselines.s3d())
        path.write_bytes(content[: int(fraction * len(content))])

    return make


def ramp(data, *, flags=None):
    """Return a function that writes the ramps of one exposure."""

    def make(path):
        hdus = [baselines.primary(DATAMODL="RampModel"), fits.ImageHDU(data, name="SCI")]
        if flags is not None:
            hdus.append(fits.ImageHDU(flags, name="PIXELDQ"))
        written(fits.HDUList(hdus), path)

    return make


def write(content):
    """Return a function that writes bytes, made when they are needed."""
    return lambda path: path.write_bytes(content() if callable(content) else content)


def gzip_bomb(path, *, mebibytes=160):
    """Write a FITS header with zeros behind it that unpack to many mebibytes."""
    header = lying_header(1024, 1024, mebibytes // 4)
    packer = zlib.compressobj(4, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    with path.open("wb") as stream:
        stream.write(packer.compress(header))
        for _ in range(mebibytes):
            stream.write(packer.compress(zeros))
        stream.write(packer.flush())


def compressed_bomb():
    """Return a tile-compressed image that promises 100000 x 100000 pixels."""
    data = np.zeros((64, 64), np.int16)
    hdus = fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(data, name="SCI")])
    content = content_of(hdus)
    for axis in (b"ZNAXIS1 =                   64", b"ZNAXIS2 =                   64"):
        assert axis in content
        content = content.replace(
            axis, axis.replace(b"                  64", b"              100000")
        )
    return content


def wrong_checksum(*, in_data):
    """Return a cube with checksums, one byte of which was changed afterwards."""
    hdus = baselines.s3d()
    for hdu in hdus:
        hdu.add_checksum()
    content = bytearray(content_of(hdus))
    place = content.index(b"HD 2811") if not in_data else len(content) // 3
    content[place + 1] ^= 1
    return bytes(content)


def without_padding():
    content = content_of(baselines.x1d())
    row_bytes = 20 * 8 + 4
    return content[: len(content) - (-baselines.N_WAVE * row_bytes) % BLOCK]


EMPTY = (number("BITPIX", 8), number("NAXIS", 0))


def bad_table(old, new):
    return lambda: replaced(baselines.x1d(), old, new)


HAZARDS = (
    Hazard("truncated_in_header.fits", "refused", "truncated", truncated(0.02)),
    Hazard("truncated_in_data.fits", "refused", "truncated", truncated(0.4)),
    Hazard("truncated_by_a_little.fits", "refused", "truncated", truncated(0.97)),
    Hazard("naxis_1e5.fits", "refused", "truncated", write(lying_header(100_000, 100_000))),
    Hazard("axes_32_petabytes.fits", "refused", "truncated", write(lying_header(*[10**7] * 2, 80))),
    Hazard("axes_999.fits", "refused", "truncated", write(lying_header(*[10**15] * 30))),
    Hazard("naxis_negative.fits", "refused", "naxis1", write(lying_header(-5, 10))),
    Hazard("naxis_text.fits", "refused", "naxis1", write(lying_header("'many'", 10))),
    Hazard("bitpix_17.fits", "refused", "bitpix", write(lying_header(10, 10, bitpix=17))),
    Hazard("no_end.fits", "refused", "header", write(number("SIMPLE", "T").ljust(BLOCK).encode())),
    Hazard("header_never_ends.fits", "refused", "header",
           write(lambda: number("SIMPLE", "T").ljust(80).encode() + b" " * 80 * 80_000)),
    Hazard("pcount_bad.fits", "refused", "pcount",
           write(bad_table(number("PCOUNT", 0).encode(), number("PCOUNT", -7).encode()))),
    Hazard("pcount_huge.fits", "refused", "truncated",
           write(bad_table(number("PCOUNT", 0).encode(), number("PCOUNT", 10**12).encode()))),
    Hazard("gcount_text.fits", "refused", "gcount",
           write(bad_table(number("GCOUNT", 1).encode(), b"GCOUNT  = 'one'"))),
    Hazard("tfields_wrong.fits", "refused", "tform22",
           write(bad_table(number("TFIELDS", 21).encode(), number("TFIELDS", 23).encode()))),
    Hazard("tform_wrong.fits", "refused", "damaged",
           write(bad_table(b"TFORM2  = 'D       '", b"TFORM2  = '9D      '"))),
    Hazard("tform_unknown.fits", "refused", "tform2",
           write(bad_table(b"TFORM2  = 'D       '", b"TFORM2  = '?!      '"))),
    Hazard("gzip_bomb.fits.gz", "refused", "unpack", gzip_bomb),
    Hazard("gzip_of_zeros.fits.gz", "refused", "fits",
           write(lambda: gzip.compress(bytes(20 << 20), 9))),
    Hazard("gzip_truncated.fits.gz", "refused", "gzip",
           write(lambda: gzip.compress(content_of(baselines.s3d()))[:-2000])),
    Hazard("gzip_damaged.fits.gz", "refused", "gzip",
           write(lambda: gzip.compress(b"x" * 5000)[:-8] + bytes(8))),
    Hazard("gzip_empty.fits.gz", "refused", "empty", write(lambda: gzip.compress(b""))),
    Hazard("compressed_image_bomb.fits", "refused", "compressed", write(compressed_bomb)),
    Hazard("checksum_data.fits", "warns", "checksum", write(lambda: wrong_checksum(in_data=True))),
    Hazard("checksum_header.fits", "warns", "checksum",
           write(lambda: wrong_checksum(in_data=False))),
    Hazard("no_padding.fits", "warns", "block", write(without_padding)),
    Hazard("trailing_junk.fits", "warns", "behind",
           write(lambda: content_of(baselines.x1d()) + b"junk" * 900)),
    Hazard("trailing_zeros.fits", "loads", "",
           write(lambda: content_of(baselines.x1d()) + bytes(BLOCK))),
    Hazard("empty.fits", "refused", "empty", write(b"")),
    Hazard("one_byte.fits", "refused", "table", write(b"S")),
    Hazard("web_page.fits", "refused", "html",
           write(b"<!DOCTYPE html>\n<html><body>404 Not found</body></html>")),
    Hazard("picture.fits", "refused", "png", write(b"\x89PNG\r\n\x1a\n" + bytes(100))),
    Hazard("archive.fits", "refused", "zip", write(b"PK\x03\x04" + bytes(100))),
    Hazard("pickle.fits", "refused", "pickle", write(b"\x80\x04\x95cos\nsystem\n(S'true'\ntR.")),
    Hazard("noise.fits", "refused", "neither",
           write(lambda: np.random.default_rng(1).bytes(20_000))),
    Hazard("only_primary.fits", "refused", "nothing",
           lambda path: written(fits.HDUList([baselines.primary()]), path)),
    Hazard("many_extensions.fits", "refused", "extensions",
           write(lambda: cards(number("SIMPLE", "T"), *EMPTY)
                 + cards("XTENSION= 'IMAGE   '", *EMPTY) * 21_000)),
    Hazard("random_groups.fits", "refused", "nothing",
           write(cards(number("SIMPLE", "T"), number("BITPIX", -32), number("NAXIS", 0),
                       number("GROUPS", "T")))),
    Hazard("ascii_table_only.fits", "refused", "nothing",
           lambda path: written(fits.HDUList([fits.PrimaryHDU(), fits.TableHDU.from_columns(
               [fits.Column("FLUX", format="F10.3", array=np.arange(3.0))])]), path)),
    Hazard("ramp_all_nan.fits", "warns", "nan", ramp(np.full((1, 3, 4, 4), np.nan, "f4"))),
    Hazard("ramp_flags_shape.fits", "refused", "pixeldq",
           ramp(np.zeros((1, 3, 4, 4), "f4"), flags=np.zeros((4, 5), "u4"))),
    Hazard("four_axes.fits", "refused", "axes",
           lambda path: written(fits.HDUList([fits.PrimaryHDU(np.zeros((2, 2, 2, 2)))]), path)),
)  # fmt: skip
