"""What the data browser shows: plain rows, made by whoever knows the session."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Badge = Literal["", "info", "care", "wrong"]


@dataclass(frozen=True, slots=True)
class BrowserRow:
    """One row of the tree.

    Attributes
    ----------
    id : str
        Unique in the tree, the same as long as it stands for the same thing.
    text, detail : str
        Name, and what is said about it in dim text: ``"10 Lac"``, ``"O9 V"``.
    role : str
        Role of the observation, for its icon: one of `engine.model.identity.ROLES`,
        ``"reference"``, ``"cube"``, ``"table"``, or ``""`` for none.
    star_class : str
        ``"hot"``, ``"A"``, ``"G"``: drawn as symbol and color instead of the
        icon of the role.
    band : str
        ``"4A"``: drawn as a dot of the band's color.
    badge, badge_tip : str
        How serious the health issues are, and what they are in words.
    tip : str
        Tooltip of the row: path, version, anything worth knowing.
    path : str
        File that is dragged out with the row.
    is_excluded : bool
        Whether it is left out: drawn struck through.
    is_open : bool
        Whether its children are shown at first.
    children : tuple of BrowserRow
        Rows below it.
    """

    id: str
    text: str
    detail: str = ""
    role: str = ""
    star_class: str = ""
    band: str = ""
    badge: Badge = ""
    badge_tip: str = ""
    tip: str = ""
    path: str = ""
    is_excluded: bool = False
    is_open: bool = True
    children: tuple["BrowserRow", ...] = ()

    def walk(self) -> Iterator["BrowserRow"]:
        """Yield this row and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class BrowserCommand:
    """One entry of the context menu that the data browser does not know by itself.

    Attributes
    ----------
    id : str
        Sent back with the selected rows.
    text : str
        On the screen.
    submenu : str
        Submenu that it is in, or ``""``.
    is_checked : bool or None
        For one of several; `None` where that makes no sense.
    """

    id: str
    text: str
    submenu: str = ""
    is_checked: bool | None = None
