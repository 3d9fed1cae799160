"""The JSON Schema of the session file, derived from the dataclasses that are written to it."""

import dataclasses
import types
import typing
from typing import Any

from engine.analyses import ANALYSES
from engine.compare.subsets import Subset
from engine.project.entries import Entry
from engine.project.layout import Layout
from engine.project.session import Exclusion
from engine.project.session_file import FORMAT, VERSION

_SCALARS = {
    float: {"type": "number"},
    int: {"type": "integer"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}


def session_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) that `resources/session.schema.json` holds."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fluxknot session",
        "description": "Open files, parameters and decisions. Paths are relative to this file "
        "where the data lie beside or below it. Unknown keys are kept.",
        "type": "object",
        "required": ["format", "version", "entries"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"type": "integer", "minimum": 1, "maximum": VERSION},
            "next_id": {"type": "integer", "minimum": 1},
            "entries": {"type": "array", "items": schema_of(Entry)},
            "params": {
                "type": "object",
                "description": "Parameters that differ from the defaults, by step:subject; the "
                "subject * holds for all.",
                "patternProperties": {
                    f"^{analysis.name}:": schema_of(analysis.params) for analysis in ANALYSES
                },
                "additionalProperties": {"type": "object"},
            },
            "models": {"type": "object", "additionalProperties": {"type": "string"}},
            "exclusions": {"type": "array", "items": schema_of(Exclusion)},
            "subsets": {"type": "array", "items": schema_of(Subset)},
            "other": {
                "type": "object",
                "description": "Another version of the calibration to compare with.",
                "required": ["label", "session"],
                "properties": {"label": {"type": "string"}, "session": {"$ref": "#"}},
            },
            "layout": {
                "description": "How the window showed it when it was saved; of no result.",
                **schema_of(Layout),
            },
        },
    }


def schema_of(kind: Any) -> dict[str, Any]:
    """Return the schema of a field's type: a dataclass, tuple, union, literal or scalar."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        return _object_schema(kind)
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [schema_of(arg) for arg in args]}
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return {"type": "array", "items": schema_of(args[0])}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [schema_of(arg) for arg in args],
            "minItems": len(args),
            "maxItems": len(args),
        }
    return dict(_SCALARS[kind])


def _object_schema(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    return {
        "type": "object",
        "properties": {field.name: schema_of(hints[field.name]) for field in fields},
        "required": [
            field.name
            for field in fields
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        ],
    }
