"""Keywords of simulated JWST products. No clock: every date follows from the simulated one."""

from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
from astropy.io import fits

from engine.model.bands import Band
from engine.model.cube import Cube
from engine.simulate.program import Exposure
from engine.simulate.signal import ARCSEC2_SR

ProductKind = Literal["s3d", "x1d"]
Calibration = Literal["uncalibrated", "calibrated"]

_MJD_EPOCH = datetime(1858, 11, 17)
_EXPOSURE_S = 477.308
_DAYS_TO_PROCESSING = 30
_CLASS_WORDS = {"hot": "hot stars", "A": "A dwarfs", "G": "G dwarfs"}
_TARGET_WORDS = {
    "star": ("Calibration", "Photometric"),
    "asteroid": ("Solar System", "Asteroid"),
    "red disk": ("Star", "Circumstellar disk"),
}
_COMPLETE_STEPS = (
    "S_DQINIT", "S_SATURA", "S_FRSTFR", "S_LASTFR", "S_RESET", "S_LINEAR", "S_RSCD", "S_DARK",
    "S_REFPIX", "S_JUMP", "S_RAMP", "S_WCS", "S_SRCTYP", "S_STRAY", "S_FLAT", "S_FRINGE",
    "S_OUTLIR", "S_IFUCUB",
)  # fmt: skip
_SKIPPED_STEPS = ("S_GANSCL", "S_IPC", "S_BKDSUB", "S_MSBSUB", "S_PXREPL", "S_RESFRI")


def product_name(exposure: Exposure, band: Band, kind: ProductKind) -> str:
    """Return the name of a product as the archive makes it, without folder."""
    return (
        f"jw{int(exposure.program):05d}-o{int(exposure.observation):03d}_t001_miri_"
        f"ch{band.channel}-{band.grating.lower()}_{kind}.fits"
    )


def primary_header(
    exposure: Exposure, band: Band, *, kind: ProductKind, calibration: Calibration, filename: str
) -> Any:
    """Return the header of the file.

    Parameters
    ----------
    exposure : Exposure
        What was observed.
    band : Band
        In which band.
    kind : {"s3d", "x1d"}
        The product.
    calibration : {"uncalibrated", "calibrated"}
        Whether the photom step was done.
    filename : str
        FILENAME.

    Returns
    -------
    astropy.io.fits.Header
        Cards for a primary HDU.
    """
    header = fits.Header()
    for cards in (
        _file_cards(exposure, band, kind, filename),
        _program_cards(exposure, band),
        _target_cards(exposure),
        _instrument_cards(exposure, band),
        _step_cards(band, kind, calibration),
    ):
        for keyword, value in cards.items():
            header[keyword] = value
    header["COMMENT"] = "Simulated data: no telescope saw this."
    return header


def exposure_cards(exposure: Exposure, band: Band) -> dict[str, Any]:
    """Return the keywords of time for the header of the data."""
    middle = exposure.mjd(band)
    half = 0.5 * _EXPOSURE_S / 86400.0
    return {
        "MJD-BEG": middle - half,
        "MJD-AVG": middle,
        "MJD-END": middle + half,
        "XPOSURE": _EXPOSURE_S,
    }


def cube_cards(cube: Cube, band: Band) -> dict[str, Any]:
    """Return the keywords of units, solid angle and coordinates of a cube."""
    sky = cube.sky
    if sky is None:
        return {}
    step_deg = cube.spaxel_arcsec / 3600.0
    matrix = np.array(sky.matrix_deg) / step_deg
    corners = [(-0.5, -0.5), (-0.5, 1.0), (1.0, 1.0), (1.0, -0.5)]
    n_y, n_x = cube.shape[1:]
    region = " ".join(
        f"{value:.9f}"
        for x, y in corners
        for value in sky.pixel_to_sky(x if x < 0 else n_x - 0.5, y if y < 0 else n_y - 0.5)
    )
    return {
        "BUNIT": cube.unit,
        "PIXAR_SR": cube.pixel_area_sr,
        "PIXAR_A2": cube.pixel_area_sr / ARCSEC2_SR,
        "RADESYS": "ICRS",
        "WCSAXES": 3,
        "CRPIX1": sky.reference_pixel[0] + 1.0,
        "CRPIX2": sky.reference_pixel[1] + 1.0,
        "CRPIX3": 1.0,
        "CRVAL1": sky.reference_sky_deg[0],
        "CRVAL2": sky.reference_sky_deg[1],
        "CRVAL3": float(cube.wave_um[0]),
        "CTYPE1": "RA---TAN",
        "CTYPE2": "DEC--TAN",
        "CTYPE3": "WAVE",
        "CUNIT1": "deg",
        "CUNIT2": "deg",
        "CUNIT3": "um",
        "CDELT1": step_deg,
        "CDELT2": step_deg,
        "CDELT3": band.step_um,
        "PC1_1": float(matrix[0, 0]),
        "PC1_2": float(matrix[0, 1]),
        "PC1_3": 0.0,
        "PC2_1": float(matrix[1, 0]),
        "PC2_2": float(matrix[1, 1]),
        "PC2_3": 0.0,
        "PC3_1": 0.0,
        "PC3_2": 0.0,
        "PC3_3": 1.0,
        "S_REGION": f"POLYGON ICRS  {region}",
        "DISPAXIS": 2,
        "VELOSYS": 0.0,
        "SPECSYS": "BARYCENT",
    }


