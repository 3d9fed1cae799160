"""One name for each star of the calibration, whatever a file calls it."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from engine.model.stars import Star, star_named


@lru_cache(maxsize=8192)
def star_key(name: str) -> str:
    """Return one spelling for the many names of a star, to match a model to its observations.

    ``"16 Cyg B"``, ``"16CYG-B"`` and ``"HD 186427"`` give the same key; a name that is not in
    the list gives itself without case, blanks and punctuation.
    """
    star = _listed(name)
    return _plain(name if star is None else star.name)


def is_standard_star(name: str) -> bool:
    """Tell whether ``name`` is a star that models predict."""
    star = _listed(name)
    return star is not None and star.is_standard


def shown_star_name(name: str) -> str:
    """Return the usual name of a star of the calibration; any other name as it is."""
    star = _listed(name)
    return name if star is None else star.name


def shown_source_name(source: str) -> str:
    """Return ``"δ UMi/1536-24"`` for the key of a source, whatever its files call the star."""
    name, slash, place = source.rpartition("/")
    return f"{shown_star_name(name)}{slash}{place}" if slash else shown_star_name(source)


def told_apart(sources: Sequence[str]) -> tuple[str, ...]:
    """Return a name for each source: of its star alone, where no other is of that star.

    ``("10LAC/1524-16", "10 Lac/3779-1", "μ Col/4497-4")`` gives ``("10 Lac/1524-16",
    "10 Lac/3779-1", "μ Col")``.
    """
    stars = [shown_star_name(one.rpartition("/")[0] or one) for one in sources]
    often = Counter(stars)
    return tuple(
        star if often[star] == 1 else shown_source_name(one)
        for star, one in zip(stars, sources, strict=True)
    )


def _listed(name: str) -> Star | None:
    return star_named(name) if name.strip() else None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
