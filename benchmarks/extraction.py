"""Speed of the extraction beside jwst on the same arrays, in one run: ratios are the point.

Run with the reference environment: ``python -m benchmarks.extraction``. Without jwst its column
is empty. Times are those of the processor, which other programs lengthen least. The pipeline finds
the center, clips the annulus and propagates errors; "whole" does that and measures the drift of
the centroid and the three systematic spreads besides.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.line import Line
from engine.arrays import FloatArray
from engine.model.cube import Cube
from engine.model.sky import SkyPlane
from engine.mrs.aperture import ConicalAperture
from engine.mrs.aperture_sums import sum_apertures
from engine.mrs.centroid import locate_source, locate_source_as_pipeline
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from engine.mrs.extraction_preview import ExtractionPreview
from engine.mrs.pipeline_sums import sum_apertures_as_pipeline
from engine.mrs.wavelength_bins import bin_planes

_SEED = 20250113
_SLOPE, _OFFSET = 0.033, 0.106


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; NaN: not measured here.

    Attributes
    ----------
    shape : tuple of int
        Planes, rows, columns of the cube.
    method : str
        ``"unbiased"`` or ``"pipeline"``.
    whole_ms : float
        `extract_spectrum`: center, sums, clipping, errors, drift, spreads, messages.
    sums_ms : float
        Center, sums, clipping and errors alone: what jwst does.
    preview_ms : float
        One spectrum while the aperture is dragged.
    jwst_ms : float
        `jwst.extract_1d.ifu.ifu_extract1d`.
    """

    shape: tuple[int, int, int]
    method: str
    whole_ms: float
    sums_ms: float
    preview_ms: float
    jwst_ms: float

    @property
    def jwst_over_whole(self) -> float:
        return self.jwst_ms / self.whole_ms

    @property
    def jwst_over_sums(self) -> float:
        return self.jwst_ms / self.sums_ms


def rows(
    shapes: tuple[tuple[int, int, int], ...] = ((717, 29, 31), (1050, 50, 48)),
) -> list[Row]:
    """Measure each shape with both methods; best of seven, jwst once."""
    return [row for shape in shapes for row in _measure(star_cube(shape))]


def _measure(cube: Cube) -> list[Row]:
    jwst_ms = _jwst_ms(cube) if find_spec("jwst") else float("nan")
    return [
        Row(
            cube.shape,
            method,
            _best(lambda m=method: extract_spectrum(cube, ExtractionParams(method=m))),
            _best(lambda m=method: _sums_alone(cube, m)),
            _preview_ms(cube),
            jwst_ms,
        )
        for method in ("unbiased", "pipeline")
    ]


def star_cube(shape: tuple[int, int, int]) -> Cube:
    """Return a noisy cube with a star off center, and the field's corners empty."""
    rng = np.random.default_rng(_SEED)
    n_wave, n_y, n_x = shape
    spaxel = 0.13
    wave = 4.9 + 0.0008 * np.arange(n_wave)
    x_0, y_0 = 0.46 * n_x + 0.2, 0.51 * n_y + 0.2
    y, x = np.mgrid[:n_y, :n_x]
    square = (x - x_0) ** 2 + (y - y_0) ** 2
    variance = ((_SLOPE * wave + _OFFSET) / spaxel / 2.3548) ** 2
    data = 1000.0 * np.exp(-0.5 * square / variance[:, None, None]) + 20.0
    data += rng.normal(0.0, 2.0, shape)
    weights = rng.integers(1, 6, shape).astype(np.float32)
    weights[:, np.abs(x - n_x / 2) + np.abs(y - n_y / 2) > 0.8 * (n_x + n_y) / 2] = 0.0
    data[weights == 0.0] = np.nan
    degrees = spaxel / 3600.0
    sky = SkyPlane((n_x / 2, n_y / 2), (200.0, 10.0), ((-degrees, 0.0), (0.0, degrees)))
    return Cube(
        wave_um=wave,
        data=data.astype(np.float32),
        error=np.full(shape, 2.0, dtype=np.float32),
        flags=np.where(weights == 0.0, 513, 0).astype(np.uint32),
        weights=weights,
        unit="MJy/sr",
        pixel_area_sr=float(np.deg2rad(degrees) ** 2),
        spaxel_arcsec=spaxel,
        sky=sky,
        target_deg=sky.pixel_to_sky(x_0, y_0),
    )


def _sums_alone(cube: Cube, method: str) -> None:
    width = (_SLOPE * cube.wave_um + _OFFSET) / cube.spaxel_arcsec
    if method == "pipeline":
        place = locate_source_as_pipeline(cube, "auto")
        aperture = ConicalAperture((place.x, place.y), 2 * width, 3 * width, 4 * width)
        sum_apertures_as_pipeline(cube, aperture)
        return
    place = locate_source(cube, bin_planes(cube), "auto", fwhm_pixels=float(np.median(width)))
    aperture = ConicalAperture((place.x, place.y), 2 * width, 3 * width, 4 * width)
    sum_apertures(cube, aperture, fwhm_pixels=width)


