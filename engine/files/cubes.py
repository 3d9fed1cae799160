"""IFU cubes (s3d), of one band or several."""

import numpy as np

from engine.arrays import AnyFloatArray, FlagArray, freeze, frozen
from engine.files.fits_arrays import constant
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.headers import check_band
from engine.files.image_units import canonical_image_unit, check_level, without_infinities
from engine.files.sky_keywords import ARCSEC, pixel_area_sr, read_sky
from engine.files.wave_axis import read_wave_axis
from engine.model.cube import Cube

_AREA_TOLERANCE = 0.02  # five figures of a constant, and rounding


def read_cube(file: FitsFile) -> Cube:
    """Read the cube of a file.

    Parameters
    ----------
    file : FitsFile
        A file with a three-dimensional extension ``SCI``, or with the cube in the primary one.

    Returns
    -------
    Cube
        Voxels as stored (float32 as a rule), native byte order, wavelengths increasing.

    Raises
    ------
    FileError
        If axes, shapes, wavelengths or units cannot be trusted.
    """
    data_hdu = cube_hdu(file)
    if data_hdu is None or len(data_hdu.shape) != 3 or 0 in data_hdu.shape:
        raise file.notes.refused(
            "There is no three-dimensional SCI extension with voxels in it.", "Open an s3d file."
        )
    wave = read_wave_axis(file, data_hdu, data_hdu.shape[0])
    sky = read_sky(data_hdu.header, file.notes)
    area = pixel_area_sr(data_hdu.header, sky, file.notes, tolerance=_AREA_TOLERANCE)
    if area is None:
        raise file.notes.refused(
            "PIXAR_SR is missing and there are no sky coordinates to compute it from.",
            "Write the solid angle of a spaxel into PIXAR_SR.",
        )
    unit, factor = canonical_image_unit(file, data_hdu, error_name="ERR")
    data, error, weights = _read_voxels(file, data_hdu, factor)
    flags = file.companion_flags(data_hdu, shape=data_hdu.shape)
    _check_voxels(file, data, error, flags)
    check_level(file.notes, data, unit)
    identity = file.identity(data_hdu)
    check_band(file.notes, identity.band, wave)
    step = 1 if wave.size < 2 or wave[1] > wave[0] else -1
    if step < 0:
        file.notes.warn("The wavelengths decrease from plane to plane: the planes were reversed.")
    return Cube(
        wave_um=frozen(wave[::step]),
        data=data[::step],
        error=error[::step],
        flags=flags[::step],
        weights=weights[::step],
        unit=unit,
        pixel_area_sr=area,
        spaxel_arcsec=_side_arcsec(data_hdu, area) if sky is None else sky.pixel_scale_arcsec,
        sky=sky,
        target_deg=_target(file),
        identity=identity,
        origin=file.origin(data_hdu),
    )


def cube_hdu(file: FitsFile) -> Hdu | None:
    """Return the extension that holds the cube: ``SCI``, else the primary one."""
    science = file.find("SCI")
    if science is not None:
        return science
    return file.hdus[0] if len(file.hdus[0].shape) == 3 else None


def _side_arcsec(data: Hdu, area_sr: float | None) -> float:
    """Return the side of a spaxel in instrument coordinates, whose unit is arcsec."""
    step = data.header.number("CDELT1")
    if step and data.header.text("CUNIT1").lower().startswith("arcsec"):
        return abs(step)
    return float(np.degrees(np.sqrt(area_sr))) * ARCSEC if area_sr else float("nan")


def _read_voxels(
    file: FitsFile, data_hdu: Hdu, factor: float
) -> tuple[AnyFloatArray, AnyFloatArray, AnyFloatArray]:
    """Return data, errors and weights; what a file lacks takes no memory."""
    shape = data_hdu.shape
    data = _scaled(file.values(data_hdu), factor)
    error = file.companion("ERR", data_hdu, shape=shape)
    weights = file.companion("WMAP", data_hdu, shape=shape)
    if error is None:
        file.notes.warn("There is no ERR extension: the errors of the voxels are not known.")
        error = constant(np.nan, shape)
    if weights is None:
        file.notes.note("There is no WMAP extension: every finite voxel counts as covered.")
        weights = freeze(np.isfinite(data).astype(np.float32))
    elif not np.any(weights):
        file.notes.warn(
            "All weights (WMAP) are 0: no voxel counts as covered. Make the cube again."
        )
    return without_infinities(data, file.notes), _scaled(error, factor), weights


def _scaled(values: AnyFloatArray, factor: float) -> AnyFloatArray:
    if factor == 1.0 or values.strides[-1] == 0:
        return values
    return freeze(values * values.dtype.type(factor))


def _target(file: FitsFile) -> tuple[float, float] | None:
    ra, dec = file.primary.number("TARG_RA"), file.primary.number("TARG_DEC")
    return None if ra is None or dec is None else (ra % 360.0, dec)


def _check_voxels(
    file: FitsFile, data: AnyFloatArray, error: AnyFloatArray, flags: FlagArray
) -> None:
    """Warn about cubes that cannot give a number anywhere."""
    finite = np.isfinite(data)
    n_finite = int(np.count_nonzero(finite))
    if n_finite == 0:
        file.notes.warn("All voxels are NaN: the cube holds no measurement.")
        return
    if np.bitwise_and.reduce(flags, axis=None) & 1:
        file.notes.warn(
            "All voxels are flagged DO_NOT_USE (DQ): nothing of the cube should be used. Make it "
            "again, or find out what flagged it."
        )
    if error.strides[-1] == 0:
        return
    n_invalid = int(np.count_nonzero(finite & (error <= 0.0)))
    if n_invalid > 0.01 * n_finite:
        file.notes.warn(
            f"{n_invalid} of {n_finite} errors (ERR) are zero or negative: these errors are not "
            "valid. Signal-to-noise ratios will miss them."
        )
