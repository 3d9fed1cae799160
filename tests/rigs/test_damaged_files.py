"""All hazards and a thousand fresh mutations, each opened in a process that is watched.

The figures are kept as properties of the tests, which are listed at the end of a run.
"""

import json
import subprocess
import sys

import numpy as np
import pytest

from tests.hazards import baselines
from tests.hazards.all_hazards import GROUPS
from tests.hazards.damage import GOOD, damaged
from tests.hazards.fits_hazards import content_of
from tests.hazards.hazard import LONGEST
from tests.hazards.limit_hazards import HEAVY
from tests.hazards.trial import CHECKOUT, Watcher

pytestmark = [pytest.mark.rig, pytest.mark.clock]

LATEST_S, MOST_MIB = 5.0, 1024.0
FATAL = {"death", "hang", "bug"}
N_MUTATIONS = 1000
N_FLIPPED = 12
END_OF_HEADERS = 8640  # a bit of the data is a number like any other


@pytest.fixture
def watcher():
    with Watcher() as watcher:
        yield watcher


def watched(watcher, path):
    """Return what came of one file; one that came late on a busy machine is tried again."""
    trial = watcher.try_one(path)
    again = watcher.try_one(path) if trial.seconds > LATEST_S and trial.verdict != "hang" else trial
    return min(trial, again, key=lambda one: one.seconds)


def report(record_property, trials):
    """Print and keep the figures of some trials."""
    figures = {
        "files": len(trials),
        "deaths": sum(one.verdict == "death" for one in trials),
        "hangs": sum(one.verdict == "hang" for one in trials),
        "exceptions that are no sentence": sum(one.verdict == "bug" for one in trials),
        "slowest verdict (s)": round(max(one.seconds for one in trials), 2),
        "highest peak of memory (MiB)": round(max(one.growth_mib for one in trials)),
        "longest sentence": max((len(said) for one in trials for said in one.sentences), default=0),
    }
    tell(record_property, figures)
    return figures


def tell(record_property, figures):
    for name, value in figures.items():
        record_property(name, value)


def require_bearable(figures):
    assert figures["deaths"] == figures["hangs"] == 0
    assert figures["exceptions that are no sentence"] == 0
    assert figures["slowest verdict (s)"] <= LATEST_S
    assert figures["highest peak of memory (MiB)"] <= MOST_MIB
    assert figures["longest sentence"] <= LONGEST


def test_every_hazard_gets_its_verdict_in_time_and_memory(watcher, tmp_path, record_property):
    hazards = [hazard for group in GROUPS for hazard in group.HAZARDS] + list(HEAVY)
    trials, wrong, silent, unclear = [], [], [], []
    for number, hazard in enumerate(hazards):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = hazard.write(folder)
        trial = watched(watcher, path)
        trials.append(trial)
        if trial.verdict != hazard.verdict:
            wrong.append((hazard.name, trial))
        if hazard.verdict != "loads" and trial.verdict == "loads":
            silent.append(hazard.name)
        if not hazard.says_what_is_wrong(path, trial.sentences):
            unclear.append((hazard.name, trial.sentences))
        if path.is_file() and not path.is_symlink():
            path.unlink()

    figures = report(record_property, trials)
    n_to_tell = sum(hazard.verdict != "loads" for hazard in hazards)
    tell(
        record_property,
        {
            "files of which something must be said": n_to_tell,
            "right class (%)": round(100.0 * (1.0 - len(wrong) / len(hazards)), 1),
            "accepted in silence": len(silent),
            "file and cause named (%)": round(100.0 * (1.0 - len(unclear) / len(hazards)), 1),
        },
    )
    require_bearable(figures)
    assert len(hazards) >= 322
    assert silent == []
    assert wrong == []
    assert unclear == []


def test_headers_with_one_flipped_bit_never_do_harm(watcher, tmp_path, record_property):
    content = content_of(baselines.s3d()), content_of(baselines.x1d())
    trials = []
    for seed in range(N_FLIPPED):
        rng = np.random.default_rng(seed)
        flipped = bytearray(content[seed % 2])
        flipped[rng.integers(0, END_OF_HEADERS)] ^= 1 << int(rng.integers(0, 8))
        path = tmp_path / f"flipped_{seed}.fits"
        path.write_bytes(flipped)
        trials.append(watched(watcher, path))

    tell(record_property, {"verdicts": sorted(one.verdict for one in trials)})
    require_bearable(report(record_property, trials))


def test_a_thousand_fresh_mutations_never_do_harm(watcher, tmp_path, record_property):
    contents = {name: make() for name, make in GOOD.items()}
    names = sorted(contents)
    trials, bugs = [], {}
    for seed in range(N_MUTATIONS):
        name = names[seed % len(names)]
        path = tmp_path / name
        path.write_bytes(damaged(contents[name], np.random.default_rng([2026, seed])))
        trial = watched(watcher, path)
        trials.append(trial)
        if trial.verdict in FATAL:
            bugs[name, seed] = trial

    counts = {one: sum(trial.verdict == one for trial in trials) for one in ("refused", "warns")}
    figures = report(record_property, trials)
    tell(record_property, counts)
    assert bugs == {}
    require_bearable(figures)


def test_no_numbers_of_a_header_harm_the_sky_plane(record_property):
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.helpers.sky_numbers", "3000"],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stdout)
    record_property("headers with odd numbers of the sky plane", counts)
    assert counts["failed"] == {}
    assert counts["used"] > 2000
