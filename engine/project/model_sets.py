"""Which models there are for the stars of a session, and swapping them for one, a class, or all."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType

from engine.errors import DataError
from engine.model.star_names import shown_star_name, star_key
from engine.mrs.model_choice import FIRST_OPENED, class_name
from engine.project.entries import Entry
from engine.project.models import models
from engine.project.session import Session

LAST_OPENED = "last opened"
_ENDINGS = (".gz", ".fits", ".ecsv", ".csv", ".txt", ".dat")
# CALSPEC: <star>_<grid>_<three digits>.fits; a version without digits counts as none.
_NAME = re.compile(r"^.*?_(?P<grid>[a-z]+(?:_[a-z]+)*)_?(?P<version>\d{3})?$")


@dataclass(frozen=True, slots=True)
class ModelSet:
    """A model for each of some stars.

    Attributes
    ----------
    name : str
        ``"highest version"``, ``"grid stis"``, ``"folder rieke2024"``.
    entries : mapping of str to Entry
        The models by `star_key`.
    """

    name: str
    entries: Mapping[str, Entry]


def model_name(entry: Entry) -> str:
    """Return the name of a model's file without its endings: ``"16cygb_stis_004"``."""
    name = PurePath(entry.path.replace("\\", "/")).name
    while name.lower().endswith(_ENDINGS):
        name = name[: name.rindex(".")]
    return name


def models_of_star(session: Session, star: str) -> tuple[Entry, ...]:
    """Return the models that name ``star``, in the order of opening."""
    return session.models_by_star.get(star_key(star), ())


def model_sets(session: Session) -> tuple[ModelSet, ...]:
    """Return the sets of models from which there is something to choose.

    Returns
    -------
    tuple of ModelSet
        Those that differ from each other; none when every star has one model at most.
    """
    return _distinct(_every_set(session))


def model_set(session: Session, name: str) -> ModelSet:
    """Return the set called ``name``; the one opened first is always there.

    Raises
    ------
    DataError
        If there is none.
    """
    for one in _every_set(session):
        if one.name == name:
            return one
    if name in {FIRST_OPENED, LAST_OPENED}:
        return ModelSet(name, session.star_models)  # every star has one model: it is both
    listed = ", ".join(one.name for one in model_sets(session))
    raise DataError(
        f"There is no choice of models called {name!r}.",
        hint=f"There are: {listed or FIRST_OPENED}.",
    )


def targets_of_class(session: Session, star_class: str) -> tuple[str, ...]:
    """Return the standard stars of a class, as their files name them; ``""``: of all classes."""
    names = (one.identity.target for one in session.segments if one.entry.role == "standard star")
    return tuple(
        name for name in dict.fromkeys(names) if not star_class or class_name(name) == star_class
    )


def choose_models(
    session: Session, targets: Iterable[str], chosen: ModelSet
) -> tuple[Session, tuple[str, ...]]:
    """Give stars the models of a set.

    Parameters
    ----------
    session : Session
        As it is.
    targets : iterable of str
        Stars, as their files name them.
    chosen : ModelSet
        Where the models come from.

    Returns
    -------
    session : Session
        With the models chosen, by one edit.
    lacking : tuple of str
        Stars that the set has no model of: they keep theirs.

    Raises
    ------
    DataError
        If the set has a model of none of them.
    """
    wanted = tuple(dict.fromkeys(targets))
    known = [one for one in wanted if star_key(one) in chosen.entries]
    lacking = tuple(shown_star_name(one) for one in wanted if one not in known)
    if not known:
        raise DataError(
            f"{chosen.name} has no model of {', '.join(lacking) or 'any star'}.",
            hint="Choose another set, or open models of these stars.",
        )
    for target in known:
        session = session.with_model(target, chosen.entries[star_key(target)].id)
    return session, lacking


def _every_set(session: Session) -> tuple[ModelSet, ...]:
    """Return all sets, also those that hold the same; none when there is nothing to choose."""
    by_star: dict[str, list[Entry]] = {}
    for one in models(session):
        by_star.setdefault(star_key(one.parts[0].target), []).append(one)
    by_star.pop("", None)
    if all(len(found) < 2 for found in by_star.values()):
        return ()
    return (
        _picked(FIRST_OPENED, by_star, lambda found: found[0]),
        *_named("grid", by_star, _grid),
        *_named("folder", by_star, _folder),
        _picked(LAST_OPENED, by_star, lambda found: found[-1]),
        _picked("highest version", by_star, lambda found: max(found, key=_version)),
        _picked("lowest version", by_star, lambda found: min(found, key=_version)),
    )


def _picked(
    name: str, by_star: Mapping[str, list[Entry]], pick: Callable[[list[Entry]], Entry]
) -> ModelSet:
    return ModelSet(name, MappingProxyType({star: pick(found) for star, found in by_star.items()}))


def _named(
    word: str, by_star: Mapping[str, list[Entry]], label_of: Callable[[Entry], str]
) -> list[ModelSet]:
    """Return a set for each label, of several models of a star the highest version."""
    labels = {label_of(one) for found in by_star.values() for one in found} - {""}
    sets = []
    for label in sorted(labels):
        own = {
            star: max((one for one in found if label_of(one) == label), key=_version)
            for star, found in by_star.items()
            if any(label_of(one) == label for one in found)
        }
        sets.append(ModelSet(f"{word} {label}", MappingProxyType(own)))
    return sets if len(sets) > 1 else []


def _distinct(offered: Iterable[ModelSet]) -> tuple[ModelSet, ...]:
    """Return the sets without those that hold the same models as one before."""
    found: dict[frozenset[tuple[str, str]], ModelSet] = {}
    for one in offered:
        content = frozenset((star, entry.id) for star, entry in one.entries.items())
        found.setdefault(content, one)
    return tuple(found.values())


def _parsed(entry: Entry) -> tuple[str, str]:
    match = _NAME.match(model_name(entry).lower())
    return ("", "") if match is None else (match["grid"], match["version"] or "")


def _grid(entry: Entry) -> str:
    return _parsed(entry)[0]


def _version(entry: Entry) -> int:
    return int(_parsed(entry)[1] or -1)


def _folder(entry: Entry) -> str:
    return PurePath(entry.path.replace("\\", "/")).parent.name
