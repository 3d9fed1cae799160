"""Tests of engine.model.nircam."""

import pytest

from engine.model.nircam import ARRAYS, MODULES, array_of, detector_name


@pytest.mark.parametrize(
    ("detector", "module", "found"),
    [
        ("NRCA1", "", ("A", "1")),
        ("nrcblong", "", ("B", "long")),
        ("NRCA5", "", ("A", "long")),
        ("NRCB4_FULL", "", ("B", "4")),
        ("A3", "", ("A", "3")),
        ("long", "b", ("B", "long")),
        ("2", "A", ("A", "2")),
        ("2", "", None),
        ("MIRIMAGE", "A", None),
        ("", "", None),
    ],
)
def test_arrays_are_known_by_all_their_names(detector, module, found):
    assert array_of(detector, module) == found


def test_the_name_of_every_array_leads_back_to_it():
    for module in MODULES:
        for array in ARRAYS:
            assert array_of(detector_name(module, array)) == (module, array)
