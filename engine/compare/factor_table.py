"""A table of observations with a factor each: what trends, class means and subsets are made of.

Nothing here knows an instrument: the spectrograph, the imager, or a file fill the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze, frozen
from engine.model.stars import STELLAR_CLASSES

ParameterKind = Literal["number", "category"]
Scale = Literal["linear", "log"]


@dataclass(frozen=True, eq=False)
class Parameter:
    """One column of the table: what a factor may depend on.

    Attributes
    ----------
    name : str
        As in tables and conditions: ``"well_depth_dn"``.
    label : str
        In words: ``"Well depth"``.
    unit : str
        ``""``: none.
    numbers : ndarray, shape (n,)
        Values; NaN: not known. Empty for a category.
    texts : tuple of str
        Values of a category; ``""``: not known. Empty for numbers.
    scale : {"linear", "log"}
        Whether trends are sought in the value or in its decimal logarithm.
    """

    name: str
    label: str
    unit: str = ""
    numbers: FloatArray = field(default_factory=lambda: frozen([]))
    texts: tuple[str, ...] = ()
    scale: Scale = "linear"

    @property
    def kind(self) -> ParameterKind:
        """Whether it is a number or a category."""
        return "category" if self.texts else "number"

    @property
    def title(self) -> str:
        """Label with its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The different values of a category in alphabetical order."""
        return tuple(sorted({text for text in self.texts if text}))

    @cached_property
    def x(self) -> FloatArray:
        """What a trend is a line in: the number, its logarithm, or the place of the category."""
        if self.kind == "category":
            place = {text: float(i) for i, text in enumerate(self.categories)}
            return freeze(np.array([place.get(text, np.nan) for text in self.texts]))
        if self.scale == "linear":
            return self.numbers
        positive = np.where(self.numbers > 0, self.numbers, np.nan)
        return freeze(np.log10(positive))


@dataclass(frozen=True, eq=False)
class FactorTable:
    """Observations with their factors; all columns have the length n.

    Attributes
    ----------
    title : str
        What the factors are.
    unit : str
        Of the factors; ``""``: relative to an adopted calibration.
    ids : tuple of str
        What the user excludes: one for each observation, all different.
    stars, classes : tuple of str
        Star and class of each observation.
    factor, error : ndarray, shape (n,)
        NaN: no measurement, not known.
    reasons : tuple of str
        Why the user left it out; ``""``: it is not.
    flags : tuple of str
        What is known against it, in words, without being left out.
    notes : tuple of str
        Program, visit, date and whatever else names the observation.
    parameters : tuple of Parameter
        The columns.
    """

    title: str
    unit: str
    ids: tuple[str, ...]
    stars: tuple[str, ...]
    classes: tuple[str, ...]
    factor: FloatArray
    error: FloatArray
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    notes: tuple[str, ...]
    parameters: tuple[Parameter, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def star_numbers(self) -> IntArray:
        """Number of the star of each observation."""
        places = {star: i for i, star in enumerate(dict.fromkeys(self.stars))}
        return np.array([places[star] for star in self.stars], dtype=np.int64)

    @cached_property
    def class_names(self) -> tuple[str, ...]:
        """The different classes: those of the calibration first, from hot to cool."""
        places: dict[str, int] = {name: place for place, name in enumerate(STELLAR_CLASSES)}
        found = {name for name in self.classes if name}
        return tuple(sorted(found, key=lambda name: (places.get(name, len(places)), name)))

    @cached_property
    def used(self) -> BoolArray:
        """Which observations have a factor and are not left out."""
        kept = np.array([not reason for reason in self.reasons], dtype=bool)
        return kept & np.isfinite(self.factor)

    def parameter(self, name: str) -> Parameter | None:
        """Return the column called ``name``, or `None`."""
        return next((one for one in self.parameters if one.name == name), None)

    def without(self, reasons: Mapping[str, str]) -> "FactorTable":
        """Return the table with these, and no other, observations left out.

        Parameters
        ----------
        reasons : mapping of str to str
            Reason by id; ids that are not in the table do not matter.
        """
        changed = replace(self, reasons=tuple(reasons.get(one, "") for one in self.ids))
        if "star_numbers" in self.__dict__:
            changed.__dict__["star_numbers"] = self.star_numbers
        return changed

    def ids_of(self, *, star: str = "", star_class: str = "") -> tuple[str, ...]:
        """Return the observations of a star or of a class."""
        wanted, column = (star, self.stars) if star else (star_class, self.classes)
        return tuple(one for one, own in zip(self.ids, column, strict=True) if own == wanted)
