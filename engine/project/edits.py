"""Edits of a session that are more than the parameters of one node."""

import os
from dataclasses import replace
from pathlib import Path

from engine.analyses import analysis_named
from engine.errors import DataError
from engine.model.identity import Role
from engine.model.vector import CalibrationVector
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.models import same_star
from engine.project.older_values import params_from_plain
from engine.project.session import Session
from engine.project.strict_json import parse_json


def set_role(session: Session, ids: tuple[str, ...], role: Role) -> Session:
    """Return ``session`` with the role of the entries ``ids`` changed."""
    return session.with_entries(
        replace(entry, role=role) for entry in session.entries if entry.id in ids
    )


def rename_target(session: Session, ids: tuple[str, ...], target: str) -> Session:
    """Return ``session`` with the entries ``ids`` showing ``target``."""
    return session.with_entries(
        replace(entry, parts=tuple(replace(part, target=target) for part in entry.parts))
        for entry in session.entries
        if entry.id in ids
    )


def relocate(session: Session, entry_id: str, path: str | Path) -> Session:
    """Return ``session`` with the file of ``entry_id`` at ``path``."""
    entry = _entry(session, entry_id)
    return session.with_entries([replace(entry, path=os.path.abspath(path))])  # noqa: PTH100


def accept_change(session: Session, entry: Entry) -> Session:
    """Return ``session`` with ``entry`` in place of the older state of the same file."""
    _entry(session, entry.id)
    return session.with_entries([entry])


def restore_recipe(session: Session, vector: CalibrationVector) -> tuple[Session, NodeKey]:
    """Take the parameters out of a vector that was exported before.

    Parameters
    ----------
    session : Session
        Where they go: to the observation of the same star and band.
    vector : CalibrationVector
        A vector that carries its recipe.

    Returns
    -------
    session : Session
        With the breakpoints, masks, weights and limits of the recipe.
    key : NodeKey
        The node that they now belong to.

    Raises
    ------
    DataError
        If the vector has no recipe, it cannot be read, or no observation fits.
    """
    step, params = read_recipe(vector.recipe)
    segment = _fitting_segment(session, vector)
    key = NodeKey(step, segment.id)
    return session.with_params(key, params), key


def read_recipe(text: str) -> tuple[str, object]:
    """Return the step and the parameters that a recipe holds.

    Raises
    ------
    DataError
        If the text is not a recipe of a known analysis.
    """
    if not text:
        raise DataError("This vector carries no recipe: it was not made here.")
    try:
        plain = parse_json(text)
        analysis = analysis_named(plain["step"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("The recipe inside this vector cannot be read.") from error
    params = params_from_plain(analysis.name, plain.get("params", {}), where="params")
    return analysis.name, params


def _fitting_segment(session: Session, vector: CalibrationVector) -> Segment:
    wanted = vector.identity
    fitting = [
        segment
        for segment in session.segments
        if segment.identity.band == wanted.band
        and same_star(segment.identity.target, wanted.target)
    ]
    exact = [
        one
        for one in fitting
        if (one.identity.program, one.identity.observation) == (wanted.program, wanted.observation)
    ]
    for found in (exact, fitting):
        if found:
            return found[-1]
    raise DataError(
        f"No open observation shows {wanted.target or 'the star'} in band {wanted.band or '?'}.",
        hint="Open its cube or spectrum first.",
    )


def _entry(session: Session, entry_id: str) -> Entry:
    entry = session.entry(entry_id)
    if entry is None:
        raise DataError(f"There is no file {entry_id!r} in this session.")
    return entry
