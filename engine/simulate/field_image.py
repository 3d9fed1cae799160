"""An image of the field around a star, as the imager takes it: the ground for footprints."""

import numpy as np
from astropy.io import fits

from engine.simulate.fits_products import file_bytes
from engine.simulate.program import Exposure

_SIDE = 181
_PIXEL_ARCSEC = 0.11
_PIXAR_SR = 2.8606e-13
_ROTATION_DEG = 4.8
_FWHM_ARCSEC = 0.207
_BACKGROUND_MJY_SR = 4.0
_NEIGHBORS = ((-3.1, 2.4, 0.02), (4.4, -3.3, 0.008), (-5.2, -6.1, 0.004))  # arcsec, arcsec, share


def field_image_bytes(exposure: Exposure, rng: np.random.Generator, *, filename: str) -> bytes:
    """Return an i2d image in F560W with the star of ``exposure`` and three faint neighbors."""
    y, x = (np.mgrid[:_SIDE, :_SIDE] - (_SIDE - 1) / 2) * _PIXEL_ARCSEC
    sigma = _FWHM_ARCSEC / 2.3548
    flux_jy = exposure.photosphere.flux_10um_jy * (10.0 / 5.6) ** 2
    peak = 1e-6 * flux_jy / _PIXAR_SR / (2 * np.pi * (sigma / _PIXEL_ARCSEC) ** 2)
    image = _BACKGROUND_MJY_SR + rng.normal(0.0, 0.05, x.shape)
    for dx, dy, share in ((0.0, 0.0, 1.0), *_NEIGHBORS):
        square = (x - dx) ** 2 + (y - dy) ** 2
        core = np.exp(-0.5 * square / sigma**2)
        image += share * peak * (0.9 * core + 0.1 * np.exp(-0.5 * square / (3 * sigma) ** 2) / 9)
    header = fits.Header()
    angle, step = np.deg2rad(_ROTATION_DEG), _PIXEL_ARCSEC / 3600.0
    cards = {
        "BUNIT": "MJy/sr", "PIXAR_SR": _PIXAR_SR, "PIXAR_A2": _PIXEL_ARCSEC**2,
        "RADESYS": "ICRS", "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg",
        "CUNIT2": "deg", "CRPIX1": (_SIDE + 1) / 2, "CRPIX2": (_SIDE + 1) / 2,
        "CRVAL1": exposure.sky_deg[0], "CRVAL2": exposure.sky_deg[1],
        "CDELT1": step, "CDELT2": step,
        "PC1_1": -float(np.cos(angle)), "PC1_2": float(np.sin(angle)),
        "PC2_1": float(np.sin(angle)), "PC2_2": float(np.cos(angle)),
    }  # fmt: skip
    for keyword, value in cards.items():
        header[keyword] = value
    primary = fits.PrimaryHDU()
    for keyword, value in {
        "FILENAME": filename, "TELESCOP": "JWST", "INSTRUME": "MIRI", "DETECTOR": "MIRIMAGE",
        "FILTER": "F560W", "EXP_TYPE": "MIR_IMAGE", "DATAMODL": "ImageModel",
        "TARGNAME": f"{exposure.header_name} field", "PROGRAM": f"{int(exposure.program):05d}",
        "OBSERVTN": "099", "DATE-OBS": exposure.date, "EXPMID": 59800.0, "S_PHOTOM": "COMPLETE",
    }.items():  # fmt: skip
        primary.header[keyword] = value
    error = fits.ImageHDU(np.full(image.shape, 0.05, np.float32), name="ERR")
    data = fits.ImageHDU(image.astype(np.float32), header=header, name="SCI")
    return file_bytes([primary, data, error])
