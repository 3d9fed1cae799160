"""The table of the imaging demo as analyses see it, and what was put into it."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from engine.files import load
from engine.imaging.observation_columns import read_observations
from engine.imaging.observations import ImagingTable
from engine.simulate.imaging_table import TableTruth, observation_table


@cache
def demo_observations(seed: int = 2025) -> tuple[ImagingTable, TableTruth]:
    """Return the observations of one seed, read from their file."""
    content, truth = observation_table(np.random.default_rng([seed, 5]))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "observations.ecsv"
        path.write_bytes(content)
        [table] = load(path).products
    return read_observations(table, "demo", "e1."), truth
