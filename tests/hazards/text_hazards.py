"""Text tables, ECSV, ASDF and JSON with traps."""

import json
import zlib
from itertools import pairwise

import numpy as np

from tests.hazards.hazard import Hazard

ROWS = [(5.0 + 0.1 * n, 1.0 + 0.01 * n, 0.1) for n in range(30)]


def text(content):
    """Return a function that writes a text."""
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def csv(delimiter=",", head=("wave_um", "flux_jy", "error_jy"), rows=ROWS):
    """Return a table as text."""
    lines = [delimiter.join(head)] if head else []
    lines += [delimiter.join(f"{value:.4f}" for value in row) for row in rows]
    return "\n".join(lines) + "\n"


def ecsv(meta="", body=None, columns=("wave_um", "flux_jy"), units=("um", "Jy")):
    """Return ECSV with a piece of YAML in its header."""
    lines = ["# %ECSV 1.0", "# ---", "# datatype:"]
    lines += [
        f"# - {{name: {name}, unit: {unit}, datatype: float64}}"
        for name, unit in zip(columns, units, strict=True)
    ]
    lines += [f"# {line}" for line in meta.splitlines()]
    lines += ["# schema: astropy-2.0", " ".join(columns)]
    lines += body or [f"{row[0]:.3f} {row[1]:.3f}" for row in ROWS]
    return "\n".join(lines) + "\n"


MAGIC = "# %ECSV 1.0\n# ---\n"
LAUGHS = "\n".join(
    ["meta:", '  a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]']
    + [f"  {b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefghi")]
)  # fmt: skip
CODE = "meta:\n  run: !!python/object/apply:os.system ['touch canary']"
NAME = "meta:\n  run: !!python/name:os.system"
DEEP = "meta: " + "[" * 5000 + "]" * 5000


def asdf(wave=None, *, tree=None, block=b""):
    """Return an ASDF file with an aperture correction inline."""
    wave = np.linspace(17.7, 21.0, 5) if wave is None else wave
    shape = (3, wave.size)
    values = {
        "channel": "4", "band": "SHORT", "wavelength": wave.tolist(), "wavelength_units": "micron",
        "radius": (np.array([[0.5], [1.0], [2.0]]) * np.ones(shape)).tolist(),
        "radius_units": "arcsec",
        "apcorr": (np.array([[2.0], [1.3], [1.1]]) * np.ones(shape)).tolist(),
        "apcorr_err": np.full(shape, 0.01).tolist(),
    }  # fmt: skip
    values.update(tree or {})
    body = json.dumps({"apcorr_table": values})
    head = b"#ASDF 1.0.0\n#ASDF_STANDARD 1.5.0\n%YAML 1.1\n%TAG ! tag:stsci.edu:asdf/\n"
    head += b"--- !core/asdf-1.1.0\n"
    return head + body.encode() + b"\n...\n" + block


def zlib_block(claimed, mebibytes):
    """Return an ASDF block of zeros, packed, that claims a size."""
    packed = zlib.compress(bytes(mebibytes << 20), 9)
    fields = np.array([len(packed), len(packed), claimed], dtype=">u8").tobytes()
    return b"\xd3BLK" + b"\x00\x30" + bytes(4) + b"zlib" + fields + bytes(16) + packed


def in_block(shape, datatype="float64"):
    return {"source": 0, "datatype": datatype, "byteorder": "big", "shape": list(shape)}


SESSION = json.dumps({"format": "fluxknot session", "version": 1, "entries": []})

