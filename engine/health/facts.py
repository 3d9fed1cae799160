"""What a rule of the health check looks at: one product, by its keywords and its data."""

import re
from dataclasses import dataclass
from typing import Any

from engine.model.identity import Identity, Origin


@dataclass(frozen=True, eq=False, slots=True)
class Facts:
    """One product of a file.

    Attributes
    ----------
    identity : Identity
        What was observed.
    origin : Origin
        Keywords, steps, versions.
    product : object
        The product itself, for rules on data; `None`: only its header is known.
    """

    identity: Identity
    origin: Origin
    product: Any = None

    def says(self, keyword: str) -> str:
        """Return a keyword of the header as text; ``""``: it is not there."""
        return dict(self.origin.header).get(keyword, "")

    def number(self, keyword: str) -> float | None:
        """Return a keyword of the header as a number; `None`: it is none."""
        try:
            return float(self.says(keyword))
        except ValueError:
            return None

    def skipped(self, *keywords: str) -> str:
        """Say that none of some steps was completed; ``""``: one was, or the header is silent."""
        states = {keyword: self.origin.step(keyword) for keyword in keywords}
        told = {keyword: state for keyword, state in states.items() if state}
        if not told or "COMPLETE" in told.values():
            return ""
        return ", ".join(f"{keyword} is {state}" for keyword, state in told.items()) + "."

    def version_before(self, limit: tuple[int, int], build: str) -> str:
        """Say that the pipeline is older than ``limit``; ``""``: it is not, or is not known."""
        match = re.match(r"(\d+)\.(\d+)", self.origin.cal_version)
        if match is None or (int(match[1]), int(match[2])) >= limit:
            return ""
        number = ".".join(map(str, limit))
        return f"CAL_VER {self.origin.cal_version} is older than build {build} ({number})."

    @property
    def context(self) -> int | None:
        """Number of the CRDS context: ``jwst_1118.pmap`` is 1118."""
        match = re.fullmatch(r"jwst_(\d+)\.pmap", self.origin.crds_context)
        return None if match is None else int(match[1])

    @property
    def mode(self) -> str:
        """Kind of exposure: ``"MIR_MRS"``."""
        return self.identity.exp_type.upper()
