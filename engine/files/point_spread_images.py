"""Images of model point-spread functions (WebbPSF, STPSF), read as encircled energy."""

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.notes import quoted
from engine.model.identity import Identity
from engine.model.point_spread import EncircledEnergy
from engine.numerics.circles import circle_overlap

_PREFERRED = ("DET_DIST", "DET_SAMP", "OVERDIST", "OVERSAMP")  # as the detector sees it, first
_STEP_PX = 0.25
_MOST = 1.001  # of the light: more is another normalization
_MOST_PIXELS = 4096
_UM_PER_M = 1e6


def is_point_spread(file: FitsFile) -> bool:
    """Tell whether a file holds the image of a model point-spread function."""
    return _chosen(file) is not None


def read_point_spread(file: FitsFile) -> EncircledEnergy:
    """Read the part of the light inside circles around the middle of a model image.

    Parameters
    ----------
    file : FitsFile
        With PIXELSCL (arcsec) and WAVELEN (m) in the header of the image. Of several images that
        with the pixels and the distortion of the detector is taken.

    Returns
    -------
    EncircledEnergy
        One wavelength; radii of a quarter of a pixel and more, out to the edge of the image. The
        light beyond the field is missing from the fractions, as the model has it.

    Raises
    ------
    FileError
        If the image is not one of two axes with a scale, or adds up to nothing.
    """
    hdu = _chosen(file)
    if hdu is None:
        raise file.notes.refused("There is no point-spread function in the file.", "Open another.")
    values = np.array(file.values(hdu), dtype=np.float64)
    if values.ndim != 2 or max(values.shape) > _MOST_PIXELS:
        raise file.notes.refused(
            f"A point-spread function with the shape {values.shape} is none.",
            "Open the image of one point source at one field point.",
        )
    values = np.where(np.isfinite(values), values, 0.0)
    total = float(values.sum())
    if not total > 0 or values.min() < -1e-6 * values.max():
        raise file.notes.refused(
            "The point-spread function is negative, or adds up to nothing.", "Make it again."
        )
    if total > _MOST:
        file.notes.warn(
            f"The point-spread function adds up to {total:.4g}, not to 1 or less: it is divided "
            "by that, and light beyond its field counts as none."
        )
        values = values / total
    scale, wave = hdu.header.number("PIXELSCL") or 0.0, hdu.header.number("WAVELEN") or 0.0
    radius, fraction = _inside(values)
    name = hdu.header.text("FILTER") or file.primary.text("FILTER")
    file.notes.note(f"Taken as encircled energy: the image {quoted(hdu.name or 'PRIMARY')}.")
    return EncircledEnergy(
        wave_um=freeze(np.array([wave * _UM_PER_M])),
        radius_arcsec=freeze(radius * scale),
        fraction=freeze(np.minimum(fraction, 1.0)[:, np.newaxis]),
        identity=Identity(
            instrument=hdu.header.text("INSTRUME") or file.primary.text("INSTRUME"),
            filter=name.upper(),
        ),
        origin=file.origin(hdu),
    )


def _chosen(file: FitsFile) -> Hdu | None:
    """Return the image of a model that is nearest to what the detector sees."""
    found = [hdu for hdu in file.hdus if "image" in hdu.kind and _is_model(hdu)]
    order = {name: place for place, name in enumerate(_PREFERRED)}
    return min(found, key=lambda hdu: order.get(hdu.name, len(order)), default=None)


def _is_model(hdu: Hdu) -> bool:
    header = hdu.header
    has_scale = (header.number("PIXELSCL") or 0.0) > 0 and (header.number("WAVELEN") or 0.0) > 0
    return len(hdu.shape) == 2 and has_scale and ("DIFFLMT" in header or "NWAVES" in header)


def _inside(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return radii in pixels, and the part of the light inside each."""
    n_y, n_x = values.shape
    center = ((n_x - 1) / 2.0, (n_y - 1) / 2.0)
    radius = np.arange(_STEP_PX, min(n_y, n_x) / 2.0, _STEP_PX)
    shape = (n_y, n_x)
    found = [
        float(np.sum(circle_overlap(np.array([one]), center, shape)[0] * values)) for one in radius
    ]
    return radius, np.maximum.accumulate(np.array(found))
