"""Tests of engine.project.kept_results, and of taking such results up."""

import threading
from pathlib import Path

import pytest

from engine.project.chain import Chain
from engine.project.disk_cache import DiskCache
from engine.project.kept_results import VARIABLE, WriteBehind, results_folder, store_for_window
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.store import Store
from tests.helpers.star_files import CUBE_4A, MODEL, write_files

EXTRACT, RESPONSE = NodeKey("extract", "e1"), NodeKey("response", "e1")


class SlowDisk:
    """Keeps what it is given, once it may."""

    def __init__(self):
        self.kept = {}
        self.may = threading.Event()

    def __contains__(self, digest):
        return digest in self.kept

    def get(self, digest):
        return self.kept.get(digest)

    def put(self, digest, result):
        assert self.may.wait(10)
        self.kept[digest] = result

    def size(self, digest):
        return 8 if digest in self.kept else 0


@pytest.fixture
def opened(tmp_path):
    folder = write_files(tmp_path / "data", CUBE_4A, MODEL)
    return add_files(Session(), read_files([folder], Library())).session


@pytest.fixture
def kept(opened, tmp_path):
    """Return a folder with two results of an earlier run."""
    earlier = Chain(store=Store(disk=DiskCache(tmp_path / "results")))
    earlier.evaluate(opened, RESPONSE)
    return tmp_path / "results"


def test_work_does_not_wait_for_a_disk_and_nothing_is_lost_at_the_end():
    disk = SlowDisk()
    behind = WriteBehind(disk)

    behind.put("a", 1.0)
    at_once = "a" in behind
    disk.may.set()
    behind.finish()

    assert not at_once
    assert (behind.get("a"), behind.size("a")) == (1.0, 8)


def test_the_window_keeps_results_where_commands_do_or_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    named, store = results_folder(), store_for_window(1000)
    monkeypatch.setenv(VARIABLE, "off")
    without = results_folder(), store_for_window(1000).outlives
    monkeypatch.delenv(VARIABLE)

    assert (named, store.outlives) == (Path(tmp_path), True)
    assert without == (None, False)
    assert results_folder().name == "results"


def test_what_an_earlier_run_computed_is_taken_up(opened, kept):
    chain = Chain(store=Store(disk=DiskCache(kept)))
    before = chain.state(opened, RESPONSE)

    count = chain.recall(opened)

    assert before == "stale"
    assert count == 2
    assert chain.state(opened, RESPONSE) == chain.state(opened, EXTRACT) == "fresh"


def test_no_result_is_taken_up_of_a_file_that_changed(opened, kept):
    cube = Path(opened.entries[0].path)
    cube.write_bytes(cube.read_bytes()[:-1] + b"!")
    chain = Chain(store=Store(disk=DiskCache(kept)))

    assert chain.recall(opened) == 0


def test_no_more_is_taken_up_than_fits_into_memory(opened, kept):
    chain = Chain(store=Store(budget=1000, disk=DiskCache(kept)))

    assert chain.recall(opened) == 1
