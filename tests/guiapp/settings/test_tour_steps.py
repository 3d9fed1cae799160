"""Tests of guiapp.settings.tour_steps."""

from guiapp.settings.tour_steps import tour_steps


def test_every_step_says_what_to_do_and_ends_by_a_deed():
    assert all(step.title and step.text.endswith(".") for step in tour_steps())
    assert [step.deed for step in tour_steps()] == ["pick", "edit", "edit", "leave out", "export"]
