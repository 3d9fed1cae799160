"""Tests of engine.project.disk_cache."""

import os

import pytest

from engine.errors import FileError
from engine.files.array_files import write_array_file
from engine.mrs.response_params import StarResponseParams
from engine.project import disk_cache
from engine.project.chain import Chain
from engine.project.disk_cache import DiskCache, edition
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.store import Store
from tests.helpers.bits import same_bits
from tests.helpers.disk import file_size_limit
from tests.helpers.open_files import OpenFiles
from tests.helpers.star_files import CORRECTION_4A, CUBE_4A, MODEL, SPECTRUM_4A, write_files

EVERY_STEP = ("extract:e2", "response:e2", "calibrate:e2", "response:e3")


def response(tmp_path):
    files = OpenFiles()
    files.spectrum()
    files.model()
    return files.chain.evaluate(files.session, NodeKey("response", "e1"))


def key(text):
    return NodeKey(*text.split(":"))


@pytest.fixture
def opened(tmp_path):
    """Open a correction e1, a cube e2, a spectrum e3 and a model e4 from the disk."""
    folder = write_files(tmp_path / "data", CORRECTION_4A, CUBE_4A, SPECTRUM_4A, MODEL)
    return add_files(Session(), read_files([folder], Library())).session


def chain_with(folder, **options):
    return Chain(store=Store(disk=DiskCache(folder, **options)))


@pytest.fixture
def no_computing(monkeypatch):
    """Return a function that lets every analysis fail from now on."""
    from engine.project import calibrate_step, extract_step, response_step

    def forbid():
        def fail(*_arguments, **_options):
            raise AssertionError("computed")

        for module, name in (
            (extract_step, "extract_spectrum"),
            (response_step, "fit_star_response"),
            (calibrate_step, "calibrate_spectrum"),
        ):
            monkeypatch.setattr(module, name, fail)

    return forbid


# Same bits back


@pytest.mark.parametrize("node", EVERY_STEP)
def test_a_result_comes_back_to_the_bit_without_computing(tmp_path, opened, no_computing, node):
    first = chain_with(tmp_path / "cache").evaluate(opened, key(node))

    no_computing()
    again = chain_with(tmp_path / "cache").evaluate(opened, key(node))

    assert again is not first
    assert same_bits(again, first)


def test_junctions_come_back_too(tmp_path):
    files = OpenFiles(chain_with(tmp_path))
    files.spectrum("Star A", "1B")
    files.spectrum("Star A", "1C")
    node = NodeKey("junctions", "Star A/1-1@extracted")
    found = files.chain.evaluate(files.session, node)
    digest = files.chain.digest(files.session, node)

    assert same_bits(DiskCache(tmp_path).get(digest), found)


def test_what_comes_back_is_as_frozen_as_what_was_kept(tmp_path, opened):
    chain_with(tmp_path / "cache").evaluate(opened, key("extract:e2"))
    again = chain_with(tmp_path / "cache").evaluate(opened, key("extract:e2"))

    assert not again.spectrum.flux.flags.writeable
    with pytest.raises(TypeError):
        again.spectrum.columns["new"] = 1


def test_the_second_level_is_asked_once(tmp_path, opened):
    chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))
    chain = chain_with(tmp_path / "cache")

    assert chain.state(opened, key("response:e3")) == "stale"
    first = chain.evaluate(opened, key("response:e3"))
    assert chain.state(opened, key("response:e3")) == "fresh"
    assert chain.evaluate(opened, key("response:e3")) is first


def test_other_parameters_find_nothing(tmp_path, opened, no_computing):
    chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))
    edited = opened.with_params(key("response:e3"), StarResponseParams(degree=2))

    no_computing()
    with pytest.raises(AssertionError, match="computed"):
        chain_with(tmp_path / "cache").evaluate(edited, key("response:e3"))


def test_a_changed_input_is_told_although_the_old_result_is_kept(tmp_path, opened):
    chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))
    path = tmp_path / "data" / SPECTRUM_4A
    path.write_bytes(path.read_bytes()[:-2880])

    with pytest.raises(FileError, match=SPECTRUM_4A):
        chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))


def test_a_missing_input_is_told_although_the_old_result_is_kept(tmp_path, opened):
    chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))
    (tmp_path / "data" / MODEL).unlink()

    with pytest.raises(FileError, match=f"{MODEL}.*no such file"):
        chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))


