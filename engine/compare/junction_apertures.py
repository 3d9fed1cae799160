"""Whether the two sides of a junction were seen through the same aperture."""

import numpy as np

from engine.model.spectrum import Spectrum

_SAME_RADIUS = 0.03  # relative: apertures of two bands are drawn on spaxels of two sizes
_ARCSEC_PER_RADIAN = 648000.0 / np.pi


def aperture_radius(spectrum: Spectrum, limits_um: tuple[float, float]) -> float:
    """Return the radius of a circle of the area that a spectrum was extracted from.

    Parameters
    ----------
    spectrum : Spectrum
        With the column ``n_pixels`` and the area of a pixel, as extractions and the x1d of the
        pipeline have them.
    limits_um : tuple of float
        Range of wavelengths. Unit: um.

    Returns
    -------
    float
        Median over the range; NaN when the spectrum does not tell. Unit: arcsec.
    """
    pixels, area = spectrum.columns.get("n_pixels"), spectrum.pixel_area_sr
    if pixels is None or area is None:
        return float("nan")
    inside = (spectrum.wave_um >= limits_um[0]) & (spectrum.wave_um <= limits_um[1])
    known = pixels[inside & spectrum.is_good & np.isfinite(pixels) & (pixels > 0)]
    if not known.size:
        return float("nan")
    return float(np.sqrt(np.median(known) * area / np.pi)) * _ARCSEC_PER_RADIAN


def aperture_remark(left: Spectrum, right: Spectrum, limits_um: tuple[float, float]) -> str:
    """Return a sentence when the two sides of a junction have different apertures.

    Parameters
    ----------
    left, right : Spectrum
        Of two neighboring bands.
    limits_um : tuple of float
        Where they are compared. Unit: um.

    Returns
    -------
    str
        ``""`` when they are the same, or not known.
    """
    radii = aperture_radius(left, limits_um), aperture_radius(right, limits_um)
    if not abs(radii[1] / radii[0] - 1.0) > _SAME_RADIUS:
        return ""
    names = left.identity.band, right.identity.band
    return (
        f"{names[0]} and {names[1]} have apertures of {radii[0]:.2f} and {radii[1]:.2f}″: a jump "
        "may be that."
    )
