"""The imaging demo: photometry of 29 stars in 14 filters with known factors, and its truth."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.progress import SILENT, Progress
from engine.simulate.demo import TRUTH_NAME, DemoFile
from engine.simulate.imaging_deliveries import delivery_files
from engine.simulate.imaging_frames import imaging_files
from engine.simulate.imaging_program import demo_numbers, published_rows
from engine.simulate.imaging_table import TableTruth, aperture_correction, observation_table
from engine.simulate.program import Size

TABLE_NAME = "photometry/observations.ecsv"
_DIGITS = 9


def make_imaging_demo(
    seed: int, *, size: Size = "small", progress: Progress = SILENT
) -> Iterator[DemoFile]:
    """Make the imaging demo, file by file.

    Parameters
    ----------
    seed : int
        The same seed gives the same bytes.
    size : {"small", "full"}, optional
        Both have the same table and images.
    progress : Progress, optional
        Told before each file.

    Yields
    ------
    DemoFile
        The truth last.

    Notes
    -----
    Stars, programs, subarrays and filters as in Gordon+2025, Tables 1 to 3; factors, time loss and
    subarrays as in Tables 7 and 8; one star has a debris disk, one deviates everywhere, four
    observations deviate alone, and the factor of FND changes with flux. A few visits of four stars
    are there as dithered images too, with models and coordinates of the stars. Two photom
    references that were delivered earlier are there.
    """
    content, truth = observation_table(np.random.default_rng([seed, 5]))
    files = list(imaging_files(truth.brighter))
    total = len(files) + 2
    progress.step(0, total, f"making {TABLE_NAME}")
    yield DemoFile(TABLE_NAME, content, "table")
    images: dict[str, dict[str, Any]] = {}
    for done, (name, role, make) in enumerate(files, 1):
        progress.step(done, total, f"making {name}")
        made = make(np.random.default_rng([seed, zlib.crc32(name.encode())]))
        if made.truth:
            images[name] = made.truth
        yield DemoFile(name, made.content, role)
    for name, reference in delivery_files():
        yield DemoFile(name, reference(), "reference")
    yield DemoFile(TRUTH_NAME, _truth_bytes(seed, size, truth, images), "truth")
    progress.step(total, total, "")


def _truth_bytes(
    seed: int, size: Size, truth: TableTruth, images: dict[str, dict[str, Any]]
) -> bytes:
    numbers = demo_numbers()
    document: dict[str, Any] = {
        "seed": seed,
        "size": size,
        "about": {
            "factor": "of an observation, without errors: (A + B exp(-(t - 59720)/tau)) / D_SA",
            "offset_percent": "flux of the star over its model, without the disk",
        },
        "filters": {
            name: {
                "asymptote": band["asymptote"],
                "amplitude": band["amplitude"],
                "tau_days": band["tau_days"],
                "aperture_correction": round(aperture_correction(name), _DIGITS),
            }
            for name, band in published_rows().items()
        },
        "trend": numbers["trend"],
        "disk": numbers["disk"],
        "deviant": numbers["deviant"],
        "star_offsets": {name: round(value, _DIGITS) for name, value in truth.offsets.items()},
        "observations": [
            {
                name: round(value, _DIGITS) if isinstance(value, float) else value
                for name, value in row.items()
            }
            for row in truth.rows
        ],
        "images": images,
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
