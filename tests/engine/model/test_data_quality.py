"""Tests of engine.model.data_quality."""

import numpy as np

from engine.model.data_quality import DQ_BITS, flag_names


def test_a_good_value_has_no_flags():
    assert flag_names(0) == ()


def test_the_flags_of_a_voxel_outside_the_field_are_named():
    assert flag_names(int(np.uint32(513))) == ("DO_NOT_USE", "NON_SCIENCE")


def test_every_bit_of_32_has_a_name_of_its_own():
    assert [bit for bit, _ in DQ_BITS] == [2**place for place in range(32)]
    assert len({name for _, name in DQ_BITS}) == 32
