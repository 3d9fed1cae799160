"""Frames of the MRS detectors: which wavelength each pixel sees, and what was delivered for them.

Slices lie side by side with gaps between; wavelength rises along the columns of the left half and
falls along those of the right one, and is tilted inside each slice. Values are rounded so that
gzip packs them.
"""

import gzip
import io
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from astropy.io import fits

from engine.arrays import FloatArray
from engine.model.bands import Band, bands
from engine.model.frames import SHAPE, Frame
from engine.simulate.instrument import Instrument
from engine.simulate.lamps import DAY_ZERO_MJD, DAYS, LampLoss

_SLICES = {1: 21, 2: 17, 3: 16, 4: 12}
_GAP = 3  # columns without light between slices
_EDGE = 0.004  # of the width of a band: how far the detector sees beyond its nominal range
_BEND = 0.04  # of the width of a band: how far wavelength departs from a straight line
_TILT = 0.003  # of the width of a band, across a slice
_SHIFT = 0.004  # of the width of a band, from slice to slice
_TILT_STEP = 4  # columns that share a wavelength
_WAVE_STEP_UM = 2.0**-17
_BITS = 17
_LOSS_BINS = 10
_BACKGROUND_MJY_SR = 25.0
_PIXEL_SR = {"MIRIFUSHORT": 8.16e-13, "MIRIFULONG": 2.25e-12}
_PACKING_LEVEL = 1

_Images = Mapping[str, tuple[Any, Mapping[str, Any]]]


def wave_map(frame: Frame) -> FloatArray:
    """Return the wavelength of each pixel, shape (1024, 1032). Unit: um. 0: no light."""
    whole = np.zeros(SHAPE)
    for band, columns in frame.halves:
        whole[:, columns] = _half_map(band, columns, is_rising=band is frame.left)
    return whole


def earlier_factor_map(instrument: Instrument, frame: Frame) -> FloatArray:
    """Return what was delivered: the factor of each pixel before the stars were seen.

    Unit: (MJy/sr)/(DN/s). NaN: no light. True factor over that of `Instrument.earlier_factor`.
    """
    wave = wave_map(frame)
    factor = np.full(SHAPE, np.nan)
    for band, columns in frame.halves:
        half = wave[:, columns]
        seen = half[half > 0]
        values = instrument.responses[band.name].factor(seen)
        factor[:, columns][half > 0] = values / instrument.earlier_factor(band, seen)
    return factor


def background_frame_bytes(frame: Frame, *, filename: str) -> bytes:
    """Return a calibrated frame of empty sky with its map of wavelengths, packed."""
    wave = wave_map(frame)
    lit = wave > 0
    science = np.where(lit, _BACKGROUND_MJY_SR, np.nan).astype(np.float32)
    images: _Images = {
        "SCI": (
            science,
            {
                "BUNIT": "MJy/sr",
                "MJD-AVG": DAY_ZERO_MJD + 100.0,
                "PIXAR_SR": _PIXEL_SR[frame.detector],
            },
        ),
        "ERR": (np.where(lit, 1.0, np.nan).astype(np.float32), {"BUNIT": "MJy/sr"}),
        "DQ": (np.where(lit, 0, 513).astype(np.uint32), {}),
        "WAVELENGTH": (wave.astype(np.float32), {"BUNIT": "um"}),
    }
    cards = {
        **_instrument_cards(frame, filename),
        "DATAMODL": "IFUImageModel",
        "CAL_VER": "1.15.1",
        "CRDS_CTX": "jwst_1276.pmap",
        "TITLE": "Simulated dedicated background",
        "TARGNAME": "background",
        "PROGRAM": "01538",
        "OBSERVTN": "090",
        "VISIT": "001",
        "BKGDTARG": True,
        "SRCTYAPT": "EXTENDED",
        "DATE-OBS": "2022-07-20",
        "EXPMID": DAY_ZERO_MJD + 100.0,
        "S_PHOTOM": "COMPLETE",
        "R_PHOTOM": f"crds://{delivered_name(frame)}",
    }
    return _packed(cards, images, {})


def delivered_reference_bytes(instrument: Instrument, frame: Frame, *, filename: str) -> bytes:
    """Return the photom reference that the visits in Jy were calibrated with, packed.

    Its loss tables have the exponential form, as those of jwst 1.11 to 1.19: the loss of the lamps.
    """
    factor = earlier_factor_map(instrument, frame)
    unit = {"BUNIT": "MJy s / (DN sr)"}
    images: _Images = {
        "SCI": (_rounded(factor), unit),
        "ERR": (np.where(np.isnan(factor), np.nan, 1.0).astype(np.float32), unit),
        "DQ": (np.isnan(factor).astype(np.uint32), {}),
        "PIXSIZ": (np.full(SHAPE, _PIXEL_SR[frame.detector], np.float32), {}),
    }
    cards = {
        **_instrument_cards(frame, filename),
        "DATAMODL": "MirMrsPhotomModel",
        "REFTYPE": "PHOTOM",
        "PEDIGREE": "INFLIGHT 2022-06-01 2022-09-01",
        "DESCRIP": "Simulated photom reference, delivered earlier",
        "AUTHOR": "Simulated",
        "USEAFTER": "2022-04-11T00:00:00",
        "PHOTMJSR": float(f"{np.nanmedian(factor):.6g}"),
        "PIXAR_SR": _PIXEL_SR[frame.detector],
    }
    tables = {f"TIMECOEFF_CH{band.channel}": band for band in _four_channels(frame)}
    return _packed(cards, images, tables)


