"""What the cube view says about a voxel, a wavelength, an aperture."""

import math

import numpy as np

from engine.arrays import FloatArray
from engine.counting import counted
from engine.model.data_quality import flag_names
from engine.model.sky import SkyPlane
from engine.mrs.extraction import Extraction
from engine.mrs.extraction_remarks import BACKGROUND_LIMIT, describe_center
from guiapp.look.numbers import MINUS, fixed_text
from guiapp.look.units import flux_text, wave_text
from guiapp.plots.marks import Span
from guiapp.views.cube_images import Cone, CubeImages

LIMITED = "background-limited"
LIMITED_REASON = (
    f"Background-limited: the choice of the annulus moves the flux by more than "
    f"{100 * BACKGROUND_LIMIT:.0f} %."
)
HINT = "drag the circles · click a spaxel · Shift+wheel leafs"
_SHORT_GAP = 8  # planes: a shaded range is not cut by fewer


def sky_text(ra_deg: float, dec_deg: float) -> str:
    """Return a position as ``19:41:51.97 +50:31:03.1``."""
    hundredths = round((ra_deg % 360.0) / 15.0 * 360_000) % (24 * 360_000)
    tenths = round(abs(dec_deg) * 36_000)
    sign = MINUS if dec_deg < 0 and tenths else "+"
    return f"{_sexagesimal(hundredths, 100)} {sign}{_sexagesimal(tenths, 10)}"


def voxel_text(images: CubeImages, plane: int | None, x: float, y: float) -> str:
    """Return what lies under the cursor: place, value, flags, position on the sky.

    Parameters
    ----------
    images : CubeImages
        What is shown.
    plane : int or None
        Which plane; `None`: the median over all.
    x, y : float
        In spaxels.
    """
    parts = [f"x {fixed_text(x, 1)}  y {fixed_text(y, 1)}"]
    column, row = math.floor(x + 0.5), math.floor(y + 0.5)
    _, n_y, n_x = images.cube.shape
    if 0 <= column < n_x and 0 <= row < n_y:
        if plane is None:
            median = flux_text(float(images.collapsed[row, column]), unit=images.cube.unit)
            n_known = int(np.count_nonzero(np.isfinite(images.cube.data[:, row, column])))
            parts.append(f"median of {counted(n_known, 'plane')} {median}")
        else:
            value, error = (
                float(part[plane, row, column]) for part in (images.cube.data, images.cube.error)
            )
            parts.append(flux_text(value, error, images.cube.unit))
            parts += [", ".join(flag_names(int(images.cube.flags[plane, row, column])))]
    parts.append(_position(images.cube.sky, x, y))
    return "   ".join(part for part in parts if part)


def plane_text(images: CubeImages, plane: int) -> str:
    """Return which plane is shown."""
    wave = wave_text(float(images.cube.wave_um[plane]))
    return f"{wave}   {plane + 1} / {images.cube.shape[0]}"


def part_text(cone: Cone, part: str, spaxel_arcsec: float, plane: int) -> str:
    """Return the size of a part of the aperture, or where its center is."""
    if cone.center is None:
        return ""
    if part == "center":
        x, y = cone.center
        return f"center ({fixed_text(x, 2)}, {fixed_text(y, 2)})"
    inner, outer = cone.annulus_fwhm or (math.nan, math.nan)
    size = {"radius": cone.radius_fwhm, "inner": inner, "outer": outer}[part]
    arcsec = size * float(cone.fwhm_pixels[plane]) * spaxel_arcsec
    name = {"radius": "radius", "inner": "annulus from", "outer": "annulus to"}[part]
    return f"{name} {fixed_text(size, 2)} FWHM = {fixed_text(arcsec, 2)}″"


def sample_text(result: Extraction, index: int) -> str:
    """Return the extracted spectrum at one wavelength."""
    spectrum = result.spectrum
    value, error = float(spectrum.flux[index]), float(spectrum.error[index])
    parts = [
        wave_text(float(spectrum.wave_um[index])),
        f"F {flux_text(value, error, spectrum.unit, float(spectrum.wave_um[index]))}",
    ]
    spread = float(result.annulus_spread[index])
    if math.isfinite(spread) and math.isfinite(value):
        parts.append(f"annulus ±{fixed_text(100 * spread, 1)} %")
    if bool(result.background_limited[index]):
        parts.append(LIMITED)
    names = flag_names(int(spectrum.flags[index]))
    return "   ".join([*parts, ", ".join(names)] if names else parts)


def change_text(before: FloatArray, after: FloatArray) -> str:
    """Return by what another aperture changes the spectrum: the median ratio, and its range."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = after / before
    ratio = ratio[np.isfinite(ratio)]
    if not ratio.size:
        return ""
    middle, low, high = np.percentile(ratio, [50.0, 2.5, 97.5])
    said = f"new / before {fixed_text(float(middle), 4)} (median)"
    between = f"{fixed_text(float(low), 4)} to {fixed_text(float(high), 4)}"
    return f"{said}, {between} in 95 % of {counted(ratio.size, 'plane')}"


def spaxel_text(wave_um: float, value: tuple[float, float], unit: str, flags: int) -> str:
    """Return one spaxel at one wavelength: value and error, flags in words."""
    parts = [wave_text(wave_um), flux_text(*value, unit, wave_um)]
    return "   ".join([*parts, ", ".join(flag_names(flags))] if flags else parts)


def center_warning(result: Extraction) -> str:
    """Return what is to say of a center that is off the star; empty when it is not."""
    return " ".join(describe_center(result.star_distance_fwhm, result.star_distance_arcsec))


def limited_spans(result: Extraction) -> tuple[Span, ...]:
    """Return the ranges in which the annulus decides the flux, and how much; short gaps closed."""
    waves = result.spectrum.wave_um
    places = np.flatnonzero(result.background_limited)
    if not places.size:
        return ()
    cuts = np.flatnonzero(np.diff(places) > _SHORT_GAP) + 1
    half = np.gradient(waves) / 2 if waves.size > 1 else np.full(waves.size, 0.005)
    spans = []
    for run in np.split(places, cuts):
        first, last = int(run[0]), int(run[-1])
        spread = 100.0 * float(np.median(result.annulus_spread[run]))
        low, high = float(waves[first] - half[first]), float(waves[last] + half[last])
        spans.append(Span(low, high, f"annulus ±{fixed_text(spread, 0)} %"))
    return tuple(spans)


def _position(sky: SkyPlane | None, x: float, y: float) -> str:
    if sky is None:
        return ""
    ra, dec = sky.pixel_to_sky(x, y)
    return sky_text(ra, dec) if math.isfinite(ra) and math.isfinite(dec) else ""


def _sexagesimal(total: int, per_second: int) -> str:
    """Return hours or degrees, minutes and seconds of so many parts of a second."""
    seconds, rest = divmod(total, per_second)
    minutes, second = divmod(seconds, 60)
    first, minute = divmod(minutes, 60)
    digits = len(str(per_second)) - 1
    return f"{first:02d}:{minute:02d}:{second:02d}.{rest:0{digits}d}"