HAZARDS = (
    Hazard("billion_laughs.ecsv", "refused", "aliases", text(ecsv(LAUGHS))),
    Hazard("python_object.ecsv", "refused", "python", text(ecsv(CODE))),
    Hazard("python_name.ecsv", "refused", "python", text(ecsv(NAME))),
    Hazard("deep_yaml.ecsv", "refused", "yaml", text(ecsv(DEEP))),
    Hazard("damaged_yaml.ecsv", "refused", "yaml", text(ecsv("meta: {unclosed: [1, 2"))),
    Hazard("huge_yaml.ecsv", "refused", "yaml", text(ecsv("meta: '" + "x" * 5_000_000 + "'"))),
    Hazard("self_reference.ecsv", "refused", "yaml", text(ecsv("meta: &a [*a]"))),
    Hazard("no_datatype.ecsv", "refused", "columns", text(f"{MAGIC}# a: 1\nx y\n1 2\n")),
    Hazard("other_names.ecsv", "refused", "names",
           text(ecsv().replace("wave_um flux_jy", "wave flux"))),
    Hazard("ragged.ecsv", "refused", "row", text(ecsv(body=["5.0 1.0", "5.1", "5.2 1.0"]))),
    Hazard("ecsv_only_header.ecsv", "refused", "names", text(f"{MAGIC}# datatype: []\n")),
    Hazard("wave_nan.ecsv", "refused", "wavelengths",
           text(ecsv(body=["nan 1.0", "nan 2.0", "nan 3.0"]))),
    Hazard("wave_falls.ecsv", "warns", "decrease",
           text(ecsv(body=[f"{row[0]:.3f} 1.0" for row in reversed(ROWS)]))),
    Hazard("calculator_curve_of_no_band.ecsv", "refused", "none of the mrs",
           text(ecsv("meta: {kind: etc curve, band: F560W}", columns=("wave_um", "snr"),
                     units=("um", "''")))),
    Hazard("calculator_curve_without_snr.ecsv", "refused", "lacks the columns",
           text(ecsv("meta: {kind: etc curve, band: 1A}"))),
    Hazard("calculator_curve_below_zero.ecsv", "warns", "not positive",
           text(ecsv("meta: {kind: etc curve, band: 1A}", columns=("wave_um", "snr"),
                     units=("um", "''"), body=["5.0 300.0", "5.1 -1.0", "5.2 310.0"]))),
    Hazard("lamp_without_rate.ecsv", "refused", "rate_dn_s",
           text(ecsv("meta: {fluxknot: {kind: lamp}}"))),
    Hazard("vector_without_factor.ecsv", "refused", "factor",
           text(ecsv("meta: {fluxknot: {kind: vector, factor_kind: relative factor}}"))),
    Hazard("wrong_delimiter.csv", "refused", "columns",
           text("wave_um,flux_jy\n5.0;1.0\n5.1;1.1\n5.2;1.2\n")),
    Hazard("ragged.csv", "refused", "row", text(csv() + "5.0,1.0\n")),
    Hazard("one_column.csv", "refused", "column", text("wave\n5.0\n5.1\n")),
    Hazard("decimal_comma.csv", "warns", "decimal comma",
           text("wave [um];flux [Jy]\n" + "\n".join(f"5,{n};1,{n}" for n in range(1, 9)))),
    Hazard("no_header.csv", "loads", "", text(csv(head=()))),
    Hazard("byte_order_mark.csv", "loads", "", text(b"\xef\xbb\xbf" + csv().encode())),
    Hazard("utf16.csv", "loads", "", text(csv().encode("utf-16"))),
    Hazard("semicolons.csv", "loads", "", text(csv(";"))),
    Hazard("tabs.csv", "loads", "", text(csv("\t"))),
    Hazard("dos_lines.csv", "loads", "", text(csv().replace("\n", "\r\n"))),
    Hazard("no_units.csv", "warns", "unit", text(csv(head=("wave", "flux", "err")))),
    Hazard("repeated.csv", "warns", "merged", text(csv(rows=[ROWS[0], *ROWS]))),
    Hazard("negative_errors.csv", "warns", "errors",
           text(csv(rows=[(wave, flux, -error) for wave, flux, error in ROWS]))),
    Hazard("names_in_quotes_with_blanks.csv", "loads", "",
           text(csv().replace("flux_jy,", ' " flux_jy",'))),
    Hazard("ipac_names_with_blanks.ipac", "warns", "two columns",
           text("|  wave| wave |\n|double|double|\n|um|um|\n 5.0   1.0\n")),
    Hazard("only_comments.csv", "refused", "rows", text("# nothing\n# here\n")),
    Hazard("prose.txt", "refused", "no table",
           text("Dear colleague,\nhere are the spectra.\nBest wishes\n")),
    Hazard("zero_bytes.csv", "refused", "text", text(b"wave,flux\n5.0,\x00\n")),
    Hazard("web_page.csv", "refused", "html", text("<html><body>Login</body></html>")),
    Hazard("bad_header.ipac", "refused", "header",
           text("|wave|flux|\n|double|\n|um|Jy|\n 5.0  1.0\n")),
    Hazard("catalog_off_the_sky.csv", "warns", "outside",
           text("name,ra,dec,mag\na,10.0,95.0,20.1\nb,11.0,-20.0,20.2\n")),
    Hazard("catalog_sexagesimal.csv", "warns", "degrees",
           text("name,ra,dec\na,01:02:03,-20:30:00\nb,01:02:04,-20:30:01\n")),
    Hazard("catalog_nan.csv", "warns", "missing", text("id,ra,dec\na,10.0,20.0\nb,,20.0\n")),
    Hazard("catalog_sentinel.csv", "warns", "no measurement",
           text("id,ra,dec,mag\na,10.0,20.0,-99\nb,11.0,20.0,20.0\n")),
    Hazard("catalog_negative_error.csv", "warns", "negative",
           text("id,ra,dec,mag_err\na,10.0,20.0,-0.1\nb,11.0,20.0,0.1\n")),
    Hazard("catalog_two_mags.csv", "warns", "two columns",
           text("id,mag,mag\na,10.0,20.0\nb,11.0,20.0\n")),
    Hazard("catalog_no_rows.csv", "refused", "rows", text("id,ra,dec,mag\n")),
    Hazard("photometry_lacks_filter.ecsv", "refused", "filter",
           text(ecsv("meta: {kind: photometry, name: 10 Lac}", columns=("x", "flux_jy")))),
    Hazard("photometry_in_counts.ecsv", "refused", "no flux",
           text(ecsv("meta: {kind: photometry, name: 10 Lac, filter: F770W}",
                     columns=("x", "flux_jy"), units=("um", "DN / s")))),
    Hazard("photometry_negative.ecsv", "warns", "negative",
           text(ecsv("meta: {kind: photometry, name: 10 Lac, filter: F770W}",
                     body=["1.0 -0.3"], columns=("x", "flux_jy")))),
    Hazard("map_without_values.ecsv", "refused", "temperature_k",
           text(ecsv("meta: {kind: map}", columns=("latitude_deg", "wave_um"),
                     units=("deg", "um")))),
    Hazard("map_in_jansky.ecsv", "refused", "no surface",
           text(ecsv("meta: {kind: map}", columns=("wave_um", "surf_bright_mjy_sr")))),
    Hazard("catalog_lacks_mag.ecsv", "refused", "mag_ab",
           text(ecsv("meta: {kind: catalog}", columns=("ra_deg", "dec_deg")))),
    Hazard("apcorr_shapes.asdf", "refused", "shapes",
           text(asdf(tree={"apcorr": [[1.0, 2.0], [3.0, 4.0]]}))),
    Hazard("apcorr_nan.asdf", "refused", "nan",
           text(asdf(tree={"apcorr": [[float("nan")] * 5] * 3}).replace(b"NaN", b".nan"))),
    Hazard("apcorr_not_numbers.asdf", "refused", "numbers", text(asdf(tree={"apcorr": "many"}))),
    Hazard("apcorr_implausible.asdf", "warns", "plausible",
           text(asdf(tree={"apcorr": [[99.0] * 5] * 3}))),
    Hazard("apcorr_radius_in_pixels.asdf", "refused", "radius",
           text(asdf(tree={"radius_units": "pixel"}))),
    Hazard("apcorr_repeats.asdf", "refused", "repeat", text(asdf(np.array([18.0, 18.0, 19.0])))),
    Hazard("other_tree.asdf", "refused", "apcorr_table",
           text(b"#ASDF 1.0.0\n%YAML 1.1\n--- {a: 1}\n...\n")),
    Hazard("laughs.asdf", "refused", "aliases",
           text(b"#ASDF 1.0.0\n%YAML 1.1\n---\n" + LAUGHS.encode() + b"\n...\n")),
    Hazard("python.asdf", "refused", "python",
           text(b"#ASDF 1.0.0\n%YAML 1.1\n---\n" + CODE.encode() + b"\n...\n")),
    Hazard("zlib_bomb.asdf", "refused", "unpack",
           text(asdf(tree={"apcorr": in_block((3, 5))}, block=zlib_block(4 << 30, 20)))),
    Hazard("zlib_lies.asdf", "refused", "size",
           text(asdf(tree={"apcorr": in_block((3, 5))}, block=zlib_block(120, 20)))),
    Hazard("block_missing.asdf", "refused", "described",
           text(asdf(tree={"apcorr": in_block((3, 5))}))),
    Hazard("array_huge.asdf", "refused", "larger",
           text(asdf(tree={"apcorr": in_block((10**9, 10**9))},
                     block=zlib_block(1 << 20, 1)))),
    Hazard("block_truncated.asdf", "refused", "truncated",
           text(asdf(tree={"apcorr": in_block((3, 5))}, block=zlib_block(120, 20)[:-50]))),
    Hazard("array_elsewhere.asdf", "refused", "described",
           text(asdf(tree={"apcorr": {"source": "http://example.org/x.asdf", "shape": [3, 5],
                                      "datatype": "float64"}}))),
    Hazard("no_end.asdf", "refused", "asdf", text(b"#ASDF 1.0.0\n%YAML 1.1\n---\n" + b"a: " * 5)),
    Hazard("byte_order_mark.fluxknot", "loads", "", text(b"\xef\xbb\xbf" + SESSION.encode())),
    Hazard("utf16.fluxknot", "loads", "", text(SESSION.encode("utf-16"))),
    Hazard("other.json", "refused", "session", text('{"a": 1}')),
    Hazard("damaged.fluxknot", "refused", "json", text(SESSION[:-10])),
    Hazard("deep.json", "refused", "json", text("[" * 100_000)),
    Hazard("long_number.json", "refused", "json", text("[" + "9" * 100_000 + "]")),
)  # fmt: skip
