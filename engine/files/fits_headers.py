"""FITS headers, read without interpreting more than is asked for."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BLOCK = 2880
CARD = 80
CARDS_PER_BLOCK = BLOCK // CARD

CardValue = str | int | float | bool | None


@dataclass(frozen=True, eq=False, slots=True)
class Header:
    """The keywords of one extension; a value is parsed when it is asked for.

    Of a keyword that occurs twice the first one counts. A value that does not parse, or is of
    another type than asked for, counts as absent.

    Attributes
    ----------
    cards : dict of str to bytes
        What stands behind the equal sign of each card.
    """

    cards: dict[str, bytes]

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.cards

    def __iter__(self) -> Iterator[str]:
        return iter(self.cards)

    def value(self, keyword: str) -> CardValue:
        """Return the value of ``keyword``; `None` when it is absent or does not parse."""
        raw = self.cards.get(keyword)
        return None if raw is None else _parse(raw)

    def text(self, keyword: str) -> str:
        """Return a text value without blanks around it; ``""`` when there is none."""
        value = self.value(keyword)
        return value.strip() if isinstance(value, str) else ""

    def integer(self, keyword: str) -> int | None:
        """Return a whole number, or `None`."""
        value = self.value(keyword)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def number(self, keyword: str) -> float | None:
        """Return a finite number, or `None`."""
        value = self.value(keyword)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None

    def shown(self, keyword: str) -> str:
        """Return any value as text; ``""`` when it is absent."""
        value = self.value(keyword)
        if isinstance(value, bool):
            return "T" if value else "F"
        return "" if value is None else str(value).strip()


def parse_cards(blocks: bytes) -> tuple[Header, bool]:
    """Read the cards of some blocks.

    Parameters
    ----------
    blocks : bytes
        A multiple of 80 bytes.

    Returns
    -------
    header : Header
        The keywords up to END.
    is_complete : bool
        Whether there is an END card.
    """
    cards: dict[str, bytes] = {}
    further: dict[str, list[bytes]] = {}  # joined once, at the end: a string may have any length
    latest, is_complete = "", False
    for start in range(0, len(blocks), CARD):
        card = blocks[start : start + CARD]
        keyword = card[:8].rstrip().decode("latin-1")
        if keyword == "END" and not card[8:].strip():
            is_complete = True
            break
        if card[8:10] == b"= ":
            latest = keyword
            cards.setdefault(keyword, card[10:])
        elif keyword == "CONTINUE" and latest:
            further.setdefault(latest, []).append(card[10:])
    for keyword, parts in further.items():
        cards[keyword] = _continued(cards[keyword], parts)
    return Header(cards), is_complete


def _continued(first: bytes, further: Iterable[bytes]) -> bytes:
    """Join a long string: each part but the last ends in an ampersand."""
    head = _parse(first)
    texts = [head] if isinstance(head, str) else []
    for part in further:
        text = _parse(part)
        if not (texts and texts[-1].endswith("&") and isinstance(text, str)):
            break
        texts[-1] = texts[-1][:-1]
        texts.append(text)
    if len(texts) < 2:
        return first
    return b"'" + "".join(texts).replace("'", "''").encode("latin-1", "replace") + b"'"


def _parse(raw: bytes) -> CardValue:
    text = raw.decode("latin-1").strip()
    if text.startswith("'"):
        return _parse_string(text)
    token = text.split("/", 1)[0].strip()
    if token in {"T", "F"}:
        return token == "T"
    return _parse_number(token)


def _parse_string(text: str) -> str | None:
    parts, rest = [], text[1:]
    while True:
        part, quote, rest = rest.partition("'")
        if not quote:
            return None
        parts.append(part)
        if not rest.startswith("'"):
            break
        rest = rest[1:]
    value = "'".join(parts).rstrip()
    if value.isprintable():
        return value
    return "".join(c if c.isprintable() else " " for c in value)


def _parse_number(token: str) -> int | float | None:
    if "_" in token:  # Python reads 1_000, FITS does not
        return None
    try:
        return int(token)
    except ValueError:
        pass
    try:
        return float(token.upper().replace("D", "E"))
    except ValueError:
        return None
