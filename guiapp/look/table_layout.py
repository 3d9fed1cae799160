"""Where the columns of a table go that has less room than they ask for.

First titles take two lines, then long texts are cut, then errors go below their values, and at
last neighbors below each other; only what has no room even so is scrolled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_LONG_TEXT, _SHORT_TEXT = 120, 64  # pixels that a column of text keeps, and where it must be less
_MOST_PAIRED = 16  # columns that all ways to pair neighbors are tried of: 1597 at most
_SHORTEST_WORD = 2  # signs of a word that is known again within another one

WidthOf = Callable[[int, str], int]  # what a title needs in a place, in pixels


@dataclass(frozen=True, slots=True)
class Asked:
    """What a column asks for: its title, the width of its cells, and what it holds."""

    title: str
    cells: int
    cells_below: int  # where it stands below another
    is_text: bool
    is_error: bool  # of the column before it


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which columns stand side by side, how wide, under which titles.

    ``below`` tells which column stands below which; ``is_easy``: titles in two lines were enough.
    """

    widths: Mapping[int, int]
    titles: Mapping[int, str]
    below: Mapping[int, int] = field(default_factory=dict)
    is_easy: bool = True


def arranged(columns: Sequence[Asked], room: int, width_of: WidthOf) -> Arrangement:
    """Return the arrangement that fits into ``room`` and hides least; the tightest if none does."""
    plain = {place: column.title for place, column in enumerate(columns)}
    if sum(_widths(columns, plain, {}, width_of).values()) <= room:
        return Arrangement(_shared(_widths(columns, plain, {}, width_of), room), plain)
    folded = {place: _folded(columns[place], place, width_of) for place in plain}
    errors = {place - 1: place for place, one in enumerate(columns) if one.is_error}
    for below in ({}, errors):
        tried = _tried(columns, folded, below, room, width_of, _LONG_TEXT)
        if sum(tried.widths.values()) <= room:
            return tried
    pairs = errors | _neighbors(columns, errors, folded, room, width_of)
    tried = _tried(columns, folded, pairs, room, width_of, _LONG_TEXT)
    if sum(tried.widths.values()) <= room:
        return tried
    return _tried(columns, folded, pairs, room, width_of, _SHORT_TEXT)


def _tried(
    columns: Sequence[Asked],
    folded: Mapping[int, str],
    below: Mapping[int, int],
    room: int,
    width_of: WidthOf,
    least: int,
) -> Arrangement:
    """Return the arrangement with some columns below others, its texts cut if need be."""
    titles = {
        place: f"{title}\n{_short(columns[below[place]].title, title)}" if place in below else title
        for place, title in folded.items()
        if place not in below.values()
    }
    widths = _widths(columns, titles, below, width_of)
    if sum(widths.values()) <= room:
        return Arrangement(_shared(widths, room), titles, below, is_easy=not below)
    kept = least if least == _LONG_TEXT else 0
    texts = {
        place: max(width_of(place, titles[place]), kept)
        for place in titles
        if columns[place].is_text
    }
    return Arrangement(_cut(widths, texts, room, least), titles, below, is_easy=False)


def _widths(
    columns: Sequence[Asked],
    titles: Mapping[int, str],
    below: Mapping[int, int],
    width_of: WidthOf,
) -> dict[int, int]:
    widths = {
        place: max(width_of(place, title), columns[place].cells) for place, title in titles.items()
    }
    lower = {place: columns[other].cells_below for place, other in below.items()}
    return {place: max(width, lower.get(place, 0)) for place, width in widths.items()}


def _shared(widths: Mapping[int, int], room: int) -> dict[int, int]:
    """Return widths with the spare room shared by the columns behind the first."""
    spare, shared = room - sum(widths.values()), dict(widths)
    places = list(widths)[1:] or list(widths)
    for done, place in enumerate(places):
        shared[place] += (done + 1) * spare // len(places) - done * spare // len(places)
    return shared


def _cut(
    widths: Mapping[int, int], texts: Mapping[int, int], room: int, least: int
) -> dict[int, int]:
    """Return widths with texts cut: one of words if that will do, or the widest ones alike.

    ``texts`` tells which columns hold text, and how far words may be cut.
    """
    cut, over = dict(widths), sum(widths.values()) - room
    words = [one for one in texts if one and cut[one] - over >= texts[one]]
    if words:  # words about what the first column names
        cut[max(words, key=cut.__getitem__)] -= over
        return cut
    while over > 0:
        widest = max(texts, key=lambda one: cut[one] - least, default=0)
        if widest not in texts or cut[widest] <= least:
            break
        others = [cut[one] for one in texts if one != widest]
        down = max(min(over, cut[widest] - max([least, *others])), 1)
        cut[widest] -= down
        over -= down
    return cut


def _neighbors(
    columns: Sequence[Asked],
    errors: Mapping[int, int],
    titles: Mapping[int, str],
    room: int,
    width_of: WidthOf,
) -> dict[int, int]:
    """Return which columns without errors stand below each other: the fewest, and the most alike.

    Where no choice fits, it is the one of the least width.
    """
    seen = [place for place in titles if place not in errors.values()]
    widths = {place: max(columns[place].cells, width_of(place, titles[place])) for place in seen}
    widths |= {place: max(widths[place], columns[errors[place]].cells_below) for place in errors}
    widths |= {place: min(widths[place], _LONG_TEXT) for place in seen if columns[place].is_text}

    def may_pair(one: int, other: int) -> bool:
        is_alike = columns[one].is_text == columns[other].is_text
        return is_alike and one + 1 == other and not {one, other} & set(errors)

    def cost(pairs: Mapping[int, int]) -> tuple[int, int, int]:
        saved = sum(min(widths[one], widths[other]) for one, other in pairs.items())
        over = max(sum(widths.values()) - saved - room, 0)
        unlike = (abs(columns[one].cells - columns[other].cells) for one, other in pairs.items())
        return over, len(pairs), sum(unlike)

    return min(_pairings(seen[:_MOST_PAIRED], may_pair), key=cost)


def _pairings(
    places: Sequence[int], may_pair: Callable[[int, int], bool]
) -> Iterator[dict[int, int]]:
    """Yield every way to pair neighbors."""
    if not places:
        yield {}
        return
    yield from _pairings(places[1:], may_pair)
    if len(places) > 1 and may_pair(places[0], places[1]):
        for rest in _pairings(places[2:], may_pair):
            yield {places[0]: places[1], **rest}


def _folded(column: Asked, place: int, width_of: WidthOf) -> str:
    """Return a title in two lines if it is wider than its cells and has a place to be parted."""
    title = column.title
    parts = [(title[:at], title[at + 1 :]) for at, sign in enumerate(title) if sign == " "]
    if not parts or width_of(place, title) <= column.cells:
        return title
    return "\n".join(min(parts, key=lambda two: max(width_of(place, one) for one in two)))


def _short(title: str, above: str) -> str:
    """Return a title without the words that the title above it has: "Dec MAD" below "ΔDec"."""
    words = title.replace("\n", " ").split(" ")
    known = above.replace("\n", " ").split(" ")
    kept = [
        word
        for word in words
        if word not in known
        and not (len(word) >= _SHORTEST_WORD and any(word in one for one in known))
    ]
    return " ".join(kept or words)
