"""Tests of engine.lrs.modes."""

import pytest

from engine.lrs.modes import is_lrs, is_slit, is_slitless
from engine.model.identity import Identity


@pytest.mark.parametrize(
    ("exp_type", "expected"),
    [
        ("MIR_LRS-FIXEDSLIT", (True, True, False)),
        ("mir_lrs-slitless", (True, False, True)),
        ("MIR_MRS", (False, False, False)),
        ("", (False, False, False)),
    ],
)
def test_the_mode_is_told_by_the_type_of_exposure(exp_type, expected):
    one = Identity(exp_type=exp_type)

    assert (is_lrs(one), is_slit(one), is_slitless(one)) == expected
