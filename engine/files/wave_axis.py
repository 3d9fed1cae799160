"""The wavelengths of the planes of a cube, computed here and not by a general parser.

Linear axes (CTYPE3 ``WAVE``) and tables (``WAVE-TAB``) as the JWST pipeline writes them.
"""

import numpy as np

from engine.arrays import FloatArray
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.notes import quoted
from engine.units import converted, wave_factor

SHORTEST_UM, LONGEST_UM = 0.6, 30.0  #: wavelengths of JWST; others are not plausible


def read_wave_axis(file: FitsFile, data: Hdu, n_planes: int) -> FloatArray:
    """Return the vacuum wavelength of each plane, in the order of the file.

    Parameters
    ----------
    file : FitsFile
        The open file.
    data : Hdu
        The cube.
    n_planes : int
        Its planes.

    Returns
    -------
    ndarray, shape (n_planes,)
        Strictly monotonic, finite, positive. Unit: um.

    Raises
    ------
    FileError
        If the third axis is no wavelength, its unit is not known, or a table does not fit.

    Notes
    -----
    Linear: ``CRVAL3 + (k + 1 - CRPIX3) CDELT3`` for plane k, counted from 0.
    """
    kind = data.header.text("CTYPE3").upper()
    others = [data.header.text(f"CTYPE{axis}").upper() for axis in (1, 2)]
    swapped = [axis for axis, name in enumerate(others, 1) if name.startswith("WAVE")]
    if swapped:
        raise file.notes.refused(
            f"The axes are swapped: wavelength is axis {swapped[0]} (CTYPE{swapped[0]}), not 3.",
            "Transpose the cube to (wavelength, y, x) and repair its header.",
        )
    if kind not in {"WAVE", "WAVE-TAB"}:
        raise file.notes.refused(
            f"The cube has no wavelength axis: CTYPE3 is {quoted(kind) if kind else 'missing'}.",
            "Set CTYPE3 to WAVE (vacuum wavelength) if that is what it is.",
        )
    if kind == "WAVE-TAB":
        wave = _from_table(file, data, n_planes)
    else:
        wave = _linear(file, data, n_planes)
        _compare_with_table(file, wave)
    return _checked(file, wave)


def _linear(file: FitsFile, data: Hdu, n_planes: int) -> FloatArray:
    header = data.header
    value, pixel = header.number("CRVAL3"), header.number("CRPIX3")
    step = header.number("CD3_3") if "CD3_3" in header else header.number("CDELT3")
    if "CD3_3" not in header and "PC3_3" in header and step is not None:
        step *= header.number("PC3_3") or 0.0
    if value is None or pixel is None or not step:
        raise file.notes.refused(
            "The wavelength axis is not usable: CRVAL3, CRPIX3 or CDELT3 is missing or zero.",
            "Make the cube again, or repair its header.",
        )
    if any(header.number(f"PC{a}_{b}") for a, b in ((1, 3), (2, 3), (3, 1), (3, 2))):
        raise file.notes.refused(
            "The wavelength axis is mixed with the sky (PC3_1, PC3_2, ...).",
            "Make the cube again with separate axes.",
        )
    wave: FloatArray = value + (np.arange(n_planes, dtype=np.float64) + 1.0 - pixel) * step
    return converted(wave, _unit_factor(file, header.text("CUNIT3"), wave, keyword="CUNIT3"))


def _from_table(file: FitsFile, data: Hdu, n_planes: int) -> FloatArray:
    name = data.header.text("PS3_0").upper() or "WCS-TABLE"
    column = data.header.text("PS3_1") or "wavelength"
    hdu = file.find(name)
    if hdu is None:
        raise file.notes.refused(
            f"CTYPE3 is WAVE-TAB, but the table of wavelengths {quoted(name)} is missing.",
            "Make the cube again.",
        )
    table = file.table(hdu)
    values = table.numbers(column) if column in table else None
    if values is None:
        raise file.notes.refused(
            f"The table {quoted(name)} has no column of wavelengths {quoted(column)}.",
            "Make the cube again.",
        )
    if values.size != n_planes:
        raise file.notes.refused(
            f"The table {quoted(name)} has {values.size} wavelengths for {n_planes} planes.",
            "The table belongs to another cube; make the cube again.",
        )
    unit = table.unit(column) or data.header.text("CUNIT3")
    wave = values.reshape(-1)
    return converted(wave, _unit_factor(file, unit, wave, keyword="the unit of the table"))


def _compare_with_table(file: FitsFile, wave: FloatArray) -> None:
    """Warn when the table that always goes with a cube contradicts its linear axis."""
    hdu = file.find("WCS-TABLE")
    if hdu is None or hdu.kind != "table":
        return
    table = file.table(hdu)
    values = table.numbers("wavelength") if "wavelength" in table else None
    if values is None:
        return
    if values.size != wave.size:
        raise file.notes.refused(
            f"The table 'WCS-TABLE' has {values.size} wavelengths for {wave.size} planes.",
            "The table or the cube is not complete; make the cube again.",
        )
    steps = np.abs(np.diff(wave)).min() if wave.size > 1 else wave[0] * 1e-4
    if np.nanmax(np.abs(values.reshape(-1) - wave), initial=0.0) > 0.05 * steps:
        file.notes.warn(
            "The table of wavelengths and the linear axis (CRVAL3, CDELT3) disagree: the axis is "
            "used. Check the wavelengths."
        )


def _unit_factor(file: FitsFile, unit: str, wave: FloatArray, *, keyword: str) -> float:
    factor = wave_factor(unit)
    if factor is not None:
        return factor
    if unit:
        raise file.notes.refused(
            f"The unit of wavelength {quoted(unit)} ({keyword}) is not known.",
            "Write um, nm, Angstrom or m.",
        )
    middle = float(np.median(wave))
    for guess, low, high in (("um", SHORTEST_UM, LONGEST_UM), ("m", 6e-7, 3e-5)):
        if low <= middle <= high:
            file.notes.warn(
                f"The unit of wavelength ({keyword}) is missing: {guess} is assumed, because "
                f"{middle:.4g} {guess} is a wavelength of JWST. Check it."
            )
            return wave_factor(guess) or 1.0
    raise file.notes.refused(
        f"The unit of wavelength ({keyword}) is missing and {middle:.4g} fits neither um nor m.",
        "Write the unit into the header.",
    )


def _checked(file: FitsFile, wave: FloatArray) -> FloatArray:
    n_bad = int(np.count_nonzero(~np.isfinite(wave) | (wave <= 0.0)))
    if n_bad:
        raise file.notes.refused(
            f"{n_bad} of {wave.size} wavelengths of the planes are NaN or not positive.",
            "Make the cube again.",
        )
    steps = np.diff(wave)
    if not (np.all(steps > 0.0) or np.all(steps < 0.0)):
        raise file.notes.refused(
            "The wavelengths of the planes neither only rise nor only fall.", "Make the cube again."
        )
    if wave.min() < SHORTEST_UM or wave.max() > LONGEST_UM:
        file.notes.warn(
            f"Wavelengths {wave.min():.4g}-{wave.max():.4g} µm are not plausible for JWST "
            f"({SHORTEST_UM}-{LONGEST_UM:.0f} µm). Check the unit."
        )
    return wave
