"""Photom references of the MRS made from vectors, or updated by them (Law+2025, Sec. 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FlagArray, FloatArray, freeze
from engine.counting import counted
from engine.errors import DataError
from engine.model.bands import Band
from engine.model.frames import SHAPE, Frame
from engine.model.photom import LossColumns, PhotomReference
from engine.model.vector import CalibrationVector
from engine.mrs.loss_models import LossTable
from engine.mrs.photom_losses import loss_tables, remarks_on_tables

_UNUSABLE = "DO_NOT_USE"


@dataclass(frozen=True, slots=True)
class PhotomParams:
    """What the user decides about a photom reference.

    Attributes
    ----------
    base : {"automatic", "new", "delivered"}
        New: the vectors are the factors. Delivered: the factors of an opened reference times the
        vectors. Automatic: new for calibration factors, delivered for relative ones.
    vectors : {"automatic", "combined", "opened"}
        The combined vectors of the session, or those of opened vector files. Automatic: the
        combined ones where stars are combined, else the opened ones.
    beyond : {"leave out", "hold"}
        What pixels get whose wavelength the vector does not reach: nothing (NaN, DO_NOT_USE), or
        the value at its end.
    loss : {"automatic", "lamps", "delivered", "none"}
        Tables of the loss of count rate: fitted to the lamps, those of the delivered reference,
        or none. Automatic: lamps for a new reference, delivered ones for an updated one.
    """

    base: Literal["automatic", "new", "delivered"] = "automatic"
    vectors: Literal["automatic", "combined", "opened"] = "automatic"
    beyond: Literal["leave out", "hold"] = "leave out"
    loss: Literal["automatic", "lamps", "delivered", "none"] = "automatic"


@dataclass(frozen=True, eq=False, slots=True)
class ReferenceHalf:
    """How one band of a frame was filled.

    Attributes
    ----------
    band : str
        ``"1A"``.
    wave_um, factor, error : ndarray, shape (n,)
        The vector, and one standard deviation, statistical and systematic together.
    n_pixels : int
        Pixels with a factor.
    n_beyond : int
        Pixels with light that the vector does not reach.
    reason : str
        Why the half has no factors; ``""``: it has.
    """

    band: str
    wave_um: FloatArray
    factor: FloatArray
    error: FloatArray
    n_pixels: int
    n_beyond: int
    reason: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class MadeReference:
    """A photom reference, and how it was made.

    Attributes
    ----------
    reference : PhotomReference
        What is written.
    base : str
        ``"new"``, or the name of the reference that was updated.
    halves : tuple of ReferenceHalf
        The left and the right half.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    reference: PhotomReference
    base: str
    halves: tuple[ReferenceHalf, ...]
    messages: tuple[str, ...] = ()


