"""Tests of engine.files.cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.files.cells import harmless_cell, one_line


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "#"])
def test_what_would_be_run_or_skipped_gets_an_apostrophe(start):
    assert harmless_cell(f"{start}cmd") == f"'{one_line(start)}cmd"


@pytest.mark.parametrize("text", ["16 Cyg B", "a=b", "µ Col", "'", "", "1-2", " =x"])
def test_other_text_stays_as_it_is(text):
    assert harmless_cell(text) == text


@given(text=st.text())
def test_no_text_leaves_its_cell_or_its_line(text):
    shown = harmless_cell(text)

    assert not shown.startswith(("=", "+", "-", "@", "#"))
    assert len(f"{shown}\tx\n".splitlines()) == 1
    assert "\t" not in shown
