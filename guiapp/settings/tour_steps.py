"""The steps of the guided tour, from ``resources/tour.toml``."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from engine.resources import read_toml

Deed = Literal["pick", "edit", "leave out", "export"]


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step of the tour.

    Attributes
    ----------
    title, text : str
        What is to be done, in a few words and in sentences.
    view : str
        Name of the view that it is done in.
    deed : str
        What ends it.
    star, band : str
        What is selected when it begins.
    """

    title: str
    text: str
    view: str
    deed: Deed
    star: str
    band: str


@cache
def tour_steps() -> tuple[TourStep, ...]:
    """Return the steps in their order."""
    return tuple(TourStep(**one) for one in read_toml("tour.toml")["step"])
