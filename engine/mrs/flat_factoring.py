"""A reference that holds flat and response together, taken apart (Law+2025, footnote 11)."""

import numpy as np

from engine.arrays import freeze, frozen
from engine.errors import DataError
from engine.model.detector_image import DetectorImage
from engine.mrs.flat_patching import in_ranges, patch_flat, trim_flat
from engine.mrs.pixel_flat import PixelFlat, PixelFlatParams
from engine.numerics.breakpoints import even
from engine.numerics.splines import Rejection, SplineSpace, fit_spline

_LEAST_PIXELS = 100
_CLIP = 4.0  # sigma: dark edges are no response
_CURVE = 400  # samples of the curve that is kept
_DO_NOT_USE = 1
_DEFAULTS = PixelFlatParams()


def factor_reference(reference: DetectorImage, params: PixelFlatParams = _DEFAULTS) -> PixelFlat:
    """Divide the response over wavelength out of a two-dimensional reference.

    Parameters
    ----------
    reference : DetectorImage
        Flat times response of each pixel, in any unit, with wavelengths and slices.
    params : PixelFlatParams, optional
        Pieces of the spline, patches (none by default) and trimming.

    Returns
    -------
    PixelFlat
        `start` and `dirty` are the reference as it is and over its median; `curve` is the spline.

    Raises
    ------
    DataError
        If the reference has hardly a value in its band.
    FitError
        If the spline cannot be fitted.

    Notes
    -----
    Cubic B-spline with even breakpoints through all pixels over wavelength, samples more than four
    robust standard deviations off rejected until stable; flat = reference / spline.
    """
    band, slices, wave_um = reference.identity.band, reference.slices, reference.wave_um
    lit = (slices > 0) & np.isfinite(wave_um)
    usable = lit & np.isfinite(reference.data) & (reference.flags & _DO_NOT_USE == 0)
    usable &= reference.data != 0.0
    values = np.where(usable, reference.data, np.nan).astype(np.float64)
    n_usable = int(np.count_nonzero(usable))
    if n_usable < _LEAST_PIXELS:
        raise DataError(f"The reference has values in {n_usable} pixels of {band}: too few.")
    wave = np.asarray(wave_um, dtype=np.float64)
    limits = (float(wave[usable].min()), float(wave[usable].max()))
    space = SplineSpace(limits, even(limits, max(params.spline_pieces - 1, 0)))
    fit = fit_spline(wave[usable], values[usable], space, rejection=Rejection(_CLIP, _CLIP))
    response = np.full(wave.shape, np.nan)
    response[usable] = fit(wave[usable])
    flat = values / response
    error = np.where(usable, reference.error, np.nan) / np.abs(response)
    ranges = params.patches or ()
    patched = patch_flat(flat, error, wave, slices, ranges, n_rows=params.patch_rows)
    clean = trim_flat(patched.flat, params.trim)
    lost = np.isnan(clean)
    curve_wave = np.linspace(*limits, _CURVE)
    return PixelFlat(
        band=band,
        method="factored reference",
        wave_um=frozen(np.where(lit, wave_um, np.nan)),
        slices=frozen(slices, dtype=np.int64),
        start=freeze(values),
        dirty=freeze(values / float(np.median(values[usable]))),
        clean=freeze(clean),
        error=freeze(np.where(lost, np.nan, patched.error)),
        is_patched=freeze(patched.is_patched & in_ranges(wave_um, ranges) & ~lost),
        patches=ranges,
        passes=(),
        curve_wave_um=freeze(curve_wave),
        curve=freeze(fit(curve_wave)),
        n_exposures=0,
        messages=(
            f"Response divided out: a spline with {fit.coefficients.size} coefficients through "
            f"{int(np.count_nonzero(fit.used))} of {n_usable} pixels.",
        ),
    )
