"""Names of the things that a session computes."""

from dataclasses import dataclass
from typing import Literal

STAGES = ("extracted", "calibrated")
Stage = Literal["extracted", "calibrated"]

EVERYTHING = "*"  #: subject of parameters that hold wherever nothing more special was said


@dataclass(frozen=True, slots=True, order=True)
class NodeKey:
    """One result of the chain: a step applied to a subject.

    Attributes
    ----------
    step : str
        Name of the analysis in `engine.analyses`.
    subject : str
        What it is applied to: a segment (``"e3"``, ``"e3.2"``), or a source at a stage
        (``"16 Cyg B/1538-1@extracted"``).
    """

    step: str
    subject: str

    @property
    def stage(self) -> str:
        """``"extracted"`` or ``"calibrated"``; ``""`` for a result that has no stages."""
        _, at, stage = self.subject.rpartition("@")
        return stage if at and stage in STAGES else ""

    @property
    def settings(self) -> "NodeKey":
        """The key under which the parameters are kept: the same for both stages of a source."""
        stage = self.stage
        return NodeKey(self.step, self.subject.removesuffix(f"@{stage}")) if stage else self

    def __str__(self) -> str:
        return f"{self.step}:{self.subject}"


def parse_key(text: str) -> NodeKey:
    """Return the key that ``str(key)`` gave ``text``."""
    step, _, subject = text.partition(":")
    return NodeKey(step, subject)
