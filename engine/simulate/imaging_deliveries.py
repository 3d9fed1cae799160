"""Photom references of imaging that were delivered before, as Gordon+2025, Fig. 9, shows them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from astropy.io import fits

from engine.resources import read_toml
from engine.simulate.fits_products import file_bytes
from engine.simulate.imaging_program import DAY_ZERO_MJD, demo_numbers, published_rows

_MASKS = {"F1065C": "MASK1065", "F1140C": "MASK1140", "F1550C": "MASK1550", "F2300C": "MASKLYOT"}


def delivery_files() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield name and maker of each earlier photom reference of the demo.

    The first one is constant and lacks FND; the second holds the loss with time in the form of
    jwst 1.18 and later. Both are off in the filters in which Fig. 9 shows them to be.
    """
    for delivery in demo_numbers()["delivery"]:
        name = f"references/{delivery['name']}"
        yield name, partial(_reference, delivery, filename=delivery["name"])


def _reference(delivery: dict[str, Any], *, filename: str) -> bytes:
    """Return one reference as the bytes of a FITS file."""
    rows = [
        (name, subarray)
        for name in published_rows()
        if name != "FND"
        for subarray in _subarrays(name, with_subarrays=bool(delivery["subarrays"]))
    ]
    factors = np.array([_factor(name, delivery) for name, _ in rows])
    primary = fits.PrimaryHDU()
    for key, value in {
        "FILENAME": filename,
        "DATAMODL": "MirImgPhotomModel",
        "TELESCOP": "JWST",
        "INSTRUME": "MIRI",
        "DETECTOR": "MIRIMAGE",
        "EXP_TYPE": "MIR_IMAGE",
        "REFTYPE": "PHOTOM",
        "PEDIGREE": "INFLIGHT 2022-05-01 2022-07-12",
        "DESCRIP": "Simulated photom reference, delivered earlier",
        "AUTHOR": "Simulated",
        "USEAFTER": delivery["useafter"],
        "PIXAR_SR": demo_numbers()["solid_angle_sr"],
    }.items():
        primary.header[key] = value
    hdus = [
        primary,
        _table("PHOTOM", rows, {"photmjsr": factors, "uncertainty": 0.02 * factors}),
    ]
    if delivery["has_loss"]:
        bands = [published_rows()[name] for name, _ in rows]
        share = np.array([-one["amplitude"] / one["asymptote"] for one in bands])
        loss = {
            "t0": np.full(len(rows), DAY_ZERO_MJD),
            "amplitude": share / (1.0 - share),
            "tau": np.array([one["tau_days"] for one in bands]),
            "const": np.ones(len(rows)),
        }
        hdus.append(_table("TIMECOEFF_EXPONENTIAL", rows, loss))
    return file_bytes(hdus)


def _subarrays(name: str, *, with_subarrays: bool) -> tuple[str, ...]:
    if name in _MASKS:
        return (_MASKS[name],)
    known = read_toml("published/gordon2025_factors.toml")["throughput"]
    return tuple(known) if with_subarrays else ("GENERIC",)


def _factor(name: str, delivery: dict[str, Any]) -> float:
    """Return the factor in the end, off as the delivery says in per cent."""
    band = published_rows()[name]
    level = band["asymptote"] if delivery["has_loss"] else band["asymptote"] + band["amplitude"]
    percent = delivery["percent"].get(name, delivery["percent"].get(band["kind"], 0.0))
    return float(level * (1.0 + 0.01 * percent))


def _table(name: str, rows: list[tuple[str, str]], numbers: dict[str, Any]) -> Any:
    columns = [
        fits.Column("filter", "12A", array=np.array([one for one, _ in rows])),
        fits.Column("subarray", "17A", array=np.array([one for _, one in rows])),
    ]
    columns += [
        fits.Column(key, "E", array=np.asarray(values, dtype=np.float32))
        for key, values in numbers.items()
    ]
    return fits.BinTableHDU.from_columns(columns, name=name)
