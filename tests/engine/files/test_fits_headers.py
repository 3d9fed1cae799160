"""Tests of engine.files.fits_headers."""

import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from engine.files.fits_headers import parse_cards


def parsed(**keywords):
    """Return the header that astropy writes, read by our parser."""
    header = fits.Header()
    for keyword, value in keywords.items():
        header[keyword] = value
    return parse_cards(header.tostring().encode("ascii"))[0]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_any_printable_text_comes_back(text):
    # Trailing blanks do not count in FITS.
    assert parsed(KEY=text).value("KEY") == text.rstrip()


@given(st.integers(-(10**17), 10**17))
def test_any_whole_number_comes_back(number):
    assert parsed(KEY=number).integer("KEY") == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_real_numbers_are_read_as_astropy_reads_them(number):
    # A card has room for 20 characters: some digits are lost in writing, none in reading.
    card = str(fits.Card("KEY", number)).encode("ascii")

    header, _ = parse_cards(card)

    assert header.number("KEY") == fits.Card.fromstring(card).value


def test_long_texts_are_joined():
    text = "It's a long text; " * 20

    header = parsed(LONG=text, NEXT=3)

    assert header.text("LONG") == text.strip()
    assert header.integer("NEXT") == 3


@pytest.mark.parametrize(
    "card", ["KEY     = 1.5D3", "KEY     = 1.5E3 / comment", "KEY     = 1500."]
)
def test_numbers_are_read_in_every_spelling_of_fits(card):
    header, _ = parse_cards(card.ljust(80).encode())

    assert header.number("KEY") == 1500.0


@pytest.mark.parametrize("value", ["nan", "inf", "1_000", "", "'open", "T", "(1.0, 2.0)"])
def test_what_is_no_finite_number_counts_as_absent(value):
    header, _ = parse_cards(f"KEY     = {value}".ljust(80).encode())

    assert header.number("KEY") is None


def test_of_a_repeated_keyword_the_first_counts():
    cards = "".join(f"KEY     = {n}".ljust(80) for n in (1, 2)).encode()

    header, _ = parse_cards(cards)

    assert header.integer("KEY") == 1


def test_a_header_without_end_is_not_complete():
    assert parse_cards(b"KEY     = 1".ljust(80))[1] is False
    assert parse_cards(b"KEY     = 1".ljust(80) + b"END".ljust(80))[1] is True
