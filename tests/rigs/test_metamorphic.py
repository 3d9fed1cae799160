"""The same measurements written in other ways give the same exported numbers.

Each set is exported as it is and with its files changed in form only, through the command line;
what is compared are all tables, and spectra and vectors as ECSV.
"""

import itertools

import pytest

from engine.cli import main
from engine.project.chain import Chain
from engine.project.demo import write_demo
from engine.project.exports import plan_exports, write_exports
from engine.project.session_file import read_session
from tests.helpers import star_files
from tests.helpers.star_files import CORRECTION_4A, CUBE_4A, CUBE_4B, MODEL, SPECTRUM_4A
from tests.reliability import variants
from tests.reliability.comparing import in_any_order, largest_difference

pytestmark = pytest.mark.rig

EXACT, SINGLE = (1e-12, 1e-12), (1e-6, 1e-5)  # of values, and of their errors
FORMATS = {"spectra": ("ecsv",), "vectors": ("ecsv",), "tables": ("ecsv",)}


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    monkeypatch.setenv("FLUXKNOT_CACHE", "off")


def through_the_command_line(data, out):
    """Make a session of everything in ``data`` and export its numbers; return the folder."""
    session = out.parent / f"{out.name}.fluxknot"
    assert main(["new", str(data), "-o", str(session)]) == 0
    chain, session = Chain(), read_session(session)
    plan = plan_exports(session, chain, ["spectra", "vectors", "tables"], formats=FORMATS)
    return out, write_exports(session, chain, out, plan)


def numbers(files, folder, name):
    """Write ``files`` and return the folder with their exported numbers."""
    data = folder / f"{name}_data"
    for path, content in files.items():
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_bytes(content)
    out, _ = through_the_command_line(data, folder / name)
    return out


def require_same(base, other, limits, record, what, **options):
    """Compare two exports; tell what was found, and fail beyond the limits."""
    found = largest_difference(base, other, **options)
    for kind, (worst, place), limit in zip(("values", "errors"), found, limits, strict=True):
        record(f"largest difference of {kind}, {what}", f"{worst:.1e} {place if worst else ''}")
        assert worst <= limit, place


def changed(files, change, suffixes=(".fits", ".fits.gz")):
    """Return the files with a change made to those of one kind."""
    return {
        name: change(content) if name.endswith(suffixes) else content
        for name, content in files.items()
    }


def in_reverse_order(files):
    """Return the files in folders that open them in the reverse order."""
    count = len(files)
    return {
        f"{count - place:03d}/{name}": content
        for place, (name, content) in enumerate(sorted(files.items()))
    }


# MRS


# Numbers of 38 bits can be multiplied by 1000 or 10000 without rounding: units change no bit.
SPECTRA = {name: variants.short(star_files.content(name)) for name in (SPECTRUM_4A, MODEL)}
CUBES = {
    CORRECTION_4A: star_files.content(CORRECTION_4A),
    **{name: variants.short(star_files.content(name)) for name in (CUBE_4A, CUBE_4B, MODEL)},
}


@pytest.fixture(scope="module")
def of_spectra(tmp_path_factory):
    """Return the exported numbers of a spectrum and its model."""
    return numbers(SPECTRA, tmp_path_factory.mktemp("spectra"), "base")


@pytest.fixture(scope="module")
def of_cubes(tmp_path_factory):
    """Return the exported numbers of two cubes, their model and a correction."""
    return numbers(CUBES, tmp_path_factory.mktemp("cubes"), "base")


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        (variants.rows_reversed, EXACT),
        (variants.rows_shuffled, EXACT),
        (variants.packed, EXACT),
        (variants.in_mjy, EXACT),
        (variants.in_angstrom, EXACT),
        (variants.other_order, EXACT),
        (variants.narrow, SINGLE),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_spectra_and_models(of_spectra, tmp_path, record_property, change, limit):
    other = numbers(changed(SPECTRA, change), tmp_path, "other")

    what = f"x1d and model, {change.__name__}"
    require_same(of_spectra, other, limit, record_property, what)


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        (variants.packed, EXACT),
        (variants.wide, EXACT),
        (variants.other_order, EXACT),
        (variants.planes_reversed, EXACT),
        (variants.wave_axis_in_angstrom, EXACT),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_cubes(of_cubes, tmp_path, record_property, change, limit):
    other = {n: change(c) if "s3d" in n else c for n, c in CUBES.items()}

    what = f"s3d, {change.__name__}"
    require_same(of_cubes, numbers(other, tmp_path, "other"), limit, record_property, what)


@pytest.mark.parametrize("order", [">", "<"])
def test_references_in_blocks_of_either_byte_order(of_cubes, tmp_path, record_property, order):
    other = CUBES | {CORRECTION_4A: variants.in_blocks(CUBES[CORRECTION_4A], order)}

    found = numbers(other, tmp_path, "other")
    require_same(of_cubes, found, EXACT, record_property, f"apcorr, blocks of order {order}")


def test_cubes_of_scaled_integers(tmp_path, record_property):
    cubes = {name: content for name, content in CUBES.items() if "s3d" in name}
    coarse = CUBES | {name: variants.coarse(content) for name, content in cubes.items()}
    scaled = CUBES | {name: variants.scaled(content) for name, content in cubes.items()}

    base = numbers(coarse, tmp_path, "base")
    other = numbers(scaled, tmp_path, "other")
    require_same(base, other, EXACT, record_property, "s3d, scaled integers")


def test_the_order_in_which_files_are_opened(of_cubes, tmp_path, record_property):
    other = numbers(in_reverse_order(CUBES), tmp_path, "other")

    require_same(of_cubes, other, EXACT, record_property, "order of files and bands")


# The other instruments, by their demos


def demo(folder, name):
    """Return the data files of a demo of one instrument, without its session."""
    write_demo(folder, name=name, size="small")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in {".fluxknot", ".json"}
    }


@pytest.mark.parametrize("name", ["imaging", "nircam", "lrs"])
def test_images_and_tables_of_other_instruments(name, tmp_path, record_property):
    files = demo(tmp_path / "demo", name)
    base = numbers(files, tmp_path, "base")

    ways = {
        "packed, extensions in reverse order": lambda c: variants.packed(variants.other_order(c)),
        "float64": variants.wide,
    }
    for way, change in ways.items():
        other = numbers(changed(files, change), tmp_path, way.partition(",")[0])
        require_same(base, other, EXACT, record_property, f"{name}, {way}")


# Fits that stop when they have settled, and a test by permutations: their last digits follow the
# order of the rows.
SETTLED = (
    "dependencies.ecsv",
    "subarrays.ecsv",
    "time-loss-points.ecsv",
    "calibration-factors.ecsv",
)


def test_rows_of_a_table_of_observations_in_another_order(tmp_path, record_property):
    files = demo(tmp_path / "demo", "imaging")
    files = {n: c for n, c in files.items() if "images/" not in n or n.endswith(".ecsv")}
    table = "photometry/observations.ecsv"

    base = numbers(files, tmp_path, "base")
    other = numbers(files | {table: variants.lines_shuffled(files[table])}, tmp_path, "other")
    for folder, name in itertools.product((base, other), SETTLED):
        (folder / name).unlink()

    what = "imaging, rows of a table in another order"
    require_same(base, other, EXACT, record_property, what, order=in_any_order)
