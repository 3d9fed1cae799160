"""What files of our own say about themselves, read back without trusting it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from engine.files.text_tables import TextTable
from engine.model.identity import Identity, Origin

_TEXT_FIELDS = tuple(field.name for field in fields(Identity) if field.name != "mjd")
_LONGEST = 200


def own_facts(table: TextTable) -> Mapping[str, Any]:
    """Return the facts that a writer of ours left: the meta entry ``fluxknot``, else all meta."""
    own = table.facts.get("fluxknot")
    return own if isinstance(own, dict) else table.facts


def kind_of(table: TextTable) -> str:
    """Return ``"spectrum"``, ``"vector"``, ``"lamp"`` ..., or ``""`` when the file does not say."""
    kind = own_facts(table).get("kind", "")
    return kind.lower() if isinstance(kind, str) else ""


def identity_of(facts: Mapping[str, Any], base: Identity = Identity()) -> Identity:
    """Return the identity in ``facts`` or its entry ``identity``; other entries are ignored."""
    stated = facts.get("identity")
    source = stated if isinstance(stated, dict) else facts
    known: dict[str, Any] = {
        name: str(source[name])[:_LONGEST]
        for name in _TEXT_FIELDS
        if isinstance(source.get(name), str | int) and not isinstance(source.get(name), bool)
    }
    mjd = source.get("mjd")
    if isinstance(mjd, int | float) and not isinstance(mjd, bool) and abs(mjd) < 1e6:
        known["mjd"] = float(mjd)
    return replace(base, **known)


def origin_of(facts: Mapping[str, Any], base: Origin) -> Origin:
    """Return ``base``, path and hash of the file, with the steps and versions in ``facts``."""
    stated = facts.get("origin")
    if not isinstance(stated, dict):
        return base
    return replace(
        base,
        cal_version=_text(stated.get("cal_version")),
        crds_context=_text(stated.get("crds_context")),
        references=_pairs(stated.get("references")),
        steps=_pairs(stated.get("steps")),
        header=_pairs(stated.get("header")),
        notes=base.notes + tuple(_text(note) for note in _list(stated.get("notes"))),
    )


def recipe_of(facts: Mapping[str, Any], name: str) -> str:
    """Return the recipe called ``name``: JSON as text, or ``""``."""
    recipe = facts.get(name)
    return recipe if isinstance(recipe, str) else ""


def _text(value: object) -> str:
    return str(value)[:_LONGEST] if isinstance(value, str | int | float) else ""


def _list(value: object) -> list[Any]:
    return value[:100] if isinstance(value, list) else []


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        return ()
    return tuple(sorted((_text(key), _text(entry)) for key, entry in value.items()))