def make_photom_reference(
    frame: Frame,
    wave_map_um: AnyFloatArray,
    vectors: Mapping[str, CalibrationVector],
    params: PhotomParams = PhotomParams(),
    *,
    delivered: PhotomReference | None = None,
    losses: Mapping[str, Sequence[LossTable]] = MappingProxyType({}),
    pixel_area_sr: float | None = None,
) -> MadeReference:
    """Fill a detector frame from the vectors of its two bands.

    Parameters
    ----------
    frame : Frame
        Detector and setting.
    wave_map_um : ndarray, shape (1024, 1032)
        Wavelength of each pixel. Unit: um. NaN or 0: no light.
    vectors : mapping of str to CalibrationVector
        By band; one of the two may be missing.
    params : PhotomParams, optional
        What the user decided.
    delivered : PhotomReference, optional
        The reference that relative factors update.
    losses : mapping of str to sequence of LossTable, optional
        Tables of the loss by band, of all four channels of the setting; each form once.
    pixel_area_sr : float, optional
        Solid angle of a pixel, where no delivered reference says it. Unit: sr.

    Returns
    -------
    MadeReference
        Pixels without a factor are NaN and flagged DO_NOT_USE.

    Raises
    ------
    DataError
        If there is no vector for the frame, the map has another shape, relative factors have
        nothing to update, or the delivered reference is of another frame.

    Notes
    -----
    SCI(x, y) = C(lambda(x, y)), or old SCI(x, y) x factor(lambda(x, y)) (Law+2025, Sec. 6); the
    vector is interpolated linearly. The pipeline takes the loss from the tables of all four
    channels, whatever the detector; a channel without a loss gets a table that says 1.
    """
    _check(frame, wave_map_um, vectors, delivered)
    old = _base(frame, vectors, params, delivered)
    factor, error = np.full(SHAPE, np.nan), np.full(SHAPE, np.nan)
    halves, messages = [], []
    for band, columns in frame.halves:
        half, values, errors = _half(band, wave_map_um[:, columns], vectors.get(band.name), params)
        factor[:, columns], error[:, columns] = values, errors
        halves.append(half)
        messages += _remarks(half, params)
    if old is not None:
        before = old.factor.astype(float)
        error = np.hypot(error * before, np.nan_to_num(old.error) * factor)
        factor = factor * before
    tables, said = _tables(frame, losses, params, (old, delivered))
    flags, names = _flags(np.isnan(factor), old)
    used = [vectors[one.band] for one in halves if not one.reason]
    reference = PhotomReference(
        frame=frame.name,
        factor=freeze(factor.astype(np.float32)),
        error=freeze(error.astype(np.float32)),
        flags=flags,
        flag_names=names,
        pixel_size=None if delivered is None else delivered.pixel_size,
        losses=tables,
        conversion_mjy_sr=float(np.nanmedian(factor)),
        pixel_area_sr=(delivered.pixel_area_sr if delivered else None) or pixel_area_sr,
        useafter="" if delivered is None else delivered.useafter,
        pedigree="" if delivered is None else delivered.pedigree,
        description=_description(frame, old, used),
    )
    name = "new" if old is None else _name(old)
    return MadeReference(reference, name, tuple(halves), (*messages, *said))


def _check(
    frame: Frame,
    wave_map_um: AnyFloatArray,
    vectors: Mapping[str, CalibrationVector],
    delivered: PhotomReference | None,
) -> None:
    names = [band.name for band, _ in frame.halves]
    if wave_map_um.shape != SHAPE:
        shape = " x ".join(str(one) for one in wave_map_um.shape)
        raise DataError(
            f"The map of wavelengths of {frame.name} has {shape} pixels, not 1024 x 1032."
        )
    if not any(name in vectors for name in names):
        raise DataError(
            f"There is no vector of {' or '.join(names)}, so {frame.name} has nothing to hold.",
            hint="Combine standard stars in these bands, or open vectors of them.",
        )
    if delivered is not None and delivered.frame != frame.name:
        raise DataError(f"The delivered reference is of {delivered.frame}, not of {frame.name}.")


def _base(
    frame: Frame,
    vectors: Mapping[str, CalibrationVector],
    params: PhotomParams,
    delivered: PhotomReference | None,
) -> PhotomReference | None:
    """Return the reference that is updated; `None`: the vectors are the factors."""
    kinds = {vectors[one.name].kind for one, _ in frame.halves if one.name in vectors}
    if len(kinds) > 1:
        raise DataError(f"The vectors of {frame.name} are of two kinds: they do not go together.")
    is_relative = kinds == {"relative factor"}
    wanted = "delivered" if is_relative else "new"
    if params.base not in {"automatic", wanted}:
        raise DataError(
            f"{'Relative' if is_relative else 'Calibration'} factors make no "
            f"{'new' if is_relative else 'update of a delivered'} reference of {frame.name}.",
            hint="Choose automatic as base, or vectors of the other kind.",
        )
    if is_relative and delivered is None:
        raise DataError(
            f"Relative factors of {frame.name} need the delivered photom reference to update.",
            hint="Open the photom reference that the data were calibrated with (R_PHOTOM).",
        )
    return delivered if is_relative else None


