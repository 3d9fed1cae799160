"""Known issues of JWST data: their texts, and what was found."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from engine.resources import read_toml

Level = Literal["info", "care", "wrong"]
LEVELS: tuple[Level, ...] = ("info", "care", "wrong")


@dataclass(frozen=True, slots=True)
class Issue:
    """What is known about an issue; a row of ``resources/health.toml``.

    Attributes
    ----------
    id : str
        Its name, that of the published list where there is one: ``"MIRI-LRS03"``.
    what : str
        What is wrong.
    level : {"info", "care", "wrong"}
        Good to know; look before you trust it; do not use it as it is.
    effect : str
        What it does to the flux.
    action : str
        What to do.
    source : str
        Where it is described.
    view : str
        Name of the view that shows it; ``""``: none does.
    """

    id: str
    what: str
    level: Level
    effect: str
    action: str
    source: str
    view: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One known issue that a file has.

    Attributes
    ----------
    id, what, effect, action, source : str
        As in `Issue`.
    evidence : str
        Where it was seen.
    level : {"info", "care", "wrong"}
        How serious it is.
    view : str
        Name of the view that shows it; ``""``: none does.
    """

    id: str
    what: str
    evidence: str
    effect: str
    action: str
    source: str
    level: Level = "care"
    view: str = ""


@cache
def issues() -> tuple[Issue, ...]:
    """Return all issues that are known, in the order in which they are listed."""
    return tuple(Issue(id=name, **facts) for name, facts in read_toml("health.toml").items())


def worst(findings: tuple[Finding, ...]) -> Level | Literal[""]:
    """Return the highest level among findings; ``""``: there is none."""
    return max((one.level for one in findings), key=LEVELS.index, default="")
