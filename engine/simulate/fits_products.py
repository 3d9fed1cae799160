"""Simulated products as the bytes of FITS files, in the layouts of the JWST pipeline."""

import gzip
import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from astropy.io import fits

from engine.arrays import FloatArray
from engine.model.bands import Band
from engine.model.cube import Cube
from engine.model.spectrum import Spectrum
from engine.simulate.jwst_headers import (
    Calibration,
    cube_cards,
    exposure_cards,
    primary_header,
)
from engine.simulate.photospheres import mean_over_bins
from engine.simulate.point_spread import fwhm_arcsec
from engine.simulate.program import Exposure

_SPEED_OF_LIGHT_ANGSTROM_S = 2.99792458e18
_JY_CGS = 1e-23
#: Samples to a wavelength interval of one e-fold, and range of the model files.
_MODEL_SAMPLING = 6000
_MODEL_RANGE_UM = (2.0, 32.0)
_UNSIGNED_OFFSET = 2**31
_PACKING_LEVEL = 1  # fast; the values are rounded so that even this packs well
_APERTURE_FWHM = 2.0
_BLOCK = 2880
_VARIANCES = ("VAR_POISSON", "VAR_RNOISE", "VAR_FLAT")


def s3d_bytes(cube: Cube, exposure: Exposure, band: Band, *, filename: str) -> bytes:
    """Return a cube as the bytes of a packed s3d file.

    Parameters
    ----------
    cube : Cube
        In DN/s or MJy/sr.
    exposure : Exposure
        What was observed.
    band : Band
        In which band.
    filename : str
        FILENAME in the header.

    Returns
    -------
    bytes
        gzip without name and time: the same cube gives the same bytes.
    """
    primary = primary_header(
        exposure, band, kind="s3d", calibration=_calibration(cube.unit), filename=filename
    )
    if cube.target_deg is not None:
        primary["TARG_RA"], primary["TARG_DEC"] = cube.target_deg
    science = fits.ImageHDU(cube.data, name="SCI")
    _set(science.header, {"SRCTYPE": "POINT"} | exposure_cards(exposure, band))
    _set(science.header, cube_cards(cube, band))
    error = fits.ImageHDU(cube.error, name="ERR")
    _set(error.header, {"BUNIT": cube.unit, "ERRTYPE": "ERR"})
    hdus = [
        fits.PrimaryHDU(header=primary),
        science,
        error,
        fits.ImageHDU(cube.flags, name="DQ"),
        fits.ImageHDU(cube.weights, name="WMAP"),
        _wavelength_table(cube.wave_um),
    ]
    return packed_bytes(hdus)


def x1d_bytes(
    spectrum: Spectrum,
    exposure: Exposure,
    band: Band,
    *,
    filename: str,
    center_pixel: tuple[float, float] = (10.0, 10.0),
) -> bytes:
    """Return an extracted spectrum as the bytes of an x1d file.

    Parameters
    ----------
    spectrum : Spectrum
        In Jy or DN/s.
    exposure : Exposure
        What was observed.
    band : Band
        In which band.
    filename : str
        FILENAME in the header.
    center_pixel : tuple of float, optional
        EXTR_X, EXTR_Y.

    Returns
    -------
    bytes
        The 21 columns of the MRS. In DN/s, which the pipeline has no product for, those that only
        calibrated spectra have are NaN.
    """
    primary = primary_header(
        exposure, band, kind="x1d", calibration=_calibration(spectrum.unit), filename=filename
    )
    columns = _x1d_columns(spectrum, band)
    header = _x1d_table_header(tuple((name, unit) for name, unit, _ in columns)).copy()
    header["NAXIS2"] = spectrum.size
    _set(
        header,
        {
            "SRCTYPE": "POINT",
            "SLTNAME": "MIR_MRS",
            "EXTR_X": center_pixel[0],
            "EXTR_Y": center_pixel[1],
            "SLIT_RA": exposure.sky_deg[0],
            "SLIT_DEC": exposure.sky_deg[1],
            "DETECTOR": primary["DETECTOR"],
            "DISPAXIS": 2,
            "PIXAR_SR": spectrum.pixel_area_sr,
        }
        | exposure_cards(exposure, band),
    )
    table = _table_bytes([(name, values) for name, _, values in columns])
    return bytes(file_bytes([fits.PrimaryHDU(header=primary)]) + header.tostring().encode() + table)


