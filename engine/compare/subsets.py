"""Named subsets of observations: "A dwarfs", "before 2023-06"."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.compare.factor_table import FactorTable
from engine.errors import DataError

_MJD_OF_ORDINAL_0 = 678576
_CLAUSE = re.compile(r"\s*(\w+)\s*(<=|>=|!=|==|=|<|>)\s*(\"[^\"]*\"|[^\"]*?)\s*")
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_OPERATORS: dict[str, Callable[..., object]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_EXAMPLE = "Write for example: class = A and mjd < 2023-06."


@dataclass(frozen=True, slots=True)
class Subset:
    """A named subset.

    Attributes
    ----------
    name : str
        In the user's words.
    members : tuple of str
        Ids of its observations, when it was made from a selection.
    condition : str
        What its observations fulfil, otherwise: ``"class = A and mjd < 2023-06"``.
    """

    name: str
    members: tuple[str, ...] = ()
    condition: str = ""

    @property
    def text(self) -> str:
        """What makes an observation belong to it, in a few words."""
        count = len(self.members)
        return self.condition or f"{count} observation{'' if count == 1 else 's'}"


def members_of(subset: Subset, table: FactorTable) -> tuple[str, ...]:
    """Return the ids of the observations in ``table`` that belong to ``subset``.

    Raises
    ------
    DataError
        If its condition cannot be read, or names a column that is not there.
    """
    if not subset.condition:
        known = set(subset.members)
        return tuple(one for one in table.ids if one in known)
    inside = np.ones(len(table), dtype=bool)
    for clause in re.split(r"\s+and\s+", subset.condition.strip(), flags=re.IGNORECASE):
        inside &= _fulfils(clause, table)
    return tuple(one for one, is_in in zip(table.ids, inside, strict=True) if is_in)


def _fulfils(clause: str, table: FactorTable) -> BoolArray:
    found = _CLAUSE.fullmatch(clause)
    if found is None:
        raise DataError(f"The condition “{clause}” cannot be read.", hint=_EXAMPLE)
    name, sign, wanted = found[1].lower(), found[2], found[3].strip('"')
    column = _column(name, table)
    if column is None:
        names = ["star", "class", "factor", *(one.name for one in table.parameters)]
        raise DataError(
            f"There is no column “{name}”; there are {', '.join(names)}.", hint=_EXAMPLE
        )
    compare = _OPERATORS[sign]
    if isinstance(column, tuple):
        own = np.array([one.casefold() for one in column])
        fulfilled: BoolArray = np.asarray(compare(own, wanted.casefold()), dtype=np.bool_)
        known: BoolArray = own != ""
        return fulfilled & known
    is_year = name.endswith("mjd") and _YEAR.fullmatch(wanted)
    value = _number(f"{wanted}-01" if is_year else wanted)
    if value is None:
        raise DataError(f"“{wanted}” in “{clause}” is no number and no date.", hint=_EXAMPLE)
    kept: BoolArray = np.asarray(compare(column, value), dtype=np.bool_)
    return np.logical_and(kept, np.isfinite(column)).astype(np.bool_)


def _column(name: str, table: FactorTable) -> tuple[str, ...] | FloatArray | None:
    own: dict[str, tuple[str, ...] | FloatArray] = {
        "star": table.stars,
        "class": table.classes,
        "factor": table.factor,
    }
    if name in own:
        return own[name]
    parameter = table.parameter(name)
    if parameter is None:
        return None
    return parameter.texts if parameter.kind == "category" else parameter.numbers


def _number(text: str) -> float | None:
    """Return a number, or the MJD at the beginning of a day or month."""
    found = _DATE.fullmatch(text)
    try:
        if found is not None:
            day = date(int(found[1]), int(found[2]), int(found[3] or 1))
            return float(day.toordinal() - _MJD_OF_ORDINAL_0)
        return float(text.replace("−", "-"))
    except ValueError:
        return None
