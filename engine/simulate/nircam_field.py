"""A field that NIRCam sees in several epochs: sources, arrays, and what each array adds to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import FloatArray
from engine.resources import read_toml

FILTERS = {"F150W": "short", "F200W": "short", "F356W": "long", "F444W": "long"}
_SHORT_PLACES = {"1": (-1, -1), "2": (-1, 1), "3": (1, -1), "4": (1, 1)}  # in module A


@dataclass(frozen=True, slots=True)
class Epoch:
    """One visit to the field.

    Attributes
    ----------
    label, date : str
        ``"1"``; day of the exposure.
    mjd : float
        Unit: d.
    is_turned : bool
        Whether the field is turned by 180 deg against the first epoch.
    """

    label: str
    date: str
    mjd: float
    is_turned: bool


@dataclass(frozen=True, slots=True)
class ArrayTerm:
    """What the calibration of one array id gets wrong.

    Attributes
    ----------
    delta_ab : float
        m_A - m_B at the middle of both modules. Unit: mag.
    slope : float
        k: the sum of the gradients of both modules, each having half. Unit: mag / arcmin.
    """

    delta_ab: float
    slope: float = 0.0

    def error(self, module: str, x_arcmin: FloatArray) -> FloatArray:
        """Return what is added to magnitudes at places along the direction from A to B."""
        offset = self.delta_ab if module == "A" else 0.0
        return offset - 0.5 * self.slope * x_arcmin


Terms = Mapping[tuple[str, str], ArrayTerm]  # by filter and array id


@dataclass(frozen=True, eq=False, slots=True)
class Sky:
    """Sources of the field; a row each.

    Attributes
    ----------
    x_arcmin, y_arcmin : ndarray, shape (n,)
        Place along the long side of the field in the first epoch, and across it.
    mags : mapping of str to ndarray, shape (n,)
        True magnitudes by filter.
    changes : ndarray, shape (n,)
        What variable sources add in the second epoch. Unit: mag.
    """

    x_arcmin: FloatArray
    y_arcmin: FloatArray
    mags: Mapping[str, FloatArray]
    changes: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """What one epoch measures in one filter; a row a source.

    Attributes
    ----------
    source : ndarray of int, shape (n,)
        Row of the sky.
    x_arcmin, y_arcmin : ndarray, shape (n,)
        Measured place, as in `Sky`.
    mag, mag_error : ndarray, shape (n,)
        With everything added; the error is that of the photons alone.
    module, array : ndarray of str, shape (n,)
        The array that saw the source.
    """

    source: "np.ndarray[Any, np.dtype[np.int64]]"
    x_arcmin: FloatArray
    y_arcmin: FloatArray
    mag: FloatArray
    mag_error: FloatArray
    module: "np.ndarray[Any, np.dtype[np.str_]]"
    array: "np.ndarray[Any, np.dtype[np.str_]]"


def demo_numbers() -> dict[str, Any]:
    """Return the settings of the demo."""
    return read_toml("nircam_demo.toml")


def epochs() -> tuple[Epoch, ...]:
    """Return the epochs in order of time."""
    return tuple(
        Epoch(one["label"], one["date"], one["mjd"], one["turned"])
        for one in demo_numbers()["epoch"]
    )


def published_terms() -> dict[tuple[str, str], ArrayTerm]:
    """Return Table 2 of Ma+2023."""
    return {
        (one["filter"], one["id"]): ArrayTerm(one["delta_ab"], one.get("slope", 0.0))
        for one in read_toml("published/ma2023_table2.toml")["array"]
    }


def earlier_terms() -> dict[tuple[str, str], ArrayTerm]:
    """Return the terms of the earlier calibration."""
    rows = demo_numbers()["earlier"]["offsets"]
    return {(name, array): ArrayTerm(delta, slope) for name, array, delta, slope in rows}


def array_places(channel: str) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Return middle and side of each array along and across the direction from A to B, in arcmin.

    Parameters
    ----------
    channel : str
        ``"short"`` or ``"long"``.

    Returns
    -------
    dict
        By module and id. The layout of B is that of A turned by 180 deg, so that arrays of one id
        see the same sky in turned epochs.
    """
    field = demo_numbers()["field"]
    middle = field["module_arcmin"]
    if channel == "long":
        side = field["long_wave_arcsec"] / 60.0
        return {("A", "long"): (-middle, 0.0, side), ("B", "long"): (middle, 0.0, side)}
    side = field["short_wave_arcsec"] / 60.0
    step = 0.5 * (side + field["gap_arcsec"] / 60.0)
    found = {}
    for array, (column, row) in _SHORT_PLACES.items():
        x, y = -middle + column * step, row * step
        found["A", array] = (x, y, side)
        found["B", array] = (-x, -y, side)
    return found


