"""Exposures of the simulated nebula, and a flat with the response in it, as FITS files."""

import gzip
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from astropy.io import fits

from engine.arrays import FloatArray
from engine.simulate.nebula import (
    DEMO_STRIPS,
    FEATURE_UM,
    StripDetector,
    draw_exposure,
    feature,
    line_ranges,
    mosaic,
    strip_maps,
    true_flat,
)
from engine.simulate.observations import Made

#: Strip of the reference in which flat and response are one (Law+2025, footnote 11).
REFERENCE_STRIP = StripDetector("1A", 4.95, 0.0045)
_GRATING = {"A": "SHORT", "B": "MEDIUM", "C": "LONG"}
_PACKING_LEVEL = 1
_FIRST_MJD = 59830.0
_PLACE_BITS, _WAVE_BITS, _RATE_BITS, _ERROR_BITS = 14, 18, 13, 6
_REFERENCE_NOISE = 0.002

_Images = Mapping[str, tuple[Any, Mapping[str, Any]]]


def nebula_names() -> tuple[tuple[StripDetector, int, str], ...]:
    """Return strip, pointing and file name of each exposure of the demo."""
    return tuple(
        (strip, number, _name(strip, number))
        for strip in DEMO_STRIPS
        for number in range(len(mosaic(strip)))
    )


def nebula_exposure(strip: StripDetector, number: int, seed: int, rng: np.random.Generator) -> Made:
    """Make one exposure in DN/s.

    Parameters
    ----------
    strip : StripDetector
        Detector; its flat follows from ``seed`` alone, so that all exposures share it.
    number : int
        Which of the pointings.
    seed : int
        Of the demo.
    rng : numpy.random.Generator
        Draws the noise.
    """
    flat = strip_flat(strip, seed)
    pointing = mosaic(strip)[number]
    found = draw_exposure(strip, flat, pointing, rng)
    maps, lit = found.maps, found.maps.slices > 0
    unit = {"BUNIT": "DN/s"}
    middle = _FIRST_MJD + number / 48.0
    images: _Images = {
        "SCI": (
            _rounded(found.rate, _RATE_BITS),
            unit | {"SRCTYPE": "EXTENDED", "MJD-AVG": middle},
        ),
        "ERR": (_rounded(found.error, _ERROR_BITS), unit),
        "DQ": (np.where(lit, 0, 513).astype(np.uint32), {}),
        "REGIONS": (maps.slices.astype(np.int32), {}),
        "WAVELENGTH": (_grid(np.nan_to_num(maps.wave_um), _WAVE_BITS), {"BUNIT": "um"}),
        "ALPHA": (_grid(maps.alpha_arcsec, _PLACE_BITS), {"BUNIT": "arcsec"}),
        "BETA": (_grid(maps.beta_arcsec, _PLACE_BITS), {"BUNIT": "arcsec"}),
    }
    cards = _cards(strip, _name(strip, number)) | {
        "DATAMODL": "IFUImageModel",
        "CAL_VER": "1.15.1",
        "CRDS_CTX": "jwst_1276.pmap",
        "TITLE": "Simulated planetary nebula for flat fields",
        "TARGNAME": "NGC 7027",
        "TARGPROP": "NGC-7027",
        "PROGRAM": "01523",
        "OBSERVTN": f"{1 + number // 2:03d}",
        "VISIT": "001",
        "EXPOSURE": str(1 + number % 2),
        "BKGDTARG": False,
        "LAMP": "OFF",
        "SRCTYAPT": "EXTENDED",
        "DATE-OBS": "2022-09-08",
        "EXPMID": middle,
        "S_STRAY": "COMPLETE",
        "S_FRINGE": "COMPLETE",
        "S_FLAT": "SKIPPED",
        "S_PHOTOM": "SKIPPED",
    }
    truth: dict[str, Any] = {
        "kind": "exposure of a nebula in DN/s",
        "band": strip.band,
        "pointing_arcsec": list(pointing),
    }
    if number == 0:
        truth |= {"pixel_flat": np.round(flat, 5), "line_ranges_um": line_ranges(strip)}
    if number == 0 and strip.band == "2C":
        wave = np.linspace(*FEATURE_UM, 101)
        truth |= {"feature_wave_um": wave, "feature": feature(wave)}
    return Made(_packed(cards, images), truth)


