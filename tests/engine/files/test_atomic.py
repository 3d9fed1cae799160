"""Tests of engine.files.atomic."""

import errno
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.errors import FileError
from engine.files.atomic import atomic_write, remove_stale_temporaries, require_writable
from tests.helpers.disk import failing, file_size_limit, fills_up_after

CHECKOUT = Path(__file__).resolve().parents[3]
OLD = b"the old content\n" * 500
NEW = b"the new content, a little longer\n" * 700


def write_new(stream):
    stream.write(NEW)


@pytest.fixture
def saved(tmp_path):
    """Return a file with the old content, alone in its folder."""
    path = tmp_path / "folder" / "work.fluxknot"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def assert_untouched(path):
    assert path.read_bytes() == OLD
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_new_file_holds_what_was_written_and_leaves_nothing_beside_it(tmp_path):
    path = atomic_write(tmp_path / "a.csv", write_new)

    assert path.read_bytes() == NEW
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_permissions_that_the_user_gives_to_new_files(tmp_path):
    before = os.umask(0o027)
    try:
        path = atomic_write(tmp_path / "a.csv", write_new)
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o640


def test_the_writer_may_seek(tmp_path):
    def write(stream):
        stream.write(b"0000 and the rest")
        stream.seek(0)
        stream.write(b"1234")

    assert atomic_write(tmp_path / "a", write).read_bytes() == b"1234 and the rest"


def test_replacing_keeps_the_permission_bits(saved):
    saved.chmod(0o640)

    atomic_write(saved, write_new, exists="replace")

    assert saved.read_bytes() == NEW
    assert saved.stat().st_mode & 0o777 == 0o640


def test_an_existing_file_is_refused_unless_asked(saved):
    with pytest.raises(FileError, match=r"work\.fluxknot: The file exists already") as caught:
        atomic_write(saved, write_new)

    assert caught.value.hint
    assert_untouched(saved)


def test_a_file_that_appears_while_writing_is_not_replaced(saved):
    saved.unlink()

    def write(stream):
        saved.write_bytes(OLD)
        write_new(stream)

    with pytest.raises(FileError, match="exists already"):
        atomic_write(saved, write)

    assert_untouched(saved)


def test_a_file_that_appears_at_the_last_moment_is_not_replaced(saved, monkeypatch):
    saved.unlink()
    link = os.link

    def slow_link(source, target, **options):
        saved.write_bytes(OLD)
        link(source, target, **options)

    monkeypatch.setattr(os, "link", slow_link)
    with pytest.raises(FileError, match="exists already"):
        atomic_write(saved, write_new)

    assert_untouched(saved)


