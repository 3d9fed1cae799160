"""Kill -9 at random moments: what was done before is there afterwards."""

import random

import pytest

from tests.helpers.kill_runs import killed_copies, killed_saves

pytestmark = pytest.mark.rig


def test_200_kills_of_a_window_that_saves_leave_the_state_before_or_after(
    tmp_path, record_property
):
    run = killed_saves(tmp_path, random.Random(8), 200)

    record_property("measured", f"saving: {run}")
    assert run.lost == []
    assert run.in_the_middle > 100


def test_200_kills_of_a_window_that_copies_its_work_leave_the_state_before_or_after(
    tmp_path, record_property
):
    run = killed_copies(tmp_path, random.Random(9), 200)

    record_property("measured", f"autosave: {run}")
    assert run.lost == []
    assert run.in_the_middle > 100
