"""Tests of guiapp.document.selection."""

from guiapp.document.selection import Selection


def test_points_are_selected_beside_segments_until_other_segments_are(qtbot):
    selection = Selection()
    selection.select(("e1",))

    with qtbot.waitSignal(selection.points_changed), qtbot.assertNotEmitted(selection.changed):
        selection.select_points(("e9.4",))
    beside = (selection.segments, selection.points)
    selection.select(("e2",))

    assert beside == (("e1",), ("e9.4",))
    assert (selection.current, selection.points) == ("e2", ())


def test_the_same_points_again_tell_no_one(qtbot):
    selection = Selection()
    selection.select_points(("e9.4",))

    with qtbot.assertNotEmitted(selection.points_changed):
        selection.select_points(("e9.4",))
