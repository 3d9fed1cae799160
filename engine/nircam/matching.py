"""The same sources in two epochs of NIRCam imaging (Ma+2023, Secs. 2 and 3.1, Fig. 3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np
from scipy.spatial import cKDTree

from engine.arrays import BoolArray, FloatArray, IntArray, frozen
from engine.errors import DataError
from engine.model.nircam import ARRAYS
from engine.nircam.source_catalog import SourceCatalog

_MAS = 3.6e6  # in a degree
_NAN = float("nan")

Turn = Literal["turned", "same", "mixed"]


@dataclass(frozen=True, slots=True)
class MatchParams:
    """What the user decides about matching.

    Attributes
    ----------
    measured_in : {"catalogs", "images"}
        Where magnitudes come from when both are open; else from what there is.
    radius_arcsec : float
        Largest distance between the positions of one source in two epochs. Unit: arcsec.
    faintest_mag : float
        Sources fainter than this, in the mean of both epochs, take no part. Unit: mag (AB).
    brightest_mag : float
        Sources brighter than this may be saturated and take no part. Unit: mag (AB).
    """

    measured_in: Literal["catalogs", "images"] = "catalogs"
    radius_arcsec: float = 0.3
    faintest_mag: float = 22.0
    brightest_mag: float = 14.0


@dataclass(frozen=True, slots=True)
class Shift:
    """Residual offsets of positions along one direction.

    Attributes
    ----------
    median_mas, mad_mas : float
        Median, and median absolute deviation about it. Unit: milliarcsec.
    """

    median_mas: float
    mad_mas: float


@dataclass(frozen=True, eq=False)
class EpochPair:
    """Sources that two epochs share, in one filter and one version of the calibration.

    Attributes
    ----------
    filter, calibration : str
        ``"F150W"``; context of the reference files, or ``""``.
    first, second : str
        Labels of the epochs, in order of time.
    ids : tuple of str
        Of the sources, as in the catalog of the first epoch.
    arrays : tuple of str
        Id of the array that saw the source in both epochs: ``"1"`` to ``"4"``, ``"long"``.
    modules_first, modules_second : tuple of str
        Module that saw the source in each epoch.
    ra_deg, dec_deg : ndarray, shape (n,)
        Position in the first epoch. Unit: deg.
    mag_first, mag_second : ndarray, shape (n,)
        Magnitudes. Unit: mag (AB).
    error : ndarray, shape (n,)
        Of the difference of both. Unit: mag. NaN: not known.
    east_mas, north_mas : ndarray, shape (n,)
        Second position minus the first one. Unit: milliarcsec.
    reasons : tuple of str
        Why a source is left out; ``""``: it is used.
    n_first, n_second : int
        Sources in reach of the magnitude limits in each epoch.
    center_deg : tuple of float or None
        Point that the field turns about, as the catalogs say. Unit: deg.
    angle_deg : float
        Turn of the field between the epochs, as the catalogs say. Unit: deg. NaN: not said.
    """

    filter: str
    calibration: str
    first: str
    second: str
    ids: tuple[str, ...]
    arrays: tuple[str, ...]
    modules_first: tuple[str, ...]
    modules_second: tuple[str, ...]
    ra_deg: FloatArray
    dec_deg: FloatArray
    mag_first: FloatArray
    mag_second: FloatArray
    error: FloatArray
    east_mas: FloatArray
    north_mas: FloatArray
    reasons: tuple[str, ...]
    n_first: int
    n_second: int
    center_deg: tuple[float, float] | None = None
    angle_deg: float = _NAN

    @cached_property
    def delta(self) -> FloatArray:
        """Second magnitude minus the first one. Unit: mag."""
        return frozen(self.mag_second - self.mag_first)

    @cached_property
    def used(self) -> BoolArray:
        """Whether a source takes part."""
        return frozen([not one for one in self.reasons], dtype=bool)

    @cached_property
    def is_p(self) -> BoolArray:
        """Sources that module B saw first, then A."""
        return self._is("B", "A")

    @cached_property
    def is_q(self) -> BoolArray:
        """Sources that module A saw first, then B."""
        return self._is("A", "B")

    @property
    def turn(self) -> Turn:
        """Whether the other module saw the sources in the second epoch."""
        changed = np.count_nonzero(self.is_p | self.is_q)
        if changed == 0:
            return "same"
        return "turned" if changed > 0.9 * len(self) else "mixed"

    @property
    def title(self) -> str:
        """For example ``"F444W, epochs 1 and 2"``."""
        context = f", {self.calibration}" if self.calibration else ""
        return f"{self.filter}, epochs {self.first} and {self.second}{context}"

    def __len__(self) -> int:
        """Return the number of sources."""
        return len(self.ids)

    def of_array(self, array: str) -> BoolArray:
        """Tell which sources fell on the arrays called ``array``."""
        where: BoolArray = np.array(self.arrays, dtype=np.str_) == array
        return where

    def shift(self, direction: Literal["east", "north"]) -> Shift:
        """Return median and MAD of the offsets of the sources in use; NaN without any."""
        values = (self.east_mas if direction == "east" else self.north_mas)[self.used]
        if not values.size:
            return Shift(_NAN, _NAN)
        median = float(np.median(values))
        return Shift(median, float(np.median(np.abs(values - median))))

    def _is(self, first: str, second: str) -> BoolArray:
        pairs = zip(self.modules_first, self.modules_second, strict=True)
        return frozen([pair == (first, second) for pair in pairs], dtype=bool)


@dataclass(frozen=True, eq=False, slots=True)
class EpochMatches:
    """What `match_epochs` found.

    Attributes
    ----------
    pairs : tuple of EpochPair
        By filter and calibration, epochs in order of time; those without common sources are not
        there.
    epochs : tuple of str
        Labels of all epochs in order of time.
    messages : tuple of str
        What the user should know.
    """

    pairs: tuple[EpochPair, ...]
    epochs: tuple[str, ...]
    messages: tuple[str, ...] = ()


def match_epochs(
    catalogs: Sequence[SourceCatalog], params: MatchParams = MatchParams()
) -> EpochMatches:
    """Match the sources of every two epochs in each filter.

    Parameters
    ----------
    catalogs : sequence of SourceCatalog
        Any number, of any filters and epochs. Sources that are left out are matched all the same.
    params : MatchParams, optional
        Radius and limits.

    Returns
    -------
    EpochMatches
        A source is matched within arrays of one id: two positions belong together when each is
        the nearest to the other. A source without an error in one epoch has none.

    Raises
    ------
    DataError
        If there is only one epoch, or no two epochs share a source.
    """
    rows = _Rows(catalogs)
    if len(rows.epochs) < 2:
        only = f"epoch {rows.epochs[0]}" if rows.epochs else "no epoch"
        raise DataError(
            f"The open catalogs hold {only}: nothing to compare with.",
            hint="Open catalogs of another epoch in which the field is turned by 180°.",
        )
    pairs, messages = [], []
    for setup in rows.setups:
        there = [one for one in rows.epochs if rows.where(setup, one).size]
        if len(there) < 2:
            messages.append(f"{setup[0]} was observed in epoch {there[0]} only.")
        for first, second in combinations(there, 2):
            pair = _matched(rows, setup, (first, second), params)
            if len(pair):
                pairs.append(pair)
            else:
                messages.append(_nothing_shared(rows, setup, (first, second), params))
    if not pairs:
        raise DataError(
            messages[0] if messages else "No filter was observed in two epochs.",
            hint="Check the coordinates, or match in a wider radius and to fainter sources.",
        )
    return EpochMatches(tuple(pairs), rows.epochs, (*messages, *_remarks(pairs)))


class _Rows:
    """All rows of all catalogs in one table."""

    def __init__(self, catalogs: Sequence[SourceCatalog]) -> None:
        self.ids = _joined(one.ids for one in catalogs)
        self.reasons = _joined(one.reasons for one in catalogs)
        self.modules = np.array(_joined(one.modules for one in catalogs), dtype=np.str_)
        self.arrays = np.array(_joined(one.arrays for one in catalogs), dtype=np.str_)
        self._epochs = np.array(_joined(one.epochs for one in catalogs), dtype=np.str_)
        filters = _joined(one.filters for one in catalogs)
        contexts = _joined(one.calibrations for one in catalogs)
        self._setups = list(zip(filters, contexts, strict=True))
        self.ra, self.dec, self.mag, self.error, self._time, self.angle = (
            np.concatenate([getattr(one, name) for one in catalogs] or [np.zeros(0)])
            for name in ("ra_deg", "dec_deg", "mag", "mag_error", "time_mjd", "angle_deg")
        )
        self.center = next((one.center_deg for one in catalogs if one.center_deg), None)
        self.setups = sorted(set(self._setups))
        self.epochs = tuple(sorted(set(self._epochs.tolist()), key=self._order))

    def _order(self, epoch: str) -> tuple[float, str]:
        times = self._time[(self._epochs == epoch) & np.isfinite(self._time)]
        return (float(times.min()) if times.size else np.inf, epoch)

    def where(self, setup: tuple[str, str], epoch: str) -> IntArray:
        is_setup = np.array([one == setup for one in self._setups], dtype=bool)
        return np.flatnonzero(is_setup & (self._epochs == epoch))


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(one for part in parts for one in part)


def _matched(
    rows: _Rows, setup: tuple[str, str], epochs: tuple[str, str], params: MatchParams
) -> EpochPair:
    sides = [rows.where(setup, one) for one in epochs]
    found = []
    for array in ARRAYS:
        inside = [side[rows.arrays[side] == array] for side in sides]
        found.append(_mutual_nearest(rows, inside[0], inside[1], params.radius_arcsec))
    first, second = (np.concatenate([pair[i] for pair in found]) for i in (0, 1))
    mean = 0.5 * (rows.mag[first] + rows.mag[second])
    bright = (mean <= params.faintest_mag) & (mean >= params.brightest_mag)
    first, second = first[bright], second[bright]
    east = (rows.ra[second] - rows.ra[first] + 180.0) % 360.0 - 180.0
    counts = [
        int(np.count_nonzero(
            (rows.mag[one] <= params.faintest_mag) & (rows.mag[one] >= params.brightest_mag)
        ))
        for one in sides
    ]  # fmt: skip
    return EpochPair(
        filter=setup[0],
        calibration=setup[1],
        first=epochs[0],
        second=epochs[1],
        ids=tuple(rows.ids[i] for i in first),
        arrays=tuple(rows.arrays[first].tolist()),
        modules_first=tuple(rows.modules[first].tolist()),
        modules_second=tuple(rows.modules[second].tolist()),
        ra_deg=frozen(rows.ra[first]),
        dec_deg=frozen(rows.dec[first]),
        mag_first=frozen(rows.mag[first]),
        mag_second=frozen(rows.mag[second]),
        error=frozen(np.hypot(rows.error[first], rows.error[second])),
        east_mas=frozen(_MAS * east * np.cos(np.deg2rad(rows.dec[first]))),
        north_mas=frozen(_MAS * (rows.dec[second] - rows.dec[first])),
        reasons=tuple(
            rows.reasons[i] or rows.reasons[j] for i, j in zip(first, second, strict=True)
        ),
        n_first=counts[0],
        n_second=counts[1],
        center_deg=rows.center,
        angle_deg=_turned_by(rows.angle[first], rows.angle[second]),
    )


def _turned_by(first: FloatArray, second: FloatArray) -> float:
    known = np.isfinite(first) & np.isfinite(second)
    if not known.any():
        return _NAN
    turns = np.deg2rad(second[known] - first[known])
    mean = np.rad2deg(np.arctan2(np.sin(turns).mean(), np.cos(turns).mean()))
    return float(mean % 360.0)


def _mutual_nearest(
    rows: _Rows, first: IntArray, second: IntArray, radius_arcsec: float
) -> tuple[IntArray, IntArray]:
    """Return rows that belong together: each is the nearest to the other."""
    if not (first.size and second.size):
        return first[:0], second[:0]
    trees = [cKDTree(_directions(rows.ra[one], rows.dec[one])) for one in (first, second)]
    distance, to_second = trees[1].query(trees[0].data)
    _, to_first = trees[0].query(trees[1].data)
    near = distance <= 2.0 * np.sin(0.5 * np.deg2rad(radius_arcsec / 3600.0))
    is_mutual = near & (to_first[to_second] == np.arange(first.size))
    return first[is_mutual], second[to_second[is_mutual]]


def _directions(ra_deg: FloatArray, dec_deg: FloatArray) -> FloatArray:
    """Return unit vectors, shape (n, 3): their distances are those on the sky."""
    ra, dec = np.deg2rad(ra_deg), np.deg2rad(dec_deg)
    return np.column_stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])


def _nothing_shared(
    rows: _Rows, setup: tuple[str, str], epochs: tuple[str, str], params: MatchParams
) -> str:
    first, second = (rows.where(setup, one) for one in epochs)
    tree = cKDTree(_directions(rows.ra[second], rows.dec[second]))
    distance, _ = tree.query(_directions(rows.ra[first], rows.dec[first]))
    nearest = 3600.0 * float(np.rad2deg(2.0 * np.arcsin(0.5 * distance.min())))
    return (
        f"Epochs {epochs[0]} and {epochs[1]} share no source in {setup[0]}: the nearest two are "
        f"{nearest:.3g}″ apart, the radius is {params.radius_arcsec:g}″."
    )


def _remarks(pairs: Sequence[EpochPair]) -> list[str]:
    found = []
    for pair in pairs:
        unknown = int(np.count_nonzero(~np.isfinite(pair.error)))
        if unknown == len(pair):
            found.append(f"{pair.title}: no source has an error, so all weigh the same.")
        elif unknown:
            found.append(
                f"{pair.title}: {unknown} of {len(pair)} sources have no error and weigh as the "
                "median one."
            )
    same = dict.fromkeys((one.first, one.second) for one in pairs if one.turn == "same")
    found += [
        f"Epochs {first} and {second} have the same orientation: the array term drops out, only "
        "the time term is measured."
        for first, second in same
    ]
    return found


def with_magnitudes(pair: EpochPair, first: FloatArray, second: FloatArray) -> EpochPair:
    """Return ``pair`` with other magnitudes, for example corrected ones."""
    return replace(pair, mag_first=frozen(first), mag_second=frozen(second))
