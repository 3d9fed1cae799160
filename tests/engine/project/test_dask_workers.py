"""Tests of engine.project.dask_workers, on a cluster of two workers on this machine."""

import socket
import sys

import pytest

from engine.errors import EngineError
from engine.project import dask_workers as module
from engine.project.chain import Chain
from engine.project.crew import crew_on
from engine.project.dask_workers import dask_workers
from engine.project.disk_cache import DiskCache
from engine.project.export_session import export_session
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.store import Store
from tests.helpers.star_files import MODEL, SPECTRUM_4A, write_files

distributed = pytest.importorskip("distributed")

WHAT = ("spectra", "vectors", "tables")
LOCAL = {"host": "127.0.0.1", "dashboard_address": None, "silence_logs": False}


@pytest.fixture(scope="module")
def cluster():
    """Start a scheduler and two workers in processes of their own."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, worker_dashboard_address=None, **LOCAL
    ) as cluster:
        yield cluster.scheduler_address


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_dask_workers_give_the_files_of_one_process_to_the_bit(cluster, tmp_path):
    folder = write_files(tmp_path / "data", SPECTRUM_4A, MODEL)
    session = add_files(Session(), read_files([folder], Library())).session
    export_session(session, Chain(), tmp_path / "alone", WHAT)

    chain = Chain(store=Store(disk=DiskCache(tmp_path / "results")))
    with (
        dask_workers(cluster) as workers,
        crew_on(session, workers, tmp_path / "results") as crew,
    ):
        crew.compute(chain, chain.keys(session))
        export_session(session, chain, tmp_path / "dask", WHAT, write=crew.write)

    assert workers.size == 2
    assert contents(tmp_path / "dask") == contents(tmp_path / "alone")
    assert len(contents(tmp_path / "alone")) > 5


def test_workers_of_another_program_are_refused(cluster, monkeypatch):
    monkeypatch.setattr(module, "_require_same_program", module._require_same_program)
    other = "0123456789abcdef"
    real = module.edition
    monkeypatch.setattr(module, "edition", lambda: other)
    monkeypatch.setattr(
        distributed.Client, "run", lambda self, _function: {"tcp://127.0.0.1:1": real()}
    )

    with pytest.raises(EngineError, match="runs another Fluxknot"), dask_workers(cluster):
        pass


def test_a_scheduler_without_workers_is_refused(cluster, monkeypatch):
    monkeypatch.setattr(distributed.Client, "run", lambda self, _function: {})

    with pytest.raises(EngineError, match="has no workers"), dask_workers(cluster):
        pass


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:{}", "http:///", "tcp://:x"])
def test_a_scheduler_that_cannot_be_reached_is_told_in_a_sentence(address, monkeypatch, caplog):
    monkeypatch.setattr(module, "_PATIENCE_S", 0.3)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with (
        pytest.raises(EngineError, match="cannot be reached"),
        dask_workers(address.format(port)),
    ):
        pass


def test_without_dask_the_way_to_install_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with (
        pytest.raises(EngineError, match="Dask is not installed") as refused,
        dask_workers("tcp://127.0.0.1:1"),
    ):
        pass

    assert "fluxknot[dask]" in refused.value.hint