def _half(
    band: Band, wave: AnyFloatArray, vector: CalibrationVector | None, params: PhotomParams
) -> tuple[ReferenceHalf, FloatArray, FloatArray]:
    """Return one half of the frame: factors and errors, NaN where there is none."""
    nothing = np.full(wave.shape, np.nan)
    empty = freeze(np.zeros(0))
    if vector is None:
        reason = f"There is no vector of {band.name}."
        return ReferenceHalf(band.name, empty, empty, empty, 0, 0, reason), nothing, nothing
    inside = np.flatnonzero(np.isfinite(vector.value))
    if not inside.size:
        reason = f"The vector of {band.name} has no value."
        return ReferenceHalf(band.name, empty, empty, empty, 0, 0, reason), nothing, nothing
    kept = slice(inside[0], inside[-1] + 1)
    grid, value = vector.wave_um[kept], vector.value[kept]
    spread = np.hypot(np.nan_to_num(vector.stat_error), np.nan_to_num(vector.sys_error))[kept]
    lit = np.isfinite(wave) & (wave > 0)
    beyond: BoolArray = lit & ((wave < grid[0]) | (wave > grid[-1]))
    filled = lit if params.beyond == "hold" else lit & ~beyond
    factor, error = nothing, nothing.copy()
    where = wave[filled].astype(float)
    factor[filled] = np.interp(where, grid, value)
    error[filled] = np.interp(where, grid, spread)
    half = ReferenceHalf(
        band=band.name,
        wave_um=freeze(grid.copy()),
        factor=freeze(value.copy()),
        error=freeze(spread),
        n_pixels=int(np.isfinite(factor).sum()),
        n_beyond=int(beyond.sum()),
        reason=""
        if np.isfinite(factor).any()
        else f"No pixel sees what the vector of {band.name} covers.",
    )
    return half, factor, error


def _remarks(half: ReferenceHalf, params: PhotomParams) -> list[str]:
    if half.reason:
        return [f"{half.reason} Its half of the frame is NaN and flagged."]
    if not half.n_beyond:
        return []
    done = "gets the value at its end" if params.beyond == "hold" else "is NaN and flagged"
    lie = counted(half.n_beyond, f"pixel of {half.band} lies", f"pixels of {half.band} lie")
    return [f"{lie} beyond the ends of the vector: each {done}."]


def _flags(
    unusable: BoolArray, old: PhotomReference | None
) -> tuple[FlagArray, tuple[tuple[int, str], ...]]:
    """Return flags and their names: those of the old reference, and DO_NOT_USE for NaN."""
    names = ((1, _UNUSABLE),) if old is None else old.flag_names
    flags = np.zeros(SHAPE, dtype=np.uint32) if old is None else old.flags.copy()
    bit = next((value for value, name in names if name.upper() == _UNUSABLE), 0)
    if not bit:
        bit = 2 * max((value for value, _ in names), default=0) or 1
        names = (*names, (bit, _UNUSABLE))
    flags[unusable] |= np.uint32(bit)
    return freeze(flags), names


def _tables(
    frame: Frame,
    losses: Mapping[str, Sequence[LossTable]],
    params: PhotomParams,
    before: tuple[PhotomReference | None, PhotomReference | None],
) -> tuple[Mapping[str, LossColumns], tuple[str, ...]]:
    """Return the tables of the loss, and what is to be said of them."""
    old, delivered = before
    nothing: Mapping[str, LossColumns] = MappingProxyType({})
    choice = params.loss
    if choice == "automatic":
        choice = "delivered" if old is not None and old.losses else "lamps"
    if choice == "none":
        return nothing, ("The reference holds no loss of count rate, as was chosen.",)
    if choice == "delivered":
        tables = nothing if delivered is None else delivered.losses
        return tables, remarks_on_tables(frame, tables)
    return loss_tables(frame, losses)


def _description(
    frame: Frame, old: PhotomReference | None, vectors: Sequence[CalibrationVector]
) -> str:
    names = dict.fromkeys(one.identity.target or "a star" for one in vectors)
    of = ", ".join(names)
    return f"MRS {frame.name}: {f'{_name(old)} times ' if old else ''}vector of {of}"[:68]


def _name(reference: PhotomReference) -> str:
    return reference.origin.path.replace("\\", "/").rpartition("/")[2] or "delivered reference"
