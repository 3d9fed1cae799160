"""Comparing photom references of one detector frame: versions, contexts, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray, IntArray, freeze
from engine.errors import DataError
from engine.model.bands import Band
from engine.model.frames import SHAPE, Frame
from engine.model.identity import Identity
from engine.model.photom import PhotomReference
from engine.model.vector import UNDETERMINED, CalibrationVector
from engine.mrs.loss_models import LossForm, loss_at
from engine.mrs.photom_losses import losses_of

_BINS = 120
_SIGMA = 1.4826  # standard deviation over median absolute deviation of a normal distribution


@dataclass(frozen=True, slots=True)
class VersionParams:
    """What the user decides about the comparison.

    Attributes
    ----------
    baseline : str
        Id of the version that the others are divided by; ``""``: the first one.
    mjd : float
        Day of the loss that is compared. Unit: d.
    """

    baseline: str = ""
    mjd: float = 60310.0  # 2024-01-01


@dataclass(frozen=True, eq=False, slots=True)
class Version:
    """One reference that takes part in a comparison.

    Attributes
    ----------
    id, name : str
        How the caller knows it, and how it is shown.
    reference : PhotomReference
        The reference.
    """

    id: str
    name: str
    reference: PhotomReference


@dataclass(frozen=True, eq=False, slots=True)
class VersionCurve:
    """One band of one version, in bins of wavelength.

    Attributes
    ----------
    version, name, band : str
        Of what.
    wave_um : ndarray, shape (n,)
        Centers of the bins. Unit: um.
    factor : ndarray, shape (n,)
        Median over the pixels of a bin. NaN: no pixel. Unit: (MJy/sr)/(DN/s).
    ratio : ndarray, shape (n,)
        Median over the pixels of factor / factor of the baseline.
    scatter : ndarray, shape (n,)
        Of `ratio` from pixel to pixel: one standard deviation, from absolute deviations.
    loss : ndarray, shape (n,)
        Count rate over day zero, by the newest table. NaN: the reference has none.
    form : str
        Form of that table, or ``""``.
    """

    version: str
    name: str
    band: str
    wave_um: FloatArray
    factor: FloatArray
    ratio: FloatArray
    scatter: FloatArray
    loss: FloatArray
    form: LossForm | str = ""


@dataclass(frozen=True, eq=False, slots=True)
class ReferenceVersions:
    """Versions of the reference of one frame beside each other.

    Attributes
    ----------
    frame : str
        ``"12A"``.
    baseline : str
        Id of the version that the others are divided by.
    mjd : float
        Day of the loss. Unit: d.
    versions : tuple of (str, str)
        Id and name, in the order that they were given.
    curves : tuple of VersionCurve
        Each version in both bands.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    frame: str
    baseline: str
    mjd: float
    versions: tuple[tuple[str, str], ...]
    curves: tuple[VersionCurve, ...]
    messages: tuple[str, ...] = ()


def compare_references(
    frame: Frame,
    wave_map_um: AnyFloatArray,
    versions: Sequence[Version],
    params: VersionParams = VersionParams(),
) -> ReferenceVersions:
    """Compare the references of one frame against one of them.

    Parameters
    ----------
    frame : Frame
        Detector and setting.
    wave_map_um : ndarray, shape (1024, 1032)
        Wavelength of each pixel. Unit: um. NaN or 0: no light.
    versions : sequence of Version
        One or more.
    params : VersionParams, optional
        Baseline and day.

    Returns
    -------
    ReferenceVersions
        Factors, ratios and loss of each version, in 120 bins a band.

    Raises
    ------
    DataError
        If there is no version, the baseline is none of them, or one is of another frame.

    Notes
    -----
    Ratios are taken pixel by pixel, then their median in each bin: structure inside a bin, which
    both versions share, does not show.
    """
    base = _baseline(frame, versions, params)
    if wave_map_um.shape != SHAPE:
        raise DataError(f"The map of wavelengths of {frame.name} is not 1024 x 1032 pixels.")
    curves, messages = [], []
    for band, columns in frame.halves:
        wave = np.asarray(wave_map_um[:, columns], dtype=float)
        centers, place = _bins(wave)
        below = np.asarray(base.reference.factor[:, columns], dtype=float)
        for one in versions:
            own = np.asarray(one.reference.factor[:, columns], dtype=float)
            with np.errstate(divide="ignore", invalid="ignore"):
                quotient = own / below
            ratio, scatter = _binned(quotient, place, centers.size)
            loss, form, said = _loss(one.reference, band, centers, params.mjd)
            messages += [f"{one.name}: {said}"] if said else []
            curves.append(
                VersionCurve(
                    version=one.id,
                    name=one.name,
                    band=band.name,
                    wave_um=freeze(centers),
                    factor=_binned(own, place, centers.size)[0],
                    ratio=ratio,
                    scatter=scatter,
                    loss=loss,
                    form=form,
                )
            )
    names = tuple((one.id, one.name) for one in versions)
    return ReferenceVersions(
        frame.name, base.id, params.mjd, names, tuple(curves), tuple(dict.fromkeys(messages))
    )


