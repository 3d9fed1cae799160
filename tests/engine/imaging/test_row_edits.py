"""Tests of engine.imaging.row_edits."""

from engine.imaging.row_edits import (
    ObservationParams,
    RowEdit,
    edited_table,
    with_edit,
    without_edits,
)
from tests.helpers.imaging_tables import imaging_table


def test_another_star_brings_its_class():
    table = imaging_table(2)

    changed = edited_table(table, [RowEdit("o1", star="mu Col")])

    assert changed.stars == ("BD+60 1753", "μ Col")
    assert changed.classes == ("A", "hot")


def test_a_class_that_is_given_counts_and_unlisted_stars_keep_theirs():
    table = imaging_table(2)

    changed = edited_table(
        table, [RowEdit("o0", star="mu Col", star_class="G"), RowEdit("o1", star="Nobody 7")]
    )

    assert changed.classes == ("G", "A")
    assert changed.stars[1] == "Nobody 7"


def test_edits_of_rows_that_are_gone_do_not_matter():
    table = imaging_table(1)

    assert edited_table(table, [RowEdit("e9.3", star="x")]).stars == table.stars
    assert edited_table(table, []) is table


def test_a_second_edit_of_a_row_keeps_what_it_leaves_open():
    params = with_edit(ObservationParams(), RowEdit("o1", star="GD 71"))

    params = with_edit(params, RowEdit("o1", star_class="hot"))

    assert params.edits == (RowEdit("o1", "GD 71", "hot"),)


def test_a_row_can_be_put_back_as_the_file_has_it():
    params = ObservationParams((RowEdit("o1", star="GD 71"), RowEdit("o2", star_class="A")))

    assert without_edits(params, ["o1"]).edits == (RowEdit("o2", star_class="A"),)
