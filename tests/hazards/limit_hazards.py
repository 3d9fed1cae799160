"""Files that ask for more time or memory than they are worth."""

import gzip
import os
import zlib

import numpy as np
from astropy.io import fits

from tests.hazards import baselines, session_hazards, text_hazards
from tests.hazards.fits_hazards import cards, content_of, lying_header, number, write
from tests.hazards.hazard import Hazard
from tests.hazards.text_hazards import asdf, ecsv, in_block, zlib_block

MIB = 1 << 20
PRIMARY = cards(number("SIMPLE", "T"), number("BITPIX", 8), number("NAXIS", 0))


def extension(name, *axes, more=()):
    """Return the header of an image of float32."""
    sizes = [number(f"NAXIS{n}", size) for n, size in enumerate(axes, 1)]
    return cards(
        "XTENSION= 'IMAGE   '", number("BITPIX", -32), number("NAXIS", len(axes)), *sizes,
        number("PCOUNT", 0), number("GCOUNT", 1), f"EXTNAME = '{name}'", *more,
    )  # fmt: skip


def with_hole(head, size):
    """Return a function that writes the front of a file; the rest is a hole on the disk."""

    def make(path):
        path.write_bytes(head)
        os.truncate(path, size)

    return make


def packed(head, mebibytes, *, noise_mib=0):
    """Return a function that writes a header, zeros and some noise, packed."""

    def make(path):
        packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        with path.open("wb") as stream:
            stream.write(packer.compress(head))
            for _ in range(mebibytes):
                stream.write(packer.compress(bytes(MIB)))
            noise = np.random.default_rng(2).bytes(noise_mib * MIB)
            stream.write(packer.compress(noise) + packer.flush())

    return make


def long_name_of_gzip():
    """Return a gzip file whose header holds a name of 30 MiB."""
    plain = gzip.compress(content_of(baselines.x1d()), 1)
    return b"\x1f\x8b\x08\x08" + plain[4:10] + b"n" * (30 * MIB) + b"\0" + plain[10:]


def endless_string():
    """Return a FITS header with one string over 60 000 cards."""
    further = ["CONTINUE  '" + "b" * 60 + "&'"] * 60_000
    return cards(*_primary_lines(), "LONG    = 'a&'", *further, blocks=1700)


def _primary_lines():
    return [number("SIMPLE", "T"), number("BITPIX", 8), number("NAXIS", 0)]


def unit_of_flux(unit):
    units = {**baselines.X1D_UNITS, "FLUX": unit}
    return lambda: content_of(baselines.x1d(units=units))


def wide_table(path):
    columns = [fits.Column(f"C{n}", "D", array=np.ones(3)) for n in range(400)]
    baselines.written(
        fits.HDUList([fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns)]), path
    )


def yaml(meta):
    return write(lambda: ecsv(meta).encode())


SLOW_POWER = "10**99999999 Jy"

