"""The demo data: ten stars in twelve bands, visits of one of them, models, references, truth.

A further kind of observation is a module beside this one with a function that makes one product,
and a few lines in `_products`.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from engine.model.bands import Band, bands
from engine.model.frames import Frame, frames
from engine.progress import SILENT, Progress
from engine.simulate.aperture_reference import aperture_reference_bytes, encircled_energy_bytes
from engine.simulate.calculator import calculator_table
from engine.simulate.detector import (
    background_frame_bytes,
    background_name,
    delivered_name,
    delivered_reference_bytes,
)
from engine.simulate.field_image import field_image_bytes
from engine.simulate.fits_products import model_bytes
from engine.simulate.fringe_flat import fringe_flat_bytes, fringe_flat_name
from engine.simulate.imager import photometry_table
from engine.simulate.instrument import Instrument, draw_instrument
from engine.simulate.jwst_headers import product_name
from engine.simulate.lamps import lamp_table
from engine.simulate.nebula import StripDetector
from engine.simulate.nebula_files import combined_reference, nebula_exposure, nebula_names
from engine.simulate.observations import Made, star_cube, star_spectrum, visit_spectrum
from engine.simulate.other_models import GRID, other_models
from engine.simulate.parameters import parameter_table
from engine.simulate.planets import (
    cold_planet_reference,
    cold_planet_spectrum,
    planet_map,
    reference_map,
)
from engine.simulate.program import (
    Exposure,
    Size,
    deeper_observations,
    standard_stars,
    visits,
)
from engine.simulate.red_sources import red_exposures, red_spectrum
from engine.simulate.slit_spectra import slit_spectrum, slit_stars
from engine.simulate.truth import truth_bytes

#: Stars that the small demo has as cubes; it has the others as extracted spectra.
SMALL_CUBES = ("10 Lac", "16 Cyg B")
TRUTH_NAME = "truth.json"
LAMPS_NAME = "lamps/lamps.ecsv"
CALCULATOR_NAME = "references/simulated_calculator_curve.ecsv"
PHOTOMETRY_NAME = "versus/photometry.ecsv"
_PLANETS = {
    "saturn_mrs": planet_map,
    "saturn_cirs": reference_map,
    "uranus_mrs": cold_planet_spectrum,
    "uranus_iris": cold_planet_reference,
}
PARAMETERS_NAME = "stars/well_depths.ecsv"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file of the demo.

    Attributes
    ----------
    name : str
        Path relative to the folder of the demo, with ``/``.
    content : bytes
        What the file holds.
    role : str
        ``"standard star"``, ``"asteroid"``, ``"red disk"``, ``"model"``, ``"reference"``,
        ``"extended source"``, ``"lamp"``, ``"table"`` or ``"truth"``.
    """

    name: str
    content: bytes
    role: str


@dataclass(frozen=True, slots=True)
class _Product:
    """A file that can be made: its name, its role, and how."""

    name: str
    role: str
    make: Callable[[np.random.Generator], Made]


def make_demo(
    seed: int, *, size: Size = "small", progress: Progress = SILENT
) -> Iterator[DemoFile]:
    """Make the demo data, file by file.

    Parameters
    ----------
    seed : int
        The same seed gives the same bytes.
    size : {"small", "full"}, optional
        Small: cubes of two stars, spectra of the other eight, three visits. Full: cubes of all
        ten stars and 21 visits.
    progress : Progress, optional
        Told before each file.

    Yields
    ------
    DemoFile
        Models and references first, the truth last.

    Notes
    -----
    Stars, asteroid and disk are in DN/s, not yet calibrated, dimmed as the lamps on their day;
    visits are in Jy, calibrated with the delivered photom references. Each file has its own random
    stream, named after it, so that both sizes agree where they overlap.
    """
    instrument = draw_instrument(np.random.default_rng([seed, 0]))
    products = list(_products(instrument, seed, size))
    total = len(products) + 1
    truths: dict[str, dict[str, Any]] = {}
    for done, product in enumerate(products):
        progress.step(done, total, f"making {product.name}")
        stream = zlib.crc32(product.name.encode())
        made = product.make(np.random.default_rng([seed, stream]))
        if made.truth:
            truths[product.name] = made.truth
        yield DemoFile(product.name, made.content, product.role)
    yield DemoFile(TRUTH_NAME, truth_bytes(seed, size, instrument, truths), "truth")
    progress.step(total, total, "")


