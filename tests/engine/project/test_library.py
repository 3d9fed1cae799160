"""Tests of engine.project.library."""

import hashlib

import pytest

from engine.errors import FileError
from engine.project.entries import Entry
from engine.project.library import Library
from tests.helpers.star_files import SPECTRUM_4A, write_files


@pytest.fixture
def entry(tmp_path):
    path = write_files(tmp_path, SPECTRUM_4A) / SPECTRUM_4A
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    return Entry("e1", str(path), sha256, len(data), "spectrum", "standard star", ())


def test_a_file_is_examined_for_its_issues_without_being_kept(entry):
    library, reader = Library(), Library()
    reader.loaded(entry)

    found = library.examine(entry)

    assert found == library.findings(entry) == reader.findings(entry)
    assert found
    assert not library._kept


def test_the_issues_of_another_file_are_not_those_of_this_one(entry, tmp_path):
    library = Library()
    changed = Entry("e1", entry.path, "0" * 64, entry.size, entry.kind, entry.role, ())

    with pytest.raises(FileError, match="it changed since it was opened"):
        library.examine(changed)
    assert library.findings(changed) is None
