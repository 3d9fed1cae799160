"""Which stars the imaging demo observes, when and how (Gordon+2025, Tables 1 to 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.resources import read_toml

DAY_ZERO_MJD = 59720.0  #: Gordon+2025, Eq. 4
_MINUTES = 20.0  # from one filter to the next
_GOLDEN = 0.618034  # steps of it spread any number of stars evenly over the days of a program
# Magnitudes by which a class is fainter per factor of ten in wavelength: from Table 5.
_COLORS = {"hot": -0.19, "A": -0.03, "G": 0.1}


@dataclass(frozen=True, slots=True)
class ImagerStar:
    """A star of the demo.

    Attributes
    ----------
    name, header_name, star_class : str
        Usual name; as a JWST header spells it; ``"hot"``, ``"A"`` or ``"G"``.
    magnitude : float
        In F1000W.
    """

    name: str
    header_name: str
    star_class: str
    magnitude: float

    def model_jy(self, filter_name: str) -> float:
        """Return the flux of its model in a band. Unit: Jy."""
        zero = read_toml("published/gordon2025_table6.toml")[filter_name]["fnu_jy"]
        fainter = _COLORS[self.star_class] * np.log10(pivot_um(filter_name) / 10.0)
        return float(zero * 10.0 ** (-0.4 * (self.magnitude + fainter)))


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of the table.

    Attributes
    ----------
    star : ImagerStar
        What is observed.
    program, subarray, filter_name : str
        How.
    number : int
        Which visit of this program, from 1.
    mjd : float
        Middle of the observation. Unit: d.
    """

    star: ImagerStar
    program: str
    subarray: str
    filter_name: str
    number: int
    mjd: float


def demo_numbers() -> dict[str, Any]:
    """Return the numbers of ``resources/imaging_demo.toml``."""
    return read_toml("imaging_demo.toml")


@cache
def imager_stars() -> dict[str, ImagerStar]:
    """Return the stars of the demo by their usual names."""
    return {
        row["name"]: ImagerStar(row["name"], row["header_name"], row["class"], row["magnitude"])
        for row in demo_numbers()["star"]
    }


@cache
def published_rows() -> dict[str, dict[str, Any]]:
    """Return the rows of Table 8 by filter."""
    return {row["name"]: row for row in read_toml("published/gordon2025_factors.toml")["band"]}


def pivot_um(filter_name: str) -> float:
    """Return the pivot wavelength of a filter. Unit: um."""
    return float(published_rows()[filter_name]["pivot_um"])


def program_visits() -> Iterator[Visit]:
    """Yield all observations of the demo: what the tables list, on all days of its program."""
    starts: dict[tuple[str, str], float] = {}
    for block in read_toml("published/gordon2025_tables123.toml")["block"]:
        star, program = imager_stars()[block["star"]], block["program"]
        plan = demo_numbers()["programs"][program]
        order = sum(one == program for _, one in starts)
        later = (order * _GOLDEN) % 1.0 * plan.get("star_days", 0.0)
        start = DAY_ZERO_MJD + starts.setdefault((star.name, program), later)
        for number, day in enumerate(plan["days"], 1):
            for place, filter_name in enumerate(block["filters"]):
                mjd = start + day + place * _MINUTES / 1440.0
                yield Visit(star, program, block["subarray"], filter_name, number, mjd)
