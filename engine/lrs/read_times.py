"""When which pixel of the MIRI imager detector is read, in clocks of 10 us."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.errors import DataError
from engine.model.identity import Identity, Origin
from engine.resources import read_toml

_INSTRUMENT = "MIRI"


@dataclass(frozen=True, slots=True)
class Readout:
    """How one subarray is read.

    Attributes
    ----------
    subarray : str
        ``"SLITLESSPRISM"``.
    rows : int
        Rows of it.
    row_clocks, frame_clocks : int
        From one row to the next, and of a whole frame. Unit: clock.
    sample_clocks : int
        From one pixel of an output to the next. Unit: clock.
    reset_clocks : int
        Between the last frame of an integration and the first of the next. Unit: clock.
    outputs : int
        Neighboring columns that are read at once.
    clock_s : float
        Unit: s.
    """

    subarray: str
    rows: int
    row_clocks: int
    frame_clocks: int
    sample_clocks: int
    reset_clocks: int
    outputs: int
    clock_s: float

    def pixel_times(self, n_rows: int, n_columns: int) -> FloatArray:
        """Return when each pixel is read after the first one, shape (n_rows, n_columns).

        Unit: s.
        """
        column = (np.arange(n_columns) // self.outputs) * self.sample_clocks
        clocks = np.arange(n_rows)[:, None] * self.row_clocks + column[None, :]
        return freeze(clocks * self.clock_s)

    def frame_times(self, n_integrations: int, n_groups: int) -> FloatArray:
        """Return when each frame begins after the first one, shape (n_integrations, n_groups).

        Unit: s.
        """
        integration = n_groups * self.frame_clocks + self.reset_clocks
        clocks = np.arange(n_integrations)[:, None] * float(integration) + np.arange(n_groups)[
            None, :
        ] * float(self.frame_clocks)
        return freeze(clocks * self.clock_s)


def readout_of(identity: Identity, origin: Origin) -> Readout:
    """Return how the subarray of an exposure is read.

    Parameters
    ----------
    identity : Identity
        With SUBARRAY.
    origin : Origin
        With READPATT and NFRAMES.

    Returns
    -------
    Readout
        From ``resources/lrs_readout.toml``.

    Raises
    ------
    DataError
        If the file does not say how it was read, or there are no read times for that.
    """
    header = dict(origin.header)
    if identity.instrument.upper() not in {"", _INSTRUMENT}:
        raise DataError(
            f"Read times are known for {_INSTRUMENT}, not for {identity.instrument}.",
            hint=f"Open an exposure of {_INSTRUMENT}.",
        )
    subarray, pattern = identity.subarray.upper(), header.get("READPATT", "").upper()
    if not subarray:
        raise DataError(
            "The file does not name its subarray (SUBARRAY): nothing tells when a pixel was read.",
            hint="Open a file with the keywords of the exposure.",
        )
    table = _table()
    speed = "SLOW" if pattern.startswith("SLOW") else "FAST"
    name = f"FULL_{speed}" if subarray == "FULL" else subarray
    row: Mapping[str, int] | None = table["subarrays"].get(name)
    if row is None:
        known = ", ".join(table["subarrays"])
        raise DataError(
            f"There are no read times for the subarray {subarray}.", hint=f"Known are {known}."
        )
    return Readout(
        subarray=subarray,
        rows=row["rows"],
        row_clocks=row["row_clocks"],
        frame_clocks=row["frame_clocks"],
        sample_clocks=table["samples"][speed],
        reset_clocks=row["frame_clocks"] if pattern.endswith("R1") else 0,
        outputs=table["outputs"],
        clock_s=table["clock_s"],
    )


def pattern_frequencies() -> dict[str, float]:
    """Return the frequencies of the pattern noise that is known, by name. Unit: Hz."""
    found: dict[str, float] = dict(_table()["frequencies_hz"])
    return found


@cache
def _table() -> dict[str, Any]:
    return read_toml("lrs_readout.toml")
