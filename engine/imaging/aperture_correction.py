"""Apertures of the imager and what they miss of a point source (Gordon+2025, Eqs. 1 and 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from engine.errors import DataError
from engine.resources import read_toml

ENCIRCLED = (0.70, 0.80, 0.85)  #: of the light: inside the aperture, and inside the annulus' edges
_TABLE = "published/gordon2025_table4.toml"


@dataclass(frozen=True, slots=True)
class Apertures:
    """An aperture with its background annulus.

    Attributes
    ----------
    radius_px, inner_px, outer_px : float
        Radii of the aperture and of the annulus. Unit: pixel.
    """

    radius_px: float
    inner_px: float
    outer_px: float

    def __post_init__(self) -> None:
        if not (self.radius_px > 0 and 0 < self.inner_px < self.outer_px):
            raise DataError(
                f"An aperture of {self.radius_px:g} px with an annulus from {self.inner_px:g} to "
                f"{self.outer_px:g} px is none.",
                hint="Give radii above 0, the outer one larger than the inner one.",
            )


@dataclass(frozen=True, slots=True)
class Correction:
    """The factor from an aperture to all of the light.

    Attributes
    ----------
    value : float
        NaN: not known.
    error : float
        One standard deviation. NaN: not known.
    source : str
        Where it comes from, in words.
    """

    value: float
    error: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class PublishedAperture:
    """One row of Gordon+2025, Table 4.

    Attributes
    ----------
    apertures : Apertures
        Radii of 70, 80 and 85 % encircled energy.
    radius_errors_px : tuple of float
        Their uncertainties. Unit: pixel.
    printed, printed_error : float
        The correction as printed, which does not follow from the radii: to be shown, not used.
    """

    apertures: Apertures
    radius_errors_px: tuple[float, float, float]
    printed: float
    printed_error: float

    @property
    def correction(self) -> Correction:
        """The correction that follows from the radii, with their errors taken as independent."""
        return Correction(
            aperture_correction(self.apertures),
            correction_error(self.apertures, self.radius_errors_px),
            "Gordon+2025, radii of Table 4, Eqs. 1 and 2",
        )


def aperture_correction(
    apertures: Apertures, encircled: tuple[float, float, float] = ENCIRCLED
) -> float:
    """Return the factor from the sum in an aperture to all of the light of a point source.

    Parameters
    ----------
    apertures : Apertures
        Where the sum was made.
    encircled : tuple of float, optional
        Part of the light inside the aperture, and inside the edges of the annulus.

    Returns
    -------
    float
        NaN when the annulus takes away as much as the aperture holds.

    Notes
    -----
    ``A = 1 / (EE(r_a) - S pi r_a^2)``, ``S = (EE_b2 - EE_b1) / (pi (r_b2^2 - r_b1^2))``
    (Gordon+2025, Eqs. 1 and 2): the annulus holds light of the source too. The printed column of
    their Table 4 does not follow from the radii of that table; the fluxes of Table 5 do.
    """
    inside, inner, outer = encircled
    below = (outer - inner) * _share(apertures)
    return 1.0 / (inside - below) if inside > below else float("nan")


def correction_error(
    apertures: Apertures,
    radius_errors_px: tuple[float, float, float],
    encircled: tuple[float, float, float] = ENCIRCLED,
) -> float:
    """Return what independent errors of the three radii make of the correction.

    Parameters
    ----------
    apertures : Apertures
        The radii.
    radius_errors_px : tuple of float
        Standard deviations of the radii of the given encircled energies. Unit: pixel.
    encircled : tuple of float, optional
        As in `aperture_correction`.

    Returns
    -------
    float
        One standard deviation.
    """
    ring = apertures.outer_px**2 - apertures.inner_px**2
    relative = (
        2.0 * radius_errors_px[0] / apertures.radius_px,
        2.0 * apertures.inner_px * radius_errors_px[1] / ring,
        2.0 * apertures.outer_px * radius_errors_px[2] / ring,
    )
    below = (encircled[2] - encircled[1]) * _share(apertures)
    factor = aperture_correction(apertures, encircled)
    return float(factor**2 * below * np.sqrt(sum(one**2 for one in relative)))


@cache
def published_apertures() -> Mapping[str, PublishedAperture]:
    """Return the apertures of Gordon+2025, Table 4, by filter."""
    table = read_toml(_TABLE)
    return MappingProxyType(
        {
            name: PublishedAperture(
                apertures=Apertures(*row["radius_px"]),
                radius_errors_px=(*row["radius_error_px"],),
                printed=row["printed"][0],
                printed_error=row["printed"][1],
            )
            for name, row in table.items()
            if isinstance(row, dict)
        }
    )


def _share(apertures: Apertures) -> float:
    """Return the area of the aperture over that of the annulus."""
    return apertures.radius_px**2 / (apertures.outer_px**2 - apertures.inner_px**2)
