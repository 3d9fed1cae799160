"""Maps of wavelengths, photom references and vectors of one detector frame."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from engine.model.bands import band_named
from engine.model.frames import SHAPE, frame_named
from engine.model.identity import Identity, Origin
from engine.model.image import Image
from engine.model.photom import PhotomReference
from engine.model.vector import CalibrationVector
from engine.simulate.detector import wave_map

FRAME = frame_named("34A")
NOTHING = np.zeros(SHAPE, np.uint32)


def add_map(files):
    """Open a frame of 34A with its map of wavelengths; return the map."""
    wave = wave_map(FRAME).astype(np.float32)
    wave[wave == 0] = np.nan
    image = Image(
        data=np.ones(SHAPE, np.float32),
        error=np.ones(SHAPE, np.float32),
        flags=NOTHING,
        unit="MJy/sr",
        wave_um=wave,
        identity=Identity(detector="MIRIFULONG"),
        origin=Origin(path="/data/cal.fits", header=(("BAND", "SHORT"),)),
    )
    files.add(image, "image", "other", name="cal.fits")
    entry = files.session.entries[-1]
    files.session = files.session.with_entries([replace(entry, wave_maps=("34A",))])
    return wave


def add_reference(files, *, level=300.0, name="photom.fits"):
    """Open a photom reference of 34A with one factor everywhere; return its id."""
    factor = np.where(wave_map(FRAME) > 0, level, np.nan).astype(np.float32)
    reference = PhotomReference(
        frame="34A",
        factor=factor,
        error=np.ones(SHAPE, np.float32),
        flags=NOTHING,
        losses=MappingProxyType({}),
        identity=Identity(band="4A", detector="MIRIFULONG"),
        origin=Origin(path=f"/data/{name}"),
    )
    return files.add(reference, "photom reference", "other", name=name)


def add_vector(files, band, *, kind="relative factor", value=1.1):
    """Open a vector of one value; return its id."""
    one = band_named(band)
    wave = np.linspace(one.wave_min_um - 0.1, one.wave_max_um + 0.1, 300)
    vector = CalibrationVector(
        wave_um=wave,
        value=np.full(300, value),
        stat_error=np.full(300, 0.01),
        sys_error=np.zeros(300),
        flags=np.zeros(300, np.uint32),
        kind=kind,
        identity=Identity(target="10 Lac", band=band),
    )
    return files.add(vector, "vector", "other", name=f"{band}-{value}.fits")
