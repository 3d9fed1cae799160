"""Text in cells of a table, made harmless for programs that run what looks like a formula."""

import re

# Starts of formulas (OWASP ASVS 1.2.10), and of comments, which readers would skip.
_NOT_AT_START = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "#")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def harmless_cell(text: str) -> str:
    """Put an apostrophe before what would be run or skipped, and keep the text on one line.

    Parameters
    ----------
    text : str
        From a header or a name: not to be trusted. Numbers need nothing of this.

    Returns
    -------
    str
        Without tabs and line ends.
    """
    return one_line(f"'{text}" if text.startswith(_NOT_AT_START) else text)


def one_line(text: str) -> str:
    """Return ``text`` with blanks for line ends, tabs and other control characters."""
    return _CONTROL.sub(" ", text)
