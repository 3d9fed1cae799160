"""What an exported file says beside its numbers, as plain values for any format."""

import dataclasses
from pathlib import PurePath
from typing import Any

from engine.files.deterministic_fits import Card
from engine.files.packed_recipes import pack_recipe
from engine.model.identity import Identity, Origin
from engine.model.provenance import Provenance


def identity_facts(identity: Identity) -> dict[str, Any]:
    """Return what is known of ``identity``, by the names of its fields."""
    facts = dataclasses.asdict(identity)
    return {name: value for name, value in facts.items() if value not in {"", None}}


def origin_facts(origin: Origin) -> dict[str, Any]:
    """Return what is known of ``origin``; of the path only the name, which is no secret."""
    facts: dict[str, Any] = {
        "file": PurePath(origin.path).name,
        "sha256": origin.sha256,
        "cal_version": origin.cal_version,
        "crds_context": origin.crds_context,
        "references": dict(origin.references),
        "steps": dict(origin.steps),
        "header": dict(origin.header),
        "notes": list(origin.notes),
    }
    return {name: value for name, value in facts.items() if value}


def provenance_facts(provenance: Provenance) -> dict[str, Any]:
    """Return version, inputs and recipe, with a long list of files packed."""
    return {
        "version": provenance.version,
        "inputs": [{"file": name, "sha256": digest} for name, digest in provenance.inputs],
        "recipe": pack_recipe(provenance.recipe),
    }


def identity_cards(identity: Identity) -> list[Card]:
    """Return the FITS cards of an identity, named as in JWST products."""
    return [
        ("TARGNAME", identity.target, "Name of the target"),
        ("PROGRAM", _padded(identity.program, 5), "Program number"),
        ("OBSERVTN", _padded(identity.observation, 3), "Observation number"),
        ("VISIT", _padded(identity.visit, 3), "Visit number"),
        ("DATE-OBS", identity.date, "[yyyy-mm-dd] UTC date at start of exposure"),
        ("EXPMID", identity.mjd, "[d] exposure mid time in MJD"),
        ("INSTRUME", identity.instrument, "Instrument"),
        ("DETECTOR", identity.detector, "Detector"),
        ("EXP_TYPE", identity.exp_type, "Type of exposure"),
        ("SUBARRAY", identity.subarray, "Subarray"),
        ("FILTER", identity.filter, "Filter"),
        ("SRCTYPE", identity.source_type, "Type of the source"),
    ]


def _padded(number: str, width: int) -> str:
    return number.zfill(width) if number.isdecimal() else number
