"""A fault in any slot of the window: the process lives, a copy of the work is kept, it is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.rig
def test_a_fault_in_every_slot_is_survived_kept_and_told(tmp_path, record_property):
    (tmp_path / "data").mkdir()
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(CHECKOUT)}

    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.faults", str(tmp_path)],
        env=env, cwd=CHECKOUT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    record_property("slots that failed", found["counts"])
    assert found["missed"] == []
    assert found["views"] > 40
    assert sum(found["counts"].values()) > 500
