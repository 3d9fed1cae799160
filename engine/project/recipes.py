"""Recipes: what stands inside an export, and from which the export can be made again."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.analyses import TRENDS
from engine.compare.subsets import Subset
from engine.errors import DataError
from engine.model.identity import Identity
from engine.mrs.calibrated_spectra import CalibrationParams
from engine.project.chain import Chain
from engine.project.codec import from_plain, to_plain
from engine.project.counterparts import counterpart, counterpart_of
from engine.project.entries import Entry
from engine.project.input_files import InputFiles
from engine.project.keys import NodeKey, parse_key
from engine.project.nircam_inputs import NIRCAM_STEPS, OWN
from engine.project.older_values import params_from_plain
from engine.project.session import Exclusion, Session
from engine.project.session_file import ENTRY_ID
from engine.project.strict_json import parse_json

NOTHING: Mapping[str, str] = MappingProxyType({})  #: no product in particular


class MissingInputError(DataError):
    """A file that a recipe needs is not where it was looked for."""


def recipe_text(
    session: Session, chain: Chain, key: NodeKey, product: Mapping[str, str] = NOTHING
) -> str:
    """Return the JSON from which the result of ``key`` can be made again: equal for equal work.

    Parameters
    ----------
    session : Session
        Where the result belongs.
    chain : Chain
        Knows what it depends on.
    key : NodeKey
        The result.
    product : mapping of str to str, optional
        Which of the files that the result gives it stands in, as `PlannedFile.product` says it.

    Returns
    -------
    str
        Step, subject and parameters of the result and of all that it rests on, with the hashes of
        the files, what they show, and the choices of the user that matter. Files are numbered
        anew, so that what else is open leaves no trace.
    """
    entries = chain.inputs(session, key)
    names = {entry.id: f"e{number}" for number, entry in enumerate(entries, start=1)}
    renamed = _renaming(names)

    def params(node: NodeKey) -> Any:
        return to_plain(_with_renamed_vector(session, chain.params(session, node), renamed))

    def listed(nodes: Iterable[NodeKey]) -> list[dict[str, Any]]:
        return [
            {"key": str(NodeKey(node.step, renamed(node.subject))), "params": params(node)}
            for node in nodes
        ]

    return _text(
        {
            "step": key.step,
            "subject": renamed(key.subject),
            "params": params(key),
            "upstream": listed(chain.upstream(session, key)),
            "settings": listed(chain.settings(session, key)),
        }
        | ({"product": {what: renamed(text) for what, text in product.items()}} if product else {})
        | _files_and_choices(_reduced(session, entries, (key,)), renamed)
    )


def session_recipe(session: Session, product: Mapping[str, str] = NOTHING) -> str:
    """Return the JSON from which everything in ``session`` can be made again, or ``product``."""
    params = sorted(session.params.items(), key=lambda item: item[0])
    return _text(
        {"params": {str(key): to_plain(value) for key, value in params}}
        | ({"product": dict(product)} if product else {})
        | _files_and_choices(session, lambda name: name)
    )


def restore_session(
    recipe: str, paths: Iterable[str | Path] | InputFiles
) -> tuple[Session, NodeKey | None]:
    """Return the session in which a recipe can be carried out.

    Parameters
    ----------
    recipe : str
        From an export.
    paths : iterable of path-like, or InputFiles
        Files, or folders with files, among which the inputs are; they are known by their hashes.

    Returns
    -------
    session : Session
        With nothing but the inputs and the decisions of the recipe.
    key : NodeKey or None
        The result that the export holds; `None` for an export of the whole session.

    Raises
    ------
    DataError
        If the text is no recipe, or an input is not among the files.
    """
    try:
        plain = parse_json(recipe)
        listed, shown = plain["entries"], plain.get("step", "")
        params = _all_params(plain)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError("This recipe cannot be read.", hint="Export the result again.") from error
    files = paths if isinstance(paths, InputFiles) else InputFiles(paths)
    session = Session(
        entries=tuple(_entries(listed, files)),
        models=MappingProxyType(dict(from_plain(_PAIRS, _pairs(plain, "models"), where="models"))),
        exclusions=from_plain(_EXCLUSIONS, plain.get("exclusions", []), where="exclusions"),
        subsets=from_plain(_SUBSETS, plain.get("subsets", []), where="subsets"),
    )
    numbers = [int(entry.id[1:]) for entry in session.entries]
    session = replace(session, next_id=max(numbers, default=0) + 1)
    for key, value in params:
        session = session.with_params(key, value)
    return session, NodeKey(shown, plain["subject"]) if shown else None


_PAIRS = tuple[tuple[str, str], ...]
_EXCLUSIONS = tuple[Exclusion, ...]
_SUBSETS = tuple[Subset, ...]
_PARTS = tuple[Identity, ...]


def shown_name(path: str) -> str:
    """Return the name of a file as text that can be written anywhere."""
    return os.fsencode(os.path.basename(path)).decode("utf-8", "replace")  # noqa: PTH119


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _renaming(names: dict[str, str]) -> Callable[[str], str]:
    """Return what gives the new name of a file or of an observation in it; others stay."""

    def renamed(subject: str) -> str:
        entry, dot, part = subject.partition(".")
        return f"{names[entry]}{dot}{part}" if entry in names else subject

    return renamed


def _with_renamed_vector(session: Session, params: Any, renamed: Callable[[str], str]) -> Any:
    """Return parameters that name the vector of a file by the new name of the file."""
    if not isinstance(params, CalibrationParams):
        return params
    wanted = params.vector_of
    is_id = session.entry(wanted) is not None or session.segment(wanted) is not None
    return replace(params, vector_of=renamed(wanted)) if is_id else params


def limited_session(session: Session, chain: Chain, keys: Iterable[NodeKey]) -> Session:
    """Return ``session`` with nothing but what the results of ``keys`` rest on, under its names.

    Parameters
    ----------
    session : Session
        Where the results belong.
    chain : Chain
        Knows what they depend on.
    keys : iterable of NodeKey
        Results.

    Returns
    -------
    Session
        With their files, the decisions on them and on the steps above them; every file keeps its
        id, so that ``keys`` name the same results in it.
    """
    return _limited(session, _basis(session, chain, tuple(keys)))


def limited_versions(
    session: Session, other: Session, chain: Chain, keys: Iterable[NodeKey]
) -> tuple[Session, Session]:
    """Return two versions with nothing but what the results of ``keys`` rest on in either.

    Parameters
    ----------
    session : Session
        Where the results belong.
    other : Session
        The version that it is compared with.
    chain : Chain
        Knows what they depend on.
    keys : iterable of NodeKey
        Results of ``session``.

    Returns
    -------
    other, session : Session
        A file on which the results of one version rest is kept in both, as far as it is open.
    """
    wanted = tuple(keys)
    known = set(chain.keys(other))
    found = (counterpart(key, session, other) for key in wanted)
    theirs = _basis(other, chain, tuple(key for key in found if key in known))
    own = _basis(session, chain, wanted)
    return (
        _limited(other, _joined(theirs, _translated(own, session, other))),
        _limited(session, _joined(own, _translated(theirs, other, session))),
    )


@dataclass(frozen=True, slots=True)
class _Basis:
    """What results rest on: ids of files, steps, and the subjects they are about themselves."""

    keys: tuple[NodeKey, ...]
    ids: frozenset[str]
    steps: frozenset[str]
    subjects: frozenset[str]


def _basis(session: Session, chain: Chain, keys: tuple[NodeKey, ...]) -> _Basis:
    above = {node for key in keys for node in chain.upstream(session, key)}
    read = {node for key in keys for node in chain.settings(session, key)}
    return _Basis(
        keys,
        frozenset(entry.id for key in keys for entry in chain.inputs(session, key)),
        frozenset(node.step for node in (*keys, *above, *read)),
        frozenset(key.settings.subject for key in keys),
    )


def _translated(basis: _Basis, session: Session, other: Session) -> _Basis:
    """Return what ``basis`` of ``session`` is in ``other``, as far as it is there."""
    keys = (counterpart(key, session, other) for key in basis.keys)
    ids = (counterpart_of(one, session, other) for one in basis.ids)
    subjects = (counterpart_of(one, session, other) for one in basis.subjects)
    return _Basis(
        tuple(key for key in keys if key is not None),
        frozenset(one for one in ids if one is not None),
        basis.steps,
        frozenset(one for one in subjects if one is not None),
    )


def _joined(one: _Basis, two: _Basis) -> _Basis:
    return _Basis(
        (*one.keys, *two.keys),
        one.ids | two.ids,
        one.steps | two.steps,
        one.subjects | two.subjects,
    )


def _limited(session: Session, basis: _Basis) -> Session:
    gone = {entry.id for entry in session.entries} - basis.ids
    entries = tuple(entry for entry in session.entries if entry.id in basis.ids)
    reduced = _reduced(session, entries, basis.keys)
    about = (one for one in session.exclusions if one.subject in basis.subjects)
    kept = {*reduced.exclusions, *about}
    return replace(
        reduced,
        exclusions=tuple(one for one in session.exclusions if one in kept),
        params={
            key: value
            for key, value in session.params.items()
            if key.step in basis.steps and key.subject.partition(".")[0] not in gone
        },
    )


def _reduced(session: Session, entries: tuple[Entry, ...], keys: tuple[NodeKey, ...]) -> Session:
    """Return ``session`` with ``entries`` alone, and the choices that concern them and ``keys``."""
    steps = {key.step for key in keys}
    ids = {entry.id for entry in entries}
    targets = {part.target for entry in entries for part in entry.parts}
    known = (*session.segments, *session.lamps)
    observed = [segment for segment in known if segment.entry.id in ids]
    subjects = {name for one in observed for name in (one.id, one.identity.source_key)}
    owners = ids | ({OWN} if steps & set(NIRCAM_STEPS) else set())
    return Session(
        entries=entries,
        models={
            target: chosen
            for target, chosen in session.models.items()
            if target in targets and chosen in ids
        },
        exclusions=tuple(
            one
            for one in session.exclusions
            if one.subject in subjects or one.subject.partition(".")[0] in owners
        ),
        subsets=session.subsets if TRENDS.name in steps else (),
    )


def _files_and_choices(session: Session, renamed: Callable[[str], str]) -> dict[str, Any]:
    return {
        "entries": [_plain_entry(entry, renamed(entry.id)) for entry in session.entries],
        "models": {target: renamed(chosen) for target, chosen in session.models.items()},
        "exclusions": [
            {"subject": renamed(one.subject), "reason": one.reason} for one in session.exclusions
        ],
    } | ({"subsets": _subsets(session, renamed)} if session.subsets else {})


def _subsets(session: Session, renamed: Callable[[str], str]) -> list[dict[str, Any]]:
    return [
        to_plain(replace(one, members=tuple(renamed(name) for name in one.members)))
        for one in session.subsets
    ]


def _plain_entry(entry: Entry, name: str) -> dict[str, Any]:
    plain = {
        "id": name,
        "name": shown_name(entry.path),
        "sha256": entry.sha256,
        "kind": entry.kind,
        "role": entry.role,
        "parts": [_what_is_known(part) for part in entry.parts],
    }
    further = {"mapping": entry.mapping, "units": entry.units, "wave_maps": entry.wave_maps}
    return plain | {key: to_plain(value) for key, value in further.items() if value}


def _what_is_known(identity: Identity) -> dict[str, Any]:
    return {
        field.name: value
        for field in fields(identity)
        if (value := getattr(identity, field.name)) != field.default
    }


def _all_params(plain: dict[str, Any]) -> list[tuple[NodeKey, Any]]:
    """Return the parameters of every node in a recipe."""
    if "step" in plain:
        listed = [(NodeKey(plain["step"], plain["subject"]), plain["params"])]
        others = [*plain["upstream"], *plain["settings"]]
        listed += [(parse_key(one["key"]), one["params"]) for one in others]
    else:
        listed = [(parse_key(text), value) for text, value in plain["params"].items()]
    return [(key, params_from_plain(key.step, value, where=str(key))) for key, value in listed]


def _pairs(plain: dict[str, Any], name: str) -> list[list[Any]]:
    found = plain.get(name, {})
    return [[key, value] for key, value in found.items()] if isinstance(found, dict) else [[]]


def _entries(listed: Any, files: InputFiles) -> Iterable[Entry]:
    """Yield the entries of a recipe with the places where their files lie now."""
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise DataError("The files of this recipe are no list.", hint="Export the result again.")
    ids: set[str] = set()
    for number, one in enumerate(listed):
        where = f"entries[{number}]"
        sha256 = str(one.get("sha256"))
        path = files.place(sha256)
        if path is None:
            raise MissingInputError(
                f"The input {one.get('name')} (SHA-256 {sha256[:12]}…) is not among the files.",
                hint="Add the folder where it lies.",
            )
        size = path.stat().st_size
        entry: Entry = from_plain(Entry, {**one, "path": ".", "size": size}, where=where)
        if not ENTRY_ID.fullmatch(entry.id) or entry.id in ids:
            raise DataError(f"{where}.id is {entry.id[:20]!r}.", hint="Export the result again.")
        ids.add(entry.id)
        yield replace(entry, path=str(path))
