"""Tests of engine.files.header_text."""

import pytest

from engine.files.header_text import header_text


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("16 Cyg B", "16 Cyg B"),
        ("μ Col", "mu Col"),
        ("µ Col", "mu Col"),
        ("Ω Cen", "Omega Cen"),
        ("Étoile", "Etoile"),
        ("two\nlines", "two lines"),
        ("  padded ", "padded"),
        ("星", "?"),
        ("\x00\x07", "??"),
        ("", ""),
    ],
)
def test_any_text_becomes_printable_ascii(text, ascii_text):
    assert header_text(text) == ascii_text