def _preview_ms(cube: Cube) -> float:
    preview = ExtractionPreview(cube)
    middle = 0.46 * cube.shape[2] + 0.2, 0.51 * cube.shape[1] + 0.2
    times = []
    for step in range(41):
        center = middle[0] + 0.05 * step, middle[1]
        began = time.perf_counter()
        preview.extract(ExtractionParams(), center)
        times.append(time.perf_counter() - began)
    return 1e3 * float(np.median(times))


def _jwst_ms(cube: Cube) -> float:
    from jwst.extract_1d.ifu import ifu_extract1d  # noqa: PLC0415  (reference environment only)

    model = _jwst_model(cube)
    small = _jwst_model(star_cube((3, 29, 31)))
    with tempfile.TemporaryDirectory() as folder:
        reference = _jwst_radii(Path(folder) / "extract1d.asdf", cube.wave_um)
        ifu_extract1d(small, reference, "POINT", None, 3.0, ifu_autocen=True)  # imports
        began = time.process_time()
        ifu_extract1d(model, reference, "POINT", None, 3.0, ifu_autocen=True)
        return 1e3 * (time.process_time() - began)


def _jwst_radii(path: Path, wave_um: FloatArray) -> str:
    import asdf  # noqa: PLC0415  (reference environment only)

    width = _SLOPE * wave_um + _OFFSET
    radii = {"radius": 2 * width, "inner_bkg": 3 * width, "outer_bkg": 4 * width}
    tree = {
        "meta": {
            "region_type": "target",
            "subtract_background": True,
            "method": "exact",
            "subpixels": 10,
            "telescope": "JWST",
            "reftype": "extract1d",
            "pedigree": "DUMMY",
            "description": "benchmark",
            "author": "benchmark",
            "useafter": "2022-01-01T00:00:00",
            "instrument": {"name": "MIRI"},
            "exposure": {"type": "MIR_MRS"},
        },
        "data": {"wavelength": wave_um, "wavelength_units": "micron"}
        | radii
        | {f"{name}_units": "arcsec" for name in radii}
        | {"axis_ratio": np.ones(wave_um.size), "axis_pa": np.zeros(wave_um.size)},
    }
    asdf.AsdfFile(tree).write_to(path, all_array_storage="inline")
    return str(path)


def _jwst_model(cube: Cube) -> Any:
    from jwst.assign_wcs.pointing import create_fitswcs  # noqa: PLC0415
    from stdatamodels.jwst import datamodels  # noqa: PLC0415

    model = datamodels.IFUCubeModel(
        data=cube.data.copy(),
        err=cube.error.copy(),
        dq=cube.flags.copy(),
        weightmap=cube.weights.copy(),
    )
    model.meta.instrument.name, model.meta.instrument.channel = "MIRI", "1"
    model.meta.exposure.type = "MIR_MRS"
    model.meta.photometry.pixelarea_steradians = cube.pixel_area_sr
    model.meta.target.ra, model.meta.target.dec = cube.target_deg
    sky, degrees = cube.sky, cube.spaxel_arcsec / 3600.0
    values = {
        **{
            "wcsaxes": 3,
            "crpix1": sky.reference_pixel[0] + 1,
            "crpix2": sky.reference_pixel[1] + 1,
        },
        **{"crpix3": 1, "crval1": 200.0, "crval2": 10.0, "crval3": float(cube.wave_um[0])},
        **{"cdelt1": degrees, "cdelt2": degrees, "cdelt3": 0.0008},
        **{"ctype1": "RA---TAN", "ctype2": "DEC--TAN", "ctype3": "WAVE"},
        **{"cunit1": "deg", "cunit2": "deg", "cunit3": "um", "dispersion_direction": 2},
        **{f"pc{i}_{j}": float(i == j) for i in (1, 2, 3) for j in (1, 2, 3)},
        "pc1_1": -1.0,
    }
    for name, value in values.items():
        setattr(model.meta.wcsinfo, name, value)
    model.meta.wcs = create_fitswcs(model)
    return model


def _best(work: Callable[[], object], repeats: int = 7) -> float:
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1e3 * min(times)


def lines() -> tuple[Line, ...]:
    """Return the lines of the table of all benchmarks."""
    unbiased, pipeline = rows(((1050, 50, 48),))
    peer, theirs = "jwst ifu_extract1d", unbiased.jwst_ms
    what = "extraction of a 1050×50×48 cube"
    return (
        Line(f"{what}: center, clipped annulus, errors", unbiased.sums_ms, "ms", peer, theirs, 100),
        Line(
            f"{what}: like the pipeline, quirks included", pipeline.sums_ms, "ms", peer, theirs, 100
        ),
        Line(f"{what}: drift and three spreads besides", unbiased.whole_ms, "ms", peer, theirs),
        Line(
            f"{what}: like the pipeline, drift and spreads besides",
            pipeline.whole_ms,
            "ms",
            peer,
            theirs,
        ),
    )


def main() -> None:
    """Print the table."""
    print("cube            method     jwst ms   whole ms (ratio)   sums ms (ratio)   preview ms")
    for row in rows():
        shape = "×".join(str(size) for size in row.shape)
        print(
            f"{shape:15} {row.method:9} {row.jwst_ms:8.0f} {row.whole_ms:10.1f} "
            f"({row.jwst_over_whole:5.0f}) {row.sums_ms:9.1f} ({row.jwst_over_sums:5.0f}) "
            f"{row.preview_ms:12.1f}"
        )


if __name__ == "__main__":
    main()
