"""What a whole run of the window opens, writes and asks the system for."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.star_files import write_files

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.rig
def test_a_run_of_the_window_touches_what_was_chosen_and_its_own_folders(tmp_path, record_property):
    write_files(tmp_path / "chosen")
    (tmp_path / "out").mkdir()
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(CHECKOUT)}

    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.window_run", str(tmp_path), str(tmp_path / "chosen")],
        env=env, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    for name, value in told["counts"].items():
        record_property(name, value)
    assert told["found"] == []
    assert told["counts"]["written"] > 50
    assert (tmp_path / "out" / "run.fluxknot").exists()
    assert list((tmp_path / "out").glob("*.pdf"))
