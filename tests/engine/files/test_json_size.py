"""Tests of engine.files.json_size."""

import pytest

from engine.files.json_size import MAX_VALUES, TooManyValuesError, require_bearable


def test_a_text_of_as_many_values_as_allowed_is_bearable():
    require_bearable("[" + "1," * (MAX_VALUES - 1))


@pytest.mark.parametrize("value", ["{}", "[]", "1"])
def test_more_values_are_refused_with_their_number(value):
    with pytest.raises(TooManyValuesError, match=r"about \d+ values"):
        require_bearable("[" + f"{value}," * MAX_VALUES + "0]")
