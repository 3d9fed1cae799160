"""What Gordon+2025 published about calibration factors: Tables 7 and 8."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from engine.resources import read_toml

BandKind = Literal["imaging", "neutral", "coronagraph"]

_SOURCE = "published/gordon2025_factors.toml"


@dataclass(frozen=True, slots=True)
class PublishedBand:
    """One row of Table 8.

    Attributes
    ----------
    name : str
        Filter: ``"F770W"``.
    kind : {"imaging", "neutral", "coronagraph"}
        Only those of imaging have a time loss of their own.
    pivot_um : float
        From Table 6. Unit: um.
    asymptote, amplitude : float
        A and B of Eq. 4. Unit: MJy/sr per DN/s/pixel.
    tau_days : float
        Unit: d.
    sigma_factor_percent, sigma_repeat_percent : float
        Standard deviation of the mean factor, and of one observation. NaN: not given.
    n_stars : float
        Stars behind the factor.
    """

    name: str
    kind: BandKind
    pivot_um: float
    asymptote: float
    amplitude: float
    tau_days: float
    sigma_factor_percent: float
    n_stars: float
    sigma_repeat_percent: float = float("nan")

    @property
    def loss_fraction(self) -> float:
        """abs(B) / A, which Fig. 4 calls the amplitude."""
        return abs(self.amplitude) / self.asymptote


@cache
def published_bands() -> dict[str, PublishedBand]:
    """Return Table 8 by filter, in the order of the table."""
    return {row["name"]: PublishedBand(**row) for row in read_toml(_SOURCE)["band"]}


@cache
def published_throughputs() -> dict[str, float]:
    """Return Table 7: D_SA by subarray, relative to FULL."""
    return {name: float(value) for name, value in read_toml(_SOURCE)["throughput"].items()}


def published_number(name: str) -> float:
    """Return a number of the text: ``t0_mjd``, ``tau_days`` or ``model_error_percent``."""
    return float(read_toml(_SOURCE)[name])


def monitor_star() -> str:
    """Return the star that is observed every month (Sec. 3.1)."""
    return str(read_toml(_SOURCE)["monitor"])


def extended_error_percent(filter_name: str) -> float:
    """Return what the aperture correction adds to surface brightness in per cent (Sec. 3.6)."""
    return float(read_toml(_SOURCE)["extended_percent"].get(filter_name, 0.0))