def test_a_result_that_lacks_a_lost_file_is_not_kept(tmp_path):
    files = OpenFiles(chain_with(tmp_path / "cache"))
    files.spectrum("Star A", "1B")
    files.spectrum("Star A", "1C")
    lost = files.spectrum("Star A", "2A")
    files.chain.library.forget(files.session.entry(lost).path)

    files.chain.evaluate(files.session, NodeKey("junctions", "Star A/1-1@extracted"))

    assert not list(tmp_path.glob("cache/*"))


def test_failures_are_not_kept(tmp_path, opened):
    impossible = opened.with_params(key("response:e3"), StarResponseParams(cutoffs_um=(1.0, 2.0)))

    with pytest.raises(Exception, match="cut-offs"):
        chain_with(tmp_path / "cache").evaluate(impossible, key("response:e3"))

    assert not list(tmp_path.glob("cache/*"))


# Damage


def kept(tmp_path, opened):
    chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))
    [path] = (tmp_path / "cache").iterdir()
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:10],
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
        lambda data: b"PK" + data,
    ],
)
def test_a_damaged_entry_is_ignored_and_replaced(tmp_path, opened, damage):
    path = kept(tmp_path, opened)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))

    result = chain_with(tmp_path / "cache").evaluate(opened, key("response:e3"))

    assert result is not None
    assert path.read_bytes() == whole


def test_an_entry_that_cannot_be_read_is_removed(tmp_path):
    cache = DiskCache(tmp_path)
    path = cache._path("a" * 64)
    write_array_file(path, "{}", {})

    assert cache.get("a" * 64) is None
    assert not path.exists()


def test_only_results_of_analyses_are_kept(tmp_path):
    DiskCache(tmp_path / "cache").put("a" * 64, {"a": 1})

    assert not (tmp_path / "cache").exists()


# Bounds


def sizes(folder):
    return sum(path.stat().st_size for path in folder.glob("*.result"))


def test_the_cache_keeps_to_its_budget_and_to_what_was_used_last(tmp_path):
    result = response(tmp_path)
    cache = DiskCache(tmp_path / "cache", budget=5 * 60_000)
    cache.put("0" * 64, result)
    one = sizes(tmp_path / "cache")
    assert one <= 60_000
    digests = [f"{number:064x}" for number in range(12)]

    for number, digest in enumerate(digests):
        cache.put(digest, result)
        os.utime(cache._path(digest), (1000.0 + number, 1000.0 + number))
        cache.get(digests[0])

    assert sizes(tmp_path / "cache") <= 5 * 60_000
    assert digests[0] in cache
    assert digests[-1] in cache
    assert digests[1] not in cache


def test_what_other_processes_put_there_counts(tmp_path):
    result = response(tmp_path)
    one, other = (DiskCache(tmp_path / "cache", budget=100_000) for _ in range(2))
    for number in range(10):
        one.put(f"{number:064x}", result)
        other.put(f"{100 + number:064x}", result)

    assert sizes(tmp_path / "cache") <= 2 * 100_000
    assert sizes(tmp_path / "cache") > 0


def test_a_result_larger_than_the_budget_is_not_kept(tmp_path):
    cache = DiskCache(tmp_path / "cache", budget=100)

    cache.put("0" * 64, response(tmp_path))

    assert not (tmp_path / "cache").exists()


def test_a_full_disk_stops_no_work(tmp_path):
    cache = DiskCache(tmp_path / "cache")
    with file_size_limit(1000):
        cache.put("0" * 64, response(tmp_path))

    assert "0" * 64 not in cache
    assert cache.get("0" * 64) is None
    cache.put("1" * 64, response(tmp_path))
    assert not list((tmp_path / "cache").iterdir())


def test_a_folder_that_cannot_be_made_stops_no_work(tmp_path):
    (tmp_path / "cache").write_text("in the way")
    cache = DiskCache(tmp_path / "cache")

    cache.put("0" * 64, response(tmp_path))

    assert cache.get("0" * 64) is None


def test_other_code_finds_nothing(tmp_path, monkeypatch):
    cache = DiskCache(tmp_path / "cache")
    cache.put("0" * 64, response(tmp_path))
    assert "0" * 64 in cache

    monkeypatch.setattr(disk_cache, "edition", lambda: "another")

    assert "0" * 64 not in cache


def test_the_edition_is_short_and_the_same_all_the_time():
    assert edition() == edition()
    assert len(edition()) == 16


def test_a_kept_result_has_the_size_of_its_file(tmp_path):
    cache = DiskCache(tmp_path / "cache")
    assert cache.size("0" * 64) == 0

    cache.put("0" * 64, response(tmp_path))

    assert cache.size("0" * 64) == sizes(tmp_path / "cache") > 0
