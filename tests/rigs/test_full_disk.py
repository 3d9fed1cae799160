"""Disks that fill up, break, or take nothing: the old files stay, and the user is told."""

import errno
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from engine.errors import FileError
from tests.helpers.disk import failing, file_size_limit
from tests.helpers.writers import all_writers

pytestmark = pytest.mark.rig

OLD = b"what was there before\n" * 40
N_SIZES = 20
_NOBODY = 65534
_MIB = 1 << 20


@pytest.fixture(scope="module")
def open_folder():
    """Return a folder that every user of this computer can look into."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        yield place


@pytest.fixture(scope="module")
def writers(open_folder):
    material = open_folder / "material"
    material.mkdir()
    return all_writers(material)


class Place:
    """A folder full of old files of the names that a writer writes."""

    def __init__(self, writer, folder):
        self.writer = writer
        self.folder = folder
        folder.mkdir()
        writer.write(folder)
        self._put_old_files()
        writer.write(folder)  # once more: a session keeps its previous version
        self.new = _contents(folder) or {"autosave.fluxknot": OLD}
        self._put_old_files()
        self.before = _contents(folder)

    def _put_old_files(self):
        for name in _contents(self.folder):
            (self.folder / name).write_bytes(OLD)

    @property
    def largest(self):
        return max(len(content) for content in self.new.values())

    def fail(self, fault):
        """Write while a disk has a fault; look at what is left; return what was said."""
        said = None
        with fault:
            try:
                self.writer.write(self.folder)
            except FileError as error:
                said = error
        after = _contents(self.folder)
        strays = [name for name in after if name not in self.new or name.endswith(".tmp")]
        assert strays == [], self.writer.name
        for name, old in self.before.items():
            assert after.get(name) in {old, self.new[name]}, f"{self.writer.name}: damaged {name}"
        assert (said is not None) == self.writer.says_so, self.writer.name
        if said is not None:
            self._require_clear(said)
        self._put_old_files()
        return said

    def _require_clear(self, said):
        assert said.hint, said.sentence
        assert len(said.sentence) <= 300
        assert said.what.startswith(said.path.name), said.sentence
        assert self.folder in {said.path, *said.path.parents}, said.path


def test_twenty_sizes_of_disk_for_every_writer(writers, tmp_path, caplog, record_property):
    told = 0
    for number, writer in enumerate(writers):
        place = Place(writer, tmp_path / f"place-{number}")
        for part in range(N_SIZES):
            told += place.fail(file_size_limit(place.largest * part // N_SIZES)) is not None
    caplog.clear()
    record_property("measured", f"full disk: {len(writers)} writers, {N_SIZES} sizes, {told} told")


@pytest.mark.parametrize(
    ("call", "code", "word"),
    [
        ("write", errno.ENOSPC, "disk is full"),
        ("write", errno.EIO, "reports an error"),
        ("fsync", errno.EIO, "reports an error"),
        ("replace", errno.EIO, "reports an error"),
        ("replace", errno.EXDEV, "cannot be written"),
    ],
)
def test_a_system_call_that_fails_for_every_writer(
    writers, tmp_path, caplog, record_property, call, code, word
):
    for number, writer in enumerate(writers):
        said = Place(writer, tmp_path / f"place-{number}").fail(_patched(call, code))
        assert said is None or word in said.what, said.what
    record_property("measured", f"{call} {errno.errorcode[code]}: {len(writers)} writers")


def test_a_folder_that_takes_nothing_for_every_writer(
    writers, open_folder, caplog, record_property
):
    for number, writer in enumerate(writers):
        place = Place(writer, open_folder / f"place-{number}")
        said = place.fail(_read_only(place.folder))
        assert said is None or "cannot be" in said.what or "protected" in said.what, said.what
    record_property("measured", f"read-only folder: {len(writers)} writers")


def test_a_folder_that_was_removed_for_every_writer(writers, tmp_path, caplog, record_property):
    for number, writer in enumerate(writers):
        place = tmp_path / f"gone-{number}"
        place.write_bytes(OLD)  # a file where the folder was: it cannot be made anew

        said = None
        try:
            writer.write(place)
        except FileError as error:
            said = error

        assert (said is not None) == writer.says_so, writer.name
        assert said is None or said.hint, said.sentence
        assert place.read_bytes() == OLD
    record_property("measured", f"folder removed: {len(writers)} writers")


def test_a_disk_that_is_really_full_for_every_writer(writers, small_disk, caplog, record_property):
    for number, writer in enumerate(writers):
        place = Place(writer, small_disk / f"place-{number}")
        said = place.fail(_filled(small_disk))
        assert said is None or "disk is full" in said.what, said.what
        shutil.rmtree(place.folder)
    record_property("measured", f"no space left: {len(writers)} writers")


# Disks


@contextmanager
def _read_only(place):
    """Make a folder read-only, for an administrator by being nobody meanwhile."""
    place.chmod(0o555)
    is_administrator = os.geteuid() == 0
    if is_administrator:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if is_administrator:
            os.seteuid(0)
        place.chmod(0o755)


@contextmanager
def _patched(call, code):
    real = getattr(os, call)
    setattr(os, call, failing(code))
    try:
        yield
    finally:
        setattr(os, call, real)


@pytest.fixture
def small_disk(tmp_path):
    """Return a disk of a few MiB; skips where none can be made."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={48 * _MIB}", "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be made by an administrator")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@contextmanager
def _filled(disk):
    """Leave no block of a disk free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while stream.write(bytes(_MIB)):
            pass
    try:
        yield
    finally:
        filler.unlink()


def _contents(place):
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }
