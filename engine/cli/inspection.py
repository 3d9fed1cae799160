"""What a file is, whether it can be used, and what is known to be wrong with it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from engine.errors import EngineError
from engine.files import load
from engine.health.issues import Finding
from engine.health.rules import find_issues
from engine.model.identity import Identity, Origin

_TOLD = ("id", "what", "evidence", "effect", "action", "source")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What `fluxknot inspect` says of one file.

    Attributes
    ----------
    path : str
        The file.
    verdict : {"loads", "warns", "refused"}
        Whether it opens.
    kind, role : str
        What it holds; ``""`` when refused.
    target, program, observation : str
        What was observed.
    bands : tuple of str
        MRS bands of its products.
    mjd : float or None
        Middle of the exposure. Unit: day (MJD).
    unit : str
        Unit of the values.
    messages : tuple of str
        Warnings, notes, or why it was refused.
    health : tuple of Finding
        Known issues.
    """

    path: str
    verdict: Literal["loads", "warns", "refused"]
    kind: str = ""
    role: str = ""
    target: str = ""
    program: str = ""
    observation: str = ""
    bands: tuple[str, ...] = ()
    mjd: float | None = None
    unit: str = ""
    messages: tuple[str, ...] = ()
    health: tuple[Finding, ...] = ()


def inspect_file(path: str | Path) -> Inspection:
    """Read ``path`` and say what it is; a file that cannot be read gives the verdict refused."""
    try:
        loaded = load(path)
    except EngineError as error:
        return Inspection(str(path), "refused", messages=(error.sentence,))
    pairs = [
        (getattr(one, "identity", Identity()), getattr(one, "origin", Origin()))
        for one in loaded.products
    ]
    identity = pairs[0][0] if pairs else Identity()
    return Inspection(
        path=str(path),
        verdict="warns" if loaded.warnings else "loads",
        kind=loaded.kind,
        role=loaded.role,
        target=identity.target,
        program=identity.program,
        observation=identity.observation,
        bands=tuple(dict.fromkeys(one.band for one, _ in pairs if one.band)),
        mjd=identity.mjd,
        unit=_unit(loaded.products),
        messages=tuple(message.text for message in loaded.messages),
        health=find_issues(loaded.products),
    )


def as_plain(inspection: Inspection) -> dict[str, Any]:
    """Return the inspection for JSON; of findings what the command promises, and no more."""
    plain = asdict(inspection)
    plain["health"] = [{name: one[name] for name in _TOLD} for one in plain["health"]]
    return plain


def describe(inspection: Inspection) -> str:
    """Return the inspection as lines of text."""
    head = f"{inspection.path}: {inspection.verdict}"
    facts = [
        inspection.kind,
        inspection.role,
        inspection.target,
        "-".join(part for part in (inspection.program, inspection.observation) if part),
        " ".join(inspection.bands),
        inspection.unit,
    ]
    told = ", ".join(fact for fact in facts if fact)
    lines = [f"{head} ({told})" if told else head]
    lines += [f"  {message}" for message in inspection.messages]
    lines += [f"  [{one.id}] {one.what} {one.evidence} {one.action}" for one in inspection.health]
    return "\n".join(lines)


def _unit(products: tuple[Any, ...]) -> str:
    return str(getattr(products[0], "unit", "")) if products else ""
