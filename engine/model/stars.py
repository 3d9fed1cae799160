"""The stars of the JWST flux calibration and the names that files give them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from engine.resources import read_toml

StarClass = Literal["hot", "A", "G", "asteroid", "disk"]
STELLAR_CLASSES: tuple[StarClass, ...] = ("hot", "A", "G")


@dataclass(frozen=True, slots=True)
class Star:
    """A source of the flux calibration program.

    Attributes
    ----------
    name : str
        The name that the program shows: ``"16 Cyg B"``.
    aliases : tuple of str
        Other names: catalogs, stems and TARGETID of CALSPEC files.
    spectral_type : str
        ``"G3 V"``; ``""`` when the papers do not give it.
    star_class : str
        ``"hot"``, ``"A"`` or ``"G"`` for stars with a model, else ``"asteroid"`` or ``"disk"``.
    source : str
        Where this is written.
    """

    name: str
    aliases: tuple[str, ...]
    spectral_type: str
    star_class: StarClass
    source: str

    @property
    def is_standard(self) -> bool:
        """Whether it is a star that models predict."""
        return self.star_class in STELLAR_CLASSES


@cache
def stars() -> tuple[Star, ...]:
    """Return all sources: those of Law+2025, Table 1, first."""
    return tuple(
        Star(
            name=row["name"],
            aliases=tuple(row["aliases"]),
            spectral_type=row["spectral_type"],
            star_class=row["class"],
            source=row["source"],
        )
        for row in read_toml("stars.toml")["star"]
    )


def star_named(name: str) -> Star | None:
    """Return the star called ``name``, or `None` when it is not in the list.

    Case, blanks and punctuation do not matter, nor does a leading ``*`` of catalogs:
    ``"16 Cyg B"``, ``"16CYGB"`` and ``"16cyg-b"`` are one star.
    """
    return _by_key().get(_key(name))


@cache
def _by_key() -> dict[str, Star]:
    return {_key(name): star for star in stars() for name in (star.name, *star.aliases)}


def _key(name: str) -> str:
    # NFKC joins the micro sign and the Greek letter, which look alike.
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
