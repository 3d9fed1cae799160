"""Tests of guiapp.controllers.version_names: names that tell something in a legend."""

import pytest

from guiapp.controllers.version_names import version_name


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        ("", "as opened"),
        ("Bring back 16 Cyg B/1538-1", "16 Cyg B in"),
        ("Leave out 16 Cyg B/1538-1: model in doubt: a companion", "16 Cyg B out"),
        ("Set radius of 10 Lac 1B to 1.43 FWHM", "radius 1.43 FWHM"),
        ("Move breakpoint in 1B to 6.12 µm", "1B breakpoint 6.12 µm"),
        ("Add held breakpoint in 1B at 6.21 µm", "1B held breakpoint 6.21 µm"),
        ("Move held value in 1B to 6.59 µm, 155.36", "1B held value 6.59 µm, 15…"),
        ("Propose breakpoints in 1B", "propose breakpoints in 1B"),
        ("Open HD 163466, 4 files", "HD 163466 opened"),
        ("One breakpoint", "one breakpoint"),
    ],
)
def test_a_version_is_named_shortly_after_its_last_edit(edit, name):
    assert version_name(edit) == name