def test_a_disk_without_hard_links_is_written_too(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", failing(errno.EPERM))

    path = atomic_write(tmp_path / "a", write_new)

    assert path.read_bytes() == NEW
    assert list(tmp_path.iterdir()) == [path]


def test_of_many_writers_at_once_one_wins_and_the_others_are_told(tmp_path):
    outcomes = []

    def work(number):
        try:
            atomic_write(tmp_path / "a", lambda stream: stream.write(b"%d" % number * 1000))
            outcomes.append(number)
        except FileError:
            outcomes.append(None)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winners = [number for number in outcomes if number is not None]
    assert len(winners) == 1
    assert (tmp_path / "a").read_bytes() == b"%d" % winners[0] * 1000


def test_a_link_is_followed_and_stays_a_link(saved, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(saved)

    atomic_write(link, write_new, exists="replace")

    assert link.is_symlink()
    assert saved.read_bytes() == NEW


def test_a_link_to_an_existing_file_counts_as_existing(saved, tmp_path):
    (tmp_path / "link").symlink_to(saved)

    with pytest.raises(FileError, match="exists already"):
        atomic_write(tmp_path / "link", write_new)


def test_a_link_into_nowhere_makes_the_file_it_names(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")

    atomic_write(tmp_path / "link", write_new)

    assert (tmp_path / "target").read_bytes() == NEW


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "link")

    with pytest.raises(FileError, match="link"):
        atomic_write(tmp_path / "link", write_new)


def test_a_name_of_255_bytes_can_be_written(tmp_path):
    path = tmp_path / ("µ" * 125 + ".fits")  # 250 bytes and five

    atomic_write(path, write_new)
    atomic_write(path, write_new, exists="replace")

    assert path.read_bytes() == NEW


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("a" * 256, "too long"),
        ("missing/a", "folder does not exist"),
        ("zero\0byte", "character"),
        ("\ud800", "character"),
        (".", "no ordinary file"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_with_the_cause(tmp_path, name, word):
    with pytest.raises(FileError, match=word):
        atomic_write(f"{tmp_path}/{name}", write_new)

    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FileError, match="no ordinary file"):
        atomic_write(tmp_path / "pipe", write_new, exists="replace")


def test_a_writer_that_fails_changes_nothing(saved):
    def write(stream):
        stream.write(b"half")
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        atomic_write(saved, write, exists="replace")

    assert_untouched(saved)


@pytest.mark.parametrize("n_bytes", [round(len(NEW) * part / 20) for part in range(20)])
def test_a_file_that_may_not_grow_leaves_the_old_one(saved, n_bytes):
    with file_size_limit(n_bytes), pytest.raises(FileError, match="takes no file of this size"):
        atomic_write(saved, write_new, exists="replace")

    assert_untouched(saved)


@pytest.mark.parametrize("n_bytes", [0, 1, len(NEW) // 2, len(NEW) - 1])
def test_a_disk_that_fills_up_leaves_the_old_file(saved, monkeypatch, n_bytes):
    monkeypatch.setattr(os, "write", fills_up_after(n_bytes))

    with pytest.raises(FileError, match="disk is full") as caught:
        atomic_write(saved, write_new, exists="replace")

    assert "Nothing was changed" in caught.value.what
    assert "Free some space" in caught.value.hint
    assert_untouched(saved)


@pytest.mark.parametrize(
    ("call", "code", "word"),
    [
        ("fsync", errno.EIO, "disk reports an error"),
        ("replace", errno.EIO, "disk reports an error"),
        ("replace", errno.EACCES, "cannot be written to"),
        ("replace", errno.EXDEV, "cannot be written"),
        ("write", errno.EDQUOT, "quota"),
        ("write", errno.EIO, "disk reports an error"),
    ],
)
def test_a_system_call_that_fails_leaves_the_old_file(saved, monkeypatch, call, code, word):
    monkeypatch.setattr(os, call, failing(code))

    with pytest.raises(FileError, match=word):
        atomic_write(saved, write_new, exists="replace")

    assert_untouched(saved)


@pytest.mark.parametrize(("code", "word"), [(errno.EROFS, "read-only"), (errno.EACCES, "folder")])
def test_a_folder_that_takes_no_new_files_is_named(saved, monkeypatch, code, word):
    monkeypatch.setattr(os, "open", failing(code))

    with pytest.raises(FileError, match=word):
        atomic_write(saved, write_new, exists="replace")

    monkeypatch.undo()
    assert_untouched(saved)


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may write everywhere")
def test_a_read_only_folder_is_told_before_and_during_the_write(saved):
    saved.parent.chmod(0o500)
    try:
        with pytest.raises(FileError, match="cannot be written to"):
            require_writable(saved)
        with pytest.raises(FileError, match="cannot be written to"):
            atomic_write(saved, write_new, exists="replace")
    finally:
        saved.parent.chmod(0o700)

    assert_untouched(saved)


def test_a_folder_that_cannot_be_written_is_told_beforehand(saved, monkeypatch):
    require_writable(saved)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != saved.parent)

    with pytest.raises(FileError, match="cannot be written to"):
        require_writable(saved)


def test_a_write_protected_file_is_not_replaced(saved, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != saved)

    with pytest.raises(FileError, match="write-protected"):
        atomic_write(saved, write_new, exists="replace")

    assert_untouched(saved)


def test_a_missing_folder_is_told_beforehand(tmp_path):
    with pytest.raises(FileError, match="folder does not exist"):
        require_writable(tmp_path / "missing" / "a")


def test_a_folder_that_disappears_is_told(saved):
    def write(stream):
        stream.write(NEW)
        saved.unlink()
        saved.parent.rmdir()

    with pytest.raises(FileError, match="folder does not exist"):
        atomic_write(saved, write, exists="replace")


def test_a_disk_that_stores_other_bytes_is_found_out(saved, monkeypatch):
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real_write(fd, bytes(data[:-1]) + b"?"))

    with pytest.raises(FileError, match="other bytes"):
        atomic_write(saved, write_new, exists="replace")

    assert_untouched(saved)


def test_a_disk_that_cannot_synchronize_folders_is_good_enough(saved, monkeypatch):
    real_fsync, folder = os.fsync, saved.parent

    def fsync(descriptor):
        if os.path.samestat(os.fstat(descriptor), folder.stat()):
            raise OSError(errno.EINVAL, "no such thing")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)

    assert atomic_write(saved, write_new, exists="replace").read_bytes() == NEW


def test_a_folder_that_fails_to_synchronize_is_not_called_unchanged(saved, monkeypatch):
    real_fsync, folder = os.fsync, saved.parent

    def fsync(descriptor):
        if os.path.samestat(os.fstat(descriptor), folder.stat()):
            raise OSError(errno.EIO, "broken")
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)

    with pytest.raises(FileError, match="may not last"):
        atomic_write(saved, write_new, exists="replace")
    assert saved.read_bytes() == NEW


