"""Tests of guiapp.look.table_layout."""

import pytest

from guiapp.look.table_layout import Asked, arranged

_SIGN = 7  # pixels


def number(title, cells, *, is_error=False):
    return Asked(title, cells, cells + _SIGN, is_text=False, is_error=is_error)


def text(title, cells):
    return Asked(title, cells, cells, is_text=True, is_error=False)


def width_of(_place, title):
    return _SIGN * max(map(len, title.split("\n")))


STARS = (text("star", 230), number("level", 50), number("±", 40, is_error=True))
BUDGET = (text("band", 60), number("total (%)", 40), number("pipeline (%)", 40))
EPOCHS = (
    *(number("1st", 10), number("2nd", 10), number("context", 30), number("p", 15)),
    *(number("q", 15), number("ΔDec", 45), number("Dec MAD", 40)),
)


def test_with_room_nothing_gives_way_and_the_spare_room_is_behind_the_first_column():
    made = arranged(STARS, 400, width_of)

    assert dict(made.titles) == {0: "star", 1: "level", 2: "±"}
    assert dict(made.widths) == {0: 230, 1: 90, 2: 80}
    assert not made.below


def test_titles_take_two_lines_first():
    made = arranged(BUDGET, 160, width_of)

    assert list(made.titles.values()) == ["band", "total\n(%)", "pipeline\n(%)"]
    assert sum(made.widths.values()) == 160
    assert made.is_easy


def test_then_long_texts_are_cut():
    made = arranged(STARS, 220, width_of)

    assert dict(made.widths) == {0: 130, 1: 50, 2: 40}
    assert not made.below


def test_then_errors_go_below_their_values():
    made = arranged(STARS, 190, width_of)

    assert dict(made.below) == {1: 2}
    assert made.titles[1] == "level\n±"
    assert dict(made.widths) == {0: 140, 1: 50}


def test_at_last_neighbors_go_below_each_other_without_words_that_are_above():
    made = arranged(EPOCHS, 140, width_of)

    assert dict(made.below) == {0: 1, 3: 4, 5: 6}
    assert [made.titles[0], made.titles[3], made.titles[5]] == ["1st\n2nd", "p\nq", "ΔDec\nMAD"]
    assert sum(made.widths.values()) == 140


def test_texts_that_are_cut_are_cut_alike():
    columns = (text("file", 240), number("factor", 50), text("remarks", 300))

    made = arranged(columns, 300, width_of)

    assert made.widths[1] == 50
    assert made.widths[0] == pytest.approx(made.widths[2], abs=1)
    assert sum(made.widths.values()) == 300


def test_where_nothing_fits_no_number_is_cut():
    made = arranged(STARS, 20, width_of)

    assert made.widths[1] >= 50
    assert sum(made.widths.values()) > 20