def draw_sky(rng: np.random.Generator) -> Sky:
    """Draw the sources of the field."""
    settings = demo_numbers()["sources"]
    field = demo_numbers()["field"]
    half_x = field["module_arcmin"] + 0.55 * field["long_wave_arcsec"] / 60.0
    half_y = 0.55 * field["long_wave_arcsec"] / 60.0
    n = round(settings["per_arcmin2"] * 4.0 * half_x * half_y)
    low, high = (10.0 ** (settings["slope"] * settings[one]) for one in ("brightest", "faintest"))
    base = np.log10(low + (high - low) * rng.random(n)) / settings["slope"]
    changes = np.zeros(n)
    bright = np.flatnonzero(base < 21.0)[: settings["variable"]]
    changes[bright] = settings["variable_mag"]
    return Sky(
        x_arcmin=rng.uniform(-half_x, half_x, n),
        y_arcmin=rng.uniform(-half_y, half_y, n),
        mags={name: base + settings["color_scatter"] * rng.standard_normal(n) for name in FILTERS},
        changes=changes,
    )


def measure(
    sky: Sky,
    epoch: Epoch,
    filter_name: str,
    terms: Terms,
    rng: np.random.Generator,
    *,
    time_mag: float = 0.0,
) -> Measured:
    """Measure the sources of the field in one epoch and filter.

    Parameters
    ----------
    sky : Sky
        The sources.
    epoch : Epoch
        Decides which array sees a source, and whether variables have changed.
    filter_name : str
        A key of `FILTERS`.
    terms : mapping
        What the arrays add.
    rng : numpy.random.Generator
        Draws the noise.
    time_mag : float, optional
        What everything is fainter by in this epoch. Unit: mag.

    Returns
    -------
    Measured
        Sources on some array.
    """
    noise = demo_numbers()["noise"]
    sign = -1.0 if epoch.is_turned else 1.0
    rows, modules, arrays = [], [], []
    for (module, array), (x, y, side) in array_places(FILTERS[filter_name]).items():
        inside = np.flatnonzero(
            (np.abs(sign * sky.x_arcmin - x) < side / 2)
            & (np.abs(sign * sky.y_arcmin - y) < side / 2)
        )
        rows.append(inside)
        modules += [module] * inside.size
        arrays += [array] * inside.size
    source = np.concatenate(rows)
    module_of, array_of = np.array(modules, dtype=np.str_), np.array(arrays, dtype=np.str_)
    mag = sky.mags[filter_name][source] + time_mag
    mag = mag + (sky.changes[source] if epoch.is_turned else 0.0)
    error = noise["error_20_mag"] * 10.0 ** (0.2 * (mag - 20.0))
    for module in ("A", "B"):
        for array in sorted(set(arrays)):
            here = (module_of == module) & (array_of == array)
            x_own = sign * sky.x_arcmin[source[here]]
            mag[here] += terms[filter_name, array].error(module, x_own)
    mag = mag + np.hypot(error, noise["scatter_mag"]) * rng.standard_normal(source.size)
    shift = np.array(noise["shift_mas"] if epoch.is_turned else [0.0, 0.0])
    angle = np.deg2rad(demo_numbers()["field"]["angle_deg"])
    along = shift @ [np.sin(angle), np.cos(angle)]
    across = shift @ [np.cos(angle), -np.sin(angle)]  # across: a quarter turn east of along
    jitter = noise["jitter_mas"] * rng.standard_normal((2, source.size))
    return Measured(
        source=source,
        x_arcmin=sky.x_arcmin[source] + (along + jitter[0]) / 6e4,
        y_arcmin=sky.y_arcmin[source] + (across + jitter[1]) / 6e4,
        mag=mag,
        mag_error=error,
        module=module_of,
        array=array_of,
    )


def sky_position(x_arcmin: FloatArray, y_arcmin: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return right ascension and declination of places in the field. Unit: deg."""
    field = demo_numbers()["field"]
    angle = np.deg2rad(field["angle_deg"])
    x, y = (np.deg2rad(one / 60.0) for one in (x_arcmin, y_arcmin))
    xi = x * np.sin(angle) + y * np.cos(angle)
    eta = x * np.cos(angle) - y * np.sin(angle)
    ra0, dec0 = np.deg2rad(field["center_deg"])
    below = np.cos(dec0) - eta * np.sin(dec0)
    ra = ra0 + np.arctan2(xi, below)
    dec = np.arctan2(np.sin(dec0) + eta * np.cos(dec0), np.hypot(xi, below))
    return np.rad2deg(ra) % 360.0, np.rad2deg(dec)
