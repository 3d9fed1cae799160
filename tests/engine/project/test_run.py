"""Tests of engine.project.run."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import Cancelled
from engine.mrs.response_params import StarResponseParams
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.run import evaluate_all
from tests.helpers.bits import same_bits
from tests.helpers.open_files import OpenFiles


@pytest.fixture
def files():
    """Return two cubes and a spectrum of one star in three bands, with its model."""
    files = OpenFiles()
    files.cube("Star A", "1B")
    files.cube("Star A", "1C")
    files.spectrum("Star A", "2A")
    files.model("Star A")
    return files


class Counted:
    """A progress that remembers, and cancels after a number of results."""

    def __init__(self, stop_after=10**9):
        self.steps, self._stop_after = [], stop_after

    def step(self, done, total, note=""):
        if ":" in note:
            self.steps.append((done, total, note))
        if len(self.steps) > self._stop_after:
            raise Cancelled


def test_everything_is_at_hand_afterwards(files):
    failures = evaluate_all(files.session, files.chain)

    keys = files.chain.keys(files.session)
    failed = {key for key, _ in failures}
    assert all(files.chain.state(files.session, key) == "fresh" for key in set(keys) - failed)
    assert not failed & {key for key in keys if key.step in {"extract", "response", "calibrate"}}


def test_the_number_of_jobs_changes_no_bit(files):
    chains = [Chain(files.chain.library), Chain(files.chain.library)]
    for jobs, chain in zip((1, 2), chains, strict=True):
        evaluate_all(files.session, chain, jobs=jobs)

    for key in files.chain.keys(files.session):
        one, other = (chain.result(files.session, key) for chain in chains)
        assert same_bits(one, other), key


def test_what_cannot_be_had_is_listed_with_the_reason(files):
    key = NodeKey("response", "e3")
    session = files.session.with_params(key, StarResponseParams(cutoffs_um=(20.0, 21.0)))

    failures = dict(evaluate_all(session, files.chain))

    assert "cut-offs" in failures[key]
    assert "cut-offs" in failures[NodeKey("calibrate", "e3")]
    assert NodeKey("calibrate", "e1") not in failures


def test_progress_tells_each_result_once_and_in_order(files):
    progress = Counted()

    evaluate_all(files.session, files.chain, progress=progress)

    keys = files.chain.keys(files.session)
    assert progress.steps == [(i + 1, len(keys), str(key)) for i, key in enumerate(keys)]


def test_an_executor_of_the_caller_does_the_work(files):
    with ThreadPoolExecutor(max_workers=2) as executor:
        evaluate_all(files.session, files.chain, executor=executor)

    assert files.chain.state(files.session, NodeKey("response", "e1")) == "fresh"


@pytest.mark.parametrize("jobs", [1, 3])
def test_cancelling_leaves_what_is_done_and_begins_nothing_more(files, monkeypatch, jobs):
    from engine.project import response_step

    fits, real = [], response_step.fit_star_response
    monkeypatch.setattr(
        response_step, "fit_star_response", lambda *a, **k: fits.append(1) or real(*a, **k)
    )

    with pytest.raises(Cancelled):
        evaluate_all(files.session, files.chain, jobs=jobs, progress=Counted(stop_after=0))

    done = sum(
        files.chain.state(files.session, key) == "fresh" for key in files.chain.keys(files.session)
    )
    assert done < len(files.chain.keys(files.session))
    assert threading.active_count() == 1 or not any(
        thread.name.startswith("ThreadPoolExecutor") for thread in threading.enumerate()
    )
    assert files.chain.failure(files.session, NodeKey("response", "e1")) is None
    assert evaluate_all(files.session, files.chain) is not None


def test_a_fault_of_the_program_is_not_hidden(files, monkeypatch):
    from engine.project import calibrate_step

    def broken(*_arguments, **_options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(calibrate_step, "calibrate_spectrum", broken)

    with pytest.raises(ZeroDivisionError, match="a bug"):
        evaluate_all(files.session, files.chain, jobs=2)