def background_name(frame: Frame) -> str:
    """Return the name of the frame of empty sky."""
    return f"jw01538090001_02101_00001_{frame.detector.lower()}-{frame.grating.lower()}_cal.fits"


def delivered_name(frame: Frame) -> str:
    """Return the name of the delivered reference."""
    return f"simulated_photom_{frame.name.lower()}.fits"


def _half_map(band: Band, columns: slice, *, is_rising: bool) -> FloatArray:
    n_columns = columns.stop - columns.start
    n_slices = _SLICES[band.channel]
    width = band.wave_max_um - band.wave_min_um
    along = np.linspace(0.0, 1.0, SHAPE[0])
    along = along if is_rising else along[::-1]
    line = along * (1.0 + 2.0 * _EDGE) - _EDGE + _BEND * along * (1.0 - along)
    half = np.zeros((SHAPE[0], n_columns))
    edges = np.linspace(0, n_columns, n_slices + 1).astype(int)
    for i, (low, high) in enumerate(pairwise(edges)):
        inside = np.arange(low, high - _GAP)
        place = (inside - low) // _TILT_STEP * _TILT_STEP / (high - low) - 0.5
        shift = _SHIFT * np.sin(2.4 * i) + _TILT * place
        half[:, inside] = band.wave_min_um + width * (line[:, None] + shift[None, :])
    rounded: FloatArray = np.round(half / _WAVE_STEP_UM) * _WAVE_STEP_UM
    return rounded


def _four_channels(frame: Frame) -> tuple[Band, ...]:
    """Return the bands of all channels in the setting of ``frame``."""
    return tuple(one for one in bands() if one.grating == frame.grating)


def _loss_table(name: str, band: Band) -> Any:
    """Return the loss of the lamps in the form of Law+2025, Eq. 1."""
    edges = np.linspace(band.wave_min_um, band.wave_max_um, _LOSS_BINS + 1)
    wave = 0.5 * (edges[:-1] + edges[1:])
    loss = LampLoss(band)
    last = 1.0 - loss.value(DAY_ZERO_MJD + DAYS[-1], wave)
    amplitude = last / -np.expm1(-DAYS[-1] / loss.days)
    columns = {
        "binwave": wave,
        "acoeff": amplitude,
        "bcoeff": np.full(_LOSS_BINS, 100.0 / loss.days),
        "ccoeff": 1.0 - amplitude,
        "x0": np.full(_LOSS_BINS, DAY_ZERO_MJD),
    }
    return fits.BinTableHDU.from_columns(
        [fits.Column(key, "E", array=values) for key, values in columns.items()], name=name
    )


def _instrument_cards(frame: Frame, filename: str) -> dict[str, Any]:
    return {
        "FILENAME": filename,
        "ORIGIN": "SIMULATED",
        "TELESCOP": "JWST",
        "INSTRUME": "MIRI",
        "DETECTOR": frame.detector,
        "CHANNEL": frame.name[:2],
        "BAND": frame.grating,
        "EXP_TYPE": "MIR_MRS",
    }


def _rounded(values: FloatArray) -> Any:
    """Return ``values`` in float32 with fewer bits, which pack better."""
    mantissa, exponent = np.frexp(values)
    scale = 2.0**_BITS
    return np.ldexp(np.round(mantissa * scale) / scale, exponent).astype(np.float32)


def _packed(
    cards: Mapping[str, Any],
    images: _Images,
    tables: Mapping[str, Band],
) -> bytes:
    primary = fits.PrimaryHDU()
    for keyword, value in cards.items():
        primary.header[keyword] = value
    primary.header["COMMENT"] = "Simulated data: no telescope saw this."
    hdus = [primary]
    for name, (data, header) in images.items():
        hdu = fits.ImageHDU(data, name=name)
        for keyword, value in header.items():
            hdu.header[keyword] = value
        hdus.append(hdu)
    hdus += [_loss_table(name, band) for name, band in tables.items()]
    buffer, packed = io.BytesIO(), io.BytesIO()
    fits.HDUList(hdus).writeto(buffer)
    with gzip.GzipFile(
        filename="", mode="wb", compresslevel=_PACKING_LEVEL, fileobj=packed, mtime=0
    ) as stream:
        stream.write(buffer.getvalue())
    return packed.getvalue()
