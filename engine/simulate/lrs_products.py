"""Simulated LRS products as the bytes of FITS files, in the layouts of the JWST pipeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
from astropy.io import fits

from engine.arrays import AnyFloatArray, FlagArray, FloatArray
from engine.simulate.fits_products import file_bytes, packed_bytes
from engine.simulate.lrs_scene import PIXEL_AREA_SR, Source

Mode = Literal["slit", "slitless"]

FRAME_S = 0.15904  #: of the slitless subarray (jwst 3.0.0, emicorr.py: 15904 clocks of 10 us)
_FULL_FRAME_S = 2.77504
_MJD_EPOCH = datetime(1858, 11, 17)
_DONE = ("S_DQINIT", "S_SATURA", "S_LINEAR", "S_DARK", "S_REFPIX", "S_JUMP", "S_RAMP", "S_WCS",
         "S_SRCTYP", "S_FLAT")  # fmt: skip
_UNITS = {
    "WAVELENGTH": "um", "FLUX": "Jy", "FLUX_ERROR": "Jy", "FLUX_VAR_POISSON": "Jy^2",
    "FLUX_VAR_RNOISE": "Jy^2", "FLUX_VAR_FLAT": "Jy^2", "SURF_BRIGHT": "MJy/sr",
    "SB_ERROR": "MJy/sr", "SB_VAR_POISSON": "(MJy/sr)^2", "SB_VAR_RNOISE": "(MJy/sr)^2",
    "SB_VAR_FLAT": "(MJy/sr)^2", "DQ": "", "BACKGROUND": "MJy/sr", "BKGD_ERROR": "MJy/sr",
    "BKGD_VAR_POISSON": "(MJy/sr)^2", "BKGD_VAR_RNOISE": "(MJy/sr)^2",
    "BKGD_VAR_FLAT": "(MJy/sr)^2", "NPIXELS": "",
}  # fmt: skip


def header(
    source: Source,
    mode: Mode,
    *,
    model: str,
    filename: str,
    exposure: int = 1,
    n_ints: int = 1,
    n_groups: int = 20,
    steps: Sequence[tuple[str, str]] = (),
) -> Any:
    """Return the primary header of one exposure."""
    frame = FRAME_S if mode == "slitless" else _FULL_FRAME_S
    duration = n_ints * n_groups * frame
    middle = source.mjd + (exposure - 1) * 0.01
    begin = _MJD_EPOCH + timedelta(days=middle - 0.5 * duration / 86400.0)
    number = int(source.program), int(source.observation)
    cards: dict[str, Any] = {
        "DATE": (begin + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S.000"),
        "ORIGIN": "SIMULATED", "TIMESYS": "UTC", "FILENAME": filename, "CAL_VER": "1.20.2",
        "DATAMODL": model, "TELESCOP": "JWST", "CRDS_CTX": "jwst_1464.pmap",
        "TITLE": "Simulated LRS spectra", "CATEGORY": "CAL",
        "DATE-OBS": begin.strftime("%Y-%m-%d"), "TIME-OBS": begin.strftime("%H:%M:%S.000"),
        "PROGRAM": f"{number[0]:05d}", "OBSERVTN": f"{number[1]:03d}", "VISIT": "001",
        "VISITGRP": "02", "SEQ_ID": "1", "ACT_ID": "01", "EXPOSURE": str(exposure),
        "BKGDTARG": False, "TARGPROP": source.target.upper().replace(" ", "-"),
        "TARGNAME": source.target, "TARGTYPE": "FIXED", "TARG_RA": 261.2, "TARG_DEC": 60.4,
        "SRCTYAPT": "POINT", "INSTRUME": "MIRI", "DETECTOR": "MIRIMAGE", "FILTER": "P750L",
        "EXP_TYPE": "MIR_LRS-FIXEDSLIT" if mode == "slit" else "MIR_LRS-SLITLESS",
        "EXPSTART": middle - 0.5 * duration / 86400.0, "EXPMID": middle,
        "EXPEND": middle + 0.5 * duration / 86400.0, "READPATT": "FASTR1", "NINTS": n_ints,
        "NGROUPS": n_groups, "NFRAMES": 1, "TFRAME": frame, "TGROUP": frame,
        "EFFINTTM": n_groups * frame, "EFFEXPTM": duration, "DURATION": duration,
        "SUBARRAY": "FULL" if mode == "slit" else "SLITLESSPRISM",
        "SUBSTRT1": 1, "SUBSTRT2": 1 if mode == "slit" else 529,
        "SUBSIZE1": 1032 if mode == "slit" else 72, "SUBSIZE2": 1024 if mode == "slit" else 416,
        "PATTTYPE": "ALONG-SLIT-NOD" if mode == "slit" else "NONE", "PATT_NUM": exposure,
        "NUMDTHPT": 2 if mode == "slit" else 1,
    }  # fmt: skip
    result = fits.Header()
    for keyword, value in (*cards.items(), *((step, "COMPLETE") for step in _DONE), *steps):
        result[keyword] = value
    result["COMMENT"] = "Simulated data: no telescope saw this."
    return result


def image_bytes(
    primary: Any,
    data: AnyFloatArray,
    error: AnyFloatArray,
    flags: FlagArray | None,
    *,
    unit: str,
    wave_um: FloatArray | None = None,
) -> bytes:
    """Return an image, or integrations, packed: SCI, ERR, DQ, and WAVELENGTH where given."""
    science = fits.ImageHDU(data.astype(np.float32), name="SCI")
    _set(science.header, {"BUNIT": unit, "SRCTYPE": "POINT", "DISPAXIS": 2,
                          "PIXAR_SR": PIXEL_AREA_SR, "MJD-AVG": primary["EXPMID"]})  # fmt: skip
    errors = fits.ImageHDU(error.astype(np.float32), name="ERR")
    errors.header["BUNIT"] = unit
    hdus = [fits.PrimaryHDU(header=primary), science, errors]
    if flags is not None:
        hdus.append(fits.ImageHDU(flags, name="DQ"))
    if wave_um is not None:
        waves = np.repeat(wave_um[:, None], data.shape[-1], axis=1).astype(np.float32)
        hdus.append(fits.ImageHDU(waves, name="WAVELENGTH"))
    return packed_bytes(hdus)


def ramp_bytes(primary: Any, data: AnyFloatArray) -> bytes:
    """Return ramps, packed: SCI and PIXELDQ."""
    science = fits.ImageHDU(data.astype(np.float32), name="SCI")
    _set(science.header, {"BUNIT": "DN", "DISPAXIS": 2, "MJD-AVG": primary["EXPMID"]})
    flags = fits.ImageHDU(np.zeros(data.shape[-2:], dtype=np.uint32), name="PIXELDQ")
    return packed_bytes([fits.PrimaryHDU(header=primary), science, flags])


def spectrum_bytes(
    primary: Any, wave_um: FloatArray, flux_jy: FloatArray, error_jy: FloatArray, flags: FlagArray
) -> bytes:
    """Return an x1d file with the 18 columns of the LRS; wavelengths in any order."""
    order = np.argsort(wave_um)
    values = _columns(wave_um[order], flux_jy[order], error_jy[order], flags[order])
    columns = [
        fits.Column(name, "J", bzero=2**31, array=values[name].astype(np.uint32))
        if name == "DQ"
        else fits.Column(name, "D", unit=unit or None, array=values[name])
        for name, unit in _UNITS.items()
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EXTRACT1D", ver=1, uint=True)
    _set(table.header, _extraction_cards(primary))
    return file_bytes([fits.PrimaryHDU(header=primary), table])


def series_bytes(
    primary: Any, wave_um: FloatArray, flux_jy: FloatArray, error_jy: FloatArray, mjd: FloatArray
) -> bytes:
    """Return an x1dints file: one row of vectors for each integration, shape (k, n)."""
    order = np.argsort(wave_um)
    n_ints, n_samples = flux_jy.shape
    flags = np.zeros(n_samples, dtype=np.uint32)
    rows = [_columns(wave_um[order], flux_jy[i][order], error_jy[i][order], flags)
            for i in range(n_ints)]  # fmt: skip
    columns = [
        fits.Column("INT_NUM", "J", array=np.arange(1, n_ints + 1)),
        fits.Column("MJD-AVG", "D", unit="d", array=mjd),
        fits.Column("N_ALONGDISP", "J", array=np.full(n_ints, n_samples)),
    ]
    for name, unit in _UNITS.items():
        stacked = np.array([row[name] for row in rows])
        if name == "DQ":
            columns.append(fits.Column(name, f"{n_samples}J", bzero=2**31,
                                       array=stacked.astype(np.uint32)))  # fmt: skip
        else:
            columns.append(fits.Column(name, f"{n_samples}D", unit=unit or None, array=stacked))
    table = fits.BinTableHDU.from_columns(columns, name="EXTRACT1D", ver=1, uint=True)
    _set(table.header, _extraction_cards(primary))
    return packed_bytes([fits.PrimaryHDU(header=primary), table])


def _columns(
    wave_um: FloatArray, flux: FloatArray, error: FloatArray, flags: FlagArray
) -> dict[str, Any]:
    zero = np.zeros(wave_um.size)
    values: dict[str, Any] = dict.fromkeys(_UNITS, zero)
    n_pixels = 9.0
    per_sr = 1e-6 / (n_pixels * PIXEL_AREA_SR)
    values |= {
        "WAVELENGTH": wave_um, "FLUX": flux, "FLUX_ERROR": error, "SURF_BRIGHT": flux * per_sr,
        "SB_ERROR": error * per_sr, "DQ": flags, "NPIXELS": np.full(wave_um.size, n_pixels),
    }  # fmt: skip
    return values


def _extraction_cards(primary: Any) -> dict[str, Any]:
    return {"SRCTYPE": "POINT", "SLTNAME": primary["EXP_TYPE"], "DISPAXIS": 2,
            "MJD-AVG": primary["EXPMID"], "PIXAR_SR": PIXEL_AREA_SR}  # fmt: skip


def _set(into: Any, cards: Mapping[str, Any]) -> None:
    for keyword, value in cards.items():
        into[keyword] = value
