"""Units and levels of cubes and images."""

import numpy as np

from engine.arrays import AnyFloatArray, freeze
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.notes import FileNotes, quoted
from engine.units import FluxUnit, flux_unit, to_canonical

_PLAUSIBLE_MJY_SR = (1e-3, 1e6)
_SAMPLES = 200_000  # voxels that the median of the level is taken from


def canonical_image_unit(file: FitsFile, data: Hdu, *, error_name: str) -> tuple[str, float]:
    """Return the canonical unit of an image or cube, and the factor that leads to it.

    Parameters
    ----------
    file : FitsFile
        The open file.
    data : Hdu
        The image or cube.
    error_name : str
        Name of the extension of errors, whose unit must be the same.

    Returns
    -------
    unit : str
        ``"MJy/sr"``, ``"DN/s"``, ``"Jy"``, or the unit as written when it is not known.
    factor : float
        What the values are multiplied by; 1.0 for a unit that is not known.

    Raises
    ------
    FileError
        If the errors have another unit than the data.
    """
    unit = _unit(data.header.text("BUNIT"))
    errors = file.find(error_name, version=data.version)
    if errors is not None and errors.header.text("BUNIT"):
        of_errors = _unit(errors.header.text("BUNIT"))
        if (of_errors.kind, _factor(of_errors)) != (unit.kind, _factor(unit)):
            raise file.notes.refused(
                f"The units of {error_name} {quoted(of_errors.written)} and {quoted(data.name)} "
                f"{quoted(unit.written)} differ.",
                "Repair BUNIT, or make the file again.",
            )
    if unit.kind == "none":
        file.notes.warn("The unit (BUNIT) is missing: values are shown raw, never converted.")
    elif unit.kind == "unknown":
        file.notes.warn(
            f"The unit (BUNIT) {quoted(unit.written)} is not known: values are shown raw, never "
            "converted. Write MJy/sr or DN/s if that is what it is."
        )
    factor = _factor(unit)
    if factor != 1.0:
        file.notes.warn(
            f"The unit (BUNIT) {quoted(unit.written)} is unusual: values were multiplied by "
            f"{factor:g} to {unit.canonical}. Check that it is not a misprint."
        )
    return unit.canonical, factor


def without_infinities(data: AnyFloatArray, notes: FileNotes) -> AnyFloatArray:
    """Return the data with NaN in place of infinite values, which would spoil every sum."""
    infinite = np.isinf(data)
    n_infinite = int(np.count_nonzero(infinite))
    if not n_infinite:
        return data
    notes.warn(f"{n_infinite} of {data.size} values are infinite: they count as no measurement.")
    return freeze(np.where(infinite, data.dtype.type(np.nan), data))


def check_level(notes: FileNotes, data: AnyFloatArray, unit: str) -> None:
    """Warn when the typical surface brightness is not plausible."""
    if unit != "MJy/sr" or not data.size:
        return
    samples = np.abs(data.reshape(-1)[:: max(1, data.size // _SAMPLES)].astype(np.float64))
    samples = samples[np.isfinite(samples) & (samples > 0.0)]
    if not samples.size:
        return
    level, (low, high) = float(np.median(samples)), _PLAUSIBLE_MJY_SR
    if not low <= level <= high:
        notes.warn(
            f"The typical level {level:.3g} MJy/sr is not plausible ({low:g} to {high:g}). Check "
            "the unit before you trust fluxes."
        )


def _unit(written: str) -> FluxUnit:
    """Return the unit; flux per wavelength has no single factor and counts as not known."""
    unit = flux_unit(written)
    if unit.kind != "flux":
        return unit
    at_two = to_canonical(np.ones(2), unit, np.array([5.0, 10.0]))
    return unit if at_two[0] == at_two[1] else FluxUnit("unknown", written)


def _factor(unit: FluxUnit) -> float:
    return float(to_canonical(np.ones(1), unit, np.array([10.0]))[0])
