"""Tests of engine.project.crew: the same results and files, whoever makes them."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import Cancelled, EngineError
from engine.mrs.response_params import StarResponseParams
from engine.project import worker
from engine.project.chain import Chain
from engine.project.crew import Workers, crew_on, processes
from engine.project.disk_cache import DiskCache
from engine.project.export_session import export_session
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.run import evaluate_all
from engine.project.session import Session
from engine.project.store import Store
from tests.helpers.star_files import MODEL, OTHER_MODEL, OTHER_SPECTRUM_4A, SPECTRUM_4A, write_files

WHAT = ("spectra", "vectors", "tables")


@pytest.fixture
def session(tmp_path):
    """Open the spectra of two stars with their models from the disk."""
    folder = write_files(tmp_path / "data", SPECTRUM_4A, MODEL, OTHER_SPECTRUM_4A, OTHER_MODEL)
    return add_files(Session(), read_files([folder], Library())).session


@pytest.fixture
def threads():
    """Return workers that need no start: two threads."""
    with ThreadPoolExecutor(2) as executor:
        yield Workers(executor, 2)


def chain_on(folder):
    return Chain(store=Store(disk=DiskCache(folder)))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


class Told:
    """A progress that remembers, and cancels when it was told often enough."""

    def __init__(self, stop_after=10**9):
        self.steps, self._stop_after = [], stop_after

    def step(self, done, total, note=""):
        self.steps.append((done, total))
        if len(self.steps) > self._stop_after:
            raise Cancelled


def test_two_processes_give_the_files_of_one_to_the_bit(session, tmp_path):
    export_session(session, Chain(), tmp_path / "alone", WHAT)

    chain = chain_on(tmp_path / "results")
    with processes(2) as workers, crew_on(session, workers, tmp_path / "results") as crew:
        crew.compute(chain, chain.keys(session))
        written = export_session(session, chain, tmp_path / "crew", WHAT, write=crew.write)
        blocked = workers.executor.submit(signal.pthread_sigmask, signal.SIG_BLOCK, ()).result()

    assert signal.SIGINT in blocked  # also while it was not ready to take it
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert contents(tmp_path / "crew") == contents(tmp_path / "alone")
    assert len(contents(tmp_path / "alone")) > 10
    assert {path.name for path in written.paths} == set(contents(tmp_path / "crew"))


def test_what_workers_computed_is_not_computed_again(session, threads, tmp_path, monkeypatch):
    from engine.project import response_step

    chain = chain_on(tmp_path / "results")
    with crew_on(session, threads, tmp_path / "results") as crew:
        crew.compute(chain, chain.keys(session))
    monkeypatch.setattr(response_step, "fit_star_response", lambda *a, **k: pytest.fail("again"))

    failures = evaluate_all(session, chain)

    assert not {key for key, _ in failures if key.step == "response"}


def test_nothing_is_handed_out_when_all_is_on_the_disk(session, threads, tmp_path, monkeypatch):
    chain = chain_on(tmp_path / "results")
    keys = chain.keys_of(session, "response")
    with crew_on(session, threads, tmp_path / "results") as crew:
        crew.compute(chain, keys)
        monkeypatch.setattr(worker, "compute", lambda *a: pytest.fail("handed out"))

        crew.compute(chain, keys)

    assert all(chain.store.has_saved(chain.digest(session, key)) for key in keys)


def test_a_result_that_cannot_be_had_has_the_reason_that_it_has_without_workers(
    session, threads, tmp_path
):
    [key, *_] = [key for key in Chain().keys(session) if key.step == "response"]
    session = session.with_params(key, StarResponseParams(cutoffs_um=(2.0, 3.0)))
    chain = chain_on(tmp_path / "results")

    with crew_on(session, threads, tmp_path / "results") as crew:
        crew.compute(chain, chain.keys(session))
        told = evaluate_all(session, chain)

    assert told == evaluate_all(session, Chain())
    assert "cut-offs" in dict(told)[key]


def test_files_that_were_not_written_are_told_with_the_reason(session, threads, tmp_path):
    [key, *_] = [key for key in Chain().keys(session) if key.step == "response"]
    session = session.with_params(key, StarResponseParams(cutoffs_um=(2.0, 3.0)))
    alone = export_session(session, Chain(), tmp_path / "alone", ("vectors",))
    chain = chain_on(tmp_path / "results")

    with crew_on(session, threads, tmp_path / "results") as crew:
        written = export_session(session, chain, tmp_path / "crew", ("vectors",), write=crew.write)

    assert written.skipped == alone.skipped
    assert written.skipped
    assert [path.name for path in written.paths] == [path.name for path in alone.paths]


def test_a_file_that_cannot_be_written_ends_the_export_with_a_sentence(session, threads, tmp_path):
    chain = chain_on(tmp_path / "results")
    plan = ("vectors",)

    def and_take_a_name(*arguments, **options):
        folder, files = arguments[2], arguments[3]
        (folder / files[0].name).mkdir()
        return crew.write(*arguments, **options)

    with (
        crew_on(session, threads, tmp_path / "results") as crew,
        pytest.raises(EngineError, match=r"fits"),
    ):
        export_session(session, chain, tmp_path / "out", plan, write=and_take_a_name)


def test_progress_counts_up_to_all_nodes(session, threads, tmp_path):
    chain, progress = chain_on(tmp_path / "results"), Told()
    keys = chain.keys_of(session, "response")

    with crew_on(session, threads, tmp_path / "results") as crew:
        crew.compute(chain, keys, progress=progress)

    assert progress.steps == sorted(progress.steps)
    assert progress.steps[-1] == (len(keys), len(keys))


def test_cancelling_begins_nothing_more_and_leaves_no_folder(session, threads, tmp_path):
    chain = chain_on(tmp_path / "results")

    with (
        pytest.raises(Cancelled),
        crew_on(session, threads, tmp_path / "results") as crew,
    ):
        crew.compute(chain, chain.keys(session), progress=Told(stop_after=0))

    assert not list((tmp_path / "results").glob("run-*"))
    response = chain.keys_of(session, "response")[-1]
    assert not chain.store.has_saved(chain.digest(session, response))


def test_work_stops_when_the_folder_of_the_run_is_gone(session, tmp_path, monkeypatch):
    from engine.project import response_step

    key = Chain().keys_of(session, "response")[0]
    with crew_on(session, Workers(None, 1), tmp_path / "results") as crew:
        order = crew._order
        worker._opened(order)
    monkeypatch.setattr(response_step, "fit_star_response", lambda *a, **k: pytest.fail("began"))

    reply = worker.compute(order, [key])

    assert reply == worker.Reply()


def test_a_worker_that_cannot_see_the_session_says_so(session, threads, tmp_path):
    with crew_on(session, threads, tmp_path / "results") as crew:
        for path in (tmp_path / "results").glob("run-*/*"):
            path.unlink()

        with pytest.raises(EngineError, match=r"session\.fluxknot: "):
            crew.compute(chain_on(tmp_path / "results"), Chain().keys(session))


def test_a_process_that_ends_too_early_is_told_in_a_sentence():
    with (
        pytest.raises(EngineError, match="ended before its work was done"),
        processes(1) as workers,
    ):
        workers.executor.submit(os._exit, 3).result()


def test_a_fault_of_the_program_is_not_hidden(session, threads, tmp_path, monkeypatch):
    from engine.project import response_step

    def broken(*_arguments, **_options):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(response_step, "fit_star_response", broken)
    chain = chain_on(tmp_path / "results")

    with (
        crew_on(session, threads, tmp_path / "results") as crew,
        pytest.raises(ZeroDivisionError, match="a bug"),
    ):
        crew.compute(chain, chain.keys(session))