SAVES_FOR_EVER = """
import sys
from engine.files.atomic import atomic_write

def content(number):
    return (b"%010d" % number) * 20_000

number = 0
while True:
    atomic_write(sys.argv[1], lambda stream: stream.write(content(number)), exists="replace")
    if number == 0:
        print("saved", flush=True)
    number += 1
"""


def kill_a_saving_program(path, delay_s):
    """Start a program that saves in a loop, kill it ``delay_s`` after its first save."""
    command = [sys.executable, "-c", SAVES_FOR_EVER, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as program:
        program.stdout.readline()
        time.sleep(delay_s)
        program.kill()


def assert_whole(path):
    data = path.read_bytes()
    assert len(data) == 200_000
    assert data == data[:10] * 20_000


def test_a_killed_program_loses_nothing(tmp_path):
    path = tmp_path / "work.fluxknot"
    chance = random.Random(8)

    for _ in range(5):  # hundreds: tests/rigs/test_kill.py
        kill_a_saving_program(path, chance.uniform(0.0, 0.06))

        assert_whole(path)
        remove_stale_temporaries(tmp_path)
        assert list(tmp_path.iterdir()) == [path]


def test_what_a_dead_program_left_is_removed_and_nothing_else(tmp_path):
    stale = tmp_path / ".fluxknot-0123456789abcdef.tmp"
    others = [tmp_path / name for name in (".fluxknot-notes.tmp", "a.tmp", "work.fluxknot")]
    for path in [stale, *others]:
        path.write_bytes(b"x")
    folder = tmp_path / ".fluxknot-00000000000000ff.tmp"
    folder.mkdir()

    removed = remove_stale_temporaries(tmp_path)

    assert removed == (stale,)
    assert sorted(tmp_path.iterdir()) == sorted([*others, folder])


def test_a_file_that_is_being_written_is_not_stale(saved, monkeypatch):
    real_replace = os.replace

    def replace(source, target):
        assert remove_stale_temporaries(saved.parent) == ()
        real_replace(source, target)

    monkeypatch.setattr(os, "replace", replace)

    assert atomic_write(saved, write_new, exists="replace").read_bytes() == NEW


def test_a_temporary_file_taken_for_a_stale_one_at_birth_is_made_anew(saved, monkeypatch):
    real_open, taken = os.open, []

    def open_and_lose(path, flags, *mode):
        descriptor = real_open(path, flags, *mode)
        if flags & os.O_EXCL and not taken:
            taken.append(path)
            Path(path).unlink()
        return descriptor

    monkeypatch.setattr(os, "open", open_and_lose)

    assert atomic_write(saved, write_new, exists="replace").read_bytes() == NEW
    assert len(taken) == 1


def test_a_folder_that_is_not_there_has_nothing_stale(tmp_path):
    assert remove_stale_temporaries(tmp_path / "missing") == ()
