"""How a window showed a session: no part of what is decided, and of no result."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """What was chosen and which views were seen.

    Attributes
    ----------
    view : str
        Name of the view that was seen; ``""``: not known.
    selected : tuple of str
        Ids of the chosen segments, the current one first.
    points : tuple of str
        Picked sources, arrays and files without a spectrum.
    rows : tuple of str
        Rows of the data browser that were marked: a star stands for all of its segments.
    beside : str
        Name of the view that stood beside the others; ``""``: none did.
    choices : tuple of (str, str, str)
        What was chosen in views: name of the view, of the choice, and its value. Names and values
        that a version does not know mean nothing to it.
    """

    view: str = ""
    selected: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    beside: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()
