"""Tests of engine.project.named_subjects."""

import pytest

from engine.errors import DataError
from engine.project.named_subjects import subjects_named
from tests.helpers.open_files import OpenFiles


@pytest.fixture(scope="module")
def session():
    """Return 1B (e1) and 1C (e2) of Star A, 1B (e3) of Star B, a model (e4)."""
    files = OpenFiles()
    files.spectrum("Star A", "1B")
    files.spectrum("Star A", "1C")
    files.spectrum("Star B", "1B")
    files.model("Star A")
    return files.session


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Star A",), {"e1", "e2", "Star A/1-1"}),
        (("star-a 1-1",), {"e1", "e2", "Star A/1-1"}),
        (("Star-A_1-1_1C",), {"e2", "Star A/1-1"}),
        (("3.fits",), {"e3", "Star B/1-1"}),
        (("4.fits", "Star B"), {"e3", "e4", "Star B/1-1"}),
    ],
)
def test_observations_are_known_by_target_observation_band_and_file(session, names, found):
    assert subjects_named(session, names) == found


@pytest.mark.parametrize("name", ["Star C", "Star A 1-1 4C", "", "1B"])
def test_a_name_of_nothing_is_told_with_those_that_there_are(session, name):
    with pytest.raises(DataError, match="Nothing in the session is called") as caught:
        subjects_named(session, (name,))

    assert caught.value.hint == "There are Star A, Star B."
