"""Static fringe flats of the MRS (`FringeModel`): one product for each band of the detector."""

from dataclasses import replace

from engine.files.fits_file import FitsFile
from engine.files.references import read_reference
from engine.model.frames import SHAPE, frame_of
from engine.model.image import Image


def is_fringe_flat(file: FitsFile) -> bool:
    """Tell whether ``file`` is a fringe flat of an MRS detector in one setting."""
    data = file.find("SCI")
    return (
        file.primary.text("REFTYPE").upper() == "FRINGE"
        and frame_of(file.primary.text("DETECTOR"), file.primary.text("BAND")) is not None
        and data is not None
        and data.kind == "image"
        and data.shape == SHAPE
    )


def read_fringe_flat(file: FitsFile) -> tuple[Image, ...]:
    """Read a fringe flat that `is_fringe_flat`.

    Returns
    -------
    tuple of Image
        The same image twice, once for each of the two bands of the frame.

    Raises
    ------
    FileError
        If the shapes of SCI, ERR and DQ differ.
    """
    frame = frame_of(file.primary.text("DETECTOR"), file.primary.text("BAND"))
    whole = next(one for one in read_reference(file) if isinstance(one, Image))
    assert frame is not None
    return tuple(
        replace(whole, identity=replace(whole.identity, band=band.name)) for band, _ in frame.halves
    )
