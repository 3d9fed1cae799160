"""Every view of the demo, as a small window shows it with long names: nothing that code can see."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.demo_titles import DEMO_TITLES

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPT = CHECKOUT / "docs" / "guide" / "make_looks.py"


@pytest.mark.rig
@pytest.mark.parametrize("name", DEMO_TITLES)
def test_no_view_of_a_set_is_cut_covered_raw_empty_or_pale(name, tmp_path, record_property):
    """Take one picture of each scene; what is wrong in it is a finding."""
    env = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    wanted = ["--set", name, "--screen", "small", "--themes", "dark"]

    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), *wanted],
        env=env, cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-3000:]
    found = (tmp_path / "small" / "findings.txt").read_text(encoding="utf-8").split("\n")
    pictures = list((tmp_path / "small").glob("*.png"))
    record_property(f"pictures of {name}", len(pictures))
    assert [one for one in found if one] == []
    assert pictures