def ratio_vector(comparison: ReferenceVersions, version: str, band: str) -> CalibrationVector:
    """Return the ratio of a version to the baseline as a vector: a relative factor.

    Parameters
    ----------
    comparison : ReferenceVersions
        The comparison.
    version, band : str
        Which one.

    Raises
    ------
    DataError
        If there is none.
    """
    found = [one for one in comparison.curves if (one.version, one.band) == (version, band)]
    if not found:
        raise DataError(f"There is no version {version!r} of band {band!r} to compare.")
    curve, base = found[0], dict(comparison.versions)[comparison.baseline]
    gone = np.isnan(curve.ratio)
    return CalibrationVector(
        wave_um=curve.wave_um,
        value=curve.ratio,
        stat_error=curve.scatter,
        sys_error=freeze(np.where(gone, np.nan, 0.0)),
        flags=freeze(np.where(gone, UNDETERMINED, 0).astype(np.uint32)),
        kind="relative factor",
        identity=Identity(target=f"{curve.name} over {base}", band=band),
    )


def _baseline(frame: Frame, versions: Sequence[Version], params: VersionParams) -> Version:
    if not versions:
        raise DataError(f"There is no photom reference of {frame.name} to compare.")
    for one in versions:
        if one.reference.frame != frame.name:
            raise DataError(f"{one.name} is of {one.reference.frame}, not of {frame.name}.")
    if not params.baseline:
        return versions[0]
    found = next((one for one in versions if params.baseline in {one.id, one.name}), None)
    if found is None:
        raise DataError(
            f"{params.baseline!r} is no version of the reference of {frame.name}.",
            hint=f"Choose one of {', '.join(one.name for one in versions)}.",
        )
    return found


def _bins(wave: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return centers of bins, and the bin of each pixel; -1: it sees no light."""
    lit = np.isfinite(wave) & (wave > 0)
    place = np.full(wave.shape, -1, dtype=np.int64)
    if not lit.any():
        return np.zeros(0), place
    edges = np.linspace(wave[lit].min(), wave[lit].max(), _BINS + 1)
    place[lit] = np.clip(np.searchsorted(edges, wave[lit], side="right") - 1, 0, _BINS - 1)
    return 0.5 * (edges[:-1] + edges[1:]), place


def _binned(values: FloatArray, place: IntArray, n_bins: int) -> tuple[FloatArray, FloatArray]:
    """Return median and scatter of the pixels of each bin; NaN where there is none."""
    middle, scatter = np.full(n_bins, np.nan), np.full(n_bins, np.nan)
    good = (place >= 0) & np.isfinite(values)
    if not good.any():
        return freeze(middle), freeze(scatter)
    order = np.argsort(place[good], kind="stable")
    bins, sorted_values = place[good][order], values[good][order]
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    for first, group in zip(starts, np.split(sorted_values, starts[1:]), strict=True):
        median = np.median(group)
        middle[bins[first]] = median
        scatter[bins[first]] = _SIGMA * np.median(np.abs(group - median))
    return freeze(middle), freeze(scatter)


def _loss(
    reference: PhotomReference, band: Band, wave: FloatArray, mjd: float
) -> tuple[FloatArray, LossForm | str, str]:
    """Return the loss on one day, its form, and what went wrong."""
    unknown = freeze(np.full(wave.size, np.nan))
    try:
        tables = losses_of(reference, band.name)
        if not tables:
            return unknown, "", ""
        return freeze(loss_at(tables[0], mjd, wave)), tables[0].form, ""
    except DataError as error:
        return unknown, "", error.what