def strip_flat(strip: StripDetector, seed: int) -> FloatArray:
    """Return the flat of a strip in the demo of ``seed``, the feature of 11.6 um included."""
    rng = np.random.default_rng([seed, 15, ord(strip.band[0]), ord(strip.band[1])])
    flat: FloatArray = true_flat(strip, rng) * feature(strip_maps(strip, (0.0, 0.0)).wave_um)
    return flat


def ground_response(wave_um: FloatArray) -> FloatArray:
    """Return the response over wavelength of the two-dimensional reference of 1A."""
    rise = 60.0 / (1.0 + np.exp(-(wave_um - 4.9) / 0.12))
    result: FloatArray = rise * (1.0 - 0.25 * (wave_um - 5.3) ** 2)
    return result


def combined_reference(filename: str, seed: int, rng: np.random.Generator) -> Made:
    """Make the reference of 1A in which flat and response are one image."""
    strip = REFERENCE_STRIP
    maps, flat = strip_maps(strip, (0.0, 0.0)), strip_flat(strip, seed)
    response = ground_response(maps.wave_um)
    data = flat * response * (1.0 + _REFERENCE_NOISE * rng.standard_normal(flat.shape))
    lit = maps.slices > 0
    images: _Images = {
        "SCI": (_rounded(data, _RATE_BITS), {}),
        "ERR": (_rounded(_REFERENCE_NOISE * data, _ERROR_BITS), {}),
        "DQ": (np.where(lit, 0, 1).astype(np.uint32), {}),
        "REGIONS": (maps.slices.astype(np.int32), {}),
        "WAVELENGTH": (_grid(np.nan_to_num(maps.wave_um), _WAVE_BITS), {"BUNIT": "um"}),
    }
    cards = _cards(strip, filename) | {
        "DATAMODL": "FlatModel",
        "REFTYPE": "FLAT",
        "PEDIGREE": "GROUND",
        "DESCRIP": "Simulated flat with the response in it",
        "AUTHOR": "Simulated",
        "USEAFTER": "2022-04-11T00:00:00",
    }
    wave = np.linspace(np.nanmin(maps.wave_um), np.nanmax(maps.wave_um), 61)
    truth = {
        "kind": "flat with the response in it",
        "band": strip.band,
        "pixel_flat": np.round(flat, 5),
        "response_wave_um": wave,
        "response": ground_response(wave),
    }
    return Made(_packed(cards, images), truth)


def _name(strip: StripDetector, number: int) -> str:
    return (
        f"jw01523{1 + number // 2:03d}001_02101_{1 + number % 2:05d}_mirifushort-"
        f"{strip.band.lower()}_cal.fits"
    )


def _cards(strip: StripDetector, filename: str) -> dict[str, Any]:
    return {
        "FILENAME": filename,
        "ORIGIN": "SIMULATED",
        "TELESCOP": "JWST",
        "INSTRUME": "MIRI",
        "DETECTOR": "MIRIFUSHORT",
        "CHANNEL": strip.band[0],
        "BAND": _GRATING[strip.band[1]],
        "EXP_TYPE": "MIR_MRS",
    }


def _rounded(values: FloatArray, bits: int) -> Any:
    """Return ``values`` in float32 with fewer bits, which pack better."""
    mantissa, exponent = np.frexp(values)
    scale = 2.0**bits
    return np.ldexp(np.round(mantissa * scale) / scale, exponent).astype(np.float32)


def _grid(values: FloatArray, bits: int) -> Any:
    """Return ``values`` on a grid of powers of two, in float32."""
    return (np.round(values * 2.0**bits) / 2.0**bits).astype(np.float32)


def _packed(cards: Mapping[str, Any], images: _Images) -> bytes:
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
    buffer, packed = io.BytesIO(), io.BytesIO()
    fits.HDUList(hdus).writeto(buffer)
    with gzip.GzipFile(
        filename="", mode="wb", compresslevel=_PACKING_LEVEL, fileobj=packed, mtime=0
    ) as stream:
        stream.write(buffer.getvalue())
    return packed.getvalue()
