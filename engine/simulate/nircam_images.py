"""Cal images of NIRCam arrays: small, with coarse pixels, on grids that a turn of 180 deg maps."""

import numpy as np
from astropy.io import fits

from engine.arrays import FloatArray
from engine.simulate.fits_products import file_bytes
from engine.simulate.nircam_field import (
    FILTERS,
    Epoch,
    Sky,
    Terms,
    array_places,
    demo_numbers,
)

_AB_ZERO_JY = 3631.0
_RADIUS_PIXELS = 6  # of the stamp of a source, in FWHM


def cal_image(
    sky: Sky,
    epoch: Epoch,
    filter_name: str,
    place: tuple[str, str],
    terms: Terms,
    rng: np.random.Generator,
    *,
    filename: str,
) -> bytes:
    """Return the cal image of one array in one epoch as the bytes of a FITS file.

    Parameters
    ----------
    sky : Sky
        The sources.
    epoch : Epoch
        When, and how the field is turned.
    filter_name : str
        A key of `engine.simulate.nircam_field.FILTERS`.
    place : tuple of str
        Module and id of the array.
    terms : mapping
        What the calibration of the arrays gets wrong.
    rng : numpy.random.Generator
        Draws the noise.
    filename : str
        FILENAME in the header.

    Notes
    -----
    All light, that of the background too, is multiplied by 10^(-0.4 error of the magnitude) pixel
    by pixel. Four pixels in the corner are flagged
    DO_NOT_USE and hold nonsense.
    """
    settings = demo_numbers()["images"]
    n = settings["pixels"]
    module, array = place
    x0, y0, side = array_places(FILTERS[filter_name])[place]
    scale = side / n  # arcmin to a pixel
    area_sr = np.deg2rad(scale / 60.0) ** 2
    sign = -1.0 if epoch.is_turned else 1.0
    light = _light(sky, epoch, filter_name, (x0, y0), sign, scale, n)
    x_own = x0 + (np.arange(n) - (n - 1) / 2) * scale
    gain = 10.0 ** (-0.4 * terms[filter_name, array].error(module, x_own))
    noise = settings["noise_mjy_sr"]
    background = settings["background_mjy_sr"][int(epoch.label) - 1]
    image = (light * _AB_ZERO_JY / area_sr * 1e-6 + background) * gain
    image += noise * rng.standard_normal((n, n))
    flags = np.zeros((n, n), dtype=np.uint32)
    flags[:2, :2] = 1
    image[:2, :2] = 1e3
    header = _sky_header((x0 / scale, y0 / scale), sign, scale, n)
    header["BUNIT"], header["PIXAR_SR"], header["PHOTMJSR"] = "MJy/sr", area_sr, 1.0
    detector = f"NRC{module}{array.upper()}"
    primary = fits.PrimaryHDU()
    field = demo_numbers()["field"]
    for keyword, value in {
        "FILENAME": filename, "TELESCOP": "JWST", "INSTRUME": "NIRCAM", "DETECTOR": detector,
        "MODULE": module, "CHANNEL": FILTERS[filter_name].upper(), "FILTER": filter_name,
        "PUPIL": "CLEAR", "EXP_TYPE": "NRC_IMAGE", "DATAMODL": "ImageModel",
        "TARGNAME": field["name"], "PROGRAM": f"{int(field['program']):05d}",
        "OBSERVTN": f"{int(epoch.label):03d}", "VISIT": "001", "DATE-OBS": epoch.date,
        "EXPMID": epoch.mjd, "S_PHOTOM": "COMPLETE", "CAL_VER": "1.11.4",
        "CRDS_CTX": "jwst_1130.pmap",
    }.items():  # fmt: skip
        primary.header[keyword] = value
    return file_bytes([
        primary,
        fits.ImageHDU(image.astype(np.float32), header=header, name="SCI"),
        fits.ImageHDU(np.full((n, n), noise, dtype=np.float32), name="ERR"),
        fits.ImageHDU(flags, name="DQ"),
        fits.ImageHDU(np.full((n, n), noise**2, dtype=np.float32), name="VAR_RNOISE"),
    ])  # fmt: skip


def _light(
    sky: Sky,
    epoch: Epoch,
    filter_name: str,
    middle: tuple[float, float],
    sign: float,
    scale: float,
    n: int,
) -> FloatArray:
    """Return the light of the sources in each pixel; 1 is a source of magnitude 0."""
    sigma = demo_numbers()["images"]["fwhm_pixels"] / 2.3548
    reach = int(_RADIUS_PIXELS * sigma)
    mags = sky.mags[filter_name] + (sky.changes if epoch.is_turned else 0.0)
    x = (sign * sky.x_arcmin - middle[0]) / scale + (n - 1) / 2
    y = (sign * sky.y_arcmin - middle[1]) / scale + (n - 1) / 2
    light = np.zeros((n + 2 * reach, n + 2 * reach))
    grid = np.arange(-reach, reach + 1)
    for column, row, mag in zip(x, y, mags, strict=True):
        i, j = round(column), round(row)
        if not (-reach <= i < n + reach and -reach <= j < n + reach):
            continue
        stamp_x = np.exp(-0.5 * ((i + grid - column) / sigma) ** 2)
        stamp_y = np.exp(-0.5 * ((j + grid - row) / sigma) ** 2)
        stamp = np.outer(stamp_y, stamp_x) * 10.0 ** (-0.4 * mag) / (2.0 * np.pi * sigma**2)
        low_j, low_i = max(j, 0), max(i, 0)
        high_j, high_i = (
            min(j + 2 * reach + 1, n + 2 * reach),
            min(i + 2 * reach + 1, n + 2 * reach),
        )
        light[low_j:high_j, low_i:high_i] += stamp[low_j - j : high_j - j, low_i - i : high_i - i]
    inner: FloatArray = light[reach : reach + n, reach : reach + n]
    return inner


def _sky_header(middle: tuple[float, float], sign: float, scale: float, n: int) -> fits.Header:
    """Return a tangent plane whose first axis points from module A to module B.

    It touches the sky where the field turns, so that turned grids fall onto each other.
    """
    center = demo_numbers()["field"]["center_deg"]
    angle = np.deg2rad(demo_numbers()["field"]["angle_deg"])
    step = sign * scale / 60.0
    header = fits.Header()
    for keyword, value in {
        "RADESYS": "ICRS", "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg",
        "CUNIT2": "deg", "CRPIX1": (n + 1) / 2 - middle[0], "CRPIX2": (n + 1) / 2 - middle[1],
        "CRVAL1": center[0], "CRVAL2": center[1], "CDELT1": 1.0, "CDELT2": 1.0,
        "PC1_1": step * np.sin(angle), "PC1_2": step * np.cos(angle),
        "PC2_1": step * np.cos(angle), "PC2_2": -step * np.sin(angle),
        "ROLL_REF": (np.rad2deg(angle) + 90.0 + (0.0 if sign > 0 else 180.0)) % 360.0,
    }.items():  # fmt: skip
        header[keyword] = float(value) if isinstance(value, np.floating) else value
    return header
