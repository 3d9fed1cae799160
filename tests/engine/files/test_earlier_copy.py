"""Tests of engine.files.earlier_copy."""

import pytest

from engine.errors import FileError
from engine.files import load
from engine.files.earlier_copy import previous_version
from engine.project.session_file import read_session


@pytest.mark.parametrize("read", [load, read_session])
def test_a_damaged_session_names_the_copy_that_was_saved_before_it(tmp_path, read):
    path = tmp_path / "night.fluxknot"
    path.write_text('{"format": ')

    with pytest.raises(FileError) as alone:
        read(path)
    previous_version(path).write_text("{}")
    with pytest.raises(FileError) as beside:
        read(path)

    assert "names the folder of autosaved copies" in alone.value.hint
    assert "Open night.fluxknot~ in the same folder" in beside.value.hint