# A second or less each.
LIGHT = (
    Hazard("unit_power.fits", "warns", "unit", write(unit_of_flux(SLOW_POWER))),
    Hazard("unit_power.ecsv", "warns", "unit",
           write(lambda: ecsv(units=("um", SLOW_POWER)).encode())),
    Hazard("unit_nested.ecsv", "warns", "unit",
           write(lambda: ecsv(units=("um", "(" * 50_000 + "Jy" + ")" * 50_000)).encode())),
    Hazard("unit_long.ecsv", "warns", "unit",
           write(lambda: ecsv(units=("um", "Jy " * 50_000)).encode())),
    Hazard("unit_of_wave_long.ecsv", "refused", "unit",
           write(lambda: ecsv(units=("um " * 50_000, "Jy")).encode())),
    Hazard("unit_infinite.fits", "warns", "unit", write(unit_of_flux("1e400 Jy"))),
    Hazard("unit_zero.fits", "warns", "unit", write(unit_of_flux("0 Jy"))),
    Hazard("unit_logarithm.fits", "warns", "unit", write(unit_of_flux("mag(AB)"))),
    Hazard("yaml_number_in_sixties.ecsv", "refused", "yaml",
           yaml("meta: {a: 1" + ":59" * 40_000 + ".5}")),
    Hazard("yaml_long_number.ecsv", "refused", "yaml", yaml("meta: {a: " + "9" * 900_000 + "}")),
    Hazard("yaml_flow.ecsv", "refused", "yaml", yaml("meta: " + "[a," * 300_000)),
    Hazard("yaml_impossible_day.ecsv", "refused", "yaml", yaml("meta: {a: 2001-99-99}")),
    Hazard("yaml_unhashable_key.ecsv", "refused", "yaml", yaml("meta: {? [a, b] : 1}")),
    Hazard("yaml_half_a_character.ecsv", "refused", "yaml", yaml('meta: {a: "\\ud800"}')),
    Hazard("asdf_immense_number.asdf", "refused", "numbers",
           write(lambda: asdf(tree={"apcorr": [[10**400] * 5] * 3}))),
    Hazard("asdf_ragged.asdf", "refused", "numbers",
           write(lambda: asdf(tree={"radius": [[1.0], [1.0, 2.0]]}))),
    Hazard("asdf_far_offset.asdf", "refused", "larger",
           write(lambda: asdf(tree={"apcorr": in_block((3, 5)) | {"offset": 10**30}},
                              block=zlib_block(MIB, 1)))),
    Hazard("asdf_many_axes.asdf", "refused", "shape",
           write(lambda: asdf(tree={"apcorr": in_block((1,) * 60)},
                              block=zlib_block(MIB, 1)))),
    Hazard("gzip_in_gzip.fits.gz", "refused", "neither",
           write(lambda: gzip.compress(gzip.compress(content_of(baselines.x1d()), 1), 1))),
    Hazard("gzip_of_empty_members.fits.gz", "refused", "gzip",
           write(lambda: gzip.compress(b"") * 50_000)),
    Hazard("hole_behind_header.fits", "refused", "hole",
           with_hole(lying_header(20_000, 23_000)[:2880], 2880 * 638_890)),
    Hazard("hole_in_cube.fits", "refused", "hole",
           with_hole(PRIMARY + extension("SCI", 500, 500, 900), 2880 * 312_510)),
    Hazard("only_a_hole.bin", "refused", "too large", with_hole(b"", 4096 * MIB)),
    Hazard("larger_than_any.fits", "refused", "too large", with_hole(PRIMARY, 5000 * MIB)),
    Hazard("axes_of_length_1.fits", "refused", "axes",
           lambda path: baselines.written(fits.HDUList([fits.PrimaryHDU(np.zeros((1,) * 12))]),
                                          path)),
    Hazard("axis_of_length_0.fits", "refused", "no image", write(lying_header(0, 10**12))),
    Hazard("wide_table.fits", "loads", "", wide_table),
    Hazard("name_with_blanks.csv", "loads", "",
           write(lambda: text_hazards.csv(head=("wave_um", "flux_jy", "a" + " " * 60_000 + "b"))
                 .encode())),
    Hazard("comment_of_brackets.csv", "loads", "",
           write(("# " + "( " * 300_000 + "\n" + text_hazards.csv()).encode)),
    Hazard("comment_of_json.csv", "loads", "",
           write(("# fluxknot: [" + "{}," * 500_000 + "{}]\n" + text_hazards.csv()).encode)),
)  # fmt: skip

# Seconds each, or hundreds of MiB: for the rig.
HEAVY = (
    *session_hazards.IMMENSE,
    Hazard("gzip_long_name.fits.gz", "loads", "", write(long_name_of_gzip)),
    Hazard("gzip_bomb_with_noise.fits.gz", "refused", "unpack",
           packed(PRIMARY + extension("SCI", 1000, 1000, 490), 1800, noise_mib=8)),
    Hazard("gzip_bomb_in_a_table.csv.gz", "refused", "too l", packed(b"wave,flux\n", 90)),
    Hazard("string_over_cards.fits", "refused", "nothing", write(endless_string)),
    Hazard("many_cells.csv", "refused", "too large",
           write(lambda: (b"12," * 20 + b"12\n") * (60 * MIB // 64))),
    Hazard("many_lines.txt", "refused", "too large", write(lambda: b"1 2\n" * (15 * MIB))),
    Hazard("many_bars.ipac", "refused", "too large",
           write(lambda: b"|a" * 50_000 + b"|\n" + b" 1" * 50_000 + b"\n")),
    Hazard("one_line.csv", "refused", "too large", write(lambda: b"12," * (20 * MIB) + b"1\n")),
    Hazard("one_cell.csv", "refused", "too large", write(lambda: b"a" * (60 * MIB))),
    Hazard("open_quote.csv", "refused", "too large", write(lambda: b'a,b\n"' + b"x" * (30 * MIB))),
    Hazard("wide_characters.csv", "refused", "too large",
           write(lambda: "😀 1 2\n".encode() * (7 * MIB))),
    Hazard("text_of_65_mib.csv", "refused", "too large", write(lambda: b"1 2\n" * (17 * MIB))),
    Hazard("yaml_of_anchors.ecsv", "loads", "",
           yaml("meta: [" + ",".join(f"&a{n} {n}" for n in range(60_000)) + "]")),
    Hazard("twenty_thousand_headers.fits", "refused", "nothing",
           write(lambda: PRIMARY + cards("XTENSION= 'IMAGE   '", *_primary_lines()[1:]) * 19_990)),
)  # fmt: skip

HAZARDS = LIGHT
