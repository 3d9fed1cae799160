"""Thousands of actions in one window: no more memory, files or threads than at the start."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
ACTIONS = os.environ.get("FLUXKNOT_SOAK_ACTIONS", "20000")
_AN_HOUR = 2500  # actions: 20 000 stand for eight hours
_MOST_GROWTH_MIB = 5  # an hour
_PATIENCE_S = 900 + int(ACTIONS) // 5


@pytest.mark.rig
def test_memory_files_and_threads_stay_as_they_are(tmp_path, record_property):
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(CHECKOUT)}

    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.soak_run", str(tmp_path), ACTIONS],
        env=env, cwd=CHECKOUT, capture_output=True, text=True, timeout=_PATIENCE_S, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    number, memory, kept, files, threads, busy = np.array(told["counted"]).T
    second = slice(number.size // 2, None)
    slope = float(np.polyfit(number[second], (memory - kept)[second], 1)[0] * _AN_HOUR)
    record_property("memory in MiB, all along", [round(one) for one in memory])
    record_property("of it results that are kept", [round(one) for one in kept])
    record_property("slope over the second half without them, in MiB an hour", round(slope, 1))
    record_property("open files", sorted(set(files.astype(int).tolist())))
    record_property("threads", sorted(set(threads.astype(int).tolist())))
    record_property("processor", f"{1e3 * (busy[-1] - busy[0]) / np.ptp(number):.0f} ms an action")
    assert told["faults"] == []
    assert slope <= _MOST_GROWTH_MIB
    assert np.ptp(files[second]) <= 1
    assert np.ptp(threads[second]) <= 1
