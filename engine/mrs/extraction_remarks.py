"""What an extraction tells its user, in sentences."""

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.model.cube import Cube
from engine.mrs.aperture import ConicalAperture
from engine.mrs.aperture_sums import PlaneSums

BACKGROUND_LIMIT = 0.05  #: change of the flux with the annulus that limits it
MIN_COMPLETE_AREA = 0.99
CENTER_LIMIT_FWHM = 0.25  #: a chosen center that is farther from the star is told


def describe_extraction(
    cube: Cube,
    aperture: ConicalAperture,
    sums: PlaneSums,
    *,
    annulus_spread: FloatArray,
    background_limited: BoolArray,
) -> tuple[str, ...]:
    """Return what the user should know about the sums of a cube.

    Parameters
    ----------
    cube : Cube
        The cube.
    aperture : ConicalAperture
        Where it was summed.
    sums : PlaneSums
        The sums.
    annulus_spread, background_limited : ndarray, shape (nw,)
        See `engine.mrs.extraction.Extraction`.

    Returns
    -------
    tuple of str
        Sentences.
    """
    remarks = [
        *_about_source_type(cube),
        *_about_annulus(cube, aperture, sums),
        *_about_coverage(cube, aperture, sums),
        *_about_background_limit(cube, sums, annulus_spread, background_limited),
    ]
    return tuple(remarks)


def describe_center(distance_fwhm: float, distance_arcsec: float) -> tuple[str, ...]:
    """Return what is to say about a center that the user chose.

    Parameters
    ----------
    distance_fwhm, distance_arcsec : float
        From the center of the aperture to that of the brightest source; NaN: not known.

    Returns
    -------
    tuple of str
        One sentence beyond 0.25 FWHM, else none.
    """
    if not distance_fwhm > CENTER_LIMIT_FWHM:
        return ()
    return (
        f"The center is {distance_arcsec:.2f}″ from the star's center (the brightest source), "
        f"{distance_fwhm:.1f} FWHM: light is lost, and an aperture correction is that of a "
        "centered star.",
    )


def _about_source_type(cube: Cube) -> list[str]:
    """Say when the header calls the source extended."""
    if cube.identity.source_type.upper() != "EXTENDED":
        return []
    return [
        "The header calls the source extended; this is the extraction of a point source: light "
        "outside the aperture is lost, and the annulus may hold light of the source."
    ]


def _about_annulus(cube: Cube, aperture: ConicalAperture, sums: PlaneSums) -> list[str]:
    """Say when the annulus is not what it should be."""
    wanted = np.isfinite(aperture.inner) & np.isfinite(aperture.outer)
    if not wanted.any():
        return ["No background is subtracted."]
    remarks = []
    if np.any(aperture.inner[wanted] < aperture.radius[wanted]):
        remarks.append(
            "The annulus begins inside the aperture: the source is subtracted from itself."
        )
    missing = wanted & ~np.isfinite(sums.level)
    if missing.all():
        remarks.append("No background is subtracted: the annulus holds no valid voxels.")
    elif np.any(missing & (sums.area > 0.0)):
        remarks.append(
            f"No measurement at {_ranges(cube.wave_um, missing)}: the annulus holds no valid "
            "voxels there."
        )
    area = np.pi * (aperture.outer**2 - aperture.inner**2)
    part = wanted & np.isfinite(sums.level + sums.total) & (sums.annulus_area < 0.5 * area)
    if part.any():
        remarks.append(
            f"Less than half of the annulus holds valid voxels at {_ranges(cube.wave_um, part)}; "
            "the background comes from the rest."
        )
    return remarks


def _about_coverage(cube: Cube, aperture: ConicalAperture, sums: PlaneSums) -> list[str]:
    """Say where voxels are missing in the aperture."""
    remarks = []
    covered = sums.area / (np.pi * aperture.radius**2)
    none = ~np.isfinite(sums.total)
    if np.any(none & (covered < MIN_COMPLETE_AREA)):
        remarks.append(
            f"No measurement at {_ranges(cube.wave_um, none & (covered < MIN_COMPLETE_AREA))}: too "
            "many voxels of the aperture are missing."
        )
    part = ~none & (covered < MIN_COMPLETE_AREA)
    if part.any():
        remarks.append(
            f"At {_ranges(cube.wave_um, part)} only {100 * float(covered[part].min()):.0f} % or "
            "more of the aperture holds valid voxels; the flux is not corrected for the rest, and "
            "is flagged."
        )
    return remarks


def _about_background_limit(
    cube: Cube, sums: PlaneSums, annulus_spread: FloatArray, limited: BoolArray
) -> list[str]:
    """Say where the choice of the annulus decides the flux."""
    if not limited.any():
        return []
    size = 100 * float(np.median(annulus_spread[limited]))
    first = int(np.argmax(limited))
    to_the_end = limited[first:][np.isfinite(sums.total[first:])].all()
    at = (
        f"beyond {cube.wave_um[first]:.1f} µm"
        if to_the_end
        else f"at {_ranges(cube.wave_um, limited)}"
    )
    if limited[np.isfinite(sums.total)].all():
        at = "everywhere"
    band = f"{cube.identity.band}: " if cube.identity.band else "In this cube: "
    return [
        f"{band}{at} the choice of the annulus moves the flux by {size:.0f} % (median): the "
        "value there is background-limited."
    ]


def _ranges(wave_um: FloatArray, chosen: BoolArray) -> str:
    """Return the runs of chosen planes, the longest three in order: ``"5.10-5.20 µm"``."""
    edges = np.flatnonzero(np.diff(np.r_[False, chosen, False].astype(np.int8)))
    runs = sorted(edges.reshape(-1, 2).tolist(), key=lambda run: run[0] - run[1])
    ends = [(f"{wave_um[a]:.2f}", f"{wave_um[b - 1]:.2f}") for a, b in sorted(runs[:3])]
    named = [low if low == high else f"{low}–{high}" for low, high in ends]
    more = f" and {len(runs) - 3} other places" if len(runs) > 3 else ""
    return ", ".join(named) + " µm" + more
