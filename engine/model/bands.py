"""The bands of the MIRI MRS and the junctions between neighbors."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from engine.resources import read_toml

_GRATING_LETTERS = {"SHORT": "A", "MEDIUM": "B", "LONG": "C"}


@dataclass(frozen=True, slots=True)
class Band:
    """One of the twelve bands of the MRS.

    Attributes
    ----------
    name : str
        ``"1A"`` to ``"4C"``.
    channel : int
        1 to 4.
    grating : str
        ``"SHORT"``, ``"MEDIUM"`` or ``"LONG"``, as in the keyword BAND.
    wave_min_um, wave_max_um : float
        Nominal range of the cubes. Unit: um.
    step_um : float
        Nominal sampling of the cubes. Unit: um.
    spaxel_arcsec : float
        Nominal side of a spaxel. Unit: arcsec.
    quality_min_um, quality_max_um : float
        Range inside which the calibration is trusted by default. Unit: um.
    """

    name: str
    channel: int
    grating: str
    wave_min_um: float
    wave_max_um: float
    step_um: float
    spaxel_arcsec: float
    quality_min_um: float
    quality_max_um: float


@dataclass(frozen=True, slots=True)
class Junction:
    """Two neighboring bands and the range that both cover.

    Attributes
    ----------
    left, right : Band
        The band on the short- and on the long-wavelength side.
    """

    left: Band
    right: Band

    @property
    def name(self) -> str:
        """For example ``"1A|1B"``."""
        return f"{self.left.name}|{self.right.name}"

    @property
    def overlap_um(self) -> tuple[float, float]:
        """Nominal range that both bands cover. Unit: um."""
        return self.right.wave_min_um, self.left.wave_max_um


@cache
def bands() -> tuple[Band, ...]:
    """Return the twelve bands in order of wavelength."""
    return tuple(
        Band(
            name=row["name"],
            channel=row["channel"],
            grating=row["grating"],
            wave_min_um=row["wave_um"][0],
            wave_max_um=row["wave_um"][1],
            step_um=row["step_um"],
            spaxel_arcsec=row["spaxel_arcsec"],
            quality_min_um=row.get("quality_um", row["wave_um"])[0],
            quality_max_um=row.get("quality_um", row["wave_um"])[1],
        )
        for row in read_toml("bands.toml")["band"]
    )


@cache
def junctions() -> tuple[Junction, ...]:
    """Return the eleven junctions in order of wavelength."""
    return tuple(Junction(left, right) for left, right in pairwise(bands()))


def band_named(name: str) -> Band | None:
    """Return the band called ``name`` (``"4A"``), or `None` when there is none."""
    return next((band for band in bands() if band.name == name), None)


def band_name(channel: str, grating: str) -> str:
    """Return ``"4A"`` for CHANNEL ``"4"`` and BAND ``"SHORT"``; ``""`` for anything else."""
    letter = _GRATING_LETTERS.get(grating.strip().upper())
    digit = channel.strip()
    return f"{digit}{letter}" if letter and digit in {"1", "2", "3", "4"} else ""