def _products(instrument: Instrument, seed: int, size: Size) -> Iterator[_Product]:
    # Before the others: of several models of a star the one that is opened last is used.
    yield from (_model(exposure, grid=GRID) for exposure in other_models())
    yield from (_model(exposure, grid="simulated") for exposure in standard_stars())
    yield from (_aperture_reference(band) for band in bands())
    yield from (_encircled_energy(band) for band in bands())
    yield _fringe_flat(frames()[1])
    yield _field_image(standard_stars()[0])
    for exposure in standard_stars():
        as_cube = size == "full" or exposure.star in SMALL_CUBES
        yield from _cubes(instrument, exposure) if as_cube else _spectra(instrument, exposure)
    for exposure in deeper_observations():
        yield from _spectra(instrument, exposure)
    for exposure in visits():
        if size in exposure.sizes:
            yield from _visit(instrument, exposure)
    for exposure in red_exposures():
        yield from _red_source(instrument, seed, exposure)
    yield from (_background_frame(frame) for frame in frames())
    yield from (_delivered_reference(instrument, frame) for frame in frames())
    yield from (_nebula(strip, number, name, seed) for strip, number, name in nebula_names())
    yield _combined_flat(seed)
    yield _Product(LAMPS_NAME, "lamp", lambda rng: Made(lamp_table(rng), {}))
    yield _Product(CALCULATOR_NAME, "table", lambda _rng: Made(calculator_table(instrument), {}))
    yield _Product(PHOTOMETRY_NAME, "photometry", partial(photometry_table, instrument))
    for exposure in slit_stars():
        name = f"versus/{_stem(exposure)}_irs.ecsv"
        yield _Product(name, "comparison", partial(slit_spectrum, instrument, exposure))
    for stem, make in _PLANETS.items():
        yield _Product(f"versus/{stem}.ecsv", "map", make)
    yield _Product(PARAMETERS_NAME, "table", lambda rng: Made(parameter_table(rng), {}))


def _model(exposure: Exposure, *, grid: str) -> _Product:
    filename = f"{_stem(exposure)}_{grid}_001.fits"

    def make(_rng: np.random.Generator) -> Made:
        return Made(model_bytes(exposure, filename=filename), {})

    return _Product(f"models/{filename}", "model", make)


def _aperture_reference(band: Band) -> _Product:
    filename = f"simulated_apcorr_{band.name.lower()}.asdf"

    def make(_rng: np.random.Generator) -> Made:
        return Made(aperture_reference_bytes(band, filename=filename), {})

    return _Product(f"references/{filename}", "reference", make)


def _background_frame(frame: Frame) -> _Product:
    filename = background_name(frame)

    def make(_rng: np.random.Generator) -> Made:
        return Made(background_frame_bytes(frame, filename=filename), {})

    return _Product(f"frames/{filename}.gz", "other", make)


def _delivered_reference(instrument: Instrument, frame: Frame) -> _Product:
    filename = delivered_name(frame)

    def make(_rng: np.random.Generator) -> Made:
        return Made(delivered_reference_bytes(instrument, frame, filename=filename), {})

    return _Product(f"references/{filename}.gz", "reference", make)


def _nebula(strip: StripDetector, number: int, name: str, seed: int) -> _Product:
    make = partial(nebula_exposure, strip, number, seed)
    return _Product(f"nebula/{name}.gz", "extended source", make)


def _combined_flat(seed: int) -> _Product:
    filename = "simulated_flat_1a.fits"
    make = partial(combined_reference, filename, seed)
    return _Product(f"references/{filename}.gz", "reference", make)


def _fringe_flat(frame: Frame) -> _Product:
    filename = fringe_flat_name(frame)

    def make(_rng: np.random.Generator) -> Made:
        return Made(fringe_flat_bytes(frame, filename=filename), {})

    return _Product(f"references/{filename}.gz", "reference", make)


def _field_image(exposure: Exposure) -> _Product:
    filename = f"{_stem(exposure)}_f560w_i2d.fits"

    def make(rng: np.random.Generator) -> Made:
        return Made(field_image_bytes(exposure, rng, filename=filename), {})

    return _Product(f"images/{filename}", "other", make)


def _encircled_energy(band: Band) -> _Product:
    def make(_rng: np.random.Generator) -> Made:
        return Made(encircled_energy_bytes(band), {})

    name = f"references/simulated_encircled_energy_{band.name.lower()}.ecsv"
    return _Product(name, "reference", make)


def _cubes(instrument: Instrument, exposure: Exposure) -> Iterator[_Product]:
    for band in exposure.bands:
        name = f"stars/{_stem(exposure)}/{product_name(exposure, band, 's3d')}.gz"
        yield _Product(name, "standard star", partial(star_cube, instrument, exposure, band))


def _spectra(instrument: Instrument, exposure: Exposure) -> Iterator[_Product]:
    for band in exposure.bands:
        name = f"stars/{_stem(exposure)}/{product_name(exposure, band, 'x1d')}"
        yield _Product(name, "standard star", partial(star_spectrum, instrument, exposure, band))


def _visit(instrument: Instrument, exposure: Exposure) -> Iterator[_Product]:
    for band in exposure.bands:
        name = f"visits/{exposure.date}/{product_name(exposure, band, 'x1d')}"
        yield _Product(name, "standard star", partial(visit_spectrum, instrument, exposure, band))


def _red_source(instrument: Instrument, seed: int, exposure: Exposure) -> Iterator[_Product]:
    for band in exposure.bands:
        name = f"thermal/{_stem(exposure)}/{product_name(exposure, band, 'x1d')}"
        make = partial(red_spectrum, instrument, seed, exposure, band)
        yield _Product(name, exposure.source, make)


def _stem(exposure: Exposure) -> str:
    return exposure.header_name.lower().replace(" ", "")
