"""One name for each standard star, whatever a file calls it."""

import re
from functools import cache

from engine.resources import read_toml


def star_key(name: str) -> str:
    """Return one spelling for the many names of a star, to match a model to its observations.

    ``"16 Cyg B"``, ``"16CYG-B"`` and ``"HD 186427"`` give the same key; a name that is not in
    the list gives itself without case, blanks and punctuation.
    """
    plain = _plain(name)
    return _keys().get(plain, plain)


def is_standard_star(name: str) -> bool:
    """Tell whether ``name`` is a standard star of the calibration programs."""
    return _plain(name) in _keys()


def shown_star_name(name: str) -> str:
    """Return the usual name of a standard star; any other name as it is."""
    names = _shown()
    return names.get(star_key(name), name)


def _plain(name: str) -> str:
    return re.sub(r"[\s_*.+-]+", "", name.lower())


@cache
def _keys() -> dict[str, str]:
    return {_plain(alias): _plain(names[0]) for names in _stars() for alias in names}


@cache
def _shown() -> dict[str, str]:
    return {_plain(names[0]): names[0] for names in _stars()}


def _stars() -> list[list[str]]:
    stars: list[list[str]] = read_toml("standard_stars.toml")["stars"]
    return stars
