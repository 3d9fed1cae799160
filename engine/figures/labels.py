"""Text in figures: what comes from data is shown as it is, never as formula or markup."""

from functools import cache

import numpy as np

from engine.files.header_text import header_text

FONT = "DejaVu Sans"  #: comes with matplotlib, so figures look alike everywhere
_LONGEST = 90
_MINUS = "\N{MINUS SIGN}"


def plain(text: str) -> str:
    """Return text from data such that matplotlib draws it letter by letter.

    Dollar signs would start a formula; letters that the font lacks, line breaks and control
    characters are spelled out or shown as ``?``.
    """
    kept = "".join(_drawable(letter) for letter in text)
    short = kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"
    return short.replace("$", r"\$")


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign, a real minus, and no negative zero."""
    text = f"{value:+.{decimals}f}"
    if float(text) == 0.0:
        return f"{0.0:.{decimals}f}"
    return text.replace("-", _MINUS)


def with_error(value: float, error: float) -> str:
    """Return ``value ± error``, both with the decimals that two digits of the error leave."""
    if not (np.isfinite(error) and error > 0):
        return f"{value:.5g}"
    decimals = max(0, 1 - int(np.floor(np.log10(error))))
    return f"{value:.{decimals}f} ± {error:.{decimals}f}".replace("-", _MINUS)


def _drawable(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter.isprintable() and ord(letter) in _letters():
        return letter
    return header_text(letter)


@cache
def _letters() -> frozenset[int]:
    """Return the code points that the font has."""
    from matplotlib.font_manager import findfont, get_font  # noqa: PLC0415  (slow to import)

    return frozenset(get_font(findfont(FONT)).get_charmap())
