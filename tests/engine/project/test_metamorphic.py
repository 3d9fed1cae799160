"""The same data written in another way give the same exported numbers."""

import gzip
import io
import json

import asdf
import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from engine.files import load
from engine.project.chain import Chain
from engine.project.exports import plan_exports, write_exports
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from tests.helpers import star_files
from tests.helpers.star_files import (
    CORRECTION_4A,
    CUBE_4A,
    MODEL,
    SPECTRUM_4A,
    content,
    write_files,
)

MAPPING = {
    "wave": "wave", "flux": "flux", "error": "error", "flags": "flags", "wave_unit": "um",
    "flux_unit": "Jy", "target": "16 Cyg B", "band": "4A",
}  # fmt: skip


def exported(folder, **mapping):
    """Open a folder, export all vectors and spectra, and return what comes back from the files."""
    chain = Chain()
    text = json.dumps(MAPPING | mapping) if mapping else ""
    tables = [path for path in sorted(folder.iterdir()) if path.suffix in {".csv", ".ecsv"}]
    others = [path for path in sorted(folder.iterdir()) if path not in tables]
    session = add_files(Session(), read_files(others, chain.library)).session
    opened = add_files(session, read_files(tables, chain.library, mapping=text))
    assert not opened.refusals
    plan = plan_exports(opened.session, chain, ["vectors", "spectra"])
    written = write_exports(opened.session, chain, folder / "out", plan)
    assert not written.skipped
    numbers = {}
    for path in written.paths:
        product = load(path).products[0]
        values = product.value if hasattr(product, "value") else product.flux
        kind = path.stem.rpartition("_")[2]
        numbers[kind] = np.stack([product.wave_um, values])
    assert numbers
    return numbers


def assert_same(one, other, *, relative=1e-12):
    assert set(one) == set(other)
    for kind, numbers in one.items():
        np.testing.assert_allclose(other[kind], numbers, rtol=relative, err_msg=kind)


# Packing and byte order


@pytest.mark.parametrize("name", [CUBE_4A, SPECTRUM_4A, MODEL])
def test_packing_changes_nothing(tmp_path, name):
    usual = CUBE_4A if name == MODEL else name
    write_files(tmp_path / "one", usual, MODEL, CORRECTION_4A)
    write_files(tmp_path / "two", usual, MODEL, CORRECTION_4A)
    (tmp_path / "two" / name).unlink()
    data = content(name)
    if name.endswith(".gz"):
        (tmp_path / "two" / name.removesuffix(".gz")).write_bytes(gzip.decompress(data))
    else:
        (tmp_path / "two" / f"{name}.gz").write_bytes(gzip.compress(data))

    one, two = exported(tmp_path / "one"), exported(tmp_path / "two")

    assert_same(one, two, relative=0.0)


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_byte_order_of_a_reference_changes_nothing(tmp_path, order):
    write_files(tmp_path / "one", CUBE_4A, MODEL, CORRECTION_4A)
    write_files(tmp_path / "two", CUBE_4A, MODEL)
    with asdf.open(io.BytesIO(content(CORRECTION_4A))) as file:
        tree = json.loads(json.dumps(file["meta"]))
        table = {
            key: value.astype(f"{order}f4") if isinstance(value, np.ndarray) else value
            for key, value in ((key, _array(value)) for key, value in file["apcorr_table"].items())
        }
    out = io.BytesIO()
    asdf.AsdfFile({"meta": tree, "apcorr_table": table}, version="1.5.0").write_to(
        out, all_array_storage="internal"
    )
    (tmp_path / "two" / CORRECTION_4A).write_bytes(out.getvalue())

    assert_same(exported(tmp_path / "one"), exported(tmp_path / "two"))


def _array(value):
    return np.array(value) if hasattr(value, "dtype") else value


def test_double_precision_of_a_float_changes_nothing(tmp_path):
    """Write the model's float32 fluxes as float64: the same numbers."""
    write_files(tmp_path / "one", SPECTRUM_4A, MODEL)
    write_files(tmp_path / "two", SPECTRUM_4A)
    with fits.open(io.BytesIO(content(MODEL))) as hdus:
        columns = [
            fits.Column(
                column.name,
                "D" if column.format == "E" else column.format,
                unit=column.unit,
                array=np.array(hdus[1].data[column.name]),
            )
            for column in hdus[1].columns
        ]
        table = fits.BinTableHDU.from_columns(columns, name="SCI")
        fits.HDUList([fits.PrimaryHDU(header=hdus[0].header), table]).writeto(
            tmp_path / "two" / MODEL
        )

    assert_same(exported(tmp_path / "one"), exported(tmp_path / "two"))


# Tables


def observed_table():
    spectrum = star_files.spectrum("4A").observed
    return Table(
        {
            "wave": np.array(spectrum.wave_um),
            "flux": np.array(spectrum.flux),
            "error": np.array(spectrum.error),
            "flags": np.array(spectrum.flags, dtype=np.int64),
        }
    )


def write_table(folder, table, name="star.csv"):
    folder.mkdir(exist_ok=True)
    (folder / MODEL).write_bytes(content(MODEL))
    rows = [",".join(table.colnames)]
    rows += [",".join(repr(value) for value in row.as_void().tolist()) for row in table]
    (folder / name).write_text("\n".join(rows) + "\n")
    return folder


def shuffled(table):
    return table[np.random.default_rng(4).permutation(len(table))]


def reversed_rows(table):
    return table[::-1]


def other_columns_first(table):
    return table[["flags", "error", "flux", "wave"]]


def with_a_comment_column(table):
    table["number"] = np.arange(len(table))
    return table


def in_angstrom(table):
    table["wave"] = table["wave"] * 1e4
    return table


def in_millijansky(table):
    table["flux"], table["error"] = table["flux"] * 1e3, table["error"] * 1e3
    return table


@pytest.mark.parametrize(
    ("rewrite", "mapping"),
    [
        (shuffled, {}),
        (reversed_rows, {}),
        (other_columns_first, {}),
        (with_a_comment_column, {}),
        (in_angstrom, {"wave_unit": "Angstrom"}),
        (in_millijansky, {"flux_unit": "mJy"}),
    ],
)
def test_how_a_table_is_written_changes_no_number(tmp_path, rewrite, mapping):
    one = write_table(tmp_path / "one", observed_table())
    two = write_table(tmp_path / "two", rewrite(observed_table()))

    before = exported(one, wave_unit="um")
    after = exported(two, **({"wave_unit": "um"} | mapping))

    assert len(before) == 2
    assert_same(before, after)


def test_twice_the_flux_is_half_the_factor(tmp_path):
    table = observed_table()
    one = write_table(tmp_path / "one", table)
    table["flux"], table["error"] = 2.0 * table["flux"], 2.0 * table["error"]
    two = write_table(tmp_path / "two", table)

    before, after = exported(one, wave_unit="um"), exported(two, wave_unit="um")

    np.testing.assert_allclose(2.0 * after["vector"][1], before["vector"][1], rtol=1e-9)
    np.testing.assert_allclose(after["calibrated"][1], before["calibrated"][1], rtol=1e-9)


def test_the_table_gives_what_the_x1d_gives(tmp_path):
    write_files(tmp_path / "one", SPECTRUM_4A, MODEL)
    two = write_table(tmp_path / "two", observed_table())

    assert_same(exported(tmp_path / "one"), exported(two, wave_unit="um"))
