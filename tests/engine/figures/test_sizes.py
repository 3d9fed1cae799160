"""Figures get the width of a journal's column or page, and never more than its height."""

import pytest

from engine.figures.sizes import (
    AS_DESIGNED,
    COLUMN,
    JOURNALS,
    PAGE,
    TALL,
    PrintSize,
    print_size,
)


@pytest.mark.parametrize("designed", [COLUMN, PAGE, TALL])
def test_a_figure_keeps_the_size_that_suits_it_unless_another_is_wanted(designed):
    assert print_size(designed, AS_DESIGNED) == designed


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda one: one.name)
@pytest.mark.parametrize("designed", [COLUMN, PAGE, TALL])
def test_a_figure_is_as_wide_as_the_column_or_the_page_and_fits_on_it(journal, designed):
    column = print_size(designed, PrintSize("one column", journal.name))
    both = print_size(designed, PrintSize("two columns", journal.name))
    page = print_size(designed, PrintSize("page", journal.name))

    assert column.width_mm == journal.column_mm
    assert both.width_mm == page.width_mm == journal.page_mm
    assert max(column.height_mm, both.height_mm) <= journal.height_mm
    assert page.height_mm == journal.height_mm


def test_text_is_as_large_as_journals_ask_for():
    assert print_size(TALL, PrintSize("one column", "AAS")).font_pt == 7.0
    assert print_size(COLUMN, PrintSize("page", "AAS")).font_pt == 8.0
