"""Calibrated spectra: an observation times its calibration vectors (Law+2025, Figs. 10 and 15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from engine.arrays import BoolArray, FlagArray, FloatArray, freeze, frozen
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.vector import (
    BACKGROUND_LIMITED,
    EXTRAPOLATED,
    UNDETERMINED,
    CalibrationVector,
    FactorKind,
)
from engine.mrs.star_response import StarResponse
from engine.spectra.overlaps import interpolate_inside, stitch_segments
from engine.spectra.resample import rebin

_JY_PER_MJY = 1e6
_UNIT_OF: dict[FactorKind, str] = {"relative factor": "Jy", "calibration factor": "DN/s"}

# JWST data-quality bits that say of a flux what the flags of a vector say of a factor.
_FLUX_ESTIMATED = 1 << 28
_UNRELIABLE_ERROR = 1 << 8

_SCALING_COLUMNS = (
    "surf_bright_mjy_sr",
    "surf_bright_error_mjy_sr",
    "background_mjy_sr",
    "background_error_mjy_sr",
    "fringe_corrected_flux_jy",
)
# A factor in (MJy/sr)/(DN/s) turns the level of a spaxel in DN/s into a surface brightness.
_COUNT_RATES = {
    "background_dn_s": "background_mjy_sr",
    "background_error_dn_s": "background_error_mjy_sr",
}
_KEPT_COLUMNS = ("n_pixels", "fwhm_um")
#: Name of the systematic error that comes with the vector.
VECTOR = "vector"


@dataclass(frozen=True, slots=True)
class CalibrationParams:
    """What the user decides about applying a vector.

    Attributes
    ----------
    vector_of : str
        Whose response is applied: ``""``: the observation's own; the name of a star: that star's in
        the same band; or the id of an observation or of an open vector.
    """

    vector_of: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class CalibratedSpectrum:
    """One band, calibrated, beside its model.

    Attributes
    ----------
    spectrum : Spectrum
        Flux in Jy on the wavelengths of the observation; NaN outside the vector. The error is the
        observation's and the vector's statistical error in quadrature.
    sys_error : ndarray, shape (n,)
        Systematic error: quadrature sum of `sys_terms`. Unit: Jy. NaN where that of the vector is.
    model_jy : ndarray, shape (n,)
        The model, averaged over each bin. Unit: Jy. NaN when there is no model.
    ratio : ndarray, shape (n,)
        Calibrated over model. NaN when there is no model.
    messages : tuple of str
        What the user should know, one sentence each.
    sys_terms : tuple of (str, ndarray)
        The terms in Jy: the vector's, then those of the source's own extraction and loss of count
        rate (see `add_systematics`). NaN: not measured.
    """

    spectrum: Spectrum
    sys_error: FloatArray
    model_jy: FloatArray
    ratio: FloatArray
    messages: tuple[str, ...] = ()
    sys_terms: tuple[tuple[str, FloatArray], ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class AssembledSpectrum:
    """Calibrated bands joined into one spectrum.

    Attributes
    ----------
    spectrum : Spectrum
        Flux in Jy; its notes state the scale of each band.
    sys_error : ndarray, shape (n,)
        Systematic error. Unit: Jy.
    model_jy, ratio : ndarray, shape (n,)
        The model, and calibrated over model. NaN when there is no model.
    scales : tuple of (str, float)
        Factor that each band was given.
    """

    spectrum: Spectrum
    sys_error: FloatArray
    model_jy: FloatArray
    ratio: FloatArray
    scales: tuple[tuple[str, float], ...]


def calibrate_spectrum(
    observed: Spectrum, vector: CalibrationVector, *, model: Spectrum | None = None
) -> CalibratedSpectrum:
    """Multiply an observed spectrum by its calibration vector.

    Parameters
    ----------
    observed : Spectrum
        In Jy for a relative factor; aperture-corrected, in DN/s and with the solid angle of its
        spaxels for a calibration factor.
    vector : CalibrationVector
        The factor. Where it is NaN, or beyond its wavelengths, the result is NaN.
    model : Spectrum, optional
        Model of the source in Jy, on wavelengths of its own.

    Returns
    -------
    CalibratedSpectrum
        Flux in Jy with both errors apart, beside the model.

    Raises
    ------
    DataError
        If the units of spectrum, vector and model do not go together, the solid angle is missing,
        or the vector belongs to another band.

    Notes
    -----
    Relative factor r: F = f r. Calibration factor C in (MJy/sr)/(DN/s): F = N C Omega 1e6, N the
    count rate in DN/s and Omega the solid angle of a spaxel in sr (Gordon+2025, Eq. 3, solved
    for F). The vector is interpolated linearly: its samples lie as densely as those of a band,
    and a straight line between them cannot overshoot. Statistical errors of spectrum and vector
    add in quadrature; the systematic error stays apart. Flags of the vector become
    FLUX_ESTIMATED (extrapolated) and UNRELIABLE_ERROR (limited by background) in the flags of the
    spectrum.
    """
    _require_match(observed, vector)
    at = observed.wave_um
    to_jy = _to_jy(observed, vector.kind)
    factor = interpolate_inside(vector.wave_um, vector.value, at) * to_jy
    flux = freeze(observed.flux * factor)
    stat, no_stat = _vector_error(vector.wave_um, vector.stat_error, at, to_jy)
    sys, no_sys = _vector_error(vector.wave_um, vector.sys_error, at, to_jy)
    error = np.hypot(observed.error * factor, observed.flux * (0.0 if no_stat else stat))
    vector_flags = _flags_at(vector, at)
    messages = _messages(vector_flags, flux, no_stat=no_stat, no_sys=no_sys)
    spectrum = replace(
        observed,
        flux=flux,
        error=freeze(error),
        flags=_joined_flags(observed.flags, vector_flags),
        unit="Jy",
        origin=replace(observed.origin, notes=(*observed.origin.notes, _note(vector))),
        columns=_columns(observed, factor / to_jy, vector.kind),
    )
    model_jy = _binned_model(model, at)
    sys_error = freeze(np.abs(observed.flux) * sys)
    return CalibratedSpectrum(
        spectrum=spectrum,
        sys_error=sys_error,
        model_jy=model_jy,
        ratio=freeze(_ratio(flux, model_jy)),
        messages=messages,
        sys_terms=((VECTOR, sys_error),),
    )


def add_systematics(
    calibrated: CalibratedSpectrum, relative: Sequence[tuple[str, FloatArray]]
) -> CalibratedSpectrum:
    """Add systematic errors of the observation to those of the vector.

    Parameters
    ----------
    calibrated : CalibratedSpectrum
        The spectrum with the systematic error of its vector.
    relative : sequence of (str, ndarray of shape (n,))
        Relative systematic errors of the observed flux by name: ``"annulus"``, ``"aperture"``,
        ``"centroid"``, ``"loss of count rate"``. NaN: not measured; it counts as none. One that
        is known nowhere is left out.

    Returns
    -------
    CalibratedSpectrum
        With a term for each. Where the vector has no systematic error the sum stays NaN: it is
        not known.

    Notes
    -----
    sigma_sys^2 = sigma_vector^2 + sum (F e_i)^2. Not for a spectrum that is calibrated with its
    own response, which holds the same terms of the same extraction.
    """
    flux = np.abs(calibrated.spectrum.flux)
    terms = [
        (name, freeze(flux * np.abs(error)))
        for name, error in relative
        if np.isfinite(flux * error).any()
    ]
    squares = [np.nan_to_num(error) ** 2 for _, error in terms]
    total = np.sqrt(np.sum([calibrated.sys_error**2, *squares], axis=0))
    return replace(calibrated, sys_error=freeze(total), sys_terms=(*calibrated.sys_terms, *terms))


def vector_from_response(
    response: StarResponse, identity: Identity, *, recipe: str
) -> CalibrationVector:
    """Return the calibration vector that a response fit made.

    Parameters
    ----------
    response : StarResponse
        The fit.
    identity : Identity
        Star and band it was made from.
    recipe : str
        JSON of the parameters that made it, so that a session can restore them.

    Returns
    -------
    CalibrationVector
        The curve on the wavelengths of the observation; NaN outside the cut-offs.
    """
    return CalibrationVector(
        wave_um=response.wave_um,
        value=response.vector,
        stat_error=response.stat_error,
        sys_error=response.sys_error,
        flags=_with_undetermined(response.flags, response.vector),
        kind=response.kind,
        identity=identity,
        recipe=recipe,
    )


def assemble_segments(
    calibrated: Sequence[CalibratedSpectrum], *, scales: Mapping[str, float] | None = None
) -> AssembledSpectrum:
    """Join calibrated bands into one spectrum.

    Parameters
    ----------
    calibrated : sequence of CalibratedSpectrum
        One a band, in any order, one or more.
    scales : mapping of str to float, optional
        Factor of each band that makes the levels meet (see `measure_junctions`). By default, and
        for bands that are not named or NaN, the level stays as it is, and the notes say so.

    Returns
    -------
    AssembledSpectrum
        Where two bands overlap, the first holds up to the middle and the second from there.

    Raises
    ------
    DataError
        If there is no spectrum.
    """
    ordered = sorted(calibrated, key=lambda one: one.spectrum.wave_um[0])
    names = [one.spectrum.identity.band for one in ordered]
    factors = [(scales or {}).get(name, float("nan")) for name in names]
    spectrum = stitch_segments([one.spectrum for one in ordered], factors)
    with_sys = [replace(one.spectrum, flux=one.sys_error) for one in ordered]
    with_model = [replace(one.spectrum, flux=one.model_jy) for one in ordered]
    model_jy = stitch_segments(with_model, [1.0] * len(ordered)).flux
    return AssembledSpectrum(
        spectrum=spectrum,
        sys_error=stitch_segments(with_sys, factors).flux,
        model_jy=model_jy,
        ratio=freeze(_ratio(spectrum.flux, model_jy)),
        scales=tuple(zip(names, factors, strict=True)),
    )


def _require_match(observed: Spectrum, vector: CalibrationVector) -> None:
    wanted = _UNIT_OF[vector.kind]
    if observed.unit != wanted:
        raise DataError(
            f"A {vector.kind} applies to a spectrum in {wanted}, not in "
            f"{observed.unit or 'no unit'}.",
            hint="Choose a vector that was made from spectra in the same unit.",
        )
    bands = observed.identity.band, vector.identity.band
    if all(bands) and bands[0] != bands[1]:
        raise DataError(
            f"The vector of band {bands[1]} does not apply to a spectrum of band {bands[0]}.",
            hint=f"Choose a vector of band {bands[0]}.",
        )


def _to_jy(observed: Spectrum, kind: FactorKind) -> float:
    """Return what turns spectrum times factor into Jy."""
    if kind == "relative factor":
        return 1.0
    area = observed.pixel_area_sr
    if area is None or not area > 0:
        raise DataError(
            f"A calibration factor needs the solid angle of a spaxel, which is {area}.",
            hint="Extract the spectrum from a cube that has PIXAR_SR.",
        )
    return area * _JY_PER_MJY


def _vector_error(
    wave_um: FloatArray, error: FloatArray, at_um: FloatArray, to_jy: float
) -> tuple[FloatArray, bool]:
    """Return the error of the factor at each sample, and whether none at all is known."""
    return interpolate_inside(wave_um, error, at_um) * to_jy, not np.isfinite(error).any()


def _with_undetermined(flags: FlagArray, value: FloatArray) -> FlagArray:
    return frozen(np.where(np.isfinite(value), flags, flags | UNDETERMINED), dtype=np.uint32)


def _flags_at(vector: CalibrationVector, at_um: FloatArray) -> FlagArray:
    """Return the flags of the vector's samples on both sides of each wavelength."""
    last = vector.wave_um.size - 1
    upper = np.clip(np.searchsorted(vector.wave_um, at_um, side="left"), 0, last)
    on_node = vector.wave_um[upper] == at_um
    lower = np.where(on_node, upper, np.maximum(upper - 1, 0))
    return vector.flags[lower] | vector.flags[upper]


