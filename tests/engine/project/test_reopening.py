"""Tests of engine.project.reopening, and of the edits that go with it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import FileError
from engine.mrs.response_params import StarResponseParams
from engine.project.chain import Chain
from engine.project.edits import accept_change, relocate, rename_target, set_role
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.reopening import find_beside, missing_files, reread
from engine.project.session import Session

FILES = ("stars/a/1.csv", "stars/a/2.csv", "stars/b/1.csv", "models/m.csv", "top.csv")


def write_spectrum(path, level):
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{5.0 + 0.01 * i:.2f},{level + 0.001 * i:.3f}\n" for i in range(20))
    path.write_text("wave_um,flux_jy\n" + rows)


def opened(folder, names=FILES):
    """Return a session with a small spectrum under each name."""
    for number, name in enumerate(names):
        write_spectrum(folder / name, 1.0 + number)
    session = add_files(Session(), read_files([folder], Library())).session
    assert len(session.entries) == len(names)
    return session


def entry_named(session, name):
    return next(entry for entry in session.entries if entry.path.endswith(name))


def paths(session, folder):
    return sorted(Path(entry.path).relative_to(folder).as_posix() for entry in session.entries)


def test_nothing_is_missing_where_everything_is_there(tmp_path):
    assert missing_files(opened(tmp_path)) == ()


@pytest.mark.parametrize("found", FILES)
def test_a_moved_folder_is_found_from_any_one_file(tmp_path, found):
    session = opened(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    lost = entry_named(session, f"old/{found}")

    mended = find_beside(session, tmp_path / "new" / found, lost)

    assert missing_files(mended) == ()
    assert paths(mended, tmp_path / "new") == sorted(FILES)
    chain = Chain()
    assert all(chain.library.loaded(entry) for entry in mended.entries)


def test_files_that_were_put_into_one_folder_are_found_by_name(tmp_path):
    session = opened(tmp_path / "old", ("x/a.csv", "y/b.csv", "z/c.csv"))
    flat = tmp_path / "flat"
    flat.mkdir()
    for entry in session.entries:
        Path(entry.path).rename(flat / Path(entry.path).name)

    mended = find_beside(session, flat / "a.csv", entry_named(session, "a.csv"))

    assert paths(mended, flat) == ["a.csv", "b.csv", "c.csv"]


def test_of_two_files_of_one_name_the_right_one_is_taken(tmp_path):
    session = opened(tmp_path / "old", ("a/spec.csv", "b/spec.csv"))
    (tmp_path / "old").rename(tmp_path / "new")

    mended = find_beside(
        session, tmp_path / "new" / "b" / "spec.csv", entry_named(session, "b/spec.csv")
    )

    assert {Chain().library.loaded(entry).sha256 for entry in mended.entries} == {
        entry.sha256 for entry in session.entries
    }


def test_a_file_under_another_name_is_taken_as_the_user_says(tmp_path):
    session = opened(tmp_path / "old", ("a.csv", "b.csv"))
    new = tmp_path / "new"
    new.mkdir()
    (tmp_path / "old" / "a.csv").rename(new / "renamed.csv")
    (tmp_path / "old" / "b.csv").rename(new / "b.csv")

    mended = find_beside(session, new / "renamed.csv", entry_named(session, "a.csv"))

    assert paths(mended, new) == ["b.csv", "renamed.csv"]


def test_what_is_not_there_stays_missing_and_what_is_there_stays_put(tmp_path):
    session = opened(tmp_path / "old", ("a.csv", "b.csv", "c.csv"))
    new = tmp_path / "new"
    new.mkdir()
    (tmp_path / "old" / "a.csv").rename(new / "a.csv")
    (tmp_path / "old" / "b.csv").unlink()

    mended = find_beside(session, new / "a.csv", entry_named(session, "a.csv"))

    assert [Path(entry.path).name for entry in missing_files(mended)] == ["b.csv"]
    assert entry_named(mended, "c.csv") == entry_named(session, "c.csv")


def test_decisions_outlive_the_move(tmp_path):
    session = opened(tmp_path / "old", ("a.csv", "b.csv"))
    key = NodeKey("response", "e1")
    session = session.with_params(key, StarResponseParams(degree=2)).with_exclusion("e2", "tilt")
    (tmp_path / "old").rename(tmp_path / "new")

    mended = find_beside(session, tmp_path / "new" / "a.csv", session.entries[0])

    assert mended.params == session.params
    assert mended.exclusions == session.exclusions
    assert [entry.id for entry in mended.entries] == ["e1", "e2"]


def test_a_found_file_is_named_by_its_whole_path(tmp_path, monkeypatch):
    session = opened(tmp_path / "old", ("a.csv",))
    (tmp_path / "old").rename(tmp_path / "new")
    monkeypatch.chdir(tmp_path)

    mended = find_beside(session, "new/a.csv", session.entries[0])

    assert mended.entries[0].path == str(tmp_path / "new" / "a.csv")
    assert relocate(session, "e1", "new/a.csv") == mended


@pytest.mark.parametrize("path", ["/" + "x" * 5000, "/proc/1/root/nothing/a.csv", "/dev/null"])
def test_paths_that_cannot_be_looked_at_are_missing_and_no_crash(tmp_path, path):
    session = opened(tmp_path, ("a.csv",))
    odd = session.with_entries([replace(session.entries[0], path=path)])

    assert [entry.path for entry in missing_files(odd)] == [path]


def test_a_folder_that_may_not_be_looked_into_is_missing(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("the administrator may look everywhere")
    session = opened(tmp_path / "closed", ("a.csv",))
    (tmp_path / "closed").chmod(0)

    try:
        assert len(missing_files(session)) == 1
    finally:
        (tmp_path / "closed").chmod(0o700)


# Files that changed


def test_a_changed_file_is_read_again_and_keeps_what_the_user_decided(tmp_path):
    chain = Chain()
    session = opened(tmp_path, ("a.csv", "b.csv"))
    session = rename_target(set_role(session, ("e1",), "red disk"), ("e1",), "My disk")
    session = session.with_params(NodeKey("response", "e1"), StarResponseParams(degree=2))
    write_spectrum(tmp_path / "a.csv", 7.0)
    with pytest.raises(FileError, match="changed since it was opened"):
        chain.library.loaded(session.entry("e1"))

    accepted = reread(session, ["e1"], chain.library)

    assert accepted.entry("e1").sha256 != session.entry("e1").sha256
    assert chain.library.product(accepted.entry("e1"), 0).flux[0] == 7.0
    assert accepted.segment("e1").identity.target == "My disk"
    assert accepted.entry("e1").role == "red disk"
    assert accepted.params == session.params
    assert accepted.entry("e2") == session.entry("e2")
    assert [entry.id for entry in accepted.entries] == ["e1", "e2"]


def test_a_file_that_is_gone_cannot_be_read_again(tmp_path):
    session = opened(tmp_path, ("a.csv",))
    (tmp_path / "a.csv").unlink()

    with pytest.raises(FileError, match=r"a\.csv"):
        reread(session, ["e1"], Library())


def test_ids_that_are_not_there_are_passed_over(tmp_path):
    session = opened(tmp_path, ("a.csv",))

    assert reread(session, ["e9"], Library()) == session


def test_an_accepted_change_replaces_the_older_state(tmp_path):
    session = opened(tmp_path, ("a.csv",))
    newer = replace(session.entries[0], sha256="f" * 64)

    assert accept_change(session, newer).entries == (newer,)


def test_the_version_compared_with_gets_the_files_that_were_found(tmp_path):
    session = opened(tmp_path / "old")
    both = session.with_other("as opened", session)
    (tmp_path / "old").rename(tmp_path / "new")
    lost = entry_named(both, f"old/{FILES[0]}")

    mended = find_beside(both, tmp_path / "new" / FILES[0], lost)

    assert missing_files(mended.other.session) == ()
    assert mended.other.session.entries == mended.entries
