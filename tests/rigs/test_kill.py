"""Kill -9 at random moments: what was done before is there afterwards."""

import random

import pytest

from tests.helpers.kill_runs import killed_copies, killed_saves
from tests.helpers.window_kills import AUTOSAVE_S, killed_windows

pytestmark = [pytest.mark.rig, pytest.mark.clock]

_LATE_S = 1.0  # a busy machine


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


def test_100_killed_windows_lose_at_most_ten_seconds_or_the_last_edit(tmp_path, record_property):
    run = killed_windows(tmp_path, 100)

    record_property("measured", f"editing: {run}")
    assert run.kills == 100
    assert run.unknown == []
    assert run.strays == []
    assert run.longest_lost_s <= AUTOSAVE_S + _LATE_S or run.most_lost <= 1
    assert run.offered > 20
    assert run.offered_twice == run.offered_again == 0