def _joined_flags(flags: FlagArray, vector_flags: FlagArray) -> FlagArray:
    joined = flags.copy()
    joined[(vector_flags & EXTRAPOLATED) != 0] |= np.uint32(_FLUX_ESTIMATED)
    joined[(vector_flags & BACKGROUND_LIMITED) != 0] |= np.uint32(_UNRELIABLE_ERROR)
    return frozen(joined, dtype=np.uint32)


def _columns(observed: Spectrum, factor: FloatArray, kind: FactorKind) -> Mapping[str, FloatArray]:
    """Return the columns that still hold, those in MJy/sr, Jy and DN/s multiplied too."""
    kept = {name: observed.columns[name] for name in _KEPT_COLUMNS if name in observed.columns}
    if kind == "relative factor":
        for name in _SCALING_COLUMNS:
            if name in observed.columns:
                kept[name] = freeze(observed.columns[name] * factor)
    else:
        for name, made in _COUNT_RATES.items():
            if name in observed.columns:
                kept[made] = freeze(observed.columns[name] * factor)
    return MappingProxyType(kept)


def _binned_model(model: Spectrum | None, at_um: FloatArray) -> FloatArray:
    if model is None or at_um.size < 2:
        return freeze(np.full(at_um.size, np.nan))
    if model.unit != "Jy":
        raise DataError(
            f"The model is in {model.unit or 'no unit'}, not in Jy.",
            hint="Open a model whose unit is known.",
        )
    good = model.is_good
    return rebin(model.wave_um[good], model.flux[good], at_um)


