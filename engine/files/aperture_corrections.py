"""Aperture corrections of the MRS (`MirMrsApcorrModel`, ASDF)."""

from typing import Any

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.asdf_tree import AsdfTree
from engine.files.headers import absolute
from engine.files.notes import quoted
from engine.model.aperture import ApertureCorrection
from engine.model.bands import band_name
from engine.model.identity import Origin
from engine.units import wave_factor


def read_aperture_correction(file: AsdfTree) -> ApertureCorrection:
    """Read the table ``apcorr_table``: factors over wavelength and radius.

    Parameters
    ----------
    file : AsdfTree
        An open ASDF file.

    Returns
    -------
    ApertureCorrection
        Wavelengths increasing, radii increasing along the first axis.

    Raises
    ------
    FileError
        If the table is missing, its shapes differ, or a unit is not known.
    """
    table = file.tree.get("apcorr_table")
    if not isinstance(table, dict):
        raise file.notes.refused(
            "The ASDF file holds no table of aperture corrections (apcorr_table).",
            "Open the aperture-correction reference of the MRS.",
        )
    wave = file.array(table.get("wavelength"), "wavelength") * _wave_factor(file, table)
    radius, factor = (file.array(table.get(name), name) for name in ("radius", "apcorr"))
    error = np.full(factor.shape, np.nan)
    if table.get("apcorr_err") is not None:
        error = file.array(table["apcorr_err"], "apcorr_err")
    _require_shapes(file, wave, radius, factor, error)
    unit = _text(table, "radius_units").lower()
    if not unit.startswith("arcsec"):
        raise file.notes.refused(f"The unit of radius is {quoted(unit)}.", "It must be arcsec.")
    columns = np.argsort(wave, kind="stable")
    rows = np.argsort(np.median(radius, axis=1), kind="stable")
    pick = np.ix_(rows, columns)
    _check(file, wave[columns], radius[pick], factor[pick])
    return ApertureCorrection(
        band=band_name(_text(table, "channel"), _text(table, "band")),
        wave_um=freeze(wave[columns]),
        radius_arcsec=freeze(radius[pick]),
        factor=freeze(factor[pick]),
        factor_error=freeze(np.where(error[pick] > 0.0, error[pick], np.nan)),
        origin=_origin(file),
    )


def _wave_factor(file: AsdfTree, table: dict[str, Any]) -> float:
    unit = _text(table, "wavelength_units") or "micron"
    factor = wave_factor(unit)
    if factor is None:
        raise file.notes.refused(f"The unit of wavelength is {quoted(unit)}.", "Write micron.")
    return factor


def _require_shapes(
    file: AsdfTree, wave: FloatArray, radius: FloatArray, factor: FloatArray, error: FloatArray
) -> None:
    if wave.ndim != 1 or not wave.size or radius.shape != factor.shape or factor.ndim != 2:
        shapes = f"{wave.shape}, {radius.shape}, {factor.shape}"
    elif factor.shape[1] != wave.size or not factor.shape[0] or error.shape != factor.shape:
        shapes = f"{wave.shape}, {factor.shape}, {error.shape}"
    else:
        return
    raise file.notes.refused(
        f"The shapes of wavelength, radius and correction do not fit: {shapes}.",
        "Expected (n), (m, n), (m, n); fetch the file again.",
    )


def _check(file: AsdfTree, wave: FloatArray, radius: FloatArray, factor: FloatArray) -> None:
    if not np.all(np.isfinite(wave)) or np.any(np.diff(wave) <= 0.0):
        raise file.notes.refused(
            "The wavelengths of the aperture correction are NaN or repeat.", "Fetch it again."
        )
    if not np.all(np.isfinite(radius)) or np.any(np.diff(radius, axis=0) <= 0.0):
        raise file.notes.refused(
            "The radii of the aperture correction are NaN, repeat or cross.", "Fetch it again."
        )
    if not np.all(np.isfinite(factor)) or np.any(factor <= 0.0):
        raise file.notes.refused(
            "Some aperture corrections are NaN or not positive.", "Fetch the file again."
        )
    if np.nanmedian(factor) > 10.0 or np.nanmin(factor) < 0.9:
        file.notes.warn(
            f"Aperture corrections {factor.min():.3g} to {factor.max():.3g} are not plausible "
            "(1 to about 3). Check the file."
        )


def _origin(file: AsdfTree) -> Origin:
    meta = file.tree.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    kept = ("reftype", "description", "author", "pedigree", "useafter", "filename")
    header = {key.upper()[:8]: str(meta[key])[:200] for key in kept if key in meta}
    return Origin(
        path=str(absolute(file.gated.path)),
        sha256=file.gated.sha256,
        header=tuple(sorted(header.items())),
        notes=file.notes.texts,
    )


def _text(table: dict[str, Any], name: str) -> str:
    value = table.get(name, "")
    return str(value).strip() if isinstance(value, str | int) else ""
