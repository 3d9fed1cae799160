"""The window has its turn while the engine works, and what is cancelled ends at once."""

import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEventLoop, QTimer

from engine.model.bands import band_named
from engine.project.session_file import session_text
from engine.simulate.cubes import simulate_cube
from engine.simulate.fits_products import s3d_bytes
from guiapp.jobs.runner import State
from guiapp.settings.preferences import Preferences
from tests.helpers.program import Program
from tests.helpers.star_files import exposure, write_files

pytestmark = [pytest.mark.rig, pytest.mark.clock]

CHECKOUT = Path(__file__).resolve().parents[2]
_LIMIT_MS, _BEAT_MS = 100, 10
_CANCEL_S = 0.5
_TRIES = 3  # other programs of the machine have their turns, too
_RUN = """
import json, sys
from pathlib import Path
from benchmarks.heartbeat import measure
found = measure(Path(sys.argv[1]))
print(json.dumps({name: gaps.max(axis=0).tolist() for name, gaps in found.items()}))
"""


def _longest_gaps(folder):
    folder.mkdir()
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(CHECKOUT)}
    env["XDG_CACHE_HOME"] = str(folder / "cache")
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(folder)],
        env=env, cwd=CHECKOUT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_the_window_has_its_turn_while_full_cubes_load_compute_and_export(
    tmp_path, record_property
):
    for number in range(_TRIES):
        found = _longest_gaps(tmp_path / str(number))
        if max(own for _, own in found.values()) <= _LIMIT_MS + _BEAT_MS:
            break

    record_property("load of the machine", os.getloadavg()[0])
    for stage, (wall, own) in found.items():
        said = f"{wall:.0f} ms, {own:.0f} ms less what it waited for a processor"
        record_property(f"longest gap, {stage}", said)
    assert max(own for _, own in found.values()) <= _LIMIT_MS + _BEAT_MS


@pytest.fixture(scope="module")
def stars(tmp_path_factory):
    """Write a full cube and the small files of two stars; return the folder."""
    folder = tmp_path_factory.mktemp("stars")
    cube = simulate_cube(np.random.default_rng(1), "1A", side=55).cube
    star = exposure("16 Cyg B")
    name = "full_1a_s3d.fits"
    (folder / name).write_bytes(s3d_bytes(cube, star, band_named("1A"), filename=name))
    return write_files(folder)


@pytest.fixture
def program(qtbot, tmp_path, monkeypatch):
    """Return the program with folders of its own."""
    for one in ("CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{one}_HOME", str(tmp_path / one))
    program = Program(qtbot, Preferences(tmp_path / "settings.json"))
    yield program
    program.end()
    gc.collect()  # windows are cycles, and each holds a full cube


def _open(program, stars, _out):
    program.controller.files.open_paths([str(stars)])


def _run_chain(program, _stars, _out):
    program.controller.chain.run_all()


def _export(program, _stars, out):
    program.controller.exports.export(("spectra", "vectors", "tables", "figures", "report"), out)


def _make_demo(program, _stars, _out):
    program.controller.demos.make("mrs", lambda _path: None)


@pytest.mark.parametrize("delay_s", [0.02, 0.3, 1.0])
@pytest.mark.parametrize("begin", [_open, _run_chain, _export, _make_demo])
def test_cancelled_work_ends_at_once_and_leaves_nothing_half_done(
    begin, delay_s, program, stars, tmp_path, record_property
):
    out = tmp_path / "out"
    if begin is not _open:
        _open(program, stars, str(out))
        _wait(program)
    before = session_text(program.session, None)
    begin(program, stars, str(out))
    job = program.jobs[-1]
    _turn(delay_s)

    at, busy = time.perf_counter(), time.process_time()
    program.trigger("tools.cancel_jobs")
    while program.jobs:
        _turn(0.005)
    took, worked = time.perf_counter() - at, time.process_time() - busy

    is_done = job.state is State.SUCCEEDED
    record_property(
        f"{begin.__name__[1:]}, cancelled after {delay_s:g} s",
        "was done already" if is_done else f"{took:.2f} s, {worked:.2f} s of processor",
    )
    assert job.is_over
    assert min(took, worked) <= _CANCEL_S
    if not is_done:
        assert session_text(program.session, None) == before
        assert not [one for one in tmp_path.rglob("*.tmp") if "CACHE" not in one.parts]
    begin(program, stars, str(tmp_path / "again"))
    again = program.jobs[-1]
    _wait(program)
    assert again.state is State.SUCCEEDED


def _wait(program):
    """Let everything that is under way end, however long it takes."""
    while program.jobs:
        _turn(0.05)
    _turn(0.05)


def _turn(seconds):
    """Let the event loop turn for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1e3 * seconds), loop.quit)
    loop.exec()
