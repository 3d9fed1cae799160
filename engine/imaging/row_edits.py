"""What the user corrects in the table of observations: the star of a row, or its class."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.imaging.observations import ImagingTable
from engine.model.star_names import shown_star_name
from engine.model.stars import star_named


@dataclass(frozen=True, slots=True)
class RowEdit:
    """Another star or class for one observation.

    Attributes
    ----------
    id : str
        Which observation.
    star, star_class : str
        ``""``: as it is.
    """

    id: str
    star: str = ""
    star_class: str = ""


@dataclass(frozen=True, slots=True)
class ObservationParams:
    """What the user decides about the table of observations.

    Attributes
    ----------
    edits : tuple of RowEdit
        One a row.
    """

    edits: tuple[RowEdit, ...] = ()


def edited_table(table: ImagingTable, edits: Iterable[RowEdit]) -> ImagingTable:
    """Return the table with other stars and classes.

    Parameters
    ----------
    table : ImagingTable
        As read and measured.
    edits : iterable of RowEdit
        Those of rows that are not in the table do not matter.

    Returns
    -------
    ImagingTable
        A row with another star has the class of that star, if it is a listed one and no class is
        given.
    """
    by_id = {one.id: one for one in edits}
    if not by_id:
        return table
    stars, classes = list(table.stars), list(table.classes)
    for row, name in enumerate(table.ids):
        edit = by_id.get(name)
        if edit is None:
            continue
        if edit.star:
            listed = star_named(edit.star)
            stars[row] = shown_star_name(edit.star)
            classes[row] = classes[row] if listed is None else str(listed.star_class)
        classes[row] = edit.star_class or classes[row]
    return replace(table, stars=tuple(stars), classes=tuple(classes))


def with_edit(params: ObservationParams, changed: RowEdit) -> ObservationParams:
    """Return the parameters with the edit of one row: what it leaves open stays as it was."""
    before = next((one for one in params.edits if one.id == changed.id), RowEdit(changed.id))
    both = RowEdit(changed.id, changed.star or before.star, changed.star_class or before.star_class)
    others = tuple(one for one in params.edits if one.id != changed.id)
    return ObservationParams(edits=(*others, both))


def without_edits(params: ObservationParams, ids: Iterable[str]) -> ObservationParams:
    """Return the parameters with these rows as the files have them."""
    gone = set(ids)
    return ObservationParams(edits=tuple(one for one in params.edits if one.id not in gone))