def _file_cards(exposure: Exposure, band: Band, kind: ProductKind, filename: str) -> dict[str, Any]:
    start = _MJD_EPOCH + timedelta(days=exposure.mjd(band))
    made = start + timedelta(days=_DAYS_TO_PROCESSING)
    return {
        "DATE": made.strftime("%Y-%m-%dT%H:%M:%S.000"),
        "ORIGIN": "SIMULATED",
        "TIMESYS": "UTC",
        "FILENAME": filename,
        "CAL_VER": exposure.cal_version,
        "DATAMODL": "IFUCubeModel" if kind == "s3d" else "MRSMultiSpecModel",
        "TELESCOP": "JWST",
        "CRDS_CTX": exposure.crds_context,
    }


def _program_cards(exposure: Exposure, band: Band) -> dict[str, Any]:
    program, observation = f"{int(exposure.program):05d}", f"{int(exposure.observation):03d}"
    sequence = "ABC".index(band.name[1]) + 1
    words = _CLASS_WORDS[exposure.photosphere.star_class]
    about = f"Simulated absolute flux calibration ({words})"
    half = 0.5 * _EXPOSURE_S / 86400.0
    begin = _MJD_EPOCH + timedelta(days=exposure.mjd(band) - half)
    end = begin + timedelta(seconds=_EXPOSURE_S)
    return {
        "TITLE": about if exposure.source == "star" else f"Simulated {exposure.source}",
        "CATEGORY": "CAL" if exposure.source == "star" else "GO",
        "DATE-OBS": begin.strftime("%Y-%m-%d"),
        "TIME-OBS": begin.strftime("%H:%M:%S.000"),
        "DATE-BEG": begin.strftime("%Y-%m-%dT%H:%M:%S.000"),
        "DATE-END": end.strftime("%Y-%m-%dT%H:%M:%S.000"),
        "OBS_ID": f"V{program}{observation}001P00000000031{sequence:02d}",
        "VISIT_ID": f"{program}{observation}001",
        "PROGRAM": program,
        "OBSERVTN": observation,
        "VISIT": "001",
        "VISITGRP": "03",
        "SEQ_ID": "1",
        "ACT_ID": f"{sequence:02d}",
        "EXPOSURE": "1",
        "BKGDTARG": False,
        "VISITYPE": "PRIME_TARGETED_FIXED",
    }


def _target_cards(exposure: Exposure) -> dict[str, Any]:
    return {
        "TARGPROP": exposure.header_name.upper().replace(" ", "-"),
        "TARGNAME": exposure.header_name,
        "TARGTYPE": "MOVING" if exposure.source == "asteroid" else "FIXED",
        "TARGCAT": _TARGET_WORDS[exposure.source][0],
        "TARGDESC": _TARGET_WORDS[exposure.source][1],
        "TARG_RA": exposure.sky_deg[0],
        "TARG_DEC": exposure.sky_deg[1],
        "SRCTYAPT": "POINT",
    }


def _instrument_cards(exposure: Exposure, band: Band) -> dict[str, Any]:
    middle, half = exposure.mjd(band), 0.5 * _EXPOSURE_S / 86400.0
    return {
        "INSTRUME": "MIRI",
        "DETECTOR": "MIRIFUSHORT" if band.channel <= 2 else "MIRIFULONG",
        "CHANNEL": str(band.channel),
        "BAND": band.grating,
        "LAMP": "OFF",
        "EXP_TYPE": "MIR_MRS",
        "EXPSTART": middle - half,
        "EXPMID": middle,
        "EXPEND": middle + half,
        "READPATT": "FASTR1",
        "NINTS": 1,
        "NGROUPS": 40,
        "NFRAMES": 1,
        "TFRAME": 2.77504,
        "TGROUP": 2.77504,
        "EFFINTTM": 111.0016,
        "EFFEXPTM": _EXPOSURE_S,
        "DURATION": _EXPOSURE_S,
        "SUBARRAY": "FULL",
        "SUBSTRT1": 1,
        "SUBSTRT2": 1,
        "SUBSIZE1": 1032,
        "SUBSIZE2": 1024,
        "PATTTYPE": f"{exposure.dithers}-POINT" if exposure.dithers <= 4 else "NONE",
        "PATT_NUM": 1,
        "NUMDTHPT": exposure.dithers,
        "MRSPRCHN": "ALL",
    }


def _step_cards(band: Band, kind: ProductKind, calibration: Calibration) -> dict[str, Any]:
    steps: dict[str, Any] = dict.fromkeys(_COMPLETE_STEPS, "COMPLETE")
    steps |= dict.fromkeys(_SKIPPED_STEPS, "SKIPPED")
    setting = {1: "12", 2: "12", 3: "34", 4: "34"}[band.channel] + band.name[1].lower()
    steps["R_FRINGE"] = f"crds://simulated_fringe_{setting}.fits"
    steps["S_PHOTOM"] = "COMPLETE" if calibration == "calibrated" else "SKIPPED"
    if calibration == "calibrated":
        steps["R_PHOTOM"] = f"crds://simulated_photom_{band.name.lower()}.fits"
    if kind == "s3d":
        steps |= {
            "FLUXEXT": "SCI", "ERREXT": "ERR", "MASKEXT": "DQ",
            "ROIS": 0.0, "ROIW": 0.0, "WTYPE": "drizzle", "WPOWER": 0.0,
        }  # fmt: skip
    else:
        steps["S_EXTR1D"] = "COMPLETE"
        steps["R_APCORR"] = f"crds://simulated_apcorr_{band.name.lower()}.asdf"
        # There is no leak in calibrated data, as after the step that removes it.
        is_free = band.name == "3A" and calibration == "calibrated"
        steps["S_SPLEAK"] = "COMPLETE" if is_free else "SKIPPED"
    return steps
