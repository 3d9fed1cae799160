"""Every reader of our own, fuzzed under the lead of coverage in a process of its own.

A hundred seconds here; ``python -m tests.helpers.fuzzing 3600 SEED`` does the same for an hour.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SECONDS = 100


@pytest.mark.rig
def test_fuzzing_finds_no_failure(record_property):
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.fuzzing", str(SECONDS), "2026"],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=2 * SECONDS + 60, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)["found"]
    for name, one in found.items():
        counts = f"{one['inputs']} inputs, {one['lines']} lines, {len(one['failures'])} failures"
        record_property(f"fuzzed, {name}", counts)
    assert {name: one["failures"] for name, one in found.items() if one["failures"]} == {}
    assert sum(one["inputs"] for one in found.values()) > 1000