def model_bytes(exposure: Exposure, *, filename: str) -> bytes:
    """Return the model of a star as the bytes of a file in the layout of CALSPEC.

    Parameters
    ----------
    exposure : Exposure
        Any observation of the star.
    filename : str
        FILENAME in the header.

    Notes
    -----
    Averages over bins, in the layout of `calspec_bytes`.
    """
    low, high = _MODEL_RANGE_UM
    n_samples = int(_MODEL_SAMPLING * np.log(high / low))
    wave_um = low * np.exp(np.arange(n_samples) / _MODEL_SAMPLING)
    flux_jy = mean_over_bins(exposure.photosphere, wave_um, wave_um / _MODEL_SAMPLING, of="model")
    return calspec_bytes(
        exposure.header_name, wave_um, flux_jy, filename=filename, about="Analytic photosphere"
    )


def calspec_bytes(
    star: str, wave_um: FloatArray, flux_jy: FloatArray, *, filename: str, about: str
) -> bytes:
    """Return a spectrum as the bytes of a file in the layout of CALSPEC.

    Parameters
    ----------
    star : str
        TARGETID is this without blanks.
    wave_um, flux_jy : ndarray, shape (n,)
        Wavelengths, even in their logarithm, and flux density. Units: um, Jy.
    filename, about : str
        FILENAME and SOURCE in the header.

    Notes
    -----
    Wavelengths in ANGSTROMS and fluxes in FLAM; F_lambda = c F_nu / lambda^2.
    """
    angstrom = wave_um * 1e4
    flam = flux_jy * _JY_CGS * _SPEED_OF_LIGHT_ANGSTROM_S / angstrom**2
    header = fits.Header()
    _set(
        header,
        {
            "TARGETID": star.upper().replace(" ", ""),
            "DBTABLE": "CRSPECTRUM",
            "DESCRIP": "Simulated model of a standard star",
            "SOURCE": about,
            "USEAFTER": "Jan 01 2000 00:00:00",
            "PEDIGREE": "MODEL",
            "FILENAME": filename,
            "WMIN": float(angstrom[0]),
            "WMAX": float(angstrom[-1]),
            "COMMENT": "Simulated: not a CALSPEC file.",
        },
    )
    n, step = angstrom.size, np.log(angstrom[1] / angstrom[0])
    columns = [
        fits.Column("WAVELENGTH", "D", unit="ANGSTROMS", array=angstrom),
        fits.Column("FLUX", "E", unit="FLAM", array=flam),
        fits.Column("STATERROR", "E", unit="FLAM", array=np.zeros(n)),
        fits.Column("SYSERROR", "E", unit="FLAM", array=0.02 * flam),
        fits.Column("FWHM", "E", unit="ANGSTROMS", array=2.0 * step * angstrom),
        fits.Column("DATAQUAL", "I", unit="NONE", array=np.ones(n, dtype=np.int16)),
        fits.Column("TOTEXP", "E", unit="SEC", array=np.zeros(n)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="SCI")
    return file_bytes([fits.PrimaryHDU(header=header), table])


def _calibration(unit: str) -> Calibration:
    return "uncalibrated" if unit == "DN/s" else "calibrated"


def _x1d_columns(spectrum: Spectrum, band: Band) -> list[tuple[str, str, Any]]:
    """Return name, unit and values of each column."""
    is_flux = spectrum.unit == "Jy"
    area_sr = spectrum.pixel_area_sr or np.nan
    radius = _APERTURE_FWHM * fwhm_arcsec(spectrum.wave_um) / band.spaxel_arcsec
    n_pixels = np.pi * radius**2
    per_brightness = (1e-6 / area_sr if is_flux else 1.0) / n_pixels
    flux, brightness = ("Jy", "MJy/sr") if is_flux else ("DN/s", "DN/s")
    unknown = np.full(spectrum.size, np.nan)
    corrected = spectrum.columns.get("fringe_corrected_flux_jy", unknown)
    background = spectrum.columns.get("background_mjy_sr", unknown)
    return [
        ("WAVELENGTH", "um", spectrum.wave_um),
        *_group("FLUX", "FLUX", flux, spectrum.flux, spectrum.error),
        *_group(
            "SURF_BRIGHT",
            "SB",
            brightness,
            spectrum.flux * per_brightness,
            spectrum.error * per_brightness,
        ),
        ("DQ", "", spectrum.flags),
        *_group("BACKGROUND", "BKGD", brightness, background, unknown),
        ("NPIXELS", "", n_pixels),
        ("RF_FLUX", flux, corrected),
        ("RF_SURF_BRIGHT", brightness, corrected * per_brightness),
        ("RF_BACKGROUND", brightness, background),
    ]


def _group(
    name: str, prefix: str, unit: str, values: FloatArray, error: FloatArray
) -> list[tuple[str, str, Any]]:
    """Return a quantity, its error, and the split of its variance, which cubes do not keep."""
    squared = f"({unit})^2" if "/" in unit else f"{unit}^2"
    zero = np.zeros(values.size)
    variances = [(f"{prefix}_{source}", squared, zero) for source in _VARIANCES]
    return [(name, unit, values), (f"{prefix}_ERROR", unit, error), *variances]


@cache
def _x1d_table_header(columns: tuple[tuple[str, str], ...]) -> Any:
    """Return the header of a table without rows: making it takes longer than filling it."""
    empty = [
        fits.Column(name, "J", bzero=_UNSIGNED_OFFSET, array=np.zeros(0, dtype=np.uint32))
        if name == "DQ"
        else fits.Column(name, "D", unit=unit or None, array=np.zeros(0))
        for name, unit in columns
    ]
    return fits.BinTableHDU.from_columns(empty, name="EXTRACT1D", ver=1, uint=True).header


def _table_bytes(columns: Sequence[tuple[str, Any]]) -> bytes:
    """Return the rows of a binary table, filled up to whole blocks."""
    codes = [(name, ">i4" if name == "DQ" else ">f8") for name, _ in columns]
    rows = np.zeros(len(columns[0][1]), dtype=codes)
    for name, values in columns:
        rows[name] = values.astype(np.int64) - _UNSIGNED_OFFSET if name == "DQ" else values
    content = rows.tobytes()
    return content + bytes(-len(content) % _BLOCK)


def _wavelength_table(wave_um: FloatArray) -> Any:
    n_planes = wave_um.size
    column = fits.Column(
        "wavelength",
        f"{n_planes}E",
        dim=f"(1,{n_planes})",
        unit="um",
        array=wave_um.astype(np.float32).reshape(1, n_planes, 1),
    )
    return fits.BinTableHDU.from_columns([column], name="WCS-TABLE")


def _set(header: Any, cards: Mapping[str, Any]) -> None:
    for keyword, value in cards.items():
        header[keyword] = value


def packed_bytes(hdus: Sequence[Any]) -> bytes:
    """Return HDUs as the bytes of a gzip file without name and time."""
    packed = io.BytesIO()
    with gzip.GzipFile(
        filename="", mode="wb", compresslevel=_PACKING_LEVEL, fileobj=packed, mtime=0
    ) as stream:
        stream.write(file_bytes(hdus))
    return packed.getvalue()


def file_bytes(hdus: Sequence[Any]) -> bytes:
    """Return HDUs as the bytes of a FITS file."""
    buffer = io.BytesIO()
    fits.HDUList(list(hdus)).writeto(buffer)
    return buffer.getvalue()
