"""Photometry of a star in an image of 1024 by 1024 pixels, beside photutils alone.

``python -m benchmarks.photometry`` tells the time of the center of mass, of the sums, and of what
photutils takes for the same sums on the whole image.
"""

import time
from collections.abc import Callable

import numpy as np
from photutils.aperture import ApertureStats, CircularAnnulus, CircularAperture, aperture_photometry

import engine  # noqa: F401  (before NumPy: it decides on the threads of BLAS)
from benchmarks.line import Line
from engine.imaging.aperture_correction import published_apertures
from engine.imaging.centering import locate_star
from engine.imaging.photometry import measure_photometry
from engine.model.image import Image
from engine.simulate.imaging_psf import imager_spread

_SHAPE, _CENTER, _REPEATS = (1024, 1024), (512.3, 500.8), 30
_ALONE = "photutils: sum, mean and scatter"


def times_of() -> dict[str, float]:
    """Return the processor time of each part. Unit: s."""
    rng = np.random.default_rng(1)
    apertures = published_apertures()["F1000W"].apertures
    star = 5e4 * imager_spread("F1000W").on_pixels(_SHAPE, _CENTER)
    data = (30.0 + star + rng.normal(0.0, 0.5, _SHAPE)).astype(np.float32)
    error = np.full(_SHAPE, 0.5, dtype=np.float32)
    flags = np.zeros(_SHAPE, dtype=np.uint32)
    image = Image(data, error, flags, "DN/s", kind="cal")
    place = locate_star(image, (514.0, 499.0), search_px=15.0, fwhm_px=2.96)
    circle = CircularAperture(_CENTER, apertures.radius_px)
    ring = CircularAnnulus(_CENTER, apertures.inner_px, apertures.outer_px)

    def alone() -> None:
        aperture_photometry(data, circle, error=error)
        stats = ApertureStats(data, ring)
        _ = stats.mean, stats.std

    rows = (
        (_ALONE, alone),
        ("sums", lambda: measure_photometry(image, place, apertures)),
        ("center", lambda: locate_star(image, (514.0, 499.0), search_px=15.0, fwhm_px=2.96)),
    )
    return {name: _median(work) for name, work in rows}


def lines() -> tuple[Line, ...]:
    """Return the line of the table of all benchmarks."""
    theirs, sums, center = times_of().values()
    what = "photometry of a star in 1024×1024 pixels: center, exact sums, level, errors"
    return (Line(what, 1e3 * (sums + center), "ms", _ALONE, 1e3 * theirs, share=2.0),)


def main() -> None:
    """Print a line a part."""
    times = times_of()
    for name, seconds in times.items():
        print(f"{name:34} {1e3 * seconds:7.2f} ms")
    whole = times["sums"] + times["center"]
    print(f"{'center and sums over photutils':34} {whole / times[_ALONE]:7.2f}")


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return float(np.median(times))


if __name__ == "__main__":
    main()