def _ratio(flux: FloatArray, model_jy: FloatArray) -> FloatArray:
    usable: BoolArray = np.isfinite(model_jy) & (model_jy != 0)
    ratio: FloatArray = np.divide(flux, model_jy, out=np.full(flux.shape, np.nan), where=usable)
    return ratio


def _note(vector: CalibrationVector) -> str:
    star = f" of {vector.identity.target}" if vector.identity.target else ""
    band = f" in {vector.identity.band}" if vector.identity.band else ""
    return f"Multiplied by the {vector.kind}{star}{band}."


def _messages(
    vector_flags: FlagArray,
    flux: FloatArray,
    *,
    no_stat: bool,
    no_sys: bool,
) -> tuple[str, ...]:
    measured = np.isfinite(flux)
    found = []
    if not measured.any():
        found.append("The vector covers no measurement of this spectrum: there is no flux.")
    for bit, what in ((EXTRAPOLATED, "extrapolated"), (BACKGROUND_LIMITED, "background-limited")):
        count = int(np.count_nonzero(measured & ((vector_flags & bit) != 0)))
        if count:
            rest = "rests" if count == 1 else "rest"
            found.append(f"{count} of {flux.size} samples {rest} on a vector that is {what} there.")
    if no_stat:
        found.append("The vector has no statistical error: the error is the observation's alone.")
    if no_sys:
        found.append("The vector has no systematic error: it is not known, not zero.")
    return tuple(found)
