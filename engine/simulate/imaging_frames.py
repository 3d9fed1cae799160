"""Images of stars in dithers and subarrays: known point-spread function, background and flux."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from astropy.io import fits

from engine.arrays import FloatArray
from engine.resources import read_toml
from engine.simulate.fits_products import packed_bytes
from engine.simulate.imaging_models import SIRIUS, imager_model_bytes, true_band_flux_jy
from engine.simulate.imaging_program import demo_numbers, imager_stars, published_rows
from engine.simulate.imaging_psf import imager_spread
from engine.simulate.imaging_table import true_factor
from engine.simulate.observations import Made

COORDINATES_NAME = "images/coordinates.ecsv"
_PIXEL_ARCSEC = 0.11
_DO_NOT_USE = 1
_MJD_EPOCH = datetime(1858, 11, 17)
_MJD_2000, _DAYS_PER_YEAR = 51544.5, 365.25
_CLASS_WORDS = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs"}
_ROUNDING = 16.0  # steps to the noise of a pixel: finer ones pack badly and tell nothing


@dataclass(frozen=True, slots=True)
class _Frame:
    """One dither of a visit of ``resources/imaging_frames.toml``, counted from 1."""

    visit: dict[str, Any]
    number: int
    exposure: int  # of the whole program

    @property
    def name(self) -> str:
        """Name of the file, as the archive makes it."""
        program = int(self.visit["program"])
        return f"jw{program:05d}001001_02101_{self.exposure:05d}_mirimage_cal.fits"

    @property
    def place(self) -> tuple[float, float]:
        x, y = self.visit["dithers_px"][self.number - 1]
        return float(x), float(y)


def imaging_files(
    brighter: Mapping[tuple[str, str], float] = MappingProxyType({}),
) -> Iterator[tuple[str, str, Any]]:
    """Yield name, role and what makes each file: models, encircled energies, images.

    Parameters
    ----------
    brighter : mapping of (str, str) to float, optional
        By how much a star is brighter than its model in a filter, a fraction.

    Yields
    ------
    str, str, callable
        Path relative to the folder of the demo; role as in `engine.simulate.demo.DemoFile`; from
        a random generator to the file and its truth.
    """
    yield COORDINATES_NAME, "table", lambda _rng: Made(_coordinates_table(), {})
    stars = dict.fromkeys(visit["star"] for visit in _plan()["visit"])
    for star in (SIRIUS, *stars):
        stem = "sirius" if star == SIRIUS else _stem(imager_stars()[star].header_name)
        filename = f"{stem}_simulated_001.fits"
        yield f"models/{filename}", "model", partial(_model, star, filename)
    for name in dict.fromkeys(visit["filter"] for visit in _plan()["visit"]):
        path = f"references/simulated_encircled_energy_{name.lower()}.ecsv"
        yield path, "reference", partial(_energy_table, name)
    counts: dict[str, int] = {}
    for visit in _plan()["visit"]:
        for number in range(1, len(visit["dithers_px"]) + 1):
            counts[visit["program"]] = counts.get(visit["program"], 0) + 1
            frame = _Frame(visit, number, counts[visit["program"]])
            stem = _stem(imager_stars()[visit["star"]].header_name)
            more = brighter.get((visit["star"], visit["filter"]), 0.0)
            make = partial(_image, frame, more)
            yield f"images/{stem}/{frame.name}.gz", "standard star", make


def _plan() -> dict[str, Any]:
    return read_toml("imaging_frames.toml")


def _stem(name: str) -> str:
    return name.lower().replace(" ", "").replace("+", "_")


def _model(star: str, filename: str, _rng: np.random.Generator) -> Made:
    return Made(imager_model_bytes(star, filename=filename), {})


def _energy_table(name: str, _rng: np.random.Generator) -> Made:
    """Return what a model of the optics says: right outside, too narrow in the core."""
    radius = np.geomspace(0.05, 350.0, 240)
    energy = imager_spread(name).as_modeled().inside(radius)
    text = io.StringIO()
    text.write(_ENERGY_HEAD.format(filter=name))
    wave = published_rows()[name]["pivot_um"]
    for one, part in zip(radius, energy, strict=True):
        text.write(f"{wave:.6g} {one * _PIXEL_ARCSEC:.6g} {part:.7g}\n")
    return Made(text.getvalue().encode(), {})


def _coordinates_table() -> bytes:
    text = io.StringIO()
    text.write(_COORDINATES_HEAD)
    for row in _plan()["coordinates"]:
        motion = row["motion_mas_yr"]
        east, north = ("nan", "nan") if motion == "unknown" else motion
        name = imager_stars()[row["star"]].header_name
        place = f"{row['ra_deg']:.8f} {row['dec_deg']:.8f}"
        text.write(f'"{name}" {place} {east} {north} {row["epoch_year"]}\n')
    return text.getvalue().encode()


def _image(frame: _Frame, brighter: float, rng: np.random.Generator) -> Made:
    """Make one image in MJy/sr, and what is in it."""
    plan, visit = _plan(), frame.visit
    name, subarray, mjd = visit["filter"], visit["subarray"], visit["mjd"]
    numbers = demo_numbers()
    seconds = visit["groups"] * numbers["subarrays"][subarray]["frame_s"]
    factor = true_factor(name, mjd, subarray)
    model_jy = true_band_flux_jy(visit["star"], name)
    rate = 1e-6 * model_jy * (1.0 + brighter) / (factor * numbers["solid_angle_sr"])
    background = numbers["filters"][name]["background_mjy_sr"] / factor
    shape = tuple(plan["size"][subarray])
    star = rate * imager_spread(name).on_pixels(shape, frame.place)
    ground = background * (1.0 + visit.get("structure", 0.0) * _structure(shape))
    expected = star + ground
    noise = np.sqrt(
        expected / (plan["gain_e_per_dn"] * seconds) + (plan["read_noise_dn"] / seconds) ** 2
    )
    bad = rng.random(shape) < plan["bad_pixels"]
    x, y = frame.place
    bad[round(y) - 3 : round(y) + 4, round(x) - 3 : round(x) + 4] = False
    measured = np.where(bad, np.nan, expected + noise * rng.standard_normal(shape))
    grain = float(noise.min()) / _ROUNDING
    header_factor = plan["header_factor"] * published_rows()[name]["asymptote"]
    pointing = rng.normal(0.0, plan["pointing_error_px"], 2)
    content = _file(
        np.round(measured / grain) * grain * header_factor,
        np.round(noise / grain) * grain * header_factor,
        bad,
        cards=_cards(frame, seconds) | _sky_cards(frame, pointing) | {"PHOTMJSR": header_factor},
    )
    truth = {
        "kind": "image",
        "star": visit["star"],
        "program": visit["program"],
        "filter": name,
        "subarray": subarray,
        "mjd": mjd,
        "dither": frame.number,
        "center_px": list(frame.place),
        "rate_dn_s": rate,
        "background_dn_s": background,
        "peak_dn_s": float(expected.max()),
        "integration_s": seconds,
        "factor": factor,
        "model_jy": model_jy,
        "offset_percent": 100.0 * brighter,
    }
    return Made(content, truth)


def _structure(shape: tuple[int, ...]) -> FloatArray:
    """Return stripes and a glow that stay on the detector, from -1 to 1."""
    y, x = np.mgrid[: shape[0], : shape[1]] / np.array(shape)[:, None, None]
    stripes = 0.45 * np.sin(23.0 * x + 3.0 * y) + 0.25 * np.sin(51.0 * y)
    glow: FloatArray = np.exp(-(((y - 0.52) / 0.025) ** 2)) * (0.4 + 0.3 * x)
    return np.asarray(stripes + glow)


def _file(data: FloatArray, error: FloatArray, bad: Any, *, cards: dict[str, Any]) -> bytes:
    primary = fits.PrimaryHDU()
    science = fits.ImageHDU(data.astype(np.float32), name="SCI")
    in_science = {
        "BUNIT", "PHOTMJSR", "PIXAR_SR", "PIXAR_A2", "RADESYS", "SRCTYPE", "MJD-AVG",
        *(key for key in cards if key.startswith(("CTYPE", "CUNIT", "CRPIX", "CRVAL", "CD"))),
    }  # fmt: skip
    for keyword, value in cards.items():
        (science if keyword in in_science else primary).header[keyword] = value
    primary.header["COMMENT"] = "Simulated data: no telescope saw this."
    flags = fits.ImageHDU(np.where(bad, _DO_NOT_USE, 0).astype(np.uint32), name="DQ")
    errors = fits.ImageHDU(error.astype(np.float32), name="ERR")
    return packed_bytes([primary, science, errors, flags])


def _cards(frame: _Frame, seconds: float) -> dict[str, Any]:
    visit = frame.visit
    star = imager_stars()[visit["star"]]
    mjd = visit["mjd"] + (frame.number - 1) * (seconds + 40.0) / 86400.0
    begin = _MJD_EPOCH + timedelta(days=mjd)
    ra, dec = _place_on_sky(visit["star"], mjd)
    rows, columns = _plan()["size"][visit["subarray"]]
    is_masked = visit["subarray"].startswith("MASK")
    return {
        "DATE": (begin + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S.000"),
        "ORIGIN": "SIMULATED",
        "FILENAME": frame.name,
        "TELESCOP": "JWST",
        "DATAMODL": "ImageModel",
        "CAL_VER": "1.15.1",
        "CRDS_CTX": "jwst_1256.pmap",
        "TITLE": f"Simulated absolute flux calibration ({_CLASS_WORDS[star.star_class]})",
        "CATEGORY": "CAL",
        "PROGRAM": f"{int(visit['program']):05d}",
        "OBSERVTN": f"{_observation(visit):03d}",
        "VISIT": "001",
        "EXPOSURE": str(frame.exposure),
        "TARGPROP": star.header_name.upper().replace(" ", "-"),
        "TARGNAME": star.header_name,
        "TARGTYPE": "FIXED",
        "TARG_RA": ra,
        "TARG_DEC": dec,
        "SRCTYPE": "POINT",
        "INSTRUME": "MIRI",
        "DETECTOR": "MIRIMAGE",
        "FILTER": visit["filter"],
        "EXP_TYPE": "MIR_4QPM" if is_masked else "MIR_IMAGE",
        "READPATT": "FASTR1",
        "NINTS": 10,
        "NGROUPS": visit["groups"],
        "TGROUP": demo_numbers()["subarrays"][visit["subarray"]]["frame_s"],
        "EFFINTTM": seconds,
        "EFFEXPTM": 10 * seconds,
        "DATE-OBS": begin.strftime("%Y-%m-%d"),
        "TIME-OBS": begin.strftime("%H:%M:%S.000"),
        "EXPMID": mjd,
        "MJD-AVG": mjd,
        "SUBARRAY": visit["subarray"],
        "SUBSIZE1": columns,
        "SUBSIZE2": rows,
        "PATTTYPE": "4-POINT-SETS",
        "PATT_NUM": frame.number,
        "NUMDTHPT": len(visit["dithers_px"]),
        "S_FLAT": "COMPLETE",
        "S_PHOTOM": "COMPLETE",
        "S_RESAMP": "SKIPPED",
        "BUNIT": "MJy/sr",
        "PIXAR_SR": demo_numbers()["solid_angle_sr"],
        "PIXAR_A2": _PIXEL_ARCSEC**2,
    }


def _observation(visit: dict[str, Any]) -> int:
    """Return the place of a visit among those of the plan, from 1."""
    return int(_plan()["visit"].index(visit)) + 1


def _sky_cards(frame: _Frame, pointing_px: FloatArray) -> dict[str, Any]:
    """Return a sky plane that puts the star where it is, but for an error of the pointing."""
    ra, dec = _place_on_sky(frame.visit["star"], frame.visit["mjd"])
    angle, step = np.deg2rad(_plan()["rotation_deg"]), _PIXEL_ARCSEC / 3600.0
    x, y = frame.place
    return {
        "RADESYS": "ICRS", "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
        "CUNIT1": "deg", "CUNIT2": "deg",
        "CRPIX1": x + 1.0 + float(pointing_px[0]), "CRPIX2": y + 1.0 + float(pointing_px[1]),
        "CRVAL1": ra, "CRVAL2": dec,
        "CD1_1": -step * float(np.cos(angle)), "CD1_2": step * float(np.sin(angle)),
        "CD2_1": step * float(np.sin(angle)), "CD2_2": step * float(np.cos(angle)),
    }  # fmt: skip


def _place_on_sky(star: str, mjd: float) -> tuple[float, float]:
    """Return (RA, Dec) on a date, in deg."""
    row = next(one for one in _plan()["coordinates"] if one["star"] == star)
    if row["motion_mas_yr"] == "unknown":
        return row["ra_deg"], row["dec_deg"]
    years = 2000.0 + (mjd - _MJD_2000) / _DAYS_PER_YEAR - row["epoch_year"]
    east, north = (one * years / 3.6e6 for one in row["motion_mas_yr"])
    return row["ra_deg"] + east / np.cos(np.deg2rad(row["dec_deg"])), row["dec_deg"] + north


_ENERGY_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {{name: wave_um, unit: um, datatype: float64}}
# - {{name: radius_arcsec, unit: arcsec, datatype: float64}}
# - {{name: encircled_energy, datatype: float64}}
# meta: {{kind: encircled energy, filter: {filter}}}
# schema: astropy-2.0
wave_um radius_arcsec encircled_energy
"""
_COORDINATES_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: name, datatype: string}
# - {name: ra_deg, unit: deg, datatype: float64}
# - {name: dec_deg, unit: deg, datatype: float64}
# - {name: pm_ra_mas_yr, unit: mas / yr, datatype: float64}
# - {name: pm_dec_mas_yr, unit: mas / yr, datatype: float64}
# - {name: epoch_year, unit: yr, datatype: float64}
# meta: {kind: coordinates}
# schema: astropy-2.0
name ra_deg dec_deg pm_ra_mas_yr pm_dec_mas_yr epoch_year
"""
