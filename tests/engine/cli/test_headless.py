"""Tests of the command fluxknot: every command, its exit codes and what it says."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import __version__
from engine.analyses import ANALYSES
from engine.cli.commands import COMMANDS
from engine.errors import DataError
from engine.files import load
from engine.files.write_vectors import write_vector
from engine.model.frames import frame_named
from engine.model.provenance import Provenance
from engine.mrs.response_params import StarResponseParams
from engine.project import demo, extract_step, response_step
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import read_session, write_session
from engine.simulate.demo import DemoFile
from engine.simulate.detector import (
    background_frame_bytes,
    delivered_reference_bytes,
    earlier_factor_map,
)
from engine.simulate.instrument import draw_instrument
from tests.helpers import star_files
from tests.helpers.open_files import OpenFiles
from tests.helpers.references import add_vector
from tests.helpers.star_files import (
    CORRECTION_4A,
    COUNTS_4A,
    CUBE_4A,
    CUBE_4B,
    MODEL,
    SPECTRUM_4A,
    content,
    write_files,
)

CHECKOUT = Path(__file__).resolve().parents[3]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def sentences(text):
    """Return the lines on standard error; each says which program speaks."""
    lines = text.splitlines()
    assert all(line.startswith("fluxknot: ") for line in lines)
    return lines


@pytest.fixture
def data(tmp_path):
    """Write two cubes of a star, its model and an aperture correction."""
    return write_files(tmp_path / "data", CORRECTION_4A, CUBE_4A, CUBE_4B, MODEL)


@pytest.fixture
def saved(tmp_path):
    """Save a session of a spectrum and its model."""
    folder = write_files(tmp_path / "data", SPECTRUM_4A, MODEL)
    session = add_files(Session(), read_files([folder], Library())).session
    write_session(session, tmp_path / "star.fluxknot")
    return tmp_path / "star.fluxknot"


# Wrong usage


@pytest.mark.parametrize(
    "words",
    [
        ("extract",),
        ("extract", "a.fits"),
        ("run", "a.fluxknot", "--out", "x", "--jobs", "0"),
        ("run", "a.fluxknot", "--out", "x", "--jobs", "²"),
        ("export", "a.fluxknot", "--what", "everything", "--out", "x"),
        ("export", "a.fluxknot", "--what", "", "--out", "x"),
        ("extract", "a.fits", "--out", "x", "--radius-fwhm", "nan"),
        ("extract", "a.fits", "--out", "x", "--radius-fwhm", "-1"),
        ("extract", "a.fits", "--out", "x", "--radius-fwhm", "wide"),
        ("extract", "a.fits", "--out", "x", "--annulus-fwhm", "4", "3"),
        ("extract", "a.fits", "--out", "x", "--annulus-fwhm", "3"),
        ("extract", "a.fits", "--out", "x", "--center", "middle"),
        ("extract", "a.fits", "--out", "x", "--center", "1,2,3"),
        ("extract", "a.fits", "--out", "x", "--center", "1,inf"),
        ("extract", "a.fits", "--out", "x", "--pipeline", "--unbiased"),
        ("extract", "a.fits", "--out", "x", "--apcorr", "a", "--no-aperture-correction"),
        ("new", "a.fits"),
        ("inspect",),
        ("analyze", "response"),
        ("analyze", "magic", "gone.fluxknot", "--out", "x"),
        ("export", "gone.fluxknot", "--step", "magic", "--out", "x"),
        ("export", "gone.fluxknot", "--what", "magic", "--out", "x"),
        ("run", "gone.fluxknot", "--out", "x", "--jobs", "0"),
        ("rerun", "a.pdf", "--out", "x"),
        ("list", "everything"),
        ("demo",),
        ("demo", "x", "--size", "huge"),
        ("demo", "x", "--set", "everything"),
    ],
)
def test_wrong_usage_gives_2_and_writes_nothing(tmp_path, monkeypatch, fluxknot, words):
    monkeypatch.chdir(tmp_path)

    code, out, err = fluxknot(*words)

    assert code == 2
    assert out == ""
    assert err.startswith("fluxknot")
    assert "\n" not in err.strip()
    assert names(tmp_path) == []


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("extract", "--help")])
def test_questions_about_the_program_are_answered(fluxknot, words):
    code, out, err = fluxknot(*words)

    assert code == 0
    assert err == ""
    assert __version__ in out or "usage: fluxknot" in out


def test_the_help_names_every_command(fluxknot):
    _, out, _ = fluxknot("--help")

    assert all(command in out for command in COMMANDS)


def test_list_names_every_analysis(fluxknot):
    code, out, _ = fluxknot("list")

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [one.name for one in ANALYSES]


# new


def test_new_makes_a_session(tmp_path, fluxknot, data):
    code, out, err = fluxknot("new", data, "-o", tmp_path / "s.fluxknot")

    session = read_session(tmp_path / "s.fluxknot")
    assert code == 0
    assert err == ""
    assert "4 files, 1 source\n" in out
    assert [entry.kind for entry in session.entries].count("cube") == 2
    assert '"path": "data/' in (tmp_path / "s.fluxknot").read_text()


def test_new_replaces_only_with_force(tmp_path, fluxknot, data):
    path = tmp_path / "s.fluxknot"
    path.write_text("mine")

    code, _, err = fluxknot("new", data, "-o", path)

    assert code == 1
    assert len(sentences(err)) == 1
    assert "s.fluxknot" in err
    assert path.read_text() == "mine"
    assert fluxknot("new", data, "-o", path, "--force")[0] == 0
    assert len(read_session(path).entries) == 4


@pytest.mark.parametrize("given", ["empty folder", "missing file", "broken file"])
def test_new_without_a_readable_file_makes_nothing(tmp_path, fluxknot, given):
    source = tmp_path / "in"
    if given == "empty folder":
        source.mkdir()
    elif given == "broken file":
        source.write_bytes(b"SIMPLE  = nothing")

    code, out, err = fluxknot("new", source, "-o", tmp_path / "s.fluxknot")

    assert code == 1
    assert out == ""
    assert len(sentences(err)) == 1
    assert not (tmp_path / "s.fluxknot").exists()


def test_a_broken_file_in_a_folder_is_told_and_left_out(tmp_path, fluxknot, data):
    (data / "notes.fits").write_bytes(b"SIMPLE  = nothing")

    code, out, err = fluxknot("new", data, "-o", tmp_path / "s.fluxknot")

    assert code == 0
    assert "4 files" in out
    assert "notes.fits" in err
    assert len(read_session(tmp_path / "s.fluxknot").entries) == 4


def test_a_broken_file_that_was_named_stops_new(tmp_path, fluxknot, data):
    broken = tmp_path / "notes.fits"
    broken.write_bytes(b"SIMPLE  = nothing")

    code, _, err = fluxknot("new", data, broken, "-o", tmp_path / "s.fluxknot")

    assert code == 1
    assert "notes.fits" in err
    assert not (tmp_path / "s.fluxknot").exists()


# extract


def test_extract_writes_one_spectrum_a_cube(tmp_path, fluxknot, data):
    code, out, err = fluxknot("extract", data / CUBE_4A, data / CUBE_4B, "--out", tmp_path / "out")

    assert code == 0
    assert names(tmp_path / "out") == ["16-Cyg-B_1538-1_4A_x1d.fits", "16-Cyg-B_1538-1_4B_x1d.fits"]
    assert out.split() == [str(tmp_path / "out" / name) for name in names(tmp_path / "out")]
    assert "No aperture correction" in err


def extracted(fluxknot, cube, folder, *options):
    code, _, err = fluxknot("extract", cube, "--out", folder, *options)
    assert code == 0, err
    [path] = folder.iterdir()
    return load(path).products[0]


def test_the_extracted_flux_is_what_was_simulated(tmp_path, fluxknot, data):
    spectrum = extracted(
        fluxknot, data / CUBE_4A, tmp_path / "out", "--apcorr", data / CORRECTION_4A
    )

    truth = star_files.cube("4A").truth
    ratio = spectrum.flux / truth.total
    assert abs(np.nanmedian(ratio) - 1.0) < 0.01
    assert spectrum.unit == "Jy"


def test_options_of_extract_reach_the_extraction(tmp_path, fluxknot, data):
    cube, x, y = data / CUBE_4A, *star_files.cube("4A").truth.center_pixel
    plain = extracted(fluxknot, cube, tmp_path / "plain")
    small = extracted(fluxknot, cube, tmp_path / "small", "--radius-fwhm", "1")
    far = extracted(fluxknot, cube, tmp_path / "far", "--annulus-fwhm", "4", "5")
    center = extracted(fluxknot, cube, tmp_path / "center", "--center", f"{x},{y}")
    pipeline = extracted(fluxknot, cube, tmp_path / "pipeline", "--pipeline")
    without = extracted(fluxknot, cube, tmp_path / "without", "--no-aperture-correction")
    unbiased = extracted(fluxknot, cube, tmp_path / "unbiased", "--unbiased")

    def median(spectrum):
        return float(np.nanmedian(spectrum.flux / plain.flux))

    assert median(small) < 0.95
    assert median(far) != 1.0
    assert abs(median(center) - 1.0) < 0.01
    assert abs(median(pipeline) - 1.0) < 0.01
    assert not np.array_equal(pipeline.flux, plain.flux, equal_nan=True)
    np.testing.assert_array_equal(without.flux, plain.flux)
    np.testing.assert_array_equal(unbiased.flux, plain.flux)


def test_extract_writes_count_rates_as_ecsv(tmp_path, fluxknot):
    folder = write_files(tmp_path / "data", COUNTS_4A)

    spectrum = extracted(fluxknot, folder / COUNTS_4A, tmp_path / "out")

    assert names(tmp_path / "out") == ["10-Lac_1524-16_4A_x1d.ecsv"]
    assert spectrum.unit == "DN/s"


def test_extract_overwrites_nothing_without_force(tmp_path, fluxknot, data):
    out = tmp_path / "out"
    out.mkdir()
    taken = out / "16-Cyg-B_1538-1_4B_x1d.fits"
    taken.write_text("mine")

    code, said, err = fluxknot("extract", data / CUBE_4A, data / CUBE_4B, "--out", out)

    assert code == 1
    assert said == ""
    assert len(sentences(err)) == 1
    assert "--force" in err
    assert names(out) == [taken.name]
    assert taken.read_text() == "mine"
    code, _, _ = fluxknot("extract", data / CUBE_4A, data / CUBE_4B, "--out", out, "--force")
    assert code == 0
    assert load(taken).kind == "spectrum"


def test_extract_needs_a_cube(tmp_path, fluxknot, data):
    code, _, err = fluxknot("extract", data / MODEL, "--out", tmp_path / "out")

    assert code == 1
    assert sentences(err) == ["fluxknot: None of these files is a cube. Give s3d files."]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("correction", "words"), [(MODEL, "is no aperture correction"), ("x", "x")]
)
def test_a_correction_that_is_none_is_refused(tmp_path, fluxknot, data, correction, words):
    code, _, err = fluxknot(
        "extract", data / CUBE_4A, "--out", tmp_path / "out", "--apcorr", data / correction
    )

    assert code == 1
    assert words in sentences(err)[-1]
    assert not (tmp_path / "out").exists()


def test_a_correction_of_another_band_is_told(tmp_path, fluxknot, data):
    apcorr = data / CORRECTION_4A

    code, _, err = fluxknot(
        "extract", data / CUBE_4B, "--out", tmp_path / "out", "--apcorr", apcorr
    )
    assert code == 1
    assert f"{CORRECTION_4A} fits no band of these cubes." in sentences(err)[-1]

    code, _, err = fluxknot(
        "extract", data / CUBE_4A, data / CUBE_4B, "--out", tmp_path / "out", "--apcorr", apcorr
    )
    assert code == 0
    assert f"16 Cyg B · 4B: {CORRECTION_4A} has no aperture correction for it." in err


def test_a_center_outside_the_cube_fails_with_a_sentence(tmp_path, fluxknot, data):
    code, _, err = fluxknot(
        "extract", data / CUBE_4A, "--out", tmp_path / "out", "--center", "900,900"
    )

    assert code == 1
    assert "was not written" in sentences(err)[-1]
    assert not list((tmp_path / "out").iterdir())


def test_one_cube_that_fails_is_told_by_the_exit_code(tmp_path, fluxknot, data, monkeypatch):
    real = extract_step.extract_spectrum

    def fail_in_4b(cube, *arguments, **options):
        if cube.identity.band == "4B":
            raise DataError("The cube holds no star.")
        return real(cube, *arguments, **options)

    monkeypatch.setattr(extract_step, "extract_spectrum", fail_in_4b)

    code, out, err = fluxknot("extract", data / CUBE_4A, data / CUBE_4B, "--out", tmp_path / "out")

    assert code == 1
    assert "4B_x1d.fits was not written: The cube holds no star." in sentences(err)[-1]
    assert names(tmp_path / "out") == ["16-Cyg-B_1538-1_4A_x1d.fits"]
    assert "4A_x1d.fits" in out


# run, export, analyze


def test_run_writes_everything_and_tells_what(tmp_path, fluxknot, saved):
    code, out, err = fluxknot("run", saved, "--out", tmp_path / "out")

    written = names(tmp_path / "out")
    assert code == 0
    assert sorted(Path(line).name for line in out.split()) == written
    assert {
        "16-Cyg-B_1538-1_4A_vector.fits", "16-Cyg-B_1538-1_4A_calibrated.fits",
        "16-Cyg-B_1538-1_4A_response.pdf", "responses.ecsv", "report.html",
    } <= set(written)  # fmt: skip
    sentences(err)


def test_the_number_of_jobs_changes_no_byte(tmp_path, fluxknot, saved):
    codes = [
        fluxknot("run", saved, "--out", tmp_path / jobs, "--jobs", jobs)[0] for jobs in ("1", "2")
    ]

    assert codes == [0, 0]
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_run_says_each_reason_once(tmp_path, fluxknot, saved):
    session = read_session(saved).with_params(
        NodeKey("response", "*"), StarResponseParams(cutoffs_um=(1.0, 2.0))
    )
    write_session(session, saved)

    code, _, err = fluxknot("run", saved, "--out", tmp_path / "out")

    lines = sentences(err)
    assert len(lines) == len(set(lines))
    assert code in {0, 1}
    assert any("cut-offs" in line for line in lines)


@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        ("spectra", {"_calibrated.fits"}),
        ("vectors", {"_vector.fits"}),
        ("vectors,spectra", {"_calibrated.fits", "_vector.fits"}),
        ("report", {"report.html"}),
    ],
)
def test_export_writes_what_was_asked_for(tmp_path, fluxknot, saved, what, kinds):
    code, out, _ = fluxknot("export", saved, "--what", what, "--out", tmp_path / "out")

    assert code == 0
    assert len(names(tmp_path / "out")) == len(kinds)
    assert all(any(name.endswith(kind) for kind in kinds) for name in names(tmp_path / "out"))
    assert len(out.split()) == len(kinds)


def test_export_of_references_needs_to_know_what_each_pixel_sees(tmp_path, fluxknot, saved):
    code, out, err = fluxknot("export", saved, "--what", "references", "--out", tmp_path / "out")

    assert (code, out) == (1, "")
    assert "gives no references" in err
    assert "WAVELENGTH" in err


def test_one_command_updates_a_delivered_reference_by_a_vector(tmp_path, fluxknot):
    """The truth: at each pixel the delivered factor times that of the vector."""
    frame, folder = frame_named("34C"), tmp_path / "data"
    folder.mkdir()
    instrument = draw_instrument(np.random.default_rng(3))
    (folder / "cal.fits.gz").write_bytes(background_frame_bytes(frame, filename="cal.fits"))
    delivered = delivered_reference_bytes(instrument, frame, filename="photom.fits")
    (folder / "photom.fits.gz").write_bytes(delivered)
    files = OpenFiles()
    add_vector(files, "4C", value=1.25)
    vector = files.chain.library.product(files.session.entries[-1], 0)
    write_vector(folder / "vector.fits", vector, provenance=Provenance("0.1.0"))
    session = tmp_path / "update.fluxknot"
    fluxknot("new", folder, "-o", session)

    code, _, err = fluxknot("export", session, "--what", "references", "--out", tmp_path / "out")

    assert (code, err) == (0, "")
    assert names(tmp_path / "out") == ["mrs_34C_photom.fits"]
    made = load(tmp_path / "out" / "mrs_34C_photom.fits").products[0]
    truth = 1.25 * earlier_factor_map(instrument, frame)[:, :512]
    np.testing.assert_allclose(made.factor[:, :512], truth, rtol=2e-5)


def test_export_of_tables_and_figures(tmp_path, fluxknot, saved):
    code, _, _ = fluxknot("export", saved, "--what", "tables,figures", "--out", tmp_path / "out")

    suffixes = {path.suffix for path in (tmp_path / "out").iterdir()}
    assert code == 0
    assert suffixes == {".ecsv", ".pdf"}


def test_export_all_is_what_run_writes(tmp_path, fluxknot, saved):
    fluxknot("run", saved, "--out", tmp_path / "run")
    fluxknot("export", saved, "--out", tmp_path / "export")

    assert contents(tmp_path / "run") == contents(tmp_path / "export")


@pytest.mark.parametrize("command", ["run", "export"])
def test_a_report_that_is_there_stops_everything(tmp_path, fluxknot, saved, command):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("mine")

    code, said, err = fluxknot(command, saved, "--out", out)

    assert code == 1
    assert said == ""
    assert "report.html" in sentences(err)[-1]
    assert names(out) == ["report.html"]


@pytest.mark.parametrize("command", [("run",), ("export",), ("analyze", "response")])
def test_a_session_that_cannot_be_read_is_told(tmp_path, fluxknot, command):
    for name, text in (("missing", None), ("broken", "{"), ("other", '{"a": 1}')):
        path = tmp_path / f"{name}.fluxknot"
        if text is not None:
            path.write_text(text)

        code, out, err = fluxknot(*command, path, "--out", tmp_path / "out")

        assert code == 1
        assert out == ""
        assert len(sentences(err)) == 1
        assert path.name in err
    assert not (tmp_path / "out").exists()


def test_inputs_that_are_gone_are_told_and_nothing_is_made_up(tmp_path, fluxknot, saved):
    (tmp_path / "data" / SPECTRUM_4A).unlink()

    code, _, err = fluxknot("export", saved, "--what", "vectors,spectra", "--out", tmp_path / "out")

    assert code == 1
    assert all(SPECTRUM_4A in line and "no such file" in line for line in sentences(err))
    assert names(tmp_path / "out") == []


def test_rerun_makes_an_export_again_and_tells_when_it_is_another(tmp_path, fluxknot, saved):
    fluxknot("export", saved, "--what", "vectors", "--out", tmp_path / "out")
    [path] = (tmp_path / "out").iterdir()

    code, out, err = fluxknot("rerun", path, "--data", tmp_path, "--out", tmp_path / "again")
    path.write_bytes(path.read_bytes() + b"x")
    other = fluxknot("rerun", path, "--data", tmp_path, "--out", tmp_path / "again", "--force")

    assert (code, out, err) == (0, f"{tmp_path / 'again' / path.name}\n", "")
    assert other[0] == 1
    assert f"differs from {path}" in other[2]


def test_rerun_goes_on_after_what_it_cannot_make_again(tmp_path, fluxknot, data):
    code, out, err = fluxknot(
        "rerun", data / MODEL, tmp_path / "none.fits", "--data", data, "--out", tmp_path / "again"
    )

    assert (code, out) == (1, "")
    assert f"{MODEL}: It holds no recipe" in err
    assert "none.fits: There is no such file" in err


def test_analyze_writes_what_one_analysis_gives(tmp_path, fluxknot, saved):
    code, _, _ = fluxknot("analyze", "response", saved, "--out", tmp_path / "out")

    assert code == 0
    assert names(tmp_path / "out") == [
        "16-Cyg-B_1538-1_4A_response.pdf", "16-Cyg-B_1538-1_4A_vector.fits",
        "breakpoints.ecsv", "responses.ecsv", "systematics.ecsv",
    ]  # fmt: skip


def test_analyze_says_which_analyses_there_are(tmp_path, fluxknot, saved):
    code, _, err = fluxknot("analyze", "magic", saved, "--out", tmp_path / "out")

    assert code == 2
    assert "'magic'" in sentences(err)[0]
    assert all(analysis.name in err for analysis in ANALYSES)


def test_analyze_says_when_there_is_nothing_to_do(tmp_path, fluxknot, saved):
    code, out, err = fluxknot("analyze", "extract", saved, "--out", tmp_path / "out")

    assert code == 1
    assert out == ""
    assert "nothing in star.fluxknot that extract could do" in sentences(err)[0]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path, fluxknot, saved):
    (tmp_path / "file").write_text("in the way")

    code, _, err = fluxknot("export", saved, "--what", "vectors", "--out", tmp_path / "file")

    assert code == 1
    assert len(sentences(err)) == 1
    assert "not a folder" in err


# The cache


def test_a_second_run_finds_the_results_of_the_first(tmp_path, fluxknot, saved, monkeypatch):
    monkeypatch.setenv("FLUXKNOT_CACHE", str(tmp_path / "cache"))
    fluxknot("export", saved, "--what", "vectors", "--out", tmp_path / "one")

    def fail(*_arguments, **_options):
        raise AssertionError("computed")

    monkeypatch.setattr(response_step, "fit_star_response", fail)
    code, _, _ = fluxknot("export", saved, "--what", "vectors", "--out", tmp_path / "two")

    [one], [two] = (list((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert code == 0
    assert one.read_bytes() == two.read_bytes()


def test_the_cache_lies_in_the_folder_of_the_user_and_can_be_switched_off(
    tmp_path, fluxknot, saved, monkeypatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("FLUXKNOT_CACHE", "off")
    fluxknot("export", saved, "--what", "vectors", "--out", tmp_path / "one")
    assert not (tmp_path / "user").exists()

    monkeypatch.delenv("FLUXKNOT_CACHE")
    fluxknot("export", saved, "--what", "vectors", "--out", tmp_path / "two")
    assert list((tmp_path / "user" / "fluxknot" / "results").glob("*.result"))


# demo


@pytest.fixture
def small_demo(monkeypatch):
    def make(seed, *, size="small", progress=None):
        yield DemoFile(f"models/{MODEL}", content(MODEL), "model")
        yield DemoFile(f"stars/{SPECTRUM_4A}", content(SPECTRUM_4A), "standard star")
        yield DemoFile("truth.json", b"{}", "truth")

    monkeypatch.setattr(demo, "DEMO_SETS", {"mrs": demo.DemoSet(make)})


def test_demo_writes_data_and_session(tmp_path, fluxknot, small_demo):
    code, out, err = fluxknot("demo", tmp_path / "demo", "--size", "small")

    assert code == 0
    assert err == ""
    assert out.strip() == str(tmp_path / "demo" / "demo.fluxknot")
    assert len(read_session(out.strip()).entries) == 2


def test_demo_leaves_a_folder_with_files_alone(tmp_path, fluxknot, small_demo):
    (tmp_path / "mine.txt").write_text("mine")

    code, _, err = fluxknot("demo", tmp_path)

    assert code == 1
    assert "--force" in sentences(err)[0]
    assert names(tmp_path) == ["mine.txt"]
    assert fluxknot("demo", tmp_path, "--force")[0] == 0


# The process


def run_process(*words, **options):
    script = "import sys; from engine.cli import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "FLUXKNOT_CACHE": "off"}
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment | options,
        text=True,
    )


def test_nobody_reading_on_is_no_fault():
    with run_process("list") as program:
        program.stdout.close()
        err = program.stderr.read()

    assert err == ""


def test_headless_commands_need_no_window(tmp_path, data):
    script = (
        "import sys\n"
        "for name in ('PyQt6', 'pyqtgraph', 'guiapp'): sys.modules[name] = None\n"
        "from engine.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "FLUXKNOT_CACHE": "off"}
    command = [sys.executable, "-c", script, "extract", str(data / CUBE_4A), "--out", str(tmp_path)]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "16-Cyg-B_1538-1_4A_x1d.fits").is_file()


def test_a_terminal_that_knows_little_shows_what_it_can(data):
    with run_process("inspect", data, LC_ALL="C", PYTHONIOENCODING="ascii") as program:
        out, err = program.communicate()

    assert program.returncode == 0
    assert err == ""
    assert "16 Cyg B" in out
