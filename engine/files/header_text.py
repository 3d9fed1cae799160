"""Text for FITS headers, which know nothing but printable ASCII."""

import unicodedata


def header_text(text: str) -> str:
    """Return ``text`` in printable ASCII.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Greek letters spelled out (``"μ Col"`` becomes ``"mu Col"``), accents taken off, ``?`` for
        the rest.
    """
    return "".join(_ascii(character) for character in unicodedata.normalize("NFKD", text)).strip()


def _ascii(character: str) -> str:
    if " " <= character <= "~":
        return character
    if unicodedata.combining(character):
        return ""
    words = unicodedata.name(character, "").split()
    if words[:1] == ["GREEK"] and len(words) == 4 and words[2] == "LETTER":
        name = words[3].lower()
        return name if words[1] == "SMALL" else name.capitalize()
    return " " if character.isspace() else "?"
