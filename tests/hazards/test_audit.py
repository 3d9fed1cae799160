"""No file makes the program do anything but read that file, or take unbounded memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hazards import cube_hazards, fits_hazards, spectrum_hazards, text_hazards

# Runs in a process of its own: audit hooks cannot be taken away again.
_CHILD = """
import csv, glob, json, resource, sys
import yaml
from pathlib import Path
# Parsers in C, or with C below them, that must never see a file: to import one is an error.
FOREIGN = ("astropy.io.fits", "astropy.wcs", "astropy.io.ascii", "astropy.table", "asdf", "PIL")
for name in FOREIGN:
    sys.modules[name] = None
from engine.errors import FileError
from engine.files import load

def try_all(paths):
    for path in paths:
        try:
            verdicts[str(path)] = "warns" if load(path).warnings else "loads"
        except FileError:
            verdicts[str(path)] = "refused"

verdicts = {}
paths = [Path(name) for name in json.loads(sys.stdin.read())]
good = [path for path in paths if path.parent.name == "good"]
try_all(good)  # whatever is imported late is imported here
events = []
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
             "os.remove", "os.rename", "os.mkdir", "shutil.", "urllib.", "pickle.", "ctypes.")

def hook(event, args):
    if event == "open" and isinstance(args[0], str | bytes):
        name = args[0] if isinstance(args[0], str) else args[0].decode()
        known = name in {str(path) for path in paths}
        if not known and not name.endswith((".py", ".pyc")) or "w" in str(args[1]):
            events.append([event, name])
    elif event in {"exec", "compile"} or event.startswith(FORBIDDEN):
        events.append([event, str(args)[:200]])

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sys.addaudithook(hook)
try_all(paths)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
growth = (after - before) / 1024
print(json.dumps({"events": events, "growth_mib": growth, "verdicts": verdicts}))
"""


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """Return what happened while all hazards were loaded in a process of its own."""
    folder = tmp_path_factory.mktemp("hazards")
    paths, expected = [], {}
    groups = (fits_hazards, cube_hazards, spectrum_hazards, text_hazards)
    for number, group in enumerate(groups):
        for kind in ("good", "bad"):
            place = folder / str(number) / kind
            place.mkdir(parents=True)
            chosen = [one for one in group.HAZARDS if (one.verdict == "loads") == (kind == "good")]
            written = {str(hazard.write(place)): hazard.verdict for hazard in chosen}
            expected |= written
            paths += written
    checkout = Path(__file__).resolve().parents[2]
    child = subprocess.run(
        [sys.executable, "-c", _CHILD],
        input=json.dumps(paths),
        capture_output=True,
        text=True,
        cwd=checkout,
        timeout=300,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    return json.loads(child.stdout) | {"expected": expected}


def test_no_hazard_runs_code_writes_or_reads_other_files(audited):
    assert audited["events"] == []


def test_no_hazard_takes_more_than_256_mib(audited):
    # The budget of RELIABILITY is 1 GiB; bombs here promise 300 MiB to 40 GiB.
    assert audited["growth_mib"] < 256


def test_no_general_parser_is_needed_for_a_verdict(audited):
    # The child cannot import one: what it says of each file, our own readers found.
    assert audited["verdicts"] == audited["expected"]
