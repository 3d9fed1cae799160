"""Two windows on one session file: whoever cannot save is told, and nobody is overwritten."""

import pytest

from tests.helpers.races import raced

pytestmark = pytest.mark.rig


def test_in_a_hundred_races_of_two_windows_nobody_is_overwritten_in_silence(
    tmp_path, record_property
):
    run = raced(tmp_path, 100)

    record_property("measured", f"two windows: {run}")
    assert run.races == 100
    assert run.saved + run.told == 200
    assert run.overwritten == 0
    assert run.saved >= 100
    assert run.told > 0
